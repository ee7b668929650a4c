//! Values as SVG paths, in thousandths of the plot's width and height. Lines have gaps where nothing was measured.

use super::scale::share;

/// A stretch of neighbouring points.
type Stretch = Vec<(f64, f64)>;

/// The points of the values in `range`, split where there is none.
fn stretches(values: &[Option<f64>], max: f64, range: std::ops::Range<usize>) -> Vec<Stretch> {
    let mut stretches = vec![Stretch::new()];
    for index in range {
        match (values.get(index).copied().flatten(), stretches.last_mut()) {
            (Some(value), Some(stretch)) => {
                let height = (value / max).clamp(0.0, 1.0);
                stretch.push((share(index, values.len()) * 1000.0, 1000.0 - height * 1000.0));
            }
            _ => stretches.push(Stretch::new()),
        }
    }
    stretches.retain(|stretch| !stretch.is_empty());
    stretches
}

fn path(stretch: &[(f64, f64)]) -> String {
    let points = stretch.iter().map(|(x, y)| format!("{x:.1},{y:.1}"));
    let points = points.collect::<Vec<_>>().join(" L");
    // A lone point is a line of no length: its round ends make it a dot.
    let end = match stretch {
        [(x, y)] => format!(" L{x:.1},{y:.1}"),
        _ => String::new(),
    };
    format!("M{points}{end}")
}

/// The line through the values, and its last piece apart when its end is open (empty otherwise).
pub(super) fn paths(values: &[Option<f64>], max: f64, open_end: bool) -> (String, String) {
    let count = values.len();
    let joined = |range| stretches(values, max, range).iter().map(|s| path(s)).collect::<String>();
    if open_end && count > 1 {
        (joined(0..count - 1), joined(count - 2..count))
    } else {
        (joined(0..count), String::new())
    }
}

/// The area beneath the line.
pub(super) fn area(values: &[Option<f64>], max: f64) -> String {
    let shapes = stretches(values, max, 0..values.len()).into_iter().map(|stretch| {
        let (first, last) =
            (stretch.first().map_or(0.0, |p| p.0), stretch.last().map_or(0.0, |p| p.0));
        format!("{} L{last:.1},1000 L{first:.1},1000 Z", path(&stretch))
    });
    shapes.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_stops_where_nothing_was_measured() {
        let values = [Some(0.0), Some(5.0), None, Some(10.0)];
        assert_eq!(
            paths(&values, 10.0, false).0,
            "M0.0,1000.0 L333.3,500.0M1000.0,0.0 L1000.0,0.0"
        );
    }

    #[test]
    fn the_way_to_an_open_end_is_a_piece_of_its_own() {
        let (whole, open) = paths(&[Some(1.0), Some(1.0), Some(0.0)], 1.0, true);
        assert_eq!(
            (whole.as_str(), open.as_str()),
            ("M0.0,0.0 L500.0,0.0", "M500.0,0.0 L1000.0,1000.0")
        );
    }

    #[test]
    fn an_area_stands_on_the_ground() {
        assert_eq!(
            area(&[Some(1.0), Some(0.5)], 1.0),
            "M0.0,0.0 L1000.0,500.0 L1000.0,1000 L0.0,1000 Z"
        );
    }
}
