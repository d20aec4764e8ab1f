//! What must never happen: the list of it, by name.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::model::Rule;

/// Declares the invariants and the list of all of them together, so that none can be missing from the list.
macro_rules! invariants {
    ($($(#[doc = $words:literal])+ $name:ident = $text:literal, $rule:ident;)+) => {
        /// Something that no step of a plan may break.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum Invariant {
            $($(#[doc = $words])+ #[serde(rename = $text)] $name,)+
        }

        impl Invariant {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// Its name, kebab-case.
            pub fn name(self) -> &'static str {
                match self { $(Self::$name => $text,)+ }
            }

            /// The rule behind it.
            pub fn rule(self) -> Rule {
                match self { $(Self::$name => Rule::$rule,)+ }
            }
        }
    };
}

invariants! {
    /// A plan is done on the day it was made for.
    AnotherDay = "plan-of-another-day", R2;
    /// A step is done in a repository that the policy names. It names none yet but the project's own.
    InAnotherRepository = "in-another-repository", R12;
    /// A step has the preconditions that make its kind safe.
    Unguarded = "precondition-missing", R2;
    /// What a step's preconditions say is what was seen.
    NotAsSeen = "precondition-not-as-seen", X2;
    /// No two steps change the same thing, or have the same name.
    Twice = "same-thing-twice", R1;
    /// Tags and branches are called what the policy calls those of the step's version.
    Misnamed = "name-of-another-version", R1;
    /// Commits and tags have the policy's author and a date that follows from the plan: done again, they are the same.
    NotReproducible = "author-or-date-not-fixed", R2;
    /// Nothing is cut or proposed before its day in the calendar.
    BeforeItsDay = "before-its-day", X1;
    /// A branch is cut from main that carries its version, or from the release itself.
    CutFromNowhere = "cut-from-nowhere", X1;
    /// A pull request goes from a branch of ours to the branch that its change is for.
    PullRequestOutOfPlace = "pull-request-out-of-place", R2;
    /// A line whose support has ended takes nothing that nobody asked for.
    LineIsOver = "line-is-over", R7;
    /// What a change does to the versions can be read.
    ChangeNotReadable = "change-not-readable", R1;
    /// A bump changes manifests, lock files, version files and notes only.
    ChangesOtherFiles = "change-of-other-files", R1;
    /// A bump makes the version that its pull request is named after.
    MakesAnotherVersion = "change-to-another-version", R1;
    /// No group's version goes back.
    GroupGoesBack = "group-goes-back", R1;
    /// Coupled groups move together.
    CoupledGroupLeftBehind = "coupled-group-left-behind", R10;
    /// A change of main goes to a line as it was seen to come out there.
    PickNotAsSeen = "pick-not-as-seen", X2;
    /// No number is released twice.
    TwoReleasesOfOneNumber = "two-releases-of-one-number", R1;
    /// No release is lower than one on its line.
    VersionGoesBack = "version-goes-back", R8;
    /// No tag without a merge and green checks.
    TagWithoutMerge = "tag-without-merge", R2;
    /// No patch leaves while another line that needs one of its fixes has no release with it.
    LineLeftBehind = "line-left-behind", X5;
    /// Nothing is published or shown but what is tagged.
    WithoutTag = "release-without-tag", R2;
    /// Nothing goes to the registry that it has, or may have.
    PublishedTwice = "published-twice", X12;
    /// Only crates of the tagged commit are published, as the policy has them.
    PublishedOtherwise = "published-otherwise", R11;
    /// A crate comes after the crates it needs.
    OutOfOrder = "out-of-order", R11;
    /// The registry is used at the policy's pace.
    AnotherPace = "not-at-the-policys-pace", X12;
    /// Nothing follows the crates of a release before the index has all of them.
    BeforeItsCrates = "released-before-its-crates", R11;
    /// Archives are made for a hidden release that lacks them, as the policy declares them, where it lets them be made.
    ArchivesOutOfPlace = "archives-out-of-place", R11;
    /// A release is attested as it lies on the forge, with the policy's key and identity.
    AttestedOtherwise = "attested-what-is-not-there", X10;
    /// Nobody sees a release before its files are there.
    ReleasedWithoutItsFiles = "released-without-its-files", R11;
    /// A candidate is shown as one, and a release is not.
    CandidateAsRelease = "candidate-shown-as-release", X11;
    /// The latest release is the newest by version.
    LatestIsNotNewest = "latest-is-not-newest", X13;
    /// Only what the index has is yanked.
    YankedWhatIsNotThere = "yanked-what-is-not-there", X11;
    /// Only a candidate is yanked, and only once a later version of it is there whole.
    YankedWithoutReplacement = "yanked-what-nothing-replaces", X11;
}

impl Invariant {
    /// Nobody may break it by asking for a step. The others say what the policy would have, and when.
    pub fn binds_people(self) -> bool {
        !matches!(
            self,
            Self::WithoutTag
                | Self::Misnamed
                | Self::PublishedOtherwise
                | Self::BeforeItsCrates
                | Self::AnotherPace
                | Self::YankedWithoutReplacement
        )
    }
}

impl fmt::Display for Invariant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
