//! The style sheet, by Tailwind.

use super::files;
use crate::{Result, process, project::Project};
use std::{
    path::{Path, PathBuf},
    process::Command,
};

/// Writes the style sheet into `stage` and returns its path.
///
/// # Errors
/// When Tailwind or its input file is missing, or Tailwind fails.
pub(super) fn compile(project: &Project, stage: &Path, release: bool) -> Result<PathBuf> {
    let input = project.root.join(&project.bundle.tailwind_input_file);
    if !input.is_file() {
        return Err(format!("{}: Tailwind's input file is missing", input.display()).into());
    }
    files::create_folder(stage)?;
    let output = stage.join("style.css");
    let mut tailwind = Command::new(project.npm_program("tailwindcss")?);
    tailwind.current_dir(&project.root);
    tailwind.arg("--input").arg(input).arg("--output").arg(&output);
    if release {
        tailwind.arg("--minify");
    }
    process::run(&mut tailwind)?;
    Ok(output)
}
