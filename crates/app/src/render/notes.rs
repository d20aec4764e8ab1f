//! Release notes: a section, entries that were collected, a fragment that was written.

use stationmaster_core::{
    edit::notes::Breaking,
    report::notes::{CollectedChange, CollectedView, FragmentView, SectionView},
};

use super::style::{BAD, CARE, DIM, GOOD, HEAD, counted, painted, wrapped};

/// Print the section as Markdown, headings in bold; where it was found goes to standard error.
pub(crate) fn print(view: &SectionView<'_>) {
    crate::output::eprintln!("{}", painted(DIM, format_args!("{}:{}:{}", view.revision, view.file, view.line)));
    crate::output::println!("{}\n", painted(HEAD, view.heading));
    let mut fenced = false;
    for line in view.markdown.lines() {
        fenced ^= line.trim_start().starts_with("```");
        if line.starts_with('#') && !fenced {
            crate::output::println!("{}", painted(HEAD, line));
        } else if line.starts_with("Major breaking changes: ") && !line.ends_with(": none.") {
            crate::output::println!("{}", painted(CARE, line));
        } else {
            crate::output::println!("{line}");
        }
    }
}

/// Print the commit or the path alone, for scripts; the entry goes to standard error.
pub(crate) fn print_fragment(view: &FragmentView<'_>) {
    match view.commit {
        Some(commit) => crate::output::println!("{commit}"),
        None => crate::output::println!("{}", view.file),
    }
    let kind = view.entry.kind.map_or("", |kind| kind.heading());
    crate::output::eprintln!("{}", painted(HEAD, kind));
    for line in view.entry.markdown().lines() {
        crate::output::eprintln!("  {line}");
    }
    if view.commit.is_some() {
        crate::output::eprintln!("  {}", painted(DIM, format_args!("in {}", view.file)));
    }
}

/// Print entries under their kinds, as they would stand in the notes; what the notes have already is dim.
pub(crate) fn print_collected(view: &CollectedView<'_>) {
    let mut entries: Vec<&CollectedChange<'_>> = view.entries.iter().collect();
    entries.sort_by_key(|change| change.entry.kind);
    for of_kind in entries.chunk_by(|a, b| a.entry.kind == b.entry.kind) {
        let heading = of_kind[0].entry.kind.map_or("", |kind| kind.heading());
        crate::output::println!("{}\n", painted(HEAD, format_args!("### {heading}")));
        for change in of_kind {
            let style = match (&change.entry.breaking, change.noted) {
                (_, true) => DIM,
                (Breaking::No, false) => super::style::Style::PLAIN,
                (Breaking::Minor, false) => CARE,
                (Breaking::Major { .. }, false) => BAD,
            };
            let text = change.entry.markdown().replace('\n', "\n  ");
            crate::output::println!("{}", painted(style, format_args!("* {text}")));
        }
        crate::output::println!();
    }
    let missing = view.entries.iter().filter(|change| !change.noted).count();
    let since = view.since.as_ref().map_or_else(|| "the beginning".to_owned(), |commit| commit.short().to_owned());
    crate::output::eprintln!(
        "{} since {since} on {}: {}, {} of them not in the notes; {} left out",
        view.version.map_or_else(String::new, ToString::to_string),
        view.revision,
        counted(view.entries.len(), "change"),
        missing,
        view.left_out
    );
    if let Some(commit) = &view.written {
        crate::output::println!("{}", painted(GOOD, commit));
    }
}

/// Words as a paragraph of Markdown source. Lines that are there stay.
pub(crate) fn paragraphs(words: &str) -> String {
    if words.contains('\n') { words.trim().to_owned() } else { wrapped(words, 80, 0) }
}
