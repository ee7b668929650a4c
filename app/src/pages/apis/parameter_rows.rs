//! The table of an API's parameters: a row each. With JavaScript rows are added and removed, and those of the path follow the
//! sub path as it is typed; without, there are spare rows to be filled.

mod state;

use crate::{
    components::{
        Button, Glyph, Icon,
        form::{FormContext, slug},
    },
    contexts::use_texts,
    forms::apis::ParameterRow,
    i18n::apis::Form,
};
use domain::{ParameterLocation, ParameterType};
use leptos::prelude::*;
use state::{Row, Rows};

/// The table.
#[component]
pub(super) fn ParameterRows(
    /// The rows at first.
    rows: Vec<ParameterRow>,
    /// The sub path as it is typed.
    path: Signal<String>,
) -> impl IntoView {
    let words = &use_texts().apis.form;
    let form = expect_context::<FormContext>();
    let rows = Rows::new(rows);
    Effect::new(move |_| rows.drop_spare());
    Effect::new(move |before: Option<()>| {
        let path = path.get();
        if before.is_some() {
            rows.follow_path(&path);
        }
    });
    let id = move |part: &str| form.id.with_value(|prefix| format!("{prefix}-{part}"));
    let error = move || {
        form.violation("parameters").map(|wrong| use_texts().locale.rule(&wrong).to_owned())
    };
    let headings = [
        words.parameter_name,
        words.parameter_location,
        words.parameter_type,
        words.parameter_required,
        words.parameter_default,
        use_texts().validation.value_rules,
        use_texts().common.description,
    ];
    let headings = headings.map(|heading| view! { <th scope="col">{heading}</th> });
    view! {
        <div class="field" id=id("field-parameters") tabindex="-1">
            <p class="field-label" id=id("parameters-label")>{words.parameters}</p>
            // Scrolls sideways on narrow screens, so it must be reachable by the keyboard.
            <div class="rows-frame" tabindex="0" role="region" aria-labelledby=id("parameters-label")>
                <table
                    class="rows-table"
                    aria-labelledby=id("parameters-label")
                    hidden=move || rows.shown.with(Vec::is_empty)
                >
                    <thead>
                        <tr>
                            {headings.into_iter().collect_view()}
                            <th scope="col"><span class="sr-only">{use_texts().common.actions}</span></th>
                        </tr>
                    </thead>
                    <tbody>
                        <For each=move || rows.shown.get() key=|row| row.key let:row>
                            <RowFields row rows/>
                        </For>
                    </tbody>
                </table>
            </div>
            {move || error().map(|error| view! { <p class="field-error"><Icon glyph=Glyph::Alert/> {error}</p> })}
            <p class="field-rule">{words.parameters_help}</p>
            <p class="field-rule">{use_texts().validation.value_rules_help}</p>
            <div><Button glyph=Glyph::Plus on_press=move |()| rows.add()>{words.add_parameter}</Button></div>
        </div>
    }
}

/// The cells of one row.
#[component]
fn RowFields(row: Row, rows: Rows) -> impl IntoView {
    let words = &use_texts().apis.form;
    let cell = Cell { row, rows, form: expect_context() };
    let initial = row.initial.get_value();
    let in_path = move || row.location.get() == ParameterLocation::Path.as_str();
    let locations = ParameterLocation::ALL.iter().map(|it| it.as_str());
    let types = ParameterType::ALL.iter().map(|it| it.as_str());
    let required = initial.required == "true" || initial.location == "path";
    let remove = move || (words.remove_parameter)(rows.position(row.key) + 1);
    view! {
        <tr>
            <td>
                <input
                    class="input font-mono" type="text" autocomplete="off" spellcheck="false"
                    name=move || cell.name("name") id=move || cell.id("name")
                    aria-label=move || cell.label(words.parameter_name)
                    aria-invalid=move || cell.error("name").map(|_| "true")
                    value=initial.name prop:value=row.name node_ref=row.input
                    on:input=move |event| row.name.set(event_target_value(&event))
                />
                <CellError cell member="name"/>
            </td>
            <td>
                <select
                    class="input select"
                    name=move || cell.name("location")
                    aria-label=move || cell.label(words.parameter_location)
                    on:change=move |event| row.location.set(event_target_value(&event))
                >
                    {options(locations, &initial.location)}
                </select>
            </td>
            <td>
                <select
                    class="input select"
                    name=move || cell.name("type")
                    aria-label=move || cell.label(words.parameter_type)
                >
                    {options(types, &initial.r#type)}
                </select>
            </td>
            <td class="cell-check">
                <input
                    type="checkbox" value="true"
                    name=move || cell.name("required")
                    aria-label=move || cell.label(words.parameter_required)
                    checked=required prop:disabled=in_path
                />
            </td>
            <td>
                <input
                    class="input" type="text" autocomplete="off"
                    name=move || cell.name("default_value") id=move || cell.id("defaultValue")
                    aria-label=move || cell.label(words.parameter_default)
                    aria-invalid=move || cell.error("defaultValue").map(|_| "true")
                    value=initial.default_value
                />
                <CellError cell member="defaultValue"/>
            </td>
            <td><RulesCell cell value=initial.schema/></td>
            <td>
                <input
                    class="input" type="text" autocomplete="off"
                    name=move || cell.name("description")
                    aria-label=move || cell.label(use_texts().common.description)
                    value=initial.description
                />
            </td>
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

/// What is asked of the value besides its type.
#[component]
fn RulesCell(cell: Cell, value: String) -> impl IntoView {
    let words = use_texts().validation;
    view! {
        <input
            class="input font-mono" type="text" autocomplete="off" spellcheck="false"
            name=move || cell.name("schema") id=move || cell.id("schema")
            aria-label=move || cell.label(words.value_rules)
            aria-invalid=move || cell.error("schema").map(|_| "true")
            value=value
        />
        <CellError cell member="schema"/>
    }
}

/// What the cells of a row have in common.
#[derive(Clone, Copy)]
struct Cell {
    row: Row,
    rows: Rows,
    form: FormContext,
}

impl Cell {
    fn position(self) -> usize {
        self.rows.position(self.row.key)
    }

    /// `form[parameters][2][name]`.
    fn name(self, member: &str) -> String {
        format!("form[parameters][{}][{member}]", self.position())
    }

    /// What the error summary links to.
    fn id(self, member: &str) -> String {
        let field = slug(&format!("parameters[{}].{member}", self.position()));
        self.form.id.with_value(|prefix| format!("{prefix}-field-{field}"))
    }

    fn label(self, column: &str) -> String {
        let words: &Form = &use_texts().apis.form;
        (words.parameter_field)(self.position() + 1, column)
    }

    fn error(self, member: &str) -> Option<String> {
        let wrong = self.form.violation(&format!("parameters[{}].{member}", self.position()))?;
        Some(use_texts().locale.rule(&wrong).to_owned())
    }
}

#[component]
fn CellError(cell: Cell, member: &'static str) -> impl IntoView {
    move || {
        cell.error(member)
            .map(|error| view! { <p class="field-error"><Icon glyph=Glyph::Alert/> {error}</p> })
    }
}

fn options(values: impl Iterator<Item = &'static str>, chosen: &str) -> impl IntoView {
    let options =
        values.map(|value| view! { <option value=value selected=value == chosen>{value}</option> });
    options.collect_view()
}
