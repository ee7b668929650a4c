//! The same verdict as the reference verifier in Python, over generated requests.
//!
//! Python signs each request in one of the forms of its clients; then the request as signed, or changed on the way,
//! is verified by both.

use std::{
    io::Write,
    process::{Command, Stdio},
};

use serde::{Deserialize, Serialize};

use crate::support::{LENIENT, Random, Received};

const CASES: usize = 1500;
const PIECES: &[&str] = &[
    "a",
    "b",
    "Z",
    "0",
    "9",
    "-",
    ".",
    "_",
    "~",
    "=",
    "=",
    "&",
    "&",
    "+",
    "%20",
    "%2B",
    "%2b",
    "%2F",
    "%3D",
    "%26",
    "%25",
    "%41",
    "%7E",
    "%zz",
    "%",
    "%F",
    "%FF",
    "%C3",
    "%e4%b8%ad",
    "中",
    "é",
    "%F0%9F%90%B1",
    "%E0%80",
    "/",
    "//",
    ":",
    "*",
    "'",
    "(",
    "!",
    ";",
    ",",
    "@",
    "$",
    " ",
    "\u{a0}",
    "\u{3000}",
    "%00",
    "%0A",
];
const HEADER_PIECES: &[&str] = &["a", "B", "1", " ", "  ", "\t", ",", ";", "é", "中", "=", "\""];

#[derive(Clone, Serialize)]
struct Request {
    method: String,
    path: String,
    query: String,
    headers: Vec<(String, String)>,
    body: String,
}

#[derive(Serialize)]
struct Case {
    version: u8,
    secret: String,
    names: Vec<String>,
    /// Which path, query and headers, counted round among those that there are.
    form: [usize; 3],
    signed: Request,
    received: Request,
}

#[derive(Deserialize)]
struct Verdict {
    authorization: String,
    accepted: bool,
    canonical_request: Option<String>,
}

fn request(random: &mut Random) -> Request {
    let host = format!("example.com{}", random.pick(&["", ":80", ":443", ":8000", ":0080"]));
    let mut headers = vec![
        ("Host".to_owned(), host),
        ("X-Jdcloud-Date".to_owned(), "20191122T024000Z".to_owned()),
        ("content-type".to_owned(), "application/json".to_owned()),
        ("X-Custom".to_owned(), random.text(HEADER_PIECES, 6)),
    ];
    if random.below(3) == 0 {
        headers.push(("x-custom".to_owned(), random.text(HEADER_PIECES, 4)));
    }
    if random.below(6) == 0 {
        headers.push((
            "x-jdcloud-content-sha256".to_owned(),
            random.pick(&["UNSIGNED-PAYLOAD", ""]).to_owned(),
        ));
    }
    let root = random.pick(&["/", "/", "/", ""]);
    Request {
        method: random.pick(&["GET", "POST", "post", "DELETE"]).to_owned(),
        path: format!("{root}{}{}", random.text(PIECES, 7), random.pick(&["", "", "/"])),
        query: random.text(PIECES, 14),
        headers,
        body: random.text(&["{}", "body", "中"], 2),
    }
}

/// Changes one thing on the way.
fn change(random: &mut Random, request: &mut Request) {
    match random.below(8) {
        0 => request.method = "PUT".to_owned(),
        1 => request.body.push('x'),
        2 => {
            let index = random.below(request.headers.len());
            // not the date: its day must stay that of the credential, which the reference does not check
            if index != 1 {
                request.headers[index].1.push_str(random.pick(&["x", " ", ":80"]));
            }
        }
        3 => drop(request.headers.pop()),
        4 | 5 => random.edit(&mut request.path, PIECES),
        _ => random.edit(&mut request.query, PIECES),
    }
}

fn case(random: &mut Random) -> Case {
    let signed = request(random);
    let mut received = signed.clone();
    if random.below(2) == 0 {
        change(random, &mut received);
    }
    let all = ["content-type", "host", "x-custom", "x-jdcloud-date", "x-absent"];
    let mut names: Vec<String> = Vec::new();
    for (index, name) in all.into_iter().enumerate() {
        let odds = if index == 4 { 20 } else { 2 };
        if random.below(odds) == 0 {
            names.push(name.to_owned());
        }
    }
    if random.below(8) == 0 {
        names.insert(0, "content-type".to_owned());
    }
    Case {
        version: if random.below(2) == 0 { 2 } else { 3 },
        secret: format!("SK{}", random.below(1000)),
        names,
        form: [random.below(6), random.below(8), random.below(6)],
        signed,
        received,
    }
}

/// Runs the reference verifier; python3 is part of the project's set-up, so that its absence is a failure.
fn judge(cases: &[Case]) -> Vec<Verdict> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/reference/compare.py");
    let mut python = Command::new("python3")
        .args(["-B", script])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("python3 must be on the PATH");
    let input = serde_json::to_vec(cases).unwrap();
    python.stdin.take().unwrap().write_all(&input).unwrap();
    let output = python.wait_with_output().unwrap();
    assert!(output.status.success());
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn agrees_with_the_reference_verifier() {
    let mut random = Random::new(20_191_122);
    let cases: Vec<_> = (0..CASES).map(|_| case(&mut random)).collect();
    let verdicts = judge(&cases);
    assert_eq!(verdicts.len(), CASES);
    for (case, verdict) in cases.iter().zip(&verdicts) {
        let request = &case.received;
        let headers =
            request.headers.iter().map(|(name, value)| (name.clone(), value.clone().into_bytes()));
        let received = Received {
            name: String::new(),
            secret: case.secret.clone(),
            method: request.method.clone(),
            path: request.path.clone(),
            query: request.query.clone(),
            headers: headers.collect(),
            body: request.body.clone().into_bytes(),
            authorization: verdict.authorization.clone(),
        };
        let explanation = received.explain(LENIENT);
        let ours = explanation.outcome.is_ok().then_some(explanation.canonical_request);
        assert_eq!(explanation.outcome.is_ok(), verdict.accepted, "{received:?}");
        assert_eq!(ours, verdict.canonical_request, "{received:?}");
    }
    let accepted = verdicts.iter().filter(|verdict| verdict.accepted).count();
    assert!((CASES / 3..CASES * 9 / 10).contains(&accepted), "{accepted} of {CASES} accepted");
}
