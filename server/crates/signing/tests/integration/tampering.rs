//! A change on the way is noticed, unless the matching form says that it would not be.

use std::collections::HashSet;

use signing::{HeaderForm, Mismatch, PathForm, QueryForm};

use crate::support::{LENIENT, Random, Received, STRICT, verifiable};

const REPLACEMENTS: &[&str] =
    &["a", "Z", "0", "/", "%", "+", "=", "&", "~", ".", ";", " ", "%2F", "%20", "é", "?"];

/// What a backend makes of path and query, with `+` in the query read as a space and as itself: two requests that
/// differ here differ in meaning. Written apart from the crate's own decoding.
#[derive(PartialEq, Eq, Debug)]
struct Meaning {
    segments: Vec<Vec<u8>>,
    parameters: [Vec<(Vec<u8>, Vec<u8>)>; 2],
}

fn meaning(received: &Received) -> Meaning {
    let path = if received.path.is_empty() { "/" } else { &received.path };
    let parameters = |plus_is_space: bool| {
        let decode = |text: &str| {
            octets(&if plus_is_space { text.replace('+', "%20") } else { text.to_owned() })
        };
        let pieces = received.query.split('&').filter(|piece| !piece.is_empty());
        let mut list: Vec<_> = pieces
            .map(|piece| piece.split_once('=').unwrap_or((piece, "")))
            .map(|(name, value)| (decode(name), decode(value)))
            .collect();
        list.sort();
        list
    };
    Meaning {
        segments: path.split('/').map(octets).collect(),
        parameters: [parameters(true), parameters(false)],
    }
}

fn octets(text: &str) -> Vec<u8> {
    let mut parts = text.split('%');
    let mut octets = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        let digits =
            part.get(..2).filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()));
        match digits {
            Some(digits) => {
                octets.push(u8::from_str_radix(digits, 16).unwrap());
                octets.extend_from_slice(&part.as_bytes()[2..]);
            }
            None => octets.extend_from_slice(format!("%{part}").as_bytes()),
        }
    }
    octets
}

/// Each text that is one edit away: a character removed, replaced, or put before.
fn edits(text: &str) -> Vec<String> {
    let mut edited = Vec::new();
    let positions: Vec<_> =
        text.char_indices().map(|(start, c)| (start, start + c.len_utf8())).collect();
    for (start, end) in positions.iter().copied().chain([(text.len(), text.len())]) {
        for replacement in REPLACEMENTS {
            edited.push(format!("{}{replacement}{}", &text[..start], &text[start..]));
            edited.push(format!("{}{replacement}{}", &text[..start], &text[end..]));
        }
        edited.push(format!("{}{}", &text[..start], &text[end..]));
    }
    edited.retain(|candidate| candidate != text);
    edited
}

/// An edit of path or query passes only if it means the same, or the answer says that bytes are unsigned.
fn check_edit(original: &Received, edited: &Received) {
    let Ok(accepted) = edited.verify(LENIENT) else {
        return;
    };
    let text = format!(
        "{}: {}?{} as {}?{}",
        original.name, original.path, original.query, edited.path, edited.query
    );
    let is_same = meaning(original) == meaning(edited);
    assert!(is_same || accepted.leaves_bytes_unsigned, "accepted {text}: {accepted:?}");
    let strictly = edited.verify(STRICT);
    assert_eq!(
        strictly.is_ok(),
        !accepted.leaves_bytes_unsigned,
        "strict rules on {text}: {strictly:?}"
    );
}

/// Without the requests of which their own client left bytes unsigned: for those see below.
fn fully_signed() -> Vec<Received> {
    verifiable().into_iter().filter(|vector| vector.verify(STRICT).is_ok()).collect()
}

#[test]
fn a_changed_path_or_query_is_noticed_or_known_to_be_unsigned() {
    let mut edits_seen = 0;
    let mut seen = HashSet::new();
    for original in fully_signed() {
        let algorithm = original.with(|key, _, _| key.algorithm());
        if !seen.insert((algorithm, original.path.clone(), original.query.clone())) {
            continue;
        }
        for path in edits(&original.path) {
            edits_seen += 1;
            check_edit(&original, &Received { path, ..original.clone() });
        }
        for query in edits(&original.query) {
            edits_seen += 1;
            check_edit(&original, &Received { query, ..original.clone() });
        }
    }
    assert!(edits_seen > 30_000, "{edits_seen}");
}

#[test]
fn a_changed_method_is_noticed() {
    for original in verifiable() {
        for method in ["TRACE", "", "GETT", " GET"] {
            let changed = Received { method: method.to_owned(), ..original.clone() };
            assert_eq!(
                changed.verify(LENIENT),
                Err(Mismatch::Signature),
                "{} as {method}",
                original.name
            );
        }
    }
}

#[test]
fn a_changed_signed_header_is_noticed() {
    let mut changes = 0;
    for original in verifiable() {
        let signed: Vec<String> = original.with(|_, authorization, _| {
            authorization.signed_header_names().map(str::to_owned).collect()
        });
        for index in 0..original.headers.len() {
            if !signed.contains(&original.headers[index].0.to_lowercase()) {
                continue;
            }
            for position in 0..original.headers[index].1.len() {
                let mut changed = original.clone();
                let byte = &mut changed.headers[index].1[position];
                *byte = if *byte == b'x' { b'y' } else { b'x' };
                assert!(
                    changed.verify(LENIENT).is_err(),
                    "{}: {:?}",
                    original.name,
                    changed.headers[index]
                );
                changes += 1;
            }
            let mut removed = original.clone();
            removed.headers.remove(index);
            assert!(removed.verify(LENIENT).is_err(), "{}", original.name);
        }
    }
    assert!(changes > 3000, "{changes}");
}

#[test]
fn a_changed_date_is_noticed_even_where_it_is_no_signed_header() {
    for original in verifiable() {
        let mut changed = original.clone();
        for (name, value) in &mut changed.headers {
            if name.eq_ignore_ascii_case("x-jdcloud-date") {
                let second = value.len() - 2;
                value[second] ^= 1;
            }
        }
        assert_eq!(changed.verify(LENIENT), Err(Mismatch::Signature), "{}", original.name);
    }
}

#[test]
fn a_changed_body_is_noticed_unless_its_hash_is_declared() {
    for original in verifiable() {
        let mut changed = original.clone();
        changed.body.push(b' ');
        let is_declared = !original.header("x-jdcloud-content-sha256").is_empty();
        assert_eq!(changed.verify(LENIENT).is_ok(), is_declared, "{}", original.name);
    }
}

#[test]
fn a_changed_list_of_signed_headers_is_noticed() {
    for original in verifiable() {
        let list = original.with(|_, authorization, _| authorization.signed_headers().to_owned());
        for changed in
            [list.split_once(';').unwrap().1.to_owned(), format!("{list};host"), String::new()]
        {
            let mut received = original.clone();
            received.authorization = received
                .authorization
                .replace(&format!("SignedHeaders={list}"), &format!("SignedHeaders={changed}"));
            assert_eq!(
                received.verify(LENIENT),
                Err(Mismatch::Signature),
                "{}: {changed}",
                original.name
            );
        }
    }
}

fn vector(name: &str) -> Received {
    verifiable().into_iter().find(|vector| vector.name == name).unwrap()
}

#[test]
fn the_documented_losses_pass_leniently_and_not_strictly() {
    let cases = [
        // (vector, query as changed): the tail after a second `=`; a parameter without `=`; the name in 1.6.180
        ("apim-get-query-equals-plus", "q=a=CHANGED&r=1%2B1&s=50%25&t=~x"),
        ("signer3-missing-equals", "CHANGED&x=1"),
        ("cli180-signer3-plus-and-encoded", "k=1+1&j=%2B&CHANGED=a=b=c"),
    ];
    for (name, query) in cases {
        let original = vector(name);
        assert_ne!(original.query, query);
        let changed = Received { query: query.to_owned(), ..original };
        assert!(changed.verify(LENIENT).unwrap().leaves_bytes_unsigned, "{name}");
        assert!(matches!(changed.verify(STRICT), Err(Mismatch::BytesUnsigned(_))), "{name}");
    }
    let doubled = Received {
        path: "/v1//regions/cn-north-1/apiGroups".to_owned(),
        ..vector("sdk3-create-group")
    };
    assert_eq!(doubled.verify(LENIENT).unwrap().path, PathForm::Collapsed);
    assert!(matches!(doubled.verify(STRICT), Err(Mismatch::BytesUnsigned(_))));
    let slash = Received { path: "/petstore/pets/".to_owned(), ..vector("apim-get-no-params") };
    assert_eq!(slash.verify(LENIENT).unwrap().path, PathForm::WithoutTrailingSlash);
    assert!(matches!(slash.verify(STRICT), Err(Mismatch::BytesUnsigned(_))));
}

#[test]
fn the_order_of_parameters_is_not_signed_by_the_sorting_forms() {
    let original = vector("apim-get-list-params");
    let mut pieces: Vec<_> = original.query.split('&').collect();
    pieces.reverse();
    let reversed = Received { query: pieces.join("&"), ..original.clone() };
    assert_eq!(reversed.verify(STRICT).unwrap().query, QueryForm::Reencoded);
}

#[test]
fn random_edits_of_several_bytes_are_noticed_too() {
    let mut random = Random::new(7);
    let originals: Vec<_> =
        verifiable().into_iter().filter(|vector| vector.verify(STRICT).is_ok()).collect();
    for _ in 0..20_000 {
        let original = &originals[random.below(originals.len())];
        let mut changed = original.clone();
        let text = if random.below(2) == 0 { &mut changed.path } else { &mut changed.query };
        for _ in 0..=random.below(3) {
            random.edit(text, REPLACEMENTS);
        }
        check_edit(original, &changed);
    }
}

#[test]
fn a_header_is_accepted_as_sent_and_as_compacted_on_the_way() {
    let mut original = vector("node-20 header的value包含前后一个空格，中间包含一个空格");
    assert_eq!(original.verify(LENIENT).unwrap().headers, HeaderForm::Trimmed);
    for (name, value) in &mut original.headers {
        if name == "X-MyHeader" {
            *value = b"X-  My \t Header".to_vec();
        }
    }
    assert_eq!(original.verify(LENIENT).unwrap().headers, HeaderForm::Compact);
}
