//! `stationmaster registry`

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use clap::{Args, Subcommand};
use jiff::SignedDuration;
use stationmaster_adapters::{
    http::Token,
    registry::{
        RegistryTarget,
        embedded::{EmbeddedError, EmbeddedOptions, EmbeddedRegistry, Faults, Rates, TrustRule, Upstream},
    },
};

use super::Scope;
use crate::{
    diagnostics::{CommandResult, Ending, Failure},
    interrupt::Stop,
};

/// Run the embedded cargo registry. Publish to it and install from it with plain cargo.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the registry on 127.0.0.1 until Ctrl-C. Other crates come from crates.io (with --offline: from cargo's cache).
    Serve(Serve),
    /// Manage accounts that may publish to it.
    Account(Account),
}

#[derive(Debug, Args)]
struct Serve {
    /// The folder for index, crates and accounts.
    #[arg(long, value_name = "DIR", default_value = FOLDER)]
    dir: PathBuf,
    /// The port to listen on; 0 picks a free one.
    #[arg(long, value_name = "N", default_value_t = 0)]
    port: u16,
    /// The file with the token of the account `stationmaster`. Created with a new token if it does not exist.
    #[arg(long, value_name = "FILE")]
    token_file: Option<PathBuf>,
    /// Enforce the rate limits of crates.io: 30 new versions, then one a minute; 5 new crates, then one every ten minutes; 100
    /// yanks, then one a minute. Counters reset at each start.
    #[arg(long)]
    rate_limits: bool,
    /// Allow trusted publishing, as crates.io does: give short-lived tokens to this workflow for new versions of the account's
    /// crates. May be repeated.
    #[arg(long, value_name = "ISSUER-URL#repository=OWNER/NAME;workflow=FILE[;account=NAME]")]
    trust: Vec<TrustRule>,
    /// How long these tokens are valid.
    #[arg(long, value_name = "SECONDS", default_value_t = 1800, value_parser = clap::value_parser!(u32).range(1..))]
    token_life: u32,
    /// For tests: inject failed uploads, lost replies, expired tokens and a slow index, drawn from this seed.
    #[arg(long, value_name = "SEED", hide = true)]
    faults: Option<u64>,
}

#[derive(Debug, Args)]
struct Account {
    #[command(subcommand)]
    command: AccountCommand,
}

#[derive(Debug, Subcommand)]
enum AccountCommand {
    /// Issue a new token for an account and print it once. The old token stops working.
    Add {
        /// The account name.
        name: String,
        /// The registry's folder.
        #[arg(long, value_name = "DIR", default_value = FOLDER)]
        dir: PathBuf,
    },
}

/// Folder of the registry where none is named.
const FOLDER: &str = "stationmaster-registry";
/// The account that `--token-file` is for.
const ACCOUNT: &str = TrustRule::ACCOUNT;

/// Run the command.
pub(crate) fn run(scope: &Scope, arguments: &Arguments) -> CommandResult {
    match &arguments.command {
        Command::Serve(serve) => run_serve(scope, serve),
        Command::Account(Account { command: AccountCommand::Add { name, dir } }) => {
            let token = EmbeddedRegistry::issue_token(dir, name).map_err(failure)?;
            crate::output::eprintln!("token of `{name}`, shown only now:");
            crate::output::secret(token.expose());
            Ok(Ending::Done)
        }
    }
}

fn run_serve(scope: &Scope, serve: &Serve) -> CommandResult {
    let no_runtime = |error: io::Error| Failure::new(Ending::Outside, format!("cannot start threads: {error}"));
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(no_runtime)?;
    runtime.block_on(async {
        let (target, project) = (RegistryTarget::CratesIo, Some(scope.repo.clone()));
        let upstream =
            if scope.offline { Upstream::CargoCache { target, project } } else { Upstream::Online { target, project } };
        let rate = if serve.rate_limits { Rates::crates_io() } else { Rates::default() };
        let faults = serve.faults.map(Faults::seeded);
        let options = EmbeddedOptions {
            port: serve.port,
            upstream,
            rate,
            trust: serve.trust.clone(),
            token_life: SignedDuration::from_secs(serve.token_life.into()),
            faults,
            ..EmbeddedOptions::new(&serve.dir)
        };
        let running = EmbeddedRegistry::start(options).await.map_err(failure)?;
        if let Some(file) = &serve.token_file {
            prepare_token(&serve.dir, file)?;
        }
        let mut stop = Stop::listen();
        crate::output::println!("{}", instructions(&running.index_url, &serve.dir, serve.token_file.as_deref()));
        stop.told().await;
        running.stop().await;
        Ok(Ending::Done)
    })
}

/// Let the token in the file be good, or write a fresh one there for its owner's eyes only.
fn prepare_token(dir: &Path, file: &Path) -> Result<(), Failure> {
    let unusable = |why: String| Failure::new(Ending::Outside, format!("token file {}: {why}", file.display()));
    match fs::read_to_string(file) {
        Ok(text) => {
            let token = Token::new(&text).ok_or_else(|| unusable("it holds no token".to_owned()))?;
            EmbeddedRegistry::register_token(dir, ACCOUNT, &token).map_err(failure)
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let token = EmbeddedRegistry::issue_token(dir, ACCOUNT).map_err(failure)?;
            write_secret(file, token.expose()).map_err(|error| unusable(error.to_string()))
        }
        Err(error) => Err(unusable(error.to_string())),
    }
}

fn write_secret(file: &Path, secret: &str) -> io::Result<()> {
    let mut options = fs::File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    io::Write::write_all(&mut options.open(file)?, format!("{secret}\n").as_bytes())
}

/// What to tell cargo.
fn instructions(index: &str, dir: &Path, token_file: Option<&Path>) -> String {
    let dir = dir.display();
    let token = match token_file {
        Some(file) => format!("export CARGO_REGISTRIES_STATION_TOKEN=\"$(cat '{}')\"", file.display()),
        None => format!(
            "export CARGO_REGISTRIES_STATION_TOKEN=\"$(stationmaster registry account add NAME --dir '{dir}')\""
        ),
    };
    format!(
        "Registry in {dir}, index at {index}

Publish to it:
  export CARGO_REGISTRIES_STATION_INDEX='{index}'
  {token}
  cargo publish --registry station

Let it stand in for crates.io:
  cargo --config 'source.crates-io.replace-with=\"station\"' --config 'source.station.registry=\"{index}\"' install CRATE

Ctrl-C ends it."
    )
}

fn failure(error: EmbeddedError) -> Failure {
    let message = error.to_string();
    match error {
        EmbeddedError::Running(_) => {
            Failure::new(Ending::Refused, message).hint("end the other process, or choose another folder with `--dir`")
        }
        EmbeddedError::Port { .. } => {
            Failure::new(Ending::Outside, message).hint("choose another port with `--port`, or leave it out")
        }
        EmbeddedError::Upstream(_) => Failure::new(Ending::Outside, message)
            .hint("look at `[source]` and `[registries]` in cargo's configuration, or use `--offline`"),
        _ => Failure::new(Ending::Outside, message),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cargo_is_told_where_and_with_which_token() {
        let text = instructions("sparse+http://127.0.0.1:4000/index/", Path::new("reg"), None);
        insta::assert_snapshot!(text);
    }

    #[test]
    fn a_token_file_is_written_once_and_then_used_again() {
        let folder = tempfile::tempdir().expect("folder");
        let (dir, file) = (folder.path().join("registry"), folder.path().join("token"));
        prepare_token(&dir, &file).expect("fresh");
        let (token, accounts) =
            (fs::read(&file).expect("token"), fs::read(dir.join("accounts.json")).expect("accounts"));
        prepare_token(&dir, &file).expect("again");
        assert_eq!(fs::read(&file).expect("token"), token);
        assert_eq!(fs::read(dir.join("accounts.json")).expect("accounts"), accounts);
        fs::write(&file, "").expect("write");
        assert_eq!(prepare_token(&dir, &file).expect_err("empty").ending, Ending::Outside);
    }
}
