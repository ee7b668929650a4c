//! What differs between two contents of a group: APIs added, removed, and changed field by field.

use super::{Badge, Tone, method_badge::MethodBadge};
use crate::{contexts::use_texts, i18n::Texts};
use domain::{ApiChange, AuthType, Difference, FieldChange, difference::BACKEND_FIELD};
use leptos::prelude::*;

/// A difference in one line: `1 added, 2 changed`.
#[component]
pub fn DifferenceSummary(
    /// What differs.
    difference: Difference,
) -> impl IntoView {
    let words = &use_texts().revisions.difference;
    let (added, changed, removed) = difference.counts();
    let told = |count: u32, words: fn(u32) -> String| (count > 0).then(|| words(count));
    let settings = (!difference.settings.is_empty()).then(|| words.settings_changed.to_owned());
    let parts = [
        told(added, words.count_added),
        told(changed, words.count_changed),
        told(removed, words.count_removed),
        settings,
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    if parts.is_empty() {
        words.nothing.to_owned()
    } else {
        parts.join(use_texts().common.list_separator)
    }
}

/// A difference in full.
#[component]
pub fn DifferenceView(
    /// What differs.
    difference: Difference,
    /// How many changes are shown at once; the rest unfolds.
    #[prop(default = usize::MAX)]
    limit: usize,
) -> impl IntoView {
    let texts = use_texts();
    let words = &texts.revisions.difference;
    if difference.is_empty() {
        return view! { <p class="text-muted">{words.nothing}</p> }.into_any();
    }
    let settings = (!difference.settings.is_empty()).then(|| {
        let fields = difference.settings.iter().map(|change| setting(texts, change)).collect();
        view! {
            <li class="change">
                <p class="change-head"><Badge tone=Tone::Warning>{words.changed}</Badge> {words.settings}</p>
                <FieldTable fields/>
            </li>
        }
    });
    let mut shown = difference.apis;
    let rest = shown.split_off(shown.len().min(limit));
    let shown = shown.into_iter().map(|change| view! { <Change change/> }).collect_view();
    let rest = (!rest.is_empty()).then(|| {
        let summary = (words.show_all)(rest.len());
        let rest = rest.into_iter().map(|change| view! { <Change change/> }).collect_view();
        view! {
            <li><details class="unfold"><summary>{summary}</summary><ul class="changes">{rest}</ul></details></li>
        }
    });
    let unchanged = (difference.unchanged > 0).then(|| {
        view! { <li class="text-muted">{(words.unchanged)(difference.unchanged)}</li> }
    });
    view! { <ul class="changes">{settings} {shown} {rest} {unchanged}</ul> }.into_any()
}

/// What happened to one API.
#[component]
fn Change(change: ApiChange) -> impl IntoView {
    let words = &use_texts().revisions.difference;
    let (tone, word) = match &change {
        ApiChange::Added { .. } => (Tone::Success, words.added),
        ApiChange::Removed { .. } => (Tone::Danger, words.removed),
        ApiChange::Changed { .. } => (Tone::Warning, words.changed),
    };
    let (route, name, fields) = match change {
        ApiChange::Added { route, name } | ApiChange::Removed { route, name } => {
            (route, name, Vec::new())
        }
        ApiChange::Changed { route, name, fields } => (route, name, fields),
    };
    let fields = (!fields.is_empty()).then(|| view! { <FieldTable fields/> });
    view! {
        <li class="change">
            <p class="change-head">
                <Badge tone>{word}</Badge> <Route route/> <span class="text-muted">{name}</span>
            </p>
            {fields}
        </li>
    }
}

/// `GET /pets/{petId}`.
#[component]
pub fn Route(
    /// Method and path.
    #[prop(into)]
    route: String,
) -> impl IntoView {
    let (method, path) = route.split_once(' ').unwrap_or(("", &route));
    let (method, path) = (method.to_owned(), path.to_owned());
    view! {
        <span class="route">
            {(!method.is_empty()).then(|| view! { <MethodBadge method/> })} " "
            <code class="font-mono">{path}</code>
        </span>
    }
}

/// Fields with their values before and after.
#[component]
pub fn FieldTable(
    /// What changed.
    fields: Vec<FieldChange>,
) -> impl IntoView {
    let words = &use_texts().revisions.difference;
    let value = move |value: Option<String>, class: &'static str| match value {
        Some(text) => view! { <span class=class>{text}</span> }.into_any(),
        None => view! { <span class="text-muted">{words.absent}</span> }.into_any(),
    };
    let rows = fields.into_iter().map(|change| {
        view! {
            <tr>
                <th scope="row">{change.field}</th>
                <td>{value(change.before, "value-before")}</td>
                <td>{value(change.after, "value-after")}</td>
            </tr>
        }
    });
    view! {
        <table class="field-changes">
            <thead class="sr-only">
                <tr>
                    <th scope="col">{words.field}</th>
                    <th scope="col">{words.before}</th>
                    <th scope="col">{words.after}</th>
                </tr>
            </thead>
            <tbody>{rows.collect_view()}</tbody>
        </table>
    }
}

/// A setting of the group in the words of its form.
fn setting(texts: &Texts, change: &FieldChange) -> FieldChange {
    let (groups, pages, answers) = (texts.api_groups, texts.group_pages, texts.answers);
    let name = match change.field.as_str() {
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
        "jwt.issuer" => texts.jwt.issuer,
        "jwt.audiences" => texts.jwt.audiences,
        "jwt.scopes" => texts.jwt.scopes,
        "jwt.keys" => texts.jwt.keys,
        "jwt.leeway" => texts.jwt.leeway,
        "jwt.claims" => texts.jwt.claims,
        "jwt.forwardToken" => texts.jwt.token_forwarded,
        BACKEND_FIELD => texts.deployments.publishing.backend,
        other => {
            let of_backend = other.strip_prefix(BACKEND_FIELD).and_then(|it| it.strip_prefix('.'));
            of_backend.and_then(|name| texts.backends.field(name)).unwrap_or(other)
        }
    };
    let value = |value: &Option<String>| {
        value.as_deref().map(|value| match (change.field.as_str(), value) {
            ("authType", value) if value == AuthType::Signature.as_str() => {
                groups.auth_signature.to_owned()
            }
            ("authType", value) if value == AuthType::Jwt.as_str() => texts.jwt.auth.to_owned(),
            ("authType", value) if value == AuthType::None.as_str() => groups.auth_none.to_owned(),
            (
                "stripPrefix" | "strictSignatures" | "corsCredentials" | "compression"
                | "jwt.forwardToken",
                "true",
            ) => pages.yes.to_owned(),
            (
                "stripPrefix" | "strictSignatures" | "corsCredentials" | "compression"
                | "jwt.forwardToken",
                "false",
            ) => pages.no.to_owned(),
            ("validation", value) => value.parse().map_or_else(
                |_unknown| value.to_owned(),
                |mode| texts.validation.mode(mode).to_owned(),
            ),
            ("backend.balancing", value) => texts.backends.balancing_shown(value),
            (BACKEND_FIELD, "mock") => texts.deployments.publishing.backend_mock.to_owned(),
            (_, value) => value.to_owned(),
        })
    };
    FieldChange {
        field: name.to_owned(),
        before: value(&change.before),
        after: value(&change.after),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Locale;

    #[test]
    fn a_changed_backend_is_told_in_the_words_of_the_form() {
        let change = FieldChange {
            field: "backend.balancing".into(),
            before: None,
            after: Some("header x-user".into()),
        };
        let told = setting(Locale::En.texts(), &change);
        assert_eq!(told.field, "Who gets a call");
        assert_eq!(told.before, None);
        assert_eq!(told.after.as_deref(), Some("The same for each value of a header: x-user"));
    }

    #[test]
    fn a_changed_setting_is_told_in_the_words_of_the_form() {
        let change = FieldChange {
            field: "authType".into(),
            before: Some("jd_cloud".into()),
            after: Some("None".into()),
        };
        let told = setting(Locale::En.texts(), &change);
        assert_eq!(told.field, "Authorization type");
        assert_eq!(told.before.as_deref(), Some("Access authorization"));
        assert_eq!(told.after.as_deref(), Some("No authentication"));
    }
}
