//! The numbers of a chart as a table, newest first.

use super::{ChartData, short};
use leptos::prelude::*;

/// One row a moment, one column a line.
pub(super) fn table(data: &ChartData, time_label: &'static str) -> impl IntoView + use<> {
    let heads = data.series.iter().map(|line| view! { <th scope="col">{line.name.clone()}</th> });
    let heads = heads.collect_view();
    let rows = data.times.iter().enumerate().rev().map(|(index, at)| {
        let cells = data.series.iter().map(|line| {
            let value = line.values.get(index).copied().flatten();
            view! { <td>{value.map_or_else(|| "–".to_owned(), short)}</td> }
        });
        view! { <tr><th scope="row">{at.to_string()}</th>{cells.collect_view()}</tr> }
    });
    let rows = rows.collect_view();
    view! {
        <table>
            <thead><tr><th scope="col">{time_label}</th>{heads}</tr></thead>
            <tbody>{rows}</tbody>
        </table>
    }
}
