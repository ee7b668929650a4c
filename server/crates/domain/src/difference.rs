//! The difference between two contents of a group: APIs added, removed, and changed field by field.

mod answers;

use crate::{
    api::{Api, ApiDefinition, Body, Parameter},
    backend::BackendService,
    id::JwtSecretId,
    jwt::{JwtKeys, JwtSettings},
    mapping::{ApiMapping, ParameterSource},
    revision::GroupContent,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::HashSet;

/// One field that differs. Values are shown as they are; an absent one is `None`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldChange {
    /// Which field: `path`, `parameters.query.limit.required`, `response.properties.price.type`, …
    pub field: String,
    /// Its value before.
    pub before: Option<String>,
    /// Its value after.
    pub after: Option<String>,
}

/// What happened to one API.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "change", rename_all = "snake_case")]
pub enum ApiChange {
    /// It is new.
    Added {
        /// `GET /pets/{petId}`.
        route: String,
        /// Its name.
        name: String,
    },
    /// It is gone.
    Removed {
        /// `GET /pets/{petId}`.
        route: String,
        /// Its name.
        name: String,
    },
    /// It is there in both, with these fields changed.
    Changed {
        /// Its route afterwards.
        route: String,
        /// Its name afterwards.
        name: String,
        /// What differs; never empty.
        fields: Vec<FieldChange>,
    },
}

/// The name of the backend among the settings that differ.
pub const BACKEND_FIELD: &str = "backend";

/// The difference between two contents.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    /// Settings of the group that differ.
    pub settings: Vec<FieldChange>,
    /// APIs that differ, ordered by route.
    pub apis: Vec<ApiChange>,
    /// How many APIs are the same in both.
    pub unchanged: u32,
}

impl Difference {
    /// What changes from `before` (`None`: nothing was there) to `after`.
    #[must_use]
    pub fn between(before: Option<&GroupContent>, after: &GroupContent) -> Self {
        let Some(before) = before else {
            let apis = after.apis.iter().map(|api| added(&api.definition)).collect();
            return Self { settings: Vec::new(), apis, unchanged: 0 };
        };
        let mut difference = Self { settings: settings(before, after), ..Self::default() };
        let mut old: Vec<Option<&Api>> = before.apis.iter().map(Some).collect();
        let partners: Vec<Option<&Api>> = pair(&mut old, &after.apis);
        for (api, partner) in after.apis.iter().zip(partners) {
            let Some(partner) = partner else {
                difference.apis.push(added(&api.definition));
                continue;
            };
            let fields = fields(&partner.definition, &api.definition);
            if fields.is_empty() {
                difference.unchanged += 1;
            } else {
                let (route, name) = (route(&api.definition), api.definition.name.clone());
                difference.apis.push(ApiChange::Changed { route, name, fields });
            }
        }
        difference.apis.extend(old.into_iter().flatten().map(|api| removed(&api.definition)));
        difference.apis.sort_by(|a, b| a.route().cmp(b.route()));
        difference
    }

    /// The same difference with the backend that requests are forwarded to (`before` is `None`: nothing was there).
    #[must_use]
    pub fn with_backend(mut self, before: Option<&BackendService>, after: &BackendService) -> Self {
        if let Some(before) = before {
            let changes = &mut self.settings;
            compare(changes, BACKEND_FIELD, &before.to_string(), &after.to_string());
            backend_settings(changes, before, after);
        }
        self
    }

    /// Nothing differs.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.settings.is_empty() && self.apis.is_empty()
    }

    /// How many APIs were added, changed and removed.
    #[must_use]
    pub fn counts(&self) -> (u32, u32, u32) {
        self.apis.iter().fold((0, 0, 0), |(added, changed, removed), change| match change {
            ApiChange::Added { .. } => (added + 1, changed, removed),
            ApiChange::Changed { .. } => (added, changed + 1, removed),
            ApiChange::Removed { .. } => (added, changed, removed + 1),
        })
    }
}

impl ApiChange {
    /// `GET /pets/{petId}`: the route afterwards, or before it was removed.
    #[must_use]
    pub fn route(&self) -> &str {
        match self {
            Self::Added { route, .. }
            | Self::Removed { route, .. }
            | Self::Changed { route, .. } => route,
        }
    }
}

/// An API's partner is the one with the same method and path; where there is none, the one with the same name.
fn pair<'a>(old: &mut [Option<&'a Api>], new: &[Api]) -> Vec<Option<&'a Api>> {
    let mut take = |fits: &dyn Fn(&ApiDefinition) -> bool| {
        old.iter_mut().find(|slot| slot.is_some_and(|api| fits(&api.definition)))?.take()
    };
    let mut partners: Vec<Option<&Api>> = new
        .iter()
        .map(|api| {
            let wanted = &api.definition;
            take(&|d| d.method == wanted.method && d.path.shape() == wanted.path.shape())
        })
        .collect();
    for (api, partner) in new.iter().zip(&mut partners) {
        if partner.is_none() {
            *partner = take(&|d| d.name == api.definition.name);
        }
    }
    partners
}

fn route(definition: &ApiDefinition) -> String {
    format!("{} {}", definition.method.as_str(), definition.path)
}

fn added(definition: &ApiDefinition) -> ApiChange {
    ApiChange::Added { route: route(definition), name: definition.name.clone() }
}

fn removed(definition: &ApiDefinition) -> ApiChange {
    ApiChange::Removed { route: route(definition), name: definition.name.clone() }
}

fn settings(before: &GroupContent, after: &GroupContent) -> Vec<FieldChange> {
    let (a, b) = (&before.settings, &after.settings);
    let mut changes = Vec::new();
    compare(&mut changes, "prefix", &a.prefix, &b.prefix);
    compare(&mut changes, "authType", a.auth_type.as_str(), b.auth_type.as_str());
    compare(&mut changes, "stripPrefix", &a.strip_prefix.to_string(), &b.strip_prefix.to_string());
    let strict = [a, b].map(|settings| settings.strict_signatures.to_string());
    compare(&mut changes, "strictSignatures", &strict[0], &strict[1]);
    compare(&mut changes, "validation", a.validation.as_str(), b.validation.as_str());
    answers::settings(&mut changes, &a.answers, &b.answers);
    let shown =
        [a, b].map(|settings| settings.jwt.as_ref().map_or_else(|| Value::Object(Map::new()), jwt));
    values(&mut changes, "jwt", Some(&shown[0]), Some(&shown[1]));
    changes
}

/// How tokens are checked, setting by setting. Of a secret only its id, which another secret has not.
fn jwt(settings: &JwtSettings) -> Value {
    let keys = match &settings.keys {
        JwtKeys::Jwks { url } => url.to_string(),
        JwtKeys::PublicKey { key } => format!("{} {key}", key.algorithm().as_str()),
        JwtKeys::SharedSecret { id } => {
            format!("HS256 {}", id.as_ref().map_or("", JwtSecretId::as_str))
        }
    };
    let claims = settings.claims.iter().map(|entry| format!("{} → {}", entry.claim, entry.header));
    let shown = [
        ("issuer", settings.issuer.clone()),
        ("audiences", settings.audiences.join(", ")),
        ("scopes", settings.scopes.join(" ")),
        ("keys", keys),
        ("leeway", settings.leeway_seconds.to_string()),
        ("claims", claims.collect::<Vec<_>>().join(", ")),
        ("forwardToken", settings.forward_token.to_string()),
    ];
    // An empty list is the same as none.
    let told = shown.into_iter().filter(|(_, text)| !text.is_empty());
    told.map(|(name, text)| (name.to_owned(), Value::String(text))).collect()
}

/// What differs between two definitions, field by field; empty when they are the same to callers and backends.
#[must_use]
pub fn fields(before: &ApiDefinition, after: &ApiDefinition) -> Vec<FieldChange> {
    let mut changes = Vec::new();
    compare(&mut changes, "name", &before.name, &after.name);
    compare(&mut changes, "description", &before.description, &after.description);
    compare(&mut changes, "method", before.method.as_str(), after.method.as_str());
    compare(&mut changes, "path", before.path.as_str(), after.path.as_str());
    compare(&mut changes, "matchType", before.match_type.as_str(), after.match_type.as_str());
    parameters(&mut changes, &before.parameters, &after.parameters);
    body(&mut changes, "request", &before.request_body, &after.request_body);
    body(&mut changes, "response", &before.response_body, &after.response_body);
    let backend = |d: &ApiDefinition| serde_json::to_value(&d.backend).unwrap_or_default();
    values(&mut changes, "backend", Some(&backend(before)), Some(&backend(after)));
    mapping(&mut changes, &before.mapping, &after.mapping);
    let limits = |d: &ApiDefinition| serde_json::to_value(d.limits).unwrap_or_default();
    values(&mut changes, "limits", Some(&limits(before)), Some(&limits(after)));
    answers::cache(&mut changes, before.cache.as_ref(), after.cache.as_ref());
    changes
}

fn compare(changes: &mut Vec<FieldChange>, field: &str, before: &str, after: &str) {
    if before != after {
        let shown = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        changes.push(FieldChange {
            field: field.to_owned(),
            before: shown(before),
            after: shown(after),
        });
    }
}

/// Compares what is said of two backends besides their addresses.
fn backend_settings(
    changes: &mut Vec<FieldChange>,
    before: &BackendService,
    after: &BackendService,
) {
    let told = |backend: &BackendService| match backend {
        BackendService::Balanced(balanced) => balanced.told(),
        BackendService::Mock | BackendService::Single { .. } => Vec::new(),
    };
    let (before, after) = (told(before), told(after));
    let value = |told: &[(&str, String)], field: &str| {
        told.iter().find(|(name, _)| *name == field).map(|(_, value)| value.clone())
    };
    let mut fields: Vec<&str> = before.iter().chain(&after).map(|(name, _)| *name).collect();
    let mut seen = HashSet::new();
    fields.retain(|field| seen.insert(*field));
    for field in fields {
        let name = format!("{BACKEND_FIELD}.{field}");
        let [old, new] = [&before, &after].map(|told| value(told, field).unwrap_or_default());
        compare(changes, &name, &old, &new);
    }
}

/// Compares two mappings, each backend parameter and header of the answer by its name.
fn mapping(changes: &mut Vec<FieldChange>, before: &ApiMapping, after: &ApiMapping) {
    let shown = |mapping: &ApiMapping| {
        let parameters = mapping.parameters.iter().map(|p| {
            let source = match &p.source {
                ParameterSource::Constant { value } => format!("constant {value}"),
                ParameterSource::Request { location, name } => {
                    format!("{} {name}", location.as_str())
                }
                ParameterSource::Removed => "removed".to_owned(),
            };
            (format!("parameters.{}.{}", p.location.as_str(), p.name), source)
        });
        let headers = mapping.response_headers.iter().map(|change| {
            let name = format!("responseHeaders.{}", change.name.to_ascii_lowercase());
            (
                name,
                change.value.as_ref().map_or("remove".to_owned(), |value| format!("set {value}")),
            )
        });
        let method = mapping.method.map(|method| ("method".to_owned(), method.as_str().to_owned()));
        let path = mapping.path.as_ref().map(|path| ("path".to_owned(), path.to_string()));
        let all = method.into_iter().chain(path).chain(parameters).chain(headers);
        Value::Object(all.map(|(name, text)| (name, Value::String(text))).collect())
    };
    values(changes, "mapping", Some(&shown(before)), Some(&shown(after)));
}

fn parameters(changes: &mut Vec<FieldChange>, before: &[Parameter], after: &[Parameter]) {
    let key = |p: &Parameter| format!("parameters.{}.{}", p.location.as_str(), p.name);
    let find = |list: &[Parameter], wanted: &str| -> Option<Value> {
        let parameter = list.iter().find(|p| key(p) == wanted)?;
        let mut value = serde_json::to_value(parameter).ok()?;
        if let Some(object) = value.as_object_mut() {
            // They are the key; and an empty text is the same as none.
            object.retain(|name, v| name != "name" && name != "location" && v.as_str() != Some(""));
        }
        Some(value)
    };
    let mut keys: Vec<String> = before.iter().chain(after).map(key).collect();
    keys.sort_unstable();
    keys.dedup();
    for key in keys {
        let (old, new) = (find(before, &key), find(after, &key));
        if old.is_some() && new.is_some() {
            values(changes, &key, old.as_ref(), new.as_ref());
        } else {
            let shown =
                |v: Option<Value>| v.map(|v| v["type"].as_str().unwrap_or_default().to_owned());
            changes.push(FieldChange { field: key, before: shown(old), after: shown(new) });
        }
    }
}

fn body(changes: &mut Vec<FieldChange>, name: &str, before: &Body, after: &Body) {
    // Not `type`, which may be a member of the schema.
    compare(changes, &format!("{name}.mediaType"), before.media_type(), after.media_type());
    values(changes, name, before.schema.as_ref(), after.schema.as_ref());
}

/// Compares two JSON values leaf by leaf; a member that only one has is shown whole.
fn values(
    changes: &mut Vec<FieldChange>,
    field: &str,
    before: Option<&Value>,
    after: Option<&Value>,
) {
    if before == after {
        return;
    }
    if let (Some(Value::Object(old)), Some(Value::Object(new))) = (before, after) {
        let mut names: Vec<&String> = old.keys().chain(new.keys()).collect();
        names.sort_unstable();
        names.dedup();
        for name in names {
            values(changes, &format!("{field}.{name}"), old.get(name), new.get(name));
        }
        return;
    }
    let shown = |value: &Value| match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    changes.push(FieldChange {
        field: field.to_owned(),
        before: before.map(shown),
        after: after.map(shown),
    });
}

#[cfg(test)]
#[path = "difference/tests.rs"]
mod tests;
