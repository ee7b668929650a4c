//! How much work one verification does.

use super::*;
use crate::sign;

const DATE: &str = "20191122T024000Z";
const WRONG: &str = "JDCLOUD2-HMAC-SHA256 Credential=AK/20191122/r/s/jdcloud2_request, SignedHeaders=host;x, \
                     Signature=43680a6abc3727410fce9ca6609ba40103cfaf465b458b9d7833291294e9bd3e";

fn request<'a>(path: &'a str, query: &'a str, host: &'a str) -> SignedRequest<'a> {
    SignedRequest {
        method: "GET",
        path,
        query,
        host,
        date: DATE,
        headers: &[("x", " a  b ")],
        body_hash: "",
    }
}

fn tries_in_vain(path: &str, query: &str, host: &str) -> u32 {
    let authorization = Authorization::parse(WRONG).unwrap();
    let key = SigningKey::for_authorization(&authorization, b"secret");
    let request = request(path, query, host);
    let mut search = Search::new(&authorization, &request);
    assert_eq!(search.run(&mut Scratch::new(), &key, Rules::default()), Err(Mismatch::Signature));
    search.tries
}

#[test]
fn the_number_of_tries_is_bounded_whatever_the_request() {
    let worst = tries_in_vain("/a:b//%20+/", "q=a=b&%41=+&flag&flag=%zz&b=1&b=0", "h:80");
    assert_eq!(worst, 6 * 8 * 6);
    assert_eq!(
        tries_in_vain(&"/%2F+//".repeat(500), &"q=a=b&+&%zz=1&".repeat(500), "h:443"),
        worst
    );
}

#[test]
fn forms_that_give_the_same_text_are_tried_once() {
    // Three forms of the header value; path and query are the same in every form but for the header's.
    assert_eq!(tries_in_vain("/petstore/pets/1", "a=1&b=2", "h"), 3);
    assert_eq!(tries_in_vain("/petstore/pets/1", "", "h:8000"), 3);
}

#[test]
fn a_match_at_the_first_try_computes_no_other_candidate() {
    let request = request("/a%20b:c", "b=2&a=1+1&flag", "h:80");
    let key = SigningKey::derive(crate::Algorithm::Jdcloud2, b"secret", "20191122", "r", "s");
    let query = SignedRequest { query: "a=1&b=2", ..request };
    let value = sign(&key, "AK", &query, &["host", "x"]).unwrap();
    let authorization = Authorization::parse(&value).unwrap();
    let mut search = Search::new(&authorization, &query);
    assert_eq!(
        search.run(&mut Scratch::new(), &key, Rules::default()).map(|accepted| accepted.tries),
        Ok(1)
    );
    assert!(
        search.paths.get(1).is_none()
            && search.queries.get(1).is_none()
            && search.headers.get(1).is_none()
    );
}

#[test]
fn buffers_come_back_and_are_used_again() {
    let authorization = Authorization::parse(WRONG).unwrap();
    let key = SigningKey::for_authorization(&authorization, b"secret");
    let mut scratch = Scratch::new();
    let mut verify = |query| {
        let request = request("/a%20b", query, "h");
        assert_eq!(
            verify_with(&mut scratch, &key, &authorization, &request, Rules::default()),
            Err(Mismatch::Signature)
        );
        format!("{scratch:?}")
    };
    let after_first = verify("b=%20&a=1");
    for _ in 0..10 {
        assert_eq!(verify("b=%20&a=1"), after_first);
    }
}
