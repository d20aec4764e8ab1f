//! Dependencies and features that the registry takes.

use semver::VersionReq;

use super::{CrateFacts, DependencyFact, Finding, RegistryLimits, breach, names};

pub(super) fn judge(facts: &CrateFacts, limits: RegistryLimits) -> Vec<Finding> {
    let mut findings: Vec<Finding> = facts.dependencies.iter().flat_map(|it| dependency(facts, it, limits)).collect();
    let count = facts.dependencies.len();
    if count > limits.dependencies {
        let detail = format!("{count} dependencies; at most {} are allowed", limits.dependencies);
        findings.push(breach(facts, "too-many-dependencies", detail, "split the crate, or ask the registry for more"));
    }
    findings.extend(features(facts, limits));
    findings
}

fn dependency(facts: &CrateFacts, dependency: &DependencyFact, limits: RegistryLimits) -> Vec<Finding> {
    let DependencyFact { name, requirement, registry } = dependency;
    let mut findings = Vec::new();
    if !names::is_name(name) || name.chars().count() > names::NAME {
        let detail = format!("dependency `{name}` has no valid crate name");
        findings.push(breach(facts, "invalid-dependency", detail, "correct its name"));
    }
    match VersionReq::parse(requirement) {
        Err(_) => {
            let detail = format!("dependency `{name}` has an invalid version requirement: `{requirement}`");
            findings.push(breach(facts, "invalid-dependency", detail, "correct its `version`"));
        }
        Ok(parsed) if parsed == VersionReq::STAR => {
            let detail = format!("dependency `{name}` allows every version (`*`), which the registry does not");
            findings.push(breach(facts, "wildcard-dependency", detail, "require the version that was tested"));
        }
        Ok(_) => {}
    }
    if let Some(registry) = registry.as_ref().filter(|_| !limits.other_registries) {
        let detail = format!("dependency `{name}` comes from another registry: {registry}");
        findings.push(breach(facts, "foreign-dependency", detail, "publish that crate to the same registry first"));
    }
    findings
}

fn features(facts: &CrateFacts, limits: RegistryLimits) -> Vec<Finding> {
    let mut findings = Vec::new();
    let help = "have fewer features, or ask the registry for more";
    if facts.features.len() > limits.features {
        let detail = format!("{} features; at most {} are allowed", facts.features.len(), limits.features);
        findings.push(breach(facts, "too-many-features", detail, help));
    }
    for (name, enables) in &facts.features {
        if enables.len() > limits.features {
            let detail =
                format!("feature `{name}` enables {} things; at most {} are allowed", enables.len(), limits.features);
            findings.push(breach(facts, "too-many-features", detail, help));
        }
        if !is_feature(name) {
            let detail = format!("`{name}` is no valid feature name");
            let help = "start it with a letter, a digit or `_`, and use only letters, digits, `_`, `-`, `+` and `.`";
            findings.push(breach(facts, "invalid-feature", detail, help));
        }
    }
    findings
}

fn is_feature(name: &str) -> bool {
    name.starts_with(|c: char| c.is_alphanumeric() || c == '_')
        && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '+' | '.'))
}
