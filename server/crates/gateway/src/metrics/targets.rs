//! Figures of backends of which a deployment has several.

use super::{Text, Totals};
use crate::{gateway::Shared, worker::Worker};
use domain::{TargetHealth, TargetStatus};
use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

/// Their figures, and what was done because of how they do.
pub(super) fn render(
    text: &mut Text,
    shared: &Shared,
    (workers, totals): (&[Arc<Worker>], &Totals),
) {
    text.family(
        "paifang_upstream_targets",
        "gauge",
        "Backends of deployments that have several, by whether they get calls.",
    );
    let snapshot = shared.snapshot.load();
    let mut places: Vec<_> = totals.places.keys().collect();
    places.sort_unstable_by_key(|(group, environment)| (group.as_str(), environment.as_str()));
    for (group, environment) in places {
        let statuses = snapshot.targets(group, *environment);
        for (state, is_healthy) in [("healthy", true), ("unhealthy", false)] {
            let is_such =
                |status: &&TargetStatus| (status.health == TargetHealth::Healthy) == is_healthy;
            if !statuses.is_empty() {
                let environment = environment.as_str();
                text.sample(
                    &format!(r#"{{group="{group}",environment="{environment}",state="{state}"}}"#),
                    statuses.iter().filter(is_such).count(),
                );
            }
        }
    }
    let sum = |of: fn(&Worker) -> &AtomicU64| -> u64 {
        workers.iter().map(|worker| of(worker).load(Ordering::Relaxed)).sum()
    };
    text.family(
        "paifang_upstream_retries_total",
        "counter",
        "Tries after the first of calls to deployments that have several backends or limits of their own.",
    );
    text.sample("", sum(|worker| &worker.counts.retries));
    text.family(
        "paifang_upstream_ejections_total",
        "counter",
        "How often a backend was left out because calls to it failed.",
    );
    text.sample("", sum(|worker| &worker.counts.ejections));
    text.family("paifang_health_checks", "gauge", "Backends that are asked regularly.");
    text.sample("", shared.checks.count());
}
