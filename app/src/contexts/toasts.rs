//! Short notices about what happened elsewhere on the page.

use super::PageData;
use crate::error::AppError;
use leptos::prelude::*;

/// What a toast says.
#[derive(Clone, Debug, PartialEq)]
pub enum ToastContent {
    /// Something was done. Goes away by itself.
    Done(String),
    /// Something failed. Stays until closed.
    Failed(AppError),
}

/// One toast.
#[derive(Clone, Debug, PartialEq)]
pub struct Toast {
    /// Tells it from the others.
    pub id: u64,
    /// What it says.
    pub content: ToastContent,
}

/// The toasts of the page.
#[derive(Clone, Copy)]
pub struct Toasts {
    shown: RwSignal<Vec<Toast>>,
    next: StoredValue<u64>,
}

impl Toasts {
    pub(crate) fn provide() {
        let notice = use_context::<PageData>().and_then(|data| data.flash.notice);
        let first = notice.map(|text| Toast { id: 0, content: ToastContent::Done(text) });
        let shown = RwSignal::new(first.into_iter().collect());
        provide_context(Self { shown, next: StoredValue::new(1) });
    }

    /// Says that something was done.
    pub fn done(self, text: impl Into<String>) {
        self.push(ToastContent::Done(text.into()));
    }

    /// Says that something failed.
    pub fn failed(self, error: AppError) {
        self.push(ToastContent::Failed(error));
    }

    /// Takes a toast away.
    pub fn close(self, id: u64) {
        self.shown.try_update(|toasts| toasts.retain(|toast| toast.id != id));
    }

    /// What is shown now, oldest first.
    #[must_use]
    pub fn shown(self) -> Vec<Toast> {
        self.shown.get()
    }

    fn push(self, content: ToastContent) {
        let id = self.next.get_value();
        self.next.set_value(id + 1);
        self.shown.update(|toasts| toasts.push(Toast { id, content }));
    }
}

/// The page's toasts.
#[must_use]
pub fn use_toasts() -> Toasts {
    use_context()
        .unwrap_or_else(|| Toasts { shown: RwSignal::new(Vec::new()), next: StoredValue::new(0) })
}
