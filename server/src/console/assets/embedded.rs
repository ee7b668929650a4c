//! The files inside the binary.

use bytes::Bytes;
use rust_embed::RustEmbed;
use std::{borrow::Cow, collections::HashMap};

// `cargo xtask` and the Makefile say where the site was built.
#[derive(RustEmbed)]
#[folder = "$PAIFANG_SITE_DIR"]
#[exclude = "*.ts"]
#[exclude = "*.ts.br"]
#[exclude = "*.ts.gz"]
struct Site;

/// All of them, by their path without a leading `/`.
pub(super) fn files() -> HashMap<String, Bytes> {
    let content = |name: &str| match Site::get(name)?.data {
        Cow::Borrowed(content) => Some(Bytes::from_static(content)),
        Cow::Owned(content) => Some(Bytes::from(content)),
    };
    Site::iter().filter_map(|name| Some((name.to_string(), content(&name)?))).collect()
}
