//! A whole document: what it is, which operations it has, and which of them stand in each other's way.

use super::{
    Reason,
    operation::{Operation, Reader, derived_name},
    tree::{self, Node},
};
use domain::{ApiDefinition, DomainError, ErrorKind, Method, PathTemplate, import::DOCUMENT_MAX};
use std::collections::HashMap;

/// Most operations of a document.
const OPERATIONS_MAX: usize = 2000;

/// One operation of a document, read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Draft {
    /// `GET /pets/{petId}`, or the part of the document that it is.
    pub(crate) route: String,
    /// 1-based line.
    pub(crate) line: u32,
    /// The API that it would be, or why it cannot be one.
    pub(crate) outcome: Result<ApiDefinition, Reason>,
}

/// Reads a Swagger 2.0 document for a group with this prefix.
///
/// # Errors
/// On `file`, when it cannot be read as one at all.
pub(crate) fn read(document: &str, prefix: &str) -> Result<Vec<Draft>, Vec<DomainError>> {
    if document.trim().is_empty() {
        return Err(vec![DomainError::required("file")]);
    }
    if document.len() > DOCUMENT_MAX {
        let megabytes = DOCUMENT_MAX / 1024 / 1024;
        return Err(vec![DomainError::new(
            ErrorKind::Length,
            "file",
            format!("at most {megabytes} MB"),
            format!("大小限制{megabytes}M"),
        )]);
    }
    drafts(document, prefix).map_err(|Reason { line, en, zh }| {
        let (en, zh) = (format!("line {line}: {en}"), format!("第{line}行：{zh}"));
        vec![DomainError::new(ErrorKind::Format, "file", en, zh)]
    })
}

fn drafts(document: &str, prefix: &str) -> Result<Vec<Draft>, Reason> {
    let root = tree::parse(document)?;
    check_version(&root)?;
    let base = base_path(&root, prefix)?;
    let paths = root.get("paths").filter(|paths| paths.is_mapping());
    let paths = paths.ok_or_else(|| Reason::new(root.line, "there are no paths", "没有paths"))?;
    let mut collected = Collected::new(&root, base);
    for (key, item) in paths.entries() {
        if !key.text.starts_with("x-") {
            collected.path(&key.text, key.line, item)?;
        }
    }
    if collected.drafts.is_empty() {
        return Err(Reason::new(paths.line, "there are no operations", "没有可导入的API"));
    }
    refuse_duplicates(&mut collected.drafts);
    Ok(collected.drafts)
}

fn check_version(root: &Node) -> Result<(), Reason> {
    if let Some(openapi) = root.get("openapi") {
        let version = openapi.text().unwrap_or("3");
        return Err(Reason::new(
            openapi.line,
            format!("this is an OpenAPI {version} document; only Swagger 2.0 can be imported"),
            format!("该文件为OpenAPI {version}，目前只支持Swagger 2.0"),
        ));
    }
    let swagger = root.get("swagger");
    if swagger.and_then(Node::text) == Some("2.0") {
        return Ok(());
    }
    Err(Reason::new(
        swagger.unwrap_or(root).line,
        "not a Swagger 2.0 document: it does not say swagger: \"2.0\"",
        "不符合swagger 2.0规范：缺少swagger: \"2.0\"",
    ))
}

/// What stands before every path: `basePath` without what the group's prefix says already.
fn base_path(root: &Node, prefix: &str) -> Result<String, Reason> {
    let Some(node) = root.get("basePath") else { return Ok(String::new()) };
    let text = node.text().unwrap_or_default().trim_matches('/');
    if text.is_empty() {
        return Ok(String::new());
    }
    let base = format!("/{text}");
    let template = base.parse::<PathTemplate>().map_err(|wrong| {
        let DomainError { message, message_zh, .. } = wrong;
        Reason::new(node.line, format!("basePath: {message}"), format!("basePath：{message_zh}"))
    })?;
    if template.parameters().next().is_some() {
        let zh = "basePath中不能有路径参数";
        return Err(Reason::new(node.line, "basePath: no path parameters here", zh));
    }
    let of_group = format!("/{prefix}");
    let rest = base.strip_prefix(&of_group).filter(|rest| rest.is_empty() || rest.starts_with('/'));
    Ok(rest.filter(|_| !prefix.is_empty()).unwrap_or(&base).to_owned())
}

struct Collected<'d> {
    reader: Reader<'d>,
    base: String,
    drafts: Vec<Draft>,
    /// How often a name was made for an operation that has none.
    made: HashMap<String, u32>,
}

impl<'d> Collected<'d> {
    fn new(root: &'d Node, base: String) -> Self {
        Self { reader: Reader::new(root), base, drafts: Vec::new(), made: HashMap::new() }
    }

    /// Reads all operations of a path.
    fn path(&mut self, path: &'d str, line: u32, item: &'d Node) -> Result<(), Reason> {
        let item = match self.reader.follow(item) {
            Ok(item) if item.is_mapping() => item,
            Ok(_) => {
                let reason = Reason::new(line, "not the definition of a path", "不是一个路径定义");
                return self.push(path.to_owned(), line, Err(reason));
            }
            Err(reason) => return self.push(path.to_owned(), line, Err(reason)),
        };
        for (key, node) in item.entries() {
            let (name, line) = (key.text.as_str(), key.line);
            if name.starts_with("x-") || matches!(name, "parameters" | "summary" | "description") {
                continue;
            }
            let method = name.to_ascii_uppercase();
            let full = self.full_path(path);
            let route = format!("{method} {full}");
            let outcome = match method.parse::<Method>() {
                Ok(method) => {
                    let operation = Operation { method, path, line, item, node };
                    let name = self.name(operation);
                    self.reader.definition(operation, &full, name)
                }
                Err(wrong) => Err(Reason::new(
                    line,
                    format!("no such method: {}", wrong.message),
                    format!("不支持的请求方法：{}", wrong.message_zh),
                )),
            };
            self.push(route, line, outcome)?;
        }
        Ok(())
    }

    fn push(
        &mut self,
        route: String,
        line: u32,
        outcome: Result<ApiDefinition, Reason>,
    ) -> Result<(), Reason> {
        if self.drafts.len() >= OPERATIONS_MAX {
            return Err(Reason::new(
                line,
                format!("more than {OPERATIONS_MAX} operations"),
                format!("API数量超过{OPERATIONS_MAX}"),
            ));
        }
        self.drafts.push(Draft { route, line, outcome });
        Ok(())
    }

    fn full_path(&self, path: &str) -> String {
        // A path that does not begin with a slash is refused as it is, not made one by what stands before it.
        if path.starts_with('/') { format!("{}{path}", self.base) } else { path.to_owned() }
    }

    fn name(&mut self, operation: Operation<'_>) -> String {
        if let Some(id) = operation.node.text_of("operationId") {
            return id.to_owned();
        }
        let name = derived_name(operation.method, operation.path);
        let count = self.made.entry(name.clone()).or_insert(0);
        *count += 1;
        if *count == 1 { name } else { format!("{name}_{count}") }
    }
}

/// Of two operations with the same name, or the same method and shape of path, the second is refused.
fn refuse_duplicates(drafts: &mut [Draft]) {
    let mut names: HashMap<String, u32> = HashMap::new();
    let mut routes: HashMap<(Method, String), u32> = HashMap::new();
    for draft in drafts {
        let Ok(definition) = &draft.outcome else { continue };
        let route = (definition.method, definition.path.shape());
        let reason = match (routes.get(&route), names.get(&definition.name)) {
            (Some(first), _) => Some(Reason::new(
                draft.line,
                format!("line {first} has this method and path already"),
                format!("与第{first}行的请求方法和路径重复"),
            )),
            (None, Some(first)) => Some(Reason::new(
                draft.line,
                format!("line {first} has the operationId {:?} already", definition.name),
                format!("operationId {:?}与第{first}行重复", definition.name),
            )),
            (None, None) => None,
        };
        if let Some(reason) = reason {
            draft.outcome = Err(reason);
        } else {
            names.insert(definition.name.clone(), draft.line);
            routes.insert(route, draft.line);
        }
    }
}
