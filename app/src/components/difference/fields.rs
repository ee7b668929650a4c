//! Fields that differ, in the words of the forms that they are typed into. What no form has a word for, a member of a JSON
//! Schema or a parameter, is named as the person named it.

use crate::i18n::Texts;
use domain::{AuthType, FieldChange, MatchType, difference::BACKEND_FIELD};

/// The change with the names of its form in place of those of the REST API. A field that has none, from a release that an
/// earlier version kept, is told as it is.
pub(super) fn told(texts: &Texts, change: FieldChange) -> FieldChange {
    let FieldChange { field, before, after } = change;
    let shown = |text: Option<String>| text.map(|text| value(texts, &field, text));
    let (before, after) = (shown(before), shown(after));
    let name = label(texts, &field);
    FieldChange { field: name.unwrap_or(field), before, after }
}

/// What a field is called.
fn label(texts: &Texts, field: &str) -> Option<String> {
    of_group(texts, field)
        .or_else(|| of_api(texts, field))
        .map(str::to_owned)
        .or_else(|| of_parameter(texts, field))
        .or_else(|| of_mapping(texts, field))
        .or_else(|| of_format(texts, field))
}

/// A setting of the group, or of the backend given at publish.
fn of_group(texts: &Texts, field: &str) -> Option<&'static str> {
    let (groups, pages, answers, jwt) =
        (texts.api_groups, texts.group_pages, texts.answers, texts.jwt);
    Some(match field {
        "prefix" => groups.prefix_label,
        "authType" => groups.auth_type,
        "stripPrefix" => pages.strip_prefix,
        "strictSignatures" => pages.strict,
        "validation" => texts.validation.name,
        "corsOrigins" => answers.origins,
        "corsMethods" => answers.methods,
        "corsHeaders" => answers.headers,
        "corsExposedHeaders" => answers.exposed_headers,
        "corsCredentials" => answers.credentials,
        "corsMaxAge" => answers.max_age,
        "compression" => answers.compression_name,
        "jwt.issuer" => jwt.issuer,
        "jwt.audiences" => jwt.audiences,
        "jwt.scopes" => jwt.scopes,
        "jwt.keys" => jwt.keys,
        "jwt.leeway" => jwt.leeway,
        "jwt.claims" => jwt.claims,
        "jwt.forwardToken" => jwt.token_forwarded,
        BACKEND_FIELD => texts.deployments.publishing.backend,
        other => {
            return texts.backends.field(other.strip_prefix(BACKEND_FIELD)?.strip_prefix('.')?);
        }
    })
}

/// A field of an API that has one name.
fn of_api(texts: &Texts, field: &str) -> Option<&'static str> {
    let (form, mapping, answers, backends) =
        (&texts.apis.form, &texts.apis.mapping, texts.answers, texts.backends);
    Some(match field {
        "name" => texts.common.name,
        "description" => texts.common.description,
        "method" => form.method,
        "path" => form.path,
        "matchType" => form.match_type,
        "request.mediaType" => form.request_type,
        "request" => form.request_format,
        "response.mediaType" => form.response_type,
        "response" => form.response_format,
        "backend.type" => form.backend,
        "backend.address" => form.backend_url,
        "mapping.method" => mapping.method,
        "mapping.path" => mapping.path,
        "limits.connect_ms" => backends.connect_ms,
        "limits.first_byte_ms" => backends.first_byte_ms,
        "limits.total_ms" => backends.total_ms,
        "limits.retries" => backends.retries,
        "cache.seconds" => answers.seconds,
        "cache.query" => answers.query,
        "cache.headers" => answers.cache_headers,
        "cache.shared" => answers.shared,
        _ => return None,
    })
}

/// `parameters.query.limit`, or a member of it.
fn of_parameter(texts: &Texts, field: &str) -> Option<String> {
    let (location, name) = field.strip_prefix("parameters.")?.split_once('.')?;
    let (form, words) = (&texts.apis.form, &texts.revisions.difference);
    let members = [
        (".type", form.parameter_type),
        (".required", form.parameter_required),
        (".default_value", form.parameter_default),
        (".schema", texts.validation.value_rules),
        (".description", texts.common.description),
    ];
    let member = members.iter().find_map(|(end, label)| Some((name.strip_suffix(end)?, label)));
    Some(match member {
        Some((name, label)) => (words.of_parameter_member)(name, location, label),
        None => (words.of_parameter)(name, location),
    })
}

/// `mapping.parameters.query.limit`, `mapping.responseHeaders.x-frame-options`.
fn of_mapping(texts: &Texts, field: &str) -> Option<String> {
    let (words, rest) = (&texts.revisions.difference, field.strip_prefix("mapping.")?);
    if let Some(header) = rest.strip_prefix("responseHeaders.") {
        return Some((words.of_answer_header)(header));
    }
    let (location, name) = rest.strip_prefix("parameters.")?.split_once('.')?;
    Some((words.of_backend_parameter)(name, location))
}

/// `response.properties.price.type`: where in a body's format.
fn of_format(texts: &Texts, field: &str) -> Option<String> {
    let (form, words) = (&texts.apis.form, &texts.revisions.difference);
    let (body, place) = field.split_once('.')?;
    let format = match body {
        "request" => form.request_format,
        "response" => form.response_format,
        _ => return None,
    };
    Some((words.in_format)(format, place))
}

/// A value in the words of its form; what a person typed stays as it is.
fn value(texts: &Texts, field: &str, value: String) -> String {
    let (groups, form, mapping) = (texts.api_groups, &texts.apis.form, &texts.apis.mapping);
    let known = |text: &'static str| text.to_owned();
    match (field, value.as_str()) {
        ("authType", text) if text == AuthType::Signature.as_str() => known(groups.auth_signature),
        ("authType", text) if text == AuthType::Jwt.as_str() => known(texts.jwt.auth),
        ("authType", text) if text == AuthType::None.as_str() => known(groups.auth_none),
        ("matchType", text) if text == MatchType::Absolute.as_str() => known(form.match_absolute),
        ("matchType", text) if text == MatchType::Prefix.as_str() => known(form.match_prefix),
        ("backend.type", "deployment") => known(form.backend_deployment),
        ("backend.type", "mock") => known(form.backend_mock),
        ("backend.type", "http") => known(form.backend_http),
        ("validation", text) => text
            .parse()
            .map_or_else(|_unknown| text.to_owned(), |mode| known(texts.validation.mode(mode))),
        ("backend.balancing", text) => texts.backends.balancing_shown(text),
        (BACKEND_FIELD, "mock") => known(texts.deployments.publishing.backend_mock),
        (field, "true") if is_choice(field) => known(texts.group_pages.yes),
        (field, "false") if is_choice(field) => known(texts.group_pages.no),
        (field, text) if field.starts_with("mapping.parameters.") => {
            let words = [
                ("constant", mapping.from_constant),
                ("path", mapping.from_path),
                ("query", mapping.from_query),
                ("header", mapping.from_header),
                ("removed", mapping.from_removed),
            ];
            first_word(&words, text)
        }
        (field, text) if field.starts_with("mapping.responseHeaders.") => {
            first_word(&[("set", mapping.set), ("remove", mapping.remove)], text)
        }
        _ => value,
    }
}

/// Whether a field is a box to tick.
fn is_choice(field: &str) -> bool {
    let known = [
        "stripPrefix",
        "strictSignatures",
        "corsCredentials",
        "compression",
        "jwt.forwardToken",
        "cache.shared",
    ];
    known.contains(&field) || (field.starts_with("parameters.") && field.ends_with(".required"))
}

/// The text with its first word in the words of the form: `constant 7` → `Constant: 7`.
fn first_word(words: &[(&str, &'static str)], text: &str) -> String {
    let (word, rest) = text.split_once(' ').unwrap_or((text, ""));
    let Some((_, shown)) = words.iter().find(|(name, _)| *name == word) else {
        return text.to_owned();
    };
    if rest.is_empty() { (*shown).to_owned() } else { format!("{shown}: {rest}") }
}

#[cfg(test)]
mod tests;
