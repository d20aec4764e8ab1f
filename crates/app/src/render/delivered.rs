//! What was put beside a release on the forge.

use stationmaster_core::report::delivered::Delivered;

use super::style::{counted, width, wrapped};

/// Print each file that was put there now, and what is still to come.
pub(crate) fn print(Delivered { tag, delivered, missing }: &Delivered) {
    for name in delivered {
        crate::output::println!("  delivered {name}");
    }
    let state = match missing.as_slice() {
        [] => "all are there; `stationmaster run` shows the release".to_owned(),
        missing => format!("missing are {}", missing.join(", ")),
    };
    let line = format!("{tag}: {} delivered now, {state}", counted(delivered.len(), "file"));
    crate::output::println!("{}", wrapped(&line, width(), 2));
}
