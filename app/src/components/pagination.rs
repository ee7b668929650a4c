//! Pages of a list, as links: the page is a state of the URL.

use super::icon::{Glyph, Icon};
use crate::{contexts::use_texts, paths};
use domain::PageQuery;
use leptos::prelude::*;
use leptos_router::hooks::{use_location, use_query_map};

/// Which rows are shown, links to the pages before and after, and how many rows a page has.
#[component]
pub fn Pagination(
    /// What was asked for.
    query: PageQuery,
    /// Rows on all pages together.
    total: u64,
) -> impl IntoView {
    let texts = use_texts();
    let (path, params) = (use_location().pathname, use_query_map());
    let link = move |changes: &[(&str, Option<&str>)]| {
        paths::with_query(&path.get_untracked(), &params.get_untracked(), changes)
    };
    let size = query.limit();
    let last = total.div_ceil(size).max(1);
    let page = query.page_number.clamp(1, last);
    let (from, to) = ((page - 1) * size + 1, (page * size).min(total));
    let step = |label: &'static str, glyph: Glyph, target: u64, possible: bool| {
        if possible {
            let href = link(&[("page", Some(&target.to_string()))]);
            view! { <a class="icon-button" href=href aria-label=label><Icon glyph/></a> }.into_any()
        } else {
            view! { <span class="icon-button is-disabled" aria-hidden="true"><Icon glyph/></span> }
                .into_any()
        }
    };
    let sizes = PageQuery::SIZES.map(|choice| {
        let text = choice.to_string();
        let href = link(&[("size", Some(&text)), ("page", None)]);
        let current = (choice == size).then_some("true");
        view! { <li><a class="page-size" href=href aria-current=current>{text}</a></li> }
    });
    view! {
        <nav class="pagination" aria-label=texts.common.pagination>
            <p class="pagination-rows">{(texts.common.rows)(from.min(to), to, total)}</p>
            <div class="pagination-sizes">
                <span>{texts.common.rows_per_page}</span>
                <ul>{sizes.into_iter().collect_view()}</ul>
            </div>
            <div class="pagination-steps">
                {step(texts.common.previous_page, Glyph::ChevronLeft, page - 1, page > 1)}
                <span class="tabular-nums">{format!("{page} / {last}")}</span>
                {step(texts.common.next_page, Glyph::ChevronRight, page + 1, page < last)}
            </div>
        </nav>
    }
}
