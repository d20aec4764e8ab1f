//! Names that a crate may have.

use super::{CrateFacts, Finding, breach};

/// Longest name, in characters.
pub(super) const NAME: usize = 64;

/// Names that crates.io keeps for itself: those of the compiler's own crates, and those that Windows cannot have as files.
/// `-` and `_` are the same here, and so are upper and lower case. Source: the `reserved_crate_names` table in the
/// migrations of crates.io's public repository, August 2026.
const RESERVED: &[&str] = &[
    "alloc",
    "arena",
    "ast",
    "aux",
    "builtins",
    "collections",
    "com0",
    "com1",
    "com2",
    "com3",
    "com4",
    "com5",
    "com6",
    "com7",
    "com8",
    "com9",
    "compiler_builtins",
    "compiler_rt",
    "compiletest",
    "con",
    "core",
    "coretest",
    "debug",
    "driver",
    "flate",
    "fmt_macros",
    "grammar",
    "graphviz",
    "lpt0",
    "lpt1",
    "lpt2",
    "lpt3",
    "lpt4",
    "lpt5",
    "lpt6",
    "lpt7",
    "lpt8",
    "lpt9",
    "macro",
    "macros",
    "nul",
    "prn",
    "proc_macro",
    "rbml",
    "rust_installer",
    "rustbook",
    "rustc",
    "rustc_back",
    "rustc_borrowck",
    "rustc_driver",
    "rustc_llvm",
    "rustc_resolve",
    "rustc_trans",
    "rustc_typeck",
    "rustdoc",
    "rustllvm",
    "rustuv",
    "serialize",
    "std",
    "syntax",
    "test",
    "unicode",
];

/// Words of the language: cargo itself refuses a package of such a name.
const KEYWORDS: &[&str] = &[
    "Self", "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate", "do", "dyn",
    "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro",
    "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return", "self", "static", "struct", "super",
    "trait", "true", "try", "type", "typeof", "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

/// Whether a text may be the name of a crate: an ASCII letter, then letters, digits, `-` and `_`.
pub(super) fn is_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
}

pub(super) fn judge(facts: &CrateFacts) -> Vec<Finding> {
    let name = &facts.name;
    let mut findings = Vec::new();
    if !is_name(name) {
        let detail = format!("`{name}` is no valid crate name");
        let help = "start the name with a letter, and use only ASCII letters, digits, `-` and `_`";
        findings.push(breach(facts, "invalid-name", detail, help));
    }
    let length = name.chars().count();
    if length > NAME {
        let detail = format!("the name has {length} characters; at most {NAME} are allowed");
        findings.push(breach(facts, "invalid-name", detail, "choose a shorter name"));
    }
    if RESERVED.contains(&name.to_ascii_lowercase().replace('-', "_").as_str()) {
        findings.push(breach(facts, "reserved-name", format!("`{name}` is a reserved name"), "choose another name"));
    } else if KEYWORDS.contains(&name.as_str()) {
        let detail = format!("`{name}` is a word of the Rust language");
        findings.push(breach(facts, "reserved-name", detail, "choose another name"));
    }
    findings
}
