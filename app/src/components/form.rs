//! Forms that change something. One mechanism for all of them, with and without JavaScript; see the crate's README, "Forms".

mod answer;
mod context;

use crate::{
    components::error_view::ErrorNotice,
    contexts::{FormFlash, PageData, use_texts},
    error::AppError,
};
#[cfg(feature = "ssr")]
pub(crate) use answer::fill;
use answer::follow_answers;
pub use context::FormContext;
use domain::DomainError;
use leptos::{
    form::FromFormData,
    prelude::*,
    web_sys::{MouseEvent, SubmitEvent},
};
use serde::{Serialize, de::DeserializeOwned};
use server_fn::{Http, ServerFn, codec::PostUrl};

/// The field that tells where to go after a success; `{name}` stands for a member of the answer.
pub const GO_FIELD: &str = "__go";
/// The field that tells what to say after a success; `{name}` stands for a member of the answer.
pub const NOTICE_FIELD: &str = "__notice";

/// Rules that are checked in the browser before anything is sent.
pub type Check<F> = fn(&F) -> Result<(), Vec<DomainError>>;

/// A form and what became of it. Make one with [`use_form`], show it with [`PostForm`].
pub struct FormState<F>
where
    F: ServerFn + Clone + Send + Sync + 'static,
    F::Output: Clone + Send + Sync + 'static,
{
    action: ServerAction<F>,
    context: FormContext,
    check: StoredValue<Option<Check<F>>>,
    earlier: StoredValue<Option<F::Output>>,
}

impl<F> Clone for FormState<F>
where
    F: ServerFn + Clone + Send + Sync + 'static,
    F::Output: Clone + Send + Sync + 'static,
{
    fn clone(&self) -> Self {
        *self
    }
}

impl<F> Copy for FormState<F>
where
    F: ServerFn + Clone + Send + Sync + 'static,
    F::Output: Clone + Send + Sync + 'static,
{
}

impl<F> FormState<F>
where
    F: ServerFn<Error = AppError> + Clone + Send + Sync + 'static,
    F::Output: Clone + Send + Sync + 'static,
{
    /// Rules to be checked in the browser before anything is sent; the server function checks them again.
    #[must_use]
    pub fn check(self, check: Check<F>) -> Self {
        self.check.set_value(Some(check));
        self
    }

    /// The last success, if there was one.
    pub fn value(&self) -> Option<F::Output> {
        match self.action.value().get() {
            Some(Ok(value)) => Some(value),
            Some(Err(_)) => None,
            None => self.earlier.get_value(),
        }
    }

    /// Whether an attempt is on its way.
    pub fn pending(&self) -> Signal<bool> {
        self.context.pending
    }

    /// What was typed into the field `name` when the form was sent without JavaScript and refused.
    pub fn typed(&self, name: &str) -> Option<String> {
        self.context.typed(name)
    }

    /// All that was typed then, e.g. to find how many rows a table of fields had.
    pub fn all_typed(&self) -> Vec<(String, String)> {
        self.context.typed.get_value()
    }

    /// Rules that the last attempt broke.
    pub fn violations(&self) -> Vec<DomainError> {
        self.context.violations.get()
    }

    /// Why the last attempt failed, other than by broken rules.
    pub fn failure(&self) -> Option<AppError> {
        self.context.failure.get()
    }
}

/// The form of the server function `F`: `use_form::<CreateApiGroup>()`.
pub fn use_form<F>() -> FormState<F>
where
    F: ServerFn<Error = AppError> + Clone + Send + Sync + 'static,
    F::Output: Clone + DeserializeOwned + Send + Sync + 'static,
{
    let action = ServerAction::<F>::new();
    let flash = use_context::<PageData>()
        .and_then(|data| data.flash.form)
        .filter(|flash| flash.function == F::PATH);
    let (typed, outcome) = match flash {
        Some(FormFlash { typed, outcome, .. }) => (typed, Some(outcome)),
        None => (Vec::new(), None),
    };
    let (earlier, wrong) = match outcome {
        Some(Ok(value)) => (serde_json::from_value(value).ok(), None),
        Some(Err(wrong)) => (None, Some(wrong)),
        None => (None, None),
    };
    let context = FormContext::new(F::PATH, wrong, typed, action.pending().into());
    FormState { action, context, check: StoredValue::new(None), earlier: StoredValue::new(earlier) }
}

/// A `<form>` that calls a server function. Shows its errors on top (a summary that links to the fields) and at each field,
/// keeps what was typed, and after a success says `notice` and goes to `go`.
#[component]
pub fn PostForm<F, Out>(
    /// See [`use_form`].
    form: FormState<F>,
    /// Where to go after a success. `{id}`, `{deployment.id}` stand for members of the server function's answer. Without it
    /// the page stays, and its data is read again.
    #[prop(optional, into)]
    go: String,
    /// What to say after a success; placeholders as in `go`.
    #[prop(optional, into)]
    notice: String,
    /// Load the next page anew: after signing in or out, or when a preference of the whole page has changed.
    #[prop(optional)]
    reload: bool,
    /// Ask before leaving the page with something typed, and stay on it when the session is over.
    #[prop(optional)]
    guard: bool,
    /// Classes of the form.
    #[prop(optional, into)]
    class: String,
    children: Children,
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
    let context = form.context;
    provide_context(context);
    let dirty = context.dirty;
    follow_answers(
        form.action,
        context,
        answer::Then { go: go.clone(), notice: notice.clone(), reload, keep: guard },
    );
    if guard {
        super::form_field::guard_unsaved(context);
    }
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if context.pending.get_untracked() {
            return;
        }
        match F::from_event(&event) {
            Ok(input) => {
                let checked = form.check.get_value().map_or(Ok(()), |check| check(&input));
                context.failure.set(None);
                context.violations.set(checked.as_ref().err().cloned().unwrap_or_default());
                match checked {
                    Ok(()) => _ = form.action.dispatch(input),
                    Err(_) => answer::focus_summary(context),
                }
            }
            Err(_) => context.failure.set(Some(AppError::BadRequest)),
        }
    };
    let hidden = move |name: &'static str, value: String| {
        (!value.is_empty()).then(|| view! { <input type="hidden" name=name value=value/> })
    };
    view! {
        <form
            class=class
            method="post"
            action=F::url()
            novalidate
            on:submit=submit
            on:input=move |_| dirty.set(true)
            aria-busy=move || context.pending.get().then_some("true")
        >
            {hidden(GO_FIELD, go)}
            {hidden(NOTICE_FIELD, notice)}
            <FormErrors context/>
            {children()}
        </form>
    }
}

/// The summary over a form: what has to be corrected, with links to the fields; or why it failed.
#[component]
fn FormErrors(context: FormContext) -> impl IntoView {
    let texts = use_texts();
    let id = move || context.id.with_value(|prefix| format!("{prefix}-errors"));
    let summary = move || {
        let violations = context.violations.get();
        (!violations.is_empty()).then(|| {
            let entries = violations.iter().map(|wrong| {
                let target = context
                    .id
                    .with_value(|prefix| format!("{prefix}-field-{}", slug(&wrong.field)));
                let (href, text) = (format!("#{target}"), context.told(wrong, texts));
                let go = move |event: MouseEvent| {
                    event.prevent_default();
                    answer::focus(&target);
                };
                view! { <li><a href=href on:click=go>{text}</a></li> }
            });
            view! {
                <div class="notice notice-danger" role="alert" tabindex="-1" id=id()>
                    <p class="notice-title">{texts.common.errors.summary}</p>
                    <ul>{entries.collect_view()}</ul>
                </div>
            }
        })
    };
    let failure = move || context.failure.get().map(|error| view! { <ErrorNotice error/> });
    view! { {summary} {failure} }
}

/// A field's name as part of an id.
pub(crate) fn slug(name: &str) -> String {
    let letters = name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' });
    letters.collect::<String>().trim_matches('-').to_owned()
}
