//! The import of a document: what it would do is shown before it is done.

mod plan;

use super::{
    chosen, next_number,
    read_only::{ReadOnlyNotice, SaveInNew},
    use_revision,
};
use crate::{
    components::{
        FileInput, FileWords, FormActions, FormSkeleton, FormState, LinkButton, LoadedBoth,
        PostForm, SubmitButton, TextArea, Variant, form_field, use_form,
    },
    contexts::{use_data, use_texts},
    error::AppError,
    pages::api_groups::group_frame::{GroupData, use_group},
    paths,
    server_fns::apis::{ImportApis, PlanImport, PlannedImport},
};
use domain::{ApiGroupId, RevisionNumber, RevisionView, import::DOCUMENT_MAX};
use leptos::{html, prelude::*};
use leptos_router::hooks::use_query_map;
use plan::PlanTable;

/// The files that are offered.
const DOCUMENTS: &str = ".yaml,.yml,.json,application/json,text/yaml";
/// The tutorial's own document.
const SAMPLE: &str = include_str!("petstore.yaml");

/// Import a document into the revision that the URL names; `?sample=petstore` fills the form with the sample.
#[component]
pub fn ImportPage() -> impl IntoView {
    let (group, revision) = (use_group(), use_revision());
    let chosen = use_data(
        move || (group.id.get(), revision.get()),
        |(group, revision)| async move { chosen(&group.ok_or(AppError::NotFound)?, revision).await },
    );
    // Outside of what is read again after each form: what the first step answered is shown until the second is done.
    let plan = use_form::<PlanImport>();
    let typed = RwSignal::new(None);
    view! {
        <LoadedBoth first=group.data second=chosen skeleton=|| view! { <FormSkeleton/> } let:both>
            <Steps target=Target::new(&both.0, both.1) plan typed/>
        </LoadedBoth>
    }
}

/// What is imported into.
#[derive(Clone)]
struct Target {
    group: ApiGroupId,
    revision: RevisionNumber,
    /// The revision, when it runs somewhere; then it is read-only.
    live: Option<RevisionView>,
    /// The number of a new revision.
    next: Option<RevisionNumber>,
}

impl Target {
    fn new(data: &GroupData, revision: RevisionNumber) -> Self {
        let found = data.revisions.iter().find(|view| view.revision.number == revision);
        Self {
            group: data.summary.group.id.clone(),
            revision,
            live: found.filter(|view| !view.published_to.is_empty()).cloned(),
            next: next_number(&data.revisions),
        }
    }
}

/// The document, and over it what importing it would do, as long as it is the same document: what was asked for comes first,
/// with JavaScript and without. A live revision is read-only, so nothing can be planned for it: a new one is a click away, and
/// a document that was typed before it went live stays.
#[component]
fn Steps(
    target: Target,
    plan: FormState<PlanImport>,
    /// The document as it was typed; nothing before.
    typed: RwSignal<Option<String>>,
) -> impl IntoView {
    let second = target.clone();
    let planned = Memo::new(move |_| {
        plan.value().filter(|planned| {
            typed.with(|typed| typed.as_ref().is_none_or(|typed| *typed == planned.document))
        })
    });
    let notice = target.live.clone().map(|revision| {
        view! { <ReadOnlyNotice group=target.group.clone() revision next=target.next page="import"/> }
    });
    let is_blank = typed.with_untracked(Option::is_none)
        && plan.typed("document").is_none()
        && untrack(|| plan.value()).is_none();
    let nothing_to_do = target.live.is_some() && is_blank;
    view! {
        {notice}
        {move || planned.get().map(|planned| view! { <ImportStep target=second.clone() planned/> })}
        {(!nothing_to_do).then(|| view! { <DocumentStep target plan typed/> })}
    }
}

#[component]
fn DocumentStep(
    target: Target,
    plan: FormState<PlanImport>,
    typed: RwSignal<Option<String>>,
) -> impl IntoView {
    let texts = use_texts();
    let words = &texts.apis.plan;
    let query = use_query_map().get_untracked();
    let sample = query.get("sample").as_deref() == Some("petstore");
    let earlier =
        typed.get_untracked().or_else(|| untrack(|| plan.value()).map(|planned| planned.document));
    let value = earlier.unwrap_or_else(|| if sample { SAMPLE.to_owned() } else { String::new() });
    let area = NodeRef::<html::Textarea>::new();
    let fill = move |text: String| {
        if let Some(area) = area.get_untracked() {
            area.set_value(&text);
        }
        typed.set(Some(text));
    };
    let file = FileWords {
        label: words.file,
        help: words.file_help,
        too_large: words.file_too_large,
        unreadable: words.file_unreadable,
    };
    let import = paths::import(&target.group, target.revision);
    let read_only = target.live.is_some();
    view! {
        <PostForm form=plan class="card form form-wide">
            <header class="form-header below-bar" id="document" tabindex="-1">
                <h2 class="card-title">{words.title}</h2>
                <p class="card-help">{(words.in_version)(&target.revision.to_string())}</p>
            </header>
            <p class="card-help">{words.help}</p>
            <input type="hidden" name="group" value=target.group.to_string()/>
            <input type="hidden" name="revision" value=target.revision.to_string()/>
            <FileInput id="import-file" words=file accept=DOCUMENTS max=DOCUMENT_MAX on_text=fill/>
            <TextArea
                label=words.document
                name="document"
                value
                rule=words.document_help
                required=true
                rows=14
                mono=true
                node_ref=area
                on_input=move |text| typed.set(Some(text))
            />
            <FormActions>
                <SubmitButton label=words.show_plan busy=words.reading disabled=read_only/>
                <LinkButton href=format!("{import}&sample=petstore")>{words.sample}</LinkButton>
                <LinkButton variant=Variant::Quiet href=paths::apis(&target.group, target.revision)>
                    {texts.common.cancel}
                </LinkButton>
            </FormActions>
        </PostForm>
    }
}

/// The second step: what would be done, and the button that does it.
#[component]
fn ImportStep(target: Target, planned: PlannedImport) -> impl IntoView {
    let texts = use_texts();
    let words = &texts.apis.plan;
    let form = use_form::<ImportApis>();
    let PlannedImport { plan, document } = planned;
    let (added, changed, unchanged, refused) = plan.counts();
    let count = added + changed;
    let go = format!("{}?revision={{revision}}", paths::group_page(&target.group, "apis"));
    let heading = NodeRef::<html::H2>::new();
    Effect::new(move |_| {
        if let Some(heading) = heading.get() {
            _ = heading.focus();
            // Focus alone would leave it at the edge, under the bar.
            heading.scroll_into_view();
        }
    });
    let read_only = Memo::new(move |_| match form.failure() {
        Some(AppError::ReadOnly { revision, environments, suggestion }) => {
            Some((revision, environments, suggestion))
        }
        _ => None,
    });
    let action = move || match (count, read_only.get()) {
        (0, _) => view! { <p class="text-muted">{words.nothing}</p> }.into_any(),
        (_, Some((revision, environments, next))) => {
            view! { <SaveInNew revision environments next refused=true/> }.into_any()
        }
        (count, None) => {
            let label = Signal::stored((words.import)(count));
            view! { <FormActions><SubmitButton label busy=words.importing/></FormActions> }
                .into_any()
        }
    };
    view! {
        <section class="card card-flush" aria-labelledby="plan-title">
            <header class="card-header">
                <h2 class="card-title below-bar" id="plan-title" tabindex="-1" node_ref=heading>{words.plan_title}</h2>
                <p class="tabular-nums">{(words.counts)(added, changed, unchanged, refused)}</p>
                // Left to the browser, which puts the keyboard there; the router would only scroll.
                <a class="link" href="#document" rel="external">{words.change_document}</a>
            </header>
            <p class="card-note">{words.plan_help}</p>
            <PlanTable plan/>
            <PostForm form go notice=words.done class="card-foot">
                <input type="hidden" name="group" value=target.group.to_string()/>
                <input type="hidden" name="revision" value=target.revision.to_string()/>
                <textarea name="document" hidden readonly aria-hidden="true" inner_html=form_field::escaped(&document)></textarea>
                {action}
            </PostForm>
        </section>
    }
}
