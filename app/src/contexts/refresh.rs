//! Tells all data of the page to be read again: after a form succeeded, and for "refresh" and "retry".

use crate::error::AppError;
use leptos::prelude::*;
use serde::{Serialize, de::DeserializeOwned};
use std::future::Future;

/// Grows whenever data may have changed.
#[derive(Clone, Copy)]
pub struct Refresh(RwSignal<u64>);

impl Refresh {
    pub(crate) fn provide() {
        provide_context(Self(RwSignal::new(0)));
    }

    /// Makes all data that was read with [`use_data`] be read again.
    pub fn now(self) {
        self.0.update(|count| *count += 1);
    }

    fn count(self) -> u64 {
        self.0.get()
    }
}

/// The page's [`Refresh`].
#[must_use]
pub fn use_refresh() -> Refresh {
    use_context().unwrap_or_else(|| Refresh(RwSignal::new(0)))
}

/// Data of a page: read on the server with the first page, again whenever `source` changes or a form succeeded.
/// Shown with [`Loaded`](crate::components::loaded::Loaded).
pub fn use_data<S, T, Fut>(
    source: impl Fn() -> S + Send + Sync + 'static,
    read: impl Fn(S) -> Fut + Send + Sync + 'static,
) -> Resource<Result<T, AppError>>
where
    S: PartialEq + Clone + Send + Sync + 'static,
    T: Serialize + DeserializeOwned + Send + Sync + 'static,
    Fut: Future<Output = Result<T, AppError>> + Send + 'static,
{
    let refresh = use_refresh();
    Resource::new(move || (source(), refresh.count()), move |(source, _)| read(source))
}
