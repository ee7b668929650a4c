//! `cargo xtask COMMAND`: what building Paifang needs beyond plain cargo.
//!
//! It reads the same `[[workspace.metadata.leptos]]` as cargo-leptos and gives the same site folder,
//! without a tool that takes half an hour to compile.

mod front;
mod licenses;
mod process;
mod project;
mod server;
mod watch;

use project::Project;
use std::process::ExitCode;

/// Any failure, as the sentence the developer reads.
type Error = Box<dyn std::error::Error + Send + Sync>;
type Result<T> = std::result::Result<T, Error>;

const USAGE: &str = "\
cargo xtask front  [--release]     the browser's bundle: wasm, JavaScript, style sheet, assets
cargo xtask server [--release]     the binary `paifang`; in release with the bundle inside
cargo xtask build  [--release]     front, then server
cargo xtask watch  [-- ARGUMENT…]  build, run `paifang serve ARGUMENT…`, and again after each change
cargo xtask licenses               licences and banned crates of all dependencies, without network";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[String]) -> Result<()> {
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let (command, release) = match words.as_slice() {
        ["watch"] => return watch::run(&Project::read()?, &[]),
        ["watch", "--", rest @ ..] => return watch::run(&Project::read()?, rest),
        [command] => (*command, false),
        [command, "--release"] => (*command, true),
        _ => return Err(USAGE.into()),
    };
    let project = Project::read()?;
    if command == "licenses" && !release {
        return licenses::check(&project);
    }
    let _lock = project.lock()?;
    match command {
        "front" => front::build(&project, release),
        "server" => server::build(&project, release),
        "build" => {
            front::build(&project, release)?;
            server::build(&project, release)
        }
        _ => Err(USAGE.into()),
    }
}
