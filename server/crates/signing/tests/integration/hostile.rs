//! Input that nobody honest sends: no panic, bounded work.

use std::cell::Cell;

use signing::{
    Authorization, HeaderSource, MAX_SIGNED_HEADERS, Mismatch, RequestDate, Scratch, SignedRequest,
    SigningKey, explain, verify, verify_with,
};

use crate::support::{LENIENT, Random, Received, verifiable};

const SIGNATURE: &str = "43680a6abc3727410fce9ca6609ba40103cfaf465b458b9d7833291294e9bd3e";

fn authorization(algorithm: u8, names: &str) -> String {
    format!(
        "JDCLOUD{algorithm}-HMAC-SHA256 Credential=AK/20191122/r/s/jdcloud{algorithm}_request, \
         SignedHeaders={names}, Signature={SIGNATURE}"
    )
}

fn received(path: &str, query: &str, names: &str, headers: Vec<(String, Vec<u8>)>) -> Received {
    Received {
        name: String::new(),
        secret: "secret".to_owned(),
        method: "GET".to_owned(),
        path: path.to_owned(),
        query: query.to_owned(),
        headers,
        body: Vec::new(),
        authorization: authorization(2, names),
    }
}

fn dated(mut headers: Vec<(String, Vec<u8>)>) -> Vec<(String, Vec<u8>)> {
    headers.push(("x-jdcloud-date".to_owned(), b"20191122T024000Z".to_vec()));
    headers
}

#[test]
fn header_values_that_are_not_utf8_are_signed_as_octets() {
    let headers = dated(vec![("x-name".to_owned(), b"caf\xE9 \xFF".to_vec())]);
    let mut request = received("/", "", "x-name", headers);
    let expected = request.explain(LENIENT).expected;
    request.authorization = request.authorization.replace(SIGNATURE, &expected);
    assert!(request.verify(LENIENT).is_ok());
    request.headers[0].1[3] = 0xE8;
    assert_eq!(request.verify(LENIENT), Err(Mismatch::Signature));
}

#[test]
fn random_octets_never_panic() {
    let mut random = Random::new(3);
    let mut scratch = Scratch::new();
    for round in 0..3000 {
        let octets: Vec<u8> =
            (0..random.below(80)).map(|_| random.next().to_le_bytes()[0]).collect();
        let text = String::from_utf8_lossy(&octets).into_owned();
        let _ = Authorization::parse(&text);
        let _ = RequestDate::parse(&text);
        let value = authorization(if round % 2 == 0 { 2 } else { 3 }, "x");
        let parsed = Authorization::parse(&value).unwrap();
        let key = SigningKey::for_authorization(&parsed, &octets);
        let headers = [("x", &octets)];
        let request = SignedRequest {
            method: &text,
            path: &text,
            query: &text,
            host: &text,
            date: "20191122T024000Z",
            headers: &headers,
            body_hash: &text,
        };
        assert_eq!(
            verify_with(&mut scratch, &key, &parsed, &request, LENIENT),
            Err(Mismatch::Signature)
        );
        assert_eq!(explain(&key, &parsed, &request, LENIENT).outcome, Err(Mismatch::Signature));
    }
}

#[test]
fn mutilated_authorization_headers_never_panic_and_never_pass() {
    let mut random = Random::new(4);
    let vectors = verifiable();
    for _ in 0..20_000 {
        let vector = &vectors[random.below(vectors.len())];
        let mut octets = vector.authorization.clone().into_bytes();
        for _ in 0..=random.below(3) {
            let position = random.below(octets.len());
            match random.below(3) {
                0 => octets[position] = random.next().to_le_bytes()[0],
                1 if octets.len() > 1 => drop(octets.remove(position)),
                _ => octets.truncate(position + 1),
            }
        }
        let changed = Received {
            authorization: String::from_utf8_lossy(&octets).into_owned(),
            ..vector.clone()
        };
        let (Ok(parsed), Ok(original)) = (
            Authorization::parse(&changed.authorization),
            Authorization::parse(&vector.authorization),
        ) else {
            continue;
        };
        // Only the access key stands outside the signature; it selects the secret.
        let is_same = parsed.scope() == original.scope()
            && parsed.signed_headers() == original.signed_headers()
            && parsed.signature() == original.signature();
        assert_eq!(changed.verify(LENIENT).is_ok(), is_same, "{}", changed.authorization);
    }
}

/// Counts how often a header is read.
struct Counting<'a> {
    headers: &'a dyn HeaderSource,
    reads: Cell<usize>,
}

impl HeaderSource for Counting<'_> {
    fn values(&self, name: &str, visit: &mut dyn FnMut(&[u8])) {
        self.reads.set(self.reads.get() + 1);
        self.headers.values(name, visit);
    }
}

#[test]
fn headers_are_read_once_per_form_however_many_candidates_are_tried() {
    let query = "q=a=b&%41=+&flag&flag=%zz&b=1&b=0";
    let names = vec!["x"; MAX_SIGNED_HEADERS].join(";");
    let value = authorization(2, &names);
    let parsed = Authorization::parse(&value).unwrap();
    let key = SigningKey::for_authorization(&parsed, b"secret");
    let counting = Counting { headers: &[("x", " a  b ")], reads: Cell::new(0) };
    let request = SignedRequest {
        method: "GET",
        path: "//a%2Fb+%20/",
        query,
        host: "h:80",
        date: "20191122T024000Z",
        headers: &counting,
        body_hash: "",
    };
    assert_eq!(verify(&key, &parsed, &request, LENIENT), Err(Mismatch::Signature));
    assert_eq!(counting.reads.get(), 6 * MAX_SIGNED_HEADERS);
}

#[test]
fn a_header_listed_128_times_is_bounded_by_its_octets() {
    let names = vec!["x"; MAX_SIGNED_HEADERS].join(";");
    let headers = dated(vec![("x".to_owned(), vec![b'v'; 60_000])]);
    assert_eq!(
        received("/", "", &names, headers).verify(LENIENT),
        Err(Mismatch::SignedHeadersTooLong)
    );
}

#[test]
fn a_very_long_query_and_path_are_refused_in_bounded_work() {
    let query: String = (0..20_000)
        .map(|number| format!("k{}=%4{}=+{number}&", number % 97, number % 10))
        .collect();
    let path = "/%2F+//".repeat(3000);
    let request = received(&path, &query, "x-jdcloud-date", dated(Vec::new()));
    assert_eq!(request.verify(LENIENT), Err(Mismatch::Signature));
    let explanation = request.explain(LENIENT);
    assert_eq!(explanation.outcome, Err(Mismatch::Signature));
}

#[test]
fn a_request_signed_in_no_header_at_all_is_still_bound_to_its_date_and_path() {
    let mut request = received("/a", "b=1", "", dated(Vec::new()));
    let expected = request.explain(LENIENT).expected;
    request.authorization = request.authorization.replace(SIGNATURE, &expected);
    assert!(request.verify(LENIENT).is_ok());
    request.path = "/b".to_owned();
    assert_eq!(request.verify(LENIENT), Err(Mismatch::Signature));
}
