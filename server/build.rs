//! Has the binary compiled again when the site changes that a release takes in, also when a file is new.

use std::env;

fn main() {
    println!("cargo::rerun-if-env-changed=PAIFANG_SITE_DIR");
    let embedded = env::var_os("CARGO_FEATURE_EMBED").is_some();
    if let (true, Some(site)) = (embedded, env::var_os("PAIFANG_SITE_DIR")) {
        println!("cargo::rerun-if-changed={}", site.display());
    }
}
