//! What was packaged.

use stationmaster_core::report::staged::{Staged, StagedFile};

use super::{
    findings,
    plan::write,
    style::{BAD, DIM, GOOD, counted, painted, width},
};

/// Print each crate in order, the sum, and what one should know. `verified`: they were built.
pub(crate) fn print(view: &Staged, verified: bool) {
    crate::output::print!("{}", text(view, verified, width()));
}

fn text(Staged { crates, findings, .. }: &Staged, verified: bool, width: usize) -> String {
    let mut out = String::new();
    let name = |it: &StagedFile| format!("{} {}", it.name, it.version);
    let names = crates.iter().map(|it| name(it).chars().count()).max().unwrap_or(0);
    for it in crates {
        let checksum = painted(DIM, it.checksum.get(..12).unwrap_or(&it.checksum));
        write(&mut out, format_args!("  {:names$}  {:>9}  {checksum}\n", name(it), size(it.size)));
    }
    let sum = size(crates.iter().map(|it| it.size).sum());
    let built = match findings::count(findings) {
        _ if !verified => String::new(),
        0 => format!("; {}", painted(GOOD, "all build")),
        bad => format!("; {} of them build", painted(BAD, crates.len().saturating_sub(bad))),
    };
    write(&mut out, format_args!("{} staged, {sum}{built}\n", counted(crates.len(), "crate")));
    out.extend(findings.iter().map(|finding| findings::one(finding, width)));
    out
}

/// `1.4 KiB`, `10.0 MiB`.
pub(super) fn size(bytes: u64) -> String {
    let tenths = |unit: u64| (bytes * 10 + unit / 2) / unit;
    let shown = |tenths: u64, unit: &str| format!("{}.{} {unit}", tenths / 10, tenths % 10);
    if bytes < 1 << 20 { shown(tenths(1 << 10), "KiB") } else { shown(tenths(1 << 20), "MiB") }
}

#[cfg(test)]
mod tests {
    use super::size;

    #[test]
    fn sizes_have_one_digit_after_the_point() {
        assert_eq!([0, 1430, 1 << 20, 10_485_760].map(size), ["0.0 KiB", "1.4 KiB", "1.0 MiB", "10.0 MiB"]);
    }
}
