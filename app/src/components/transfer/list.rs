//! The two columns: what is selected moves between them, and one button saves all of it.

use super::{Entry, SENT_AS, TransferEntry};
use crate::{
    components::{Button, Glyph, Icon, SubmitButton, Variant, form::FormContext},
    contexts::use_texts,
};
use domain::DeploymentId;
use leptos::prelude::*;
use std::collections::BTreeSet;

type Ids = BTreeSet<DeploymentId>;

/// What the columns share.
#[derive(Clone, Copy)]
struct Transfer {
    /// All entries, in the order of both columns.
    entries: StoredValue<Vec<TransferEntry>>,
    /// What was bound when the page was read.
    before: StoredValue<Ids>,
    /// What shall be bound.
    bound: RwSignal<Ids>,
    /// What the next press of an arrow moves.
    selected: RwSignal<Ids>,
}

impl Transfer {
    /// The entries of a column whose group has `search` in its name or id.
    fn column(self, bound: bool, search: &str) -> Vec<TransferEntry> {
        let search = search.trim().to_lowercase();
        let shown = |entry: &&TransferEntry| {
            entry.deployment.group_name.to_lowercase().contains(&search)
                || entry.deployment.api_group_id.as_str().contains(&search)
        };
        self.bound.with(|ids| {
            self.entries.with_value(|entries| {
                let here = entries
                    .iter()
                    .filter(|entry| ids.contains(&entry.deployment.deployment_id) == bound);
                here.filter(shown).cloned().collect()
            })
        })
    }

    /// Moves what is selected into the column `bound`, or out of it.
    fn move_selected(self, bound: bool) {
        let selected = self.selected.get_untracked();
        self.bound.update(|ids| {
            if bound {
                ids.extend(selected.iter().cloned());
            } else {
                ids.retain(|id| !selected.contains(id));
            }
        });
        self.selected.set(Ids::new());
    }

    fn select(self, id: &DeploymentId, selected: bool) {
        self.selected.update(|ids| {
            if selected {
                ids.insert(id.clone())
            } else {
                ids.remove(id)
            };
        });
    }

    /// How many are to be bound and to be unbound.
    fn pending(self) -> (usize, usize) {
        self.bound.with(|now| {
            self.before.with_value(|before| {
                (now.difference(before).count(), before.difference(now).count())
            })
        })
    }
}

/// Both columns, the arrows between them, and the button that saves.
#[component]
pub(super) fn TransferList(
    /// What can be bound and is not.
    available: Vec<TransferEntry>,
    /// What is bound.
    bound: Vec<TransferEntry>,
    /// What shall be bound at first.
    ticked: Vec<DeploymentId>,
) -> impl IntoView {
    let texts = use_texts();
    let t = texts.transfer;
    let before: Ids = bound.iter().map(|entry| entry.deployment.deployment_id.clone()).collect();
    let mut entries: Vec<TransferEntry> = available.into_iter().chain(bound).collect();
    entries.sort_by(|a, b| {
        let (a, b) = (&a.deployment, &b.deployment);
        (&a.group_name, &a.api_group_id, a.environment).cmp(&(
            &b.group_name,
            &b.api_group_id,
            b.environment,
        ))
    });
    let transfer = Transfer {
        entries: StoredValue::new(entries),
        before: StoredValue::new(before),
        bound: RwSignal::new(ticked.into_iter().collect()),
        selected: RwSignal::new(Ids::new()),
    };
    let sent = move || {
        let ids = transfer.bound.get().into_iter();
        ids.map(|id| view! { <input type="hidden" name=SENT_AS value=id.to_string()/> })
            .collect_view()
    };
    if let Some(form) = use_context::<FormContext>() {
        Effect::new(move |_| form.dirty.set(transfer.pending() != (0, 0)));
    }
    view! {
        {sent}
        // What is searched for and selected is not what is saved.
        <div class="transfer" on:input=|event| event.stop_propagation()>
            <Column transfer bound=false title=t.can_be_bound/>
            <div class="transfer-arrows">
                <Arrow transfer bound=true label=t.to_bound glyph=Glyph::ChevronRight/>
                <Arrow transfer bound=false label=t.to_unbound glyph=Glyph::ChevronLeft/>
            </div>
            <Column transfer bound=true title=t.bound/>
        </div>
        <Save transfer/>
    }
}

/// Moves what is selected in one column into the other.
#[component]
fn Arrow(transfer: Transfer, bound: bool, label: &'static str, glyph: Glyph) -> impl IntoView {
    let idle = move || {
        let chosen = transfer.selected.with(|selected| {
            transfer.bound.with(|ids| selected.iter().any(|id| ids.contains(id) != bound))
        });
        !chosen
    };
    view! {
        <button
            type="button"
            class="button transfer-arrow"
            aria-label=label
            title=label
            disabled=idle
            on:click=move |_| transfer.move_selected(bound)
        >
            <Icon glyph/>
        </button>
    }
}

/// What is not saved yet, and the button that saves it.
#[component]
fn Save(transfer: Transfer) -> impl IntoView {
    let texts = use_texts();
    let t = texts.transfer;
    let pending = Memo::new(move |_| transfer.pending());
    let unchanged = Signal::derive(move || pending.get() == (0, 0));
    let told = move || {
        let (added, removed) = pending.get();
        (!unchanged.get()).then(|| (t.pending)(added, removed))
    };
    let undo = move |()| {
        transfer.bound.set(transfer.before.get_value());
        transfer.selected.set(Ids::new());
    };
    view! {
        <div class="form-actions">
            <SubmitButton label=texts.common.save busy=texts.common.saving disabled=unchanged/>
            {move || (!unchanged.get()).then(|| {
                view! { <Button variant=Variant::Quiet on_press=undo>{t.undo}</Button> }
            })}
            <p class="self-center text-muted" aria-live="polite">{told}</p>
        </div>
    }
}

#[component]
fn Column(transfer: Transfer, bound: bool, title: &'static str) -> impl IntoView {
    let t = use_texts().transfer;
    let search = RwSignal::new(String::new());
    let shown = Memo::new(move |_| transfer.column(bound, &search.get()));
    let selected_here = move || {
        shown.with(|shown| {
            transfer.selected.with(|ids| {
                shown.iter().filter(|entry| ids.contains(&entry.deployment.deployment_id)).count()
            })
        })
    };
    let all = move || shown.with(Vec::len);
    let all_selected = move || all() > 0 && selected_here() == all();
    let select_all = move |event| {
        let selected = event_target_checked(&event);
        for entry in shown.get_untracked() {
            transfer.select(&entry.deployment.deployment_id, selected);
        }
    };
    let empty = move || {
        shown.with(Vec::is_empty).then(|| {
            let text =
                if search.with(String::is_empty) { t.column_empty } else { t.column_no_match };
            view! { <p class="transfer-empty">{text}</p> }
        })
    };
    view! {
        <fieldset class="transfer-column">
            <legend class="transfer-title">{title}</legend>
            <div class="transfer-tools">
                <input
                    class="input"
                    type="search"
                    aria-label=format!("{title}: {}", t.search_groups)
                    placeholder=t.search_groups
                    autocomplete="off"
                    prop:value=search
                    on:input=move |event| search.set(event_target_value(&event))
                    on:keydown=|event| {
                        // Enter in a search must not save the form.
                        if event.key() == "Enter" {
                            event.prevent_default();
                        }
                    }
                />
                <label class="transfer-all">
                    <input
                        type="checkbox"
                        prop:checked=all_selected
                        disabled=move || all() == 0
                        on:change=select_all
                    />
                    <span>{t.select_all}</span>
                    <span class="transfer-count" aria-live="polite">{move || (t.chosen)(selected_here(), all())}</span>
                </label>
            </div>
            {empty}
            <ul class="transfer-list">
                <For each=move || shown.get() key=|entry| entry.deployment.deployment_id.clone() let:entry>
                    <Selectable transfer entry/>
                </For>
            </ul>
        </fieldset>
    }
}

#[component]
fn Selectable(transfer: Transfer, entry: TransferEntry) -> impl IntoView {
    let id = entry.deployment.deployment_id.clone();
    let ticked = id.clone();
    view! {
        <li>
            <label class="transfer-entry">
                <input
                    type="checkbox"
                    prop:checked=move || transfer.selected.with(|ids| ids.contains(&ticked))
                    on:change=move |event| transfer.select(&id, event_target_checked(&event))
                />
                <Entry entry/>
            </label>
        </li>
    }
}
