//! The browser's bundle, step by step:
//! wasm → style sheet → JavaScript bindings → smaller wasm (release) → site with content-hashed names →
//! compressed copies (release) → put in place.
//!
//! When nothing that goes in has changed, what is in place stays, and so do its modification times.

mod bindings;
mod compress;
mod files;
mod optimize;
mod site;
mod stamp;
mod style;
mod wasm;

use crate::{Result, project::Project};
use std::path::PathBuf;

/// The parts of the bundle that get a content hash in their name, before they have it.
struct Parts {
    javascript: PathBuf,
    wasm: PathBuf,
    css: PathBuf,
    /// JavaScript that crates bring along; its folder names carry hashes already.
    snippets: PathBuf,
}

/// Builds the site.
///
/// # Errors
/// When a tool is missing or fails, or a file cannot be written.
pub(crate) fn build(project: &Project, release: bool) -> Result<()> {
    let stage = project.target.join("front");
    let wasm = wasm::compile(project, release)?;
    let css = style::compile(project, &stage, release)?;

    let stamp = stamp::of(project, &wasm, &css, release)?;
    if stamp::is_current(&project.site(), &stage, &stamp) {
        return Ok(());
    }
    let parts = bindings::generate(project, &wasm, css, &stage)?;
    if release {
        optimize::shrink(project, &parts.wasm)?;
    }
    let site = site::assemble(project, &parts, &stage)?;
    if release {
        compress::folder(&site)?;
    }
    files::replace_folder(&site, &project.site())?;
    stamp::write(&stage, &stamp)?;
    eprintln!("site: {}", project.site().display());
    Ok(())
}
