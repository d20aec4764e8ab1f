//! `cargo xtask attack [NAME] [--seed N] [--rounds N]`: what a person and the world can do to the built program.

use std::time::Instant;

use crate::{
    attack::{ALL, Ground, Round},
    steps::{ChoreResult, Failure},
};

/// Do one attack, or all of them, and say what was found.
pub(crate) fn run(arguments: &[&str]) -> ChoreResult {
    let wanted = parse(arguments)?;
    let ground = Ground::prepare()?;
    let mut findings = Vec::new();
    println!("seed {}", wanted.seed);
    for attack in ALL.iter().filter(|it| wanted.name.is_none_or(|name| name == it.name)) {
        println!("==> {}: {}", attack.name, attack.about);
        let started = Instant::now();
        let mut round = Round {
            ground: &ground,
            random: fastrand::Rng::with_seed(wanted.seed),
            rounds: wanted.rounds.unwrap_or(attack.rounds),
            done: 0,
            findings: Vec::new(),
            skipped: None,
        };
        (attack.run)(&mut round)?;
        let note = round.skipped.map(|why| format!("; NOT DONE: {why}")).unwrap_or_default();
        let (done, found) = (round.done, round.findings.len());
        println!("    {done} rounds, {found} findings, {:.0} s{note}", started.elapsed().as_secs_f64());
        findings.extend(round.findings.into_iter().map(|words| format!("{}: {words}", attack.name)));
    }
    if findings.is_empty() {
        return Ok(());
    }
    let kept = ground.keep();
    println!("\nWhat was left is in {}", kept.display());
    Err(Failure::Found(format!("{} findings with seed {}:\n{}", findings.len(), wanted.seed, findings.join("\n"))))
}

/// What was asked for.
struct Wanted<'a> {
    name: Option<&'a str>,
    seed: u64,
    rounds: Option<u32>,
}

fn parse<'a>(arguments: &[&'a str]) -> ChoreResult<Wanted<'a>> {
    let usage = || {
        let names: Vec<&str> = ALL.iter().map(|attack| attack.name).collect();
        Failure::Found(format!("usage: cargo xtask attack [{}] [--seed N] [--rounds N]", names.join("|")))
    };
    let mut wanted = Wanted { name: None, seed: 1, rounds: None };
    let mut rest = arguments.iter().copied();
    while let Some(word) = rest.next() {
        match word {
            "--seed" => wanted.seed = rest.next().and_then(|it| it.parse().ok()).ok_or_else(usage)?,
            "--rounds" => wanted.rounds = Some(rest.next().and_then(|it| it.parse().ok()).ok_or_else(usage)?),
            name if wanted.name.is_none() && ALL.iter().any(|attack| attack.name == name) => wanted.name = Some(name),
            _ => return Err(usage()),
        }
    }
    Ok(wanted)
}
