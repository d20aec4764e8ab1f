//! Registry servers with two accounts, each in a process of its own.

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    time::{Duration, Instant},
};

use crate::{
    binary::{git, stationmaster},
    outside_tools,
};

/// How long a server may take until it answers.
const PATIENCE: Duration = Duration::from_secs(30);

/// A registry that runs until this is dropped. Whoever asks knows it as `station`.
pub(crate) struct Station {
    pub(crate) folder: tempfile::TempDir,
    server: Child,
    pub(crate) index: String,
    pub(crate) alice: String,
    pub(crate) bob: String,
}

impl Drop for Station {
    fn drop(&mut self) {
        // It may have ended by itself, and then there is nothing to stop.
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

/// Our own registry.
pub(crate) fn embedded() -> Station {
    let folder = tempfile::tempdir().expect("a folder");
    let dir = folder.path().join("registry");
    let dir = dir.to_str().expect("a plain path");
    let mut server = stationmaster(&["registry", "serve", "--dir", dir])
        .stdout(Stdio::piped())
        .spawn()
        .expect("the registry starts");
    let said = BufReader::new(server.stdout.take().expect("its words"));
    let first = said.lines().next().expect("a line").expect("text");
    let index = first.rsplit(' ').next().expect("the index").to_owned();
    let token = |name: &str| {
        let output = stationmaster(&["registry", "account", "add", name, "--dir", dir]).output().expect("it runs");
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    };
    let (alice, bob) = (token("alice"), token("bob"));
    Station { folder, server, index, alice, bob }
}

/// ktra, with a git index; or a word why the test is skipped.
pub(crate) fn ktra() -> Option<Station> {
    let program = outside_tools::ktra()?;
    let folder = tempfile::tempdir().expect("a folder");
    let port = TcpListener::bind("127.0.0.1:0").and_then(|it| it.local_addr()).expect("a free port").port();
    let origin = index_repository(folder.path(), port);
    let path = |name: &str| folder.path().join(name).display().to_string();
    let (local, crates, cache, db) = (path("index"), path("crates"), path("cache"), path("db"));
    let config = format!(
        "[crate_files_config]\ndl_dir_path = \"{crates}\"\ncache_dir_path = \"{cache}\"\ndl_path = [\"dl\"]\n\
         [db_config]\ndb_dir_path = \"{db}\"\n\
         [index_config]\nremote_url = \"file://{origin}\"\nlocal_path = \"{local}\"\nbranch = \"main\"\n\
         [server_config]\naddress = [127, 0, 0, 1]\nport = {port}\n"
    );
    fs::write(path("ktra.toml"), config).expect("a configuration");
    let log = fs::File::create(path("ktra.log")).expect("a log");
    let mut command = Command::new(program);
    command.args(["-c", &path("ktra.toml")]).stdin(Stdio::null()).stderr(log.try_clone().expect("a log")).stdout(log);
    let server = command.current_dir(folder.path()).spawn().expect("ktra starts");
    let mut station =
        Station { folder, server, index: format!("file://{origin}"), alice: String::new(), bob: String::new() };
    station.alice = account(port, "alice");
    station.bob = account(port, "bob");
    Some(station)
}

/// A bare repository with the configuration of an index. Its path.
fn index_repository(folder: &Path, port: u16) -> String {
    let work = folder.join("index-work");
    fs::create_dir_all(&work).expect("a folder");
    git(&work, &["init", "--quiet"]);
    let config = format!("{{\"dl\":\"http://127.0.0.1:{port}/dl\",\"api\":\"http://127.0.0.1:{port}\"}}\n");
    fs::write(work.join("config.json"), config).expect("a configuration");
    git(&work, &["add", "config.json"]);
    git(&work, &["commit", "--quiet", "--message", "An index"]);
    git(folder, &["clone", "--quiet", "--bare", "index-work", "index.git"]);
    folder.join("index.git").display().to_string()
}

/// A new account of ktra. Its token.
fn account(port: u16, name: &str) -> String {
    let body = "{\"password\":\"not a secret\"}";
    let request = format!(
        "POST /ktra/api/v1/new_user/{name} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    );
    let started = Instant::now();
    let mut stream = loop {
        match TcpStream::connect(("127.0.0.1", port)) {
            Ok(stream) => break stream,
            Err(error) => assert!(started.elapsed() < PATIENCE, "ktra does not answer: {error}"),
        }
        std::thread::park_timeout(Duration::from_millis(50));
    };
    let mut answer = String::new();
    stream.write_all(request.as_bytes()).expect("it is sent");
    stream.read_to_string(&mut answer).expect("an answer");
    let json = answer.rsplit("\r\n\r\n").next().and_then(|body| serde_json::from_str::<serde_json::Value>(body).ok());
    let token = json.as_ref().and_then(|json| json["token"].as_str()).map(str::to_owned);
    token.unwrap_or_else(|| panic!("no token: {answer}"))
}

impl Station {
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Our program on a repository, with a token.
    pub(crate) fn run(&self, command: &str, repository: &Path, token: &str, more: &[&str]) -> Output {
        let repository = repository.to_str().expect("a plain path");
        let mut command = stationmaster(&[command, "--repo", repository]);
        command.args(more).env("CARGO_REGISTRIES_STATION_TOKEN", token);
        command.output().expect("it runs")
    }

    /// Plain cargo in a folder, with a home of its own and the token of alice.
    pub(crate) fn cargo(&self, folder: &Path, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO"));
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("CARGO") || name.starts_with("RUSTC_")) {
            command.env_remove(name);
        }
        command.args(arguments).current_dir(folder).env("CARGO_HOME", self.path("cargo-home"));
        command.env("CARGO_REGISTRIES_STATION_INDEX", &self.index);
        command.env("CARGO_REGISTRIES_STATION_TOKEN", &self.alice);
        // Nobody debugs what is built here.
        command.env("CARGO_PROFILE_DEV_DEBUG", "false").env("CARGO_INCREMENTAL", "0");
        command.env("CARGO_TARGET_DIR", self.path("target")).output().expect("cargo runs")
    }

    /// What a fresh look at the registry shows of a crate, one line a version.
    pub(crate) fn entries(&self, path: &str) -> Vec<serde_json::Value> {
        let git_index = self.path("index.git");
        let text = if git_index.is_dir() {
            let show = Command::new("git").args(["show", &format!("main:{path}")]).current_dir(&git_index).output();
            String::from_utf8_lossy(&show.expect("git runs").stdout).into_owned()
        } else {
            fs::read_to_string(self.path("registry/index").join(path)).unwrap_or_default()
        };
        text.lines().map(|line| serde_json::from_str(line).expect("a line of an index")).collect()
    }
}
