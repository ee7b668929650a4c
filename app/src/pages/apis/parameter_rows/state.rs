//! The rows of the parameters' table while they are edited.

use super::super::path_rows::{Changes, follow};
use crate::forms::apis::ParameterRow;
use domain::ParameterType;
use leptos::{html, prelude::*};

/// Empty rows of a page without JavaScript.
const SPARE: usize = 3;

/// A row while it is edited.
#[derive(Clone, Copy)]
pub(super) struct Row {
    pub(super) key: usize,
    pub(super) initial: StoredValue<ParameterRow>,
    pub(super) name: RwSignal<String>,
    pub(super) location: RwSignal<String>,
    /// There for those without JavaScript only.
    spare: bool,
    pub(super) input: NodeRef<html::Input>,
}

impl Row {
    fn new(key: usize, initial: ParameterRow, spare: bool) -> Self {
        let (name, location) = (initial.name.clone(), initial.location.clone());
        Self {
            key,
            initial: StoredValue::new(initial),
            name: RwSignal::new(name),
            location: RwSignal::new(location),
            spare,
            input: NodeRef::new(),
        }
    }
}

/// The rows of the table.
#[derive(Clone, Copy)]
pub(super) struct Rows {
    pub(super) shown: RwSignal<Vec<Row>>,
    next_key: StoredValue<usize>,
    /// What the rows belong to: they outlive the event that adds them.
    owner: StoredValue<Option<Owner>>,
}

impl Rows {
    pub(super) fn new(initial: Vec<ParameterRow>) -> Self {
        let filled = initial.len();
        let spare = (0..SPARE).map(|_| empty("query", ""));
        let rows = initial.into_iter().chain(spare).enumerate();
        let rows: Vec<Row> = rows.map(|(key, row)| Row::new(key, row, key >= filled)).collect();
        Self {
            next_key: StoredValue::new(rows.len()),
            shown: RwSignal::new(rows),
            owner: StoredValue::new(Owner::current()),
        }
    }

    /// Where the row stands: the index that its fields are sent with.
    pub(super) fn position(self, key: usize) -> usize {
        self.shown.with(|rows| rows.iter().position(|row| row.key == key).unwrap_or_default())
    }

    fn make(self, row: ParameterRow) -> Row {
        let key = self.next_key.get_value();
        self.next_key.set_value(key + 1);
        match self.owner.get_value() {
            Some(owner) => owner.with(|| Row::new(key, row, false)),
            None => Row::new(key, row, false),
        }
    }

    /// Adds an empty row and puts the keyboard there.
    pub(super) fn add(self) {
        let row = self.make(empty("query", ""));
        self.shown.update(|rows| rows.push(row));
        focus(row.input);
    }

    /// Removes a row; the keyboard goes on with the one that takes its place.
    pub(super) fn remove(self, key: usize) {
        let at = untrack(|| self.position(key));
        self.shown.update(|rows| rows.retain(|row| row.key != key));
        let next =
            self.shown.with_untracked(|rows| rows.get(at).or(rows.last()).map(|row| row.input));
        if let Some(next) = next {
            focus(next);
        }
    }

    /// Drops spare rows that nobody has filled in meanwhile.
    pub(super) fn drop_spare(self) {
        let unused =
            |row: &Row| row.input.get_untracked().is_none_or(|input| input.value().is_empty());
        self.shown.update(|rows| rows.retain(|row| !(row.spare && unused(row))));
    }

    /// Makes the rows of the path those of its names in braces.
    pub(super) fn follow_path(self, path: &str) {
        let in_path: Vec<Row> = self.shown.with_untracked(|rows| {
            rows.iter().copied().filter(|row| row.location.get_untracked() == "path").collect()
        });
        let names: Vec<String> = in_path.iter().map(|row| row.name.get_untracked()).collect();
        let Some(Changes { renamed, removed, added }) = follow(path, &names) else { return };
        for (index, name) in renamed {
            in_path[index].name.set(name);
        }
        let gone: Vec<usize> = removed.into_iter().map(|index| in_path[index].key).collect();
        let new: Vec<Row> = added.iter().map(|name| self.make(empty("path", name))).collect();
        if !gone.is_empty() || !new.is_empty() {
            self.shown.update(|rows| {
                rows.retain(|row| !gone.contains(&row.key));
                let at =
                    rows.iter().take_while(|row| row.location.get_untracked() == "path").count();
                rows.splice(at..at, new);
            });
        }
    }
}

/// Puts the keyboard into a field, once it is on the page.
fn focus(input: NodeRef<html::Input>) {
    request_animation_frame(move || {
        if let Some(input) = input.get_untracked() {
            _ = input.focus();
        }
    });
}

fn empty(location: &str, name: &str) -> ParameterRow {
    ParameterRow {
        name: name.to_owned(),
        location: location.to_owned(),
        r#type: ParameterType::String.as_str().to_owned(),
        ..ParameterRow::default()
    }
}
