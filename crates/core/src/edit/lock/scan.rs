//! A lock file as cargo writes it, read line by line: many times as fast as a parser for any TOML.
//!
//! Whatever is not just what cargo writes today is left to that parser, so that there is one reading of every file.

use super::entries::{Entries, Entry, Reference};

/// What a lock file holds, or nothing where a line is not as cargo writes it.
pub(super) fn entries(text: &str) -> Option<Entries<'_>> {
    let mut scan = Scan::default();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let content = line.strip_suffix('\n').unwrap_or(line);
        scan.take(content.strip_suffix('\r').unwrap_or(content), start)?;
        start += line.len();
    }
    scan.finish()?;
    (!scan.in_dependencies).then_some(scan.entries)
}

#[derive(Default)]
struct Scan<'l> {
    entries: Entries<'l>,
    /// `version = 4` was there.
    format_seen: bool,
    open: Option<Open<'l>>,
    in_dependencies: bool,
}

/// The table that is being read.
#[derive(Default)]
struct Open<'l> {
    is_unused: bool,
    name: Option<&'l str>,
    /// With the offset of its first letter.
    version: Option<(&'l str, usize)>,
    source: Option<&'l str>,
    checksum: Option<&'l str>,
    replace: Option<&'l str>,
    dependencies: Option<Vec<Reference<'l>>>,
}

impl<'l> Scan<'l> {
    fn take(&mut self, line: &'l str, start: usize) -> Option<()> {
        if self.in_dependencies {
            return self.take_dependency(line, start);
        }
        match line {
            "" => {}
            "[[package]]" => self.begin(false)?,
            "[[patch.unused]]" => self.begin(true)?,
            _ if self.open.is_none() => self.take_head(line)?,
            _ => self.take_value(line, start)?,
        }
        Some(())
    }

    fn begin(&mut self, is_unused: bool) -> Option<()> {
        self.finish()?;
        self.open = Some(Open { is_unused, ..Open::default() });
        Some(())
    }

    /// Comments and the format.
    fn take_head(&mut self, line: &str) -> Option<()> {
        if line.starts_with('#') {
            return line.bytes().all(is_plain).then_some(());
        }
        let number = line.strip_prefix("version = ")?;
        let first = !std::mem::replace(&mut self.format_seen, true);
        (first && number.len() == 1 && number.as_bytes()[0].is_ascii_digit()).then_some(())
    }

    fn take_value(&mut self, line: &'l str, start: usize) -> Option<()> {
        let open = self.open.as_mut()?;
        let (key, value) = line.split_once(" = ")?;
        if key == "dependencies" {
            self.in_dependencies = value == "[";
            let known = self.in_dependencies || value == "[]";
            return (known && open.dependencies.replace(Vec::new()).is_none()).then_some(());
        }
        let text = quoted(value)?;
        // A key that stands twice is an error, which the parser words.
        let before = match key {
            "name" => open.name.replace(text),
            "version" => {
                let place = start + line.len() - value.len() + 1;
                return open.version.replace((text, place)).is_none().then_some(());
            }
            "source" => open.source.replace(text),
            "checksum" => open.checksum.replace(text),
            "replace" => open.replace.replace(text),
            _ => return None,
        };
        before.is_none().then_some(())
    }

    fn take_dependency(&mut self, line: &'l str, start: usize) -> Option<()> {
        if line == "]" {
            self.in_dependencies = false;
            return Some(());
        }
        let text = quoted(line.strip_prefix(' ')?.strip_suffix(',')?)?;
        let from = start + 2;
        let dependencies = self.open.as_mut()?.dependencies.as_mut()?;
        dependencies.push(Reference::read(text, from..from + text.len()));
        Some(())
    }

    /// The table is at its end.
    fn finish(&mut self) -> Option<()> {
        let Some(open) = self.open.take() else { return Some(()) };
        let (version, start) = open.version?;
        let entry = Entry {
            name: open.name?,
            version,
            source: open.source,
            checksum: open.checksum,
            version_place: start..start + version.len(),
            new_version: None,
            dependencies: open.dependencies.unwrap_or_default(),
        };
        if open.is_unused {
            self.entries.unused.push(entry)
        } else {
            self.entries.packages.push(entry)
        }
        Some(())
    }
}

/// The text in quotes, where it stands for just itself.
fn quoted(value: &str) -> Option<&str> {
    let text = value.strip_prefix('"')?.strip_suffix('"')?;
    text.bytes().all(|byte| is_plain(byte) && byte != b'"' && byte != b'\\').then_some(text)
}

/// No control character, of which TOML takes none (a tab would do, but cargo writes none).
fn is_plain(byte: u8) -> bool {
    byte >= b' ' && byte != 0x7f
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use toml_edit::Document;

    use super::*;

    const WRITTEN: &str = "# This file is automatically @generated by Cargo.\n# It is not intended for manual editing.\nversion = 4\n\n\
        [[package]]\nname = \"a\"\nversion = \"1.0.0\"\ndependencies = [\n \"b 1.0.0\",\n \"b 2.0.0 (registry+https://example.org)\",\n \"c\",\n]\n\n\
        [[package]]\nname = \"b\"\nversion = \"1.0.0\"\nsource = \"registry+https://example.org\"\nchecksum = \"00\"\n\n\
        [[patch.unused]]\nname = \"é\"\nversion = \"0.1.0\"\n";

    #[track_caller]
    fn same(text: &str) {
        let scanned = entries(text).expect("as cargo writes it");
        let document = Document::parse(text).expect("TOML");
        assert_eq!(scanned, Entries::read(&document, text));
        assert_eq!(&text[scanned.packages[1].version_place.clone()], "1.0.0");
    }

    #[test]
    fn what_cargo_writes_is_read_as_any_toml_is() {
        same(WRITTEN);
        same(&WRITTEN.replace('\n', "\r\n"));
        same(WRITTEN.trim_end());
        assert_eq!(entries(""), Some(Entries::default()));
    }

    #[test]
    fn what_cargo_does_not_write_is_left_to_the_parser() {
        let edits = [
            ("name = \"a\"", "name = \"a\"\nname = \"b\""),
            ("name = \"a\"", "name = 'a'"),
            ("name = \"a\"", "name = \"\\u0061\""),
            ("name = \"a\"", "name = \"a\" # a"),
            ("name = \"a\"\n", ""),
            (" \"c\",\n]", " \"c\",\n"),
            (" \"c\",\n]", " \"c\"\n]"),
            ("version = 4", "version = 4\nversion = 4"),
            ("version = 4", "\u{feff}version = 4"),
            ("[[patch.unused]]", "[metadata]"),
            ("[[patch.unused]]", "[[package.sub]]"),
            ("checksum", "other"),
        ];
        for (old, new) in edits {
            let text = WRITTEN.replacen(old, new, 1);
            assert_ne!(text, WRITTEN);
            assert_eq!(entries(&text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn where_the_lines_are_taken_the_parser_reads_the_same(
            lines in prop::collection::vec(prop::sample::select(vec![
                "[[package]]", "[[package]]\nname = \"a\"\nversion = \"1.0.0\"", "[[patch.unused]]\nname = \"u\"\nversion = \"0.1.0\"",
                "name = \"b\"", "version = \"2.0.0\"", "version = 3", "source = \"s\"", "checksum = \"\"", "replace = \"a 1.0.0\"",
                "dependencies = [", "dependencies = []", " \"a 1.0.0\",", " \"a\"", " \"b 2.0.0 (s)\",", "]", "", "# c", "x = 1", "name = \"\tb\"",
            ]), 0..14),
            end in "(\n|\r\n)",
        ) {
            let text = lines.join(&end).replace("\r\n", "\n").replace('\n', &end);
            if let Some(scanned) = entries(&text) {
                let document = Document::parse(text.as_str());
                prop_assert!(document.is_ok(), "{}", text);
                let document = document.expect("TOML");
                prop_assert_eq!(scanned, Entries::read(&document, &text));
            }
        }
    }
}
