//! Rust → wasm, by cargo.

use crate::{Result, process, project::Project};
use std::path::PathBuf;

const TARGET: &str = "wasm32-unknown-unknown";

/// Compiles the browser's crate and returns its wasm file, still without JavaScript bindings.
///
/// # Errors
/// When cargo fails.
pub(super) fn compile(project: &Project, release: bool) -> Result<PathBuf> {
    let package = &project.bundle.lib_package;
    // The dev profile's folder is called "debug".
    let release_profile = project.bundle.lib_profile_release.as_str();
    let (profile, folder) =
        if release { (release_profile, release_profile) } else { ("dev", "debug") };
    process::run(process::cargo().current_dir(&project.root).args([
        "build",
        "--package",
        package,
        "--lib",
        "--target",
        TARGET,
        "--profile",
        profile,
    ]))?;
    let file = format!("{}.wasm", package.replace('-', "_"));
    Ok(project.target.join(TARGET).join(folder).join(file))
}
