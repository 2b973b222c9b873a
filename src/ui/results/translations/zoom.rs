//! Which part of a picture is in view, the same in every cell.

use eframe::egui::{Pos2, Rect, Vec2, vec2};

/// Most points along the side of a pixel.
const LARGEST_PIXEL: f32 = 64.0;

/// Which part of a picture is in view: in shares of the picture, so that pictures of several sizes go together.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Zoom {
    /// `None` shows everything, as large as it fits.
    close: Option<Close>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct Close {
    /// What stands in the middle of the cell, 0 to 1 along each side of the picture.
    center: [f32; 2],
    /// Times the size that fits.
    scale: f32,
}

/// Where a picture stands on the screen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Placed {
    /// The cell; what is outside is not drawn.
    pub(super) cell: Rect,
    /// The whole picture.
    pub(super) picture: Rect,
    /// Width and height in pixels.
    pub(super) size: [usize; 2],
    close: Close,
}

impl Zoom {
    pub(super) fn is_fit(&self) -> bool {
        self.close.is_none()
    }

    pub(super) fn fit(&mut self) {
        self.close = None;
    }

    /// A picture of `size` pixels in a cell.
    pub(super) fn place(&self, cell: Rect, size: [usize; 2]) -> Placed {
        let close = self.close.unwrap_or(Close {
            center: [0.5; 2],
            scale: 1.0,
        });
        Placed::new(cell, size, close)
    }

    /// Zooms by a factor; what is at `anchor` stays there. `dot` is the size of a pixel of the screen in points.
    pub(super) fn zoom(&mut self, placed: &Placed, factor: f32, anchor: Pos2, dot: f32) {
        let fit = placed.fit();
        let least = (dot / fit).min(1.0);
        let most = (LARGEST_PIXEL / fit).max(1.0);
        let scale = (placed.close.scale * factor).clamp(least, most);
        let at = placed.share(anchor);
        let size = placed.natural() * fit * scale;
        let offset = anchor - placed.cell.center();
        let center = [0, 1].map(|axis| at[axis] - offset[axis] / size[axis]);
        self.set(placed, Close { center, scale });
    }

    /// One pixel of the picture for each of the screen.
    pub(super) fn actual(&mut self, placed: &Placed, dot: f32) {
        let scale = dot / placed.fit();
        let center = placed.close.center;
        self.set(placed, Close { center, scale });
    }

    /// Moves what is seen by `delta` points.
    pub(super) fn pan(&mut self, placed: &Placed, delta: Vec2) {
        let size = placed.picture.size();
        let center = [0, 1].map(|axis| placed.close.center[axis] - delta[axis] / size[axis]);
        let scale = placed.close.scale;
        self.set(placed, Close { center, scale });
    }

    fn set(&mut self, placed: &Placed, close: Close) {
        let close = Placed::new(placed.cell, placed.size, close).close;
        let fits = (close.scale - 1.0).abs() < 1e-4;
        self.close = (!fits).then_some(close);
    }
}

impl Placed {
    fn new(cell: Rect, size: [usize; 2], mut close: Close) -> Self {
        let natural = vec2(size[0].max(1) as f32, size[1].max(1) as f32);
        let own = natural * fit(cell, natural) * close.scale;
        for axis in [0, 1] {
            // No gap where there is picture to fill it.
            let half = (0.5 * cell.size()[axis] / own[axis]).min(0.5);
            close.center[axis] = close.center[axis].clamp(half, 1.0 - half);
        }
        let center =
            cell.center() - (vec2(close.center[0], close.center[1]) - vec2(0.5, 0.5)) * own;
        Self {
            cell,
            picture: Rect::from_center_size(center, own),
            size,
            close,
        }
    }

    fn natural(&self) -> Vec2 {
        vec2(self.size[0].max(1) as f32, self.size[1].max(1) as f32)
    }

    fn fit(&self) -> f32 {
        fit(self.cell, self.natural())
    }

    /// Points a pixel.
    #[cfg(test)]
    fn scale(&self) -> f32 {
        self.fit() * self.close.scale
    }

    /// What is seen of the picture.
    pub(super) fn visible(&self) -> Rect {
        self.picture.intersect(self.cell)
    }

    /// The place on the picture at a point, 0 to 1 along each side.
    pub(super) fn share(&self, point: Pos2) -> [f32; 2] {
        let offset = point - self.picture.min;
        [0, 1].map(|axis| offset[axis] / self.picture.size()[axis])
    }

    /// The point of a place on the picture.
    pub(super) fn point(&self, share: [f32; 2]) -> Pos2 {
        self.picture.min + vec2(share[0], share[1]) * self.picture.size()
    }

    /// Column and row of the pixel at a place on a picture of this size, if it is inside.
    pub(super) fn pixel(&self, share: [f32; 2]) -> Option<[usize; 2]> {
        share
            .iter()
            .all(|place| (0.0..1.0).contains(place))
            .then(|| [0, 1].map(|axis| (share[axis] * self.size[axis] as f32) as usize))
    }
}

fn fit(cell: Rect, natural: Vec2) -> f32 {
    (cell.width() / natural.x)
        .min(cell.height() / natural.y)
        .max(1e-4)
}

#[cfg(test)]
mod tests {
    use eframe::egui::pos2;

    use super::*;

    const SIZE: [usize; 2] = [128, 96];

    fn cell() -> Rect {
        Rect::from_min_size(pos2(100.0, 50.0), vec2(640.0, 600.0))
    }

    #[test]
    fn a_picture_fits_in_the_middle_at_first() {
        let placed = Zoom::default().place(cell(), SIZE);
        assert_eq!(placed.scale(), 5.0);
        assert_eq!(placed.picture.center(), cell().center());
        let corner = placed.share(placed.picture.min);
        assert_eq!(placed.pixel(corner), Some([0, 0]));
        assert_eq!(placed.pixel([0.999, 0.999]), Some([127, 95]));
        assert_eq!(placed.pixel([1.0, 0.5]), None);
    }

    #[test]
    fn zooming_keeps_the_pixel_under_the_pointer() {
        let mut zoom = Zoom::default();
        let anchor = pos2(430.0, 360.0);
        let before = zoom.place(cell(), SIZE).share(anchor);
        for _ in 0..6 {
            let placed = zoom.place(cell(), SIZE);
            zoom.zoom(&placed, 1.4, anchor, 1.0);
        }
        let after = zoom.place(cell(), SIZE).share(anchor);
        assert!((0..2).all(|axis| (before[axis] - after[axis]).abs() < 1e-4));
        // The same part shows in a smaller cell and of a larger picture.
        let small = Rect::from_min_size(pos2(0.0, 0.0), vec2(64.0, 60.0));
        let other = zoom.place(small, [256, 192]);
        let middle = zoom.place(cell(), SIZE).share(cell().center());
        let own = other.share(small.center());
        assert!((0..2).all(|axis| (middle[axis] - own[axis]).abs() < 1e-4));
        for _ in 0..6 {
            let placed = zoom.place(cell(), SIZE);
            zoom.zoom(&placed, 1.0 / 1.4, anchor, 1.0);
        }
        assert!(zoom.is_fit(), "{zoom:?}");
    }

    #[test]
    fn a_pixel_can_have_the_size_of_one_of_the_screen() {
        let mut zoom = Zoom::default();
        let placed = zoom.place(cell(), SIZE);
        zoom.actual(&placed, 0.5);
        let placed = zoom.place(cell(), SIZE);
        assert_eq!(placed.scale(), 0.5);
        assert_eq!(placed.picture.center(), cell().center());
    }

    #[test]
    fn panning_stops_at_the_edges() {
        let mut zoom = Zoom::default();
        let placed = zoom.place(cell(), SIZE);
        zoom.zoom(&placed, 4.0, cell().center(), 1.0);
        let placed = zoom.place(cell(), SIZE);
        zoom.pan(&placed, vec2(1e5, -1e5));
        let placed = zoom.place(cell(), SIZE);
        assert!((placed.picture.left() - cell().left()).abs() < 0.01);
        assert!((placed.picture.bottom() - cell().bottom()).abs() < 0.01);
    }
}
