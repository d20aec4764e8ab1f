//! The words of the product as types: see section 2 of the architecture page.

mod archive_format;
mod artifact;
mod chain;
mod checks;
mod commit;
mod crate_release;
mod credential;
mod digest;
mod draft;
mod finding;
mod fix;
mod history;
mod identity;
mod line;
mod lock_file;
mod machine;
mod observation;
mod outcome;
mod pace;
mod package;
mod platform;
mod precondition;
mod public_key;
mod pull_request;
mod rule;
mod signer;
mod stand_in;
mod step_id;
mod train_report;
mod tree_files;
mod version;
mod wait;

pub use archive_format::ArchiveFormat;
pub use artifact::{Artifact, ArtifactKind, Build, Contents, Job, MadeOn, Shell};
pub(crate) use artifact::{BUILT, in_file_names};
pub use chain::{BrokenChain, ChainHead, KeptEntry, KeptHead, NO_ENTRY_BEFORE, verify_chain, verify_kept};
pub use checks::{CheckOutcome, CheckState, Checks};
pub use commit::{CommitId, CommitSpec, FileEdit, InvalidCommitId};
pub use crate_release::CrateRelease;
pub use credential::{Credential, Credentials, Minter, UploadKind};
pub use digest::{FileDigest, InvalidDigest};
pub use draft::{DraftChange, ForgeReleaseDraft, PullRequestDraft};
pub use finding::{Finding, Severity};
pub use fix::{ChangeClass, Decided, FixDecision};
pub use history::{
    Deeds, Held, Histories, LineBranch, LineHistory, LoggedCommit, MainChange, PatchIds, Pick, Picked, Place,
};
pub use identity::Identity;
pub use line::{InvalidLineName, LineName};
pub use lock_file::LockFile;
pub use machine::{Linker, Machine, Rustc};
pub use observation::{
    BranchHead, CrateVersions, FileSelection, ForgeRelease, IndexStanding, IndexVersion, Observation, Observed,
    PullRequest, PullRequestState, TagRef, UnreadableFiles,
};
pub use outcome::{JournalEntry, JournalEvent, JournalKind, Outcome, StepResult};
pub use pace::{Pace, Rate};
pub use package::{CrateFacts, DependencyFact, Packaged, Packages, ReadmeFact};
pub use platform::Platform;
pub use precondition::Precondition;
pub use public_key::{InvalidPublicKey, KeyId, PublicKey};
pub use pull_request::{HEAD_PREFIX, PullRequestKind};
pub use rule::Rule;
pub use signer::{InvalidSigner, SignerIdentity, Vouched};
pub use stand_in::{LinkFault, StandIn};
pub use step_id::StepId;
pub use train_report::{TrainReport, TrainState};
pub use tree_files::{Reached, TreeFiles};
pub use version::{Bump, LastVersion, bump_version, strip_pre};
pub use wait::{Elsewhere, Wait, WaitReason};
