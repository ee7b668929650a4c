//! Tables of lists.

use super::icon::{Glyph, Icon};
use crate::{contexts::use_texts, paths};
use domain::PageQuery;
use leptos::prelude::*;
use leptos_router::hooks::{use_location, use_query_map};

/// What the URL asks for of a list: `page`, `size`, `search`, `sort`, `order=desc`.
#[must_use]
pub fn use_page_query() -> Memo<PageQuery> {
    let params = use_query_map();
    Memo::new(move |_| {
        params.with(|params| {
            let number = |name: &str| params.get(name).and_then(|text| text.parse().ok());
            let default = PageQuery::default();
            PageQuery {
                search: params.get("search").unwrap_or_default(),
                sort: params.get("sort").unwrap_or_default(),
                descending: params.get("order").as_deref() == Some("desc"),
                ..PageQuery::new(
                    number("page").unwrap_or(default.page_number),
                    number("size").unwrap_or(default.page_size),
                )
            }
        })
    })
}

/// The table of a list. `head` is its header cells; the children are its rows.
#[component]
pub fn DataTable(
    /// What it lists, for those who cannot see it.
    #[prop(into)]
    label: String,
    /// [`SortHeader`]s and [`HeaderCell`]s.
    #[prop(into)]
    head: ViewFn,
    children: Children,
) -> impl IntoView {
    let caption = label.clone();
    view! {
        // Scrolls sideways on narrow screens, so it must be reachable by the keyboard.
        <div class="table-frame" tabindex="0" role="region" aria-label=label>
            <table class="table">
                <caption class="sr-only">{caption}</caption>
                <thead><tr>{head.run()}</tr></thead>
                <tbody>{children()}</tbody>
            </table>
        </div>
    }
}

/// The header of a column that is not sorted by.
#[component]
pub fn HeaderCell(
    /// The column's name.
    #[prop(into)]
    label: String,
    /// Numbers stand at the right.
    #[prop(optional)]
    numeric: bool,
    /// Only for those who cannot see it (a column of buttons).
    #[prop(optional)]
    hidden: bool,
) -> impl IntoView {
    view! {
        <th scope="col" class:cell-number=numeric>
            <span class:sr-only=hidden>{label}</span>
        </th>
    }
}

/// The header of a column that the list can be sorted by: a link that sorts by it, or turns the order round.
#[component]
pub fn SortHeader(
    /// The column's name.
    #[prop(into)]
    label: String,
    /// What the service calls it: the `sort` of the [`PageQuery`].
    column: &'static str,
    /// What the list is sorted by now.
    query: PageQuery,
    /// Numbers stand at the right.
    #[prop(optional)]
    numeric: bool,
    /// What the list is sorted by when the URL says nothing.
    #[prop(optional)]
    default: bool,
) -> impl IntoView {
    let texts = use_texts();
    let (path, params) = (use_location().pathname, use_query_map());
    let active = query.sort == column || (default && query.sort.is_empty());
    let order = match (active, query.descending) {
        (false, _) => None,
        (true, false) => Some("ascending"),
        (true, true) => Some("descending"),
    };
    let turned = active && !query.descending;
    let changes = [("sort", Some(column)), ("order", turned.then_some("desc")), ("page", None)];
    let href = paths::with_query(&path.get_untracked(), &params.get_untracked(), &changes);
    let hint = if turned { texts.common.sort_descending } else { texts.common.sort_ascending };
    let glyph = if active && query.descending { Glyph::SortDown } else { Glyph::SortUp };
    view! {
        <th scope="col" aria-sort=order class:cell-number=numeric>
            <a class="sort" class:sort-active=active href=href title=hint>
                {label} <Icon glyph class="sort-glyph"/>
            </a>
        </th>
    }
}
