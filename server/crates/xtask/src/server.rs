//! The binary `paifang`, told where the site is.

use crate::{Result, process, project::Project};
use std::path::PathBuf;

/// The server reads this when it is compiled: the folder to serve from (dev) or to take in (release).
const SITE: &str = "PAIFANG_SITE_DIR";

/// What the binary is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Compiles fast; serves the site from its folder.
    Development,
    /// Compiles fast; has the site inside.
    Test,
    /// Optimised, with the site inside.
    Release,
}

impl Kind {
    /// The kind of a command without or with `--release`.
    pub(crate) fn of(release: bool) -> Self {
        if release { Self::Release } else { Self::Development }
    }

    fn arguments(self) -> &'static [&'static str] {
        match self {
            Self::Development => &[],
            Self::Test => &["--features", "embed"],
            Self::Release => &["--features", "embed", "--release"],
        }
    }
}

/// Builds the binary. A site that goes inside must have been built before.
///
/// # Errors
/// When cargo fails.
pub(crate) fn build(project: &Project, kind: Kind) -> Result<()> {
    let mut cargo = process::cargo();
    cargo
        .current_dir(&project.root)
        .env(SITE, project.site())
        .args(["build", "--package", &project.bundle.bin_package])
        .args(["--bin", &project.bundle.bin_target])
        .args(kind.arguments());
    process::run(&mut cargo)?;
    eprintln!("binary: {}", binary(project, kind).display());
    Ok(())
}

/// Where [`build`] puts the binary.
pub(crate) fn binary(project: &Project, kind: Kind) -> PathBuf {
    let profile = if kind == Kind::Release { "release" } else { "debug" };
    project.target.join(profile).join(&project.bundle.bin_target)
}
