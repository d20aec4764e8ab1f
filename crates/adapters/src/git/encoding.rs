//! Texts of commits that are not UTF-8: read by the `encoding` that the commit names, as git does.

use gix::{
    bstr::{BStr, BString, ByteSlice},
    objs::CommitRef,
};

/// A commit's message as text. Where its bytes are not what it says they are, or nothing is known of what it says, bytes that
/// are not UTF-8 are replaced.
pub(super) fn message(commit: &CommitRef<'_>) -> String {
    decoded(commit.encoding, commit.message).unwrap_or_else(|| commit.message.to_str_lossy().into_owned())
}

/// What is written in place of a commit whose message is `ours`, which begins with the original's: all of it in UTF-8; where the
/// original cannot be read, its bytes as they are, under the name that it has for them.
pub(super) struct Rewritten {
    pub(super) encoding: Option<BString>,
    pub(super) message: BString,
    /// For a name of the original.
    names: Option<&'static encoding_rs::Encoding>,
    is_latin1: bool,
}

impl Rewritten {
    pub(super) fn of(original: &CommitRef<'_>, ours: &str) -> Self {
        let (names, is_latin1) = (original.encoding.and_then(known), original.encoding.is_some_and(is_latin1));
        if decoded(original.encoding, original.message).is_some() {
            return Self { encoding: None, message: ours.into(), names, is_latin1 };
        }
        let read = message(original);
        let message = match ours.strip_prefix(read.trim_end()) {
            Some(added) => {
                let mut raw = BString::from(original.message.trim_end());
                raw.extend_from_slice(added.as_bytes());
                raw
            }
            None => ours.into(),
        };
        Self { encoding: original.encoding.map(ToOwned::to_owned), message, names: None, is_latin1: false }
    }

    /// An author's or committer's name or address.
    pub(super) fn name(&self, raw: &BStr) -> BString {
        if raw.is_ascii() || (self.names.is_none() && !self.is_latin1) {
            return raw.to_owned();
        }
        decode(self.names, self.is_latin1, raw).map_or_else(|| raw.to_owned(), BString::from)
    }
}

/// Text of a commit that names its encoding, or is in UTF-8. None: it is neither.
fn decoded(encoding: Option<&BStr>, raw: &BStr) -> Option<String> {
    match encoding {
        None => raw.to_str().ok().map(ToOwned::to_owned),
        Some(name) => decode(known(name), is_latin1(name), raw),
    }
}

fn decode(encoding: Option<&'static encoding_rs::Encoding>, is_latin1: bool, raw: &BStr) -> Option<String> {
    if is_latin1 {
        return Some(encoding_rs::mem::decode_latin1(raw).into_owned());
    }
    encoding?.decode_without_bom_handling_and_without_replacement(raw).map(std::borrow::Cow::into_owned)
}

/// The web takes ISO-8859-1 for windows-1252, and git does not.
fn is_latin1(name: &BStr) -> bool {
    let plain: Vec<u8> = name.iter().filter(|byte| byte.is_ascii_alphanumeric()).map(u8::to_ascii_lowercase).collect();
    matches!(&plain[..], b"iso88591" | b"latin1" | b"l1")
}

fn known(name: &BStr) -> Option<&'static encoding_rs::Encoding> {
    let replaced = name.replace("_", "-");
    let eucjp: &[u8] = if name.eq_ignore_ascii_case(b"eucjp") { b"euc-jp" } else { &replaced };
    encoding_rs::Encoding::for_label_no_replacement(name)
        .or_else(|| encoding_rs::Encoding::for_label_no_replacement(eucjp))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn commit(encoding: Option<&str>, message: &[u8]) -> Vec<u8> {
        let mut raw =
            b"tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\nauthor A <a@x> 0 +0000\ncommitter A <a@x> 0 +0000\n"
                .to_vec();
        if let Some(name) = encoding {
            raw.extend_from_slice(format!("encoding {name}\n").as_bytes());
        }
        raw.push(b'\n');
        raw.extend_from_slice(message);
        raw
    }

    #[track_caller]
    fn check(encoding: Option<&str>, raw: &[u8], read: &str, written: (Option<&str>, &[u8])) {
        let raw = commit(encoding, raw);
        let commit = CommitRef::from_bytes(&raw, gix::hash::Kind::Sha1).expect("a commit");
        assert_eq!(message(&commit), read);
        let rewritten = Rewritten::of(&commit, &format!("{}\n\nMore: x\n", read.trim_end()));
        assert_eq!(
            (rewritten.encoding.as_ref().map(|name| name.to_string()).as_deref(), &rewritten.message[..]),
            written
        );
    }

    #[test]
    fn what_can_be_read_becomes_utf_8_and_the_rest_stays_as_it_is() {
        let german = "Größe\n\nMore: x\n".as_bytes();
        check(None, "Größe\n".as_bytes(), "Größe\n", (None, german));
        for name in ["ISO-8859-1", "latin1", "iso8859-1", "windows-1252", "ISO-8859-15"] {
            check(Some(name), b"Gr\xf6\xdfe\n", "Größe\n", (None, german));
        }
        check(Some("UTF-8"), "Größe\n".as_bytes(), "Größe\n", (None, german));
        check(Some("Shift_JIS"), b"\x83e\x83X\x83g", "テスト", (None, "テスト\n\nMore: x\n".as_bytes()));
        check(Some("eucJP"), b"\xa5\xc6", "テ", (None, "テ\n\nMore: x\n".as_bytes()));
        let kept: &[u8] = b"Gr\xf6\xdfe\n\nMore: x\n";
        check(Some("KLINGON-8"), b"Gr\xf6\xdfe\n", "Gr\u{fffd}\u{fffd}e\n", (Some("KLINGON-8"), kept));
        check(Some("UTF-8"), b"Gr\xf6\xdfe\n", "Gr\u{fffd}\u{fffd}e\n", (Some("UTF-8"), kept));
        check(None, b"Gr\xf6\xdfe\n", "Gr\u{fffd}\u{fffd}e\n", (None, kept));
    }

    #[test]
    fn names_are_read_as_the_message_is() {
        let raw = commit(Some("ISO-8859-1"), b"x");
        let commit = CommitRef::from_bytes(&raw, gix::hash::Kind::Sha1).expect("a commit");
        let rewritten = Rewritten::of(&commit, "x");
        assert_eq!(rewritten.name(b"J\xf6rg".as_bstr()), "Jörg");
        assert_eq!(rewritten.name(b"Ann".as_bstr()), "Ann");
    }
}
