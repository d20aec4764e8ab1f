//! Two processes at once.
//!
//! Rules: R11.

use std::collections::BTreeSet;

use async_trait::async_trait;
use stationmaster_core::{model::FileDigest, policy::Policy};
use stationmaster_engine::{
    lease::Lease,
    ports::{LeaseGuard, LeaseKeeper, PortError, PortResult},
    reconcile::reconcile,
};
use stationmaster_sim::{Process, SimWorld, people::MergeStyle, project::Project};

use crate::{play::block_on, policy::PolicyText};

/// A lease that does not keep anyone out, as between two machines that do not see each other.
struct Broken;

struct Nothing;

impl LeaseGuard for Nothing {}

#[async_trait]
impl LeaseKeeper for Broken {
    async fn acquire(&self) -> PortResult<Box<dyn LeaseGuard>> {
        Ok(Box::new(Nothing))
    }
}

fn world() -> SimWorld {
    let world = SimWorld::new();
    Project::demo("4.0.0".parse().expect("version"), "0.91.0".parse().expect("version")).plant(&world, true);
    world.day("2022-05-05".parse().expect("day"));
    world
}

async fn one(process: &Process, policy: &Policy) {
    let lease = Lease::take(&Broken).await.expect("a broken lease lets everyone in");
    let today = process.ports().clock.today();
    // Whoever is second finds the other's work, or is refused; the next run looks again.
    let _ = reconcile(&process.ports(), policy, &lease, today).await;
}

#[test]
fn a_second_process_is_told_who_has_the_lease_until_the_first_is_gone() {
    let world = world();
    let (first, second) = (world.process(), world.process());
    let lease = block_on(Lease::take(&first)).expect("free");
    let refused = block_on(Lease::take(&second)).map(|_| ()).expect_err("held");
    assert!(matches!(&refused, PortError::Refused { why, .. } if why.contains(first.name())), "{refused}");
    drop(lease);
    assert!(block_on(Lease::take(&second)).is_ok());
}

#[test]
fn even_without_a_lease_nothing_is_done_twice() {
    let policy = PolicyText::on_merge().parse();
    let calm = world();
    let rival = world();
    for round in 0..3 {
        let (a, b) = (rival.process(), rival.process());
        block_on(async { tokio::join!(one(&a, &policy), one(&b, &policy)) });
        for _ in 0..2 {
            block_on(one(&rival.process(), &policy));
            block_on(one(&calm.process(), &policy));
        }
        if round == 0 {
            for world in [&calm, &rival] {
                let merged = world.person("a maintainer").merge("stationmaster/release-5.0.0", MergeStyle::Merge);
                merged.expect("the pull request is open");
            }
        }
    }
    assert_eq!(rival.breaches(), [], "{}", rival.transcript().join("\n"));
    assert_eq!(rival.picture(), calm.picture(), "{}", rival.transcript().join("\n"));
    assert!(calm.picture().own.tags.contains_key("v5.0.0"));
}

#[test]
fn an_archive_that_another_machine_delivers_at_any_moment_stays_and_is_what_is_attested() {
    const ARCHIVE: &str = "demo-v5.0.0-src.tar.xz";
    let mut policy = PolicyText::on_merge();
    policy.set("artifact.name", "\"{project}-v{version}-src\"");
    policy.set("artifact.kind", "\"source\"");
    policy.set("artifact.build", "\"ci\"");
    let policy = policy.parse();
    let mut firsts = BTreeSet::new();
    for moment in 0..60 {
        let world = world();
        block_on(one(&world.process(), &policy));
        world.person("a maintainer").merge("stationmaster/release-5.0.0", MergeStyle::Merge).expect("it is open");
        block_on(one(&world.process(), &policy));
        world.state().workshop.machine.is_ci = true;
        let process = world.process();
        let other = async {
            for _ in 0..moment {
                tokio::task::yield_now().await;
            }
            let is_there = world.state().own.forge.releases["v5.0.0"].files.contains_key(ARCHIVE);
            (!is_there).then(|| world.person("another machine").deliver("v5.0.0", &[ARCHIVE]).expect("it is hidden"))
        };
        let ((), theirs) = block_on(async { tokio::join!(one(&process, &policy), other) });
        for _ in 0..2 {
            block_on(one(&world.process(), &policy));
        }
        firsts.insert(theirs.is_some());
        let told = || format!("at moment {moment}:\n{}", world.transcript().join("\n"));
        assert_eq!(world.breaches(), [], "{}", told());
        let release = world.state().own.forge.releases["v5.0.0"].clone();
        assert!(!release.hidden, "{}", told());
        assert_eq!(release.files[ARCHIVE] == FileDigest::of(ARCHIVE.as_bytes()), theirs.is_some(), "{}", told());
    }
    assert_eq!(firsts.len(), 2, "now one is first, now the other");
}
