//! The attribute `ident`: git writes a file's id into it where it is checked out.

use gix::{ObjectId, bstr::ByteSlice};

/// The text with the id in each `$Id$` and in each that git filled in before, as git does; none where there is no such place.
/// What another system has filled in, with spaces in it, stays.
pub(super) fn expanded(text: &[u8], id: ObjectId) -> Option<Vec<u8>> {
    let mut made = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find("$Id") {
        let (before, after) = rest.split_at(at + "$Id".len());
        made.extend_from_slice(before);
        rest = after;
        let Some(end) = end_of_keyword(after) else { continue };
        made.extend_from_slice(format!(": {id} $").as_bytes());
        rest = &after[end..];
    }
    (rest.len() < text.len()).then(|| [made, rest.to_owned()].concat())
}

/// Where a keyword ends, behind its `$`, if it is one.
fn end_of_keyword(after: &[u8]) -> Option<usize> {
    match after.first()? {
        b'$' => Some(1),
        b':' => {
            let dollar = after.find_byte(b'$').filter(|dollar| !after[..*dollar].contains(&b'\n'))?;
            let is_foreign = after[1..dollar].iter().skip(1).position(|byte| *byte == b' ');
            let is_foreign = is_foreign.is_some_and(|space| space + 2 < dollar - 1);
            (!is_foreign).then_some(dollar + 1)
        }
        _ => None,
    }
}
