//! Which major breaking changes a release has, and through which RFCs they came (R5).

use super::{
    entry::{Breaking, Entry, Rfc},
    file::{NotesFile, Section},
};

/// How the sentence starts.
pub(super) const START: &str = "Major breaking changes: ";

/// The sentence that says which major breaking changes entries hold, and their RFCs, or that there are none. No line end.
pub fn sentence<'e>(entries: impl IntoIterator<Item = &'e Entry>) -> String {
    let mut rfcs: Vec<&Rfc> = Vec::new();
    let mut without = 0;
    for entry in entries {
        match &entry.breaking {
            Breaking::Major { rfc: Some(rfc) } => rfcs.push(rfc),
            Breaking::Major { rfc: None } => without += 1,
            Breaking::Minor | Breaking::No => {}
        }
    }
    rfcs.sort();
    rfcs.dedup();
    let named = rfcs.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    match (rfcs.is_empty(), without) {
        (true, 0) => format!("{START}none."),
        (false, 0) => format!("{START}{named}."),
        (true, _) => format!("{START}{without} without an RFC."),
        (false, _) => format!("{START}{named}; {without} without an RFC."),
    }
}

/// What a section says, with the sentence on major breaking changes where it does not hold it already.
pub fn with_summary(file: &NotesFile<'_>, section: &Section<'_>) -> String {
    let body = file.body(section);
    if section.summary.is_some() {
        return body.to_owned();
    }
    let sentence = sentence(section.items().map(|item| &item.entry));
    // Below the line that says when it was released, and above all else.
    let head = section.marker.as_ref().map(|marker| {
        let rest = &file.text[marker.bytes.end..section.body.end];
        marker.bytes.end + rest.find('\n').map_or(rest.len(), |at| at + 1)
    });
    match head {
        Some(head) => {
            let (before, after) =
                (file.text[section.body.start..head].trim(), file.text[head..section.body.end].trim());
            format!("{before}\n\n{sentence}\n\n{after}").trim_end().to_owned()
        }
        None => format!("{sentence}\n\n{body}").trim_end().to_owned(),
    }
}
