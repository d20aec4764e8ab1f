//! List items of a part of the notes.

use super::{
    blocks::{Block, BlockKind},
    entry::{Breaking, Entry},
    file::{Place, Source, state_of},
    kind::Kind,
    link::{Link, links},
    summary,
};

/// A list item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item<'t> {
    /// From its bullet to the end of its last line that has text.
    pub place: Place,
    /// The same, as it is written.
    pub source: &'t str,
    /// What it says.
    pub entry: Entry,
    /// All its links, those through labels elsewhere in the file included.
    pub links: Vec<Link>,
}

/// The items among the blocks of a part, and whether there is other text.
pub(super) fn read<'t>(read: &Source<'t>, blocks: &[Block], heading: Option<&str>) -> (Vec<Item<'t>>, bool) {
    let kind = heading.and_then(Kind::of_heading);
    // `Breaking changes` says so of all below it.
    let breaks = heading.is_some_and(|words| words.to_lowercase().starts_with("breaking"));
    let items = blocks.iter().filter(|block| matches!(block.kind, BlockKind::Item));
    let items = items.map(|block| item(read, block, (kind, breaks))).collect();
    let prose = blocks.iter().any(|block| match block.kind {
        BlockKind::Paragraph => read.text[block.place.clone()].lines().any(|line| !is_state(line)),
        BlockKind::Other => true,
        BlockKind::Item | BlockKind::Comment | BlockKind::Heading(_) | BlockKind::Separator => false,
    });
    (items, prose)
}

/// The links of what is no item.
pub(super) fn links_between(read: &Source<'_>, blocks: &[Block]) -> Vec<Link> {
    let others = blocks.iter().filter(|block| matches!(block.kind, BlockKind::Paragraph | BlockKind::Other));
    others.flat_map(|block| links(&read.text[block.place.clone()], &read.labels)).map(|found| found.link).collect()
}

/// A line that says whether the section is released, or which breaking changes it has.
fn is_state(line: &str) -> bool {
    let line = line.trim();
    state_of(line).is_some() || line.starts_with("Released ") || line.starts_with(summary::START)
}

fn item<'t>(read: &Source<'t>, block: &Block, (kind, breaks): (Option<Kind>, bool)) -> Item<'t> {
    let source = &read.text[block.place.clone()];
    let bullet = source.len() - source.trim_start().len();
    let content = source[bullet + 1..].trim_start_matches([' ', '\t']);
    // Lines that belong to the item are as far in as its first words, or up to a tab.
    let width = (source.len() - content.len()).min(bullet + 5);
    let mut lines = content.lines();
    let mut words = lines.next().unwrap_or_default().to_owned();
    for line in lines {
        let line = line.trim_end();
        let spaces = line.len() - line.trim_start_matches(' ').len();
        words.push('\n');
        words.push_str(if spaces == 0 { line.strip_prefix('\t').unwrap_or(line) } else { &line[spaces.min(width)..] });
    }
    let mut entry = Entry::read_with(kind, &words, &read.labels);
    if breaks && entry.breaking == Breaking::No {
        entry.breaking = Breaking::Minor;
    }
    let links = links(&words, &read.labels).into_iter().map(|found| found.link).collect();
    Item { place: Place::new(&read.lines, block.place.clone()), source, entry, links }
}
