//! Bringing what was chosen into view.

use super::camera::{Camera, Transform};
use super::heatmap::Chosen;
use crate::draw::matrix::{Arrangement, Span};

/// Neighbors shown on each side of a single row or column.
const NEIGHBORS: f64 = 12.0;

/// Moves the camera to a block, or to a row or column without moving along it.
pub(super) fn pan_to(
    camera: &mut Camera,
    transform: &Transform,
    arrangement: &Arrangement,
    chosen: Chosen,
) {
    let seen = |axis: usize| {
        let (first, end) = transform.visible(axis);
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
        camera.show(transform, [columns.0, rows.0], [columns.1, rows.1]);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use eframe::egui::{Rect, pos2, vec2};

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
        let mut camera = Camera::default();
        let transform = camera.transform(rect, [100, 1000]);
        pan_to(&mut camera, &transform, &arrangement, Chosen::Row(10));
        let transform = camera.transform(rect, [100, 1000]);
        let (first, end) = transform.visible(1);
        assert!(
            first <= 989 && end > 989 && end - first < 40,
            "{first} to {end}"
        );
        assert_eq!(transform.visible(0), (0, 100));
    }
}
