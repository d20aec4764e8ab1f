//! The program as its users see it.

use std::process::Command;

#[test]
fn it_prints_the_value() {
    let output = Command::new(env!("CARGO_BIN_EXE_abacist")).arg("6 * 7").output().expect("the program runs");
    assert_eq!(String::from_utf8_lossy(&output.stdout), "42\n");
}

#[test]
fn it_fails_with_words() {
    let output = Command::new(env!("CARGO_BIN_EXE_abacist")).arg("6 *").output().expect("the program runs");
    assert!(!output.status.success());
    assert_eq!(String::from_utf8_lossy(&output.stderr), "error: a number, a name or `(` is expected at byte 3\n");
}
