//! SIGKILL at any moment, to the whole process group, until it is through.

use std::{
    thread,
    time::{Duration, Instant},
};

use super::{
    Round,
    ground::{end, kill_group, start},
    rehearsal,
};
use crate::steps::ChoreResult;

/// How often one rehearsal is killed.
const KILLS: u32 = 6;

/// Kill rehearsals, and compare what comes of them with one that was left alone.
pub(crate) fn run(round: &mut Round<'_>) -> ChoreResult {
    let before = Instant::now();
    let expected = rehearsal::undisturbed(round.ground)?;
    let whole = u64::try_from(before.elapsed().as_millis()).unwrap_or(u64::MAX).max(10);
    for number in 0..round.rounds {
        let sandbox = round.ground.fresh("killed")?;
        let mut moments = Vec::new();
        let ended = loop {
            // A rehearsal that was killed before it noted what it is can only begin anew.
            let is_begun = sandbox.join("rehearsal.json").is_file();
            if !is_begun {
                round.ground.fresh("killed")?;
            }
            let child = start(&mut rehearsal::command(round.ground, &sandbox, is_begun))?;
            if moments.len() < KILLS as usize {
                let moment = round.random.u64(0..whole);
                moments.push(moment);
                thread::sleep(Duration::from_millis(moment));
                kill_group(&child);
            }
            let ended = end(child, Instant::now() + Duration::from_secs(180))?;
            if ended.code.is_some() || ended.hung {
                break ended;
            }
        };
        round.done += 1;
        let told = format!("round {number}, killed after {moments:?} ms");
        if let Some(fault) = ended.fault() {
            round.finding(format!("{told}: {fault}"));
        } else if ended.code != Some(0) {
            round.finding(format!("{told}: ended with {:?}: {}", ended.code, ended.last_words()));
        } else if rehearsal::Result::read(&sandbox, &ended.out).as_ref() != Some(&expected) {
            round.finding(format!("{told}: came to another world than a rehearsal that was left alone"));
        }
    }
    Ok(())
}
