//! `stationmaster key`

use std::path::PathBuf;

use clap::{Args, Subcommand};
use stationmaster_adapters::signing::{KeyFiles, Password, SecretKey};

use super::Scope;
use crate::{
    diagnostics::{CommandResult, Ending, Failure},
    keys,
};

/// Manage release signing keys. They are compatible with minisign.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Generate a key pair: FILE.key (secret, readable only by you) and FILE.pub (public).
    ///
    /// The password comes from STATIONMASTER_KEY_PASSWORD or a prompt.
    Generate(Generate),
}

#[derive(Debug, Args)]
struct Generate {
    /// The name of both files, without extension.
    #[arg(long, value_name = "FILE", default_value = "release")]
    out: PathBuf,
    /// Do not protect the key with a password. Anyone who can read the file can sign.
    #[arg(long)]
    unencrypted: bool,
}

/// Run the command.
pub(crate) fn run(_: &Scope, arguments: &Arguments) -> CommandResult {
    let Command::Generate(Generate { out, unencrypted }) = &arguments.command;
    let files = KeyFiles::named(out);
    files.check_free()?;
    let password = if *unencrypted { None } else { Some(new_password()?) };
    let key = SecretKey::generate()?;
    files.write(&key, password.as_ref())?;
    let public = key.public();
    crate::output::println!("secret key {}: keep it safe, and a copy of it elsewhere", files.secret.display());
    crate::output::println!("public key {}: {public}", files.public.display());
    crate::output::println!("\nName it in the policy, and publish it where your releases are not:\n");
    crate::output::println!("[provenance]\nkey = \"{public}\"");
    Ok(Ending::Done)
}

/// Asked for twice where it is typed.
fn new_password() -> Result<Password, Failure> {
    let none = || {
        Failure::new(Ending::Usage, "a new key needs a password to protect it")
            .hint(format!("set it in {}, type it in a terminal, or say `--unencrypted`", Password::VARIABLE))
    };
    let first = keys::password("new password: ")?.ok_or_else(none)?;
    let second = keys::password("the same again: ")?;
    if second.as_ref() != Some(&first) {
        return Err(Failure::new(Ending::Usage, "the two passwords differ").hint("run it again; nothing was written"));
    }
    Ok(first)
}
