//! The program `paifang`.

use std::process::ExitCode;

fn main() -> ExitCode {
    server::commands::run()
}
