//! A table of fields in a form: a row each. With JavaScript rows are added and removed; without, there are spare rows to be
//! filled. What sends and parses them leaves empty rows out.

mod state;

use crate::{
    components::{
        Button, Glyph, Icon,
        form::{FormContext, slug},
    },
    contexts::use_texts,
};
use leptos::prelude::*;
use state::{Row, Rows};

/// More rows than any form has.
const ROWS_MAX: usize = 256;

/// A column of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldColumn {
    /// The last part of its fields' names, and what rules call it.
    pub member: &'static str,
    /// Above it.
    pub title: &'static str,
    /// What there is to choose, by value and label; empty for a text.
    pub choices: Vec<(&'static str, &'static str)>,
}

impl FieldColumn {
    /// A column of texts.
    #[must_use]
    pub fn text(member: &'static str, title: &'static str) -> Self {
        Self { member, title, choices: Vec::new() }
    }

    /// A column of choices.
    #[must_use]
    pub fn choice(
        member: &'static str,
        title: &'static str,
        choices: Vec<(&'static str, &'static str)>,
    ) -> Self {
        Self { member, title, choices }
    }

    /// What a new row has in it.
    fn empty(&self) -> String {
        self.choices.first().map(|(value, _)| (*value).to_owned()).unwrap_or_default()
    }
}

/// What a table of fields is about, and its words.
#[derive(Clone, Copy, Debug)]
pub struct FieldRowsWords {
    /// Above the table.
    pub label: &'static str,
    /// The button that adds a row.
    pub add: &'static str,
    /// The button that removes a row, by its number.
    pub remove: fn(usize) -> String,
    /// The name of a field: number of its row, title of its column.
    pub field: fn(usize, &str) -> String,
}

/// The table. The field of row 2 and column `member` is sent as `NAME[2][member]`, and its rule is `FIELD[2].member`.
#[component]
pub fn FieldRows(
    /// The rows' name in what is sent: `form[conditions]`.
    name: &'static str,
    /// Their name in rules.
    field: &'static str,
    /// Its words.
    words: FieldRowsWords,
    /// Its columns.
    columns: Vec<FieldColumn>,
    /// The rows at first, a text for each column.
    rows: Vec<Vec<String>>,
    /// Beneath the table.
    #[prop(optional, into)]
    rule: String,
) -> impl IntoView {
    let form = expect_context::<FormContext>();
    let columns = StoredValue::new(columns);
    let rows = typed_rows(&form, name, columns).unwrap_or(rows);
    let empty = columns.with_value(|columns| columns.iter().map(FieldColumn::empty).collect());
    let rows = Rows::new(rows, empty);
    Effect::new(move |_| rows.drop_spare());
    let id = move |part: &str| form.id.with_value(|prefix| format!("{prefix}-{part}"));
    let label_id = id(&format!("{field}-label"));
    let table_label = label_id.clone();
    let error =
        move || form.violation(field).map(|wrong| use_texts().locale.rule(&wrong).to_owned());
    let headings = columns.with_value(|columns| {
        let titles = columns.iter().map(|column| column.title);
        titles.map(|title| view! { <th scope="col">{title}</th> }).collect_view()
    });
    view! {
        <div class="field" id=id(&format!("field-{}", slug(field))) tabindex="-1">
            <p class="field-label" id=label_id.clone()>{words.label}</p>
            // Scrolls sideways on narrow screens, so it must be reachable by the keyboard.
            <div class="rows-frame" tabindex="0" role="region" aria-labelledby=label_id.clone()>
                <table
                    class="field-rows"
                    aria-labelledby=table_label
                    hidden=move || rows.shown.with(Vec::is_empty)
                >
                    <thead>
                        <tr>
                            {headings}
                            <th scope="col"><span class="sr-only">{use_texts().common.actions}</span></th>
                        </tr>
                    </thead>
                    <tbody>
                        <For each=move || rows.shown.get() key=|row| row.key let:row>
                            <RowFields cell=Cell { row, rows, form, name, field, words } columns/>
                        </For>
                    </tbody>
                </table>
            </div>
            {move || error().map(|error| view! { <p class="field-error"><Icon glyph=Glyph::Alert/> {error}</p> })}
            <p class="field-rule">{rule}</p>
            <div><Button glyph=Glyph::Plus on_press=move |()| rows.add()>{words.add}</Button></div>
        </div>
    }
}

/// The cells of one row.
#[component]
fn RowFields(cell: Cell, columns: StoredValue<Vec<FieldColumn>>) -> impl IntoView {
    let Cell { row, rows, words, .. } = cell;
    let remove = move || (words.remove)(rows.position(row.key) + 1);
    let texts = row.initial.get_value().into_iter();
    let cells = columns.get_value().into_iter().zip(texts.chain(std::iter::repeat(String::new())));
    let cells = cells.map(|(column, text)| view! { <td><CellField cell column text/></td> });
    view! {
        <tr node_ref=row.element>
            {cells.collect_view()}
            <td>
                <button
                    type="button" class="icon-button needs-script"
                    aria-label=remove title=remove
                    on:click=move |_| rows.remove(row.key)
                >
                    <Icon glyph=Glyph::Trash/>
                </button>
            </td>
        </tr>
    }
}

#[component]
fn CellField(cell: Cell, column: FieldColumn, text: String) -> impl IntoView {
    let FieldColumn { member, title, choices } = column;
    let invalid = move || cell.error(member).map(|_| "true");
    let field = if choices.is_empty() {
        view! {
            <input
                class="input font-mono" type="text" autocomplete="off" spellcheck="false"
                name=move || cell.name(member) id=move || cell.id(member)
                aria-label=move || cell.label(title) aria-invalid=invalid
                value=text
            />
        }
        .into_any()
    } else {
        let options = choices.into_iter().map(|(value, label)| {
            view! { <option value=value selected=value == text>{label}</option> }
        });
        view! {
            <select
                class="input select"
                name=move || cell.name(member) id=move || cell.id(member)
                aria-label=move || cell.label(title) aria-invalid=invalid
            >
                {options.collect_view()}
            </select>
        }
        .into_any()
    };
    let error = move || {
        cell.error(member)
            .map(|error| view! { <p class="field-error"><Icon glyph=Glyph::Alert/> {error}</p> })
    };
    view! { {field} {error} }
}

/// What the cells of a row have in common.
#[derive(Clone, Copy)]
struct Cell {
    row: Row,
    rows: Rows,
    form: FormContext,
    name: &'static str,
    field: &'static str,
    words: FieldRowsWords,
}

impl Cell {
    fn position(self) -> usize {
        self.rows.position(self.row.key)
    }

    fn name(self, member: &str) -> String {
        format!("{}[{}][{member}]", self.name, self.position())
    }

    fn rule(self, member: &str) -> String {
        format!("{}[{}].{member}", self.field, self.position())
    }

    /// What the error summary links to.
    fn id(self, member: &str) -> String {
        let field = slug(&self.rule(member));
        self.form.id.with_value(|prefix| format!("{prefix}-field-{field}"))
    }

    fn label(self, column: &str) -> String {
        (self.words.field)(self.position() + 1, column)
    }

    fn error(self, member: &str) -> Option<String> {
        let wrong = self.form.violation(&self.rule(member))?;
        Some(use_texts().locale.rule(&wrong).to_owned())
    }
}

/// The rows as they were sent without JavaScript and refused.
fn typed_rows(
    form: &FormContext,
    name: &str,
    columns: StoredValue<Vec<FieldColumn>>,
) -> Option<Vec<Vec<String>>> {
    let typed = form.typed_beneath(&format!("{name}["));
    columns.with_value(|columns| rows_of(typed, columns))
}

/// Rows of `2][name]` and the text of that field.
fn rows_of(typed: Vec<(String, String)>, columns: &[FieldColumn]) -> Option<Vec<Vec<String>>> {
    let mut rows: Vec<Vec<String>> = Vec::new();
    for (place, text) in typed {
        let Some((index, member)) = place.split_once("][") else { continue };
        let column =
            columns.iter().position(|column| member.strip_suffix(']') == Some(column.member));
        let index = index.parse::<usize>().ok().filter(|index| *index < ROWS_MAX);
        let Some((index, column)) = index.zip(column) else { continue };
        if rows.len() <= index {
            rows.resize_with(index + 1, || columns.iter().map(FieldColumn::empty).collect());
        }
        rows[index][column] = text;
    }
    // Spare rows come back by themselves.
    while rows
        .pop_if(|row| row.iter().zip(columns).all(|(text, column)| *text == column.empty()))
        .is_some()
    {}
    (!rows.is_empty()).then_some(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_come_back_from_what_was_typed() {
        let columns = [
            FieldColumn::choice("location", "", vec![("query", ""), ("header", "")]),
            FieldColumn::text("name", ""),
        ];
        let field = |place: &str, text: &str| (place.to_owned(), text.to_owned());
        let typed = vec![
            field("1][name]", "x-a"),
            field("1][location]", "header"),
            field("0][name]", ""),
            field("2][location]", "query"),
            field("2][name]", ""),
            field("1][other]", "x"),
            field("999999][name]", "x"),
        ];
        let rows = rows_of(typed, &columns).unwrap();
        assert_eq!(
            rows,
            [vec!["query".to_owned(), String::new()], vec!["header".into(), "x-a".into()]]
        );
        assert_eq!(rows_of(Vec::new(), &columns), None);
    }
}
