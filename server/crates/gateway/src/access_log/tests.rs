//! What becomes of the lines of calls.

use super::*;
use crate::{Connection, Gateway, GatewaySettings, Snapshot, SnapshotConfig};
use std::sync::{Mutex, mpsc};

/// Hands what is written to a test, and waits for leave before each piece.
struct Gate {
    leave: Receiver<()>,
    written: Arc<Mutex<Vec<u8>>>,
}

impl Write for Gate {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // Without a test that holds it back, all is let through.
        let _ = self.leave.recv();
        self.written.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn gateway() -> Gateway {
    let config = SnapshotConfig { domain: "localhost".to_owned() };
    let snapshot = Snapshot::compile(config, Vec::new(), Vec::new()).unwrap();
    Gateway::new(GatewaySettings::default(), snapshot).unwrap()
}

fn entry(log: &AccessLog, gateway: &Gateway) -> Box<Entry> {
    let address = "127.0.0.1:1".parse().unwrap();
    let connection = Connection::new(address, address, false);
    let worker = gateway.new_worker();
    let context = RequestContext::new(gateway.shared(), &worker, &connection);
    let request =
        Request::builder().uri("/a?secret=1").header("user-agent", "u\u{e9}\"\\").body(()).unwrap();
    Entry::begin(log, &context, &request)
}

#[test]
fn lines_beyond_what_the_writer_takes_are_dropped_and_counted() {
    let (leave, written) = (mpsc::channel::<()>(), Arc::new(Mutex::new(Vec::new())));
    let gate = Gate { leave: leave.1, written: Arc::clone(&written) };
    let log = AccessLog::with_capacity(gate, 8).unwrap();
    let gateway = gateway();
    // The first may be with the writer already, which waits.
    for _ in 0..100 {
        entry(&log, &gateway).write(1, 2, Duration::from_millis(3));
    }
    let dropped = log.dropped();
    assert!((91..=99).contains(&dropped), "{dropped}");
    drop(leave.0);
    log.flush();
    let lines = written.lock().unwrap().iter().filter(|byte| **byte == b'\n').count();
    assert_eq!(lines as u64 + dropped, 100);
}

#[test]
fn a_line_is_one_json_object_whatever_a_caller_sends() {
    let (leave, written) = (mpsc::channel::<()>(), Arc::new(Mutex::new(Vec::new())));
    drop(leave.0);
    let log = AccessLog::start(Gate { leave: leave.1, written: Arc::clone(&written) }).unwrap();
    entry(&log, &gateway()).write(1, 2, Duration::from_millis(3));
    log.flush();
    let text = String::from_utf8(written.lock().unwrap().clone()).unwrap();
    assert_eq!(text.lines().count(), 1);
    assert!(!text.contains("secret"), "{text}");
    let line: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!((&line["path"], &line["api_name"]), (&"/a".into(), &"-".into()));
    assert_eq!(
        (&line["request_content_length"], &line["proxy_time"]),
        (&"1".into(), &"0.003".into())
    );
}
