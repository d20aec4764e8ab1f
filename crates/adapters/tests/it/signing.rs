//! Keys and signatures, between minisign and us.
//!
//! Rules: X10.

use std::{
    fs,
    io::Write as _,
    path::Path,
    process::{Command, Stdio},
};

use stationmaster_adapters::signing::{
    KeyFiles, Password, SecretKey, SigningError, read_public_key, read_secret_key, verify_file,
};

/// Run minisign in a folder and type this; none, with a word, where there is no minisign.
fn minisign(folder: &Path, arguments: &[&str], typed: &str) -> Option<()> {
    let mut command = Command::new("minisign");
    command.args(arguments).current_dir(folder).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let Ok(mut child) = command.spawn() else {
        eprintln!("skipped: no minisign on the path (Debian: `apt-get install minisign`)");
        return None;
    };
    // One that asks for no password may end before it is typed.
    let _ = child.stdin.take().expect("its input").write_all(typed.as_bytes());
    let output = child.wait_with_output().expect("it ends");
    assert!(output.status.success(), "minisign {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    Some(())
}

fn password(text: &str) -> Password {
    Password::new(text.to_owned()).expect("a password")
}

#[test]
fn keys_that_minisign_made_are_read_and_its_signatures_verified() {
    for (options, typed) in [(&["-G", "-W"][..], ""), (&["-G"][..], "swordfish\nswordfish\n")] {
        let folder = tempfile::tempdir().expect("a folder");
        let path = |name: &str| folder.path().join(name);
        fs::write(path("file"), "bytes").expect("a file");
        let make = [options, &["-p", "a.pub", "-s", "a.key"]].concat();
        let Some(()) = minisign(folder.path(), &make, typed) else { return };
        minisign(folder.path(), &["-S", "-s", "a.key", "-m", "file", "-t", "of a file"], typed);
        let public = read_public_key(&path("a.pub")).expect("a public key");
        let minisig = fs::read_to_string(path("file.minisig")).expect("a signature");
        assert_eq!(verify_file(&public, b"bytes", &minisig), Ok("of a file".to_owned()));
        assert!(verify_file(&public, b"other", &minisig).is_err());

        let kept = read_secret_key(&path("a.key")).expect("a secret key");
        assert_eq!(kept.is_protected(), !typed.is_empty());
        let password = kept.is_protected().then(|| password("swordfish"));
        let key = kept.open(password.as_ref()).expect("it opens");
        assert_eq!(key.public(), public);
        fs::write(path("file.minisig"), key.sign_file(b"bytes", "by us")).expect("a file");
        minisign(folder.path(), &["-V", "-H", "-p", "a.pub", "-m", "file"], "");
    }
}

#[test]
fn minisign_signs_with_the_keys_that_we_made() {
    for secret in [None, Some(password("swordfish"))] {
        let folder = tempfile::tempdir().expect("a folder");
        let files = KeyFiles::named(&folder.path().join("a"));
        let key = SecretKey::generate().expect("a key");
        files.write(&key, secret.as_ref()).expect("it is written");
        assert_eq!(read_public_key(&files.public).expect("a public key"), key.public());
        fs::write(folder.path().join("file"), "bytes").expect("a file");
        let Some(()) = minisign(folder.path(), &["-S", "-s", "a.key", "-m", "file"], "swordfish\n") else { return };
        let minisig = fs::read_to_string(folder.path().join("file.minisig")).expect("a signature");
        assert!(verify_file(&key.public(), b"bytes", &minisig).is_ok());
    }
}

#[test]
fn a_file_in_the_way_of_a_key_stays_and_the_other_is_not_left_behind() {
    let folder = tempfile::tempdir().expect("a folder");
    let files = KeyFiles::named(&folder.path().join("a"));
    for path in [&files.secret, &files.public] {
        fs::write(path, "mine").expect("a file");
        let key = SecretKey::generate().expect("a key");
        assert!(matches!(files.write(&key, None), Err(SigningError::Exists { .. })));
        assert_eq!(fs::read_to_string(path).expect("a file"), "mine");
        assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 1);
        fs::remove_file(path).expect("a file");
    }
}

#[test]
#[cfg(unix)]
fn a_secret_key_that_others_can_read_is_refused() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().expect("a folder");
    let files = KeyFiles::named(&folder.path().join("a"));
    files.write(&SecretKey::generate().expect("a key"), None).expect("it is written");
    for mode in [0o604, 0o640, 0o620, 0o601] {
        fs::set_permissions(&files.secret, fs::Permissions::from_mode(mode)).expect("a file");
        let refused = read_secret_key(&files.secret).expect_err("others can read it");
        assert!(matches!(refused, SigningError::Open { mode: found, .. } if found == mode), "{refused}");
    }
    fs::set_permissions(&files.secret, fs::Permissions::from_mode(0o400)).expect("a file");
    assert!(read_secret_key(&files.secret).is_ok());
}
