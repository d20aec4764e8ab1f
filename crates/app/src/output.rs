//! What is printed: without secrets, and with nothing in it that a terminal would act on. Output that cannot be written, on a full
//! disk or into a closed pipe, ends nothing that is under way: it is remembered, and the command then ends with the exit code of a
//! world that failed.

use std::{
    fmt,
    io::{self, Write as _},
    sync::Mutex,
};

use stationmaster_adapters::secrets;

use crate::visible::on_terminal;

/// Why standard output took no more; the first cause is kept.
static FAILED: Mutex<Option<io::ErrorKind>> = Mutex::new(None);

/// Print to standard output.
pub(crate) fn out(words: fmt::Arguments<'_>) {
    if failed().is_none() {
        note(anstream::stdout().write_all(shown(words).as_bytes()));
    }
}

/// Print to standard error. What cannot be said there can be said nowhere.
pub(crate) fn err(words: fmt::Arguments<'_>) {
    let _ = anstream::stderr().write_all(shown(words).as_bytes());
}

/// The one time that the owner of a fresh secret is shown it.
pub(crate) fn secret(secret: &str) {
    note(writeln!(anstream::stdout(), "{secret}"));
}

/// The one place that all words pass before they are seen.
pub(crate) fn shown(words: fmt::Arguments<'_>) -> String {
    on_terminal(&secrets::hidden(&words.to_string()))
}

/// What standard output still holds goes out. The error: it could not be written.
pub(crate) fn finish() -> Result<(), io::ErrorKind> {
    note(io::stdout().flush());
    failed().map_or(Ok(()), Err)
}

/// Nobody reads standard output any more.
pub(crate) fn is_closed() -> bool {
    failed().is_some()
}

fn failed() -> Option<io::ErrorKind> {
    *FAILED.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

fn note(written: io::Result<()>) {
    if let Err(error) = written {
        FAILED.lock().unwrap_or_else(std::sync::PoisonError::into_inner).get_or_insert(error.kind());
    }
}

/// A line on standard output.
macro_rules! out_line {
    () => { $crate::output::out(format_args!("\n")) };
    ($($words:tt)*) => { $crate::output::out(format_args!("{}\n", format_args!($($words)*))) };
}

/// Words on standard output.
macro_rules! out_words {
    ($($words:tt)*) => { $crate::output::out(format_args!($($words)*)) };
}

/// A line on standard error.
macro_rules! err_line {
    () => { $crate::output::err(format_args!("\n")) };
    ($($words:tt)*) => { $crate::output::err(format_args!("{}\n", format_args!($($words)*))) };
}

/// Words on standard error.
macro_rules! err_words {
    ($($words:tt)*) => { $crate::output::err(format_args!($($words)*)) };
}

pub(crate) use {err_line as eprintln, err_words as eprint, out_line as println, out_words as print};
