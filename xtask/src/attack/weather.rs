//! Each request of a publish meets each fault; then it is run again in fair weather.

use std::{
    collections::BTreeMap,
    fs,
    io::{BufRead, BufReader},
    net::SocketAddr,
    path::Path,
    process::{Child, Command, Stdio},
};

use super::{
    Ground, Round,
    ground::{kill_group, run as run_command, start},
    proxy::{Fault, Proxy},
};
use crate::steps::{ChoreResult, Failure};

/// A registry in a process of its own.
struct Registry {
    process: Child,
    address: SocketAddr,
    token: String,
}

impl Drop for Registry {
    fn drop(&mut self) {
        kill_group(&self.process);
        // Killed, it ends; nobody wants to know how.
        let _ = self.process.wait();
    }
}

impl Registry {
    fn start(ground: &Ground, folder: &Path) -> ChoreResult<Self> {
        let file = folder.join("token");
        let mut command = ground.command(&["registry", "serve", "--offline", "--dir"]);
        command.arg(folder.join("registry")).arg("--token-file").arg(&file).stderr(Stdio::null());
        let mut process = start(&mut command)?;
        let mut first = String::new();
        if let Some(out) = process.stdout.take() {
            // Nothing read is nothing understood, below.
            let _ = BufReader::new(out).read_line(&mut first);
        }
        let unclear = |what: &str| Failure::Found(format!("the registry does not start: {what}"));
        let address = first.split("//").nth(1).and_then(|rest| rest.split('/').next());
        let address = address.and_then(|it| it.parse().ok()).ok_or_else(|| unclear(&first))?;
        let token = fs::read_to_string(&file).map_err(|error| unclear(&error.to_string()))?.trim().to_owned();
        Ok(Self { process, address, token })
    }
}

/// Publish through weather, and compare the index with that of a calm day.
pub(crate) fn run(round: &mut Round<'_>) -> ChoreResult {
    let calm = attempt(round.ground, None)?;
    if calm.codes != [Some(0)] {
        return Err(Failure::Found(format!("a publish on a calm day fails: {}", calm.words)));
    }
    let mut cases: Vec<(usize, Fault)> =
        (0..calm.requests.len()).flat_map(|at| Fault::ALL.map(|fault| (at, fault))).collect();
    round.random.shuffle(&mut cases);
    for (at, fault) in cases.into_iter().take(round.rounds as usize) {
        let told = format!("{fault:?} at request {at} (`{}` on a calm day)", calm.requests[at]);
        let found = attempt(round.ground, Some((at, fault)))?;
        round.done += 1;
        if let Some(fault) = found.fault {
            round.finding(format!("{told}: {fault}"));
        } else if !matches!(found.codes[0], Some(0 | 4)) {
            round.finding(format!("{told}: exit code {:?}, and weather is 0 or 4: {}", found.codes[0], found.words));
        } else if fault.is_gone_a_moment_later() && found.codes[0] != Some(0) {
            round.finding(format!("{told}: nothing was asked again: {}", found.words));
        } else if found.codes.last() != Some(&Some(0)) {
            round.finding(format!("{told}: run again it ends with {:?}: {}", found.codes, found.words));
        } else if found.index != calm.index {
            round.finding(format!("{told}: the index differs from that of a calm day"));
        }
    }
    Ok(())
}

/// What came of a publish, and of a second one where the first did not get through.
struct Attempt {
    codes: Vec<Option<i32>>,
    fault: Option<String>,
    words: String,
    requests: Vec<String>,
    index: BTreeMap<String, String>,
}

fn attempt(ground: &Ground, plan: Option<(usize, Fault)>) -> ChoreResult<Attempt> {
    let folder = ground.fresh("weather")?;
    let demo = ground.demo("weather/demo")?;
    let registry = Registry::start(ground, &folder)?;
    let proxy = Proxy::before(registry.address)
        .map_err(|error| Failure::File { path: "a socket on loopback".into(), error })?;
    let publish = || -> Command {
        let mut command = ground.command(&["publish", "--repo"]);
        command.arg(&demo).arg("--registry").arg(format!("sparse+http://{}/index/", proxy.address()));
        command.env("CARGO_REGISTRY_TOKEN", &registry.token).env_remove("CARGO_NET_OFFLINE");
        command
    };
    proxy.plan(plan);
    let mut ended = run_command(&mut publish())?;
    let requests = proxy.seen();
    let mut attempt = Attempt {
        codes: vec![ended.code],
        fault: ended.fault(),
        words: ended.last_words(),
        requests,
        index: BTreeMap::new(),
    };
    if ended.code != Some(0) && attempt.fault.is_none() {
        proxy.plan(None);
        ended = run_command(&mut publish())?;
        attempt.codes.push(ended.code);
        attempt.fault = ended.fault();
        attempt.words = format!("{}; then: {}", attempt.words, ended.last_words());
    }
    read_index(&folder.join("registry/index"), &mut attempt.index);
    Ok(attempt)
}

/// The entries, sorted: in which order crates came out is not the same each time.
fn read_index(folder: &Path, into: &mut BTreeMap<String, String>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            read_index(&path, into);
        } else {
            into.insert(path.display().to_string(), fs::read_to_string(&path).unwrap_or_default());
        }
    }
}
