//! What becomes of documents; here, of single operations.

mod documents;
mod plan;

use super::*;
use domain::{
    Api, ApiBackend, ApiDefinition, ApiId, BodyType, ErrorKind, ImportOutcome, MatchType, Method,
    ParameterLocation, ParameterType, Timestamp, import::DOCUMENT_MAX,
};
use serde_json::json;

const PETSTORE: &str = include_str!("../../tests/documents/petstore.yaml");

fn drafts(document: &str) -> Vec<Draft> {
    read(document, "").unwrap_or_else(|wrong| panic!("{wrong:?}"))
}

/// The only operation of a document that must become an API.
fn definition(document: &str) -> ApiDefinition {
    let mut drafts = drafts(document);
    assert_eq!(drafts.len(), 1, "{drafts:?}");
    drafts.remove(0).outcome.unwrap_or_else(|reason| panic!("{reason:?}"))
}

/// Line and reason of the only operation that is refused.
fn refusal(document: &str) -> (u32, String) {
    let mut refused = drafts(document).into_iter().filter_map(|draft| draft.outcome.err());
    let reason = refused.next().expect("nothing was refused");
    assert_eq!(refused.next(), None);
    assert!(!reason.zh.is_empty() && !reason.zh.is_ascii(), "{reason:?}");
    (reason.line, reason.en)
}

/// Why a document cannot be read at all.
fn unreadable(document: &str) -> String {
    let wrong = read(document, "").expect_err("it was read");
    assert_eq!(wrong.len(), 1);
    assert_eq!(wrong[0].field, "file");
    wrong[0].message.clone()
}

fn swagger(rest: &str) -> String {
    format!("swagger: '2.0'\n{rest}")
}

fn api(number: u8, definition: ApiDefinition) -> Api {
    Api { id: ApiId::from_random([number; 12]), definition, updated_at: Timestamp(0) }
}

#[test]
fn the_tutorials_petstore_is_three_apis() {
    let drafts = drafts(PETSTORE);
    let routes: Vec<&str> = drafts.iter().map(|draft| draft.route.as_str()).collect();
    assert_eq!(routes, ["GET /pets/{petId}", "POST /pets", "GET /function_test"]);
    let [get, create, _] = &plan(drafts, &[]).writes[..] else { panic!() };

    assert_eq!(get.definition.name, "getPetInfo");
    assert_eq!(get.definition.description, "get one pet info");
    let pet_id = &get.definition.parameters[0];
    assert_eq!((pet_id.name.as_str(), pet_id.location), ("petId", ParameterLocation::Path));
    assert_eq!((pet_id.r#type, pet_id.required), (ParameterType::Integer, true));
    assert_eq!(pet_id.default_value, "1");
    let price = json!({"description": "petprice", "type": "number"});
    assert_eq!(get.definition.response_body.schema.as_ref().unwrap()["properties"]["price"], price);

    assert_eq!(create.definition.method, Method::Post);
    assert_eq!(create.definition.request_body.r#type, BodyType::Json);
    assert_eq!(
        create.definition.request_body.schema.as_ref().unwrap()["properties"]["price"],
        price
    );
}

#[test]
fn an_operation_without_a_name_gets_one_from_its_method_and_path() {
    let drafts = drafts(&swagger(
        "paths:\n  /pets/{petId}/photo-list: {get: {}}\n  /pets/by/petId/photo/list: {get: {}}\n  /: {delete: {}}",
    ));
    let names: Vec<&str> =
        drafts.iter().map(|draft| draft.outcome.as_ref().unwrap().name.as_str()).collect();
    assert_eq!(names, ["getPetsByPetIdPhotoList", "getPetsByPetIdPhotoList_2", "delete"]);
}

#[test]
fn a_name_with_other_characters_is_refused_with_its_line() {
    let (line, reason) = refusal(&swagger("paths:\n  /a:\n    get:\n      operationId: get.pet"));
    assert_eq!(line, 4);
    assert_eq!(
        reason,
        "operationId: only letters, digits and underscore, beginning with a letter or underscore"
    );
}

#[test]
fn the_base_path_stands_before_every_path() {
    let document = swagger("basePath: /v1/\npaths:\n  /pets: {get: {operationId: a}}");
    assert_eq!(definition(&document).path.as_str(), "/v1/pets");
    for nothing in ["''", "/", "~"] {
        let document =
            swagger(&format!("basePath: {nothing}\npaths:\n  /pets: {{get: {{operationId: a}}}}"));
        assert_eq!(definition(&document).path.as_str(), "/pets");
    }
    assert!(unreadable(&swagger("basePath: /a b\npaths: {}")).starts_with("line 2: basePath:"));
}

#[test]
fn what_the_groups_prefix_says_is_left_out_of_the_base_path() {
    let path = |base: &str, prefix: &str| {
        let document = swagger(&format!("basePath: {base}\npaths: {{/pets: {{get: {{}}}}}}"));
        read(&document, prefix).unwrap().remove(0).outcome.unwrap().path.to_string()
    };
    assert_eq!(path("/petstore", "petstore"), "/pets");
    assert_eq!(path("/petstore/v2", "petstore"), "/v2/pets");
    assert_eq!(path("/petstores", "petstore"), "/petstores/pets");
    assert_eq!(path("/v2", ""), "/v2/pets");
}

#[test]
fn types_and_formats_become_the_types_of_the_form() {
    let fields = [
        ("string", "date", ParameterType::String),
        ("integer", "int32", ParameterType::Integer),
        ("integer", "int64", ParameterType::Long),
        ("number", "float", ParameterType::Float),
        ("number", "double", ParameterType::Double),
        ("number", "", ParameterType::Double),
        ("boolean", "", ParameterType::Boolean),
        ("array", "", ParameterType::String),
    ];
    let mut parameters = String::new();
    for (index, (r#type, format, _)) in fields.iter().enumerate() {
        parameters.push_str(&format!(
            "      - {{in: query, name: p{index}, type: {type}, format: '{format}'}}\n"
        ));
    }
    let api =
        definition(&swagger(&format!("paths:\n  /a:\n    get:\n      parameters:\n{parameters}")));
    let types: Vec<ParameterType> = api.parameters.iter().map(|p| p.r#type).collect();
    assert_eq!(types, fields.map(|(_, _, r#type)| r#type));
}

#[test]
fn an_unknown_type_place_or_method_is_refused_with_its_line() {
    let of = |parameter: &str| {
        refusal(&swagger(&format!(
            "paths:\n  /a:\n    get:\n      parameters:\n      - {parameter}"
        )))
    };
    assert_eq!(
        of("{in: query, name: x, type: decimal}"),
        (6, "parameter \"x\": no such type \"decimal\"".into())
    );
    let (line, reason) = of("{in: cookie, name: x, type: string}");
    assert_eq!((line, &reason[..24]), (6, "a parameter in \"cookie\":"));
    let (line, reason) = refusal(&swagger("paths:\n  /a:\n    get: {}\n    trace: {}"));
    assert_eq!((line, &reason[..15]), (5, "no such method:"));
}

#[test]
fn parameters_of_the_path_are_shared_and_the_operations_own_go_first() {
    let api = definition(&swagger(
        "paths:
  /pets/{id}:
    parameters:
    - {in: path, name: id, type: string, required: true}
    - {in: query, name: limit, type: string}
    - $ref: '#/parameters/token'
    get:
      parameters:
      - {in: query, name: limit, type: integer, required: true, default: 20}
parameters:
  token: {in: header, name: X-Token, type: string}
",
    ));
    let shown: Vec<(&str, ParameterLocation, ParameterType, bool, &str)> = api
        .parameters
        .iter()
        .map(|p| (p.name.as_str(), p.location, p.r#type, p.required, p.default_value.as_str()))
        .collect();
    assert_eq!(
        shown,
        [
            ("id", ParameterLocation::Path, ParameterType::String, true, ""),
            ("X-Token", ParameterLocation::Header, ParameterType::String, false, ""),
            ("limit", ParameterLocation::Query, ParameterType::Integer, true, "20"),
        ]
    );
}

#[test]
fn a_default_of_the_wrong_type_is_refused_by_the_parameters_name() {
    let (_, reason) = refusal(&swagger(
        "paths: {/a: {get: {parameters: [{in: query, name: n, type: integer, default: many}]}}}",
    ));
    assert_eq!(reason, "parameter \"n\": a value of type integer");
}

#[test]
fn a_path_parameter_that_nobody_defined_is_a_string() {
    let api = definition(&swagger("paths: {'/a/{b}': {get: {}}}"));
    assert_eq!(api.parameters[0].name, "b");
}

#[test]
fn bodies_take_their_kind_from_the_media_types() {
    let with = |consumes: &str| {
        let document = format!(
            "consumes: [application/xml]\npaths: {{/a: {{post: {{{consumes} parameters: [{{in: body, name: b, schema: {{type: object}}}}]}}}}}}"
        );
        let body = definition(&swagger(&document)).request_body;
        (body.r#type, body.content_type)
    };
    assert_eq!(with(""), (BodyType::Xml, String::new()));
    assert_eq!(
        with("consumes: [text/csv, application/json; charset=utf-8],"),
        (BodyType::Json, String::new())
    );
    assert_eq!(with("consumes: [text/csv],"), (BodyType::Other, "text/csv".into()));
    assert_eq!(with("consumes: [],"), (BodyType::Json, String::new()));
}

#[test]
fn a_form_becomes_a_body_of_the_type_other() {
    let body = |fields: &str| {
        let document = format!("paths: {{/a: {{post: {{parameters: [{fields}]}}}}}}");
        definition(&swagger(&document)).request_body
    };
    let plain = body("{in: formData, name: a, type: integer, required: true}");
    assert_eq!(
        (plain.r#type, plain.content_type.as_str()),
        (BodyType::Other, "application/x-www-form-urlencoded")
    );
    assert_eq!(
        plain.schema.unwrap(),
        json!({"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]})
    );
    let file = body("{in: formData, name: photo, type: file}");
    assert_eq!(file.content_type, "multipart/form-data");
}

#[test]
fn a_body_where_none_can_be_is_refused() {
    let of = |method: &str, parameters: &str| {
        refusal(&swagger(&format!(
            "paths:\n  /a:\n    {method}:\n      parameters: [{parameters}]"
        )))
        .1
    };
    let body = "{in: body, name: b, schema: {}}";
    assert_eq!(of("get", body), "a GET request has no body");
    assert_eq!(of("post", &format!("{body}, {body}")), "a second body");
    assert_eq!(
        of("post", &format!("{body}, {{in: formData, name: f, type: string}}")),
        "both body and formData"
    );
}

#[test]
fn the_answer_is_that_of_200_or_the_first_good_one_or_the_default() {
    let title = |responses: &str| {
        let api = definition(&swagger(&format!(
            "paths: {{/a: {{get: {{responses: {{{responses}}}}}}}}}"
        )));
        api.response_body.schema.map(|schema| schema["title"].as_str().unwrap().to_owned())
    };
    let one = |code: &str| format!("{code}: {{schema: {{title: 't{code}'}}}}");
    assert_eq!(title(&[one("404"), one("201"), one("200")].join(",")).as_deref(), Some("t200"));
    assert_eq!(title(&[one("404"), one("201"), one("202")].join(",")).as_deref(), Some("t201"));
    assert_eq!(title(&[one("404"), one("default")].join(",")).as_deref(), Some("tdefault"));
    assert_eq!(title(&one("404")), None);
    assert_eq!(title("204: {description: nothing}"), None);
}

#[test]
fn a_file_is_an_answer_of_the_type_other() {
    let api = definition(&swagger(
        "paths: {/a: {get: {produces: [image/png], responses: {200: {schema: {type: file}}}}}}",
    ));
    assert_eq!(api.response_body.r#type, BodyType::Other);
    assert_eq!(api.response_body.content_type, "image/png");
    assert_eq!(api.response_body.schema, None);
}

#[test]
fn references_are_replaced_by_what_they_name() {
    let api = definition(&swagger(
        "paths:
  /a:
    get:
      responses: {200: {$ref: '#/responses/Pets'}}
responses:
  Pets: {schema: {type: array, items: {$ref: '#/definitions/Pet%20of~1a'}}}
definitions:
  'Pet of/a':
    type: object
    x-internal: true
    required: [kind]
    properties:
      kind: {$ref: '#/definitions/Kind'}
      x-age: {type: integer}
      $ref: {type: string}
  Kind: {type: string, enum: [cat, dog], example: {$ref: kept}}
",
    ));
    assert_eq!(
        api.response_body.schema.unwrap(),
        json!({"type": "array", "items": {
            "type": "object",
            "required": ["kind"],
            "properties": {
                "kind": {"type": "string", "enum": ["cat", "dog"], "example": {"$ref": "kept"}},
                "x-age": {"type": "integer"},
                "$ref": {"type": "string"},
            },
        }})
    );
}

#[test]
fn a_schema_that_contains_itself_ends_where_it_would_begin_again() {
    let api = definition(&swagger(
        "paths: {/a: {get: {responses: {200: {schema: {$ref: '#/definitions/Node'}}}}}}
definitions:
  Node:
    type: object
    properties:
      value: {type: string}
      children: {type: array, items: {$ref: '#/definitions/Node'}}
",
    ));
    assert_eq!(
        api.response_body.schema.unwrap(),
        json!({"type": "object", "properties": {
            "value": {"type": "string"},
            "children": {"type": "array", "items": {"type": "object", "title": "Node"}},
        }})
    );
}

#[test]
fn a_reference_to_nothing_elsewhere_or_itself_is_refused_with_its_line() {
    let of = |reference: &str| {
        refusal(&swagger(&format!(
            "paths:\n  /a:\n    get:\n      responses:\n        200:\n          schema:\n            $ref: '{reference}'\nparameters:\n  a: {{$ref: '#/parameters/b'}}\n  b: {{$ref: '#/parameters/a'}}"
        )))
    };
    assert_eq!(
        of("#/definitions/None"),
        (8, "\"#/definitions/None\" names nothing in the document".into())
    );
    let (line, reason) = of("http://example.com/pet.json");
    assert_eq!(line, 8);
    assert!(reason.contains("not a reference within the document"), "{reason}");
    let circle = swagger(
        "paths: {/a: {get: {parameters: [{$ref: '#/parameters/a'}]}}}\nparameters: {a: {$ref: '#/parameters/a'}}",
    );
    assert_eq!(refusal(&circle).1, "a reference to itself");
}

#[test]
fn a_long_description_gives_way_to_the_summary_or_is_cut() {
    let long = "长".repeat(300);
    let with = |summary: &str| {
        definition(&swagger(&format!("paths: {{/a: {{get: {{description: {long}{summary}}}}}}}")))
            .description
    };
    assert_eq!(with(", summary: short"), "short");
    let cut = with("");
    assert_eq!((cut.chars().count(), cut.ends_with('…')), (256, true));
}
