//! One branch's notes only; those of older lines are links (X3).

use semver::Version;

use super::{
    NotesError,
    blocks::{Block, BlockKind, Blocks},
    file::{Archive, NotesFile, Place},
    lines::{Lines, whole_lines, with_line_ends_of},
    sections,
};

const START: &str = "<!-- ARCHIVE_START -->";
const SEPARATOR: &str = "--------------------------------------------------------------------------------\n";
const INTRODUCTION: &str = "\nNotes of earlier releases are on their release branches.\n\n<!-- ARCHIVE_START -->\n";

/// The archive list of a text: the list behind the comment that starts it.
pub(super) fn read<'t>(text: &'t str, blocks: &Blocks, lines: &Lines) -> Option<Archive<'t>> {
    let starts = |block: &Block| matches!(block.kind, BlockKind::Comment) && text[block.place.clone()].contains(START);
    let at = blocks.all.iter().position(starts)?;
    let start = &blocks.all[at].place;
    let items = blocks.all[at + 1..].iter().take_while(|block| matches!(block.kind, BlockKind::Item));
    let items: Vec<&Block> = items.collect();
    let end = items.last().map_or(start, |last| &last.place);
    let links = items.iter().map(|item| {
        let words = text[item.place.clone()].trim_start()[1..].trim();
        linked(words).unwrap_or((words, None))
    });
    let bytes = start.start..whole_lines(text, end.clone()).end;
    Some(Archive { place: Place::new(lines, bytes), links: links.collect() })
}

/// `[24.0.x](address)`
fn linked(item: &str) -> Option<(&str, Option<&str>)> {
    let (name, address) = item.strip_prefix('[')?.split_once("](")?;
    Some((name, Some(address.strip_suffix(')')?)))
}

/// Replace the notes by the template for `new`, and put `old` on top of the archive.
pub(super) fn cut(
    text: &str,
    old: &Version,
    new: &Version,
    template: Option<&str>,
    link: Option<&str>,
) -> Result<String, NotesError> {
    let blocks = Blocks::of(text);
    let file = NotesFile::of_blocks(text, &blocks);
    if file.section(new).is_some() {
        return Ok(text.to_owned());
    }
    let mark = &text[..text.len() - text.trim_start_matches('\u{feff}').len()];
    let mut fresh = format!("{mark}{}", sections::fill(text, new, template)?);
    let is_separator = |block: &&Block| matches!(block.kind, BlockKind::Separator);
    if !Blocks::of(&fresh).all.iter().any(|block| is_separator(&block)) {
        fresh += &with_line_ends_of(text, &format!("\n{SEPARATOR}"));
    }
    let line = format!("{}.{}.x", old.major, old.minor);
    let entry = |name: &str| match link {
        Some(link) => format!("* [{name}]({link})\n"),
        None => format!("* {name}\n"),
    };
    let Some(archive) = &file.archive else {
        // The first cut: the branch of the old version holds everything that was written so far.
        let versions = file.sections.iter().filter(|section| section.version().is_some());
        let name = if versions.count() > 1 { format!("{line} (and prior)") } else { line };
        return Ok(fresh + &with_line_ends_of(text, &format!("{INTRODUCTION}{}", entry(&name))));
    };
    let start = archive.place.bytes.start;
    let last = blocks.all.iter().rev().filter(is_separator).find(|block| block.place.end <= start);
    let kept = last.map_or(start, |block| block.place.end);
    if archive.links.iter().any(|(name, _)| *name == line) {
        return Ok(fresh + &text[kept..]);
    }
    let after = whole_lines(text, start..start + text[start..].find(START).map_or(0, |at| at + START.len())).end;
    let (introduction, entries) = (&text[kept..after], &text[after..]);
    let blank = if introduction.ends_with('\n') { String::new() } else { with_line_ends_of(text, "\n") };
    Ok([&fresh, introduction, &blank, &with_line_ends_of(text, &entry(&line)), entries].concat())
}
