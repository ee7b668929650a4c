//! What differs between two revisions.

use crate::{
    components::{
        LoadedBoth, SubmitButton, TextSkeleton, Variant,
        difference::{DifferenceSummary, DifferenceView},
        revision_select::revision_label,
    },
    contexts::{use_data, use_texts},
    error::AppError,
    pages::api_groups::group_frame::{GroupData, use_group},
    paths,
    server_fns::revisions::{all_revisions, compare_revisions},
};
use domain::{Difference, RevisionNumber, RevisionView};
use leptos::{ev::SubmitEvent, html, prelude::*};
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_query_map},
};
use serde::{Deserialize, Serialize};

/// Two revisions and what differs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Compared {
    before: RevisionNumber,
    after: RevisionNumber,
    difference: Difference,
}

/// Compares the revisions that the URL names, `?before=&after=`; the newest with the one it was made from otherwise.
#[component]
pub fn ComparePage() -> impl IntoView {
    let (group, query) = (use_group(), use_query_map());
    let named =
        move |name: &str| query.with(|query| query.get(name)?.parse::<RevisionNumber>().ok());
    let compared = use_data(
        move || (group.id.get(), named("before"), named("after")),
        |(group, before, after)| async move {
            let group = group.ok_or(AppError::NotFound)?;
            let (before, after) = match before.zip(after) {
                Some(both) => both,
                None => complete(&all_revisions(group.clone()).await?, before, after)?,
            };
            let difference = compare_revisions(group, before, after).await?;
            Ok(Compared { before, after, difference })
        },
    );
    view! {
        <LoadedBoth first=group.data second=compared skeleton=|| view! { <TextSkeleton/> } let:both>
            <Comparison data=both.0 compared=both.1/>
        </LoadedBoth>
    }
}

/// Fills in what the URL does not name: the newest after, and before it what that one was made from, or the next older.
fn complete(
    revisions: &[RevisionView],
    before: Option<RevisionNumber>,
    after: Option<RevisionNumber>,
) -> Result<(RevisionNumber, RevisionNumber), AppError> {
    let numbers = || revisions.iter().map(|view| view.revision.number);
    let after = after.or_else(|| numbers().next()).ok_or(AppError::NotFound)?;
    let base = || {
        let revision = &revisions.iter().find(|view| view.revision.number == after)?.revision;
        revision.based_on.filter(|base| numbers().any(|number| number == *base))
    };
    let before = before.or_else(base).or_else(|| numbers().find(|number| *number < after));
    Ok((before.unwrap_or(after), after))
}

#[component]
fn Comparison(data: GroupData, compared: Compared) -> impl IntoView {
    let words = use_texts().revisions;
    let Compared { before, after, difference } = compared;
    let only = data.revisions.len() < 2;
    let result = if only {
        view! { <p class="text-muted">{words.only_one}</p> }.into_any()
    } else if difference.is_empty() {
        view! { <p class="notice notice-info">{words.same}</p> }.into_any()
    } else {
        view! {
            <p class="strong"><DifferenceSummary difference=difference.clone()/></p>
            <DifferenceView difference/>
        }
        .into_any()
    };
    view! {
        <section class="card stack">
            <div>
                <h2 class="card-title">{words.compare_title}</h2>
                <p class="text-muted">{words.compare_help}</p>
            </div>
            <Choices data before after/>
            {result}
        </section>
    }
}

/// Which two: a GET form; with JavaScript the page is kept.
#[component]
fn Choices(data: GroupData, before: RevisionNumber, after: RevisionNumber) -> impl IntoView {
    let texts = use_texts();
    let words = texts.revisions;
    let id = data.summary.group.id.clone();
    let navigate = use_navigate();
    let (left, right) = (NodeRef::<html::Select>::new(), NodeRef::<html::Select>::new());
    let target = id.clone();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let chosen = |select: NodeRef<html::Select>| {
            select.get_untracked().and_then(|select| select.value().parse::<RevisionNumber>().ok())
        };
        if let Some((before, after)) = chosen(left).zip(chosen(right)) {
            let options = NavigateOptions { scroll: false, ..NavigateOptions::default() };
            navigate(&paths::compare(&target, Some(before), after), options);
        }
    };
    let options = |chosen: RevisionNumber| {
        let options = data.revisions.iter().map(|view| {
            let number = view.revision.number;
            let label = revision_label(texts, view);
            view! { <option value=number.to_string() selected=number == chosen>{label}</option> }
        });
        options.collect_view()
    };
    view! {
        <form class="compare-choices" method="get" on:submit=submit>
            <label class="inline-field">
                {words.before} <select class="input select" name="before" node_ref=left>{options(before)}</select>
            </label>
            <label class="inline-field">
                {words.after} <select class="input select" name="after" node_ref=right>{options(after)}</select>
            </label>
            <SubmitButton label=words.compare_button variant=Variant::Secondary/>
            <a class="button button-quiet" href=paths::compare(&id, Some(after), before)>{words.swap}</a>
        </form>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{Revision, Timestamp};

    fn view(number: &str, based_on: Option<&str>) -> RevisionView {
        RevisionView {
            revision: Revision {
                number: number.parse().unwrap(),
                note: String::new(),
                based_on: based_on.map(|base| base.parse().unwrap()),
                created_at: Timestamp(0),
                revised_at: Timestamp(0),
            },
            api_count: 0,
            published_to: Vec::new(),
            changes: (0, 0, 0),
        }
    }

    #[test]
    fn the_newest_is_compared_with_what_it_was_made_from() {
        let revisions = [view("0.0.3", Some("0.0.1")), view("0.0.2", None), view("0.0.1", None)];
        let (before, after) = complete(&revisions, None, None).unwrap();
        assert_eq!((before.to_string(), after.to_string()), ("0.0.1".into(), "0.0.3".into()));
    }

    #[test]
    fn with_the_next_older_when_its_base_is_gone() {
        let revisions = [view("0.0.3", Some("0.0.9")), view("0.0.2", None)];
        assert_eq!(complete(&revisions, None, None).unwrap().0.to_string(), "0.0.2");
        let alone = [view("0.0.1", None)];
        assert_eq!(complete(&alone, None, None).unwrap().0.to_string(), "0.0.1");
    }
}
