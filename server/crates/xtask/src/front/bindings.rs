//! wasm → wasm with JavaScript around it, by wasm-bindgen's library.

use super::{Parts, files};
use crate::{Result, project::Project};
use std::path::{Path, PathBuf};
use wasm_bindgen_cli_support::Bindgen;

/// Writes the bindings of `wasm` into `stage` and returns where each part is.
///
/// # Errors
/// When wasm-bindgen refuses the module, for one because its version is another than the crate's.
pub(super) fn generate(
    project: &Project,
    wasm: &Path,
    css: PathBuf,
    stage: &Path,
) -> Result<Parts> {
    let name = &project.bundle.output_name;
    let folder = stage.join("bindings");
    files::empty_folder(&folder)?;
    let mut bindgen = Bindgen::new();
    bindgen.input_path(wasm).out_name(name).typescript(false);
    bindgen
        .web(true)
        .and_then(|bindgen| bindgen.generate(&folder))
        .map_err(|error| format!("wasm-bindgen: {error:#}"))?;
    Ok(Parts {
        javascript: folder.join(format!("{name}.js")),
        wasm: folder.join(format!("{name}_bg.wasm")),
        css,
        snippets: folder.join("snippets"),
    })
}
