//! One operation of a document as an API.

use super::{Reason, schema::Schemas, tree::Node};
use domain::{
    ApiBackend, ApiDefinition, Body, BodyType, DomainError, MatchType, Method, Parameter,
    ParameterLocation, ParameterType, PathTemplate, text::DESCRIPTION_MAX,
};
use serde_json::{Map, Value as Json, json};

/// What a document can ask of a parameter's value besides its type, and this gateway checks.
const VALUE_RULES: [&str; 9] = [
    "enum",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minLength",
    "maxLength",
    "pattern",
];

/// An operation where it stands in its document.
#[derive(Clone, Copy)]
pub(crate) struct Operation<'d> {
    /// Its method.
    pub(crate) method: Method,
    /// The key of its path item.
    pub(crate) path: &'d str,
    /// 1-based line of the method.
    pub(crate) line: u32,
    /// Its path item.
    pub(crate) item: &'d Node,
    /// Itself.
    pub(crate) node: &'d Node,
}

/// Reads the operations of one document.
pub(crate) struct Reader<'d> {
    root: &'d Node,
    schemas: Schemas<'d>,
}

/// The parameters of an operation, by what becomes of them.
#[derive(Default)]
struct Inputs<'d> {
    parameters: Vec<Parameter>,
    body: Option<&'d Node>,
    form: Vec<&'d Node>,
}

impl<'d> Reader<'d> {
    pub(crate) fn new(root: &'d Node) -> Self {
        Self { root, schemas: Schemas::new(root) }
    }

    /// A path item itself, or the one that it refers to.
    pub(crate) fn follow(&self, node: &'d Node) -> Result<&'d Node, Reason> {
        self.schemas.follow(node)
    }

    /// The API that an operation becomes, at `path` below the group's prefix.
    pub(crate) fn definition(
        &mut self,
        operation: Operation<'d>,
        path: &str,
        name: String,
    ) -> Result<ApiDefinition, Reason> {
        if !operation.node.is_mapping() {
            let zh = "不是一个操作定义";
            return Err(Reason::new(operation.line, "not the definition of an operation", zh));
        }
        let path: PathTemplate =
            path.parse().map_err(|wrong| refused(operation.line, &[wrong], &[]))?;
        let Inputs { parameters, body, form } = self.inputs(operation)?;
        let mut definition = ApiDefinition {
            name,
            description: description(operation.node),
            method: operation.method,
            path,
            match_type: MatchType::Absolute,
            parameters,
            request_body: self.request(operation, body, &form)?,
            response_body: self.response(operation)?,
            backend: ApiBackend::Deployment,
            mapping: domain::ApiMapping::default(),
            limits: domain::CallLimits::default(),
            cache: None,
        };
        definition.complete_path_parameters();
        match definition.validate() {
            Ok(()) => Ok(definition),
            Err(wrong) => Err(refused(operation.line, &wrong, &definition.parameters)),
        }
    }

    fn inputs(&self, operation: Operation<'d>) -> Result<Inputs<'d>, Reason> {
        let mut inputs = Inputs::default();
        for node in self.parameter_nodes(operation)? {
            match node.text_of("in").unwrap_or_default() {
                "path" => inputs.parameters.push(parameter(node, ParameterLocation::Path)?),
                "query" => inputs.parameters.push(parameter(node, ParameterLocation::Query)?),
                "header" => inputs.parameters.push(parameter(node, ParameterLocation::Header)?),
                "formData" => inputs.form.push(node),
                "body" if inputs.body.is_some() => {
                    return Err(Reason::new(node.line, "a second body", "只能有一个请求体"));
                }
                "body" => inputs.body = Some(node),
                other => {
                    return Err(Reason::new(
                        node.line,
                        format!("a parameter in {other:?}: path, query, header, body or formData"),
                        format!(
                            "参数位置{other:?}不支持，只能是path、query、header、body、formData"
                        ),
                    ));
                }
            }
        }
        let body_line = inputs.body.or(inputs.form.first().copied()).map(|node| node.line);
        if let (Some(_), Some(field)) = (inputs.body, inputs.form.first()) {
            return Err(Reason::new(
                field.line,
                "both body and formData",
                "不能同时有body和formData",
            ));
        }
        if let Some(line) = body_line.filter(|_| !operation.method.has_body()) {
            let method = operation.method.as_str();
            let zh = format!("{method}请求没有请求体");
            return Err(Reason::new(line, format!("a {method} request has no body"), zh));
        }
        Ok(inputs)
    }

    /// The parameters of the operation and those of its path that it does not have itself, references resolved.
    fn parameter_nodes(&self, operation: Operation<'d>) -> Result<Vec<&'d Node>, Reason> {
        let list = |node: &'d Node| -> Result<Vec<&'d Node>, Reason> {
            let items = node.get("parameters").map(Node::items).unwrap_or_default();
            items.iter().map(|item| self.schemas.follow(item)).collect()
        };
        let own = list(operation.node)?;
        let key = |node: &Node| {
            (node.text_of("in").map(str::to_owned), node.text_of("name").map(str::to_owned))
        };
        let mut nodes = list(operation.item)?;
        nodes.retain(|shared| !own.iter().any(|node| key(node) == key(shared)));
        nodes.extend(own);
        Ok(nodes)
    }

    fn request(
        &mut self,
        operation: Operation<'d>,
        body: Option<&'d Node>,
        form: &[&'d Node],
    ) -> Result<Body, Reason> {
        let types = self.media_types(operation, "consumes");
        if !form.is_empty() {
            return Ok(form_body(&types, form));
        }
        let Some(body) = body else { return Ok(Body::default()) };
        let schema = body.get("schema").map(|schema| self.schemas.convert(schema)).transpose()?;
        Ok(Body { schema, ..typed(&types) })
    }

    fn response(&mut self, operation: Operation<'d>) -> Result<Body, Reason> {
        let Some(responses) = operation.node.get("responses") else { return Ok(Body::default()) };
        let good = |key: &str| key.len() == 3 && key.starts_with('2');
        let first_good =
            || responses.entries().iter().find(|(key, _)| good(&key.text)).map(|(_, node)| &**node);
        let response =
            responses.get("200").or_else(first_good).or_else(|| responses.get("default"));
        let Some(response) = response else { return Ok(Body::default()) };
        let Some(schema) = self.schemas.follow(response)?.get("schema") else {
            return Ok(Body::default());
        };
        let types = self.media_types(operation, "produces");
        if schema.text_of("type") == Some("file") {
            let content_type = types.into_iter().next().unwrap_or_default();
            return Ok(Body { r#type: BodyType::Other, content_type, schema: None });
        }
        let schema = self.schemas.convert(schema)?;
        Ok(Body { schema: Some(schema), ..typed(&types) })
    }

    /// The media types that the operation names; those of the document when it has none.
    fn media_types(&self, operation: Operation<'d>, key: &str) -> Vec<String> {
        let list = operation.node.get(key).or_else(|| self.root.get(key));
        let items = list.map(Node::items).unwrap_or_default();
        items.iter().filter_map(|item| item.text()).map(str::to_owned).collect()
    }
}

/// The name of an operation that has none: method and path, `GET /pets/{petId}` → `getPetsByPetId`.
pub(crate) fn derived_name(method: Method, path: &str) -> String {
    let mut name = method.as_str().to_ascii_lowercase();
    for segment in path.split('/').filter(|segment| !segment.is_empty()) {
        if segment.starts_with('{') {
            name.push_str("By");
        }
        for word in segment.split(|c: char| !c.is_ascii_alphanumeric()) {
            let mut letters = word.chars();
            name.extend(letters.next().map(|first| first.to_ascii_uppercase()));
            name.push_str(letters.as_str());
        }
    }
    // Room for the number that tells it from another.
    name.truncate(domain::api::NAME_MAX - 4);
    name
}

fn description(node: &Node) -> String {
    let fits = |text: &&str| text.chars().count() <= DESCRIPTION_MAX;
    let full = node.text_of("description").map(str::trim).filter(|text| !text.is_empty());
    let summary = node.text_of("summary").map(str::trim).filter(|text| !text.is_empty());
    match full.filter(fits).or_else(|| summary.filter(fits)) {
        Some(text) => text.to_owned(),
        None => {
            let begin = full.or(summary).unwrap_or_default().chars().take(DESCRIPTION_MAX - 1);
            let begin: String = begin.collect();
            if begin.is_empty() { begin } else { begin + "…" }
        }
    }
}

fn parameter(node: &Node, location: ParameterLocation) -> Result<Parameter, Reason> {
    let name = node.text_of("name").unwrap_or_default();
    let r#type = match (node.text_of("type").unwrap_or("string"), node.text_of("format")) {
        ("integer", Some("int64")) => ParameterType::Long,
        ("integer", _) => ParameterType::Integer,
        ("number", Some("float")) => ParameterType::Float,
        ("number", _) => ParameterType::Double,
        ("boolean", _) => ParameterType::Boolean,
        ("string" | "array", _) => ParameterType::String,
        (other, _) => {
            return Err(Reason::new(
                node.line,
                format!("parameter {name:?}: no such type {other:?}"),
                format!("参数{name:?}的类型{other:?}不支持"),
            ));
        }
    };
    Ok(Parameter {
        name: name.to_owned(),
        location,
        r#type,
        required: location == ParameterLocation::Path || node.text_of("required") == Some("true"),
        default_value: default_value(node),
        description: node.text_of("description").unwrap_or_default().trim().to_owned(),
        schema: value_rules(node),
    })
}

/// What the document asks of a parameter's value. Not of a list's: it stands in a request as one text.
fn value_rules(node: &Node) -> Option<Json> {
    if node.text_of("type") == Some("array") {
        return None;
    }
    let is_text = node.text_of("type").is_none_or(|r#type| r#type == "string");
    let rules: Map<String, Json> = VALUE_RULES
        .iter()
        .filter_map(|name| Some(((*name).to_owned(), literal(node.get(name)?, is_text))))
        .collect();
    (!rules.is_empty()).then_some(Json::Object(rules))
}

/// A scalar, or a list of scalars, as JSON. The values of a text are texts, however they are written.
fn literal(node: &Node, is_text: bool) -> Json {
    let item = |item: &Node| match item.text() {
        Some(text) if is_text => json!(text),
        _ => item.scalar(),
    };
    match node.items() {
        [] => node.scalar(),
        items => Json::Array(items.iter().map(|value| item(value)).collect()),
    }
}

/// A default as it stands in a request: a list has commas between its items.
fn default_value(node: &Node) -> String {
    let Some(default) = node.get("default") else { return String::new() };
    let items: Vec<&str> = default.items().iter().filter_map(|item| item.text()).collect();
    default.text().map_or_else(|| items.join(","), str::to_owned)
}

/// A body of the first media type that has a kind of its own.
fn typed(media_types: &[String]) -> Body {
    let named = |wanted: &[&str]| {
        media_types.iter().any(|text| {
            let essence = text.split(';').next().unwrap_or_default().trim();
            wanted.iter().any(|wanted| essence.eq_ignore_ascii_case(wanted))
        })
    };
    let r#type = if media_types.is_empty() || named(&["application/json"]) {
        BodyType::Json
    } else if named(&["text/xml", "application/xml"]) {
        BodyType::Xml
    } else {
        BodyType::Other
    };
    let other = media_types.first().filter(|_| r#type == BodyType::Other);
    Body { r#type, content_type: other.cloned().unwrap_or_default(), schema: None }
}

/// A form: a body of the type *other*, whose schema tells the fields.
fn form_body(media_types: &[String], fields: &[&Node]) -> Body {
    let has_file = fields.iter().any(|field| field.text_of("type") == Some("file"));
    let usual = if has_file { "multipart/form-data" } else { "application/x-www-form-urlencoded" };
    let forms = ["multipart/form-data", "application/x-www-form-urlencoded"];
    let named = media_types
        .iter()
        .find(|text| forms.contains(&text.as_str()) && !(has_file && text.as_str() != usual));
    let mut properties = Map::new();
    let mut required = Vec::new();
    for field in fields {
        let name = field.text_of("name").unwrap_or_default();
        let mut property = Map::new();
        let r#type = field.text_of("type").unwrap_or("string");
        property.insert("type".into(), json!(if r#type == "file" { "string" } else { r#type }));
        if let Some(text) = field.text_of("description") {
            property.insert("description".into(), json!(text.trim()));
        }
        properties.insert(name.to_owned(), Json::Object(property));
        if field.text_of("required") == Some("true") {
            required.push(json!(name));
        }
    }
    let mut schema = json!({ "type": "object", "properties": properties });
    if !required.is_empty() {
        schema["required"] = Json::Array(required);
    }
    Body {
        r#type: BodyType::Other,
        content_type: named.map_or_else(|| usual.to_owned(), Clone::clone),
        schema: Some(schema),
    }
}

/// Broken rules of an API in the words of the document: `operationId`, `parameter "limit"`.
fn refused(line: u32, wrong: &[DomainError], parameters: &[Parameter]) -> Reason {
    let place = |field: &str| {
        let index = field.strip_prefix("parameters[").and_then(|rest| rest.split(']').next());
        let named = index.and_then(|index| parameters.get(index.parse::<usize>().ok()?));
        match (field, named) {
            (_, Some(parameter)) => format!("parameter {:?}", parameter.name),
            ("apiName", _) => "operationId".to_owned(),
            ("reqBody" | "reqBodyType", _) => "request body".to_owned(),
            ("resBody" | "resBodyType", _) => "response body".to_owned(),
            _ => field.to_owned(),
        }
    };
    let tell = |message: fn(&DomainError) -> &str| {
        let texts =
            wrong.iter().map(|wrong| format!("{}: {}", place(&wrong.field), message(wrong)));
        texts.collect::<Vec<_>>().join("; ")
    };
    Reason::new(line, tell(|wrong| &wrong.message), tell(|wrong| &wrong.message_zh))
}
