//! Two pieces of data that a view needs together.

use super::error_view::ErrorView;
use crate::error::AppError;
use leptos::prelude::*;
use std::sync::Arc;

/// As [`Loaded`](super::Loaded), for a view of two pieces of data: `<LoadedBoth first=group second=page let:both>…`.
///
/// One `Loaded` inside another would not do: what the inner one needs has its place in the page's stream when the outer one is
/// ready on the server, but at once in the browser, and whatever data comes after it would be taken for another's.
#[component]
pub fn LoadedBoth<A, B, V>(
    /// The one, whose error goes before the other's.
    first: Resource<Result<A, AppError>>,
    /// The other.
    second: Resource<Result<B, AppError>>,
    /// Shown while they are read for the first time.
    #[prop(optional, into)]
    skeleton: ViewFn,
    /// The view of both.
    children: impl Fn((A, B)) -> V + Send + Sync + 'static,
) -> impl IntoView
where
    A: Clone + Send + Sync + 'static,
    B: Clone + Send + Sync + 'static,
    V: IntoView + 'static,
{
    let children = Arc::new(children);
    let fallback = move || {
        let shown = skeleton.run();
        view! { <div aria-busy="true">{shown}</div> }
    };
    view! {
        <Transition fallback>
            {move || {
                let children = Arc::clone(&children);
                Suspend::new(async move {
                    let (was, second) = (first.await, second.await);
                    // While the second was waited for, the first may have been read again; and of two such waits the
                    // older one may end last.
                    let now = if cfg!(feature = "hydrate") { first.get_untracked() } else { None };
                    match now.unwrap_or(was).and_then(|first| Ok((first, second?))) {
                        Ok(both) => children(both).into_any(),
                        Err(error) => view! { <ErrorView error/> }.into_any(),
                    }
                })
            }}
        </Transition>
    }
}
