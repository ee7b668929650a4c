//! The form of an API: create and edit.

use super::{
    chosen,
    fields::ApiFields,
    next_number,
    read_only::{SaveInNew, SubmitInNew},
    use_revision,
};
use crate::{
    components::{
        FormActions, FormSkeleton, FormState, LinkButton, LoadedBoth, PostForm, SubmitButton,
        use_form,
    },
    contexts::{use_data, use_texts},
    error::AppError,
    forms::apis::ApiForm,
    pages::api_groups::group_frame::{GroupData, use_group},
    paths,
    server_fns::apis::{CreateApi, UpdateApi, get_api},
};
use domain::{Api, ApiGroup, ApiId, Environment, RevisionNumber};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use server_fn::{Http, ServerFn, codec::PostUrl};

/// What the form is about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Edited {
    revision: RevisionNumber,
    /// Nothing for a new API.
    api: Option<Api>,
}

/// Add an API to a revision.
#[component]
pub fn NewApiPage() -> impl IntoView {
    let (group, revision) = (use_group(), use_revision());
    let edited = use_data(
        move || (group.id.get(), revision.get()),
        |(group, revision)| async move {
            let revision = chosen(&group.ok_or(AppError::NotFound)?, revision).await?;
            Ok(Edited { revision, api: None })
        },
    );
    view! { <FormPage edited/> }
}

/// Edit an API of a revision.
#[component]
pub fn EditApiPage() -> impl IntoView {
    let (group, revision, params) = (use_group(), use_revision(), use_params_map());
    let api = move || params.with(|params| params.get("api")?.parse::<ApiId>().ok());
    let edited = use_data(
        move || (group.id.get(), revision.get(), api()),
        |(group, revision, api)| async move {
            let (group, api) = group.zip(api).ok_or(AppError::NotFound)?;
            let revision = chosen(&group, revision).await?;
            Ok(Edited { revision, api: Some(get_api(group, revision, api).await?) })
        },
    );
    view! { <FormPage edited/> }
}

#[component]
fn FormPage(edited: Resource<Result<Edited, AppError>>) -> impl IntoView {
    let group = use_group();
    view! {
        <LoadedBoth first=group.data second=edited skeleton=|| view! { <FormSkeleton/> } let:both>
            <EditedForm data=both.0 edited=both.1/>
        </LoadedBoth>
    }
}

/// The form, as that of a new API or of one that is there.
#[component]
fn EditedForm(data: GroupData, edited: Edited) -> impl IntoView {
    let words = &use_texts().apis.form;
    let Edited { revision, api } = edited;
    let state = data.revisions.iter().find(|view| view.revision.number == revision);
    let target = Target {
        live: state.map(|view| view.published_to.clone()).unwrap_or_default(),
        next: next_number(&data.revisions),
        group: data.summary.group,
        revision,
    };
    match api {
        None => {
            let form = use_form::<CreateApi>().check(|input| input.form.parse().map(|_| ()));
            let hidden = || ();
            view! { <ApiPostForm form target title=words.create_title notice=words.created initial=ApiForm::default() hidden/> }
                .into_any()
        }
        Some(api) => {
            let form = use_form::<UpdateApi>().check(|input| input.form.parse().map(|_| ()));
            let initial = ApiForm::from(&api);
            let hidden = move || {
                view! {
                    <input type="hidden" name="api" value=api.id.to_string()/>
                    <input type="hidden" name="seen" value=api.updated_at.0/>
                }
            };
            view! { <ApiPostForm form target title=words.edit_title notice=words.saved initial hidden/> }.into_any()
        }
    }
}

/// Where the form saves to.
#[derive(Clone)]
struct Target {
    group: ApiGroup,
    revision: RevisionNumber,
    /// Where the revision runs; then it is read-only.
    live: Vec<Environment>,
    /// The number of a new revision.
    next: Option<RevisionNumber>,
}

#[component]
fn ApiPostForm<F, Out>(
    form: FormState<F>,
    target: Target,
    title: &'static str,
    notice: &'static str,
    initial: ApiForm,
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
    let Target { group, revision, live, next } = target;
    let go = format!("{}?revision={{revision}}", paths::group_page(&group.id, "apis"));
    let typed = form.all_typed();
    // What the page knew when it was rendered, and what the server has said since then.
    let known = next.filter(|_| !live.is_empty()).map(|next| (revision, live.clone(), next));
    let read_only = Memo::new(move |_| match form.failure() {
        Some(AppError::ReadOnly { revision, environments, suggestion }) => {
            Some((revision, environments, suggestion))
        }
        _ => known.clone(),
    });
    let save_in_new = move || {
        let (revision, environments, next) = read_only.get()?;
        Some(view! { <SaveInNew revision environments next refused=form.failure().is_some()/> })
    };
    let submit = move || match read_only.get() {
        Some((_, _, next)) => view! { <SubmitInNew next/> }.into_any(),
        None => {
            view! { <SubmitButton label=texts.common.save busy=texts.common.saving/> }.into_any()
        }
    };
    view! {
        <PostForm form go notice guard=true class="card form form-wide">
            <header class="form-header">
                <h2 class="card-title">{title}</h2>
                <p class="card-help">{(texts.apis.form.in_version)(&revision.to_string())}</p>
            </header>
            <input type="hidden" name="group" value=group.id.to_string()/>
            <input type="hidden" name="revision" value=revision.to_string()/>
            {hidden.run()}
            {save_in_new}
            <ApiFields group=group.clone() initial typed/>
            <FormActions>
                {submit}
                <LinkButton href=paths::apis(&group.id, revision)>{texts.common.cancel}</LinkButton>
            </FormActions>
        </PostForm>
    }
}
