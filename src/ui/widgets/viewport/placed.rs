//! Content that lies in a view at a place and a scale.

use eframe::egui::{Pos2, Rect, pos2};

use super::{Close, Fit, fitting};

/// Where content stands on the screen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Placed {
    /// Where it is shown; what is outside is not drawn.
    pub rect: Rect,
    /// Cells (or pixels) along each side.
    pub size: [usize; 2],
    /// Points a cell.
    pub scale: [f64; 2],
    pub(super) fit: Fit,
    pub(super) close: Close,
}

impl Placed {
    pub(super) fn new(rect: Rect, size: [usize; 2], fit: Fit, mut close: Close) -> Self {
        let fitting = fitting(rect, size, fit);
        let scale = [0, 1].map(|axis| fitting[axis] * close.zoom[axis]);
        for axis in [0, 1] {
            // No gap where there is content to fill it.
            let length = size[axis].max(1) as f64 * scale[axis];
            let half = (0.5 * f64::from(rect.size()[axis]) / length).min(0.5);
            close.center[axis] = close.center[axis].clamp(half, 1.0 - half);
        }
        Self {
            rect,
            size,
            scale,
            fit,
            close,
        }
    }

    pub(super) fn cells(&self, axis: usize) -> f64 {
        self.size[axis].max(1) as f64
    }

    pub(super) fn fitting(&self) -> [f64; 2] {
        fitting(self.rect, self.size, self.fit)
    }

    /// Points along a side of the whole content.
    pub(super) fn length(&self, axis: usize) -> f64 {
        self.cells(axis) * self.scale[axis]
    }

    /// The whole content.
    #[must_use]
    pub fn content(&self) -> Rect {
        Rect::from_min_max(self.point([0.0; 2]), self.point([1.0; 2]))
    }

    /// The visible part of the content.
    #[must_use]
    pub fn visible(&self) -> Rect {
        self.content().intersect(self.rect)
    }

    /// The place on the content at a point, 0 to 1 along each side.
    #[must_use]
    pub fn share(&self, point: Pos2) -> [f64; 2] {
        let offset = point - self.rect.center();
        [0, 1].map(|axis| self.close.center[axis] + f64::from(offset[axis]) / self.length(axis))
    }

    /// The point of a place on the content, 0 to 1 along each side.
    #[must_use]
    pub fn point(&self, share: [f64; 2]) -> Pos2 {
        let along = |axis: usize| {
            let offset = (share[axis] - self.close.center[axis]) * self.length(axis);
            self.rect.center()[axis] + offset as f32
        };
        pos2(along(0), along(1))
    }

    /// The point of a place, in cells.
    #[must_use]
    pub fn cell_point(&self, cell: [f64; 2]) -> Pos2 {
        pos2(self.at(0, cell[0]), self.at(1, cell[1]))
    }

    /// The x of a column, the y of a row.
    #[must_use]
    pub fn at(&self, axis: usize, cell: f64) -> f32 {
        let share = cell / self.cells(axis);
        let offset = (share - self.close.center[axis]) * self.length(axis);
        self.rect.center()[axis] + offset as f32
    }

    /// Column and row at a place, if it is on the content.
    #[must_use]
    pub fn cell(&self, share: [f64; 2]) -> Option<[usize; 2]> {
        let inside = share.iter().all(|place| (0.0..1.0).contains(place));
        inside.then(|| [0, 1].map(|axis| (share[axis] * self.size[axis] as f64) as usize))
    }

    /// Column and row at a point inside the rectangle.
    #[must_use]
    pub fn pick(&self, point: Pos2) -> Option<[usize; 2]> {
        let inside = self.rect.contains(point);
        inside.then(|| self.cell(self.share(point))).flatten()
    }

    /// First cell in view along an axis and the one after the last.
    #[must_use]
    pub fn range(&self, axis: usize) -> (usize, usize) {
        let cells = self.cells(axis);
        let half = 0.5 * f64::from(self.rect.size()[axis]) / self.length(axis);
        let place = |share: f64| (share * cells).clamp(0.0, cells);
        // What ends at a border does not reach into the next cell by an error of rounding.
        let first = (place(self.close.center[axis] - half) + 1e-6).floor() as usize;
        let last = (place(self.close.center[axis] + half) - 1e-6).ceil() as usize;
        (first.min(self.size[axis]), last.min(self.size[axis]))
    }
}
