#![expect(clippy::disallowed_macros, reason = "a test that is skipped says so")]

use std::{collections::BTreeMap, path::Path, process::Command};

use super::*;

const STAMP: Stamp = Stamp { seconds: 1_700_000_000 };

fn items(folder: &Path) -> Vec<Item> {
    let file = |path: &str, content: Content, is_executable| Item { path: path.to_owned(), content, is_executable };
    let long = format!("deep/{}/{}.txt", "folder".repeat(15), "name".repeat(20));
    std::fs::write(folder.join("tool"), "#!/bin/sh\n").expect("a file");
    vec![
        file("README.md", Content::Bytes(b"read me\n".to_vec()), false),
        file(&long, Content::Bytes(vec![b'x'; 70_000]), false),
        file("link", Content::Link("README.md".to_owned()), false),
        file("tool", Content::File(folder.join("tool")), true),
    ]
}

fn packed(format: ArchiveFormat, items: &[Item]) -> Vec<u8> {
    let mut bytes = Vec::new();
    write(format, "demo-1.0.0", items, STAMP, &mut bytes).expect("packed");
    bytes
}

/// What a program makes of an archive: mode and size of each path.
fn unpacked(folder: &Path, format: ArchiveFormat, bytes: &[u8]) -> Option<BTreeMap<String, (u32, u64, i64)>> {
    use std::os::unix::fs::MetadataExt as _;

    let archive = folder.join(format!("demo.{format}"));
    std::fs::write(&archive, bytes).expect("a file");
    let out = tempfile::tempdir_in(folder).expect("a folder");
    let mut command = match format {
        ArchiveFormat::Zip => Command::new("unzip"),
        _ => Command::new("tar"),
    };
    match format {
        ArchiveFormat::Zip => command.arg("-q").arg(&archive).arg("-d").arg(out.path()).env("TZ", "UTC"),
        _ => command.arg("-xpf").arg(&archive).arg("-C").arg(out.path()),
    };
    let output = match command.output() {
        Ok(output) => output,
        Err(error) => {
            eprintln!("skipped: {command:?}: {error}");
            return None;
        }
    };
    let said = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() && said.contains("Cannot exec") {
        eprintln!("skipped: tar has no program for {format}: {said}");
        return None;
    }
    assert!(output.status.success(), "{format}: {said}");
    let mut found = BTreeMap::new();
    let mut open = vec![out.path().to_owned()];
    while let Some(path) = open.pop() {
        let metadata = path.symlink_metadata().expect("metadata");
        if metadata.is_dir() {
            open.extend(std::fs::read_dir(&path).expect("a folder").map(|entry| entry.expect("an entry").path()));
        } else {
            let name = path.strip_prefix(out.path()).expect("below").to_str().expect("UTF-8").to_owned();
            found.insert(name, (metadata.mode() & 0o7777, metadata.size(), metadata.mtime()));
        }
    }
    Some(found)
}

#[test]
fn the_systems_own_programs_unpack_what_we_pack_with_modes_and_times() {
    let folder = tempfile::tempdir().expect("a folder");
    let items = items(folder.path());
    for format in ArchiveFormat::ALL {
        let Some(found) = unpacked(folder.path(), format, &packed(format, &items)) else { continue };
        assert_eq!(found.len(), 4, "{format}: {found:?}");
        assert!(found.keys().all(|path| path.starts_with("demo-1.0.0/")), "{format}: {found:?}");
        assert_eq!(found["demo-1.0.0/tool"], (0o755, 10, STAMP.seconds), "{format}");
        assert_eq!(found["demo-1.0.0/README.md"], (0o644, 8, STAMP.seconds), "{format}");
        assert_eq!(found["demo-1.0.0/link"].1, 9, "{format}");
        assert!(found.values().any(|(_, size, _)| *size == 70_000), "{format}");
    }
}

#[test]
fn the_same_content_gives_the_same_bytes_and_one_more_second_gives_others() {
    let folders = [(); 2].map(|()| tempfile::tempdir().expect("a folder"));
    for format in ArchiveFormat::ALL {
        let [first, second] = folders.each_ref().map(|folder| packed(format, &items(folder.path())));
        assert_eq!(first, second, "{format}");
        let mut later = Vec::new();
        // The time in a zip file is in steps of two seconds.
        let stamp = Stamp { seconds: STAMP.seconds + 2 };
        write(format, "demo-1.0.0", &items(folders[0].path()), stamp, &mut later).expect("packed");
        assert_ne!(first, later, "{format}");
    }
}
