//! Whole documents: notations, broken ones, and those that were made to do harm.

use super::*;

#[test]
fn json_is_read_with_its_lines_tabs_and_emoji() {
    let document = "{\n\t\"swagger\": \"2.0\",\n\t\"paths\": {\n\t\t\"/a\": {\n\t\t\t\"get\": {\"operationId\": \"a-b\"},\n\t\t\t\"put\": {\"operationId\": \"ok\", \"description\": \"\\ud83d\\ude00 \\/\"}\n\t\t}\n\t}\n}";
    let drafts = drafts(document);
    assert_eq!(drafts[0].outcome.as_ref().unwrap_err().line, 5);
    assert_eq!(drafts[1].outcome.as_ref().unwrap().description, "😀 /");
    assert_eq!(drafts[1].line, 6);
}

#[test]
fn of_two_operations_with_one_route_or_name_the_second_is_refused() {
    let document = swagger(
        "paths:
  /a/{x}:
    get: {operationId: one}
    get: {operationId: two}
  /a/{y}:
    get: {operationId: three}
  /b:
    get: {operationId: one}
  /b:
    put: {operationId: four}
",
    );
    let outcomes: Vec<Result<String, (u32, String)>> = drafts(&document)
        .into_iter()
        .map(|draft| draft.outcome.map(|api| api.name).map_err(|reason| (reason.line, reason.en)))
        .collect();
    let taken = |line, of| Err((line, format!("line {of} has this method and path already")));
    assert_eq!(
        outcomes,
        [
            Ok("one".into()),
            taken(5, 4),
            taken(7, 4),
            Err((9, "line 4 has the operationId \"one\" already".into())),
            Ok("four".into()),
        ]
    );
}

#[test]
fn a_key_that_stands_twice_anywhere_else_is_an_error_with_its_line() {
    let document = swagger("paths: {}\ndefinitions:\n  A: {}\n  A: {}");
    assert_eq!(unreadable(&document), "line 5: \"A\" stands twice");
}

#[test]
fn a_broken_document_is_told_with_its_line() {
    assert!(
        unreadable("swagger: '2.0'\npaths:\n  /a: {get: [}")
            .starts_with("line 3: neither YAML nor JSON:")
    );
    assert!(
        unreadable("{\"swagger\": \"2.0\",\n \"paths\": ")
            .starts_with("line 2: neither YAML nor JSON:")
    );
    assert_eq!(
        unreadable("- a\n- b"),
        "line 1: not a Swagger 2.0 document: it does not say swagger: \"2.0\""
    );
    assert_eq!(unreadable("swagger: '2.0'"), "line 1: there are no paths");
    assert_eq!(unreadable(&swagger("paths: {}")), "line 2: there are no operations");
    assert_eq!(unreadable("a: 1\n---\nb: 2\n"), "line 2: the file has a second document");
    assert!(unreadable("a: 1\nb: *nobody").ends_with("found unknown anchor"));
    assert_eq!(read(" \n", "").unwrap_err()[0].kind, ErrorKind::Required);
}

#[test]
fn only_swagger_2_is_read_and_a_newer_one_is_named() {
    assert_eq!(
        unreadable("info: {}\nopenapi: 3.0.1\npaths: {}"),
        "line 2: this is an OpenAPI 3.0.1 document; only Swagger 2.0 can be imported"
    );
    assert!(
        unreadable("swagger: '1.2'\npaths: {}").starts_with("line 1: not a Swagger 2.0 document")
    );
}

#[test]
fn a_document_has_at_most_two_megabytes() {
    let wrong = read(&"#".repeat(DOCUMENT_MAX + 1), "").unwrap_err();
    assert_eq!((wrong[0].kind, wrong[0].message.as_str()), (ErrorKind::Length, "at most 2 MB"));
}

#[test]
fn aliases_and_merges_are_read() {
    let api = definition(&swagger(
        "x-shared: &shared {in: query, type: integer}
paths:
  /a:
    get:
      parameters:
      - {<<: *shared, name: limit}
      responses: {200: {schema: &s {type: object, properties: {b: {type: string}}}}, 400: {schema: *s}}
",
    ));
    assert_eq!(api.parameters[0].r#type, ParameterType::Integer);
    assert!(api.response_body.schema.is_some());
}

#[test]
fn aliases_of_aliases_do_not_make_a_document_grow() {
    let mut bomb = String::from("swagger: '2.0'\nx-0: &a0 {lol: lol}\n");
    for n in 1..60 {
        let again = vec![format!("*a{}", n - 1); 10].join(", ");
        bomb.push_str(&format!("x-{n}: &a{n} {{a: [{again}]}}\n"));
    }
    // Deeper than a document may be, long before it is large.
    assert!(unreadable(&bomb).ends_with("the document is nested too deeply"));

    let mut wide = String::from("swagger: '2.0'\nx-0: &a0 {type: string}\n");
    for n in 1..12 {
        let properties: Vec<String> = (0..10).map(|p| format!("p{p}: *a{}", n - 1)).collect();
        wide.push_str(&format!("x-{n}: &a{n} {{properties: {{{}}}}}\n", properties.join(", ")));
    }
    wide.push_str("paths: {/a: {get: {responses: {200: {schema: *a11}}}}}");
    assert!(refusal(&wide).1.contains("larger than 256 KiB"), "{wide}");
}

#[test]
fn references_that_multiply_are_bounded_for_the_whole_document() {
    let mut document = String::from("swagger: '2.0'\ndefinitions:\n  D0: {type: string}\n");
    for n in 1..12 {
        let properties: Vec<String> =
            (0..10).map(|p| format!("p{p}: {{$ref: '#/definitions/D{}'}}", n - 1)).collect();
        document.push_str(&format!("  D{n}: {{properties: {{{}}}}}\n", properties.join(", ")));
    }
    document.push_str("paths:\n");
    for n in 0..500 {
        document.push_str(&format!(
            "  /a{n}: {{get: {{responses: {{200: {{schema: {{$ref: '#/definitions/D11'}}}}}}}}}}\n"
        ));
    }
    let drafts = drafts(&document);
    assert_eq!(drafts.len(), 500);
    assert!(drafts.iter().all(|draft| draft.outcome.is_err()));
}

#[test]
fn nesting_is_bounded_in_every_notation() {
    for deep in [
        format!("a: {}{}", "[".repeat(200), "]".repeat(200)),
        format!("a: {}b", "- ".repeat(100_000)),
        format!("{}1{}", "{\"a\":".repeat(100), "}".repeat(100)),
        (0..200).map(|n| format!("{}a:\n", " ".repeat(n))).collect(),
    ] {
        let reason = unreadable(&deep);
        assert!(reason.starts_with("line "), "{reason}");
    }
}

#[test]
fn a_document_has_at_most_two_thousand_operations() {
    let mut document = String::from("swagger: '2.0'\npaths:\n");
    for n in 0..=2000 {
        document.push_str(&format!("  /p{n}: {{get: {{}}}}\n"));
    }
    assert_eq!(unreadable(&document), "line 2003: more than 2000 operations");
}

#[test]
fn every_beginning_of_a_document_is_read_or_refused() {
    let bytes = PETSTORE.len().min(1500);
    for end in (1..bytes).filter(|end| PETSTORE.is_char_boundary(*end)) {
        let _ = read(&PETSTORE[..end], "petstore");
    }
}

#[test]
fn no_changed_character_makes_the_reader_fail() {
    let document = "swagger: '2.0'\nbasePath: /v1\npaths:\n  /pets/{id}:\n    post:\n      operationId: a\n      parameters:\n      - {in: body, name: b, schema: {$ref: '#/definitions/D'}}\n      responses: {200: &p {schema: {type: file}}, 201: *p}\ndefinitions: {D: {items: {$ref: \"#/definitions/D\"}}}\n";
    assert!(read(document, "").is_ok());
    for (index, old) in document.char_indices() {
        for new in
            ["", "\0", "\t", "\n", "{", "]", "&p ", "*p", "\"", "\\", "|", "<<: ", "\u{feff}", "é"]
        {
            let (before, after) = (&document[..index], &document[index + old.len_utf8()..]);
            let _ = read(&format!("{before}{new}{after}"), "v1");
        }
    }
}
