//! The binary `paifang`, told where the site is.

use crate::{Result, process, project::Project};
use std::path::PathBuf;

/// The server reads this when it is compiled: the folder to serve from (dev) or to take in (release).
const SITE: &str = "PAIFANG_SITE_DIR";

/// Builds the binary; in release with the site inside, which must have been built before.
///
/// # Errors
/// When cargo fails.
pub(crate) fn build(project: &Project, release: bool) -> Result<()> {
    let mut cargo = process::cargo();
    cargo
        .current_dir(&project.root)
        .env(SITE, project.site())
        .args(["build", "--package", &project.bundle.bin_package])
        .args(["--bin", &project.bundle.bin_target]);
    if release {
        cargo.args(["--release", "--features", "embed"]);
    }
    process::run(&mut cargo)?;
    eprintln!("binary: {}", binary(project, release).display());
    Ok(())
}

/// Where [`build`] puts the binary.
pub(crate) fn binary(project: &Project, release: bool) -> PathBuf {
    let profile = if release { "release" } else { "debug" };
    project.target.join(profile).join(&project.bundle.bin_target)
}
