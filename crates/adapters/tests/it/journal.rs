//! The journal is only ever added to.

use std::path::Path;

use jiff::Timestamp;
use sqlx::{Connection, SqliteConnection};
use stationmaster_adapters::{journal::SqliteJournal, secrets};
use stationmaster_core::{
    model::{BrokenChain, JournalEvent, JournalKind, verify_chain, verify_kept},
    step::Tag,
};
use stationmaster_engine::ports::{Journal, JournalQuery};

fn intent(step: &str) -> JournalEvent {
    JournalEvent::Intent { step: Tag::named(step), reason: "due".to_owned() }
}

fn at(second: i64) -> Timestamp {
    Timestamp::new(1_700_000_000 + second, 123_456_789).expect("a time")
}

async fn database(folder: &Path) -> SqliteConnection {
    let url = format!("sqlite://{}", folder.join("state.sqlite").display());
    SqliteConnection::connect(&url).await.expect("a database")
}

#[tokio::test]
async fn looking_makes_no_file_and_the_first_entry_does() {
    let folder = tempfile::tempdir().expect("folder");
    let state = folder.path().join("stationmaster");
    let journal = SqliteJournal::open(&state);
    assert_eq!(journal.entries().await, Ok(Vec::new()));
    assert!(!state.exists());
    let entry = journal.append(at(0), "ann", intent("release-1.0.0")).await.expect("added");
    assert_eq!((entry.sequence, entry.at), (1, at(0)));
    assert_eq!(SqliteJournal::open(&state).entries().await, Ok(vec![entry]));
}

#[tokio::test]
async fn entries_come_back_as_they_were_added_and_the_chain_holds() {
    let folder = tempfile::tempdir().expect("folder");
    let journal = SqliteJournal::open(folder.path());
    let mut added = Vec::new();
    for n in 0..5 {
        added.push(journal.append(at(n), "ci job 7", intent(&format!("step {n}"))).await.expect("added"));
    }
    let entries = SqliteJournal::open(folder.path()).entries().await.expect("entries");
    assert_eq!(entries, added);
    assert_eq!(verify_chain(&entries), Ok(()));
}

fn decision(what: &str) -> JournalEvent {
    JournalEvent::Decision { what: what.to_owned(), why: "it is time".to_owned() }
}

#[tokio::test]
async fn entries_are_found_by_kind_and_place_through_an_index() {
    let folder = tempfile::tempdir().expect("folder");
    let journal = SqliteJournal::open(folder.path());
    let query = |kinds: &[JournalKind], after: u64| JournalQuery { kinds: kinds.to_vec(), after };
    assert_eq!(journal.find(&query(&[JournalKind::Decision], 0)).await, Ok(Vec::new()), "no file yet");
    for event in [intent("one"), decision("two"), intent("three"), decision("four")] {
        journal.append(at(0), "ann", event).await.expect("added");
    }
    let both = [JournalKind::Intent, JournalKind::Decision];
    let cases: [(&[JournalKind], u64, &[u64]); 8] = [
        (&[], 0, &[1, 2, 3, 4]),
        (&[], 2, &[3, 4]),
        (&[], u64::MAX, &[]),
        (&[JournalKind::Decision], 0, &[2, 4]),
        (&[JournalKind::Decision], 2, &[4]),
        (&[JournalKind::Intent], 0, &[1, 3]),
        (&both, 1, &[2, 3, 4]),
        (&[JournalKind::Fix], 0, &[]),
    ];
    let all = journal.entries().await.expect("entries");
    for (kinds, after, expected) in cases {
        let wanted = query(kinds, after);
        let found = journal.find(&wanted).await.expect("found");
        assert_eq!(found.iter().map(|entry| entry.sequence).collect::<Vec<_>>(), expected, "{wanted:?}");
        let taken: Vec<_> = all.iter().filter(|entry| wanted.takes(entry)).cloned().collect();
        assert_eq!(found, taken, "as the query itself says: {wanted:?}");
    }
    let mut database = database(folder.path()).await;
    let plan: Vec<(i64, i64, i64, String)> = sqlx::query_as(
        "EXPLAIN QUERY PLAN SELECT * FROM journal WHERE sequence > 0 AND kind IN (SELECT value FROM json_each('[]'))",
    )
    .fetch_all(&mut database)
    .await
    .expect("a plan");
    assert!(plan.iter().any(|(.., step)| step.contains("USING INDEX journal_by_kind")), "{plan:?}");
}

#[tokio::test]
async fn an_entry_that_is_no_event_is_an_error_for_whoever_might_want_it_and_a_later_kind_is_not() {
    for (event, breaks) in [("not JSON", true), ("{}", true), (r#"{"event":"of-a-later-version"}"#, false)] {
        let folder = tempfile::tempdir().expect("folder");
        let journal = SqliteJournal::open(folder.path());
        journal.append(at(0), "ann", decision("one")).await.expect("added");
        let mut database = database(folder.path()).await;
        let added = "INSERT INTO journal SELECT 2, at, who, ?, hash, 'x' FROM journal";
        sqlx::query(added).bind(event).execute(&mut database).await.expect("added");
        let found = journal.find(&JournalQuery::of([JournalKind::Decision])).await;
        assert_eq!(found.is_err(), breaks, "{event}: {found:?}");
        assert!(journal.entries().await.is_err(), "{event}");
        assert_eq!(journal.kept().await.expect("to be verified").entries.len(), 2);
    }
}

#[tokio::test]
async fn the_database_refuses_to_change_delete_or_replace_an_entry() {
    let folder = tempfile::tempdir().expect("folder");
    let journal = SqliteJournal::open(folder.path());
    for n in 0..2 {
        journal.append(at(n), "ann", intent("step")).await.expect("added");
    }
    let mut database = database(folder.path()).await;
    for statement in [
        "UPDATE journal SET who = 'bob' WHERE sequence = 1",
        "DELETE FROM journal",
        "INSERT OR REPLACE INTO journal SELECT sequence, at, 'bob', event, previous, 'x' FROM journal WHERE sequence = 2",
        "INSERT INTO journal SELECT 9, at, who, event, hash, 'y' FROM journal WHERE sequence = 2",
        "INSERT INTO journal SELECT 3, at, who, event, 'elsewhere', 'y' FROM journal WHERE sequence = 2",
    ] {
        let error = sqlx::query(statement).execute(&mut database).await.expect_err(statement).to_string();
        assert!(error.contains("only ever added to") || error.contains("follows the last one"), "{error}");
    }
    assert_eq!(verify_chain(&journal.entries().await.expect("entries")), Ok(()));
}

#[tokio::test]
async fn whoever_gets_around_the_triggers_is_found_by_the_chain() {
    let folder = tempfile::tempdir().expect("folder");
    let journal = SqliteJournal::open(folder.path());
    for n in 0..3 {
        journal.append(at(n), "ann", intent("step")).await.expect("added");
    }
    let mut database = database(folder.path()).await;
    let forged = "DROP TRIGGER journal_is_never_changed; UPDATE journal SET who = 'bob' WHERE sequence = 2";
    sqlx::raw_sql(forged).execute(&mut database).await.expect("forged");
    let entries = journal.entries().await.expect("entries");
    assert_eq!(verify_chain(&entries), Err(BrokenChain::Content { sequence: 2 }));
}

#[test]
fn writers_at_the_same_time_make_one_chain_from_a_file_that_none_of_them_found() {
    let folder = tempfile::tempdir().expect("folder");
    let (writers, each) = (4_usize, 25_usize);
    std::thread::scope(|scope| {
        for writer in 0..writers {
            let journal = SqliteJournal::open(folder.path());
            scope.spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
                runtime.block_on(async {
                    for n in 0..each {
                        let event = intent(&format!("{writer}:{n}"));
                        journal.append(at(0), &format!("writer {writer}"), event).await.expect("added");
                    }
                });
            });
        }
    });
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let entries = runtime.block_on(SqliteJournal::open(folder.path()).entries()).expect("entries");
    assert_eq!(entries.len(), writers * each);
    assert_eq!(verify_chain(&entries), Ok(()));
    for writer in 0..writers {
        let own = entries.iter().filter(|entry| entry.who == format!("writer {writer}"));
        let order: Vec<_> = own.map(|entry| entry.event.clone()).collect();
        assert_eq!(order, (0..each).map(|n| intent(&format!("{writer}:{n}"))).collect::<Vec<_>>());
    }
}

#[tokio::test]
async fn a_file_of_a_newer_version_is_left_alone() {
    let folder = tempfile::tempdir().expect("folder");
    SqliteJournal::open(folder.path()).append(at(0), "ann", intent("step")).await.expect("added");
    sqlx::raw_sql("PRAGMA user_version = 99").execute(&mut database(folder.path()).await).await.expect("set");
    let error = SqliteJournal::open(folder.path()).entries().await.expect_err("an error").to_string();
    assert!(error.contains("newer version"), "{error}");
}

/// What verifying says of a journal on disk.
async fn verified(folder: &Path) -> Result<usize, BrokenChain> {
    let kept = SqliteJournal::open(folder).kept().await.expect("it can be read");
    verify_kept(&kept.entries, &kept.heads).map(|()| kept.entries.len())
}

async fn journal_of(folder: &Path, entries: i64) -> SqliteJournal {
    let journal = SqliteJournal::open(folder);
    for n in 0..entries {
        journal.append(at(n), "ann", intent("step")).await.expect("added");
    }
    journal
}

const NO_GUARDS: &str = "DROP TRIGGER journal_is_never_changed; DROP TRIGGER journal_is_never_shortened; \
                         DROP TRIGGER journal_head_is_never_lost; ";

#[tokio::test]
async fn whatever_is_done_to_the_stored_bytes_is_found() {
    for forged in [
        "DELETE FROM journal WHERE sequence = 4",
        "DELETE FROM journal WHERE sequence = 2",
        "DELETE FROM journal",
        // With the database's own head: the file beside it tells.
        "DELETE FROM journal WHERE sequence = 4; UPDATE journal_head SET count = 3, \
         hash = (SELECT hash FROM journal WHERE sequence = 3)",
        "UPDATE journal SET event = replace(event, '{', '{\"note\":1,') WHERE sequence = 2",
        "UPDATE journal SET event = replace(event, ':', ': ') WHERE sequence = 4",
        "UPDATE journal SET at = replace(at, 'Z', '+00:00') WHERE sequence = 1",
        "UPDATE journal SET who = 'bob' WHERE sequence = 4",
        "DELETE FROM journal_head",
        "UPDATE journal SET sequence = 9 WHERE sequence = 2; UPDATE journal SET sequence = 2 WHERE sequence = 3; \
         UPDATE journal SET sequence = 3 WHERE sequence = 9",
    ] {
        let folder = tempfile::tempdir().expect("folder");
        drop(journal_of(folder.path(), 4).await);
        assert_eq!(verified(folder.path()).await, Ok(4));
        let mut database = database(folder.path()).await;
        sqlx::raw_sql(sqlx::AssertSqlSafe(format!("{NO_GUARDS}{forged}"))).execute(&mut database).await.expect(forged);
        assert!(verified(folder.path()).await.is_err(), "{forged}");
    }
}

#[tokio::test]
async fn an_older_copy_of_the_database_or_none_at_all_is_found_also_after_more_is_added() {
    let folder = tempfile::tempdir().expect("folder");
    let (live, old) = (folder.path().join("live"), folder.path().join("old.sqlite"));
    drop(journal_of(&live, 2).await);
    let copy = format!("VACUUM INTO '{}'", old.display());
    sqlx::raw_sql(sqlx::AssertSqlSafe(copy)).execute(&mut database(&live).await).await.expect("a copy");
    drop(journal_of(&live, 2).await);
    for left in ["state.sqlite", "state.sqlite-wal", "state.sqlite-shm"] {
        let _absent = std::fs::remove_file(live.join(left));
    }
    std::fs::copy(&old, live.join("state.sqlite")).expect("put back");
    let place = || "the file journal.head".to_owned();
    assert_eq!(verified(&live).await, Err(BrokenChain::Cut { place: place(), expected: 4, found: 2 }));
    for n in 0..3 {
        SqliteJournal::open(&live).append(at(9 + n), "bob", intent("other")).await.expect("a release goes on");
    }
    assert_eq!(verified(&live).await, Err(BrokenChain::Replaced { place: place(), sequence: 4 }));
    for left in ["state.sqlite", "state.sqlite-wal", "state.sqlite-shm"] {
        let _absent = std::fs::remove_file(live.join(left));
    }
    assert_eq!(verified(&live).await, Err(BrokenChain::Cut { place: place(), expected: 4, found: 0 }));
}

#[tokio::test]
async fn a_head_that_is_gone_is_found_and_one_that_lags_behind_is_not() {
    let folder = tempfile::tempdir().expect("folder");
    let file = folder.path().join("journal.head");
    drop(journal_of(folder.path(), 2).await);
    let behind = std::fs::read(&file).expect("a head");
    SqliteJournal::open(folder.path()).append(at(5), "ann", intent("step")).await.expect("added");
    std::fs::write(&file, behind).expect("a writer was stopped before this");
    assert_eq!(verified(folder.path()).await, Ok(3));
    std::fs::write(&file, "no head").expect("spoiled");
    assert!(matches!(verified(folder.path()).await, Err(BrokenChain::NoHead { .. })));
    std::fs::remove_file(&file).expect("gone");
    assert!(matches!(verified(folder.path()).await, Err(BrokenChain::NoHead { .. })));
}

#[tokio::test]
async fn a_journal_of_the_first_versions_verifies_and_goes_on() {
    let folder = tempfile::tempdir().expect("folder");
    drop(journal_of(folder.path(), 2).await);
    std::fs::remove_file(folder.path().join("journal.head")).expect("a head");
    let old = "DROP INDEX journal_by_kind; ALTER TABLE journal DROP COLUMN kind; DROP TRIGGER journal_head_follows; DROP TABLE journal_head; DROP TRIGGER journal_is_never_changed; \
               UPDATE journal SET event = '{\"event\":\"intent\",\"step\":\"tag step\",\"reason\":\"due\"}'; \
               PRAGMA user_version = 3";
    sqlx::raw_sql(old).execute(&mut database(folder.path()).await).await.expect("as it was");
    assert_eq!(verified(folder.path()).await, Ok(2));
    SqliteJournal::open(folder.path()).append(at(5), "ann", intent("step")).await.expect("added");
    assert_eq!(verified(folder.path()).await, Ok(3));
}

#[tokio::test]
async fn no_secret_that_was_held_stays_in_the_journal_whatever_escapes_it_came_in() {
    let folder = tempfile::tempdir().expect("folder");
    let journal = SqliteJournal::open(folder.path());
    secrets::remember("Bearer cio-journal/s3cret");
    let said =
        ["cio-journal/s3cret", "cio\\u002djournal\\/s3cret", "cio%2Djournal%2Fs3cret", "https://a:p4ss@b.example/"];
    let finding = JournalEvent::Decision { what: "publish".to_owned(), why: said.join(" ") };
    let entry = journal.append(at(0), "ann", finding).await.expect("added");
    let kept = serde_json::to_string(&entry).expect("JSON");
    assert!(kept.contains("[hidden] [hidden] [hidden] https://[hidden]@b.example/"), "{kept}");
    assert_eq!(verify_chain(&journal.entries().await.expect("entries")), Ok(()));
}
