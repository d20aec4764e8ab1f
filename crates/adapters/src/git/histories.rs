//! Main and the release lines that parted from it: read only as far back as the oldest of them did.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    ops::Range,
};

use gix::ObjectId;
use stationmaster_core::model::{CommitId, LineBranch, LineHistory, LineName, LoggedCommit};
use stationmaster_engine::ports::Histories;

use super::{PortResult, Repository, absent_commit, commit_id, encoding, failure::failed, object_id};

/// Clocks of committers may be wrong by so much, in seconds.
const SLACK: i64 = 7 * 24 * 3600;
/// Of what came with one merge, no more than so many commits are named.
const BROUGHT: usize = 1000;

impl Repository {
    /// See [`stationmaster_engine::ports::Objects::histories`].
    ///
    /// # Errors
    /// A commit is missing, or cannot be read.
    pub fn read_histories(&self, main: &CommitId, lines: &BTreeMap<LineName, LineBranch>) -> PortResult<Histories> {
        let mut repository = self.local();
        repository.object_cache_size_if_unset(4 << 20);
        let mut main = Chain::new(&repository, object_id(main)?);
        let mut parted = BTreeMap::new();
        for (name, branch) in lines {
            parted.insert(*name, line(&repository, &mut main, branch)?);
        }
        let mut histories = Histories::default();
        let known: HashSet<ObjectId> = main.places.keys().copied().collect();
        let oldest = main.links.last().map_or(i64::MIN, |link| link.commit.seconds);
        histories.main = with_brought(&repository, main.links, &known, oldest)?;
        for (name, LineBranch { branch, head, .. }) in lines {
            let Some(Parted { links, followed, at }) = parted.remove(name) else { continue };
            let own: HashSet<ObjectId> = links.iter().map(|link| link.id).chain(known.iter().copied()).collect();
            let mut commits = with_brought(&repository, links, &own, oldest)?;
            commits.extend(histories.main.get(followed).unwrap_or_default().iter().cloned());
            let history = LineHistory { branch: branch.clone(), head: head.clone(), parted: at, commits };
            histories.lines.insert(*name, history);
        }
        Ok(histories)
    }
}

/// One commit of a chain of first parents.
struct Link {
    id: ObjectId,
    commit: LoggedCommit,
    first_parent: Option<ObjectId>,
    others: Vec<ObjectId>,
}

/// A chain of first parents, read as far as it was asked for.
struct Chain<'r> {
    repository: &'r gix::Repository,
    links: Vec<Link>,
    places: HashMap<ObjectId, usize>,
    next: Option<ObjectId>,
}

impl<'r> Chain<'r> {
    fn new(repository: &'r gix::Repository, head: ObjectId) -> Self {
        Self { repository, links: Vec::new(), places: HashMap::new(), next: Some(head) }
    }

    /// The place of a commit in the chain, from the newest, which is read back to before that commit was made.
    fn place(&mut self, id: ObjectId, seconds: i64) -> PortResult<Option<usize>> {
        while self.links.last().is_none_or(|last| last.commit.seconds >= seconds.saturating_sub(SLACK)) {
            let Some(next) = self.next.take() else { break };
            let link = read(self.repository, next)?;
            self.next = link.first_parent;
            self.places.insert(next, self.links.len());
            self.links.push(link);
        }
        Ok(self.places.get(&id).copied())
    }
}

/// A line, and where it parted from main.
struct Parted {
    /// What only it has.
    links: Vec<Link>,
    /// The commits of main, by their places, with which it went on after its first release.
    followed: Range<usize>,
    /// The place on main that all this came after.
    at: Option<usize>,
}

fn line(repository: &gix::Repository, main: &mut Chain<'_>, line: &LineBranch) -> PortResult<Parted> {
    let mut links = Vec::new();
    let mut next = Some(object_id(&line.head)?);
    while let Some(id) = next {
        let link = read(repository, id)?;
        if let Some(place) = main.place(id, link.commit.seconds)? {
            let released = released(repository, main, line, &links)?.unwrap_or_default().max(place);
            return Ok(Parted { links, followed: place..released, at: Some(released) });
        }
        next = link.first_parent;
        links.push(link);
    }
    Ok(Parted { links, followed: 0..0, at: None })
}

/// The place on main of a line's first release, where that is there.
fn released(
    repository: &gix::Repository,
    main: &mut Chain<'_>,
    line: &LineBranch,
    own: &[Link],
) -> PortResult<Option<usize>> {
    let Some(released) = line.released.as_ref().map(object_id).transpose()? else { return Ok(None) };
    if own.iter().any(|link| link.id == released) {
        return Ok(None);
    }
    let seconds = read(repository, released)?.commit.seconds;
    main.place(released, seconds)
}

fn read(repository: &gix::Repository, id: ObjectId) -> PortResult<Link> {
    let what = || format!("read commit {id}");
    let object = repository.try_find_object(id).map_err(|error| failed(what(), error))?;
    let object = object.ok_or_else(|| absent_commit(repository, &id))?;
    let commit = object.try_into_commit().map_err(|error| failed(what(), error))?;
    let decoded = commit.decode().map_err(|error| failed(what(), error))?;
    let seconds = decoded.committer().map_err(|error| failed(what(), error))?.seconds();
    let mut parents = decoded.parents();
    Ok(Link {
        id,
        first_parent: parents.next(),
        others: parents.collect(),
        commit: LoggedCommit { id: commit_id(id), message: encoding::message(&decoded), seconds, brought: Vec::new() },
    })
}

/// The commits, each merge with what came with it: what neither the chain nor anything known has.
fn with_brought(
    repository: &gix::Repository,
    links: Vec<Link>,
    known: &HashSet<ObjectId>,
    oldest: i64,
) -> PortResult<Vec<LoggedCommit>> {
    let mut seen = HashSet::new();
    let mut commits: Vec<LoggedCommit> = Vec::with_capacity(links.len());
    // The oldest merge first: what it brought is not brought by a later one.
    for mut link in links.into_iter().rev() {
        let mut open = std::mem::take(&mut link.others);
        while let Some(id) = open.pop().filter(|_| link.commit.brought.len() < BROUGHT) {
            if known.contains(&id) || !seen.insert(id) {
                continue;
            }
            let side = read(repository, id)?;
            if side.commit.seconds < oldest.saturating_sub(SLACK) {
                continue;
            }
            open.extend(side.first_parent.into_iter().chain(side.others));
            link.commit.brought.push((side.commit.id, side.commit.message));
        }
        commits.push(link.commit);
    }
    commits.reverse();
    Ok(commits)
}
