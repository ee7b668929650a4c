//! From nothing to a signed call: what a new account does first. It goes away when all is done.

use crate::{
    components::{Glyph, Icon},
    contexts::use_texts,
    paths,
    server_fns::overview::OverviewNumbers,
};
use leptos::prelude::*;

/// A step: what to do, why, where, and whether it is done.
struct Step {
    title: &'static str,
    help: &'static str,
    href: String,
    done: bool,
}

#[component]
pub(super) fn FirstSteps(numbers: OverviewNumbers) -> impl IntoView {
    let words = use_texts().overview;
    let group = numbers.groups.rows.first();
    let published = numbers.groups.rows.iter().any(|summary| !summary.running.is_empty());
    let place = |page: fn(&domain::ApiGroupSummary) -> String| {
        group.map_or_else(|| paths::NEW_GROUP.to_owned(), page)
    };
    let steps = [
        Step {
            title: words.step_group,
            help: words.step_group_help,
            href: paths::NEW_GROUP.to_owned(),
            done: numbers.groups_total > 0,
        },
        Step {
            title: words.step_apis,
            help: words.step_apis_help,
            href: place(|it| paths::apis(&it.group.id, it.latest_revision)),
            // Only a group that has APIs can be published.
            done: published,
        },
        Step {
            title: words.step_publish,
            help: words.step_publish_help,
            href: place(|it| paths::publish(&it.group.id, it.latest_revision)),
            done: published,
        },
        Step {
            title: words.step_key,
            help: words.step_key_help,
            href: paths::ACCESS_KEYS.to_owned(),
            done: numbers.access_keys > 0,
        },
        Step {
            title: words.step_auth,
            help: words.step_auth_help,
            href: paths::ACCESS_AUTHS.to_owned(),
            done: numbers.access_auths > 0,
        },
    ];
    if steps.iter().all(|step| step.done) {
        return ().into_any();
    }
    let next = steps.iter().position(|step| !step.done);
    let rows = steps.into_iter().enumerate().map(|(index, step)| {
        let current = (next == Some(index)).then_some("step");
        let sign = if step.done {
            view! { <Icon glyph=Glyph::Check/> <span class="sr-only">{words.done}</span> }
                .into_any()
        } else {
            (index + 1).into_any()
        };
        view! {
            <li class="step" class:step-done=step.done aria-current=current>
                <span class="step-sign">{sign}</span>
                <div>
                    <a class="row-link" href=step.href>{step.title}</a>
                    <p class="step-help">{step.help}</p>
                </div>
            </li>
        }
    });
    view! {
        <section class="card">
            <h2 class="card-title">{words.first_steps}</h2>
            <p class="card-help">{words.first_steps_help}</p>
            <ol class="steps">{rows.collect_view()}</ol>
        </section>
    }
    .into_any()
}
