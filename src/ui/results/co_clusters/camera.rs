//! Which part of the matrix is in view.

use eframe::egui::{Pos2, Rect, Vec2, pos2};

/// Most points along the side of a cell.
const LARGEST_CELL: f64 = 48.0;

/// Which part of the matrix is in view: shared by all matrices of the view. x is along the columns, y along the rows.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Camera {
    /// `None` shows everything.
    close: Option<Close>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct Close {
    /// The place at the upper left corner, in cells.
    origin: [f64; 2],
    /// Points a cell.
    scale: [f64; 2],
}

/// Where cells stand on the screen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Transform {
    /// Where the matrix is drawn.
    pub(super) rect: Rect,
    pub(super) cells: [usize; 2],
    origin: [f64; 2],
    /// Points a cell.
    pub(super) scale: [f64; 2],
}

impl Camera {
    pub(super) fn is_fit(&self) -> bool {
        self.close.is_none()
    }

    pub(super) fn fit(&mut self) {
        self.close = None;
    }

    /// With a matrix of `cells` (columns, rows) drawn in `rect`.
    pub(super) fn transform(&self, rect: Rect, cells: [usize; 2]) -> Transform {
        let fit = fit_scale(rect, cells);
        let close = self.close.unwrap_or(Close {
            origin: [0.0; 2],
            scale: fit,
        });
        let mut transform = Transform {
            rect,
            cells,
            origin: close.origin,
            scale: [0, 1].map(|axis| close.scale[axis].max(fit[axis])),
        };
        transform.clamp();
        transform
    }

    /// Zooms by a factor along each side; the cell at `anchor` stays where it is.
    pub(super) fn zoom(&mut self, transform: &Transform, factor: [f64; 2], anchor: Pos2) {
        let fit = fit_scale(transform.rect, transform.cells);
        let at = transform.cell(anchor);
        let offset = anchor - transform.rect.min;
        let mut next = *transform;
        for axis in [0, 1] {
            let most = LARGEST_CELL.max(fit[axis]);
            next.scale[axis] = (transform.scale[axis] * factor[axis]).clamp(fit[axis], most);
            next.origin[axis] = at[axis] - f64::from(offset[axis]) / next.scale[axis];
        }
        self.set(next);
    }

    /// Moves what is seen by `delta` points.
    pub(super) fn pan(&mut self, transform: &Transform, delta: Vec2) {
        let mut next = *transform;
        for axis in [0, 1] {
            next.origin[axis] -= f64::from(delta[axis]) / next.scale[axis];
        }
        self.set(next);
    }

    /// Brings the cells from `first` to `last` (places) into view, with some of what surrounds them.
    pub(super) fn show(&mut self, transform: &Transform, first: [f64; 2], last: [f64; 2]) {
        let fit = fit_scale(transform.rect, transform.cells);
        let mut next = *transform;
        for axis in [0, 1] {
            let length = f64::from(transform.rect.size()[axis]);
            let span = (last[axis] - first[axis]).max(1.0) * 1.1;
            let most = LARGEST_CELL.max(fit[axis]);
            next.scale[axis] = (length / span).clamp(fit[axis], most);
            next.origin[axis] = (first[axis] + last[axis]) / 2.0 - length / next.scale[axis] / 2.0;
        }
        self.set(next);
    }

    fn set(&mut self, mut transform: Transform) {
        transform.clamp();
        let fit = fit_scale(transform.rect, transform.cells);
        let everything = (0..2).all(|axis| transform.scale[axis] <= fit[axis] * (1.0 + 1e-9));
        self.close = (!everything).then_some(Close {
            origin: transform.origin,
            scale: transform.scale,
        });
    }
}

fn fit_scale(rect: Rect, cells: [usize; 2]) -> [f64; 2] {
    [0, 1].map(|axis| f64::from(rect.size()[axis]) / cells[axis].max(1) as f64)
}

impl Transform {
    /// The point at a place, in cells.
    pub(super) fn point(&self, cell: [f64; 2]) -> Pos2 {
        pos2(self.x(cell[0]), self.y(cell[1]))
    }

    pub(super) fn x(&self, column: f64) -> f32 {
        self.rect.left() + ((column - self.origin[0]) * self.scale[0]) as f32
    }

    pub(super) fn y(&self, row: f64) -> f32 {
        self.rect.top() + ((row - self.origin[1]) * self.scale[1]) as f32
    }

    /// The place at a point, in cells.
    pub(super) fn cell(&self, point: Pos2) -> [f64; 2] {
        let offset = point - self.rect.min;
        [0, 1].map(|axis| self.origin[axis] + f64::from(offset[axis]) / self.scale[axis])
    }

    /// Column and row at a point, if it is inside.
    pub(super) fn pick(&self, point: Pos2) -> Option<[usize; 2]> {
        if !self.rect.contains(point) {
            return None;
        }
        let cell = self.cell(point);
        let inside = (0..2).all(|axis| cell[axis] >= 0.0 && cell[axis] < self.cells[axis] as f64);
        inside.then(|| [cell[0] as usize, cell[1] as usize])
    }

    /// First place in view and the one after the last.
    pub(super) fn visible(&self, axis: usize) -> (usize, usize) {
        let first = self.origin[axis].floor().max(0.0) as usize;
        let length = f64::from(self.rect.size()[axis]) / self.scale[axis];
        let last = (self.origin[axis] + length).ceil().max(0.0) as usize;
        (first.min(self.cells[axis]), last.min(self.cells[axis]))
    }

    /// Keeps the matrix inside: no gap where there are cells to fill it.
    fn clamp(&mut self) {
        for axis in [0, 1] {
            let length = f64::from(self.rect.size()[axis]) / self.scale[axis];
            let most = (self.cells[axis] as f64 - length).max(0.0);
            self.origin[axis] = self.origin[axis].clamp(0.0, most);
        }
    }
}

#[cfg(test)]
mod tests {
    use eframe::egui::vec2;

    use super::*;

    const CELLS: [usize; 2] = [1000, 4000];

    fn rect() -> Rect {
        Rect::from_min_size(pos2(100.0, 50.0), vec2(500.0, 400.0))
    }

    #[test]
    fn everything_fits_at_first() {
        let transform = Camera::default().transform(rect(), CELLS);
        assert_eq!(transform.scale, [0.5, 0.1]);
        assert_eq!(transform.point([0.0, 0.0]), rect().min);
        assert_eq!(transform.pick(pos2(599.9, 449.95)), Some([999, 3999]));
        assert_eq!(transform.pick(pos2(99.0, 60.0)), None);
        assert_eq!(
            (transform.visible(0), transform.visible(1)),
            ((0, 1000), (0, 4000))
        );
    }

    #[test]
    fn zooming_keeps_the_cell_under_the_pointer() {
        let mut camera = Camera::default();
        let anchor = pos2(321.0, 234.0);
        let before = camera.transform(rect(), CELLS).cell(anchor);
        for _ in 0..12 {
            let transform = camera.transform(rect(), CELLS);
            camera.zoom(&transform, [1.4, 1.4], anchor);
        }
        let after = camera.transform(rect(), CELLS).cell(anchor);
        assert!((0..2).all(|axis| (before[axis] - after[axis]).abs() < 1e-6));
        assert!(!camera.is_fit());
        for _ in 0..14 {
            let transform = camera.transform(rect(), CELLS);
            camera.zoom(&transform, [0.7, 0.7], anchor);
        }
        assert!(camera.is_fit(), "zooming out ends with everything");
    }

    #[test]
    fn cells_grow_to_a_limit_and_become_square() {
        let mut camera = Camera::default();
        for _ in 0..60 {
            let transform = camera.transform(rect(), CELLS);
            camera.zoom(&transform, [1.5, 1.5], rect().center());
        }
        assert_eq!(camera.transform(rect(), CELLS).scale, [LARGEST_CELL; 2]);
    }

    #[test]
    fn panning_stops_at_the_edges() {
        let mut camera = Camera::default();
        let transform = camera.transform(rect(), CELLS);
        camera.zoom(&transform, [4.0, 4.0], rect().center());
        let transform = camera.transform(rect(), CELLS);
        camera.pan(&transform, vec2(1e6, -1e6));
        let transform = camera.transform(rect(), CELLS);
        assert_eq!(transform.visible(0).0, 0);
        assert_eq!(transform.visible(1).1, 4000);
    }

    #[test]
    fn a_block_is_brought_into_view() {
        let mut camera = Camera::default();
        let transform = camera.transform(rect(), CELLS);
        camera.show(&transform, [200.0, 1000.0], [300.0, 2000.0]);
        let transform = camera.transform(rect(), CELLS);
        let (first, last) = transform.visible(0);
        assert!(first <= 200 && last >= 300 && last - first < 120);
        let (first, last) = transform.visible(1);
        assert!(first <= 1000 && last >= 2000 && last - first < 1200);
    }
}
