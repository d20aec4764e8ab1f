//! The lease is held by one at a time, and dies with its holder.

use stationmaster_adapters::lease::FileLease;
use stationmaster_engine::ports::PortError;

#[test]
fn a_second_holder_is_told_who_the_first_is_and_gets_it_after() {
    let folder = tempfile::tempdir().expect("folder");
    let state = folder.path().join("stationmaster");
    let (ours, theirs) = (FileLease::new(&state, "ann@desk"), FileLease::new(&state, "ci job 7"));
    let held = ours.lock().expect("free");
    let Err(PortError::Refused { what, why }) = theirs.lock().map(drop) else { panic!("the lease is held") };
    assert_eq!(what, "the lease");
    let expected = format!("it is held by ann@desk, process {}, since ", std::process::id());
    assert!(why.starts_with(&expected), "{why}");
    drop(held);
    let held = theirs.lock().expect("free again");
    assert!(ours.lock().is_err());
    drop(held);
}

#[test]
fn a_lease_ends_with_its_process_however_that_ends() {
    let folder = tempfile::tempdir().expect("folder");
    let lease = FileLease::new(folder.path(), "ann@desk");
    let file = folder.path().join("lease.lock");
    let script = format!("exec 9<>'{}'; flock -n 9 && echo locked; exec sleep 60", file.display());
    let mut other = std::process::Command::new("sh")
        .args(["-c", &script])
        .stdout(std::process::Stdio::piped())
        .spawn()
        .expect("sh runs");
    let mut line = String::new();
    let mut output = std::io::BufReader::new(other.stdout.take().expect("piped"));
    std::io::BufRead::read_line(&mut output, &mut line).expect("a line");
    assert_eq!(line, "locked\n");
    let refused = PortError::Refused { what: "the lease".to_owned(), why: "it is held by another process".to_owned() };
    assert_eq!(lease.lock().map(drop).expect_err("an error"), refused);
    other.kill().expect("killed");
    other.wait().expect("gone");
    lease.lock().map(drop).expect("free again");
}
