//! The form of a rule: create and edit.

use crate::{
    components::{
        Choice, FieldColumn, FieldRows, FieldRowsWords, FormActions, FormSection, FormSkeleton,
        FormState, LinkButton, Loaded, PostForm, RadioGroup, SubmitButton, TextArea, TextField,
        scripted::use_scripted, use_form,
    },
    contexts::{use_data, use_texts},
    error::AppError,
    forms::backend_configs::{ConditionRow, RouteForm},
    pages::api_groups::group_frame::use_group,
    paths,
    server_fns::backend_configs::{CreateRoute, UpdateRoute, get_route},
};
use domain::{
    ApiGroupId, BackendAddress, BackendConfig, BackendConfigId, DomainError, Environment,
};
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};
use serde::{Serialize, de::DeserializeOwned};
use server_fn::{Http, ServerFn, codec::PostUrl};

/// Create a rule in the environment that the URL names.
#[component]
pub fn NewRoutePage() -> impl IntoView {
    let texts = use_texts();
    let (group, query) = (use_group(), use_query_map());
    let environment = move || {
        query.with(|query| query.get("environment")?.parse().ok()).unwrap_or(Environment::Test)
    };
    move || {
        let group = group.id.get()?;
        let environment = environment();
        let form = use_form::<CreateRoute>().check(|input| input.form.parse().map(|_| ()));
        let name = (texts.common.environment)(environment);
        let initial = RouteForm {
            conditions: vec![ConditionRow { location: "query".into(), ..ConditionRow::default() }],
            backend: "unique".to_owned(),
            ..RouteForm::default()
        };
        let hidden = move || {
            view! { <input type="hidden" name="environment" value=environment.as_str()/> }
        };
        let words = texts.backend_configs;
        Some(view! {
            <RoutePostForm
                form group title=(words.create_title)(name) notice=words.created initial hidden
            />
        })
    }
}

/// Edit a rule.
#[component]
pub fn EditRoutePage() -> impl IntoView {
    let (group, params) = (use_group(), use_params_map());
    let route = move || params.with(|params| params.get("route")?.parse::<BackendConfigId>().ok());
    let rule = use_data(
        move || (group.id.get(), route()),
        |(group, route)| async move {
            let (group, route) = group.zip(route).ok_or(AppError::NotFound)?;
            get_route(group, route).await
        },
    );
    view! {
        <Loaded data=rule skeleton=|| view! { <FormSkeleton/> } let:rule><EditForm rule/></Loaded>
    }
}

#[component]
fn EditForm(rule: BackendConfig) -> impl IntoView {
    let texts = use_texts();
    let words = texts.backend_configs;
    let form = use_form::<UpdateRoute>().check(|input| input.form.parse().map(|_| ()));
    let initial = RouteForm::from(&rule);
    let title = (words.edit_title)(rule.sort, (texts.common.environment)(rule.environment));
    let (group, id) = (rule.api_group_id, rule.id.to_string());
    let hidden = move || view! { <input type="hidden" name="route" value=id.clone()/> };
    view! { <RoutePostForm form group title notice=words.saved initial hidden/> }
}

#[component]
fn RoutePostForm<F, Out>(
    form: FormState<F>,
    group: ApiGroupId,
    title: String,
    notice: &'static str,
    initial: RouteForm,
    /// More hidden fields.
    #[prop(into)]
    hidden: ViewFn,
) -> impl IntoView
where
    F: ServerFn<Error = AppError, Protocol = Http<PostUrl, Out>>
        + DeserializeOwned
        + Clone
        + Send
        + Sync
        + 'static,
    F::Output: Clone + Serialize + Send + Sync + 'static,
{
    let texts = use_texts();
    let words = texts.backend_configs;
    let list = paths::group_page(&group, "routes");
    view! {
        <PostForm form go=list.clone() notice guard=true class="card form form-wide">
            <header class="form-header">
                <h2 class="card-title">{title}</h2>
                <p class="card-help">{words.in_force}</p>
            </header>
            <input type="hidden" name="group" value=group.to_string()/>
            {hidden.run()}
            <FormSection title=words.section_conditions><Conditions rows=initial.conditions/></FormSection>
            <FormSection title=words.section_backend>
                <Backend kind=initial.backend address=initial.backend_url/>
                <TextArea
                    label=texts.common.description
                    name="form[description]"
                    field="description"
                    value=initial.description
                    rule=(words.description_rule)()
                />
            </FormSection>
            <FormActions>
                <SubmitButton label=texts.common.save busy=texts.common.saving/>
                <LinkButton href=list>{texts.common.cancel}</LinkButton>
            </FormActions>
        </PostForm>
    }
}

#[component]
fn Conditions(rows: Vec<ConditionRow>) -> impl IntoView {
    let words = use_texts().backend_configs;
    let columns = vec![
        FieldColumn::choice(
            "location",
            words.location,
            vec![("query", words.query), ("header", words.header)],
        ),
        FieldColumn::text("name", words.name),
        FieldColumn::text("value", words.value),
    ];
    let texts = FieldRowsWords {
        label: words.conditions,
        add: words.add_condition,
        remove: words.remove_condition,
        field: words.condition_field,
    };
    let rows = rows.into_iter().map(|row| vec![row.location, row.name, row.value]).collect();
    view! { <FieldRows name="form[conditions]" field="conditions" words=texts columns rows rule=(words.conditions_help)()/> }
}

/// Mock or an address.
#[component]
fn Backend(kind: String, address: String) -> impl IntoView {
    let texts = use_texts();
    let (words, publishing) = (texts.backend_configs, &texts.deployments.publishing);
    let (chosen, scripted) = (RwSignal::new(kind.clone()), use_scripted());
    view! {
        <RadioGroup
            label=publishing.backend
            name="form[backend]"
            value=kind
            choices=vec![
                Choice::new("unique", publishing.backend_single),
                Choice::new("mock", publishing.backend_mock),
            ]
            rule=words.backend_rule
            inline=true
            on_change=move |value| chosen.set(value)
        />
        <div hidden=move || scripted.get() && chosen.get() == "mock">
            <TextField
                label=publishing.backend_url
                name="form[backend_url]"
                field="backendUrl"
                value=address
                rule=publishing.backend_url_rule
                required=true
                placeholder="http://10.0.0.7:9000"
                mono=true
                check=check_address
            />
        </div>
    }
}

fn check_address(text: &str) -> Option<DomainError> {
    text.parse::<BackendAddress>().err()
}
