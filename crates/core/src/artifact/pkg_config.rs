//! What tells builds in C where the library is.

use std::fmt::Write as _;

use super::PackageFacts;

/// The text of `lib/pkgconfig/NAME.pc`. It finds the rest from its own place, wherever the archive is unpacked. `native` is what
/// the linker needs beside the static library, if that is known.
pub(super) fn text(library: &str, package: &PackageFacts, native: Option<&str>) -> String {
    let mut text = String::from(
        "prefix=${pcfiledir}/../..\nexec_prefix=${prefix}\nincludedir=${prefix}/include\nlibdir=${prefix}/lib\n\n",
    );
    let mut field = |name: &str, value: &str| {
        if !value.is_empty() {
            writeln!(text, "{name}: {}", value.replace(['\r', '\n'], " ")).expect("a text takes all");
        }
    };
    field("Name", library);
    // The format wants one.
    field("Description", package.description.as_deref().unwrap_or(&package.name));
    field("URL", package.url.as_deref().unwrap_or_default());
    field("Version", &package.version);
    field("Cflags", "-I${includedir}");
    field("Libs", &format!("-L${{libdir}} -l{library}"));
    field("Libs.private", native.unwrap_or_default());
    text
}

/// What the compiler says a static library needs, from all that it said.
pub fn native_libraries(said: &str) -> Option<&str> {
    let lines = said.lines().rev();
    lines.filter_map(|line| line.split_once("native-static-libs:")).map(|(_, libraries)| libraries.trim()).next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_the_same_wherever_it_lies_and_names_what_a_static_library_needs() {
        let package = PackageFacts {
            name: "abacist-c-api".to_owned(),
            version: "4.0.0".to_owned(),
            description: Some("C API of\nAbacist".to_owned()),
            ..PackageFacts::default()
        };
        assert_eq!(
            text("abacist_c", &package, Some("-lpthread -lm")),
            "prefix=${pcfiledir}/../..\nexec_prefix=${prefix}\nincludedir=${prefix}/include\nlibdir=${prefix}/lib\n\n\
             Name: abacist_c\nDescription: C API of Abacist\nVersion: 4.0.0\nCflags: -I${includedir}\n\
             Libs: -L${libdir} -labacist_c\nLibs.private: -lpthread -lm\n"
        );
        assert!(text("abacist_c", &package, None).ends_with("-labacist_c\n"));
    }

    #[test]
    fn native_libraries_are_found_among_what_the_compiler_said() {
        let said =
            "   Compiling a v1.0.0\nnote: link against ..\n\nnote: native-static-libs: -lgcc_s -lc\n\n    Finished\n";
        assert_eq!(native_libraries(said), Some("-lgcc_s -lc"));
        assert_eq!(native_libraries("    Finished\n"), None);
    }
}
