//! What happened in the world, as values: for the transcript and for the invariants.

use std::fmt;

use jiff::Timestamp;
use semver::Version;
use stationmaster_core::model::{CheckState, CommitId, RepositoryId, RepositoryName};

/// Who did it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// A process of ours, by number.
    Process(u64),
    /// A maintainer.
    Person(String),
}

/// One change of the world. A call that found everything as asked makes none.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are named after what they hold")]
pub enum Event {
    /// A new commit object.
    CommitWritten {
        commit: CommitId,
        subject: String,
        paths: Vec<String>,
    },
    /// A branch was made or moved.
    BranchMoved {
        branch: String,
        from: Option<CommitId>,
        to: CommitId,
    },
    /// A tag was made.
    TagCreated {
        tag: String,
        commit: CommitId,
    },
    /// A pull request was opened.
    PullRequestOpened {
        number: u64,
        head: String,
        base: String,
        title: String,
    },
    /// A pull request's head, title or body changed.
    PullRequestRefreshed {
        number: u64,
        head: CommitId,
    },
    /// A pull request was merged.
    PullRequestMerged {
        number: u64,
        commit: CommitId,
    },
    /// A pull request was closed without a merge.
    PullRequestClosed {
        number: u64,
    },
    /// A closed pull request was opened again.
    PullRequestReopened {
        number: u64,
    },
    /// Someone approved.
    Approved {
        number: u64,
    },
    /// Someone decided something about a fix or a patch.
    Decided {
        what: String,
    },
    /// Checks of a commit ended, or began anew.
    Checked {
        commit: CommitId,
        state: CheckState,
    },
    /// The forge shows a release.
    ReleaseCreated {
        tag: String,
        prerelease: bool,
        latest: bool,
    },
    /// The forge holds a release that nobody sees yet.
    ReleaseHidden {
        tag: String,
    },
    /// An archive was made, and is kept on the machine that made it.
    ArchiveMade {
        name: String,
        commit: CommitId,
    },
    /// A file lies beside a release.
    FilePut {
        tag: String,
        name: String,
    },
    FileRemoved {
        tag: String,
        name: String,
    },
    /// Another release is shown as the newest.
    LatestMarked {
        tag: String,
    },
    /// Crates were packaged.
    Staged {
        commit: CommitId,
        crates: Vec<String>,
    },
    /// The registry accepted an upload.
    Uploaded {
        name: String,
        version: Version,
        checksum: String,
    },
    /// The registry put off an upload.
    PutOff {
        name: String,
        version: Version,
        until: Timestamp,
    },
    /// The registry gave a short-lived token.
    Minted {
        token: u64,
    },
    /// The registry did not take an upload, for its token is not good any more.
    TokenRefused {
        name: String,
        token: u64,
    },
    /// A version was withdrawn.
    Yanked {
        name: String,
        version: Version,
    },
    /// A process waited.
    Slept {
        until: Timestamp,
    },
    /// A crash point or a fault, in words.
    Mishap {
        what: String,
    },
    /// One of these, in another repository than the project's own.
    Elsewhere {
        repository: RepositoryName,
        event: Box<Event>,
    },
}

impl Event {
    /// The same, in a repository.
    pub(crate) fn at(self, repository: &RepositoryId) -> Self {
        match repository {
            RepositoryId::Own => self,
            RepositoryId::Other(name) => Self::Elsewhere { repository: name.clone(), event: Box::new(self) },
        }
    }

    /// Where it happened, and what.
    pub(crate) fn placed(&self) -> (RepositoryId, &Self) {
        match self {
            Self::Elsewhere { repository, event } => (RepositoryId::Other(repository.clone()), event),
            own => (RepositoryId::Own, own),
        }
    }
}

/// Writes an event as one line, naming commits by the order in which they appeared: a line stays readable, and stays the
/// same when only the wording of a commit changes.
pub struct Line<'a> {
    /// What happened.
    pub event: &'a Event,
    /// Who did it.
    pub actor: &'a Actor,
    /// Names a commit, such as `c3`.
    pub name: &'a dyn Fn(&CommitId) -> String,
}

impl fmt::Display for Line<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Actor::Person(name) = self.actor {
            write!(f, "({name}) ")?;
        }
        self.write(f, self.event)
    }
}

impl Line<'_> {
    fn write(&self, f: &mut fmt::Formatter<'_>, event: &Event) -> fmt::Result {
        let id = self.name;
        match event {
            Event::CommitWritten { commit, subject, paths } => {
                write!(f, "write {} \"{subject}\"", id(commit))?;
                if paths.is_empty() { Ok(()) } else { write!(f, ": {}", paths.join(", ")) }
            }
            Event::BranchMoved { branch, from: None, to } => write!(f, "create branch {branch} at {}", id(to)),
            Event::BranchMoved { branch, from: Some(from), to } => {
                write!(f, "move branch {branch} from {} to {}", id(from), id(to))
            }
            Event::TagCreated { tag, commit } => write!(f, "tag {tag} at {}", id(commit)),
            Event::PullRequestOpened { number, head, base, title } => {
                write!(f, "open #{number} \"{title}\" from {head} to {base}")
            }
            Event::PullRequestRefreshed { number, head } => write!(f, "refresh #{number} at {}", id(head)),
            Event::PullRequestMerged { number, commit } => write!(f, "merge #{number} as {}", id(commit)),
            Event::PullRequestClosed { number } => write!(f, "close #{number}"),
            Event::PullRequestReopened { number } => write!(f, "reopen #{number}"),
            Event::Approved { number } => write!(f, "approve #{number}"),
            Event::Decided { what } => f.write_str(what),
            Event::Checked { commit, state } => write!(f, "checks of {}: {}", id(commit), word(*state)),
            Event::ReleaseCreated { tag, prerelease, latest } => {
                let kind = if *prerelease { " (candidate)" } else { "" };
                write!(f, "create forge release {tag}{kind}{}", if *latest { ", latest" } else { "" })
            }
            Event::ReleaseHidden { tag } => write!(f, "prepare forge release {tag}, hidden"),
            Event::ArchiveMade { name, commit } => write!(f, "make {name} of {}", id(commit)),
            Event::FilePut { tag, name } => write!(f, "put {name} beside {tag}"),
            Event::FileRemoved { tag, name } => write!(f, "took {name} of {tag} away"),
            Event::LatestMarked { tag } => write!(f, "mark {tag} latest"),
            Event::Staged { commit, crates } => write!(f, "stage {} of {}", crates.join(", "), id(commit)),
            Event::Uploaded { name, version, .. } => write!(f, "upload {name} {version}"),
            Event::PutOff { name, version, until } => write!(f, "upload of {name} {version} put off until {until}"),
            Event::Minted { token } => write!(f, "mint token {token}"),
            Event::TokenRefused { name, token } => write!(f, "upload of {name} refused: token {token} has ended"),
            Event::Yanked { name, version } => write!(f, "yank {name} {version}"),
            Event::Slept { until } => write!(f, "sleep until {until}"),
            Event::Mishap { what } => write!(f, "!! {what}"),
            Event::Elsewhere { repository, event } => {
                write!(f, "in {repository}: ")?;
                self.write(f, event)
            }
        }
    }
}

fn word(state: CheckState) -> &'static str {
    match state {
        CheckState::Green => "green",
        CheckState::Pending => "pending",
        CheckState::Failed => "failed",
    }
}
