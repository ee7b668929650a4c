//! The fields of an API's form, section by section.

use super::{
    cache_fields::CacheSection,
    list::full_path,
    mapping_fields::MappingSection,
    parameter_rows::ParameterRows,
    path_rows::typed_rows,
    schema_field::{BodySection, BodyWords},
};
use crate::{
    components::{
        Choice, FormSection, LimitFields, RadioGroup, Select, TextArea, TextField,
        scripted::use_scripted,
    },
    contexts::use_texts,
    forms::{apis::ApiForm, limits::LimitsForm},
};
use domain::{
    ApiGroup, BackendAddress, DomainError, FunctionUrl, MatchType, Method, PathTemplate,
    api::check_api_name,
};
use leptos::prelude::*;

/// All fields.
#[component]
pub(super) fn ApiFields(
    group: ApiGroup,
    /// What the form holds at first.
    initial: ApiForm,
    /// What was typed before the page was rendered.
    typed: Vec<(String, String)>,
) -> impl IntoView {
    let words = &use_texts().apis.form;
    let before = |name: &str, value: &str| {
        let typed = typed.iter().find(|(field, _)| field == name).map(|(_, value)| value.clone());
        RwSignal::new(typed.unwrap_or_else(|| value.to_owned()))
    };
    let method = before("form[method]", &initial.method);
    let path = before("form[path]", &initial.path);
    let backend = before("form[backend]", &initial.backend);
    let kind = |part: &str| {
        let name = format!("form[{part}][type]");
        typed.iter().find(|(field, _)| *field == name).map(|(_, value)| value.clone())
    };
    let (request_kind, response_kind) = (kind("request"), kind("response"));
    let rows = if typed.is_empty() { initial.parameters.clone() } else { typed_rows(&typed) };
    let absent = Signal::derive(move || {
        let bodiless = method.get().parse::<Method>().is_ok_and(|method| !method.has_body());
        bodiless.then_some(words.request_no_body)
    });
    let request = BodyWords {
        part: "request",
        rule: "reqBody",
        title: words.section_request,
        kind: words.request_type,
        format: words.request_format,
        other_help: words.request_other_help,
    };
    let response = BodyWords {
        part: "response",
        rule: "resBody",
        title: words.section_response,
        kind: words.response_type,
        format: words.response_format,
        other_help: words.response_other_help,
    };
    let ApiForm { request: request_fields, response: response_fields, .. } = initial.clone();
    view! {
        <BasicSection group initial=initial.clone() method path/>
        <FormSection title=words.section_calls>
            <ParameterRows rows path=path.into()/>
        </FormSection>
        <BodySection words=request fields=request_fields typed_kind=request_kind absent/>
        <BodySection words=response fields=response_fields typed_kind=response_kind/>
        <BackendSection initial=initial.clone() backend/>
        <LimitSection initial=initial.limits/>
        <MappingSection initial=initial.mapping/>
        <CacheSection initial=initial.cache/>
    }
}

/// Name, description, method and path.
#[component]
fn BasicSection(
    group: ApiGroup,
    initial: ApiForm,
    method: RwSignal<String>,
    path: RwSignal<String>,
) -> impl IntoView {
    let texts = use_texts();
    let words = &texts.apis.form;
    let methods = Method::ALL.iter().map(|method| Choice::new(method.as_str(), method.as_str()));
    let shown = move || path.with(|path| full_path(&group, path.trim()));
    view! {
        <FormSection title=words.section_basic>
            <TextField
                label=texts.common.name
                name="form[name]"
                field="apiName"
                value=initial.name
                rule=words.name_rule
                required=true
                mono=true
                check=check_api_name
            />
            <TextArea
                label=texts.common.description
                name="form[description]"
                value=initial.description
                rule=words.description_rule
                rows=2
                check=check_description
            />
            <div class="side-by-side">
                <Select
                    label=words.method
                    name="form[method]"
                    field="action"
                    value=initial.method
                    choices=methods.collect()
                    on_change=move |value| method.set(value)
                />
                <TextField
                    label=words.path
                    name="form[path]"
                    value=initial.path
                    rule=words.path_rule
                    placeholder="/pets/{petId}"
                    required=true
                    mono=true
                    check=check_path
                    on_input=move |text| path.set(text)
                />
            </div>
            <p class="live-value" aria-live="polite">{words.full_path} " " <code class="font-mono">{shown}</code></p>
            <RadioGroup
                label=words.match_type
                name="form[match_type]"
                field="matchType"
                value=initial.match_type
                choices=vec![
                    Choice::new(MatchType::Absolute.as_str(), words.match_absolute).help(words.match_absolute_help),
                    Choice::new(MatchType::Prefix.as_str(), words.match_prefix).help(words.match_prefix_help),
                ]
            />
        </FormSection>
    }
}

/// Where the API is forwarded to.
#[component]
fn BackendSection(initial: ApiForm, backend: RwSignal<String>) -> impl IntoView {
    let words = &use_texts().apis.form;
    let scripted = use_scripted();
    view! {
        <FormSection title=words.section_backend>
            <RadioGroup
                label=words.backend
                name="form[backend]"
                field="backendServiceType"
                value=initial.backend
                choices=vec![
                    Choice::new("deployment", words.backend_deployment).help(words.backend_deployment_help),
                    Choice::new("http", words.backend_http).help(words.backend_http_help),
                    Choice::new("mock", words.backend_mock).help(words.backend_mock_help),
                    Choice::new("function", words.backend_function).help(words.backend_function_help),
                ]
                on_change=move |value| backend.set(value)
            />
            <div hidden=move || scripted.get() && backend.get() != "http">
                <TextField
                    label=words.backend_url
                    name="form[backend_url]"
                    field="backendUrl"
                    value=initial.backend_url
                    rule=words.backend_url_rule
                    placeholder="http://10.0.0.7:9000"
                    mono=true
                    check=check_address
                />
            </div>
            <div hidden=move || scripted.get() && backend.get() != "function">
                <TextField
                    label=words.function_url
                    name="form[function_url]"
                    field="functionUrl"
                    value=initial.function_url
                    rule=words.function_url_rule
                    placeholder="http://10.0.0.7:9000/function"
                    mono=true
                    check=check_function
                />
            </div>
        </FormSection>
    }
}

/// How long its backend may take and how often it is tried.
#[component]
fn LimitSection(initial: LimitsForm) -> impl IntoView {
    let words = use_texts().backends;
    view! {
        <FormSection title=words.api_limits>
            <p class="card-help">{words.api_limits_help}</p>
            <LimitFields name="form[limits]" initial/>
        </FormSection>
    }
}

fn check_description(text: &str) -> Option<DomainError> {
    let mut violations = Vec::new();
    domain::text::check_length("description", text, domain::text::DESCRIPTION_MAX, &mut violations);
    violations.pop()
}

fn check_path(text: &str) -> Option<DomainError> {
    text.trim().parse::<PathTemplate>().err()
}

fn check_function(text: &str) -> Option<DomainError> {
    text.parse::<FunctionUrl>().err()
}

pub(super) fn check_address(text: &str) -> Option<DomainError> {
    text.parse::<BackendAddress>().err()
}
