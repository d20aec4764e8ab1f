//! What a folder of a release proves.

use stationmaster_core::{
    model::Vouched,
    provenance::{Claim, OpenQuestion, Verdict, Word},
};

use super::{
    findings,
    plan::write,
    style::{CARE, GOOD, HEAD, counted, painted, width, wrapped},
};

/// Print the findings, what is proven, and what is not.
pub(crate) fn print(verdict: &Verdict) {
    let looked_at = format!("{} of {}", counted(verdict.files, "file"), stationmaster_core::provenance::SUMS);
    findings::print(&verdict.findings, &looked_at, "all of it holds");
    crate::output::print!("{}", text(verdict, width()));
}

fn text(verdict: &Verdict, width: usize) -> String {
    let mut out = String::new();
    if !verdict.proves.is_empty() {
        write(&mut out, format_args!("\n{}\n", painted(HEAD, "this proves")));
    }
    for claim in &verdict.proves {
        write(&mut out, format_args!("  {} {}\n", painted(GOOD, "+"), wrapped(&proven(claim), width, 4)));
    }
    write(&mut out, format_args!("\n{}\n", painted(HEAD, "this cannot prove")));
    for question in &verdict.cannot_prove {
        write(&mut out, format_args!("  {} {}\n", painted(CARE, "?"), wrapped(open(*question), width, 4)));
    }
    out
}

fn proven(claim: &Claim) -> String {
    match claim {
        Claim::Complete { files } => {
            format!(
                "that the {} are those that SHA256SUMS lists, byte for byte, and no others",
                counted(*files, "file")
            )
        }
        Claim::ListSigned { key } => format!("that the holder of key {key} signed SHA256SUMS"),
        Claim::OfCommit { word, commit, repository, reference, .. } => {
            let home = repository.as_deref().map(|repository| format!(" of {repository}")).unwrap_or_default();
            let tag = reference.as_deref().map(|tag| format!(", {tag}")).unwrap_or_default();
            let (who, besides) = says(word);
            format!("that {who} says they are made from commit {commit}{home}{tag}{besides}")
        }
        Claim::Described { archives: 1 } => "that the SBOM is about this very archive".to_owned(),
        Claim::Described { archives } => format!("that the {archives} SBOMs are about these very archives"),
    }
}

/// Who says so, and what is known of it besides.
fn says(word: &Word) -> (String, String) {
    match word {
        Word::Key { key } => (format!("the holder of key {key}"), String::new()),
        Word::Identity(Vouched { identity, issuer, at, commit, run }) => {
            let in_run = run.as_deref().map(|run| format!(", in {run}")).unwrap_or_default();
            let at_commit = commit.as_deref().map(|commit| format!(", at commit {commit}")).unwrap_or_default();
            let besides = format!("; {issuer} vouches for that name, and it was signed by {at}{in_run}{at_commit}");
            (identity.clone(), besides)
        }
    }
}

fn open(question: OpenQuestion) -> &'static str {
    match question {
        OpenQuestion::Who => "who made the files: no valid signature was found, so anyone could have made them",
        OpenQuestion::WhoseKey => {
            "who owns the key: compare it with the key that the project publishes elsewhere, not next to the files"
        }
        OpenQuestion::WhoActs => {
            "who can use that identity: anyone who can change or start its workflow can sign with it"
        }
        OpenQuestion::Which => {
            "that this is the release you want: a complete older release would verify too; compare the commit and its tag"
        }
        OpenQuestion::Build => {
            "that the files were built from that commit and nothing else: build it again and compare"
        }
        OpenQuestion::When => "when it was signed: the times in it are the commit's",
        OpenQuestion::Besides => {
            "that the SBOMs are complete: they list what is in Cargo.lock, not what the build links or downloads in addition"
        }
    }
}
