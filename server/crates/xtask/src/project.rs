//! Where things are: `cargo metadata`, with the one description of the bundle in it.

use crate::{Result, process};
use serde::Deserialize;
use std::{
    fs::{self, File},
    path::{Path, PathBuf},
};

/// The workspace as the steps see it. All paths are absolute.
pub(crate) struct Project {
    /// The folder with the workspace's Cargo.toml.
    pub(crate) root: PathBuf,
    /// Cargo's target directory, wherever CARGO_TARGET_DIR puts it.
    pub(crate) target: PathBuf,
    /// `[[workspace.metadata.leptos]]`.
    pub(crate) bundle: Bundle,
}

/// The keys of `[[workspace.metadata.leptos]]` that the steps use; cargo-leptos knows more of them.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct Bundle {
    pub(crate) bin_package: String,
    pub(crate) bin_target: String,
    pub(crate) lib_package: String,
    pub(crate) lib_profile_release: String,
    pub(crate) output_name: String,
    pub(crate) site_pkg_dir: String,
    pub(crate) tailwind_input_file: PathBuf,
    pub(crate) assets_dir: PathBuf,
    site_root: PathBuf,
}

#[derive(Deserialize)]
struct CargoMetadata {
    workspace_root: PathBuf,
    target_directory: PathBuf,
    metadata: WorkspaceMetadata,
}

#[derive(Deserialize)]
struct WorkspaceMetadata {
    leptos: Vec<Bundle>,
}

impl Project {
    /// Asks cargo.
    ///
    /// # Errors
    /// When cargo fails or the description of the bundle is missing or incomplete.
    pub(crate) fn read() -> Result<Self> {
        let mut cargo = process::cargo();
        cargo.args(["metadata", "--format-version=1", "--no-deps"]);
        let CargoMetadata { workspace_root, target_directory, metadata } =
            serde_json::from_slice(&process::output(&mut cargo)?)
                .map_err(|error| format!("[[workspace.metadata.leptos]] in Cargo.toml: {error}"))?;
        let bundle = metadata.leptos.into_iter().next();
        Ok(Self {
            root: workspace_root,
            target: target_directory,
            bundle: bundle.ok_or("Cargo.toml has no [[workspace.metadata.leptos]]")?,
        })
    }

    /// The finished site. A `site-root` under `target/` follows the target directory.
    pub(crate) fn site(&self) -> PathBuf {
        site_folder(&self.root, &self.target, &self.bundle.site_root)
    }

    /// Waits until no other xtask builds into this target directory, for as long as the guard lives:
    /// a release must not take in the site of a dev build that runs beside it.
    ///
    /// # Errors
    /// When the lock file cannot be made.
    pub(crate) fn lock(&self) -> Result<File> {
        fs::create_dir_all(&self.target)?;
        let lock = File::create(self.target.join(".xtask-lock"))?;
        lock.lock()?;
        Ok(lock)
    }

    /// A program of the root's `package.json`.
    ///
    /// # Errors
    /// When it is not installed.
    pub(crate) fn npm_program(&self, name: &str) -> Result<PathBuf> {
        let program = self.root.join("node_modules/.bin").join(name);
        if program.exists() {
            Ok(program)
        } else {
            Err(format!("{name} is not installed: run `make setup` (or `npm ci`) first").into())
        }
    }
}

fn site_folder(root: &Path, target: &Path, site_root: &Path) -> PathBuf {
    match site_root.strip_prefix("target") {
        Ok(rest) => target.join(rest),
        Err(_) => root.join(site_root),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_site_follows_the_target_directory() {
        let site =
            site_folder(Path::new("/src"), Path::new("/cache/target"), Path::new("target/site"));
        assert_eq!(site, Path::new("/cache/target/site"));
    }

    #[test]
    fn a_site_outside_target_stays_in_the_workspace() {
        let site = site_folder(Path::new("/src"), Path::new("/cache/target"), Path::new("dist"));
        assert_eq!(site, Path::new("/src/dist"));
    }
}
