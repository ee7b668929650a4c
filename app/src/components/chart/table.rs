//! The numbers of a chart as a table, newest first.

use super::{ChartData, Clock, short};
use leptos::prelude::*;

/// One row a moment, one column a line.
pub(super) fn table(
    data: &ChartData,
    time_label: fn(&str) -> String,
    clock: Clock,
) -> impl IntoView + use<> {
    let zone = data.times.last().map(|at| clock.zone(*at)).unwrap_or_default();
    let heads = data.series.iter().map(|line| view! { <th scope="col">{line.name.clone()}</th> });
    let heads = heads.collect_view();
    let rows = data.times.iter().enumerate().rev().map(|(index, at)| {
        let cells = data.series.iter().map(|line| {
            let value = line.values.get(index).copied().flatten();
            view! { <td>{value.map_or_else(|| "–".to_owned(), short)}</td> }
        });
        view! { <tr><th scope="row">{clock.tell_minute(*at)}</th>{cells.collect_view()}</tr> }
    });
    let rows = rows.collect_view();
    view! {
        <table>
            <thead><tr><th scope="col">{time_label(&zone)}</th>{heads}</tr></thead>
            <tbody>{rows}</tbody>
        </table>
    }
}
