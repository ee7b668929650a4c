//! The form of an API group: create and edit.

use super::answer_fields::AnswerFields;
use super::jwt_fields::JwtSection;
use super::validation_field::ValidationField;
use crate::{
    components::{
        Checkbox, Choice, Crumb, FormActions, FormSection, FormSkeleton, LinkButton, Loaded,
        NameValue, NameValues, PageHeader, PostForm, RadioGroup, SubmitButton, TextArea, TextField,
        form::FormContext, use_form,
    },
    contexts::{use_data, use_region, use_texts},
    forms::api_groups::ApiGroupForm,
    i18n::Texts,
    paths,
    server_fns::api_groups::{CreateApiGroup, UpdateApiGroup, get_api_group},
};
use domain::{
    ApiGroupId, ApiGroupSummary, AuthType, DomainError, JwtKeys, Region,
    api_group::{check_group_name, check_prefix},
};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

/// Create an API group in the region of the top bar.
#[component]
pub fn NewApiGroupPage() -> impl IntoView {
    let texts = use_texts();
    let region = use_region();
    let form = use_form::<CreateApiGroup>().check(|input| input.form.parse().map(|_| ()));
    let title = texts.api_groups.create_title;
    let typed = form.typed("form[prefix]");
    view! {
        <PageHeader title crumbs=crumbs(texts, Crumb::here(title))/>
        <PostForm form go=format!("{}?dialog=created&id={{id}}", paths::GROUPS) guard=true class="card form">
            <input type="hidden" name="region" value=region.as_str()/>
            <GroupFields form=ApiGroupForm::default() typed region/>
            <FormActions>
                <SubmitButton label=texts.api_groups.create busy=texts.api_groups.creating/>
                <LinkButton href=paths::GROUPS>{texts.common.cancel}</LinkButton>
            </FormActions>
        </PostForm>
    }
}

/// Edit an API group.
#[component]
pub fn EditApiGroupPage() -> impl IntoView {
    let params = use_params_map();
    let id = move || params.with(|params| params.get("id").unwrap_or_default());
    let group = use_data(id, |id| async move {
        let id = id.parse::<ApiGroupId>().ok().ok_or(crate::AppError::NotFound)?;
        get_api_group(id).await
    });
    view! {
        <Loaded data=group skeleton=|| view! { <FormSkeleton/> } let:summary>
            <EditForm summary/>
        </Loaded>
    }
}

#[component]
fn EditForm(summary: ApiGroupSummary) -> impl IntoView {
    let texts = use_texts();
    let form = use_form::<UpdateApiGroup>().check(|input| input.form.parse().map(|_| ()));
    let group = summary.group;
    let title = texts.api_groups.edit_title;
    let here = paths::group(&group.id);
    let mut crumbs = crumbs(texts, Crumb::link(group.name.clone(), here.clone()));
    crumbs.push(Crumb::here(texts.common.edit));
    let typed = form.typed("form[prefix]");
    let keys = group.settings.jwt.as_ref().map(|jwt| &jwt.keys);
    let has_secret = matches!(keys, Some(JwtKeys::SharedSecret { .. }));
    let live = (!summary.running.is_empty()).then(|| {
        view! { <p class="notice notice-info">{texts.api_groups.settings_take_effect}</p> }
    });
    view! {
        <PageHeader title crumbs/>
        <PostForm form go=here.clone() notice=texts.api_groups.saved guard=true class="card form">
            <input type="hidden" name="id" value=group.id.to_string()/>
            <input type="hidden" name="seen" value=group.updated_at.0/>
            {live}
            <GroupFields form=ApiGroupForm::from(&group) typed region=group.region has_secret/>
            <FormActions>
                <SubmitButton label=texts.common.save busy=texts.common.saving/>
                <LinkButton href=here>{texts.common.cancel}</LinkButton>
            </FormActions>
        </PostForm>
    }
}

fn crumbs(texts: &Texts, last: Crumb) -> Vec<Crumb> {
    vec![
        Crumb::link(texts.common.console, paths::OVERVIEW),
        Crumb::link(texts.api_groups.title, paths::GROUPS),
        last,
    ]
}

#[component]
fn GroupFields(
    form: ApiGroupForm,
    /// The prefix that was typed before the page was rendered.
    typed: Option<String>,
    region: Region,
    /// Whether the group has a secret that tokens are verified with.
    #[prop(optional)]
    has_secret: bool,
) -> impl IntoView {
    let texts = use_texts();
    let words = texts.api_groups;
    let prefix = RwSignal::new(typed.unwrap_or_else(|| form.prefix.clone()));
    let typed = expect_context::<FormContext>().typed("form[auth_type]");
    let auth_type = RwSignal::new(typed.unwrap_or_else(|| form.auth_type.clone()));
    view! {
        <FormSection title=words.section_basic>
            <NameValues>
                <NameValue name=texts.common.region_label>
                    {(texts.common.region)(region)} " " <span class="text-muted font-mono">{region.as_str()}</span>
                    <p class="field-rule">{words.region_rule}</p>
                </NameValue>
            </NameValues>
            <TextField
                label=texts.common.name
                name="form[name]"
                field="groupName"
                value=form.name
                rule=words.name_rule
                required=true
                check=check_group_name
            />
            <TextArea
                label=texts.common.description
                name="form[description]"
                value=form.description
                rule=words.description_rule
                check=check_description
            />
        </FormSection>
        <FormSection title=words.section_calls>
            <TextField
                label=words.prefix_label
                name="form[prefix]"
                value=form.prefix
                rule=words.prefix_rule
                placeholder="petstore"
                mono=true
                check=check_prefix
                on_input=move |text: String| prefix.set(text)
            />
            <p class="live-value" aria-live="polite">
                {words.path} " " <code class="font-mono">"/" {move || prefix.get().trim().to_owned()}</code>
            </p>
            <Checkbox
                label=words.strip_prefix
                name="form[strip_prefix]"
                checked=form.strip_prefix == "true"
                rule=words.strip_prefix_help
            />
            <RadioGroup
                label=words.auth_type
                name="form[auth_type]"
                field="authType"
                value=form.auth_type
                choices=vec![
                    Choice::new(AuthType::Signature.as_str(), words.auth_signature).help(words.auth_signature_help),
                    Choice::new(AuthType::Jwt.as_str(), texts.jwt.auth).help(texts.jwt.auth_help),
                    Choice::new(AuthType::None.as_str(), words.auth_none).help(words.auth_none_help),
                ]
                on_change=move |value| auth_type.set(value)
            />
            <Checkbox
                label=words.strict
                name="form[strict_signatures]"
                checked=form.strict_signatures == "true"
                rule=words.strict_help
            />
            <ValidationField value=form.validation/>
        </FormSection>
        <JwtSection
            initial=form.jwt
            has_secret
            chosen=Signal::derive(move || auth_type.with(|chosen| chosen == AuthType::Jwt.as_str()))
        />
        <AnswerFields initial=form.answers/>
    }
}

fn check_description(text: &str) -> Option<DomainError> {
    let mut violations = Vec::new();
    domain::text::check_length("description", text, domain::text::DESCRIPTION_MAX, &mut violations);
    violations.pop()
}
