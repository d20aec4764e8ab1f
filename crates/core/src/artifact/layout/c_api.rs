//! Libraries for C, and what tells builds where they are.

use super::{Facts, LayoutError, Note, Origin, PackageFacts, Parts};
use crate::{artifact::pkg_config, model::Platform};

/// Names of a library's files.
struct Names {
    archive: String,
    shared: String,
    /// What links to a DLL.
    import: Option<String>,
}

pub(super) fn add(
    parts: &mut Parts,
    facts: &Facts<'_>,
    package: &PackageFacts,
    library: Option<&str>,
    target: &str,
) -> Result<(), LayoutError> {
    let no_library = || LayoutError::NoLibrary { package: package.name.clone() };
    let library = library.or(package.library.as_deref()).ok_or_else(no_library)?;
    let names = names(library, target);
    let is_built = |file: &String| facts.built.contains(file);
    if ![&names.archive, &names.shared].into_iter().any(is_built) {
        let expected = vec![names.archive, names.shared];
        return Err(LayoutError::NothingBuilt { package: package.name.clone(), expected });
    }
    for (file, is_executable) in [(&names.archive, false), (&names.shared, true)] {
        if is_built(file) {
            parts.put(format!("lib/{file}"), Origin::Built(file.clone()), is_executable);
        } else {
            parts.notes.push(Note::NoLibrary { file: file.clone() });
        }
    }
    if let Some(import) = names.import.filter(|import| is_built(&names.shared) && is_built(import)) {
        parts.put(format!("lib/{import}"), Origin::Built(import.clone()), false);
    }
    if facts.native.is_none() && is_built(&names.archive) {
        parts.notes.push(Note::NativeLibrariesUnknown);
    }
    let text = pkg_config::text(library, package, facts.native);
    parts.put(format!("lib/pkgconfig/{library}.pc"), Origin::Text(text), false);
    Ok(())
}

/// As rustc names them for a target.
fn names(library: &str, target: &str) -> Names {
    let platform = Platform::of(target);
    if target.ends_with("-msvc") {
        let import = Some(format!("{library}.dll.lib"));
        return Names { archive: format!("{library}.lib"), shared: format!("{library}.dll"), import };
    }
    let (shared, import) = if platform.is_windows() {
        (format!("{library}.dll"), Some(format!("lib{library}.dll.a")))
    } else if target.contains("-apple-") {
        (format!("lib{library}.dylib"), None)
    } else {
        (format!("lib{library}.so"), None)
    };
    Names { archive: format!("lib{library}.a"), shared, import }
}
