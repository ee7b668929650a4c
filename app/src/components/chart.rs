//! A line chart, drawn as SVG on the server already: readable before and without JavaScript. The same numbers stand beneath it
//! as a table, for those who read rather than look. In the browser the values of the moment under the pointer are told, on all
//! charts that share a cursor.

mod lines;
mod scale;
mod table;

use super::{
    icon::{Glyph, Icon},
    time::{Clock, use_clock},
};
use domain::Timestamp;
use leptos::{ev::PointerEvent, prelude::*};
use lines::{area, paths};
pub use scale::short;
use wasm_bindgen::JsCast;

/// One line of a chart.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// Its name in the legend.
    pub name: String,
    /// The class that gives it its colour: `chart-accent`, `chart-danger`, `chart-warning`, `chart-info`.
    pub class: &'static str,
    /// Its values, one for each moment of the chart; `None` where there was nothing to measure.
    pub values: Vec<Option<f64>>,
}

impl Series {
    fn peak(&self) -> Option<f64> {
        self.values.iter().flatten().copied().reduce(f64::max)
    }
}

/// The lines of a chart and the moments they share.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ChartData {
    /// The moments, oldest first.
    pub times: Vec<Timestamp>,
    /// The lines.
    pub series: Vec<Series>,
    /// Whether the span of the last moment still goes on: what leads there is dashed.
    pub open_end: bool,
}

impl ChartData {
    /// The values that grid lines stand at; the last one is the top of the chart.
    fn ticks(&self) -> Vec<f64> {
        scale::ticks(self.series.iter().filter_map(Series::peak).fold(0.0, f64::max))
    }

    fn summary(&self) -> String {
        let each = self.series.iter().filter_map(|line| {
            line.peak().map(|peak| format!("{} max {}", line.name, short(peak)))
        });
        each.collect::<Vec<_>>().join(", ")
    }
}

/// The words around a chart.
#[derive(Clone, Copy, Debug)]
pub struct ChartLabels {
    /// Unfolds the table, e.g. "Show as table".
    pub table: &'static str,
    /// The heading of the table's first column, e.g. "Time (UTC)", of the zone's name.
    pub time: fn(&str) -> String,
    /// What the values of the legend are while no moment is pointed at, e.g. "peak".
    pub peak: &'static str,
}

/// A chart of one or more lines over the same moments.
#[component]
pub fn LineChart(
    /// What it shows; the heading above it.
    title: &'static str,
    /// The unit of its values, e.g. `ms`.
    unit: &'static str,
    /// What is drawn.
    #[prop(into)]
    data: Signal<ChartData>,
    /// The words around it.
    labels: ChartLabels,
    /// Which moment is pointed at, shared by the charts of a page.
    cursor: RwSignal<Option<usize>>,
) -> impl IntoView {
    let clock = use_clock();
    let summary = move || data.with(|data| format!("{title} ({unit}): {}", data.summary()));
    let follow = move |event: PointerEvent| {
        let count = data.with(|data| data.times.len());
        cursor.set(pointed_at(&event, count));
    };
    let moment = move || {
        let at = cursor.get().and_then(|index| data.with(|data| data.times.get(index).copied()));
        at.map_or_else(|| labels.peak.to_owned(), |at| clock.tell_minute(at))
    };
    view! {
        <figure class="chart">
            <figcaption class="chart-title">
                {title} " " <span class="chart-unit">{unit}</span>
                <span class="chart-moment">{moment}</span>
            </figcaption>
            {move || data.with(|data| legend(data, cursor.get()))}
            <div class="chart-body" role="img" aria-label=summary>
                {move || data.with(axis)}
                <svg class="chart-plot" viewBox="0 0 1000 1000" preserveAspectRatio="none" aria-hidden="true"
                    on:pointermove=follow on:pointerleave=move |_| cursor.set(None)>
                    {move || data.with(plot)}
                    {move || data.with(|data| cursor_line(data, cursor.get()))}
                </svg>
                {move || data.with(|data| time_axis(data, clock))}
            </div>
            <details class="chart-data">
                <summary><Icon glyph=Glyph::ChevronRight/> {labels.table}</summary>
                <div class="chart-table" tabindex="0" role="region" aria-label=title>
                    {move || data.with(|data| table::table(data, labels.time, clock))}
                </div>
            </details>
        </figure>
    }
}

/// The index of the moment that the pointer is nearest to.
fn pointed_at(event: &PointerEvent, count: usize) -> Option<usize> {
    let plot = event.current_target()?.dyn_into::<web_sys::Element>().ok()?;
    let place = plot.get_bounding_client_rect();
    let share = (f64::from(event.client_x()) - place.left()) / place.width();
    scale::nearest(share, count)
}

/// The names of the lines with their values: at the moment that is pointed at, or the largest.
fn legend(data: &ChartData, cursor: Option<usize>) -> impl IntoView + use<> {
    let entries = data.series.iter().map(|line| {
        let value = match cursor {
            Some(index) => line.values.get(index).copied().flatten(),
            None => line.peak(),
        };
        view! {
            <li class="chart-legend-entry">
                <svg class="chart-swatch" viewBox="0 0 12 4" aria-hidden="true">
                    <line class=format!("chart-line {}", line.class) x1="0" x2="12" y1="2" y2="2"/>
                </svg>
                <span>{line.name.clone()}</span>
                <span class="chart-value">{value.map_or_else(|| "–".to_owned(), short)}</span>
            </li>
        }
    });
    let entries = entries.collect_view();
    view! { <ul class="chart-legend">{entries}</ul> }
}

/// The values beside the grid lines.
fn axis(data: &ChartData) -> impl IntoView + use<> {
    let ticks = data.ticks();
    let max = ticks.last().copied().unwrap_or(1.0);
    let labels = ticks.into_iter().map(|tick| {
        let y = format!("{:.2}%", 100.0 - tick / max * 100.0);
        view! { <text class="chart-label" x="100%" y=y text-anchor="end" dominant-baseline="middle">{short(tick)}</text> }
    });
    let labels = labels.collect_view();
    view! { <svg class="chart-axis" aria-hidden="true">{labels}</svg> }
}

/// Grid and lines, in thousandths of the plot's width and height.
fn plot(data: &ChartData) -> impl IntoView + use<> {
    let ticks = data.ticks();
    let max = ticks.last().copied().unwrap_or(1.0);
    let grid = ticks.into_iter().map(|tick| {
        let y = format!("{:.1}", 1000.0 - tick / max * 1000.0);
        view! { <line class="chart-grid" x1="0" x2="1000" y1=y.clone() y2=y/> }
    });
    let grid = grid.collect_view();
    let filled = (data.series.len() == 1).then(|| {
        let line = data.series.first()?;
        let shape = area(&line.values, max);
        Some(view! { <path class=format!("chart-area {}", line.class) d=shape/> })
    });
    let lines = data.series.iter().map(|line| {
        let (whole, open) = paths(&line.values, max, data.open_end);
        view! {
            <path class=format!("chart-line {}", line.class) d=whole/>
            <path class=format!("chart-line chart-open {}", line.class) d=open/>
        }
    });
    let lines = lines.collect_view();
    view! { {grid} {filled.flatten()} {lines} }
}

/// The upright line at the moment that is pointed at.
fn cursor_line(data: &ChartData, cursor: Option<usize>) -> impl IntoView + use<> {
    let index = cursor.filter(|index| *index < data.times.len())?;
    let x = format!("{:.1}", scale::share(index, data.times.len()) * 1000.0);
    Some(view! { <line class="chart-cursor" x1=x.clone() x2=x y1="0" y2="1000"/> })
}

/// The round moments beneath the plot.
fn time_axis(data: &ChartData, clock: Clock) -> impl IntoView + use<> {
    let minutes = data.times.last().map_or(0, |at| clock.minutes_ahead(*at));
    let labels = scale::moments(&data.times, minutes).into_iter().map(|moment| {
        let x = format!("{:.2}%", moment.share * 100.0);
        view! { <text class="chart-label" x=x y="12" text-anchor="middle">{moment.label}</text> }
    });
    let labels = labels.collect_view();
    view! { <svg class="chart-times" aria-hidden="true">{labels}</svg> }
}
