//! Smaller wasm for releases, by npm's binaryen.
//!
//! Not Debian 12's wasm-opt (108): it breaks a module with an externref table, and the page then does
//! not hydrate (`WebAssembly.Table.set(): Argument 1 is invalid`).

use crate::{Result, process, project::Project};
use std::{path::Path, process::Command};

/// Rewrites `wasm` in place, for the least size.
///
/// # Errors
/// When wasm-opt is missing or fails.
pub(super) fn shrink(project: &Project, wasm: &Path) -> Result<()> {
    let mut wasm_opt = Command::new(project.npm_program("wasm-opt")?);
    // What rustc's wasm32-unknown-unknown uses; the file itself no longer says so after wasm-bindgen.
    wasm_opt.args([
        "-Oz",
        "--enable-bulk-memory",
        "--enable-nontrapping-float-to-int",
        "--enable-sign-ext",
        "--enable-mutable-globals",
        "--enable-reference-types",
        "--enable-multivalue",
    ]);
    process::run(wasm_opt.arg("--output").arg(wasm).arg(wasm))
}
