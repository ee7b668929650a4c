//! The site's folder: the parts under names with content hashes, snippets and assets as they are.

use super::{Parts, files};
use crate::{Result, project::Project};
use std::path::{Path, PathBuf};

/// Puts the site together in a fresh folder beside its final place and returns that folder.
///
/// # Errors
/// When a file cannot be read or written.
pub(super) fn assemble(project: &Project, parts: &Parts, stage: &Path) -> Result<PathBuf> {
    let site = stage.join("site");
    let pkg = site.join(&project.bundle.site_pkg_dir);
    files::empty_folder(&site)?;
    files::create_folder(&pkg)?;
    for (extension, part) in [("js", &parts.javascript), ("wasm", &parts.wasm), ("css", &parts.css)]
    {
        let bytes = files::read(part)?;
        let name = hashed_name(&project.bundle.output_name, &bytes, extension);
        files::write(&pkg.join(name), &bytes)?;
    }
    if parts.snippets.is_dir() {
        files::copy_folder(&parts.snippets, &pkg.join("snippets"))?;
    }
    files::copy_folder(&project.root.join(&project.bundle.assets_dir), &site)?;
    Ok(site)
}

/// `NAME.HASH.EXTENSION`: a new content is a new address, so browsers may keep each for ever.
fn hashed_name(name: &str, bytes: &[u8], extension: &str) -> String {
    let digest = files::digest(bytes);
    format!("{name}.{}.{extension}", &digest[..16])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_content_has_another_name() {
        let first = hashed_name("paifang", b"a", "css");
        assert_eq!(first, "paifang.ca978112ca1bbdca.css");
        assert_ne!(first, hashed_name("paifang", b"b", "css"));
    }
}
