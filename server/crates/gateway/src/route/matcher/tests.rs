//! The rules of matching, told by tables.

use super::*;
use crate::route::path::split;
use domain::{ApiBackend, Body};

fn api(method: Method, path: &str, match_type: MatchType) -> ApiDefinition {
    ApiDefinition {
        name: "a".to_owned(),
        description: String::new(),
        method,
        path: path.parse().unwrap(),
        match_type,
        parameters: Vec::new(),
        request_body: Body::default(),
        response_body: Body::default(),
        backend: ApiBackend::Deployment,
        mapping: domain::ApiMapping::default(),
        limits: domain::CallLimits::default(),
        cache: None,
    }
}

/// Routes below `prefix`, written `METHOD /path` or `METHOD /path…` for a prefix match.
fn routes(prefix: &str, apis: &[&str]) -> Routes {
    let mut builder = RoutesBuilder::default();
    for (index, text) in apis.iter().enumerate() {
        let (method, path) = text.split_once(' ').unwrap();
        let (path, match_type) = match path.strip_suffix('…') {
            Some(path) => (path, MatchType::Prefix),
            None => (path, MatchType::Absolute),
        };
        builder
            .add(
                prefix,
                &api(method.parse().unwrap(), path, match_type),
                u32::try_from(index).unwrap(),
            )
            .unwrap();
    }
    builder.build()
}

#[track_caller]
fn check(prefix: &str, apis: &[&str], requests: &[(&str, &str, Option<usize>)]) {
    let routes = routes(prefix, apis);
    for (method, path, expected) in requests {
        let segments = split(path).unwrap();
        let method = http::Method::from_bytes(method.as_bytes()).unwrap();
        assert_eq!(routes.find(&segments, &method), *expected, "{method} {path}");
    }
}

#[test]
fn the_path_is_the_prefix_and_the_sub_path() {
    check(
        "petstore",
        &["GET /pets", "POST /pets", "GET /pets/{petId}"],
        &[
            ("GET", "/petstore/pets", Some(0)),
            ("POST", "/petstore/pets", Some(1)),
            ("GET", "/petstore/pets/7", Some(2)),
            ("GET", "/pets", None),
            ("GET", "/petstore", None),
            ("GET", "/petstore/pets/7/8", None),
            ("GET", "/petstore/pets/", None),
            ("GET", "/PETSTORE/pets", None),
        ],
    );
    check(
        "todo/api/v1",
        &["GET /x"],
        &[("GET", "/todo/api/v1/x", Some(0)), ("GET", "/todo/x", None)],
    );
}

#[test]
fn an_empty_prefix_adds_nothing() {
    check(
        "",
        &["GET /", "GET /a"],
        &[("GET", "/", Some(0)), ("GET", "/a", Some(1)), ("GET", "/b", None)],
    );
}

#[test]
fn the_sub_path_slash_is_the_prefix_with_and_without_a_slash() {
    check(
        "p",
        &["GET /"],
        &[("GET", "/p", Some(0)), ("GET", "/p/", Some(0)), ("GET", "/p/x", None)],
    );
}

#[test]
fn another_method_is_not_found() {
    check(
        "",
        &["GET /a"],
        &[("POST", "/a", None), ("HEAD", "/a", None), ("TRACE", "/a", None), ("BREW", "/a", None)],
    );
}

#[test]
fn a_literal_beats_a_parameter_in_any_order_of_definition() {
    let requests = |literal, parameter| {
        [("GET", "/pets/mine", Some(literal)), ("GET", "/pets/7", Some(parameter))]
    };
    check("", &["GET /pets/mine", "GET /pets/{id}"], &requests(0, 1));
    check("", &["GET /pets/{id}", "GET /pets/mine"], &requests(1, 0));
}

#[test]
fn a_literal_of_another_method_does_not_hide_a_parameter() {
    check(
        "",
        &["POST /pets/mine", "GET /pets/{id}"],
        &[
            ("GET", "/pets/mine", Some(1)),
            ("POST", "/pets/mine", Some(0)),
            ("POST", "/pets/7", None),
        ],
    );
}

#[test]
fn a_literal_that_leads_nowhere_falls_back_to_the_parameter() {
    check(
        "",
        &["GET /a/b/d", "GET /a/{x}/c"],
        &[("GET", "/a/b/c", Some(1)), ("GET", "/a/b/d", Some(0)), ("GET", "/a/z/d", None)],
    );
}

#[test]
fn the_most_specific_wins_from_the_left() {
    check(
        "",
        &["GET /{a}/b", "GET /a/{b}", "GET /{a}/{b}", "GET /…"],
        &[
            ("GET", "/a/b", Some(1)),
            ("GET", "/x/b", Some(0)),
            ("GET", "/x/y", Some(2)),
            ("GET", "/a", Some(3)),
            ("GET", "/x/y/z", Some(3)),
        ],
    );
}

#[test]
fn a_prefix_match_takes_what_nothing_else_takes_and_the_longest_wins() {
    check(
        "p",
        &["GET /files…", "GET /files/{id}", "GET /files/a/b…", "GET /files/{id}/c…"],
        &[
            ("GET", "/p/files", Some(0)),
            ("GET", "/p/files/", Some(0)),
            ("GET", "/p/files/7", Some(1)),
            ("GET", "/p/files/7/8", Some(0)),
            ("GET", "/p/files/a/b", Some(2)),
            ("GET", "/p/files/a/b/c/d", Some(2)),
            ("GET", "/p/files/x/c/d", Some(3)),
            ("GET", "/p/filesystem", None),
            ("POST", "/p/files/7/8", None),
        ],
    );
}

#[test]
fn a_prefix_that_ends_with_a_slash_needs_the_slash() {
    check(
        "",
        &["GET /a/…", "GET /b…", "POST /b/…"],
        &[
            ("GET", "/a", None),
            ("GET", "/a/", Some(0)),
            ("GET", "/a/x", Some(0)),
            ("GET", "/b", Some(1)),
            ("POST", "/b", None),
            ("POST", "/b/x", Some(2)),
        ],
    );
}

#[test]
fn the_prefix_slash_takes_the_whole_group() {
    check(
        "p",
        &["GET /…"],
        &[("GET", "/p", Some(0)), ("GET", "/p/x/y", Some(0)), ("GET", "/q", None)],
    );
    check("", &["GET /…"], &[("GET", "/", Some(0)), ("GET", "/x/y", Some(0))]);
}

#[test]
fn a_trailing_slash_makes_another_path() {
    check("", &["GET /a", "GET /a/"], &[("GET", "/a", Some(0)), ("GET", "/a/", Some(1))]);
}

#[test]
fn a_parameter_takes_one_segment_that_is_not_empty() {
    check(
        "",
        &["GET /pets/{id}"],
        &[
            ("GET", "/pets/", None),
            ("GET", "/pets/a%2Fb", Some(0)),
            ("GET", "/pets/%E4%BD%A0", Some(0)),
            ("GET", "/pets/a/b", None),
        ],
    );
}

#[test]
fn literals_match_decoded_and_case_counts() {
    check(
        "p",
        &["GET /pets"],
        &[("GET", "/%70/p%65ts", Some(0)), ("GET", "/p/Pets", None), ("GET", "/p/pets%20", None)],
    );
}

#[test]
fn refuses_two_apis_that_would_match_the_same() {
    let mut builder = RoutesBuilder::default();
    let get = |path: &str| api(Method::Get, path, MatchType::Absolute);
    builder.add("", &get("/a/{x}"), 0).unwrap();
    assert_eq!(builder.add("", &get("/a/{y}"), 1), Err(Duplicate { first: 0 }));
    assert_eq!(builder.add("", &api(Method::Post, "/a/{y}", MatchType::Absolute), 2), Ok(()));
    assert_eq!(builder.add("", &api(Method::Get, "/a/{y}", MatchType::Prefix), 3), Ok(()));
}

#[test]
fn many_routes_are_all_found() {
    let paths: Vec<String> = (0..2000).map(|n| format!("GET /r{}/s{}/{{id}}", n % 50, n)).collect();
    let routes = routes("big", &paths.iter().map(String::as_str).collect::<Vec<_>>());
    for n in 0..2000 {
        let path = format!("/big/r{}/s{n}/42", n % 50);
        assert_eq!(routes.find(&split(&path).unwrap(), &http::Method::GET), Some(n));
    }
}
