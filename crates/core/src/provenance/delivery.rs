//! Which files of a folder go to the release on the forge, and in which order (R11, X10).

use std::collections::BTreeSet;

use semver::Version;
use thiserror::Error;

use super::{PROVENANCE, PROVENANCE_BUNDLE, SBOM_ENDING, SUMS, SUMS_SIGNATURE, Sums};
use crate::{artifact::expected_assets, policy::Rules};

/// The names of all files that must lie on the forge before a release is shown: its archives, and what is always beside them
/// (R11, X10). None where it has no archives. The SBOMs beside them are named by the list of sums.
pub fn expected_files(project: &str, rules: &Rules, version: &Version) -> BTreeSet<String> {
    let mut names: BTreeSet<String> =
        expected_assets(project, rules, version).into_iter().map(|asset| asset.name).collect();
    if !names.is_empty() {
        let (key, identity) = (rules.provenance.key.is_some(), rules.provenance.identity.is_some());
        let beside =
            [(SUMS, true), (SUMS_SIGNATURE, key), (PROVENANCE, key || !identity), (PROVENANCE_BUNDLE, identity)];
        names.extend(beside.into_iter().filter(|(_, is_there)| *is_there).map(|(name, _)| name.to_owned()));
    }
    names
}

/// Why nothing of a folder is delivered.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum DeliveryError {
    /// No file of this release has that name by the policy.
    #[error("by the policy, `{name}` is not a file of this release")]
    Stranger {
        /// The file.
        name: String,
    },
    /// The list of sums has another checksum for it.
    #[error("`{name}` is not as {SUMS} lists it")]
    Differs {
        /// The file.
        name: String,
    },
    /// The list of sums names it, and it is neither in the folder nor on the forge.
    #[error("{SUMS} lists `{name}`, which is neither here nor on the forge")]
    Lacking {
        /// The file.
        name: String,
    },
    /// It would be beside the others, and the list of sums does not have it.
    #[error("{SUMS} does not list `{name}`")]
    Unlisted {
        /// The file.
        name: String,
    },
}

/// The files to put on the forge, in order: archives first, and the list of sums last, so that it never speaks of what is not
/// there. `there` is what the forge has, `given` what the folder holds, `wanted` what the policy asks for, `list` the folder's
/// list of sums if it has one.
///
/// # Errors
/// The folder holds what does not belong to the release, or the list does not fit the files.
pub fn delivery(
    there: &Sums,
    given: &Sums,
    wanted: &BTreeSet<String>,
    list: Option<&Sums>,
) -> Result<Vec<String>, DeliveryError> {
    if let Some(name) = given.keys().find(|name| !belongs(name, wanted)) {
        return Err(DeliveryError::Stranger { name: name.clone() });
    }
    let mut together = there.clone();
    together.extend(given.iter().map(|(name, digest)| (name.clone(), *digest)));
    if let Some(list) = list {
        fits(&together, list)?;
    }
    let differs = |name: &&String| there.get(*name) != given.get(*name);
    let mut names: BTreeSet<String> = given.keys().filter(differs).cloned().collect();
    // The list that is there is taken away while others change, and is put there anew.
    if names.iter().any(|name| !matches!(name.as_str(), SUMS | SUMS_SIGNATURE)) && given.contains_key(SUMS) {
        names.insert(SUMS.to_owned());
    }
    let mut names: Vec<String> = names.into_iter().collect();
    names.sort_by_key(|name| (rank(name), name.clone()));
    Ok(names)
}

fn belongs(name: &str, wanted: &BTreeSet<String>) -> bool {
    wanted.contains(name) || name.strip_suffix(SBOM_ENDING).is_some_and(|archive| wanted.contains(archive))
}

fn fits(together: &Sums, list: &Sums) -> Result<(), DeliveryError> {
    for (name, digest) in list {
        match together.get(name) {
            None => return Err(DeliveryError::Lacking { name: name.clone() }),
            Some(there) if there != digest => return Err(DeliveryError::Differs { name: name.clone() }),
            Some(_) => {}
        }
    }
    let unlisted =
        together.keys().find(|name| !list.contains_key(*name) && !matches!(name.as_str(), SUMS | SUMS_SIGNATURE));
    unlisted.map_or(Ok(()), |name| Err(DeliveryError::Unlisted { name: name.clone() }))
}

/// The order in which files go to the forge.
pub(super) fn rank(name: &str) -> u8 {
    match name {
        SUMS => 4,
        SUMS_SIGNATURE => 3,
        PROVENANCE | PROVENANCE_BUNDLE => 2,
        _ if name.ends_with(SBOM_ENDING) => 1,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{model::FileDigest, policy::Policy};

    fn files(names: &[&str]) -> Sums {
        names.iter().map(|name| ((*name).to_owned(), FileDigest::of(name.as_bytes()))).collect()
    }

    fn wanted() -> BTreeSet<String> {
        ["a.tar.xz", "b.zip", SUMS, PROVENANCE].map(str::to_owned).into()
    }

    #[test]
    fn the_list_comes_last_and_what_is_there_is_not_sent_again() {
        let given = files(&[SUMS, PROVENANCE, "a.tar.xz", "b.zip", "b.zip.cdx.json"]);
        let list = files(&[PROVENANCE, "a.tar.xz", "b.zip", "b.zip.cdx.json"]);
        let order = delivery(&files(&["a.tar.xz"]), &given, &wanted(), Some(&list)).expect("all is well");
        assert_eq!(order, ["b.zip", "b.zip.cdx.json", PROVENANCE, SUMS]);
    }

    #[test]
    fn what_is_expected_beside_the_archives_depends_on_who_signs() {
        let key = "key = \"RWQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GFO3\"";
        let identity = "identity = \"https://github.com/example/abacus/.github/workflows/release.yml@refs/tags/v*\"";
        let beside = |signers: &str| {
            let text = format!(
                "[project]\nname = \"abacus\"\nmain = \"main\"\n[train]\nfirst = {{ version = \"1.0.0\", cut = 2026-12-05 }}\n\
                 [[artifact]]\nname = \"{{project}}-v{{version}}-src\"\nkind = \"source\"\n[provenance]\n{signers}\n"
            );
            let policy = Policy::parse(&text).expect("a policy");
            let names = expected_files("abacus", &policy.epochs()[0].rules, &Version::new(1, 0, 0));
            names.into_iter().filter(|name| matches!(rank(name), 2..)).collect::<Vec<_>>()
        };
        assert_eq!(beside(""), [SUMS, PROVENANCE]);
        assert_eq!(beside(key), [SUMS, SUMS_SIGNATURE, PROVENANCE]);
        assert_eq!(beside(identity), [SUMS, PROVENANCE_BUNDLE]);
        assert_eq!(beside(&format!("{key}\n{identity}")), [SUMS, SUMS_SIGNATURE, PROVENANCE, PROVENANCE_BUNDLE]);
    }

    #[test]
    fn a_folder_may_hold_a_part_of_the_release_and_nothing_else() {
        assert_eq!(delivery(&Sums::new(), &files(&["b.zip"]), &wanted(), None), Ok(vec!["b.zip".to_owned()]));
        let stranger =
            delivery(&Sums::new(), &files(&["b.zip", "notes.txt"]), &wanted(), None).expect_err("a stranger");
        assert_eq!(stranger.to_string(), "by the policy, `notes.txt` is not a file of this release");
    }

    #[test]
    fn a_list_that_does_not_fit_all_files_is_not_delivered() {
        let given = files(&[SUMS, "a.tar.xz"]);
        let error = |there: &[&str], list: &[&str]| {
            delivery(&files(there), &given, &wanted(), Some(&files(list))).expect_err("it does not fit").to_string()
        };
        assert_eq!(
            error(&[], &["a.tar.xz", "b.zip"]),
            "SHA256SUMS lists `b.zip`, which is neither here nor on the forge"
        );
        assert_eq!(error(&["b.zip"], &["a.tar.xz"]), "SHA256SUMS does not list `b.zip`");
        let mut other = files(&["a.tar.xz"]);
        other.insert("a.tar.xz".to_owned(), FileDigest::of(b"other"));
        let error = delivery(&Sums::new(), &given, &wanted(), Some(&other)).expect_err("it differs");
        assert_eq!(error, DeliveryError::Differs { name: "a.tar.xz".to_owned() });
    }
}
