//! Categories that crates.io knows.
//!
//! It used to warn of others; since 2024 it refuses the upload.

use super::{CrateFacts, Finding, WORDS, breach};

/// The slugs, sorted. Source: `src/boot/categories.toml` in crates.io's public repository, August 2026; the list that the
/// registry shows people is at its page `category_slugs`.
pub const CATEGORY_SLUGS: &[&str] = &[
    "accessibility",
    "aerospace",
    "aerospace::drones",
    "aerospace::protocols",
    "aerospace::simulation",
    "aerospace::space-protocols",
    "aerospace::unmanned-aerial-vehicles",
    "algorithms",
    "api-bindings",
    "artificial-intelligence",
    "asynchronous",
    "authentication",
    "automotive",
    "caching",
    "command-line-interface",
    "command-line-utilities",
    "compilers",
    "compression",
    "computer-vision",
    "concurrency",
    "config",
    "cryptography",
    "cryptography::cryptocurrencies",
    "data-structures",
    "database",
    "database-implementations",
    "date-and-time",
    "development-tools",
    "development-tools::build-utils",
    "development-tools::cargo-plugins",
    "development-tools::debugging",
    "development-tools::ffi",
    "development-tools::procedural-macro-helpers",
    "development-tools::profiling",
    "development-tools::testing",
    "email",
    "embedded",
    "emulators",
    "encoding",
    "external-ffi-bindings",
    "filesystem",
    "finance",
    "game-development",
    "game-engines",
    "games",
    "graphics",
    "gui",
    "hardware-support",
    "internationalization",
    "localization",
    "mathematics",
    "memory-management",
    "multimedia",
    "multimedia::audio",
    "multimedia::encoding",
    "multimedia::images",
    "multimedia::video",
    "network-programming",
    "no-std",
    "no-std::no-alloc",
    "os",
    "os::android-apis",
    "os::freebsd-apis",
    "os::linux-apis",
    "os::macos-apis",
    "os::unix-apis",
    "os::windows-apis",
    "parser-implementations",
    "parsing",
    "rendering",
    "rendering::data-formats",
    "rendering::engine",
    "rendering::graphics-api",
    "rust-patterns",
    "science",
    "science::bioinformatics",
    "science::bioinformatics::genomics",
    "science::bioinformatics::proteomics",
    "science::bioinformatics::sequence-analysis",
    "science::computational-biology",
    "science::computational-biology::structural-modeling",
    "science::computational-biology::systems-biology",
    "science::computational-chemistry",
    "science::computational-chemistry::cheminformatics",
    "science::computational-chemistry::electronic-structure",
    "science::computational-chemistry::molecular-simulation",
    "science::geo",
    "science::materials",
    "science::neuroscience",
    "science::quantum-computing",
    "science::robotics",
    "security",
    "simulation",
    "template-engine",
    "text-editors",
    "text-processing",
    "value-formatting",
    "virtualization",
    "visualization",
    "wasm",
    "web-programming",
    "web-programming::http-client",
    "web-programming::http-server",
    "web-programming::websocket",
];

/// Judge the categories of one crate. Slugs are compared as the registry does: to the letter.
pub(super) fn judge(facts: &CrateFacts) -> Vec<Finding> {
    let mut findings = Vec::new();
    if facts.categories.len() > WORDS {
        let detail = format!("{} categories; at most {WORDS} are allowed", facts.categories.len());
        findings.push(breach(facts, "too-many-categories", detail, format!("keep {WORDS} of `package.categories`")));
    }
    for category in &facts.categories {
        if CATEGORY_SLUGS.binary_search(&category.as_str()).is_err() {
            let detail = format!("the registry knows no category `{category}`");
            let help = match nearest(category) {
                Some(near) => format!("write `{near}` in `package.categories`, or take it out"),
                None => "take it out of `package.categories`, or choose one of the registry's list".to_owned(),
            };
            findings.push(breach(facts, "unknown-category", detail, help));
        }
    }
    findings
}

/// A slug that somebody may have meant: the same words under another parent, or with other separators.
fn nearest(slug: &str) -> Option<&'static str> {
    let last = |slug: &str| slug.rsplit("::").next().unwrap_or_default().to_ascii_lowercase().replace(['_', ' '], "-");
    let wanted = last(slug);
    CATEGORY_SLUGS.iter().copied().find(|known| last(known) == wanted)
}
