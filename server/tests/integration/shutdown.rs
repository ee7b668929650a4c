//! The end: requests in flight finish, and the exit code is 0.

use crate::support::{Backend, Program, TestServer, get};
use domain::AuthType;
use std::time::Duration;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slow_call_finishes_after_the_server_was_told_to_stop() {
    let server = TestServer::start().await;
    let backend = Backend::start("slow").await;
    let group = server.petstore(AuthType::None).await;
    server.publish(&group, backend.service()).await;
    let (gateway, console, host) = (server.gateway(), server.console(), server.host(&group));

    backend.hold();
    let calls: Vec<_> = [gateway, console]
        .into_iter()
        .map(|at| {
            let host = host.clone();
            tokio::spawn(async move { get(at, &host, "/petstore/pets/1").await })
        })
        .collect();
    backend.until_waiting(2).await;
    let stopping = tokio::spawn(server.running.shutdown());
    for at in [gateway, console] {
        until_refused(at).await;
    }
    assert!(!stopping.is_finished(), "it did not wait for the calls");
    backend.release();

    for call in calls {
        let answer = call.await.unwrap();
        assert_eq!(answer.status, 200, "{answer:?}");
        assert_eq!(answer.json()["backend"], "slow");
    }
    stopping.await.unwrap();
}

/// Returns when nobody listens there any more. The runner's own limit ends a wait for ever.
async fn until_refused(at: std::net::SocketAddr) {
    while TcpStream::connect(at).await.is_ok() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_that_never_said_anything_does_not_hold_up_the_end() {
    let server = TestServer::start().await;
    let silent = [
        TcpStream::connect(server.console()).await.unwrap(),
        TcpStream::connect(server.gateway()).await.unwrap(),
    ];
    // Answered, so those connections were accepted before.
    get(server.console(), "localhost", "/healthz").await;
    let begin = std::time::Instant::now();

    server.running.shutdown().await;

    // Far from a measurement: the limit for requests in flight is 30 s.
    assert!(begin.elapsed() < Duration::from_secs(15), "{:?}", begin.elapsed());
    drop(silent);
}

#[tokio::test]
async fn sigterm_and_sigint_end_the_program_with_exit_code_0() {
    for signal in ["TERM", "INT"] {
        let folder = tempfile::tempdir().unwrap();
        let program = Program::serve(folder.path());
        assert_eq!(get(program.console, "localhost", "/healthz").await.status, 200);
        program.signal(signal);
        assert_eq!(program.wait().code(), Some(0), "SIG{signal}");
    }
}

/// A connection to the console with half of a request on it: busy, until the rest comes.
async fn busy(program: &Program) -> TcpStream {
    let mut stream = TcpStream::connect(program.console).await.unwrap();
    stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n").await.unwrap();
    // Accepted after it, and answered: so the server has seen both.
    assert_eq!(get(program.console, "localhost", "/healthz").await.status, 200);
    stream
}

#[tokio::test]
async fn a_second_signal_ends_the_program_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let program = Program::serve(folder.path());
    let _busy = busy(&program).await;
    program.signal("TERM");
    until_refused(program.console).await;
    program.signal("TERM");
    assert_eq!(program.wait().code(), Some(1));
}

#[tokio::test]
async fn what_is_still_busy_at_the_limit_is_cut() {
    let folder = tempfile::tempdir().unwrap();
    let mut config = crate::support::config_in(folder.path());
    config.shutdown.limit = Duration::from_millis(1);
    let running = server::run(&config).await.unwrap();
    let mut stream = TcpStream::connect(running.console_addr()).await.unwrap();
    stream.write_all(b"GET /healthz HTTP/1.1\r\n").await.unwrap();
    get(running.console_addr(), "localhost", "/healthz").await;

    running.shutdown().await;

    // Closed without an answer.
    let mut answer = Vec::new();
    let read = stream.read_to_end(&mut answer).await;
    assert!(read.is_err() || answer.is_empty(), "{answer:?}");
}
