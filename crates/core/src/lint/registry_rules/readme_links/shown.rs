//! What crates.io makes of an address in a readme, as its renderer does it (August 2026): it completes relative ones by
//! `package.repository`, takes out what it cannot complete, and lets a few schemes pass.
//!
//! Rules: X12.

use url::{ParseError, Url};

use super::links::Link;
use crate::workspace::{folder_of, join};

/// Whose addresses crates.io completes.
const HOSTS: &[&str] = &["github.com", "gitlab.com", "bitbucket.org"];
/// What its sanitizer lets pass.
const SCHEMES: &[&str] = &[
    "bitcoin",
    "ftp",
    "ftps",
    "geo",
    "http",
    "https",
    "im",
    "irc",
    "ircs",
    "magnet",
    "mailto",
    "mms",
    "mx",
    "news",
    "nntp",
    "openpgp4fpr",
    "sip",
    "sms",
    "smsto",
    "ssh",
    "tel",
    "url",
    "webcal",
    "wtai",
    "xmpp",
];
/// What it asks for raw.
const MEDIA: &[&str] = &["svg", "png", "jpg", "jpeg", "gif", "mp4", "webm", "ogg", "webp"];

/// Why an address does not work on the crate's page.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Broken {
    /// There is nothing to complete it with.
    NoRepository,
    /// The repository is at a host whose addresses are not completed.
    Host(String),
    /// The repository's address is one of a folder or a page in it.
    NoFrontPage(String),
    /// It is completed, and leads to another file than it does in the repository.
    Elsewhere,
    /// It leaves the repository.
    Outside,
    /// A path of Rust, which only rustdoc understands.
    Rustdoc,
    /// A scheme that does not pass, or no address at all.
    NotAllowed,
    /// It is in `srcset`, which is not completed.
    SrcSet,
}

/// A readme, as crates.io and as the repository see it.
#[derive(Debug)]
pub(super) struct Page<'a> {
    /// `package.repository`.
    pub(super) repository: Option<&'a str>,
    /// Path of the readme from the repository's root.
    pub(super) path: &'a str,
    /// The folder of the repository in which crates.io takes it to be: what the package says of itself.
    pub(super) taken_for: String,
}

impl Page<'_> {
    /// Whether an address works on the crate's page, and if not, why.
    pub(super) fn judge(&self, link: &Link) -> Result<(), Broken> {
        let target = link.target.as_str();
        if target.is_empty() || target.starts_with('#') {
            return Ok(());
        }
        match Url::parse(target) {
            Ok(url) if SCHEMES.contains(&url.scheme()) => Ok(()),
            Ok(_) | Err(ParseError::RelativeUrlWithoutBase) if target.contains("::") => Err(Broken::Rustdoc),
            Err(ParseError::RelativeUrlWithoutBase) if link.in_srcset => Err(Broken::SrcSet),
            Err(ParseError::RelativeUrlWithoutBase) => self.judge_relative(target),
            Ok(_) | Err(_) => Err(Broken::NotAllowed),
        }
    }

    fn judge_relative(&self, target: &str) -> Result<(), Broken> {
        self.base()?;
        let meant = self.meant(target).ok_or(Broken::Outside)?;
        let taken = join(&self.taken_for, file(target).trim_start_matches('/'));
        if taken.as_deref() == Some(&meant) { Ok(()) } else { Err(Broken::Elsewhere) }
    }

    /// The file of the repository that a relative address means there. None where it leaves the repository.
    fn meant(&self, target: &str) -> Option<String> {
        let file = file(target);
        match file.strip_prefix('/') {
            Some(from_root) => join("", from_root.trim_start_matches('/')),
            None => join(folder_of(self.path), file),
        }
    }

    /// The address in full, which works everywhere.
    pub(super) fn in_full(&self, target: &str) -> Option<String> {
        let (base, meant) = (self.base().ok()?, self.meant(target)?);
        let rest = &target[file(target).len()..];
        let is_media = meant.rsplit_once('.').is_some_and(|(_, ending)| MEDIA.contains(&ending));
        Some(format!("{base}{}/HEAD/{meant}{rest}", if is_media { "raw" } else { "blob" }))
    }

    /// Where crates.io has a relative address lead.
    pub(super) fn leads_to(&self, target: &str) -> Option<String> {
        let folder = if self.taken_for.is_empty() { String::new() } else { format!("{}/", self.taken_for) };
        Some(format!("{}blob/HEAD/{folder}{}", self.base().ok()?, target.trim_start_matches('/')))
    }

    /// The repository's address, with `/` at its end.
    fn base(&self) -> Result<String, Broken> {
        let url = self.repository.and_then(|text| Url::parse(text).ok()).ok_or(Broken::NoRepository)?;
        let host = url.host_str().unwrap_or_default();
        if !HOSTS.contains(&host) {
            return Err(Broken::Host(host.to_owned()));
        }
        let names: Vec<&str> = url.path().split('/').filter(|name| !name.is_empty()).collect();
        // Only GitLab has groups in groups; its pages are behind `-`.
        let is_front = match host {
            "gitlab.com" => names.len() >= 2 && !names.iter().any(|name| ["-", "tree", "blob"].contains(name)),
            _ => names.len() == 2,
        };
        if !is_front {
            return Err(Broken::NoFrontPage(url.to_string()));
        }
        let path = names.join("/");
        Ok(format!("https://{host}/{}/", path.strip_suffix(".git").unwrap_or(&path)))
    }
}

/// A relative address without what comes after the file.
fn file(target: &str) -> &str {
    target.split(['?', '#']).next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(repository: &str, path: &str, taken_for: &str, target: &str) -> Result<(), Broken> {
        let repository = Some(repository).filter(|text| !text.is_empty());
        let page = Page { repository, path, taken_for: taken_for.to_owned() };
        page.judge(&Link { line: 1, target: target.to_owned(), in_srcset: false })
    }

    #[test]
    fn relative_addresses_need_a_repository_that_crates_io_knows_how_to_complete() {
        let at_root = |repository: &str| judged(repository, "README.md", "", "docs/a.md#part");
        for good in [
            "https://github.com/o/n",
            "https://github.com/o/n.git",
            "https://gitlab.com/g/h/n",
            "https://bitbucket.org/o/n/",
        ] {
            assert_eq!(at_root(good), Ok(()), "{good}");
        }
        assert_eq!(at_root(""), Err(Broken::NoRepository));
        assert_eq!(at_root("github.com/o/n"), Err(Broken::NoRepository));
        assert_eq!(at_root("https://codeberg.org/o/n"), Err(Broken::Host("codeberg.org".to_owned())));
        for page in
            ["https://github.com/o/n/tree/main/a", "https://gitlab.com/o/n/-/tree/main/a", "https://github.com/o"]
        {
            assert_eq!(at_root(page), Err(Broken::NoFrontPage(page.to_owned())));
        }
    }

    #[test]
    fn addresses_that_are_whole_pass_by_their_scheme() {
        let alone = |target: &str| judged("", "README.md", "", target);
        for good in ["https://a.example", "mailto:a@b.example", "#part", ""] {
            assert_eq!(alone(good), Ok(()), "{good}");
        }
        assert_eq!(alone("data:image/png;base64,AA=="), Err(Broken::NotAllowed));
        assert_eq!(alone("file:///etc/passwd"), Err(Broken::NotAllowed));
        assert_eq!(alone("crate::Parser"), Err(Broken::Rustdoc));
        assert_eq!(alone("::std::vec::Vec"), Err(Broken::Rustdoc));
        assert_eq!(alone("//a.example/x"), Err(Broken::NoRepository));
    }

    #[test]
    fn an_address_must_lead_to_the_file_that_it_means_in_the_repository() {
        let at = |path: &str, taken_for: &str, target: &str| judged("https://github.com/o/n", path, taken_for, target);
        // The package says where it is from, or its readme is at the root, or it does not.
        assert_eq!(at("crates/a/README.md", "crates/a", "docs/a.md"), Ok(()));
        assert_eq!(at("README.md", "", "./docs/a.md?plain=1"), Ok(()));
        assert_eq!(at("crates/a/README.md", "", "docs/a.md"), Err(Broken::Elsewhere));
        // The readme of the repository, in a package from a folder below.
        assert_eq!(at("README.md", "crates/a", "docs/a.md"), Err(Broken::Elsewhere));
        assert_eq!(at("crates/a/README.md", "crates/a", "../../LICENSE"), Ok(()));
        assert_eq!(at("crates/a/README.md", "crates/a", "/LICENSE"), Err(Broken::Elsewhere));
        assert_eq!(at("crates/a/README.md", "crates/a", "../../../x"), Err(Broken::Outside));
        let page =
            Page { repository: Some("https://github.com/o/n"), path: "crates/a/README.md", taken_for: String::new() };
        assert_eq!(page.in_full("a.md#b").as_deref(), Some("https://github.com/o/n/blob/HEAD/crates/a/a.md#b"));
        assert_eq!(page.in_full("/a.svg").as_deref(), Some("https://github.com/o/n/raw/HEAD/a.svg"));
        assert_eq!(page.leads_to("a.md").as_deref(), Some("https://github.com/o/n/blob/HEAD/a.md"));
    }
}
