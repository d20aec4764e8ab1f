//! Rules: R11.

use jiff::ToSpan;
use proptest::prelude::*;
use semver::Version;

use super::*;
use crate::model::{LockFile, Rate};

fn crates(written: &[(&str, &[&str])]) -> Vec<CrateRelease> {
    let release = |(name, after): &(&str, &[&str])| CrateRelease {
        name: (*name).to_owned(),
        version: Version::new(1, 0, 0),
        after: after.iter().map(|it| (*it).to_owned()).collect(),
        lock_file: LockFile::Never,
    };
    written.iter().map(release).collect()
}

fn all_at_once(queue: &mut Queue, now: Timestamp) -> Vec<usize> {
    std::iter::from_fn(|| queue.start(now)).collect()
}

const NOW: Timestamp = Timestamp::UNIX_EPOCH;

#[test]
fn a_crate_waits_until_the_index_shows_what_it_needs() {
    let mut queue = Queue::new(&crates(&[("a", &[]), ("b", &["a"]), ("c", &[])]), &BTreeSet::new(), Pace::UNLIMITED);
    assert_eq!(all_at_once(&mut queue, NOW), [0, 2]);
    queue.accepted(0, NOW);
    assert_eq!(queue.start(NOW), None);
    queue.confirmed(0);
    assert_eq!(queue.start(NOW), Some(1));
}

#[test]
fn the_longest_chain_goes_first() {
    let written = crates(&[("leaf", &[]), ("root", &[]), ("middle", &["root"]), ("top", &["middle"])]);
    let pace = Pace { at_once: 1, ..Pace::UNLIMITED };
    assert_eq!(Queue::new(&written, &BTreeSet::new(), pace).start(NOW), Some(1));
}

#[test]
fn after_the_registry_asked_for_silence_nothing_goes_before_its_time_and_then_one_alone() {
    let mut queue = Queue::new(&crates(&[("a", &[]), ("b", &[]), ("c", &[])]), &BTreeSet::new(), Pace::UNLIMITED);
    assert_eq!(all_at_once(&mut queue, NOW), [0, 1, 2]);
    let until = NOW + 90.seconds();
    queue.put_off(0, until, NOW);
    queue.put_off(1, NOW + 30.seconds(), NOW);
    queue.put_off(2, NOW + 30.seconds(), NOW);
    assert_eq!(queue.start(NOW + 89.seconds()), None);
    assert_eq!(queue.next_start(NOW), Some(until));
    assert_eq!(all_at_once(&mut queue, until), [0]);
    queue.accepted(0, NOW);
    assert_eq!(all_at_once(&mut queue, until), [1, 2]);
}

fn alone() -> Queue {
    let mut queue = Queue::new(&crates(&[("a", &[])]), &BTreeSet::new(), Pace::UNLIMITED);
    assert_eq!(queue.start(NOW), Some(0));
    queue
}

#[test]
fn what_got_no_clear_answer_is_asked_for_and_then_sent_again_but_not_for_ever() {
    let mut queue = alone();
    let mut now = NOW;
    for tried in 1..=ATTEMPTS {
        queue.unclear(0, now);
        assert_eq!(queue.unconfirmed(), [0]);
        queue.absent(0, now);
        assert_eq!(queue.start(now), None, "it may be in");
        now += (PATIENCE * (1 << (tried - 1))).as_secs().seconds();
        queue.absent(0, now);
        assert_eq!(queue.start(now).is_some(), tried < ATTEMPTS, "the last one is looked for as well");
    }
    assert_eq!(queue.overdue(), Some((0, Overdue::Tried(ATTEMPTS))));
}

#[test]
fn what_may_be_in_while_the_index_is_away_is_not_sent_again_and_not_waited_for_without_end() {
    let mut queue = alone();
    queue.unclear(0, NOW);
    for seconds in [2, 600, 899] {
        queue.unseen(0, NOW + seconds.seconds());
        assert_eq!((queue.start(NOW + seconds.seconds()), queue.overdue()), (None, None), "{seconds}");
    }
    queue.unseen(0, NOW + 900.seconds());
    assert_eq!(queue.overdue(), Some((0, Overdue::Unclear)));
}

#[test]
fn the_time_of_an_upload_begins_when_the_registry_takes_that_one() {
    let mut queue = Queue::new(&crates(&[("a", &[]), ("b", &[])]), &BTreeSet::new(), Pace::UNLIMITED);
    assert_eq!(all_at_once(&mut queue, NOW), [0, 1]);
    queue.accepted(0, NOW);
    queue.confirmed(0);
    queue.put_off(1, NOW + 900.seconds(), NOW);
    let later = NOW + 900.seconds();
    assert_eq!(queue.start(later), Some(1));
    queue.unclear(1, later);
    queue.absent(1, later);
    assert_eq!(queue.overdue(), None, "nobody accepted it");
    queue.already_there(1, later);
    queue.absent(1, later + 899.seconds());
    assert_eq!((queue.start(later + 899.seconds()), queue.overdue()), (None, None), "it is not sent again");
    queue.absent(1, later + 900.seconds());
    assert_eq!(queue.overdue(), Some((1, Overdue::AlreadyThere)));
}

#[test]
fn a_registry_that_only_puts_off_is_asked_ever_less_often_and_not_for_ever() {
    let mut queue = alone();
    let (mut now, mut pauses) = (NOW, Vec::new());
    while queue.overdue().is_none() {
        let next = queue.put_off(0, now, now);
        pauses.push(next.as_second() - now.as_second());
        now = next;
        queue.start(now);
    }
    assert_eq!(pauses[..7], [1, 2, 4, 8, 16, 32, 60]);
    assert_eq!(queue.overdue(), Some((0, Overdue::PutOff(PUT_OFFS))));
}

#[test]
fn a_circle_is_named() {
    let written = crates(&[("a", &["b"]), ("b", &["a"]), ("c", &[])]);
    let queue = Queue::new(&written, &BTreeSet::new(), Pace::UNLIMITED);
    assert_eq!(queue.stuck(), ["a", "b"]);
}

#[test]
fn fifty_eight_updates_take_as_long_as_crates_io_says() {
    let written: Vec<CrateRelease> = (0..58)
        .map(|at| CrateRelease {
            name: format!("crate-{at}"),
            version: Version::new(1, 0, 0),
            after: BTreeSet::new(),
            lock_file: LockFile::Never,
        })
        .collect();
    let none = Conditions { upload: SignedDuration::ZERO, index: SignedDuration::ZERO };
    let minutes = |new: &BTreeSet<String>| forecast(&written, new, Pace::CRATES_IO, none).as_mins();
    assert_eq!(minutes(&BTreeSet::new()), 28);
    assert_eq!(minutes(&written.iter().map(|it| it.name.clone()).collect()), 530);
}

/// A lower bound by other means: no schedule beats the allowance, nor the longest chain.
fn bound(crates: &[CrateRelease], new: &BTreeSet<String>, pace: Pace, conditions: Conditions) -> SignedDuration {
    let each = conditions.upload + conditions.index;
    let by_rate = |rate: Option<Rate>, count: usize| {
        let over =
            rate.map_or(0, |rate| count.saturating_sub(rate.burst as usize) as i64 * i64::from(rate.every_seconds));
        SignedDuration::from_secs(over) + if count > 0 { each } else { SignedDuration::ZERO }
    };
    let fresh = crates.iter().filter(|it| new.contains(&it.name)).count();
    let mut depth = BTreeMap::new();
    for it in crates {
        let below = it.after.iter().filter_map(|name| depth.get(name)).max().copied().unwrap_or(0);
        depth.insert(it.name.clone(), below + 1);
    }
    let chain = each.checked_mul(depth.values().max().copied().unwrap_or(0)).expect("short");
    by_rate(pace.new_crates, fresh).max(by_rate(pace.updates, crates.len() - fresh)).max(chain)
}

prop_compose! {
    /// A graph in which each crate needs some of the few before it, as workspaces are.
    fn graph()(edges in prop::collection::vec(prop::collection::vec(0_usize..6, 0..3), 1..80)) -> Vec<CrateRelease> {
        edges.into_iter().enumerate().map(|(at, back)| CrateRelease {
            name: format!("crate-{at}"),
            version: Version::new(1, 0, 0),
            after: back.into_iter().filter(|by| *by < at).map(|by| format!("crate-{}", at - 1 - by)).collect(),
            lock_file: LockFile::Never,
        }).collect()
    }
}

proptest! {
    #[test]
    fn every_crate_goes_once_in_order_and_within_the_rates(written in graph(), fresh in 0_usize..80) {
        let new: BTreeSet<String> = written.iter().take(fresh).map(|it| it.name.clone()).collect();
        let mut queue = Queue::new(&written, &new, Pace::CRATES_IO);
        let (mut now, mut sent, mut done) = (NOW, Vec::new(), BTreeSet::new());
        while !queue.is_done() {
            while let Some(at) = queue.start(now) {
                prop_assert!(written[at].after.iter().all(|name| done.contains(name)));
                sent.push((now, new.contains(&written[at].name)));
                queue.accepted(at, now);
                queue.confirmed(at);
                prop_assert!(done.insert(written[at].name.clone()));
            }
            if let Some(next) = queue.next_start(now) {
                now = next;
            }
        }
        for (is_new, rate) in [(true, Pace::CRATES_IO.new_crates), (false, Pace::CRATES_IO.updates)] {
            let rate = rate.expect("crates.io has one");
            let times: Vec<i64> = sent.iter().filter(|it| it.1 == is_new).map(|it| it.0.as_second()).collect();
            for (at, time) in times.iter().enumerate() {
                let over = (at + 1).saturating_sub(rate.burst as usize) as i64;
                prop_assert!(*time >= over * i64::from(rate.every_seconds));
            }
        }
    }

    #[test]
    fn no_schedule_is_much_shorter(written in graph()) {
        let conditions = Conditions { upload: SignedDuration::from_millis(100), index: SignedDuration::from_millis(100) };
        let new = BTreeSet::new();
        let pace = Pace { at_once: 100, ..Pace::CRATES_IO };
        let took = forecast(&written, &new, pace, conditions);
        let least = bound(&written, &new, pace, conditions);
        // The chain and the rate can both hold on one crate: at most the chain's time on top.
        let chain = bound(&written, &new, Pace::UNLIMITED, conditions);
        prop_assert!(took >= least && took <= least + chain, "{took} instead of {least}");
    }
}
