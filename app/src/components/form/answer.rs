//! What happens in the browser when a form's answer arrives; `ssr/plain_forms.rs` does the same for forms sent without JavaScript.

use super::FormContext;
use crate::{
    contexts::{use_refresh, use_toasts},
    error::AppError,
    paths,
};
use leptos::{prelude::*, wasm_bindgen::JsCast, web_sys::HtmlElement};
use leptos_router::{NavigateOptions, hooks::use_navigate};
use serde::Serialize;
use serde_json::Value;
use server_fn::ServerFn;
use std::time::Duration;

/// What to do after a success.
pub(super) struct Then {
    /// Where to go; empty to stay.
    pub(super) go: String,
    /// What to say; empty for nothing.
    pub(super) notice: String,
    /// Whether the next page is loaded anew.
    pub(super) reload: bool,
    /// Whether what was typed is worth more than the page of signing in, when the session is over.
    pub(super) keep: bool,
}

/// Reacts to each answer: errors to their fields; after a success a toast, fresh data, the next page.
pub(super) fn follow_answers<F>(action: ServerAction<F>, context: FormContext, then: Then)
where
    F: ServerFn<Error = AppError> + Clone + Send + Sync + 'static,
    F::Output: Clone + Serialize + Send + Sync + 'static,
{
    let (navigate, toasts, refresh) = (use_navigate(), use_toasts(), use_refresh());
    Effect::new(move |before: Option<()>| {
        let answer = action.value().get();
        // What was answered before the form was on the page was followed then; to refresh again would put the form there anew.
        let Some(answer) = answer.filter(|_| before.is_some()) else { return };
        match answer {
            Ok(value) => {
                context.violations.set(Vec::new());
                context.failure.set(None);
                context.dirty.set(false);
                let value = serde_json::to_value(&value).unwrap_or_default();
                if then.reload {
                    return load(&fill(&then.go, &value, paths::encode));
                }
                if !then.notice.is_empty() {
                    toasts.done(fill(&then.notice, &value, str::to_owned));
                }
                if then.go.is_empty() {
                    return refresh.now();
                }
                navigate(&fill(&then.go, &value, paths::encode), NavigateOptions::default());
                // Once the page is another one: what is not shown any more may be what was deleted.
                set_timeout(move || refresh.now(), Duration::ZERO);
            }
            Err(AppError::SignInRequired) if !then.keep => {
                load(&paths::sign_in_and_return(&current_path()));
            }
            Err(wrong) => {
                context.violations.set(wrong.violations().to_vec());
                context.failure.set(wrong.violations().is_empty().then_some(wrong));
                focus_summary(context);
            }
        }
    });
}

/// The template with each `{a.b}` replaced by that member of `value`.
pub(crate) fn fill(template: &str, value: &Value, encode: impl Fn(&str) -> String) -> String {
    let mut filled = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        let Some((name, tail)) = after.split_once('}') else { break };
        filled.push_str(before);
        let member = name.split('.').try_fold(value, |value, member| value.get(member));
        filled.push_str(&match member {
            Some(Value::String(text)) => encode(text),
            Some(Value::Null) | None => String::new(),
            Some(other) => encode(&other.to_string()),
        });
        rest = tail;
    }
    filled + rest
}

/// Puts the keyboard where the errors are told, once they are on the page.
pub(super) fn focus_summary(context: FormContext) {
    let id = context.id.with_value(|prefix| format!("{prefix}-errors"));
    request_animation_frame(move || focus(&id));
}

/// Puts the keyboard on the element `id`.
pub(super) fn focus(id: &str) {
    let element = document().get_element_by_id(id);
    if let Some(element) = element.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        _ = element.focus();
    }
}

/// Loads a page anew; the same one when `path` is empty.
fn load(path: &str) {
    let location = window().location();
    _ = if path.is_empty() { location.reload() } else { location.set_href(path) };
}

fn current_path() -> String {
    let location = window().location();
    location.pathname().unwrap_or_default() + &location.search().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn placeholders_stand_for_members_of_the_answer() {
        let answer = json!({"id": "g1", "deployment": {"name": "a b", "count": 3}});
        let filled =
            fill("/groups/{id}?n={deployment.name}&c={deployment.count}", &answer, paths::encode);
        assert_eq!(filled, "/groups/g1?n=a%20b&c=3");
    }

    #[test]
    fn a_member_that_is_not_there_leaves_nothing() {
        assert_eq!(fill("/a/{b.c}/d", &json!({}), paths::encode), "/a//d");
        assert_eq!(fill("50 % {", &json!({}), paths::encode), "50 % {");
    }
}
