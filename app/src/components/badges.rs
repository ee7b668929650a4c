//! Badges: a colour, an icon and always the word.

use super::icon::{Glyph, Icon};
use crate::contexts::use_texts;
use domain::{Environment, RevisionNumber};
use leptos::prelude::*;

/// What a badge's colour means.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    /// Nothing in particular.
    #[default]
    Neutral,
    /// Good; done.
    Success,
    /// To be looked at.
    Warning,
    /// Broken; refused.
    Danger,
    /// Worth knowing.
    Info,
}

impl Tone {
    fn class(self) -> &'static str {
        match self {
            Self::Neutral => "badge",
            Self::Success => "badge badge-success",
            Self::Warning => "badge badge-warning",
            Self::Danger => "badge badge-danger",
            Self::Info => "badge badge-info",
        }
    }
}

/// A state in a word.
#[component]
pub fn Badge(
    /// Its colour.
    #[prop(optional)]
    tone: Tone,
    /// Before the word.
    #[prop(optional, into)]
    glyph: Option<Glyph>,
    children: Children,
) -> impl IntoView {
    view! {
        <span class=tone.class()>
            {glyph.map(|glyph| view! { <Icon glyph/> })}
            {children()}
        </span>
    }
}

/// The class and icon that an environment has everywhere.
fn look(environment: Environment) -> (&'static str, Glyph) {
    match environment {
        Environment::Test => ("badge badge-test", Glyph::Flask),
        Environment::Preview => ("badge badge-preview", Glyph::Clock),
        Environment::Online => ("badge badge-online", Glyph::Globe),
    }
}

/// An environment, with what runs there; a link when `href` is given.
#[component]
pub fn EnvironmentBadge(
    /// Which.
    environment: Environment,
    /// The group that it is one of, where rows of several groups mix: `PetStore-test`.
    #[prop(optional, into)]
    of: String,
    /// What runs there.
    #[prop(optional_no_strip, into)]
    revision: Option<RevisionNumber>,
    /// Where it leads.
    #[prop(optional_no_strip, into)]
    href: Option<String>,
) -> impl IntoView {
    let (class, glyph) = look(environment);
    let name = (use_texts().common.environment)(environment);
    let name = if of.is_empty() { name.to_owned() } else { format!("{of}-{name}") };
    let number =
        revision.map(|number| view! { <span class="badge-version">{number.to_string()}</span> });
    let content = view! { <Icon glyph/> {name} {number} };
    match href {
        Some(href) => view! { <a class=class href=href>{content}</a> }.into_any(),
        None => view! { <span class=class>{content}</span> }.into_any(),
    }
}

/// All environments that something runs in, or the word that there is none.
#[component]
pub fn EnvironmentBadges(
    /// What runs where.
    running: Vec<(Environment, RevisionNumber)>,
    /// What runs beside it, as a canary.
    #[prop(optional)]
    canaries: Vec<(Environment, RevisionNumber)>,
    /// Where each badge leads, by its environment.
    #[prop(optional, into)]
    href: Option<Callback<Environment, String>>,
) -> impl IntoView {
    let word = use_texts().canaries.canary;
    if running.is_empty() {
        let texts = use_texts();
        return view! { <span class="text-muted">{texts.common.not_published}</span> }.into_any();
    }
    let badges = running.into_iter().map(|(environment, revision)| {
        let href = href.map(|href| href.run(environment));
        let canary = canaries.iter().find(|(there, _)| *there == environment);
        let canary = canary.map(|(_, revision)| {
            let revision = revision.to_string();
            view! { " " <Badge tone=Tone::Info>{word} <span class="badge-version">{revision}</span></Badge> }
        });
        view! { <li><EnvironmentBadge environment revision href/> {canary}</li> }
    });
    view! { <ul class="badge-list">{badges.collect_view()}</ul> }.into_any()
}
