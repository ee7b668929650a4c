//! The rows while they are edited.

use leptos::{html, prelude::*, wasm_bindgen::JsCast, web_sys::HtmlInputElement};

/// Empty rows of a page without JavaScript.
const SPARE: usize = 3;

/// A row while it is edited.
#[derive(Clone, Copy)]
pub(super) struct Row {
    pub(super) key: usize,
    pub(super) initial: StoredValue<Vec<String>>,
    pub(super) element: NodeRef<html::Tr>,
    /// There for those without JavaScript only.
    spare: bool,
}

impl Row {
    fn new(key: usize, initial: Vec<String>, spare: bool) -> Self {
        Self { key, initial: StoredValue::new(initial), element: NodeRef::new(), spare }
    }

    /// Its first text field.
    fn input(&self) -> Option<HtmlInputElement> {
        let row = self.element.get_untracked()?;
        row.query_selector("input").ok()??.dyn_into().ok()
    }
}

/// The rows of the table.
#[derive(Clone, Copy)]
pub(super) struct Rows {
    pub(super) shown: RwSignal<Vec<Row>>,
    empty: StoredValue<Vec<String>>,
    next_key: StoredValue<usize>,
    /// What the rows belong to: they outlive the event that adds them.
    owner: StoredValue<Option<Owner>>,
}

impl Rows {
    pub(super) fn new(initial: Vec<Vec<String>>, empty: Vec<String>) -> Self {
        let filled = initial.len();
        let spare = std::iter::repeat_n(empty.clone(), SPARE);
        let rows = initial.into_iter().chain(spare).enumerate();
        let rows: Vec<Row> = rows.map(|(key, row)| Row::new(key, row, key >= filled)).collect();
        Self {
            next_key: StoredValue::new(rows.len()),
            shown: RwSignal::new(rows),
            empty: StoredValue::new(empty),
            owner: StoredValue::new(Owner::current()),
        }
    }

    /// Where the row stands: the index that its fields are sent with.
    pub(super) fn position(self, key: usize) -> usize {
        self.shown.with(|rows| rows.iter().position(|row| row.key == key).unwrap_or_default())
    }

    /// Adds an empty row and puts the keyboard there.
    pub(super) fn add(self) {
        let key = self.next_key.get_value();
        self.next_key.set_value(key + 1);
        let new = || Row::new(key, self.empty.get_value(), false);
        let row = match self.owner.get_value() {
            Some(owner) => owner.with(new),
            None => new(),
        };
        self.shown.update(|rows| rows.push(row));
        focus(row);
    }

    /// Removes a row; the keyboard goes on with the one that takes its place.
    pub(super) fn remove(self, key: usize) {
        let at = untrack(|| self.position(key));
        self.shown.update(|rows| rows.retain(|row| row.key != key));
        if let Some(next) = self.shown.with_untracked(|rows| rows.get(at).or(rows.last()).copied())
        {
            focus(next);
        }
    }

    /// Drops spare rows that nobody has filled in meanwhile.
    pub(super) fn drop_spare(self) {
        let unused = |row: &Row| row.input().is_none_or(|input| input.value().is_empty());
        self.shown.update(|rows| rows.retain(|row| !(row.spare && unused(row))));
    }
}

/// Puts the keyboard into a row, once it is on the page.
fn focus(row: Row) {
    request_animation_frame(move || {
        if let Some(input) = row.input() {
            _ = input.focus();
        }
    });
}
