//! A name server for tests, by UDP and TCP.

use std::{
    collections::HashMap,
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex, PoisonError},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream, UdpSocket},
};

const A: u16 = 1;
const CNAME: u16 = 5;
const TXT: u16 = 16;
/// Bytes before the question.
const HEADER: usize = 12;

type Records = HashMap<(String, u16), Vec<u8>>;

/// A name server that knows what it was told, and that nothing else is there.
#[derive(Clone, Debug)]
pub struct NameServer {
    address: SocketAddr,
    records: Arc<Mutex<Records>>,
}

impl NameServer {
    /// Starts one on a free port.
    ///
    /// # Panics
    /// When there is none.
    pub async fn start() -> Self {
        let tcp = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = tcp.local_addr().expect("an address");
        let udp = UdpSocket::bind(address).await.expect("the same port");
        let server = Self { address, records: Arc::default() };
        tokio::spawn(server.clone().by_udp(udp));
        tokio::spawn(server.clone().by_tcp(tcp));
        server
    }

    /// Where it answers.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Makes an A record.
    pub fn is_at(&self, name: &str, address: Ipv4Addr) {
        self.put(name, A, address.octets().to_vec());
    }

    /// Makes a TXT record.
    pub fn text(&self, name: &str, value: &str) {
        let length = u8::try_from(value.len()).expect("a short text");
        self.put(name, TXT, [&[length], value.as_bytes()].concat());
    }

    /// Makes a CNAME record.
    pub fn leads_to(&self, name: &str, target: &str) {
        let mut data = Vec::new();
        for label in target.split('.') {
            data.push(u8::try_from(label.len()).expect("a label"));
            data.extend_from_slice(label.as_bytes());
        }
        data.push(0);
        self.put(name, CNAME, data);
    }

    fn put(&self, name: &str, kind: u16, data: Vec<u8>) {
        let mut records = self.records.lock().unwrap_or_else(PoisonError::into_inner);
        records.insert((name.to_owned(), kind), data);
    }

    async fn by_udp(self, socket: UdpSocket) {
        let mut buffer = [0; 1500];
        while let Ok((length, from)) = socket.recv_from(&mut buffer).await {
            if let Some(answer) = self.answer(&buffer[..length]) {
                // Who asked is gone.
                let _ = socket.send_to(&answer, from).await;
            }
        }
    }

    async fn by_tcp(self, listener: TcpListener) {
        while let Ok((stream, _)) = listener.accept().await {
            let server = self.clone();
            tokio::spawn(async move { server.converse(stream).await });
        }
    }

    async fn converse(&self, mut stream: TcpStream) -> Option<()> {
        loop {
            let mut query = vec![0; usize::from(stream.read_u16().await.ok()?)];
            stream.read_exact(&mut query).await.ok()?;
            let answer = self.answer(&query)?;
            stream.write_u16(u16::try_from(answer.len()).ok()?).await.ok()?;
            stream.write_all(&answer).await.ok()?;
        }
    }

    /// The answer to a query; `None` to what is none.
    fn answer(&self, query: &[u8]) -> Option<Vec<u8>> {
        let (mut name, mut at) = (Vec::new(), HEADER);
        while *query.get(at)? > 0 {
            let length = usize::from(query[at]);
            name.push(std::str::from_utf8(query.get(at + 1..at + 1 + length)?).ok()?);
            at += length + 1;
        }
        let question = query.get(HEADER..at + 5)?;
        let kind = u16::from_be_bytes([*query.get(at + 1)?, *query.get(at + 2)?]);
        let name = name.join(".").to_lowercase();
        let records = self.records.lock().unwrap_or_else(PoisonError::into_inner);
        let found = records.get(&(name.clone(), kind));
        let is_known = records.keys().any(|(known, _)| *known == name);
        // Authoritative; recursion available; no such name, where nothing is known of it.
        let flags = [0x85, if is_known { 0x80 } else { 0x83 }];
        let count = u8::from(found.is_some());
        let mut answer = [&query[..2], &flags, &[0, 1, 0, count, 0, 0, 0, 0], question].concat();
        if let Some(data) = found {
            let length = u16::try_from(data.len()).ok()?.to_be_bytes();
            // The question's name, its kind, class IN, for a minute.
            answer.extend([0xc0, 0x0c]);
            answer.extend(kind.to_be_bytes());
            answer.extend([0, 1, 0, 0, 0, 60]);
            answer.extend(length);
            answer.extend(data);
        }
        Some(answer)
    }
}
