//! More of a backend in the publish dialog: several addresses, and how long and how often they are tried.

use crate::{
    components::{
        Checkbox, Choice, FieldColumn, FieldRows, FieldRowsWords, LimitFields, Select, TextField,
        scripted::use_scripted,
    },
    contexts::use_texts,
    forms::balanced::{BalancedForm, TargetRow, check_status},
};
use leptos::prelude::*;

/// The addresses with their weights, and who gets a call.
#[component]
pub(super) fn TargetFields(
    /// What the fields hold at first.
    initial: BalancedForm,
) -> impl IntoView {
    let words = use_texts().backends;
    let scripted = use_scripted();
    let columns = vec![
        FieldColumn::text("address", words.address),
        FieldColumn::text("weight", words.weight),
    ];
    let texts = FieldRowsWords {
        label: words.targets,
        add: words.add_target,
        remove: words.remove_target,
        field: words.target_field,
    };
    let rows =
        initial.targets.into_iter().map(|TargetRow { address, weight }| vec![address, weight]);
    let choices = vec![
        Choice::new("round_robin", words.round_robin),
        Choice::new("least_requests", words.least_requests),
        Choice::new("client_address", words.client_address),
        Choice::new("header", words.by_header),
        Choice::new("query", words.by_query),
    ];
    let balancing = RwSignal::new(initial.balancing.clone());
    let is_named = move || balancing.with(|by| matches!(by.as_str(), "header" | "query"));
    view! {
        <div class="target-rows">
            <FieldRows
                name="form[more][targets]"
                field="targets"
                words=texts
                columns
                rows=rows.collect()
                rule=words.targets_rule
            />
        </div>
        <Select
            label=words.balancing
            name="form[more][balancing]"
            value=initial.balancing
            choices
            on_change=move |by| balancing.set(by)
        />
        <div hidden=move || scripted.get() && !is_named()>
            <TextField
                label=words.balancing_name
                name="form[more][balancing_name]"
                field="balancingName"
                value=initial.balancing_name
                rule=words.balancing_name_rule
                mono=true
            />
        </div>
    }
}

/// Timeouts, retries, and how many calls at a time.
#[component]
pub(super) fn LimitSection(
    /// What the fields hold at first.
    initial: BalancedForm,
) -> impl IntoView {
    let words = use_texts().backends;
    view! {
        <h4 class="field-label">{words.limits}</h4>
        <p class="card-help">{words.limits_help}</p>
        <LimitFields name="form[more][limits]" initial=initial.limits/>
        <Checkbox
            label=words.retry_statuses
            name="form[more][retry_statuses]"
            checked=initial.retry_statuses == "true"
        />
        <TextField
            label=words.max_calls name="form[more][max_calls]" field="maxCalls"
            value=initial.max_calls rule=words.max_calls_rule mono=true
        />
    }
}

/// Who is left out, and who is asked.
#[component]
pub(super) fn HealthSection(
    /// What the fields hold at first.
    initial: BalancedForm,
) -> impl IntoView {
    let words = use_texts().backends;
    view! {
        <h4 class="field-label">{words.passive}</h4>
        <p class="card-help">{words.passive_help}</p>
        <div class="field-grid">
            <TextField
                label=words.passive_failures name="form[more][passive_failures]" field="passiveFailures"
                value=initial.passive_failures rule=words.passive_rule placeholder="5" mono=true
            />
            <TextField
                label=words.eject_ms name="form[more][eject_ms]" field="ejectMs"
                value=initial.eject_ms rule=words.eject_rule placeholder="30000" mono=true
            />
            <TextField
                label=words.failure_percent name="form[more][failure_percent]" field="failurePercent"
                value=initial.failure_percent rule=words.failure_percent_rule mono=true
            />
            <TextField
                label=words.failure_calls name="form[more][failure_calls]" field="failureCalls"
                value=initial.failure_calls rule=words.failure_calls_rule placeholder="20" mono=true
            />
        </div>
        <h4 class="field-label">{words.active}</h4>
        <p class="card-help">{words.active_help}</p>
        <div class="field-grid">
            <TextField
                label=words.check_path name="form[more][check_path]" field="checkPath"
                value=initial.check_path rule=words.check_path_rule placeholder="/health" mono=true
            />
            <TextField
                label=words.check_status name="form[more][check_status]" field="checkStatus"
                value=initial.check_status placeholder="200-399" mono=true check=check_status
            />
            <TextField
                label=words.check_interval_ms name="form[more][check_interval_ms]" field="checkIntervalMs"
                value=initial.check_interval_ms placeholder="10000" mono=true
            />
            <TextField
                label=words.check_timeout_ms name="form[more][check_timeout_ms]" field="checkTimeoutMs"
                value=initial.check_timeout_ms placeholder="2000" mono=true
            />
            <TextField
                label=words.check_healthy name="form[more][check_healthy]" field="checkHealthy"
                value=initial.check_healthy placeholder="2" mono=true
            />
            <TextField
                label=words.check_unhealthy name="form[more][check_unhealthy]" field="checkUnhealthy"
                value=initial.check_unhealthy placeholder="3" mono=true
            />
        </div>
    }
}
