//! Moving and making refs, several at once, only from where they are expected to be.
//!
//! All of them are locked and compared before one is written. A process that is killed between two of the last renames leaves
//! some written; asked again, it writes the others.

use gix::{
    ObjectId,
    actor::SignatureRef,
    refs::{
        FullName, Target,
        transaction::{PreviousValue, RefEdit},
    },
};
use stationmaster_core::model::CommitId;
use stationmaster_engine::ports::{RefUpdate, TagSpec};

use super::{
    PortError, PortResult, Repository,
    failure::{failed, refused},
    object_id,
    refs::{find_ref, full_name},
};

/// Who the reflog names where the repository's own configuration names nobody.
const REFLOG_NAME: &str = "stationmaster";

/// One ref on its way.
struct Move {
    name: FullName,
    /// What it is called for people.
    what: String,
    /// The commit it is at now. None: it does not exist.
    expected: Option<ObjectId>,
    /// The commit it is to be at.
    commit: ObjectId,
    /// What is written into it: the commit, or the tag object.
    object: ObjectId,
}

impl Move {
    /// Whether it is to be written: not where it is there already.
    fn is_due(&self, repository: &gix::Repository) -> PortResult<bool> {
        match find_ref(repository, &self.name)? {
            Some(now) if now == self.commit => Ok(false),
            now if now != self.expected => Err(moved(&self.what, now)),
            _ => Ok(true),
        }
    }

    fn edit(&self) -> RefEdit {
        let (previous, message) = match self.expected {
            Some(id) => (PreviousValue::MustExistAndMatch(Target::Object(id)), "stationmaster: moved"),
            None => (PreviousValue::MustNotExist, "stationmaster: created"),
        };
        RefEdit::update(self.name.clone(), self.object, previous, message)
    }
}

impl Repository {
    /// Point a ref at a commit made from `base`: the ref must be absent, at `base`, or there already. A name without `refs/`
    /// is a branch's.
    ///
    /// # Errors
    /// The name is no ref name, or the ref is elsewhere.
    pub fn set_ref(&self, name: &str, base: &CommitId, commit: &CommitId) -> PortResult<()> {
        let full = if name.starts_with("refs/") { full_name("", name)? } else { full_name("refs/heads/", name)? };
        let repository = self.local();
        let expected = find_ref(&repository, &full)?.map(|_| object_id(base)).transpose()?;
        let commit = Self::commit(&repository, commit)?.id;
        self.move_all(&repository, vec![Move { name: full, what: name.to_owned(), expected, commit, object: commit }])
    }

    /// Move and make refs; see the port.
    pub(super) fn update_refs(&self, updates: &[RefUpdate]) -> PortResult<()> {
        let repository = self.local();
        let moves = updates.iter().map(|update| match update {
            RefUpdate::Branch { name, expected, to } => branch_move(&repository, name, expected.as_ref(), to),
            RefUpdate::Tag(tag) => tag_move(&repository, tag),
        });
        self.move_all(&repository, moves.collect::<PortResult<_>>()?)
    }

    fn move_all(&self, repository: &gix::Repository, moves: Vec<Move>) -> PortResult<()> {
        named_once(&moves)?;
        let mut due = Vec::new();
        for wanted in moves {
            if wanted.is_due(repository)? {
                due.push(wanted);
            }
        }
        let made: Vec<&FullName> = due.iter().filter(|due| due.expected.is_none()).map(|due| &due.name).collect();
        for name in &made {
            is_free(repository, name, &made)?;
        }
        let Err(error) = self.write_all(repository, &due) else { return Ok(()) };
        // Somebody was faster, maybe with the same.
        let mut left = false;
        for wanted in &due {
            left |= wanted.is_due(repository)?;
        }
        if left { Err(error) } else { Ok(()) }
    }

    /// Compare and swap, with lines in the refs' logs where git would write them.
    fn write_all(&self, repository: &gix::Repository, due: &[Move]) -> PortResult<()> {
        let names: Vec<String> = due.iter().map(|due| format!("{} at {}", due.name.as_bstr(), due.commit)).collect();
        let (user, email) = self.user().unwrap_or_else(|| (REFLOG_NAME.to_owned(), String::new()));
        let time = gix::date::Time::now_utc().to_string();
        let who = SignatureRef { name: user.as_str().into(), email: email.as_str().into(), time: &time };
        repository
            .edit_references_as(due.iter().map(Move::edit), Some(who))
            .map(drop)
            .map_err(|error| failed(format!("point {}", names.join(", ")), error))
    }
}

fn branch_move(
    repository: &gix::Repository,
    name: &str,
    expected: Option<&CommitId>,
    to: &CommitId,
) -> PortResult<Move> {
    let commit = Repository::commit(repository, to)?.id;
    Ok(Move {
        name: full_name("refs/heads/", name)?,
        what: format!("branch {name}"),
        expected: expected.map(object_id).transpose()?,
        commit,
        object: commit,
    })
}

fn tag_move(repository: &gix::Repository, tag: &TagSpec) -> PortResult<Move> {
    let name = full_name("refs/tags/", &tag.name)?;
    let commit = Repository::commit(repository, &tag.commit)?.id;
    let mut made = Move { name, what: format!("tag {}", tag.name), expected: None, commit, object: commit };
    // Of one that is there, no other object is written.
    if made.is_due(repository)? {
        made.object = Repository::write_tag(repository, tag)?;
    }
    Ok(made)
}

/// A ref that is named twice could not be both.
fn named_once(moves: &[Move]) -> PortResult<()> {
    for (at, wanted) in moves.iter().enumerate() {
        if moves[..at].iter().any(|before| before.name == wanted.name) {
            return Err(refused(format!("moving {}", wanted.what), "it is named twice"));
        }
    }
    Ok(())
}

/// Nothing keeps a new ref from being made: git keeps `a/b` in a folder `a`, so that no ref can be called `a` beside it. Packed
/// refs lie in no folder, and the library does not look for them; nor does it look at what is made with it.
fn is_free(repository: &gix::Repository, name: &FullName, made: &[&FullName]) -> PortResult<()> {
    let text = name.as_bstr().to_string();
    let what = || format!("look for what is in the way of {text}");
    let in_the_way =
        |other: &str| refused(format!("making {text}"), format!("{other} is in the way: git cannot have both"));
    // `refs/heads` itself is never a ref.
    for (at, _) in text.match_indices('/').skip(2) {
        let above = FullName::try_from(&text[..at]).map_err(|error| failed(what(), error))?;
        let exists = repository.try_find_reference(above.as_ref()).map_err(|error| failed(what(), error))?.is_some();
        if exists || made.contains(&&above) {
            return Err(in_the_way(&text[..at]));
        }
    }
    let platform = repository.references().map_err(|error| failed(what(), error))?;
    let mut below = platform.prefixed(format!("{text}/").as_str()).map_err(|error| failed(what(), error))?;
    match below.next() {
        None => Ok(()),
        Some(Ok(other)) => Err(in_the_way(&other.name().as_bstr().to_string())),
        Some(Err(error)) => Err(failed(what(), error)),
    }
}

/// A ref is not where it was expected.
fn moved(what: &str, now: Option<ObjectId>) -> PortError {
    let found = now.map_or_else(|| "it does not exist".to_owned(), |id| format!("it points to {id}"));
    PortError::Moved { what: what.to_owned(), found }
}
