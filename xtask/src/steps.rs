//! Steps of a chore, announced, timed, and listed at the end.

use std::{
    fmt, io,
    process::Command,
    time::{Duration, Instant},
};

/// Why a chore stopped.
#[derive(Debug)]
pub(crate) enum Failure {
    /// A program ended badly.
    Ended {
        /// Its command line.
        command: String,
        /// How it ended.
        status: String,
    },
    /// A program could not be started.
    Start {
        /// Its command line.
        command: String,
        /// Why.
        error: io::Error,
    },
    /// A file could not be read or written.
    File {
        /// Which.
        path: String,
        /// Why.
        error: io::Error,
    },
    /// A check found something; it printed what.
    Found(String),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ended { command, status } => write!(f, "`{command}` ended with {status}"),
            Self::Start { command, error } => write!(f, "`{command}` could not be started: {error}"),
            Self::File { path, error } => write!(f, "{path}: {error}"),
            Self::Found(what) => f.write_str(what),
        }
    }
}

/// What a chore and each of its steps gives.
pub(crate) type ChoreResult<T = ()> = Result<T, Failure>;

/// The command line, for people.
pub(crate) fn shown(command: &Command) -> String {
    let program = command.get_program().to_string_lossy().into_owned();
    let program = program.rsplit('/').next().unwrap_or(&program).to_owned();
    command.get_args().fold(program, |line, argument| format!("{line} {}", argument.to_string_lossy()))
}

/// Run a program with our own output and input.
pub(crate) fn execute(command: &mut Command) -> ChoreResult {
    let line = shown(command);
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(Failure::Ended { command: line, status: status.to_string() }),
        Err(error) => Err(Failure::Start { command: line, error }),
    }
}

/// What a program prints, or none if it is not there or fails.
pub(crate) fn asked(command: &mut Command) -> Option<String> {
    let output = command.output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

/// What one step came to.
struct Ended {
    name: &'static str,
    took: Duration,
    note: String,
}

/// The steps done so far.
#[derive(Default)]
pub(crate) struct Steps {
    ended: Vec<Ended>,
}

impl Steps {
    /// Announce a step, do it, and note its time. Its words go to the table.
    pub(crate) fn step(&mut self, name: &'static str, work: impl FnOnce() -> ChoreResult<String>) -> ChoreResult {
        println!("\n==> {name}");
        let started = Instant::now();
        let note = work();
        let took = started.elapsed();
        let failed = note.as_ref().err().map(|failure| format!("FAILED: {failure}"));
        self.ended.push(Ended { name, took, note: note.unwrap_or_default() });
        match failed {
            None => {
                println!("    {name}: {}", seconds(took));
                Ok(())
            }
            Some(note) => {
                if let Some(last) = self.ended.last_mut() {
                    last.note.clone_from(&note);
                }
                self.print();
                Err(Failure::Found(format!("step `{name}`: {note}")))
            }
        }
    }

    /// The table of all steps.
    pub(crate) fn print(&self) {
        println!("\n{self}");
    }
}

impl fmt::Display for Steps {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = self.ended.iter().map(|step| step.name.len()).max().unwrap_or(0).max("total".len());
        for Ended { name, took, note } in &self.ended {
            writeln!(f, "{name:width$}  {:>8}  {note}", seconds(*took))?;
        }
        let total = self.ended.iter().map(|step| step.took).sum();
        write!(f, "{:width$}  {:>8}", "total", seconds(total))
    }
}

fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failing_step_is_named_and_keeps_its_place_in_the_table() {
        let mut steps = Steps::default();
        steps.step("first", || Ok("fine".to_owned())).expect("it is fine");
        let failure = steps.step("second", || Err(Failure::Found("3 breaches".to_owned()))).expect_err("it fails");
        assert_eq!(failure.to_string(), "step `second`: FAILED: 3 breaches");
        let table = steps.to_string();
        let notes: Vec<&str> = table.lines().map(|line| line.split(" s").nth(1).expect("a time").trim()).collect();
        assert_eq!(notes, ["fine", "FAILED: 3 breaches", ""]);
    }

    #[test]
    fn a_program_that_ends_badly_is_a_failure_with_its_command_line() {
        let failure = execute(Command::new("git").arg("no-such-verb").stderr(std::process::Stdio::null()));
        assert!(failure.expect_err("git has no such verb").to_string().starts_with("`git no-such-verb` ended with"));
    }
}
