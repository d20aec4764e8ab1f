//! Changes that take others back.

use crate::model::CommitId;

/// What git writes before the id.
const MARK: &str = "This reverts commit ";

/// Whether a message says that it takes a commit back. Short ids count from seven digits on.
pub(super) fn takes_back(message: &str, id: &CommitId) -> bool {
    message.match_indices(MARK).any(|(at, _)| {
        let rest = &message[at + MARK.len()..];
        let digits = rest.bytes().take_while(u8::is_ascii_hexdigit).count();
        digits >= 7 && id.as_str().starts_with(&rest[..digits])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_revert_names_the_commit_that_it_takes_back() {
        let id: CommitId = "0123456789".repeat(4).parse().expect("an id");
        assert!(takes_back(&format!("Revert \"Fix\"\n\nThis reverts commit {id}.\n"), &id));
        assert!(takes_back("Revert it\n\nThis reverts commit 0123456.\n", &id));
        assert!(!takes_back("Revert it\n\nThis reverts commit 01234.\n", &id), "too short to tell");
        assert!(!takes_back("Revert it\n\nThis reverts commit 9123456789.\n", &id));
    }
}
