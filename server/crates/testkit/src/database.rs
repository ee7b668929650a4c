//! Empty databases for tests: a SQLite file, or a database of a PostgreSQL server that this starts itself.
//!
//! The server is one a test process, from Debian's package `postgresql`, on a free port of the loopback interface, with
//! its files in a temporary directory. It ends with the process, however that ends.

use crate::watchdog::Watchdog;
use std::{
    fs,
    io::{Read as _, Seek as _, SeekFrom},
    net::{Ipv4Addr, TcpListener},
    os::unix::fs::{MetadataExt as _, chown},
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};
use tempfile::TempDir;
use tokio::{sync::OnceCell, time::sleep};

/// Runs the server as its child until its own input ends: the kernel closes that when the process of the tests is gone,
/// be it killed. Then it stops the server at once and removes its files. Ctrl-C reaches it too, and must not end it first.
const KEEPER: &str = r#"
trap '' INT TERM HUP
directory=$1; shift
"$@" </dev/null >"$directory/log" 2>&1 &
server=$!
cat >/dev/null
kill -QUIT "$server" 2>/dev/null
wait "$server"
rm -rf "$directory"
"#;

/// How long a server may take to answer for the first time.
const START_LIMIT: Duration = Duration::from_secs(60);
const START_POLL: Duration = Duration::from_millis(50);
/// A free port can be taken by another process before the server takes it.
const START_ATTEMPTS: u32 = 5;

/// The server of this process.
static SERVER: OnceCell<Server> = OnceCell::const_new();
static DATABASES: AtomicU32 = AtomicU32::new(0);

/// An empty database that is gone when this is dropped.
#[derive(Debug)]
pub struct TestDatabase {
    url: String,
    kept: Kept,
    _watchdog: Watchdog,
}

/// What there is to remove at the end.
#[derive(Debug)]
enum Kept {
    /// Removes itself.
    Directory {
        _directory: TempDir,
    },
    Database(String),
}

impl TestDatabase {
    /// A SQLite file in a directory of its own.
    ///
    /// # Panics
    /// When there is no temporary directory.
    #[must_use]
    pub fn sqlite() -> Self {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let url = format!("sqlite://{}/paifang.sqlite?mode=rwc", directory.path().display());
        let kept = Kept::Directory { _directory: directory };
        Self { url, kept, _watchdog: Watchdog::start() }
    }

    /// A database of this process's PostgreSQL, which is started by the first who asks.
    ///
    /// # Panics
    /// When PostgreSQL is not installed or does not start: a test on it is never left out.
    pub async fn postgres() -> Self {
        let watchdog = Watchdog::start();
        let server = SERVER.get_or_init(Server::start).await;
        let name = format!("test_{}", DATABASES.fetch_add(1, Ordering::Relaxed));
        server.client("createdb", &[&name]);
        let url = format!("postgres://postgres@127.0.0.1:{}/{name}", server.port);
        Self { url, kept: Kept::Database(name), _watchdog: watchdog }
    }

    /// Its address, as `--database-url` takes it.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        // Not at the end of the process only: hundreds of databases would fill the disk.
        match (&self.kept, SERVER.get()) {
            (Kept::Database(name), Some(server)) if !std::thread::panicking() => {
                server.client("dropdb", &["--force", name]);
            }
            _ => {}
        }
    }
}

/// A running PostgreSQL.
#[derive(Debug)]
struct Server {
    port: u16,
    programs: PathBuf,
    /// Its input is open as long as this process lives.
    _keeper: Child,
}

impl Server {
    async fn start() -> Self {
        let programs = programs().unwrap_or_else(|| {
            panic!("PostgreSQL is not installed: apt-get install postgresql (Debian)")
        });
        for _ in 0..START_ATTEMPTS {
            if let Some(server) = Self::start_once(&programs).await {
                return server;
            }
        }
        panic!("PostgreSQL found its port taken {START_ATTEMPTS} times");
    }

    /// `None` when the port was taken meanwhile.
    async fn start_once(programs: &Path) -> Option<Self> {
        let directory = tempfile::tempdir().expect("a temporary directory").keep();
        let user = server_user();
        if let Some((uid, gid)) = user {
            chown(&directory, Some(uid), Some(gid))
                .expect("giving a directory to the server's user");
        }
        let data = directory.join("data");
        let made = as_user(user, &programs.join("initdb"))
            .args(["--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8"])
            .args(["--no-sync", "--no-instructions", "--pgdata"])
            .arg(&data)
            .current_dir(&directory)
            .output();
        succeeded("initdb", made);
        let port = free_port();
        let mut keeper = Self::keep(programs, &directory, &data, port);
        let mut waited = Duration::ZERO;
        let mut told = String::new();
        while waited < START_LIMIT && !told.contains("could not bind") {
            // What it says itself: another server may be the one that answers at its port.
            if told.contains("ready to accept connections") {
                return Some(Self { port, programs: programs.to_owned(), _keeper: keeper });
            }
            sleep(START_POLL).await;
            waited += START_POLL;
            told = log(&directory);
        }
        drop(keeper.stdin.take());
        let _ = keeper.wait();
        assert!(waited < START_LIMIT, "PostgreSQL does not start:\n{told}");
        None
    }

    fn keep(programs: &Path, directory: &Path, data: &Path, port: u16) -> Child {
        let server = as_user(server_user(), &programs.join("postgres"));
        let mut keeper = Command::new("sh");
        keeper.args(["-c", KEEPER, "keeper"]).arg(directory);
        keeper.arg(server.get_program()).args(server.get_args());
        keeper.arg("-D").arg(data).arg("-p").arg(port.to_string());
        for setting in [
            "listen_addresses=127.0.0.1",
            "unix_socket_directories=",
            "max_connections=300",
            "shared_buffers=32MB",
            // What protects data from a power cut, and takes most of the time of small transactions.
            "fsync=off",
            "synchronous_commit=off",
            "full_page_writes=off",
        ] {
            keeper.args(["-c", setting]);
        }
        keeper
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .current_dir(directory);
        keeper.spawn().expect("sh")
    }

    fn client(&self, program: &str, arguments: &[&str]) {
        let mut command = Command::new(self.programs.join(program));
        command.args(["--host=127.0.0.1", "--username=postgres", "--port"]);
        succeeded(program, command.arg(self.port.to_string()).args(arguments).output());
    }
}

fn succeeded(program: &str, done: std::io::Result<Output>) {
    let done = done.unwrap_or_else(|error| panic!("{program}: {error}"));
    assert!(done.status.success(), "{program}: {}", String::from_utf8_lossy(&done.stderr));
}

/// The directory with PostgreSQL's programs: of Debian's newest version, else of the one on the path.
fn programs() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let newest = versions
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse::<u32>().ok()?, entry.path())))
        .max()
        .map(|(_, directory)| directory.join("bin"));
    let path = std::env::var_os("PATH").unwrap_or_default();
    let on_path = std::env::split_paths(&path).collect::<Vec<_>>();
    newest.into_iter().chain(on_path).find(|directory| directory.join("initdb").is_file())
}

/// PostgreSQL refuses to run as root: user and group that it runs as then, `postgres` where Debian's package made it.
fn server_user() -> Option<(u32, u32)> {
    let myself = fs::metadata("/proc/self").expect("/proc").uid();
    if myself != 0 {
        return None;
    }
    let users = fs::read_to_string("/etc/passwd").unwrap_or_default();
    let id = |name: &str| {
        let line = users.lines().find(|line| line.split(':').next() == Some(name))?;
        let mut fields = line.split(':').skip(2);
        Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
    };
    Some(id("postgres").or_else(|| id("nobody")).unwrap_or((65534, 65534)))
}

fn as_user(user: Option<(u32, u32)>, program: &Path) -> Command {
    let Some((uid, gid)) = user else { return Command::new(program) };
    let mut command = Command::new("setpriv");
    command.arg(format!("--reuid={uid}")).arg(format!("--regid={gid}")).arg("--clear-groups");
    command.arg(program);
    command
}

fn free_port() -> u16 {
    let listener =
        TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port of the loopback interface");
    listener.local_addr().expect("the port that was bound").port()
}

/// The end of what the server wrote.
fn log(directory: &Path) -> String {
    let mut text = Vec::new();
    if let Ok(mut file) = fs::File::open(directory.join("log")) {
        let _ = file.seek(SeekFrom::End(-4096));
        let _ = file.read_to_end(&mut text);
    }
    String::from_utf8_lossy(&text).into_owned()
}
