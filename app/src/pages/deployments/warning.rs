//! What a publish or switch replaces by what, said before it is done.

use crate::{
    components::{Glyph, Icon},
    contexts::use_texts,
    i18n::Texts,
};
use domain::{Environment, RevisionNumber};
use leptos::prelude::*;

/// Names the environment, what runs there and what is about to run.
#[component]
pub(super) fn ReplaceWarning(
    environment: Environment,
    /// What runs there.
    now: Option<RevisionNumber>,
    /// What is about to run.
    then: RevisionNumber,
    /// Whether it is to run beside what runs there.
    #[prop(optional)]
    is_canary: bool,
) -> impl IntoView {
    let texts = use_texts();
    let text = match now.filter(|_| is_canary) {
        Some(now) => {
            let name = (texts.common.environment)(environment);
            (texts.canaries.beside)(name, &now.to_string(), &then.to_string())
        }
        None => sentence(texts, environment, now, then),
    };
    view! { <WarningLine text=Signal::stored(text)/> }
}

/// What is about to happen, in one line.
#[component]
pub(super) fn WarningLine(text: Signal<String>) -> impl IntoView {
    view! { <p class="notice notice-warning notice-line"><Icon glyph=Glyph::Warning/> <span>{text}</span></p> }
}

fn sentence(
    texts: &Texts,
    environment: Environment,
    now: Option<RevisionNumber>,
    then: RevisionNumber,
) -> String {
    let words = &texts.deployments.publishing;
    let (name, then_text) = ((texts.common.environment)(environment), then.to_string());
    match now {
        None => (words.first)(name, &then_text),
        Some(now) if now == then => (words.again)(name, &then_text),
        Some(now) => (words.replaces)(name, &now.to_string(), &then_text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Locale;

    #[test]
    fn the_warning_names_what_is_replaced_by_what() {
        let number = |text: &str| text.parse().unwrap();
        let say = |now: Option<&str>, then: &str| {
            sentence(Locale::En.texts(), Environment::Test, now.map(number), number(then))
        };
        assert_eq!(say(Some("0.0.1"), "0.0.2"), "test runs 0.0.1. It will run 0.0.2 at once.");
        assert_eq!(say(None, "0.0.1"), "Nothing runs in test. It will run 0.0.1 at once.");
        assert!(say(Some("0.0.2"), "0.0.2").contains("published again"));
    }
}
