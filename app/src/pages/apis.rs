//! Pages of APIs: the list of a revision's APIs, the form, the import of a document.

mod cache_fields;
mod fields;
mod form;
mod import;
mod list;
mod mapping_fields;
mod parameter_rows;
mod path_rows;
mod read_only;
mod schema_field;

use crate::{contexts::use_texts, error::AppError, server_fns::revisions::all_revisions};
use domain::{ApiBackend, ApiGroupId, RevisionNumber, RevisionView};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

pub use {
    form::{EditApiPage, NewApiPage},
    import::ImportPage,
    list::ApiListPage,
};

/// The revision that the URL names: `?revision=0.0.2`.
fn use_revision() -> Memo<Option<RevisionNumber>> {
    let query = use_query_map();
    Memo::new(move |_| query.with(|query| query.get("revision")?.parse().ok()))
}

/// The revision that the URL names, or else the newest.
async fn chosen(
    group: &ApiGroupId,
    named: Option<RevisionNumber>,
) -> Result<RevisionNumber, AppError> {
    match named {
        Some(named) => Ok(named),
        None => {
            let newest = all_revisions(group.clone()).await?.into_iter().next();
            newest.map(|view| view.revision.number).ok_or(AppError::NotFound)
        }
    }
}

/// The number after the highest: what a new revision is called.
fn next_number(revisions: &[RevisionView]) -> Option<RevisionNumber> {
    revisions.iter().map(|view| view.revision.number).max()?.next()
}

/// Where an API is forwarded to, in a word.
#[component]
fn BackendName(backend: ApiBackend) -> impl IntoView {
    let words = use_texts().apis;
    match backend {
        ApiBackend::Deployment => view! { {words.backend_deployment} }.into_any(),
        ApiBackend::Mock => view! { {words.backend_mock} }.into_any(),
        ApiBackend::Function { url } => view! {
            {words.form.backend_function} " " <span class="font-mono">{url.to_string()}</span>
        }
        .into_any(),
        ApiBackend::Http { address } => {
            view! { <span class="font-mono">{address.to_string()}</span> }.into_any()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{Revision, Timestamp};

    #[test]
    fn a_new_revision_is_called_by_the_number_after_the_highest() {
        let view = |number: &str| RevisionView {
            revision: Revision {
                number: number.parse().unwrap(),
                note: String::new(),
                based_on: None,
                created_at: Timestamp(0),
                revised_at: Timestamp(0),
            },
            api_count: 0,
            published_to: Vec::new(),
            changes: (0, 0, 0),
        };
        let next = next_number(&[view("0.0.2"), view("0.0.10"), view("0.0.3")]);
        assert_eq!(next.unwrap().to_string(), "0.0.11");
        assert_eq!(next_number(&[]), None);
    }
}
