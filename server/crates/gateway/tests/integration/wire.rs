//! Requests that two servers could read differently, as raw bytes on the real listener: what the caller is told, and exactly
//! what the backend gets. `docs/security.md` has the same table in words.

use super::support::{ONLINE, World};
use serde_json::Value;
use testkit::{RawConnection, client::raw};

/// What the backend gets.
enum Forwarded {
    /// Not a byte.
    Nothing,
    /// The beginning of a request that it never sees the end of.
    Beginning,
    /// This request line, these headers besides those that the gateway sets, this body.
    Whole(&'static str, &'static [&'static str], &'static str),
}

/// One request, the status of the answer, and what is forwarded. `HOST` stands for the group's host.
struct Case {
    sent: String,
    status: u16,
    forwarded: Forwarded,
}

fn refused(status: u16, sent: impl Into<String>) -> Case {
    Case { sent: sent.into(), status, forwarded: Forwarded::Nothing }
}

fn broken_off(status: u16, sent: impl Into<String>) -> Case {
    Case { sent: sent.into(), status, forwarded: Forwarded::Beginning }
}

fn passed(
    sent: impl Into<String>,
    line: &'static str,
    headers: &'static [&'static str],
    body: &'static str,
) -> Case {
    Case { sent: sent.into(), status: 200, forwarded: Forwarded::Whole(line, headers, body) }
}

/// A GET with these header lines besides the host.
fn get(headers: &str) -> String {
    format!("GET /petstore/pets HTTP/1.1\r\nhost: HOST\r\n{headers}\r\n")
}

/// A POST with these header lines besides the host, and this after them.
fn post(headers: &str, body: &str) -> String {
    format!("POST /petstore/pets HTTP/1.1\r\nhost: HOST\r\n{headers}\r\n{body}")
}

/// A GET of this target.
fn target(target: &str) -> String {
    format!("GET {target} HTTP/1.1\r\nhost: HOST\r\n\r\n")
}

const GET: &str = "GET /petstore/pets HTTP/1.1";
const POST: &str = "POST /petstore/pets HTTP/1.1";
const LENGTH5: &[&str] = &["content-length: 5"];
const CHUNKED: &[&str] = &["transfer-encoding: chunked"];
const HELLO: &str = "5\r\nhello\r\n0\r\n\r\n";

/// Sends each to a gateway of its own, and compares.
async fn check(cases: Vec<Case>) {
    let mut wrong = String::new();
    for case in cases {
        let world = World::start().await;
        let sent = case.sent.replace("HOST", ONLINE);
        let mut connection = RawConnection::open(world.address()).await;
        connection.send(&sent).await;
        let answer = connection.read_answer().await;
        let received = String::from_utf8(world.backend.received()).unwrap();
        let is_right = match case.forwarded {
            Forwarded::Nothing => received.is_empty(),
            Forwarded::Beginning => world.backend.last().is_none(),
            Forwarded::Whole(line, headers, body) => {
                let mut headers: Vec<_> = headers.iter().copied().map(str::to_owned).collect();
                headers.sort();
                read(&received) == Some((line.to_owned(), headers, body.to_owned()))
            }
        };
        if status(&answer) != case.status || !is_right {
            let sent: String = sent.chars().take(300).collect();
            let status = case.status;
            wrong += &format!(
                "\n{sent:?}\n  answered {answer:?} instead of {status}, forwarded {received:?}\n"
            );
        } else if case.status >= 400 {
            assert_enveloped(&answer, case.status);
        }
        // After that the gateway serves as before.
        drop(connection);
        assert_eq!(world.client.get(ONLINE, "/petstore/pets").await.status.as_u16(), 200);
    }
    assert!(wrong.is_empty(), "{wrong}");
}

fn status(answer: &str) -> u16 {
    answer.get(9..12).and_then(|status| status.parse().ok()).unwrap_or(0)
}

/// Takes apart what a backend received, which must be one request with clean line ends, or nothing.
fn read(received: &str) -> Option<(String, Vec<String>, String)> {
    let (head, body) = received.split_once("\r\n\r\n")?;
    let mut lines = head.split("\r\n").map(str::to_owned);
    let line = lines.next()?;
    let own = [
        "host",
        "x-forwarded-for",
        "x-forwarded-proto",
        "x-forwarded-host",
        "x-jdcloud-request-id",
    ];
    let (of_gateway, mut others): (Vec<_>, Vec<_>) =
        lines.partition(|line| own.contains(&line.split(':').next().unwrap_or_default()));
    assert_eq!(of_gateway.len(), own.len(), "each once: {received}");
    assert!(!head.replace("\r\n", "").contains(['\r', '\n', '\0']), "{received:?}");
    others.sort();
    Some((line, others, body.to_owned()))
}

/// Every error has the documented body and an id, also those that are no calls.
fn assert_enveloped(answer: &str, status: u16) {
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or_default();
    let told: Value =
        serde_json::from_str(body).unwrap_or_else(|error| panic!("{error}: {answer:?}"));
    assert_eq!(told["error"]["code"], status);
    let id = told["requestId"].as_str().unwrap();
    assert!(id.len() == 32 && head.contains(&format!("x-jdcloud-request-id: {id}")), "{answer}");
    assert!(head.contains("content-type: application/json"), "{answer}");
}

#[tokio::test]
async fn the_length_of_a_body_is_never_ambiguous() {
    check(vec![
        passed(post("content-length: 5\r\n", "hello"), POST, LENGTH5, "hello"),
        passed(post("content-length: 5\r\ncontent-length: 5\r\n", "hello"), POST, LENGTH5, "hello"),
        passed(post("Content-Length:\t5 \r\n", "hello"), POST, LENGTH5, "hello"),
        passed(
            post("content-length: 5\r\nconnection: content-length\r\n", "hello"),
            POST,
            LENGTH5,
            "hello",
        ),
        passed(post("content-length: 5\r\ncontent_length: 7\r\n", "hello"), POST, LENGTH5, "hello"),
        refused(400, post("content-length: 3\r\ncontent-length: 5\r\n", "hello")),
        refused(400, post("content-length: 5, 5\r\n", "hello")),
        refused(400, post("content-length: +5\r\n", "hello")),
        refused(400, post("content-length: -5\r\n", "hello")),
        refused(400, post("content-length: 0x5\r\n", "hello")),
        refused(400, post("content-length: 5 5\r\n", "hello")),
        refused(400, post("content-length: 5;\r\n", "hello")),
        refused(400, post("content-length:\r\n", "hello")),
        refused(400, post("content-length: 99999999999999999999\r\n", "hello")),
        refused(400, post("content-length : 5\r\n", "hello")),
        // CL.TE and TE.CL: the chunks are what counts, and nothing after them is a request.
        passed(
            post("content-length: 3\r\ntransfer-encoding: chunked\r\n", HELLO),
            POST,
            CHUNKED,
            HELLO,
        ),
        passed(
            post("transfer-encoding: chunked\r\ncontent-length: 3\r\n", HELLO),
            POST,
            CHUNKED,
            HELLO,
        ),
        passed(
            post(
                "content-length: 6\r\ntransfer-encoding: chunked\r\n",
                "0\r\n\r\nGET /petstore/pets/smuggled HTTP/1.1\r\nhost: HOST\r\n\r\n",
            ),
            POST,
            CHUNKED,
            "0\r\n\r\n",
        ),
    ])
    .await;
}

#[tokio::test]
async fn a_transfer_coding_is_chunked_and_nothing_else() {
    let coded = |line: &str| post(&format!("{line}\r\n"), HELLO);
    check(vec![
        passed(coded("transfer-encoding: chunked"), POST, CHUNKED, HELLO),
        passed(coded("Transfer-Encoding:\tChunked "), POST, CHUNKED, HELLO),
        refused(501, coded("transfer-encoding: gzip, chunked")),
        refused(501, coded("transfer-encoding: identity, chunked")),
        refused(501, coded("transfer-encoding: chunked, chunked")),
        refused(501, coded("transfer-encoding: ,chunked")),
        refused(501, coded("transfer-encoding: gzip\r\ntransfer-encoding: chunked")),
        refused(501, coded("transfer-encoding: chunked\r\ntransfer-encoding: chunked")),
        refused(400, coded("transfer-encoding: chunked\r\ntransfer-encoding: identity")),
        refused(400, coded("transfer-encoding: identity")),
        refused(400, coded("transfer-encoding: xchunked")),
        refused(400, coded("transfer-encoding: chunked;q=1")),
        refused(400, coded("transfer-encoding: \"chunked\"")),
        refused(400, coded("transfer-encoding: chunked, identity")),
        refused(400, coded("transfer-encoding:")),
        refused(400, coded("transfer-encoding : chunked")),
        refused(400, coded("transfer-encoding\t: chunked")),
        refused(400, coded("transfer-encoding: \x0bchunked")),
        refused(400, coded("x: y\r\n transfer-encoding: chunked")),
        refused(400, coded("transfer-encoding: chunked").replace("HTTP/1.1", "HTTP/1.0")),
        // Some backends read an underscore as a dash: it must not get there.
        passed(
            post("content-length: 15\r\ntransfer_encoding: chunked\r\n", HELLO),
            POST,
            &["content-length: 15"],
            HELLO,
        ),
    ])
    .await;
}

#[tokio::test]
async fn chunks_are_written_anew_or_refused() {
    let chunks = |chunks: &str| post("transfer-encoding: chunked\r\n", chunks);
    check(vec![
        passed(chunks("5;name=value\r\nhello\r\n0\r\n\r\n"), POST, CHUNKED, HELLO),
        passed(chunks("0005\r\nhello\r\n00\r\n\r\n"), POST, CHUNKED, HELLO),
        broken_off(400, chunks("0x5\r\nhello\r\n0\r\n\r\n")),
        broken_off(400, chunks("+5\r\nhello\r\n0\r\n\r\n")),
        broken_off(400, chunks("-5\r\nhello\r\n0\r\n\r\n")),
        broken_off(400, chunks("5\nhello\r\n0\r\n\r\n")),
        broken_off(400, chunks("5;a\nb\r\nhello\r\n0\r\n\r\n")),
        broken_off(400, chunks("\r\nhello\r\n0\r\n\r\n")),
        broken_off(400, chunks("fffffffffffffffff\r\nhello\r\n0\r\n\r\n")),
        broken_off(400, chunks("z\r\nhello\r\n0\r\n\r\n")),
    ])
    .await;
}

#[tokio::test]
async fn lines_end_with_crlf_when_they_are_forwarded() {
    check(vec![
        passed("GET /petstore/pets HTTP/1.1\nhost: HOST\nx-a: 1\n\n", GET, &["x-a: 1"], ""),
        passed(get("").replacen("GET", "\r\n\r\nGET", 1), GET, &[], ""),
        refused(400, get("x-a: 1\rx-b: 2\r\n")),
        refused(400, get("x-a: 1\r\n folded\r\n")),
        refused(400, get("x-a: 1\r\n\tfolded\r\n")),
        refused(400, get("x-a: 1\0\r\n")),
        refused(400, get("x-a: \x01\r\n")),
        refused(400, get("x-a: \x7f\r\n")),
        refused(400, get("x-a\0: 1\r\n")),
        refused(400, get("x a: 1\r\n")),
        refused(400, get("x-a : 1\r\n")),
        refused(400, get(": 1\r\n")),
        refused(400, get("x-a\r\n")),
        refused(400, get("x(a): 1\r\n")),
        // Bytes above 127 are no control characters: they pass as they are.
        passed(get("x-a: é\t1\r\n"), GET, &["x-a: é\t1"], ""),
    ])
    .await;
}

#[tokio::test]
async fn a_request_line_has_three_parts() {
    check(vec![
        refused(400, "GET /petstore/pets\r\nhost: HOST\r\n\r\n"),
        refused(400, get("").replace("HTTP/1.1", "HTTP/9.9")),
        refused(400, get("").replace("HTTP/1.1", "HTTP/2.0")),
        refused(400, get("").replace("HTTP/1.1", "http/1.1")),
        refused(400, get("").replace("HTTP/1.1", "HTTP/1.1 x")),
        refused(400, get("").replace("GET /", "GET  /")),
        refused(400, get("").replace("GET /", "GET\t/")),
        refused(400, get("").replace("GET /", " GET /")),
        refused(400, get("").replace("pets", "pe\0ts")),
        refused(400, get("").replace("pets", "pe\x01ts")),
        refused(400, get("").replace("GET", "G(T")),
        refused(404, get("").replace("GET", "get")),
        refused(404, get("").replace("GET", "TRACE")),
        refused(404, get("").replace("GET", "OPTIONS")),
        refused(404, get("").replace("GET", "BREW")),
        refused(400, "OPTIONS * HTTP/1.1\r\nhost: HOST\r\n\r\n"),
        refused(400, "CONNECT HOST:80 HTTP/1.1\r\nhost: HOST\r\n\r\n"),
        passed(get("").replace("HTTP/1.1", "HTTP/1.0"), GET, &[], ""),
    ])
    .await;
}

#[tokio::test]
async fn a_request_is_for_one_host() {
    let hosts = |lines: &str| format!("GET /petstore/pets HTTP/1.1\r\n{lines}\r\n");
    let absolute = |target: &str, lines: &str| format!("GET {target} HTTP/1.1\r\n{lines}\r\n");
    check(vec![
        refused(400, hosts("")),
        refused(400, hosts("host: HOST\r\nhost: HOST\r\n")),
        refused(400, hosts("host: HOST\r\nhost: other\r\n")),
        refused(400, hosts("host: HOST\r\n host: other\r\n")),
        refused(404, hosts("host:\r\n")),
        refused(404, hosts("host: other.example\r\n")),
        refused(404, hosts("host: HOST/x\r\n")),
        refused(404, hosts("host: HOST, other\r\n")),
        refused(404, hosts("host: HOST other\r\n")),
        refused(404, hosts("host: user@HOST\r\n")),
        passed(absolute("http://HOST/petstore/pets", "host: HOST\r\n"), GET, &[], ""),
        passed(
            absolute("http://HOST/petstore/pets?a=http://b/", "host: HOST\r\n"),
            "GET /petstore/pets?a=http://b/ HTTP/1.1",
            &[],
            "",
        ),
        refused(400, absolute("http://HOST/petstore/pets", "host: other\r\n")),
        refused(400, absolute("http://other/petstore/pets", "host: HOST\r\n")),
        refused(400, absolute("http://user@HOST/petstore/pets", "host: HOST\r\n")),
        refused(400, absolute("http:///petstore/pets", "host: HOST\r\n")),
        // A header that names the group counts only where the host names none.
        passed(get("x-paifang-group: x00000000000\r\n"), GET, &[], ""),
    ])
    .await;
}

#[tokio::test]
async fn a_path_is_read_in_one_way() {
    check(vec![
        passed(
            target("/petstore/pets/a%2Fb%20c"),
            "GET /petstore/pets/a%2Fb%20c HTTP/1.1",
            &[],
            "",
        ),
        passed(
            target("/petstore/pets?a=../%2e&b=%00#x"),
            "GET /petstore/pets?a=../%2e&b=%00 HTTP/1.1",
            &[],
            "",
        ),
        refused(400, target("/petstore/../petstore/pets")),
        refused(400, target("/petstore/./pets")),
        refused(400, target("/petstore/pets/..")),
        refused(400, target("/petstore/pets/%2e%2E")),
        refused(400, target("/petstore/pets/a%2f..%2fb")),
        refused(400, target("/petstore/pets/..;x=1")),
        refused(400, target("/petstore/pets/..%5Cb")),
        refused(400, target("//petstore/pets")),
        refused(400, target("/petstore//pets")),
        refused(400, target("/petstore/pets/%00")),
        refused(400, target("/petstore/pets/%0d%0aX")),
        refused(400, target("/petstore/pets/%7f")),
        refused(400, target("/petstore/pets/%")),
        refused(400, target("/petstore/pets/%zz")),
        refused(400, target("petstore/pets")),
        refused(400, target("/petstore/pets\\..\\x")),
        refused(414, target(&format!("/petstore/pets/{}", "a".repeat(9000)))),
        refused(414, target(&format!("/petstore/pets?{}", "a".repeat(9000)))),
    ])
    .await;
}

#[tokio::test]
async fn what_concerns_one_connection_or_the_gateway_stays_there() {
    check(vec![
        passed(
            get("connection: x-secret, close, host, x-forwarded-for\r\nx-secret: 1\r\nkeep-alive: 5\r\nproxy-connection: keep-alive\r\n\
                 te: gzip\r\nproxy-authorization: Basic eA==\r\nx-kept: 1\r\n"),
            GET,
            &["x-kept: 1"],
            "",
        ),
        passed(get("upgrade: h2c\r\nconnection: upgrade, http2-settings\r\nhttp2-settings: AAMA\r\n"), GET, &[], ""),
        passed(get("upgrade: websocket\r\n"), GET, &[], ""),
        passed(get("x-jdcloud-request-id: forged\r\nx_jdcloud_request_id: forged\r\nx-real-ip: 1.1.1.1\r\nforwarded: for=1.1.1.1\r\n"), GET, &[], ""),
        passed(get("expect: something\r\n"), GET, &[], ""),
        passed(
            post(
                "transfer-encoding: chunked\r\ntrailer: x-sum, host, x-jdcloud-pin, authorization\r\n",
                "5\r\nhello\r\n0\r\nx-sum: 1\r\nhost: other\r\nx-jdcloud-pin: forged\r\nauthorization: forged\r\ncontent-length: 1\r\n\r\n",
            ),
            POST,
            &["trailer: x-sum, host, x-jdcloud-pin, authorization", "transfer-encoding: chunked"],
            "5\r\nhello\r\n0\r\nx-sum: 1\r\n\r\n",
        ),
    ])
    .await;
}

#[tokio::test]
async fn heads_are_bounded() {
    check(vec![
        refused(431, get(&format!("x-long: {}\r\n", "a".repeat(70_000)))),
        refused(431, get(&"a: b\r\n".repeat(100))),
        refused(431, target(&format!("/petstore/pets/{}", "a".repeat(70_000)))),
    ])
    .await;
    let world = World::start().await;
    let fits = get(&format!("x-long: {}\r\nconnection: close\r\n", "a".repeat(60_000)));
    let answer = raw(world.address(), fits.replace("HOST", ONLINE)).await;
    assert_eq!((status(&answer), world.backend.requests()), (200, 1));
}

#[tokio::test]
async fn nothing_after_a_refused_head_is_a_request() {
    let world = World::start().await;
    let bad = get("x a: 1\r\n").replace("HOST", ONLINE);
    let good = get("connection: close\r\n").replace("HOST", ONLINE);
    let answers =
        raw(world.address(), format!("{}{bad}{good}", get("").replace("HOST", ONLINE))).await;
    let lines: Vec<_> = answers.split("HTTP/1.1 ").skip(1).map(|answer| &answer[..3]).collect();
    // Its body, which the backend echoes, has the version in it too.
    assert!(answers.starts_with("HTTP/1.1 200 ") && answers.contains("HTTP/1.1 400 "), "{lines:?}");
    assert_eq!(world.backend.requests(), 1);
}

#[tokio::test]
async fn a_body_that_looks_like_a_refusal_passes_as_it_is() {
    let world = World::start().await;
    let lookalike = "HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n";
    world.backend.behave(testkit::Behaviour::Chunks {
        chunks: vec![lookalike.into(), "after".into()],
        pause: std::time::Duration::from_millis(50),
        trailers: Vec::new(),
    });
    for _ in 0..2 {
        let response = world.client.get(ONLINE, "/petstore/pets").await;
        assert_eq!(response.body, format!("{lookalike}after"));
    }
}

#[tokio::test]
async fn a_caller_that_goes_on_sending_is_told_why_it_is_closed() {
    let world = World::start().await;
    let mut connection = RawConnection::open(world.address()).await;
    let head = post("content-length: 100000000\r\n", "").replace("HOST", ONLINE);
    connection.send(head + &"x".repeat(3_000_000)).await;
    let answer = connection.read_to_end().await;
    assert_eq!(status(&answer), 413, "{answer}");
    assert_enveloped(&answer, 413);
}
