//! How packages of one workspace require each other: public ones by caret, internal ones with `=`, so that what is internal
//! may change in a patch (X6).

use std::collections::BTreeSet;

use semver::{Op, Version, VersionReq};

use crate::{
    model::{Finding, Rule, Severity},
    policy::Publish,
    workspace::{Dependency, DependencyKind, NamePatterns, Package, Workspace},
};

/// Judge every requirement of a member, of `[workspace.dependencies]` and of `[patch]` on a member.
///
/// What is declared once is one finding, however many inherit it. Whether the form is right is asked only of what goes to the
/// registry, and only where the policy names public packages.
pub fn requirements(workspace: &Workspace, publish: &Publish) -> Vec<Finding> {
    let judge = Judge::new(workspace, publish);
    declared(workspace).iter().flat_map(|one| judge.judge(one)).collect()
}

/// How many requirements on members are declared.
pub fn count(workspace: &Workspace) -> usize {
    declared(workspace).iter().filter(|one| one.dependency.requirement.is_some()).count()
}

/// Only what keeps the members from being built together: requirements that do not let a member's present version in (R1).
pub fn keeping_members_out(workspace: &Workspace) -> Vec<Finding> {
    declared(workspace).iter().filter_map(|one| keeps_out(one, None)).collect()
}

/// A dependency on a member, where it is declared.
struct Declared<'w> {
    home: Home<'w>,
    dependency: &'w Dependency,
    member: &'w Package,
}

/// Who declares it.
#[derive(Clone, Copy)]
enum Home<'w> {
    Package(&'w Package),
    Shared,
    Patch,
}

impl Home<'_> {
    fn subject(self) -> String {
        match self {
            Home::Package(package) => format!("{} {}", package.name, package.version),
            Home::Shared => "[workspace.dependencies]".to_owned(),
            Home::Patch => "[patch]".to_owned(),
        }
    }
}

fn declared(workspace: &Workspace) -> Vec<Declared<'_>> {
    let own = workspace.packages.iter().flat_map(|package| {
        let own = package.dependencies.iter().filter(|dependency| !dependency.inherited);
        own.map(move |dependency| (Home::Package(package), dependency))
    });
    let shared = workspace.shared.iter().map(|dependency| (Home::Shared, dependency));
    let patches = workspace.patches.iter().map(|dependency| (Home::Patch, dependency));
    let all = own.chain(shared).chain(patches);
    all.filter_map(|(home, dependency)| {
        let member = workspace.package(dependency.member.as_deref()?)?;
        Some(Declared { home, dependency, member })
    })
    .collect()
}

/// How a requirement is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    /// `=1.2.3`.
    Exact,
    /// `1.2.3`, `^1.2`.
    Caret,
    /// `~1.2`, `=1.2`, `>=1, <3`, `*`.
    Other,
}

fn form(requirement: &VersionReq) -> Form {
    match &requirement.comparators[..] {
        [one] if one.op == Op::Exact && one.patch.is_some() => Form::Exact,
        [one] if one.op == Op::Caret => Form::Caret,
        _ => Form::Other,
    }
}

struct Judge<'w> {
    publish: &'w Publish,
    /// None: the policy has no rule about forms.
    public: Option<NamePatterns>,
    /// Keys of `[workspace.dependencies]` that a published package inherits for more than its tests.
    shipped: BTreeSet<&'w str>,
}

impl<'w> Judge<'w> {
    fn new(workspace: &'w Workspace, publish: &'w Publish) -> Self {
        // A sound policy holds globs only.
        let public = (!publish.public.is_empty()).then(|| NamePatterns::new(&publish.public).ok()).flatten();
        let published = workspace.packages.iter().filter(|package| package.is_published(publish));
        let inherited = published.flat_map(|package| &package.dependencies).filter(|one| one.inherited && ships(one));
        let shipped = inherited.map(|dependency| dependency.name.as_str()).collect();
        Self { publish, public, shipped }
    }

    fn judge(&self, one: &Declared<'_>) -> Vec<Finding> {
        let wanted = self.wanted_form(one);
        let mut findings: Vec<Finding> = self.unpublishable(one).into_iter().collect();
        findings.extend(keeps_out(one, wanted));
        findings.extend(wanted.and_then(|wanted| wrong_form(one, wanted)));
        findings
    }

    /// The form that the policy wants of what goes to the registry (X6). None: any.
    fn wanted_form(&self, one: &Declared<'_>) -> Option<Form> {
        let goes_out = match one.home {
            Home::Package(package) => package.is_published(self.publish),
            Home::Shared => true,
            Home::Patch => false,
        };
        if !goes_out || one.dependency.is_never_built() || !one.member.is_published(self.publish) {
            return None;
        }
        self.public.as_ref().map(|public| if public.take(&one.member.name) { Form::Caret } else { Form::Exact })
    }

    /// What the registry would refuse (X12).
    fn unpublishable(&self, one: &Declared<'_>) -> Option<Finding> {
        let goes_out = match one.home {
            Home::Package(package) => package.is_published(self.publish) && ships(one.dependency),
            Home::Shared => self.shipped.contains(one.dependency.name.as_str()),
            Home::Patch => false,
        };
        if !goes_out {
            return None;
        }
        let name = &one.member.name;
        if !one.member.is_published(self.publish) {
            let detail = format!("needs {name}, which is not published");
            let help = format!("publish {name}, or need it for tests only");
            return Some(finding(one, "unpublished-dependency", Rule::X12, detail, help));
        }
        if one.dependency.requirement.is_none() {
            let detail = format!("needs {name} by its path only, and is published");
            let right = written(&one.member.version, self.wanted_form(one));
            return Some(finding(
                one,
                "unversioned-dependency",
                Rule::X12,
                detail,
                format!("add `version = \"{right}\"`"),
            ));
        }
        None
    }
}

/// The requirement has another form than the policy wants (X6).
fn wrong_form(one: &Declared<'_>, wanted: Form) -> Option<Finding> {
    let text = one.dependency.requirement.as_ref()?;
    let found = form(&VersionReq::parse(text).ok()?);
    if found == wanted {
        return None;
    }
    let name = &one.member.name;
    let (kind, detail) = match (wanted, found) {
        (Form::Caret, Form::Exact) => {
            ("public-not-caret", format!("requires {name}, which is public, by `{text}`: its patches are kept out"))
        }
        (Form::Caret, _) => (
            "public-not-caret",
            format!("requires {name}, which is public, by `{text}`, which is no caret requirement"),
        ),
        _ => ("internal-not-exact", format!("requires {name}, which is internal, by `{text}`: a patch may change it")),
    };
    Some(finding(one, kind, Rule::X6, detail, format!("write `{}`", written(&one.member.version, Some(wanted)))))
}

/// Whether a dependency stays in what is published: one for tests goes without its path and its version.
fn ships(dependency: &Dependency) -> bool {
    dependency.kind != DependencyKind::Dev
}

/// The member's present version is not let in, or nobody can tell (R1).
fn keeps_out(one: &Declared<'_>, wanted: Option<Form>) -> Option<Finding> {
    let text = one.dependency.requirement.as_ref()?;
    let (name, version) = (&one.member.name, &one.member.version);
    let as_before = if text.trim_start().starts_with('=') { Form::Exact } else { Form::Caret };
    let help = format!("write `{}`", written(version, wanted.or(Some(as_before))));
    match VersionReq::parse(text) {
        Ok(requirement) if requirement.matches(version) => None,
        Ok(_) => {
            let detail = format!("requires {name} by `{text}`, but that is at {version}");
            Some(finding(one, "member-kept-out", Rule::R1, detail, help))
        }
        Err(error) => {
            let detail = format!("requires {name} by `{text}`, which is no requirement: {error}");
            Some(finding(one, "unreadable-requirement", Rule::X12, detail, help))
        }
    }
}

/// A requirement on a version in a form; by caret where there is none. Build metadata is what no requirement looks at.
fn written(version: &Version, form: Option<Form>) -> String {
    let sign = if form == Some(Form::Exact) { "=" } else { "" };
    format!("{sign}{}", Version { build: semver::BuildMetadata::EMPTY, ..version.clone() })
}

fn finding(one: &Declared<'_>, kind: &str, rule: Rule, detail: String, help: String) -> Finding {
    Finding {
        date: None,
        evidence: one.dependency.requirement.as_ref().map(|text| format!("{} = \"{text}\"", one.dependency.name)),
        kind: kind.to_owned(),
        severity: Severity::Finding,
        subject: one.home.subject(),
        detail,
        help,
        rule,
        file: Some(one.dependency.place.file.clone()),
        line: Some(one.dependency.place.line),
    }
}

#[cfg(test)]
mod tests;
