//! Time: the machine's, or one that is moved by hand.

mod simulated;
mod system;

pub use self::{
    simulated::{SimulatedClock, SimulatedClockError},
    system::SystemClock,
};
