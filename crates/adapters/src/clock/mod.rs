//! Time: the machine's, or one that is moved by hand.

mod shifted;
mod simulated;
mod system;

pub use self::{
    shifted::ShiftedClock,
    simulated::{SimulatedClock, SimulatedClockError},
    system::SystemClock,
};
