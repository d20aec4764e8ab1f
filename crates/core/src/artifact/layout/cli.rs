//! Programs, and what they print of themselves.

use std::collections::BTreeMap;

use super::{Facts, LayoutError, Note, Origin, PackageFacts, Parts};
use crate::{model::Platform, policy::Shell};

/// Put all programs of the package in that were built. Gives the name of the one that speaks for all.
pub(super) fn add(
    parts: &mut Parts,
    facts: &Facts<'_>,
    package: &PackageFacts,
    target: &str,
) -> Result<String, LayoutError> {
    let ending = if Platform::of(target).is_windows() { ".exe" } else { "" };
    let file = |program: &String| format!("{program}{ending}");
    // Some need features that are off.
    let built: Vec<&String> = package.programs.iter().filter(|program| facts.built.contains(&file(program))).collect();
    let speaker = built.iter().find(|program| ***program == package.name).or(built.first());
    let Some(speaker) = speaker else {
        let expected = if package.programs.is_empty() {
            vec!["a program".to_owned()]
        } else {
            package.programs.iter().map(file).collect()
        };
        return Err(LayoutError::NothingBuilt { package: package.name.clone(), expected });
    };
    for program in &built {
        parts.put(file(program), Origin::Built(file(program)), true);
    }
    Ok((*speaker).clone())
}

/// Put its completions and its manual page in.
pub(super) fn add_printed(
    parts: &mut Parts,
    facts: &Facts<'_>,
    program: &str,
    completions: &BTreeMap<Shell, Vec<String>>,
    man: Option<&[String]>,
) {
    let mut printed: Vec<(String, Vec<String>)> = completions
        .iter()
        .map(|(shell, arguments)| (format!("completions/{}", completion_file(*shell, program)), arguments.clone()))
        .collect();
    printed.extend(man.map(|arguments| (format!("man/{program}.1"), arguments.to_vec())));
    if facts.can_run {
        for (path, arguments) in printed {
            parts.put(path, Origin::Printed { program: program.to_owned(), arguments }, false);
        }
    } else if !printed.is_empty() {
        parts.notes.push(Note::NotPrinted { paths: printed.into_iter().map(|(path, _)| path).collect() });
    }
}

/// As the shell looks for it.
fn completion_file(shell: Shell, program: &str) -> String {
    match shell {
        Shell::Bash => format!("{program}.bash"),
        Shell::Elvish => format!("{program}.elv"),
        Shell::Fish => format!("{program}.fish"),
        Shell::PowerShell => format!("_{program}.ps1"),
        Shell::Zsh => format!("_{program}"),
    }
}
