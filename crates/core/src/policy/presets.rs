//! The policies that come with the product, one per epoch of the process (R1-R13, X1-X14), and one for a changelog.

use super::{
    error::{Fault, Problem},
    raw::{At, RawPolicy},
    syntax,
};

/// The preset whose rules hold where a policy says nothing: R1-R13.
pub const DEFAULT_PRESET: &str = "2021-merge";

/// Names and texts of the presets: the epochs, oldest first, then other forms of the first. Each is a complete policy.
pub const PRESETS: [(&str, &str); 5] = [
    (DEFAULT_PRESET, include_str!("../../policies/2021-merge.toml")),
    ("2022-cut", include_str!("../../policies/2022-cut.toml")),
    ("2024-lts", include_str!("../../policies/2024-lts.toml")),
    ("2026-candidates", include_str!("../../policies/2026-candidates.toml")),
    ("keep-a-changelog", include_str!("../../policies/keep-a-changelog.toml")),
];

/// A preset's text.
pub fn preset(name: &str) -> Option<&'static str> {
    PRESETS.iter().find(|(known, _)| *known == name).map(|(_, text)| *text)
}

/// What a preset says, without places. The text is ours and complete, so it reads; a test holds that.
pub(super) fn raw_preset(name: &At<String>) -> Result<RawPolicy, Fault> {
    let text = preset(&name.value).ok_or_else(|| {
        let known = PRESETS.iter().map(|(name, _)| (*name).to_owned()).collect();
        Fault::new(name.span, Problem::UnknownPreset { name: name.value.clone(), known })
    })?;
    syntax::read(text)
}
