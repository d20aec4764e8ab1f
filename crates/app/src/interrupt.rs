//! Being told to stop.

use std::io;

use crate::diagnostics::{Ending, Failure};

/// Do something, unless this process is told to stop first: then what is under way is dropped, and compilers and the folder that
/// they work in go with it. `what` says in words what is then not done to its end.
pub(crate) async fn unless_stopped<T>(
    what: &str,
    work: impl Future<Output = Result<T, Failure>>,
) -> Result<T, Failure> {
    tokio::select! {
        done = work => done,
        Ok(()) = told_to_stop() => Err(Failure::new(Ending::Outside, format!("it was told to stop before {what}"))
            .hint("what is done is kept; run the same command again")),
    }
}

/// Wait until someone tells this process to stop: by Ctrl-C, or as a service manager or CI does.
///
/// # Errors
/// The system lets us not listen.
#[cfg(unix)]
async fn told_to_stop() -> io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};

    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        interrupted = tokio::signal::ctrl_c() => interrupted,
        _ = terminate.recv() => Ok(()),
    }
}

/// Wait until someone tells this process to stop, by Ctrl-C.
///
/// # Errors
/// The system lets us not listen.
#[cfg(not(unix))]
async fn told_to_stop() -> io::Result<()> {
    tokio::signal::ctrl_c().await
}
