//! Crates into the registry, each exactly once (R11).
//!
//! Every crate is packaged once. What the index has already, with our checksum, is done. The rest is uploaded in the order and
//! at the pace of the core's queue, and each is confirmed by the index: whatever the registry replied, the index tells what is
//! true. With another checksum somebody else published that version, and that is an alarm: nothing more is sent.

use std::{
    collections::{BTreeMap, BTreeSet},
    pin::pin,
};

use futures_util::{
    StreamExt,
    future::{Either, select},
    stream::FuturesUnordered,
};
use jiff::{Timestamp, ToSpan};
use stationmaster_core::{
    model::{CrateRelease, CrateVersions, JournalEvent, Observed, Pace, StepId, UploadKind},
    step::Publish,
    upload::{Overdue, Queue},
};

use crate::{
    apply::record,
    ports::{PortError, PortResult, StagedCrate, UploadReply, World},
    progress::Event,
    ready,
    stopped::{Changed, Stopped},
};

/// From an answer to the second look at the index, in milliseconds; the first comes at once. Each further pause is twice as
/// long.
const FIRST_PAUSE: i64 = 250;
/// The longest pause, in milliseconds.
const LONGEST_PAUSE: i64 = 2000;

/// A crate that the index shows with our checksum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublishedCrate {
    /// What was packaged.
    pub staged: StagedCrate,
    /// It was there before we began.
    pub was_there: bool,
}

pub(super) async fn run(world: &World<'_>, step: &StepId, it: &Publish) -> Result<String, Stopped> {
    Ok(format!("{} crates", publish(world, step, it).await?.len()))
}

/// Publish the crates of a commit, and return once the index shows them all. Those that it shows already are left alone.
///
/// # Errors
/// There is no token for what is missing, a crate cannot be packaged, the registry refuses one, or somebody else published one.
/// What was done until then stays done, and is found by the next call.
pub async fn publish(world: &World<'_>, step: &StepId, wanted: &Publish) -> Result<Vec<PublishedCrate>, Stopped> {
    ready::ready(world, &wanted.crates).await?;
    publish_ready(world, step, wanted).await
}

async fn publish_ready(world: &World<'_>, step: &StepId, wanted: &Publish) -> Result<Vec<PublishedCrate>, Stopped> {
    let Publish { commit, crates, .. } = wanted;
    world.progress.event(&Event::Packaging { crates: crates.len() });
    let staged = world.here.builder.stage(commit, crates).await?;
    let seen = look(world, &staged).await?;
    let missing: Vec<StagedCrate> =
        staged.iter().zip(&seen).filter(|(_, seen)| !seen.is_there()).map(|(it, _)| it.clone()).collect();
    if !missing.is_empty() {
        let new = seen.iter().zip(&staged).filter(|(seen, _)| **seen == Seen::Absent(UploadKind::NewCrate));
        let new = new.map(|(_, it)| it.release.name.clone()).collect();
        let mut uploads = Uploads::new(world, (step, wanted.pace), &missing, &new);
        let sent = uploads.run().await;
        finish(world, &sent).await;
        sent.map_err(|error| uploads.changed().stopped(error))?;
    }
    let published = |(staged, seen): (StagedCrate, Seen)| PublishedCrate { staged, was_there: seen.is_there() };
    Ok(staged.into_iter().zip(seen).map(published).collect())
}

/// Nothing stays open, however it ended. A token that could not be taken back ends by itself, and is no reason to call a publish
/// failed that is not.
async fn finish(world: &World<'_>, sent: &PortResult<()>) {
    if matches!(sent, Err(PortError::Crash)) {
        return;
    }
    if let Err(error) = world.registry.finish().await {
        world.progress.event(&Event::TokenLeft { why: error.to_string() });
    }
}

/// What the index says of one of our crates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Seen {
    /// It has it, with our checksum.
    Ours,
    /// It has not; and what uploading it is.
    Absent(UploadKind),
    /// It could not be asked.
    Unknown,
}

impl Seen {
    fn is_there(self) -> bool {
        self == Self::Ours
    }
}

/// The first look, which must see everything: what is unknown is never taken for absent.
async fn look(world: &World<'_>, staged: &[StagedCrate]) -> PortResult<Vec<Seen>> {
    let names: Vec<_> = staged.iter().map(|it| it.release.name.clone()).collect();
    let index = world.registry.index(&names).await;
    for name in &names {
        ready::known(name, index.get(name))?;
    }
    staged.iter().map(|it| seen(it, index.get(&it.release.name))).collect()
}

/// What an answer means for a crate. With another checksum than ours: refused.
fn seen(staged: &StagedCrate, answer: Option<&Observed<CrateVersions>>) -> PortResult<Seen> {
    let release = &staged.release;
    let Some(Observed::Known(versions)) = answer else { return Ok(Seen::Unknown) };
    match versions.get(&release.version) {
        None => Ok(Seen::Absent(ready::kind(versions))),
        Some(entry) if entry.checksum == staged.checksum => Ok(Seen::Ours),
        Some(entry) => Err(PortError::Refused {
            what: format!("{} {}", release.name, release.version),
            why: format!(
                "the index has it with checksum {}, and ours is {}: somebody else published this version",
                entry.checksum, staged.checksum
            ),
        }),
    }
}

fn silence(answer: Option<&Observed<CrateVersions>>) -> String {
    match answer {
        Some(Observed::Unknown(why)) => why.clone(),
        Some(Observed::Known(_)) | None => "it said nothing".to_owned(),
    }
}

/// Uploads under way.
struct Uploads<'a> {
    world: &'a World<'a>,
    step: &'a StepId,
    staged: &'a [StagedCrate],
    new: &'a BTreeSet<String>,
    queue: Queue,
    /// When the index is asked next, while something is unconfirmed.
    next_look: Option<Timestamp>,
    /// Pause before the look after that.
    pause: i64,
    /// What was heard last of those that may be in: by the registry, and by the index.
    heard: BTreeMap<usize, String>,
    index_silent: Option<String>,
    /// Sent, and not answered yet.
    under_way: BTreeSet<usize>,
    /// One was taken, or may have been.
    taken: Changed,
}

impl<'a> Uploads<'a> {
    fn new(
        world: &'a World<'a>,
        (step, pace): (&'a StepId, Pace),
        staged: &'a [StagedCrate],
        new: &'a BTreeSet<String>,
    ) -> Self {
        let crates: Vec<_> = staged.iter().map(|it| it.release.clone()).collect();
        let queue = Queue::new(&crates, new, pace);
        Self {
            world,
            step,
            staged,
            new,
            queue,
            next_look: None,
            pause: FIRST_PAUSE,
            heard: BTreeMap::new(),
            index_silent: None,
            under_way: BTreeSet::new(),
            taken: Changed::Nothing,
        }
    }

    /// What the registry may have of these, however it ended.
    fn changed(&self) -> Changed {
        self.taken.max(Changed::if_so(!self.under_way.is_empty()))
    }

    /// Until the index shows all.
    async fn run(&mut self) -> PortResult<()> {
        let stuck = self.queue.stuck();
        if !stuck.is_empty() {
            let why = format!("these crates wait for each other: {}", stuck.join(", "));
            return Err(PortError::Refused { what: "publishing".into(), why });
        }
        let (world, staged, new) = (self.world, self.staged, self.new);
        let kind = |at: usize| match new.contains(&staged[at].release.name) {
            true => UploadKind::NewCrate,
            false => UploadKind::Update,
        };
        let send = |at: usize| async move { (at, world.registry.upload(&staged[at], kind(at)).await) };
        let mut sent = FuturesUnordered::new();
        while !self.queue.is_done() {
            let now = world.clock.now();
            while let Some(at) = self.queue.start(now) {
                self.under_way.insert(at);
                sent.push(send(at));
            }
            self.announce_pause(now, sent.is_empty());
            let timer = self.next_look.into_iter().chain(self.queue.next_start(now)).min();
            match (sent.is_empty(), timer) {
                (true, Some(until)) => world.clock.sleep_until(until).await,
                (false, Some(until)) => match select(sent.next(), pin!(world.clock.sleep_until(until))).await {
                    Either::Left((Some((at, reply)), _)) => self.answered(at, reply).await?,
                    Either::Left((None, _)) | Either::Right(_) => {}
                },
                (false, None) => {
                    if let Some((at, reply)) = sent.next().await {
                        self.answered(at, reply).await?;
                    }
                }
                // Nothing is under way and nothing will start: not before the order has a circle, and that was asked first.
                (true, None) => return Ok(()),
            }
            if self.next_look.is_some_and(|look| look <= world.clock.now()) {
                self.confirm().await?;
            }
        }
        Ok(())
    }

    /// A person who watches is told why nothing happens for a while.
    fn announce_pause(&self, now: Timestamp, idle: bool) {
        let waits = idle && self.next_look.is_none();
        if let Some(start) = self.queue.next_start(now).filter(|start| waits && *start > now) {
            let seconds = start.as_second() - now.as_second();
            self.world.progress.event(&Event::RateLimited { seconds });
        }
    }

    /// What an answer to an upload means for the queue.
    async fn answered(&mut self, at: usize, reply: PortResult<UploadReply>) -> PortResult<()> {
        let now = self.world.clock.now();
        self.pause = FIRST_PAUSE;
        self.under_way.remove(&at);
        let reply = match reply {
            // A network that fails for a moment must not end what takes half an hour.
            Err(PortError::Failed { why, .. }) => UploadReply::Unclear(why),
            reply => reply?,
        };
        self.taken = self.taken.max(Changed::if_so(matches!(reply, UploadReply::Accepted | UploadReply::Unclear(_))));
        match reply {
            UploadReply::Accepted => self.queue.accepted(at, now),
            UploadReply::AlreadyThere(why) => {
                self.unclear(at, why);
                self.queue.already_there(at, now);
            }
            UploadReply::RetryAt(until) => {
                let until = self.queue.put_off(at, until, now);
                let seconds = (until.as_second() - now.as_second()).max(0);
                self.world.progress.event(&Event::RateLimited { seconds });
                return self.not_overdue();
            }
            UploadReply::Unclear(why) => {
                self.unclear(at, why);
                self.queue.unclear(at, now);
            }
        }
        self.confirm().await
    }

    fn unclear(&mut self, at: usize, why: String) {
        let name = self.staged[at].release.name.clone();
        self.world.progress.event(&Event::UploadUnclear { name, why: why.clone() });
        self.heard.insert(at, why);
    }

    /// Ask the index for what it should show, and record what it shows.
    async fn confirm(&mut self) -> PortResult<()> {
        let asked = self.queue.unconfirmed();
        let names: Vec<_> = asked.iter().map(|at| self.staged[*at].release.name.clone()).collect();
        let index = self.world.registry.index(&names).await;
        let now = self.world.clock.now();
        for at in asked {
            let staged = &self.staged[at];
            match seen(staged, index.get(&staged.release.name))? {
                Seen::Ours => {
                    self.queue.confirmed(at);
                    self.record(staged).await?;
                }
                Seen::Absent(_) => {
                    self.index_silent = None;
                    self.queue.absent(at, now);
                }
                Seen::Unknown => {
                    self.index_silent = Some(silence(index.get(&staged.release.name)));
                    self.queue.unseen(at, now);
                }
            }
        }
        self.not_overdue()?;
        self.next_look = (!self.queue.unconfirmed().is_empty()).then(|| now + self.pause.milliseconds());
        self.pause = (self.pause * 2).min(LONGEST_PAUSE);
        Ok(())
    }

    /// Whatever is not there after its time is said with what is known of it.
    fn not_overdue(&self) -> PortResult<()> {
        let Some((at, overdue)) = self.queue.overdue() else { return Ok(()) };
        let CrateRelease { name, version, .. } = &self.staged[at].release;
        let heard = self.heard.get(&at).map_or("nothing", String::as_str);
        let index = match &self.index_silent {
            Some(why) => format!("its index cannot be asked: {why}"),
            None => "its index does not show it".to_owned(),
        };
        let why = match overdue {
            Overdue::Accepted => format!("the registry accepted it, but {index}"),
            Overdue::AlreadyThere => format!("the registry says `{heard}`, but {index}"),
            Overdue::Unclear => format!("no clear answer came ({heard}), and {index}; it may be there or not"),
            Overdue::Tried(times) => {
                format!("no clear answer came, in {times} tries, and {index}; the last was: {heard}")
            }
            Overdue::PutOff(times) => format!("the registry put us off {times} times, and took nothing"),
        };
        Err(PortError::Failed { what: format!("upload of {name} {version}"), why })
    }

    async fn record(&self, staged: &StagedCrate) -> PortResult<()> {
        let CrateRelease { name, version, .. } = &staged.release;
        let evidence = format!("{name} {version} {}", staged.checksum);
        record(self.world, JournalEvent::Progress { step: self.step.clone(), evidence }).await?;
        self.world.progress.event(&Event::CratePublished { name: name.clone(), version: version.clone() });
        Ok(())
    }
}
