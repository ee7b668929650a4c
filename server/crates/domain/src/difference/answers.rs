//! What differs in how calls are answered.

use super::{FieldChange, compare, values};
use crate::{
    answer::AnswerSettings,
    cache::CacheSettings,
    cors::{AllowedOrigin, CorsSettings},
};
use serde_json::{Map, Value};

/// Compares how a group's calls are answered, setting by setting.
pub(super) fn settings(
    changes: &mut Vec<FieldChange>,
    before: &AnswerSettings,
    after: &AnswerSettings,
) {
    for ((field, before), (_, after)) in shown(before).iter().zip(shown(after)) {
        compare(changes, field, before, &after);
    }
}

fn shown(settings: &AnswerSettings) -> [(&'static str, String); 7] {
    let of = |text: fn(&CorsSettings) -> String| settings.cors.as_ref().map(text);
    let credentials = settings.cors.as_ref().is_some_and(|cors| cors.credentials);
    let texts = [
        of(|cors| joined(cors.origins.iter().map(AllowedOrigin::to_string))),
        of(|cors| joined(cors.methods.iter().map(|method| method.as_str()))),
        of(|cors| joined(&cors.headers)),
        of(|cors| joined(&cors.exposed_headers)),
        Some(credentials.to_string()),
        of(|cors| cors.max_age.to_string()),
        Some(settings.compression.to_string()),
    ];
    let fields = [
        "corsOrigins",
        "corsMethods",
        "corsHeaders",
        "corsExposedHeaders",
        "corsCredentials",
        "corsMaxAge",
        "compression",
    ];
    let mut texts = texts.into_iter().map(Option::unwrap_or_default);
    fields.map(|field| (field, texts.next().unwrap_or_default()))
}

/// Compares how an API's answers are kept.
pub(super) fn cache(
    changes: &mut Vec<FieldChange>,
    before: Option<&CacheSettings>,
    after: Option<&CacheSettings>,
) {
    // Without a cache it is an object without members, so that each setting is a line of its own.
    let shown = |settings: Option<&CacheSettings>| {
        let mut members = Map::new();
        if let Some(settings) = settings {
            members.insert("seconds".to_owned(), settings.seconds.into());
            let lists = [("query", &settings.query), ("headers", &settings.headers)];
            for (name, list) in lists.into_iter().filter(|(_, list)| !list.is_empty()) {
                members.insert(name.to_owned(), joined(list).into());
            }
            if settings.shared {
                members.insert("shared".to_owned(), true.into());
            }
        }
        Value::Object(members)
    };
    values(changes, "cache", Some(&shown(before)), Some(&shown(after)));
}

fn joined(texts: impl IntoIterator<Item = impl AsRef<str>>) -> String {
    texts.into_iter().map(|text| text.as_ref().to_owned()).collect::<Vec<_>>().join(", ")
}
