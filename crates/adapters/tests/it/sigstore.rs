//! Bundles of Sigstore, checked without asking anyone.

use stationmaster_adapters::signing::sigstore::{Trust, verify_bundle};
use stationmaster_core::model::FileDigest;

#[test]
fn tmp_conformance() {
    let dir = std::path::PathBuf::from(std::env::var("CONF").expect("dir"));
    let mut names: Vec<_> = std::fs::read_dir(&dir).unwrap().map(|e| e.unwrap().path()).filter(|p| p.is_dir()).collect();
    names.sort();
    for p in names {
        let Ok(text) = std::fs::read_to_string(p.join("bundle.sigstore.json")) else { continue };
        if !text.contains("dsseEnvelope") { continue }
        let trust = if p.join("trusted_root.json").exists() { Trust::read(&p.join("trusted_root.json")) } else { Trust::public() };
        let artifact = std::fs::read(p.join("artifact")).or_else(|_| std::fs::read(dir.join("a.txt"))).unwrap();
        let result = trust.map_err(|e| e.to_string()).and_then(|t| verify_bundle(&t, &text, FileDigest::of(&artifact)).map_err(|e| e.to_string()));
        let name = p.file_name().unwrap().to_string_lossy().into_owned();
        let good = result.is_ok() != name.ends_with("_fail");
        eprintln!("{} {name}: {result:?}", if good { "ok  " } else { "BAD " });
    }
}
