//! A line for the shell that calls a published API, to be copied and tried.

use domain::{Api, ApiDefinition, Method, Parameter, ParameterLocation, ParameterType};

/// The line for the API that is easiest to call: one that only reads, with as little to fill in as can be.
pub(crate) fn sample_call(address: &str, apis: &[Api]) -> Option<String> {
    let effort = |definition: &ApiDefinition| {
        let given =
            definition.parameters.iter().filter(|p| p.required && p.default_value.is_empty());
        (definition.method != Method::Get, given.count())
    };
    let easiest =
        apis.iter().map(|api| &api.definition).min_by_key(|definition| effort(definition))?;
    Some(line(address, easiest))
}

fn line(address: &str, definition: &ApiDefinition) -> String {
    let mut words = vec!["curl".to_owned()];
    match definition.method {
        Method::Get => {}
        Method::Head => words.push("--head".into()),
        method => words.extend(["-X".to_owned(), method.as_str().to_owned()]),
    }
    for header in required(definition, ParameterLocation::Header) {
        words.extend(["-H".to_owned(), quoted(&format!("{}: {}", header.name, value(header)))]);
    }
    if definition.method.has_body() && definition.request_body.schema.is_some() {
        let media_type = definition.request_body.media_type();
        words.extend(["-H".to_owned(), quoted(&format!("content-type: {media_type}"))]);
        words.extend(["-d".to_owned(), quoted("{}")]);
    }
    words.push(quoted(&format!(
        "{}{}{}",
        address.trim_end_matches('/'),
        path(definition),
        query(definition)
    )));
    words.join(" ")
}

fn path(definition: &ApiDefinition) -> String {
    let filled = definition.path.as_str().split('/').map(|segment| {
        let name = segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
        name.map_or_else(
            || segment.to_owned(),
            |name| {
                let parameter = definition
                    .parameters
                    .iter()
                    .find(|p| p.location == ParameterLocation::Path && p.name == name);
                parameter.map_or_else(|| "1".to_owned(), value)
            },
        )
    });
    filled.collect::<Vec<_>>().join("/")
}

fn query(definition: &ApiDefinition) -> String {
    let pairs: Vec<String> = required(definition, ParameterLocation::Query)
        .map(|p| format!("{}={}", crate::paths::encode(&p.name), crate::paths::encode(&value(p))))
        .collect();
    if pairs.is_empty() { String::new() } else { format!("?{}", pairs.join("&")) }
}

fn required(
    definition: &ApiDefinition,
    location: ParameterLocation,
) -> impl Iterator<Item = &Parameter> {
    definition.parameters.iter().filter(move |p| p.location == location && p.required)
}

fn value(parameter: &Parameter) -> String {
    if !parameter.default_value.is_empty() {
        return parameter.default_value.clone();
    }
    match parameter.r#type {
        ParameterType::String | ParameterType::Integer | ParameterType::Long => "1",
        ParameterType::Float | ParameterType::Double => "1.5",
        ParameterType::Boolean => "true",
    }
    .to_owned()
}

/// As one word of a POSIX shell.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{ApiBackend, ApiId, Body, MatchType, Timestamp};

    fn api(method: Method, path: &str, parameters: Vec<Parameter>) -> Api {
        let mut definition = ApiDefinition {
            name: "a".into(),
            description: String::new(),
            method,
            path: path.parse().unwrap(),
            match_type: MatchType::Absolute,
            parameters,
            request_body: Body { schema: Some(serde_json::json!({})), ..Body::default() },
            response_body: Body::default(),
            backend: ApiBackend::Deployment,
            mapping: domain::ApiMapping::default(),
            limits: domain::CallLimits::default(),
            cache: None,
        };
        definition.complete_path_parameters();
        Api { id: ApiId::from_random([1; 12]), definition, updated_at: Timestamp(0) }
    }

    fn parameter(name: &str, location: ParameterLocation, default_value: &str) -> Parameter {
        Parameter {
            name: name.into(),
            location,
            r#type: ParameterType::String,
            required: true,
            default_value: default_value.into(),
            description: String::new(),
            schema: None,
        }
    }

    #[test]
    fn calls_the_api_that_only_reads() {
        let apis = [api(Method::Post, "/pets", vec![]), api(Method::Get, "/pets/{petId}", vec![])];
        let call = sample_call("http://g-test.cn-north-1.localhost:8000/petstore", &apis);
        assert_eq!(call.unwrap(), "curl 'http://g-test.cn-north-1.localhost:8000/petstore/pets/1'");
        assert_eq!(sample_call("http://g", &[]), None);
    }

    #[test]
    fn fills_in_what_must_be_given() {
        let parameters = vec![
            parameter("q", ParameterLocation::Query, "a b"),
            parameter("x-by", ParameterLocation::Header, "it's me"),
        ];
        let call = sample_call("http://g", &[api(Method::Put, "/pets", parameters)]);
        let expected = r#"curl -X PUT -H 'x-by: it'\''s me' -H 'content-type: application/json' -d '{}' 'http://g/pets?q=a%20b'"#;
        assert_eq!(call.unwrap(), expected);
    }
}
