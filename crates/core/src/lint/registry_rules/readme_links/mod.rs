//! Whether a readme will look in the registry as it does in the repository (X12). The upload goes through either way, and the
//! page of a version can never be fixed: so these are notes.

mod links;
mod shown;

use std::collections::BTreeMap;

use super::{CrateFacts, information};
use crate::{
    model::{CrateRelease, Finding},
    workspace::{Package, Workspace, folder_of, join},
};
use links::Link;
use shown::{Broken, Page};

/// Endings of files that crates.io renders as Markdown; so it does without any ending.
const MARKDOWN: &[&str] = &["md", "markdown", "mdown", "mdwn", "mkd", "mkdn", "mkdown"];
/// Names that cargo looks for where a manifest names no readme.
const IMPLIED: &[&str] = &["README.md", "README.txt", "README"];
/// Addresses that are shown of many.
const SHOWN: usize = 5;

/// Paths, from the repository's root, at which the readmes of these crates may be.
pub fn readme_paths(workspace: &Workspace, crates: &[CrateRelease]) -> Vec<String> {
    let packages = crates.iter().filter_map(|it| workspace.package(&it.name));
    packages
        .flat_map(|package| match &package.metadata.readme {
            Some(path) => vec![path.clone()],
            None => IMPLIED.iter().filter_map(|name| join(package.folder(), name)).collect(),
        })
        .collect()
}

/// What will not look as it should. `texts` are the readmes of the commit by path, `packaged` the crates as the registry sees
/// them. Each finding has its place, in the readme.
pub fn readme_links(workspace: &Workspace, packaged: &[CrateFacts], texts: &BTreeMap<String, String>) -> Vec<Finding> {
    packaged
        .iter()
        .filter_map(|facts| Some(of_crate(workspace.package(&facts.name)?, facts, texts)))
        .flatten()
        .collect()
}

fn of_crate(package: &Package, facts: &CrateFacts, texts: &BTreeMap<String, String>) -> Vec<Finding> {
    let Some(readme) = facts.readme.as_ref().filter(|readme| readme.present) else { return Vec::new() };
    let implied = || join(package.folder(), &readme.path);
    let Some(path) = package.metadata.readme.clone().or_else(implied) else { return Vec::new() };
    if !is_markdown(&readme.path) {
        return vec![Finding { file: Some(path), line: Some(1), ..plain(facts, &readme.path) }];
    }
    let Some(text) = texts.get(&path) else { return Vec::new() };
    let folder = facts.path_in_vcs.as_deref().unwrap_or_default();
    let taken_for = join(folder, folder_of(&readme.path)).unwrap_or_default();
    let page = Page { repository: facts.repository.as_deref(), path: &path, taken_for };
    let mut broken: BTreeMap<Broken, Vec<Link>> = BTreeMap::new();
    for link in links::links(text) {
        if let Err(why) = page.judge(&link) {
            broken.entry(why).or_default().push(link);
        }
    }
    broken.iter().map(|(why, links)| found(facts, &page, why, links)).collect()
}

fn is_markdown(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.rsplit_once('.').is_none_or(|(_, ending)| MARKDOWN.contains(&ending.to_ascii_lowercase().as_str()))
}

fn plain(facts: &CrateFacts, path: &str) -> Finding {
    let detail = format!("crates.io shows the readme `{path}` as plain text: its name does not end as one of Markdown");
    information(facts, "plain-readme", detail, "write it in Markdown, with `.md` at the end of its name")
}

/// One finding for all addresses that do not work for the same reason, at the first of them.
fn found(facts: &CrateFacts, page: &Page<'_>, why: &Broken, links: &[Link]) -> Finding {
    let mut targets: Vec<&str> = Vec::new();
    links.iter().for_each(|link| {
        if !targets.contains(&link.target.as_str()) {
            targets.push(&link.target)
        }
    });
    let (first, more) = (targets.first().copied().unwrap_or_default(), targets.len().saturating_sub(SHOWN));
    let named: Vec<String> = targets.iter().take(SHOWN).map(|target| format!("`{target}`")).collect();
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let detail = format!("on crates.io {}{more} will not work: {}", named.join(", "), reason(page, why, first));
    let finding = information(facts, "broken-link", detail, help(page, why, first));
    Finding { file: Some(page.path.to_owned()), line: links.first().map(|link| link.line), ..finding }
}

fn reason(page: &Page<'_>, why: &Broken, first: &str) -> String {
    match why {
        Broken::NoRepository => "relative addresses are completed by `package.repository`, which names none".to_owned(),
        Broken::Host(host) => format!(
            "relative addresses are completed for github.com, gitlab.com and bitbucket.org, and `package.repository` is \
            at {host}"
        ),
        Broken::NoFrontPage(url) => {
            format!(
                "relative addresses are put behind `package.repository`, and {url} is no front page of a repository"
            )
        }
        Broken::Elsewhere => {
            format!("`{first}` will lead to {}", page.leads_to(first).unwrap_or_default())
        }
        Broken::Outside => "it leaves the repository".to_owned(),
        Broken::Rustdoc => "only rustdoc understands paths of Rust".to_owned(),
        Broken::NotAllowed => "addresses of this kind are taken out".to_owned(),
        Broken::SrcSet => "relative addresses in `srcset` are not completed".to_owned(),
    }
}

fn help(page: &Page<'_>, why: &Broken, first: &str) -> String {
    let in_full = page.in_full(first);
    let write =
        in_full.map_or("write addresses in full".to_owned(), |url| format!("write addresses in full, such as {url}"));
    match why {
        Broken::NoRepository => format!("set `package.repository` to the repository's front page, or {write}"),
        Broken::NoFrontPage(_) => format!("let `package.repository` be the repository's front page, or {write}"),
        Broken::Rustdoc => "write the address on docs.rs in full".to_owned(),
        Broken::NotAllowed => "put it on the web and write an address with `https://`".to_owned(),
        Broken::Outside => "name a file of the repository, or write the address in full".to_owned(),
        Broken::Host(_) | Broken::Elsewhere | Broken::SrcSet => write,
    }
}

#[cfg(test)]
mod tests;
