//! Trusted publishing (X10): the demo's new versions go out of processes that keep no token, for the word of a CI.

use std::{
    fs,
    io::Read,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use jiff::SignedDuration;
use stationmaster_adapters::registry::embedded::{EmbeddedOptions, EmbeddedRegistry, Running};

use super::{
    binary::{code, errors, git, json, run},
    issuer::{BEARER, REPOSITORY, WORKFLOW},
    job::{Job, serve},
    publish::entries,
};

#[test]
fn a_publish_that_takes_longer_than_its_tokens_live_gets_others_on_the_way() {
    let job = Job::new("trusted = true\nat-once = 1\nupdate-rate = { burst = 1, every-seconds = 2 }\n");
    let served = serve(&job, &["--token-life", "1"]);
    job.publish_first(&served.1, fs::read_to_string(job.path("token")).expect("a token").trim());
    let outside = job.command(&served.1, &["publish", "--rev", "next"]).output().expect("it runs");
    assert_eq!(code(&outside), 3, "no CI, no token: {}", errors(&outside));
    let begun = Instant::now();
    let output = job.in_ci(&served.1, &["publish", "--rev", "next", "--json"]).output().expect("it runs");
    assert_eq!(code(&output), 0, "{}", errors(&output));
    assert!(begun.elapsed() > Duration::from_secs(8), "five crates, two seconds apart");
    assert_eq!(job.issuer.asked(), 5, "each token had ended before the next crate");
    let crates = json(&output)["crates"].as_array().expect("crates").clone();
    assert_eq!(crates.iter().filter(|it| it["was_there"] == false).count(), 5);
    let journal = job.command(&served.1, &["journal"]).output().expect("it runs");
    assert!(String::from_utf8_lossy(&journal.stdout).contains("abacist 5.0.0"));
    for said in [&output.stdout, &output.stderr, &journal.stdout] {
        let said = String::from_utf8_lossy(said);
        assert!(!said.contains(BEARER) && !said.contains("eyJ"), "a secret is shown: {said}");
    }
}

#[test]
fn in_gitlab_the_token_that_the_job_was_given_is_good_for_one_publish() {
    let job = Job::new("trusted = true\n");
    let served = serve(&job, &[]);
    job.publish_first(&served.1, fs::read_to_string(job.path("token")).expect("a token").trim());
    let host = served.1.trim_start_matches("sparse+http://").trim_end_matches("/index/");
    let mut claims = job.issuer.claims(host);
    for of_github in ["repository", "workflow_ref"] {
        claims.as_object_mut().expect("claims").remove(of_github);
    }
    claims["project_path"] = REPOSITORY.into();
    claims["ci_config_ref_uri"] = format!("gitlab.com/{REPOSITORY}//{WORKFLOW}@refs/heads/main").into();
    let id_token = job.issuer.sign(&claims);
    let publish = |rev: &str| {
        let mut command = job.command(&served.1, &["publish", "--rev", rev]);
        command.env("CRATES_IO_ID_TOKEN", &id_token).output().expect("it runs")
    };
    let done = publish("next");
    assert_eq!(code(&done), 0, "{}", errors(&done));
    let bumped = run(&["bump", "patch", "--repo", &job.demo(), "--base", "next", "--ref", "after"]);
    assert_eq!(code(&bumped), 0, "{}", errors(&bumped));
    let again = publish("after");
    let said = errors(&again);
    assert_eq!(code(&again), 3, "{said}");
    assert!(said.contains("did not accept the identity of GitLab CI: JWT has already been used"), "{said}");
    assert!(said.contains("hint: run the job again: it gets another identity token"), "{said}");
    assert!(!said.contains(&id_token), "{said}");
}

#[test]
fn a_preflight_says_which_token_it_will_be_and_that_a_new_crate_needs_one_that_is_kept() {
    let job = Job::new("trusted = true\n");
    let served = serve(&job, &[]);
    let token = fs::read_to_string(job.path("token")).expect("a token").trim().to_owned();
    let look = |mut command: Command, keeps: bool| {
        if keeps {
            command.env("CARGO_REGISTRIES_STATION_TOKEN", &token);
        }
        let output = command.output().expect("it runs");
        let found = json(&output)["findings"].as_array().expect("findings").clone();
        let tokens = found.iter().filter(|it| it["rule"] == "X10").map(|it| it["detail"].to_string());
        (code(&output), tokens.collect::<Vec<_>>().join("\n"))
    };
    let preflight = ["preflight", "--rev", "main", "--json"];
    let (code, words) = look(job.in_ci(&served.1, &preflight), false);
    assert_eq!(code, 1, "{words}");
    assert!(words.contains("for the word of GitHub Actions"), "{words}");
    assert_eq!(words.matches("there is no other token for it").count(), 5, "{words}");
    let refused = job.in_ci(&served.1, &["publish", "--rev", "main"]).output().expect("it runs");
    assert!(errors(&refused).contains("which trusted publishing cannot create"), "{}", errors(&refused));
    let (code, words) = look(job.in_ci(&served.1, &preflight), true);
    assert_eq!(code, 0, "{words}");
    assert_eq!(words.matches("it goes out with the token from the variable").count(), 5, "{words}");
    let (code, words) = look(job.command(&served.1, &preflight), true);
    assert_eq!(code, 0, "{words}");
    assert!(words.contains("nobody here gives its word for one: uploads from here use the token from"), "{words}");
    assert_eq!(job.issuer.asked(), 0, "looking mints nothing");
    let mut first = job.in_ci(&served.1, &["publish", "--rev", "main"]);
    let first = first.env("CARGO_REGISTRIES_STATION_TOKEN", &token).output().expect("it runs");
    assert_eq!((self::code(&first), job.issuer.asked()), (0, 0), "new crates: {}", errors(&first));
    let (code, words) = look(job.command(&served.1, &preflight), false);
    assert_eq!((code, words.as_str()), (0, ""), "all is out, and no token is needed");
}

/// A registry in this process, whose tokens can be counted.
fn counted(job: &Job, life: i64) -> (tokio::runtime::Runtime, Running) {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let trust = vec![job.issuer.rule().parse().expect("a rule")];
    let token_life = SignedDuration::from_secs(life);
    let options = EmbeddedOptions { trust, token_life, ..EmbeddedOptions::new(job.path("registry")) };
    let running = runtime.block_on(EmbeddedRegistry::start(options)).expect("it starts");
    let token = running.issue_token("stationmaster").expect("a token");
    job.publish_first(&running.index_url, token.expose());
    (runtime, running)
}

#[test]
fn no_token_is_left_after_a_success_or_a_failure() {
    let job = Job::new("trusted = true\nat-once = 1\n");
    let (_runtime, running) = counted(&job, 1800);
    // The fourth of five is somebody else's.
    let owners = job.path("registry/owners/abacist.json");
    fs::write(&owners, "[\"somebody\"]").expect("owners");
    let publish = || job.in_ci(&running.index_url, &["publish", "--rev", "next"]).output().expect("it runs");
    let refused = publish();
    assert_eq!(code(&refused), 3, "{}", errors(&refused));
    assert!(errors(&refused).contains("don't seem to be an owner"), "{}", errors(&refused));
    assert_eq!(
        (job.issuer.asked(), running.trusted_tokens()),
        (2, 0),
        "one, and one instead of it when it was refused"
    );
    fs::write(&owners, "[\"stationmaster\"]").expect("owners");
    let done = publish();
    assert_eq!(code(&done), 0, "{}", errors(&done));
    assert_eq!((job.issuer.asked(), running.trusted_tokens()), (3, 0));
    let nothing = publish();
    assert_eq!((code(&nothing), job.issuer.asked()), (0, 3), "nothing is missing, and so nobody is asked");
}

/// Kill a publish in a CI, in the weather of a seed, when the index shows so many new versions, and run it again: nobody has to
/// bring a token, however many end on the way.
pub(crate) fn killed_in_ci_and_run_again(seed: u64, out: usize) {
    let job = Job::new("trusted = true\n");
    let fair = serve(&job, &[]);
    job.publish_first(&fair.1, fs::read_to_string(job.path("token")).expect("a token").trim());
    drop(fair);
    let served = serve(&job, &["--faults", &seed.to_string()]);
    let published = || {
        let mut lines = Vec::new();
        entries(&job.path("registry/index"), &mut lines);
        lines.retain(|line| !["4.0.0", "0.91.0"].iter().any(|old| line.contains(&format!("\"vers\":\"{old}\""))));
        lines
    };
    let mut publish = job.in_ci(&served.1, &["publish", "--rev", "next"]);
    let mut killed = publish.stderr(Stdio::null()).stdout(Stdio::null()).spawn().expect("it starts");
    while published().len() < out && killed.try_wait().expect("it is ours").is_none() {
        std::thread::yield_now();
    }
    killed.kill().expect("it is ours");
    killed.wait().expect("it ends");
    let again = job.in_ci(&served.1, &["publish", "--rev", "next", "--json"]).output().expect("it runs");
    assert_eq!(code(&again), 0, "weather {seed}: {}", errors(&again));
    let crates = json(&again)["crates"].as_array().expect("crates").clone();
    let (index, text) = (published(), |it: &serde_json::Value, key: &str| it[key].as_str().expect(key).to_owned());
    assert_eq!(index.len(), crates.len(), "weather {seed}: each is there once");
    for it in &crates {
        let (name, checksum) = (text(it, "name"), text(it, "checksum"));
        let is_it = |line: &&String| line.contains(&format!("\"name\":\"{name}\"")) && line.contains(&checksum);
        assert_eq!(index.iter().filter(is_it).count(), 1, "weather {seed}, {name}: {index:?}");
    }
}

#[test]
fn a_process_that_is_killed_leaves_a_token_that_ends_by_itself_and_the_next_gets_its_own() {
    let job = Job::new("trusted = true\nat-once = 1\nupdate-rate = { burst = 1, every-seconds = 5 }\n");
    let (_runtime, running) = counted(&job, 2);
    let mut publish = job.in_ci(&running.index_url, &["publish", "--rev", "next"]);
    let mut killed = publish.stderr(Stdio::piped()).stdout(Stdio::null()).spawn().expect("it starts");
    // It says when it waits for the registry, which is after its first upload.
    let mut word = [0; 1];
    killed.stderr.take().expect("its words").read_exact(&mut word).expect("a word");
    killed.kill().expect("it is ours");
    killed.wait().expect("it ends");
    assert_eq!(running.trusted_tokens(), 1);
    let until = Instant::now() + Duration::from_secs(10);
    while running.trusted_tokens() > 0 {
        assert!(Instant::now() < until, "it does not end");
        std::thread::yield_now();
    }
    let policy = job.path("demo/stationmaster.toml");
    let text = fs::read_to_string(&policy).expect("a policy").replace("every-seconds = 5", "every-seconds = 1");
    fs::write(&policy, text).expect("written");
    git(&job.path("demo"), &["commit", "--quiet", "--all", "--message", "Make haste"]);
    let again = job.in_ci(&running.index_url, &["publish", "--rev", "next"]).output().expect("it runs");
    assert_eq!((code(&again), running.trusted_tokens()), (0, 0), "{}", errors(&again));
}
