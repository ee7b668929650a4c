//! `.br` and `.gz` beside each file that gets smaller by them.

use super::files;
use crate::Result;
use flate2::{Compression, write::GzEncoder};
use std::{
    io::{self, Write},
    path::{Path, PathBuf},
};

/// Compresses all files of a folder and its sub-folders.
///
/// # Errors
/// When a file cannot be read or written.
pub(super) fn folder(folder: &Path) -> Result<()> {
    for path in files::list(folder)? {
        let bytes = files::read(&path)?;
        for (extension, compressed) in [("br", brotli(&bytes)?), ("gz", gzip(&bytes)?)] {
            if compressed.len() < bytes.len() {
                files::write(&with_suffix(&path, extension), &compressed)?;
            }
        }
    }
    Ok(())
}

fn with_suffix(path: &Path, extension: &str) -> PathBuf {
    PathBuf::from(format!("{}.{extension}", path.display()))
}

fn brotli(mut bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut compressed = Vec::new();
    // The default is the best quality and a window larger than any of these files.
    let parameters = brotli::enc::BrotliEncoderParams::default();
    brotli::BrotliCompress(&mut bytes, &mut compressed, &parameters)?;
    Ok(compressed)
}

fn gzip(bytes: &[u8]) -> io::Result<Vec<u8>> {
    // Without file name and time, so that equal input gives equal bytes.
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    encoder.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    #[test]
    fn compressed_copies_give_the_file_back() {
        let dir = tempfile::tempdir().unwrap();
        let text = "牌坊 paifang ".repeat(200);
        std::fs::create_dir(dir.path().join("pkg")).unwrap();
        std::fs::write(dir.path().join("pkg/a.js"), &text).unwrap();

        folder(dir.path()).unwrap();

        let mut from_gzip = String::new();
        let gz = std::fs::read(dir.path().join("pkg/a.js.gz")).unwrap();
        flate2::read::GzDecoder::new(gz.as_slice()).read_to_string(&mut from_gzip).unwrap();
        let mut from_brotli = Vec::new();
        let br = std::fs::read(dir.path().join("pkg/a.js.br")).unwrap();
        brotli::BrotliDecompress(&mut br.as_slice(), &mut from_brotli).unwrap();
        assert_eq!(from_gzip, text);
        assert_eq!(from_brotli, text.as_bytes());
    }

    #[test]
    fn a_file_that_would_grow_gets_no_copy() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("tiny.txt"), "x").unwrap();

        folder(dir.path()).unwrap();

        assert!(!dir.path().join("tiny.txt.gz").exists());
        assert!(!dir.path().join("tiny.txt.br").exists());
    }
}
