//! The newest report: the one that the page came with, and in the browser a fresh one every ten seconds while the page is looked at.

use crate::server_fns::monitoring::monitor_report;
use domain::{ApiGroupId, MonitorQuery, MonitorReport};
use leptos::{prelude::*, task::spawn_local, web_sys::js_sys::Date};
use std::time::Duration;

const REFRESH_MS: f64 = 10_000.0;

/// A report that stays fresh.
#[derive(Clone, Copy)]
pub(super) struct Live {
    /// The newest one.
    pub(super) report: RwSignal<MonitorReport>,
    asked: StoredValue<(ApiGroupId, MonitorQuery)>,
    /// Whether one is on its way.
    loading: RwSignal<bool>,
    /// Whether the last attempt failed; the report is the one before then.
    pub(super) failed: RwSignal<bool>,
    /// When the newest one came, in ms by the browser's clock.
    came_at: StoredValue<f64>,
    /// How old it is, in seconds; nothing before the page has JavaScript.
    pub(super) age: RwSignal<Option<u64>>,
}

impl Live {
    /// Keeps `first` fresh for as long as the component lives.
    pub(super) fn new(group: ApiGroupId, query: MonitorQuery, first: MonitorReport) -> Self {
        let live = Self {
            report: RwSignal::new(first),
            asked: StoredValue::new((group, query)),
            loading: RwSignal::new(false),
            failed: RwSignal::new(false),
            came_at: StoredValue::new(0.0),
            age: RwSignal::new(None),
        };
        Effect::new(move |_| {
            live.came_at.set_value(Date::now());
            live.age.set(Some(0));
            let timer = set_interval_with_handle(move || live.tick(), Duration::from_secs(1));
            on_cleanup(move || {
                if let Ok(timer) = timer {
                    timer.clear();
                }
            });
        });
        live
    }

    fn tick(self) {
        let Some(came_at) = self.came_at.try_get_value() else { return };
        let age = (Date::now() - came_at).max(0.0);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "0 and above, seconds"
        )]
        let seconds = (age / 1000.0) as u64;
        self.age.try_set(Some(seconds));
        if age >= REFRESH_MS && !document().hidden() {
            self.fetch();
        }
    }

    /// Asks for a fresh report, unless one is on its way.
    pub(super) fn fetch(self) {
        if self.loading.try_get_untracked() != Some(false) {
            return;
        }
        let Some((group, query)) = self.asked.try_get_value() else { return };
        self.loading.set(true);
        spawn_local(async move {
            let answer = monitor_report(group, query).await;
            // Nothing of this is there any more when the page was left meanwhile.
            self.loading.try_set(false);
            self.failed.try_set(answer.is_err());
            if let Ok(report) = answer {
                self.came_at.try_set_value(Date::now());
                self.age.try_set(Some(0));
                self.report.try_set(report);
            }
        });
    }
}
