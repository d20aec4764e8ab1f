//! The lease: one process at a time.

use async_trait::async_trait;
use stationmaster_engine::ports::{LeaseGuard, LeaseKeeper, PortError, PortResult};

use crate::process::Process;

#[async_trait]
impl LeaseKeeper for Process {
    async fn acquire(&self) -> PortResult<Box<dyn LeaseGuard>> {
        self.ask(|state| {
            if let Some((_, holder)) = &state.lease {
                let what = "the lease".to_owned();
                return Err(PortError::Refused { what, why: format!("{holder} has it") });
            }
            state.lease = Some((self.number(), self.name().to_owned()));
            Ok(())
        })?;
        Ok(Box::new(Held(self.clone())))
    }
}

struct Held(Process);

impl LeaseGuard for Held {}

impl Drop for Held {
    fn drop(&mut self) {
        let mut state = self.0.world().state();
        if state.lease.as_ref().is_some_and(|(holder, _)| *holder == self.0.number()) {
            state.lease = None;
        }
    }
}
