//! Where axes and values stand in the window.

use eframe::egui::{Pos2, Rect, pos2};

use crate::draw::Tokens;
use crate::draw::runs::coordinates::NO_VALUE;

/// Where axes and values stand.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct AxisLayout {
    /// From the top to the bottom of the axes, and from the first to the last of them.
    pub(super) area: Rect,
    /// The axes from left to right.
    pub(super) x: Vec<f32>,
    /// Room for the name of an axis.
    pub(super) name_width: f32,
}

/// Room for the names of axes, above them.
pub(super) const NAMES: f32 = 22.0;

impl AxisLayout {
    /// For so many axes; `key` is the room for what colors mean.
    pub(super) fn new(
        whole: Rect,
        axes: usize,
        lacks_values: bool,
        key: f32,
        tokens: &Tokens,
    ) -> Self {
        let (left, right) = (tokens.space.xxl + tokens.space.m, key + tokens.space.xl);
        let top = whole.top() + NAMES + tokens.space.xs;
        let room = whole.bottom() - tokens.space.s - top;
        let height = if lacks_values {
            room / (1.0 - NO_VALUE as f32)
        } else {
            room
        };
        let area = Rect::from_min_max(
            pos2(whole.left() + left, top),
            pos2(
                (whole.right() - right).max(whole.left() + left + 1.0),
                top + height.max(1.0),
            ),
        );
        let gaps = axes.saturating_sub(1).max(1) as f32;
        let x = (0..axes).map(|axis| match axes {
            1 => area.center().x,
            _ => area.left() + area.width() * axis as f32 / gaps,
        });
        Self {
            x: x.collect(),
            name_width: (area.width() / gaps - tokens.space.s).max(tokens.space.xxl),
            area,
        }
    }

    /// The height of a place, 0 at the bottom of the axes and 1 at the top.
    pub(super) fn y(&self, place: f64) -> f32 {
        self.area.bottom() - place as f32 * self.area.height()
    }

    /// The place at a height.
    pub(super) fn place(&self, y: f32) -> f64 {
        f64::from((self.area.bottom() - y) / self.area.height())
    }

    pub(super) fn at(&self, axis: usize, place: f64) -> Pos2 {
        pos2(self.x[axis], self.y(place))
    }

    /// The place among the axes that is nearest to `x`.
    pub(super) fn slot(&self, x: f32) -> usize {
        let count = self.x.len().max(1);
        if count == 1 {
            return 0;
        }
        let share = (x - self.area.left()) / self.area.width().max(1.0);
        ((share * (count - 1) as f32).round().max(0.0) as usize).min(count - 1)
    }
}
