//! The fields that say which calls a canary gets, and in the publish dialog whether there is to be one.

use super::{choices::Choices, preview::Chosen, publish::Earlier};
use crate::{
    components::{
        Checkbox, Choice, Glyph, Icon, RadioGroup, Select, TextField, scripted::use_scripted,
    },
    contexts::use_texts,
    forms::canaries::CanaryForm,
};
use domain::{Canary, CountedBy, DomainError, Share};
use leptos::prelude::*;

/// Which calls.
#[component]
pub(super) fn CanaryFields(
    /// What stands before the fields' names.
    prefix: &'static str,
    /// What they hold at first.
    initial: CanaryForm,
) -> impl IntoView {
    let words = use_texts().canaries;
    let choices = CountedBy::ALL.map(|by| Choice::new(by.as_str(), (words.by)(by)));
    let name = |field: &str| format!("{prefix}[{field}]");
    view! {
        <TextField
            label=words.share
            name=name("share")
            field="share"
            value=initial.share
            rule=words.share_rule
            required=true
            check=check_share
        />
        <Select
            label=words.counted_by
            name=name("counted_by")
            value=initial.counted_by
            choices=choices.to_vec()
            rule=words.counted_by_rule
        />
        <TextField
            label=words.header_name
            name=name("header_name")
            field="headerName"
            value=initial.header_name
            rule=words.header_name_rule
            placeholder="x-canary"
            mono=true
        />
        <TextField
            label=words.header_value
            name=name("header_value")
            field="headerValue"
            value=initial.header_value
            rule=words.header_value_rule
            mono=true
        />
    }
}

/// All of the traffic, or a canary; where one runs, whether it is stopped.
#[component]
pub(super) fn TrafficFields(
    choices: StoredValue<Choices>,
    chosen: Chosen,
    earlier: Earlier,
    /// Whether a canary is chosen.
    is_canary: RwSignal<bool>,
) -> impl IntoView {
    // Whether something runs in the environment, and its canary.
    let there = Memo::new(move |_| {
        let environment = chosen.environment.get();
        choices.with_value(|choices| {
            choices.running(environment).map(|running| running.canary.clone())
        })
    });
    let choose = move |now: bool| {
        if is_canary.get_untracked() != now {
            is_canary.set(now);
        }
    };
    move || match there.get() {
        None => {
            choose(false);
            ().into_any()
        }
        Some(Some(canary)) => {
            choose(false);
            view! { <Running canary earlier/> }.into_any()
        }
        Some(None) => view! { <Traffic earlier is_canary/> }.into_any(),
    }
}

#[component]
fn Traffic(earlier: Earlier, is_canary: RwSignal<bool>) -> impl IntoView {
    let words = use_texts().canaries;
    let scripted = use_scripted();
    let initial = CanaryForm::typed(|name| earlier.get(&format!("form[canary]{name}")));
    let value = if is_canary.get_untracked() { "canary" } else { "all" };
    view! {
        <RadioGroup
            label=words.traffic
            name="form[traffic]"
            value
            choices=vec![
                Choice::new("all", words.all_traffic),
                Choice::new("canary", words.as_canary),
            ]
            rule=words.traffic_rule
            inline=true
            on_change=move |value: String| is_canary.set(value == "canary")
        />
        <div class="stack" hidden=move || scripted.get() && !is_canary.get()>
            <CanaryFields prefix="form[canary]" initial=initial.unwrap_or_default()/>
        </div>
    }
}

#[component]
fn Running(canary: Canary, earlier: Earlier) -> impl IntoView {
    let words = use_texts().canaries;
    let runs = (words.runs)(&canary.revision.to_string(), &(words.calls)(&canary.settings));
    view! {
        <p class="notice notice-info notice-line"><Icon glyph=Glyph::Info/> <span>{runs}</span></p>
        <Checkbox
            label=words.stop_too
            name="form[stop_canary]"
            checked=earlier.get("form[stop_canary]").is_some()
            rule=words.stop_too_rule
        />
    }
}

fn check_share(text: &str) -> Option<DomainError> {
    text.trim().parse::<Share>().err()
}
