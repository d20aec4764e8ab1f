//! Evaluates arithmetic expressions: the arguments as one, else each line of standard input.

use std::{io, process::ExitCode};

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match words.first().map(String::as_str) {
        Some("--version") => {
            println!("abacist {}", env!("CARGO_PKG_VERSION"));
            ExitCode::SUCCESS
        }
        Some("--man") => {
            print!("{}", include_str!("abacist.1"));
            ExitCode::SUCCESS
        }
        Some(_) => show(&words.join(" ")),
        None => {
            let mut code = ExitCode::SUCCESS;
            for line in io::stdin().lines().map_while(Result::ok).filter(|line| !line.trim().is_empty()) {
                if show(&line) != ExitCode::SUCCESS {
                    code = ExitCode::FAILURE;
                }
            }
            code
        }
    }
}

fn show(text: &str) -> ExitCode {
    match abacist::evaluate(text) {
        Ok(value) => {
            println!("{value}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
