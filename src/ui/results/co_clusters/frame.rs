//! Where the parts of a matrix stand: title, numbers or names, bars, cells.

use eframe::egui::{Rect, pos2, vec2};

use crate::draw::Tokens;
use crate::ui::widgets::Fit;

/// Which bars there are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Bars {
    pub(super) clusters: bool,
    pub(super) row_classes: bool,
    pub(super) column_classes: bool,
}

/// True if rows and columns are named, which needs more room than numbers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Named {
    pub(super) rows: bool,
    pub(super) columns: bool,
    /// Characters of the longest name of a row and of a column.
    pub(super) longest: [usize; 2],
}

/// Where the parts stand.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Frame {
    pub(super) title: Rect,
    pub(super) plot: Rect,
    /// Numbers or names, and bars: left of the cells, and above them.
    pub(super) sides: [Rect; 2],
    pub(super) gutters: [Rect; 2],
    pub(super) cluster_bars: [Option<Rect>; 2],
    pub(super) class_bars: [Option<Rect>; 2],
}

/// Of the rows, on the left.
pub(super) const ROWS: usize = 0;
/// Of the columns, above.
pub(super) const COLUMNS: usize = 1;

/// How cells fill the plot.
pub(super) const FIT: Fit = Fit {
    proportional: false,
    largest: 48.0,
    smallest: f64::INFINITY,
};

/// Least height of a row with a name.
pub(super) fn name_height(tokens: &Tokens) -> f64 {
    f64::from(tokens.space.m)
}

impl Named {
    /// Names fit where a cell is as high as a line of small text. `scale`: points a cell.
    pub(super) fn new(scale: [f64; 2], longest: [usize; 2], tokens: &Tokens) -> Self {
        let least = name_height(tokens);
        Self {
            rows: scale[1] >= least,
            columns: scale[0] >= least,
            longest,
        }
    }

    /// Room for numbers or names: left, above.
    pub(super) fn gutters(self, tokens: &Tokens) -> [f32; 2] {
        let (size, space) = (&tokens.size, &tokens.space);
        let room = |side: usize, least: f32| {
            let wanted = self.longest[side] as f32 * space.s + space.s;
            wanted.clamp(least, size.name_gutter)
        };
        let left = if self.rows {
            room(ROWS, size.gutter)
        } else {
            size.gutter
        };
        let above = if self.columns {
            room(COLUMNS, space.l)
        } else {
            space.l
        };
        [left, above]
    }
}

impl Frame {
    pub(super) fn new(outer: Rect, bars: Bars, named: Named, tokens: &Tokens) -> Self {
        let (size, space) = (&tokens.size, &tokens.space);
        let classes = [bars.row_classes, bars.column_classes];
        let thickness = |axis: usize| {
            let cluster = if bars.clusters {
                size.cluster_bar + space.hair
            } else {
                0.0
            };
            let class = if classes[axis] {
                size.class_bar + space.hair
            } else {
                0.0
            };
            (cluster, class)
        };
        let gutters = named.gutters(tokens);
        let title = Rect::from_min_size(outer.min, vec2(outer.width(), size.control));
        let corner = |axis: usize| {
            let (cluster, class) = thickness(axis);
            gutters[axis] + class + cluster
        };
        let origin = pos2(
            (outer.left() + corner(ROWS)).round(),
            (title.bottom() + corner(COLUMNS)).round(),
        );
        let plot =
            Rect::from_min_max(origin, pos2(outer.right(), outer.bottom()).max(origin)).round();
        let bar = |axis: usize, inner: f32, width: f32| {
            if axis == ROWS {
                let right = plot.left() - inner;
                Rect::from_min_max(pos2(right - width, plot.top()), pos2(right, plot.bottom()))
            } else {
                let bottom = plot.top() - inner;
                Rect::from_min_max(
                    pos2(plot.left(), bottom - width),
                    pos2(plot.right(), bottom),
                )
            }
        };
        let axes = [ROWS, COLUMNS];
        Self {
            title,
            plot,
            sides: axes.map(|axis| bar(axis, 0.0, corner(axis))),
            gutters: axes.map(|axis| {
                let (cluster, class) = thickness(axis);
                bar(axis, cluster + class, gutters[axis])
            }),
            cluster_bars: axes.map(|axis| {
                bars.clusters
                    .then(|| bar(axis, space.hair, size.cluster_bar))
            }),
            class_bars: axes.map(|axis| {
                let inner = thickness(axis).0 + space.hair;
                classes[axis].then(|| bar(axis, inner, size.class_bar))
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draw::DARK;

    #[test]
    fn bars_stand_between_the_numbers_and_the_cells() {
        let outer = Rect::from_min_size(pos2(10.0, 20.0), vec2(500.0, 400.0));
        let bars = Bars {
            clusters: true,
            row_classes: true,
            column_classes: false,
        };
        let frame = Frame::new(outer, bars, Named::default(), &DARK);
        let (clusters, classes) = (frame.cluster_bars[ROWS], frame.class_bars[ROWS]);
        let (clusters, classes) = (clusters.expect("shown"), classes.expect("shown"));
        assert!(frame.gutters[ROWS].right() <= classes.left());
        assert!(classes.right() < clusters.left() && clusters.right() < frame.plot.left());
        assert!(frame.class_bars[COLUMNS].is_none());
        assert_eq!(frame.plot.max, outer.max);
        assert!(frame.title.bottom() <= frame.gutters[COLUMNS].top() + 1.0);
        assert_eq!(frame.sides[ROWS].left().round(), outer.left());
    }
}
