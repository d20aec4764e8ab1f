//! The policies that come with the product, one per epoch of the process (R1-R13, X1-X14), and one for a changelog.

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
