//! The files in the folder where the site was built: for development, where each build of the site is soon followed by
//! the next.

use bytes::Bytes;
use std::{
    collections::HashMap,
    fs, io,
    path::{Path, PathBuf},
};

/// All of them, by their path without a leading `/`; none when the site was not built.
pub(super) fn files() -> HashMap<String, Bytes> {
    let mut files = HashMap::new();
    let Some(folder) = find() else {
        tracing::warn!("the console's bundle is not built: pages come without scripts and styles");
        return files;
    };
    if let Err(error) = collect(&folder, "", &mut files) {
        tracing::warn!(%error, "{}: not all files can be read", folder.display());
    }
    files
}

/// Where the build said, or beside the folder of the program: `target/debug/paifang` → `target/site`.
fn find() -> Option<PathBuf> {
    let told = option_env!("PAIFANG_SITE_DIR").map(PathBuf::from);
    let program = std::env::current_exe().ok()?;
    let beside = program.ancestors().skip(1).map(|folder| folder.join("site"));
    told.into_iter().chain(beside).find(|folder| folder.join("pkg").is_dir())
}

fn collect(folder: &Path, prefix: &str, files: &mut HashMap<String, Bytes>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            collect(&entry.path(), &format!("{name}/"), files)?;
        } else {
            files.insert(name, Bytes::from(fs::read(entry.path())?));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_named_by_their_path_in_the_folder() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("pkg")).unwrap();
        fs::write(folder.path().join("pkg/a.js"), "1").unwrap();
        fs::write(folder.path().join("favicon.svg"), "2").unwrap();

        let mut files = HashMap::new();
        collect(folder.path(), "", &mut files).unwrap();

        assert_eq!(files.len(), 2);
        assert_eq!(files["pkg/a.js"], "1");
        assert_eq!(files["favicon.svg"], "2");
    }
}
