//! Gives the shared library a name of its own. Without one, what links to it would look for it in the folder where it was built.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let system = std::env::var("CARGO_CFG_TARGET_OS").unwrap_or_default();
    match system.as_str() {
        "macos" => println!("cargo::rustc-cdylib-link-arg=-Wl,-install_name,@rpath/libabacist_c.dylib"),
        "linux" | "freebsd" | "android" => println!("cargo::rustc-cdylib-link-arg=-Wl,-soname,libabacist_c.so"),
        _ => {}
    }
}
