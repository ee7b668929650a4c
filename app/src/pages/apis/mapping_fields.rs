//! The fields of an API's mapping.

use crate::{
    components::{Choice, FieldColumn, FieldRows, FieldRowsWords, FormSection, Select, TextField},
    contexts::use_texts,
    forms::apis::{BackendParameterRow, HeaderChangeRow, MappingForm},
};
use domain::{DomainError, Method, ParameterLocation, PathTemplate};
use leptos::prelude::*;

/// What the backend is sent, and which headers of its answer are changed.
#[component]
pub(super) fn MappingSection(
    /// What the fields hold at first.
    initial: MappingForm,
) -> impl IntoView {
    let words = &use_texts().apis.mapping;
    let methods = Method::ALL.iter().map(|method| Choice::new(method.as_str(), method.as_str()));
    let methods = std::iter::once(Choice::new("", words.method_same)).chain(methods);
    let MappingForm { method, path, parameters, headers } = initial;
    view! {
        <FormSection title=words.section>
            <p class="card-help">{words.help}</p>
            <div class="side-by-side">
                <Select
                    label=words.method
                    name="form[mapping][method]"
                    field="backendAction"
                    value=method
                    choices=methods.collect()
                />
                <TextField
                    label=words.path
                    name="form[mapping][path]"
                    field="backendPath"
                    value=path
                    rule=words.path_rule
                    placeholder="/v2/animals/{petId}"
                    mono=true
                    check=check_path
                />
            </div>
            <Parameters rows=parameters/>
            <Headers rows=headers/>
        </FormSection>
    }
}

#[component]
fn Parameters(rows: Vec<BackendParameterRow>) -> impl IntoView {
    let words = &use_texts().apis.mapping;
    let locations = [ParameterLocation::Query, ParameterLocation::Header, ParameterLocation::Path]
        .map(|location| (location.as_str(), location.as_str()));
    let sources = vec![
        ("constant", words.from_constant),
        ("query", words.from_query),
        ("header", words.from_header),
        ("path", words.from_path),
        ("removed", words.from_removed),
    ];
    let columns = vec![
        FieldColumn::choice("location", words.location, locations.into()),
        FieldColumn::text("name", words.name),
        FieldColumn::choice("from", words.from, sources),
        FieldColumn::text("value", words.value),
    ];
    let texts = FieldRowsWords {
        label: words.parameters,
        add: words.add_parameter,
        remove: words.remove_parameter,
        field: words.parameter_field,
    };
    let rows = rows.into_iter().map(|row| vec![row.location, row.name, row.from, row.value]);
    view! {
        <FieldRows
            name="form[mapping][parameters]"
            field="backendParameters"
            words=texts
            columns
            rows=rows.collect()
            rule=words.parameters_help
        />
    }
}

#[component]
fn Headers(rows: Vec<HeaderChangeRow>) -> impl IntoView {
    let words = &use_texts().apis.mapping;
    let columns = vec![
        FieldColumn::choice(
            "action",
            words.action,
            vec![("set", words.set), ("remove", words.remove)],
        ),
        FieldColumn::text("name", use_texts().common.name),
        FieldColumn::text("value", use_texts().backend_configs.value),
    ];
    let texts = FieldRowsWords {
        label: words.headers,
        add: words.add_header,
        remove: words.remove_header,
        field: words.header_field,
    };
    let rows = rows.into_iter().map(|row| vec![row.action, row.name, row.value]);
    view! {
        <FieldRows
            name="form[mapping][headers]"
            field="responseHeaders"
            words=texts
            columns
            rows=rows.collect()
            rule=words.headers_help
        />
    }
}

fn check_path(text: &str) -> Option<DomainError> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.parse::<PathTemplate>().err()).flatten()
}
