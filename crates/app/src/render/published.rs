//! What a publish came to.

use stationmaster_core::report::published::PublishedCrate;

use super::{
    plan::write,
    style::{DIM, GOOD, counted, painted},
};

/// Print each crate, and the sum.
pub(crate) fn print(published: &[PublishedCrate], registry: &str) {
    crate::output::print!("{}", text(published, registry));
}

fn text(published: &[PublishedCrate], registry: &str) -> String {
    let mut out = String::new();
    let name = |it: &PublishedCrate| format!("{} {}", it.name, it.version);
    let width = published.iter().map(|it| name(it).chars().count()).max().unwrap_or(0);
    for it in published {
        let (style, word) = if it.was_there { (DIM, "was there") } else { (GOOD, "published") };
        let checksum = painted(DIM, it.checksum.get(..12).unwrap_or(&it.checksum));
        write(&mut out, format_args!("  {}  {:width$}  {checksum}\n", painted(style, word), name(it)));
    }
    let new = published.iter().filter(|it| !it.was_there).count();
    let all = counted(published.len(), "crate");
    write(&mut out, format_args!("{registry}: {all} in the index, {new} of them published now\n"));
    out
}
