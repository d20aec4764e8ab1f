//! Being told to stop.

use std::io;

use crate::diagnostics::{Ending, Failure};

/// Do something, unless this process is told to stop first: then what is under way is dropped, and compilers and the folder that
/// they work in go with it. `what` says in words what is then not done to its end.
pub(crate) async fn unless_stopped<T>(
    what: &str,
    work: impl Future<Output = Result<T, Failure>>,
) -> Result<T, Failure> {
    let mut stop = Stop::listen();
    tokio::select! {
        done = work => done,
        () = stop.told() => Err(stopped(what)),
    }
}

/// Something was told to stop before this was done.
pub(crate) fn stopped(what: &str) -> Failure {
    Failure::new(Ending::Outside, format!("it was told to stop before {what}"))
        .hint("finished work is kept; run the same command again")
}

/// Hears when someone tells this process to stop: by Ctrl-C, or as a service manager or CI does. From its beginning on no signal
/// is missed, whatever is done between two looks.
#[derive(Debug)]
pub(crate) struct Stop {
    signals: io::Result<Signals>,
}

#[cfg(unix)]
#[derive(Debug)]
struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn listen() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};

        Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

#[cfg(windows)]
#[derive(Debug)]
struct Signals {
    interrupt: tokio::signal::windows::CtrlC,
}

#[cfg(windows)]
impl Signals {
    fn listen() -> io::Result<Self> {
        Ok(Self { interrupt: tokio::signal::windows::ctrl_c()? })
    }

    async fn next(&mut self) {
        self.interrupt.recv().await;
    }
}

impl Stop {
    /// Listen from now on. Must be called on a runtime.
    pub(crate) fn listen() -> Self {
        Self { signals: Signals::listen() }
    }

    /// Wait until this process is told to stop; for ever, if the system does not let us listen: it then ends the process itself.
    pub(crate) async fn told(&mut self) {
        match &mut self.signals {
            Ok(signals) => signals.next().await,
            Err(_) => std::future::pending().await,
        }
    }
}
