//! Releases and their files.

use stationmaster_core::model::{FileDigest, ForgeReleaseDraft};

use super::{ForgeWorld, Maker, No, says};
use crate::ports::Forge;

pub(super) async fn all<M: Maker<World: ForgeWorld>>(maker: &M) {
    a_release_is_created_once_for_a_tag(&maker.make().await).await;
    one_release_at_most_is_the_latest(&maker.make().await).await;
    a_hidden_release_is_shown_once(&maker.make().await).await;
    files_come_and_go_while_a_release_is_hidden(&maker.make().await).await;
    the_files_of_a_shown_release_stay(&maker.make().await).await;
}

async fn a_release_is_created_once_for_a_tag(world: &impl ForgeWorld) {
    let forge = world.forge();
    says(forge.create_release(&draft("v1.0.0")).await, No::Missing);
    assert!(forge.releases().await.expect("none").is_empty(), "without a tag there is no release");
    world.tag("v1.0.0").await;
    forge.create_release(&draft("v1.0.0")).await.expect("created");
    let other = ForgeReleaseDraft { notes: "other".to_owned(), latest: true, hidden: true, ..draft("v1.0.0") };
    forge.create_release(&other).await.expect("again: fine");
    let releases = forge.releases().await.expect("releases");
    assert_eq!(releases.keys().collect::<Vec<_>>(), ["v1.0.0"]);
    let release = &releases["v1.0.0"];
    assert_eq!((release.title.as_str(), release.notes.as_str()), ("Demo v1.0.0", "notes"), "the first words stay");
    assert!(!release.latest && !release.hidden && !release.prerelease && release.files.is_empty());
}

async fn one_release_at_most_is_the_latest(world: &impl ForgeWorld) {
    let forge = world.forge();
    for tag in ["v1.0.0", "v2.0.0", "v3.0.0"] {
        world.tag(tag).await;
    }
    let latest = |tag: &str| ForgeReleaseDraft { latest: true, ..draft(tag) };
    forge.create_release(&latest("v1.0.0")).await.expect("created");
    forge.create_release(&latest("v2.0.0")).await.expect("created");
    assert_eq!(marked(forge).await, ["v2.0.0"]);
    forge.create_release(&latest("v1.0.0")).await.expect("there already");
    assert_eq!(marked(forge).await, ["v2.0.0"], "one that is there does not take the mark back");
    forge.create_release(&ForgeReleaseDraft { hidden: true, ..latest("v3.0.0") }).await.expect("created");
    assert_eq!(marked(forge).await, ["v2.0.0"], "a hidden one has no mark");
    says(forge.mark_latest("v3.0.0").await, No::Moved);
    says(forge.mark_latest("v4.0.0").await, No::Missing);
    assert_eq!(marked(forge).await, ["v2.0.0"]);
    for _ in 0..2 {
        forge.mark_latest("v1.0.0").await.expect("marked");
        assert_eq!(marked(forge).await, ["v1.0.0"]);
    }
}

async fn a_hidden_release_is_shown_once(world: &impl ForgeWorld) {
    let forge = world.forge();
    says(forge.show_release("v1.0.0", true).await, No::Missing);
    for tag in ["v1.0.0", "v2.0.0"] {
        world.tag(tag).await;
        forge
            .create_release(&ForgeReleaseDraft { hidden: true, prerelease: true, ..draft(tag) })
            .await
            .expect("created");
    }
    let hidden = &forge.releases().await.expect("releases")["v1.0.0"];
    assert!(hidden.hidden && hidden.prerelease);
    forge.show_release("v1.0.0", true).await.expect("shown");
    forge.show_release("v2.0.0", true).await.expect("shown");
    forge.show_release("v1.0.0", true).await.expect("again: fine");
    assert!(forge.releases().await.expect("releases").values().all(|release| !release.hidden && release.prerelease));
    assert_eq!(marked(forge).await, ["v2.0.0"], "one that is shown does not take the mark back");
}

async fn files_come_and_go_while_a_release_is_hidden(world: &impl ForgeWorld) {
    let forge = world.forge();
    let (first, second) = (world.file("a.tar.xz", "first").await, world.file("a.tar.xz", "second").await);
    says(forge.put_file("v1.0.0", &first).await, No::Missing);
    says(forge.add_file("v1.0.0", &first).await, No::Missing);
    says(forge.get_file("v1.0.0", "a.tar.xz", &world.folder()).await, No::Missing);
    assert!(!forge.remove_file("v1.0.0", "a.tar.xz").await.expect("nothing to take away"));
    world.tag("v1.0.0").await;
    forge.create_release(&ForgeReleaseDraft { hidden: true, ..draft("v1.0.0") }).await.expect("created");
    says(forge.get_file("v1.0.0", "a.tar.xz", &world.folder()).await, No::Missing);
    assert!(!forge.remove_file("v1.0.0", "a.tar.xz").await.expect("nothing to take away"));
    assert!(forge.add_file("v1.0.0", &first).await.expect("added"));
    assert!(!forge.add_file("v1.0.0", &second).await.expect("another machine was faster"));
    assert_eq!(digests(forge).await, [("a.tar.xz".to_owned(), first.digest)]);
    for _ in 0..2 {
        forge.put_file("v1.0.0", &second).await.expect("it takes the place");
        assert_eq!(digests(forge).await, [("a.tar.xz".to_owned(), second.digest)]);
    }
    forge.get_file("v1.0.0", "a.tar.xz", &world.folder()).await.expect("copied");
    assert!(world.copied("a.tar.xz").await.is_none_or(|text| text == "second"));
    assert!(forge.remove_file("v1.0.0", "a.tar.xz").await.expect("taken away"));
    assert_eq!(digests(forge).await, []);
}

async fn the_files_of_a_shown_release_stay(world: &impl ForgeWorld) {
    let forge = world.forge();
    let (first, second) = (world.file("a.tar.xz", "first").await, world.file("a.tar.xz", "second").await);
    let other = world.file("b.tar.xz", "other").await;
    world.tag("v1.0.0").await;
    forge.create_release(&ForgeReleaseDraft { hidden: true, ..draft("v1.0.0") }).await.expect("created");
    forge.put_file("v1.0.0", &first).await.expect("put there");
    forge.show_release("v1.0.0", false).await.expect("shown");
    forge.put_file("v1.0.0", &first).await.expect("there already");
    assert!(!forge.add_file("v1.0.0", &second).await.expect("there already, and stays"));
    assert!(!forge.remove_file("v1.0.0", "b.tar.xz").await.expect("not there"));
    says(forge.put_file("v1.0.0", &second).await, No::Moved);
    says(forge.put_file("v1.0.0", &other).await, No::Moved);
    says(forge.add_file("v1.0.0", &other).await, No::Moved);
    says(forge.remove_file("v1.0.0", "a.tar.xz").await, No::Moved);
    assert_eq!(digests(forge).await, [("a.tar.xz".to_owned(), first.digest)]);
}

async fn marked(forge: &dyn Forge) -> Vec<String> {
    let releases = forge.releases().await.expect("releases");
    releases.into_values().filter(|release| release.latest).map(|release| release.tag).collect()
}

async fn digests(forge: &dyn Forge) -> Vec<(String, FileDigest)> {
    let mut releases = forge.releases().await.expect("releases");
    releases.remove("v1.0.0").expect("it is there").files.into_iter().collect()
}

fn draft(tag: &str) -> ForgeReleaseDraft {
    ForgeReleaseDraft {
        tag: tag.to_owned(),
        title: format!("Demo {tag}"),
        notes: "notes".to_owned(),
        prerelease: false,
        latest: false,
        hidden: false,
    }
}
