//! What the site in place was made from, so that an unchanged site is neither made nor touched again.
//!
//! It matters most in release: wasm-opt and brotli take half a minute, and a touched site compiles the
//! server again, since the server holds it.

use super::files;
use crate::{Result, project::Project};
use std::path::{Path, PathBuf};

/// Digest of everything that decides what the site looks like.
///
/// # Errors
/// When one of the files cannot be read.
pub(super) fn of(project: &Project, wasm: &Path, css: &Path, release: bool) -> Result<String> {
    let mut inputs = vec![
        wasm.to_owned(),
        css.to_owned(),
        // The tools: those of npm, and this program with its wasm-bindgen.
        project.root.join("package-lock.json"),
        std::env::current_exe()?,
    ];
    inputs.extend(files::list(&project.root.join(&project.bundle.assets_dir))?);
    let mut text = format!("release: {release}\n");
    for path in inputs {
        let digest = files::digest(&files::read(&path)?);
        text += &format!("{digest} {}\n", path.display());
    }
    Ok(files::digest(text.as_bytes()))
}

/// Whether the site in place was made from the inputs of `stamp`.
pub(super) fn is_current(site: &Path, stage: &Path, stamp: &str) -> bool {
    site.is_dir() && std::fs::read_to_string(path(stage)).is_ok_and(|known| known == stamp)
}

/// Remembers `stamp` for the site that has just been put in place.
///
/// # Errors
/// When it cannot be written.
pub(super) fn write(stage: &Path, stamp: &str) -> Result<()> {
    files::write(&path(stage), stamp.as_bytes())
}

fn path(stage: &Path) -> PathBuf {
    stage.join("stamp")
}
