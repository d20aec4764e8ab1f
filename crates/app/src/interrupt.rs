//! Being told to stop.

use std::io;

/// Wait until someone tells this process to stop: by Ctrl-C, or as a service manager or CI does.
///
/// # Errors
/// The system lets us not listen.
#[cfg(unix)]
pub(crate) async fn told_to_stop() -> io::Result<()> {
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
pub(crate) async fn told_to_stop() -> io::Result<()> {
    tokio::signal::ctrl_c().await
}
