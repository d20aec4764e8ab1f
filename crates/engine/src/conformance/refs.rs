//! Branches and tags: moved only from where they are expected, several of them all or none.

use async_trait::async_trait;
use stationmaster_core::model::{CommitId, Identity};

use super::{Maker, No, says};
use crate::ports::{RefUpdate, Refs, TagSpec};

/// A world with branches and tags, at first without any that the suite makes.
#[async_trait]
pub trait RefsWorld: Send + Sync {
    /// The port.
    fn refs(&self) -> &dyn Refs;

    /// A new commit that differs from all before. No ref is moved that the suite makes.
    async fn commit(&self) -> CommitId;
}

/// The suite.
///
/// # Panics
/// The port does not do what it must.
pub async fn refs<M: Maker<World: RefsWorld>>(maker: &M) {
    a_branch_moves_from_where_it_is_expected(&maker.make().await).await;
    a_tag_is_made_once(&maker.make().await).await;
    several_are_moved_and_made_together(&maker.make().await).await;
    if_one_of_several_cannot_be_moved_none_is(&maker.make().await).await;
    what_was_done_in_part_is_finished(&maker.make().await).await;
    names_that_git_does_not_take_are_refused(&maker.make().await).await;
}

async fn a_branch_moves_from_where_it_is_expected(world: &impl RefsWorld) {
    let (refs, first, second) = (world.refs(), world.commit().await, world.commit().await);
    says(refs.set_branch("release-1.0.0", Some(&first), &second).await, No::Moved);
    assert_eq!(at(refs, "release-1.0.0").await, None);
    refs.set_branch("release-1.0.0", None, &first).await.expect("made");
    refs.set_branch("release-1.0.0", None, &first).await.expect("again: fine");
    refs.set_branch("release-1.0.0", Some(&second), &first).await.expect("there already, wherever it came from");
    says(refs.set_branch("release-1.0.0", None, &second).await, No::Moved);
    assert_eq!(at(refs, "release-1.0.0").await, Some(first.clone()));
    refs.set_branch("release-1.0.0", Some(&first), &second).await.expect("moved");
    assert_eq!(at(refs, "release-1.0.0").await, Some(second.clone()));
    refs.set_branch("release-1.0.0", Some(&second), &first).await.expect("moved back");
    let absent: CommitId = "e".repeat(40).parse().expect("an id");
    says(refs.set_branch("release-1.0.0", Some(&first), &absent).await, No::Missing);
    says(refs.set_branch("other", None, &absent).await, No::Missing);
    assert_eq!((at(refs, "release-1.0.0").await, at(refs, "other").await), (Some(first), None));
}

async fn a_tag_is_made_once(world: &impl RefsWorld) {
    let (refs, first, second) = (world.refs(), world.commit().await, world.commit().await);
    refs.create_tag(&tag("v1.0.0", &first, "Release 1.0.0")).await.expect("made");
    refs.create_tag(&tag("v1.0.0", &first, "Other words")).await.expect("again: fine");
    says(refs.create_tag(&tag("v1.0.0", &second, "Release 1.0.0")).await, No::Moved);
    assert_eq!(refs.tags().await.expect("tags").get("v1.0.0"), Some(&first));
    assert_eq!(at(refs, "v1.0.0").await, None, "a tag is no branch");
    let absent: CommitId = "e".repeat(40).parse().expect("an id");
    says(refs.create_tag(&tag("v2.0.0", &absent, "Release 2.0.0")).await, No::Missing);
    assert_eq!(refs.tags().await.expect("tags").get("v2.0.0"), None);
}

async fn several_are_moved_and_made_together(world: &impl RefsWorld) {
    let (refs, first, second) = (world.refs(), world.commit().await, world.commit().await);
    refs.update(&[]).await.expect("nothing to do");
    refs.set_branch("moved", None, &first).await.expect("made");
    let updates = [
        branch("made", None, &second),
        branch("moved", Some(&first), &second),
        RefUpdate::Tag(tag("v1.0.0", &first, "Release 1.0.0")),
    ];
    for _ in 0..2 {
        refs.update(&updates).await.expect("all of them");
        assert_eq!((at(refs, "made").await, at(refs, "moved").await), (Some(second.clone()), Some(second.clone())));
        assert_eq!(refs.tags().await.expect("tags").get("v1.0.0"), Some(&first));
    }
}

async fn if_one_of_several_cannot_be_moved_none_is(world: &impl RefsWorld) {
    let (refs, first, second) = (world.refs(), world.commit().await, world.commit().await);
    refs.set_branch("one", None, &first).await.expect("made");
    refs.set_branch("two", None, &first).await.expect("made");
    refs.create_tag(&tag("v1.0.0", &first, "Release 1.0.0")).await.expect("made");
    let before = (refs.branches().await.expect("branches"), refs.tags().await.expect("tags"));
    let absent: CommitId = "e".repeat(40).parse().expect("an id");
    let spoilers = [
        (branch("two", Some(&second), &absent), No::Missing),
        (branch("two", None, &second), No::Moved),
        (branch("gone", Some(&first), &second), No::Moved),
        (RefUpdate::Tag(tag("v1.0.0", &second, "Release 1.0.0")), No::Moved),
        (branch("one", Some(&first), &first), No::Refused),
        (branch("a..b", None, &second), No::Refused),
        (branch("one/below", None, &second), No::Refused),
        (branch("new/below", None, &second), No::Refused),
    ];
    for (spoiler, answer) in spoilers {
        let good = [
            branch("one", Some(&first), &second),
            branch("new", None, &second),
            RefUpdate::Tag(tag("v2.0.0", &second, "Release 2.0.0")),
        ];
        for place in 0..=good.len() {
            let mut updates = good.to_vec();
            updates.insert(place, spoiler.clone());
            says(refs.update(&updates).await, answer);
            let after = (refs.branches().await.expect("branches"), refs.tags().await.expect("tags"));
            assert_eq!(after, before, "{spoiler:?} at {place}");
        }
    }
}

async fn what_was_done_in_part_is_finished(world: &impl RefsWorld) {
    let (refs, first, second) = (world.refs(), world.commit().await, world.commit().await);
    refs.set_branch("one", None, &second).await.expect("made");
    refs.set_branch("two", None, &first).await.expect("made");
    refs.update(&[branch("one", Some(&first), &second), branch("two", Some(&first), &second)]).await.expect("moved");
    assert_eq!((at(refs, "one").await, at(refs, "two").await), (Some(second.clone()), Some(second)));
}

async fn names_that_git_does_not_take_are_refused(world: &impl RefsWorld) {
    let (refs, commit) = (world.refs(), world.commit().await);
    for name in [
        "a..b", "a b", "x.lock", "", "a/", "/a", ".a", "a/.b", "a.", "a~", "a^", "a:b", "a?", "a*", "a[", "a\\", "a@{b",
    ] {
        says(refs.set_branch(name, None, &commit).await, No::Refused);
        says(refs.create_tag(&tag(name, &commit, "m")).await, No::Refused);
    }
    refs.set_branch("a/b", None, &commit).await.expect("made");
    says(refs.set_branch("a", None, &commit).await, No::Refused);
    says(refs.set_branch("a/b/c", None, &commit).await, No::Refused);
    refs.set_branch("a/c", None, &commit).await.expect("a neighbor");
}

async fn at(refs: &dyn Refs, branch: &str) -> Option<CommitId> {
    refs.branches().await.expect("branches").remove(branch)
}

fn branch(name: &str, expected: Option<&CommitId>, to: &CommitId) -> RefUpdate {
    RefUpdate::Branch { name: name.to_owned(), expected: expected.cloned(), to: to.clone() }
}

fn tag(name: &str, commit: &CommitId, message: &str) -> TagSpec {
    let identity = Identity { name: "Release Bot".to_owned(), email: "bot@example.org".to_owned() };
    TagSpec {
        name: name.to_owned(),
        commit: commit.clone(),
        message: message.to_owned(),
        identity,
        seconds: 1_700_000_000,
    }
}
