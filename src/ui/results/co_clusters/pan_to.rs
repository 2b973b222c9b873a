//! Bringing what was chosen into view.

use super::heatmap::Chosen;
use crate::draw::matrix::{Arrangement, Span};
use crate::ui::widgets::{Placed, Viewport};

/// Neighbors shown on each side of a single row or column.
const NEIGHBORS: f64 = 12.0;

/// Brings a block into view, or to a row or column without moving along it.
pub(super) fn pan_to(
    viewport: &mut Viewport,
    placed: &Placed,
    arrangement: &Arrangement,
    chosen: Chosen,
) {
    let seen = |axis: usize| {
        let (first, end) = placed.range(axis);
        (first as f64, end as f64)
    };
    let around = |place: Option<&u32>| {
        let place = f64::from(*place?);
        Some((place - NEIGHBORS, place + NEIGHBORS + 1.0))
    };
    let ends = |span: Span| (span.start as f64, span.end as f64);
    let found = match chosen {
        Chosen::Row(row) => around(arrangement.rows.place.get(row)).map(|rows| (seen(0), rows)),
        Chosen::Column(column) => {
            around(arrangement.columns.place.get(column)).map(|columns| (columns, seen(1)))
        }
        Chosen::Block(row, column) => {
            let rows = arrangement.rows.span_of(row);
            let columns = arrangement.columns.span_of(column);
            columns.map(ends).zip(rows.map(ends))
        }
    };
    if let Some((columns, rows)) = found {
        viewport.show(placed, [columns.0, rows.0], [columns.1, rows.1]);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use eframe::egui::{Rect, pos2, vec2};

    use super::super::frame::FIT;
    use super::*;
    use crate::draw::matrix::Along;

    #[test]
    fn a_row_is_found_where_it_stands_now() {
        let mut order: Vec<u32> = (0..1000).collect();
        order.reverse();
        let arrangement = Arrangement {
            rows: Arc::new(Along::ordered(order)),
            columns: Arc::new(Along::original(100)),
        };
        let rect = Rect::from_min_size(pos2(0.0, 0.0), vec2(400.0, 300.0));
        let mut viewport = Viewport::default();
        let placed = viewport.place(rect, [100, 1000], FIT);
        pan_to(&mut viewport, &placed, &arrangement, Chosen::Row(10));
        let placed = viewport.place(rect, [100, 1000], FIT);
        let (first, end) = placed.range(1);
        assert!(
            first <= 989 && end > 989 && end - first < 40,
            "{first} to {end}"
        );
        assert_eq!(placed.range(0), (0, 100));
    }
}
