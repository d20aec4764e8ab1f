//! The embedded registry's limits of rate, and the faults that it makes where a test asks for them.
//!
//! Rules: X10.

use stationmaster_adapters::registry::{
    CargoRegistry, RegistryTarget,
    embedded::{Faults, Rates, RetryAfter},
};
use stationmaster_core::model::{Rate, UploadKind};
use stationmaster_engine::ports::{PortError, Registry, UploadReply};

use super::{
    Yard, said,
    upload::{staged, uploader},
};

const PUBLISH: &[&str] = &["publish", "--registry", "station", "--no-verify"];

fn one_an_hour(retry_after: RetryAfter) -> Rates {
    let rate = Some(Rate { burst: 1, every_seconds: 3600 });
    Rates { updates: rate, new_crates: rate, yanks: rate, retry_after }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_over_the_rate_is_told_when_to_come_back_in_either_form() {
    for form in [RetryAfter::Date, RetryAfter::Seconds] {
        let yard = Yard::with(|options| options.rate = one_an_hour(form)).await;
        let (_scratch, staged) = staged(yard.folder.path(), "1.0.0").await;
        let registry = uploader(&yard);
        let before = jiff::Timestamp::now();
        assert_eq!(registry.upload(&staged[0], UploadKind::NewCrate).await, Ok(UploadReply::Accepted));
        let reply = registry.upload(&staged[1], UploadKind::NewCrate).await;
        let Ok(UploadReply::RetryAt(at)) = reply else { panic!("{form:?}: {reply:?}") };
        assert!(at.duration_since(before).as_secs() >= 3599, "{form:?}: {at}");
        assert_eq!(yard.index_file("sm/-t/sm-tool"), "");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn new_crates_new_versions_and_yanks_are_counted_apart_and_by_account() {
    let yard = Yard::with(|options| options.rate = one_an_hour(RetryAfter::Date)).await;
    let [first, second, third, other] =
        [("sm-base", "1.0.0"), ("sm-base", "1.0.1"), ("sm-base", "1.0.2"), ("sm-other", "1.0.0")]
            .map(|(name, version)| yard.package(name, version, ""));
    yard.cargo_ok(&first, PUBLISH).await;
    yard.cargo_ok(&second, PUBLISH).await;
    yard.cargo_ok(&first, &["yank", "sm-base@1.0.0", "--registry", "station"]).await;
    let refused = said(&yard.cargo(&third, PUBLISH).await);
    assert!(refused.contains("429") && refused.contains("too many versions of existing crates"), "{refused}");
    let refused = said(&yard.cargo(&other, PUBLISH).await);
    assert!(refused.contains("too many new crates") && refused.contains("GMT"), "{refused}");
    let refused = said(&yard.cargo(&first, &["yank", "sm-base@1.0.1", "--registry", "station"]).await);
    assert!(refused.contains("too many versions in"), "{refused}");
    let bob = yard.registry.issue_token("bob").expect("token");
    let published = yard.cargo_as(&other, bob.expose(), PUBLISH).await;
    assert!(published.status.success(), "{}", said(&published));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_duplicate_costs_no_allowance() {
    let rate = Rates { updates: Some(Rate { burst: 1, every_seconds: 3600 }), ..Rates::default() };
    let yard = Yard::with(|options| options.rate = rate).await;
    let (_first, old) = staged(yard.folder.path(), "1.0.0").await;
    let (_second, new) = staged(&yard.path("second"), "1.0.1").await;
    let registry = uploader(&yard);
    for _ in 0..3 {
        registry.upload(&old[0], UploadKind::NewCrate).await.expect("an answer");
    }
    assert_eq!(registry.upload(&new[0], UploadKind::NewCrate).await, Ok(UploadReply::Accepted));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_is_no_answer_at_all_and_the_crate_is_there() {
    let lost = Faults { seed: 1, failed: 0, lost: 100, stale_looks: 0, ended: 0 };
    let yard = Yard::with(|options| options.faults = Some(lost)).await;
    let (_scratch, staged) = staged(yard.folder.path(), "1.0.0").await;
    let registry = uploader(&yard);
    let reply = registry.upload(&staged[0], UploadKind::NewCrate).await;
    assert!(matches!(&reply, Ok(UploadReply::Unclear(why)) if why.contains("error sending request")), "{reply:?}");
    let index = registry.index(&["sm-base".to_owned()]).await;
    let versions = index["sm-base"].known().expect("known");
    assert_eq!(versions[&staged[0].release.version].checksum, staged[0].checksum);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_that_failed_left_nothing_and_the_third_goes_through() {
    let failed = Faults { seed: 1, failed: 100, lost: 0, stale_looks: 0, ended: 0 };
    let yard = Yard::with(|options| options.faults = Some(failed)).await;
    let (_scratch, staged) = staged(yard.folder.path(), "1.0.0").await;
    let registry = uploader(&yard);
    for _ in 0..2 {
        assert!(matches!(registry.upload(&staged[0], UploadKind::NewCrate).await, Ok(UploadReply::Unclear(_))));
        assert_eq!(yard.index_file("sm/-b/sm-base"), "");
    }
    assert_eq!(registry.upload(&staged[0], UploadKind::NewCrate).await, Ok(UploadReply::Accepted));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_ends_is_refused_with_what_to_do_and_another_one_goes_on() {
    let ended = Faults { seed: 1, failed: 0, lost: 0, stale_looks: 0, ended: 100 };
    let yard = Yard::with(|options| options.faults = Some(ended)).await;
    let (_scratch, staged) = staged(yard.folder.path(), "1.0.0").await;
    let registry = uploader(&yard);
    assert_eq!(registry.upload(&staged[0], UploadKind::NewCrate).await, Ok(UploadReply::Accepted), "its last");
    let refused = registry.upload(&staged[1], UploadKind::NewCrate).await;
    let Err(PortError::TokenRefused { why, help, .. }) = refused else { panic!("{refused:?}") };
    assert!(why.contains("has ended") && help.contains("get another at the registry"), "{why}: {help}");
    assert_eq!(yard.index_file("sm/-t/sm-tool"), "");
    let another = yard.registry.issue_token("alice").expect("a token");
    let target = RegistryTarget::StandIn(yard.registry.index_url.clone());
    let registry = CargoRegistry::new(target, Some(yard.folder.path())).with_token(another);
    assert_eq!(registry.upload(&staged[1], UploadKind::NewCrate).await, Ok(UploadReply::Accepted));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_index_that_is_late_shows_a_version_after_the_looks_that_the_seed_gives_it() {
    let names = ["sm-base".to_owned()];
    let mut seen = std::collections::BTreeSet::new();
    for seed in 0..12 {
        let late = Faults { seed, failed: 0, lost: 0, stale_looks: 3, ended: 0 };
        let yard = Yard::with(|options| options.faults = Some(late)).await;
        let (_scratch, staged) = staged(yard.folder.path(), "1.0.0").await;
        let registry = uploader(&yard);
        registry.upload(&staged[0], UploadKind::NewCrate).await.expect("an answer");
        let mut looks = 0;
        while registry.index(&names).await["sm-base"].known().expect("known").is_empty() {
            looks += 1;
            assert!(looks <= 3, "seed {seed}");
        }
        assert_eq!(registry.index(&names).await["sm-base"].known().expect("known").len(), 1, "it stays");
        seen.insert(looks);
    }
    assert!(seen.len() > 1, "seeds differ: {seen:?}");
}
