//! The rules of an API definition.

use super::*;

fn get_pet() -> ApiDefinition {
    ApiDefinition {
        name: "getPetInfo".into(),
        description: String::new(),
        method: Method::Get,
        path: "/pets/{petId}".parse().unwrap(),
        match_type: MatchType::Absolute,
        parameters: vec![],
        request_body: Body::default(),
        response_body: Body::default(),
        backend: ApiBackend::Deployment,
        mapping: crate::ApiMapping::default(),
        limits: crate::CallLimits::default(),
        cache: None,
    }
}

fn fields(definition: &ApiDefinition) -> Vec<String> {
    definition.validate().err().unwrap_or_default().into_iter().map(|v| v.field).collect()
}

#[test]
fn every_name_in_braces_must_be_defined() {
    let mut api = get_pet();
    assert_eq!(fields(&api), ["parameters"]);
    api.complete_path_parameters();
    assert_eq!(fields(&api), Vec::<String>::new());
    assert_eq!(api.parameters[0].name, "petId");
}

#[test]
fn a_path_parameter_is_required_and_stands_in_the_path() {
    let mut api = get_pet();
    api.complete_path_parameters();
    api.parameters[0].required = false;
    assert_eq!(fields(&api), ["parameters[0].required"]);
    api.parameters[0].required = true;
    api.parameters.push(Parameter { name: "other".into(), ..api.parameters[0].clone() });
    assert_eq!(fields(&api), ["parameters[1].name"]);
}

#[test]
fn header_parameters_are_the_same_in_any_case() {
    let mut api = get_pet();
    api.complete_path_parameters();
    let header = Parameter {
        name: "X-Token".into(),
        location: ParameterLocation::Header,
        required: false,
        ..api.parameters[0].clone()
    };
    api.parameters.push(header.clone());
    api.parameters.push(Parameter { name: "x-token".into(), ..header });
    assert_eq!(fields(&api), ["parameters[2].name"]);
}

#[test]
fn a_default_has_the_type_of_its_parameter() {
    let mut api = get_pet();
    api.complete_path_parameters();
    api.parameters[0].r#type = ParameterType::Integer;
    api.parameters[0].default_value = "99999999999".into();
    assert_eq!(fields(&api), ["parameters[0].defaultValue"]);
    api.parameters[0].r#type = ParameterType::Long;
    assert_eq!(fields(&api), Vec::<String>::new());
}

#[test]
fn a_name_begins_with_a_letter_or_underscore() {
    for (name, good) in
        [("_a1", true), ("getPet", true), ("1a", false), ("get-pet", false), ("", false)]
    {
        assert_eq!(check_api_name(name).is_none(), good, "{name}");
    }
}

#[test]
fn a_schema_is_an_object() {
    let mut api = get_pet();
    api.complete_path_parameters();
    api.response_body.schema = Some(serde_json::json!([1]));
    assert_eq!(fields(&api), ["resBody"]);
}
