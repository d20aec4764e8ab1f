//! Which toolchain a commit asks for, as rustup reads it.

use std::{fs, io, path::Path};

use toml_edit::{DocumentMut, Item};

/// The toolchain is not one that can be asked for by name: a folder, which could be the commit's own, or nothing readable.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Unnamed;

/// The name of the toolchain that the nearest file at or above a folder asks for; none: no file asks.
pub(super) fn wanted(folder: &Path) -> Result<Option<String>, Unnamed> {
    for above in folder.ancestors() {
        // The first comes before the second for rustup too.
        for name in ["rust-toolchain", "rust-toolchain.toml"] {
            match fs::read_to_string(above.join(name)) {
                Ok(text) => return named(&text),
                Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {}
                Err(_) => return Err(Unnamed),
            }
        }
    }
    Ok(None)
}

fn named(text: &str) -> Result<Option<String>, Unnamed> {
    let plain = |name: &str| {
        let is_name = |c: char| c.is_ascii_alphanumeric() || "._+-".contains(c);
        let is_plain = !name.is_empty() && !name.starts_with(['.', '-', '+']) && name.chars().all(is_name);
        if is_plain { Ok(Some(name.to_owned())) } else { Err(Unnamed) }
    };
    // The first form of the file was the name alone.
    if let [line] = text.lines().collect::<Vec<_>>()[..]
        && !line.contains('[')
    {
        return plain(line.trim());
    }
    let document: DocumentMut = text.parse().map_err(|_| Unnamed)?;
    let toolchain = document.get("toolchain").and_then(Item::as_table_like).ok_or(Unnamed)?;
    match (toolchain.get("path"), toolchain.get("channel")) {
        (Some(_), _) => Err(Unnamed),
        (None, Some(channel)) => plain(channel.as_str().ok_or(Unnamed)?),
        (None, None) => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_toolchain_is_a_name_and_never_a_folder_of_the_commit() {
        let name = |text: &str| named(text).map(|name| name.unwrap_or_default());
        assert_eq!(name("1.93.0\n"), Ok("1.93.0".to_owned()));
        assert_eq!(name("[toolchain]\nchannel = \"nightly-2026-01-01\"\n"), Ok("nightly-2026-01-01".to_owned()));
        assert_eq!(name("[toolchain]\ncomponents = [\"clippy\"]\n"), Ok(String::new()));
        let folders = [".cargo", "/tmp/x", "../x", "a/b", "[toolchain]\npath = \".cargo\"\n"];
        for folder in
            folders.into_iter().chain(["[toolchain]\nchannel = \"./x\"\n", "[toolchain]\nchannel = 1\n", "a\nb\n"])
        {
            assert_eq!(name(folder), Err(Unnamed), "{folder}");
        }
    }
}
