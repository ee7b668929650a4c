//! Data of a page: a skeleton while it is read, the error if that fails, the view of it otherwise.

use super::{error_view::ErrorView, skeleton::TextSkeleton};
use crate::error::AppError;
use leptos::prelude::*;
use std::sync::Arc;

/// Shows what [`use_data`](crate::contexts::use_data) reads: `<Loaded data let:group>…</Loaded>`. While data is read again the
/// old view stays.
#[component]
pub fn Loaded<T, V>(
    /// The data.
    data: Resource<Result<T, AppError>>,
    /// Shown while it is read for the first time; four lines of text by default.
    #[prop(optional, into)]
    skeleton: ViewFn,
    /// The view of it.
    children: impl Fn(T) -> V + Send + Sync + 'static,
) -> impl IntoView
where
    T: Clone + Send + Sync + 'static,
    V: IntoView + 'static,
{
    let children = Arc::new(children);
    let fallback = move || {
        let own = skeleton.run();
        view! { <div aria-busy="true">{own}</div> }
    };
    view! {
        <Transition fallback>
            {move || {
                let children = Arc::clone(&children);
                Suspend::new(async move {
                    match data.await {
                        Ok(value) => children(value).into_any(),
                        Err(error) => view! { <ErrorView error/> }.into_any(),
                    }
                })
            }}
        </Transition>
    }
}

/// The default of `skeleton`.
#[must_use]
pub fn text_skeleton() -> ViewFn {
    ViewFn::from(|| view! { <TextSkeleton/> })
}
