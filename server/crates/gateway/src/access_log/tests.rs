//! What becomes of the lines of calls.

use super::*;
use crate::{
    Connection, Gateway, GatewaySettings, Snapshot, SnapshotConfig, context::RequestContext,
};
use http::Request;
use std::{
    sync::{Mutex, mpsc},
    time::Duration,
};

/// Keeps what is written for a test. Says when it is asked to write, and waits for leave.
struct Gate {
    asked: mpsc::Sender<()>,
    leave: Receiver<()>,
    written: Arc<Mutex<Vec<u8>>>,
}

/// A gate, and a test's side of it.
struct Keeper {
    asked: Receiver<()>,
    leave: mpsc::Sender<()>,
    written: Arc<Mutex<Vec<u8>>>,
}

impl Keeper {
    fn new() -> (Self, Gate) {
        let ((asked, was_asked), (leave, left)) = (mpsc::channel(), mpsc::channel());
        let written: Arc<Mutex<Vec<u8>>> = Arc::default();
        let gate = Gate { asked, leave: left, written: Arc::clone(&written) };
        (Self { asked: was_asked, leave, written }, gate)
    }

    /// Lets everything through from now on; returns what was written by the end.
    fn open(self, log: &AccessLog) -> String {
        drop(self.leave);
        log.flush();
        String::from_utf8(self.written.lock().unwrap().clone()).unwrap()
    }
}

impl Write for Gate {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // Without a test that listens or holds it back, all is let through.
        let _ = self.asked.send(());
        let _ = self.leave.recv();
        self.written.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn gateway(log: &AccessLog) -> Gateway {
    let config = SnapshotConfig { domain: "localhost".to_owned() };
    let snapshot = Snapshot::compile(config, Vec::new(), Vec::new()).unwrap();
    let settings = GatewaySettings { access_log: Some(log.clone()), ..GatewaySettings::default() };
    Gateway::new(settings, snapshot).unwrap()
}

fn entry(gateway: &Gateway) -> Box<Entry> {
    let address = "127.0.0.1:1".parse().unwrap();
    let connection = Connection::new(address, address, false);
    let worker = gateway.new_worker();
    let context = RequestContext::new(gateway.shared(), &worker, &connection);
    let request =
        Request::builder().uri("/a?secret=1").header("user-agent", "u\u{e9}\"\\").body(()).unwrap();
    Entry::begin(&context, &request.into_parts().0).unwrap()
}

#[test]
fn lines_beyond_what_the_writer_takes_are_dropped_and_counted() {
    let (keeper, gate) = Keeper::new();
    let log = AccessLog::with_capacity(gate, 8).unwrap();
    let gateway = gateway(&log);
    let call = || entry(&gateway).write(1, 2, Duration::from_millis(3));
    call();
    // The writer has taken it, and waits.
    keeper.asked.recv().unwrap();
    (0..100).for_each(|_| call());
    assert_eq!(log.dropped(), 92);
    assert_eq!(keeper.open(&log).lines().count(), 9);
}

#[test]
fn a_line_is_one_json_object_whatever_a_caller_sends() {
    let (keeper, gate) = Keeper::new();
    let log = AccessLog::start(gate).unwrap();
    entry(&gateway(&log)).write(1, 2, Duration::from_millis(3));
    let text = keeper.open(&log);
    assert_eq!(text.lines().count(), 1);
    assert!(!text.contains("secret"), "{text}");
    let line: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!((&line["path"], &line["api_name"]), (&"/a".into(), &"-".into()));
    let (length, time) = (&line["request_content_length"], &line["proxy_time"]);
    assert_eq!((length, time), (&"1".into(), &"0.003".into()));
}
