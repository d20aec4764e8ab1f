//! The blocks of a text by Markdown's grammar: what is a heading, and what only looks like one.
//!
//! A real parser reads the text, and this file keeps what notes are made of. A line in a comment, in a code block, in a quote or
//! in a list item is none of its blocks.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, OffsetIter, Options, Parser, Tag};

use super::lines::{around, whole_lines};

/// What forges understand beyond CommonMark.
pub(super) fn options() -> Options {
    Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS | Options::ENABLE_FOOTNOTES
}

/// A text, read.
#[derive(Debug, Default)]
pub(super) struct Blocks {
    /// The blocks at its top level and the items of its top-level lists, in order.
    pub(super) all: Vec<Block>,
    /// Definitions of link labels, in order.
    pub(super) labels: Vec<Label>,
    /// Where a code block or a comment begins that nothing closes, so that all below is part of it.
    pub(super) unclosed: Option<usize>,
}

/// A block.
#[derive(Debug)]
pub(super) struct Block {
    /// Its bytes: of headings and separators whole lines, of all others from the start of its first line to the end of its words.
    pub(super) place: Range<usize>,
    pub(super) kind: BlockKind,
}

/// What a block is.
#[derive(Debug)]
pub(super) enum BlockKind {
    Heading(HeadingBlock),
    /// A rule made of dashes.
    Separator,
    /// An item of a list with bullets.
    Item,
    /// An HTML block that is a comment and nothing else.
    Comment,
    Paragraph,
    /// Code, quotes, tables, numbered lists, HTML.
    Other,
}

/// A heading: `## words`, `## words ##`, or words above a line of `===` or `---`.
#[derive(Debug)]
pub(super) struct HeadingBlock {
    /// 1 to 6.
    pub(super) level: usize,
    /// Its words, as they are written.
    pub(super) words: Range<usize>,
    /// Its words, as a page shows them.
    pub(super) shown: String,
}

/// A definition such as `[1.2.0]: https://..`.
#[derive(Debug)]
pub(super) struct Label {
    pub(super) place: Range<usize>,
    pub(super) name: String,
    pub(super) address: String,
}

impl Blocks {
    /// Read a text. A byte order mark before it is none of its words.
    pub(super) fn of(text: &str) -> Self {
        let start = text.len() - text.trim_start_matches('\u{feff}').len();
        let body = &text[start..];
        let events = Parser::new_ext(body, options()).into_offset_iter();
        let labels = labels(&events, start);
        let mut reader = Reader { text: body, depth: 0, bullets: false, blocks: Self { labels, ..Self::default() } };
        for (event, place) in events {
            reader.event(event, place);
        }
        let mut blocks = reader.blocks;
        for block in &mut blocks.all {
            shift(&mut block.place, start);
            if let BlockKind::Heading(heading) = &mut block.kind {
                if heading.words.is_empty() {
                    let end = block.place.start + text[block.place.clone()].trim_end().len();
                    heading.words = end..end;
                } else {
                    shift(&mut heading.words, start);
                }
            }
        }
        blocks.unclosed = blocks.unclosed.map(|at| at + start);
        blocks
    }
}

fn shift(place: &mut Range<usize>, by: usize) {
    *place = place.start + by..place.end + by;
}

fn labels(events: &OffsetIter<'_>, start: usize) -> Vec<Label> {
    let defined = events.reference_definitions().iter().map(|(name, label)| Label {
        place: label.span.start + start..label.span.end + start,
        name: name.to_owned(),
        address: label.dest.to_string(),
    });
    let mut labels: Vec<Label> = defined.collect();
    labels.sort_by_key(|label| label.place.start);
    labels
}

struct Reader<'t> {
    text: &'t str,
    /// How many blocks are open.
    depth: usize,
    /// The open list is one with bullets.
    bullets: bool,
    blocks: Blocks,
}

impl Reader<'_> {
    fn event(&mut self, event: Event<'_>, place: Range<usize>) {
        match event {
            Event::Start(tag) => {
                self.start(&tag, place);
                self.depth += 1;
            }
            Event::End(_) => self.depth -= 1,
            Event::Rule if self.depth == 0 => {
                let dashes = self.text[place.clone()].starts_with('-');
                let kind = if dashes { BlockKind::Separator } else { BlockKind::Other };
                self.push(kind, place);
            }
            Event::Text(words) | Event::Code(words) => self.words(&words, place),
            Event::SoftBreak | Event::HardBreak => self.words(" ", place),
            Event::InlineHtml(_) | Event::FootnoteReference(_) => self.words("", place),
            _ => {}
        }
    }

    fn start(&mut self, tag: &Tag<'_>, place: Range<usize>) {
        let kind = match (self.depth, tag) {
            (0, Tag::Heading { level, .. }) => {
                BlockKind::Heading(HeadingBlock { level: *level as usize, words: 0..0, shown: String::new() })
            }
            (0, Tag::Paragraph) => BlockKind::Paragraph,
            (0, Tag::List(first)) => {
                self.bullets = first.is_none();
                if self.bullets {
                    return;
                }
                BlockKind::Other
            }
            (1, Tag::Item) if self.bullets => BlockKind::Item,
            (0, Tag::HtmlBlock) => self.html(&place),
            (0, Tag::CodeBlock(CodeBlockKind::Fenced(_))) => {
                self.fenced(&place);
                BlockKind::Other
            }
            (0, _) => BlockKind::Other,
            // A link in a heading is a part of its words.
            _ => return self.words("", place),
        };
        self.push(kind, place);
    }

    fn push(&mut self, kind: BlockKind, place: Range<usize>) {
        let lines = whole_lines(self.text, place.clone());
        let place = match kind {
            BlockKind::Heading(_) | BlockKind::Separator => lines,
            _ => lines.start..place.start + self.text[place].trim_end().len(),
        };
        self.blocks.all.push(Block { place, kind });
    }

    /// Words of the heading that is open, if one is.
    fn words(&mut self, shown: &str, place: Range<usize>) {
        let Some(Block { kind: BlockKind::Heading(heading), place: lines }) = self.blocks.all.last_mut() else {
            return;
        };
        if self.depth > 0 && place.end <= lines.end {
            heading.words = around(&heading.words, place);
            heading.shown.push_str(shown);
        }
    }

    fn html(&mut self, place: &Range<usize>) -> BlockKind {
        let mut rest = self.text[place.clone()].trim();
        while let Some(inside) = rest.strip_prefix("<!--") {
            let Some((_, after)) = inside.split_once("-->") else {
                self.blocks.unclosed = Some(place.start);
                return BlockKind::Comment;
            };
            rest = after.trim_start();
        }
        if rest.is_empty() { BlockKind::Comment } else { BlockKind::Other }
    }

    fn fenced(&mut self, place: &Range<usize>) {
        let code = self.text[place.clone()].trim_end();
        let fence = code.bytes().next().unwrap_or_default();
        let length = code.bytes().take_while(|byte| *byte == fence).count();
        let last = code.rsplit(['\n', '\r']).next().filter(|last| last.len() < code.len()).unwrap_or_default().trim();
        if last.len() < length || !last.bytes().all(|byte| byte == fence) {
            self.blocks.unclosed = Some(place.start);
        }
    }
}
