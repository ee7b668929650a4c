//! The built program, run as a person or a script would.

use std::{
    io::{BufRead, BufReader, Lines, Write},
    net::SocketAddr,
    path::Path,
    process::{Child, ChildStdout, Command, ExitStatus, Stdio},
};

/// `paifang`, without the settings of whoever runs the tests.
pub(crate) fn paifang() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_paifang"));
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("PAIFANG_") {
            command.env_remove(name);
        }
    }
    command
}

/// What a finished command left.
#[derive(Debug)]
pub(crate) struct Output {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Output {
    /// Runs `command` with `input` to its end.
    pub(crate) fn of(command: &mut Command, input: &[u8]) -> Self {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // A program that refuses its arguments reads nothing: the pipe breaks then.
        let _broken = child.stdin.take().unwrap().write_all(input);
        let output = child.wait_with_output().unwrap();
        Self {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

/// A running `paifang serve` or `paifang demo`. Killed when dropped.
pub(crate) struct Program {
    child: Child,
    pub(crate) console: SocketAddr,
    pub(crate) gateway: SocketAddr,
    /// What it printed when it started.
    pub(crate) said: String,
    // Kept, so that it can go on printing.
    _stdout: Lines<BufReader<ChildStdout>>,
}

impl Program {
    /// `paifang serve`; the console's address is said last.
    pub(crate) fn serve(folder: &Path) -> Self {
        Self::start("serve", folder, "Console ")
    }

    /// `paifang demo`.
    pub(crate) fn demo(folder: &Path) -> Self {
        Self::start("demo", folder, "Ctrl-C")
    }

    /// Runs `command` with its data in `folder`, on free ports, until it has printed a line that begins with `last`.
    fn start(command: &str, folder: &Path, last: &str) -> Self {
        let mut child = paifang()
            .args([command, "--console-listen=127.0.0.1:0", "--gateway-listen=127.0.0.1:0"])
            .arg("--set=gateway.https-listen=127.0.0.1:0")
            .arg("--data-dir")
            .arg(folder)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut said = String::new();
        let mut stdout = BufReader::new(child.stdout.take().unwrap()).lines();
        while !said.lines().any(|line| line.starts_with(last)) {
            let line = stdout.next().unwrap_or_else(|| panic!("it ended, having said {said:?}"));
            said += &(line.unwrap() + "\n");
        }
        let port = |label: &str| -> u16 {
            let line = said.lines().find(|line| line.starts_with(label)).unwrap();
            line.rsplit(':').next().unwrap().trim().parse().unwrap()
        };
        let at = |port| SocketAddr::from(([127, 0, 0, 1], port));
        let (console, gateway) = (at(port("Console")), at(port("Gateway")));
        Self { child, console, gateway, said, _stdout: stdout }
    }

    /// Sends a signal: `TERM`, `KILL`, …
    pub(crate) fn signal(&self, name: &str) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-s", name, &pid]).status().unwrap().success());
    }

    /// Waits for its end.
    pub(crate) fn wait(mut self) -> ExitStatus {
        self.child.wait().unwrap()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // Fails when it has ended already.
        let _ended = self.child.kill();
        let _reaped = self.child.wait();
    }
}
