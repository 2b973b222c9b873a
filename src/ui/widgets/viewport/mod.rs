//! Which part of a picture or a matrix is in view: zoomed and moved by pointer, wheel and keys.

mod placed;
mod zoom_buttons;

use eframe::egui::{EventFilter, Key, Pos2, Rect, Response, Ui, Vec2, vec2};

pub use placed::Placed;
pub use zoom_buttons::zoom_buttons;

/// How much a turn of the wheel by one point zooms.
const WHEEL: f64 = 1.0 / 220.0;
/// How much a key or button zooms.
pub const STEP: f64 = 1.5;
/// How far an arrow key moves, as a share of what is in view.
const ARROW: f32 = 0.12;

/// How content fills a rectangle.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fit {
    /// True if both sides have one scale; else each side is stretched to its length.
    pub proportional: bool,
    /// Most points along the side of a cell (or pixel), unless fewer cells fill the rectangle.
    pub largest: f64,
    /// Points along the side of a cell down to which content may be smaller than what fits; of a picture those of a pixel of the screen.
    pub smallest: f64,
}

impl Fit {
    /// Of a picture, on a screen with so many pixels a point.
    #[must_use]
    pub fn picture(pixels_per_point: f32) -> Self {
        Self {
            proportional: true,
            largest: 64.0,
            smallest: 1.0 / f64::from(pixels_per_point),
        }
    }
}

/// Which part is in view, in shares of the content: the same part of contents of several sizes. Axis 0 is x, 1 is y.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Viewport {
    /// `None` shows everything, as large as it fits.
    close: Option<Close>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct Close {
    /// The place in the middle of the rectangle, 0 to 1 along each side of the content.
    center: [f64; 2],
    /// Times the scale that fits.
    zoom: [f64; 2],
}

impl Viewport {
    /// True if everything is in view.
    #[must_use]
    pub fn is_fit(&self) -> bool {
        self.close.is_none()
    }

    /// Shows everything.
    pub fn fit(&mut self) {
        self.close = None;
    }

    /// Content of `size` cells in a rectangle.
    #[must_use]
    pub fn place(&self, rect: Rect, size: [usize; 2], fit: Fit) -> Placed {
        let close = self.close.unwrap_or(Close {
            center: [0.5; 2],
            zoom: [1.0; 2],
        });
        Placed::new(rect, size, fit, close)
    }

    /// Zooms by a factor along each side; the place at `anchor` stays where it is.
    pub fn zoom(&mut self, placed: &Placed, factor: [f64; 2], anchor: Pos2) {
        let fitting = placed.fitting();
        let at = placed.share(anchor);
        let offset = anchor - placed.rect.center();
        let mut next = placed.close;
        for axis in [0, 1] {
            let least = (placed.fit.smallest / fitting[axis]).min(1.0);
            let most = (placed.fit.largest / fitting[axis]).max(1.0);
            next.zoom[axis] = (next.zoom[axis] * factor[axis]).clamp(least, most);
            let length = placed.cells(axis) * fitting[axis] * next.zoom[axis];
            next.center[axis] = at[axis] - f64::from(offset[axis]) / length;
        }
        self.set(placed, next);
    }

    /// A cell is as large as `points`.
    pub fn scale_to(&mut self, placed: &Placed, points: f64) {
        let zoom = placed.fitting().map(|fitting| points / fitting);
        let center = placed.close.center;
        self.set(placed, Close { center, zoom });
    }

    /// Moves what is seen by `delta` points.
    pub fn pan(&mut self, placed: &Placed, delta: Vec2) {
        let mut next = placed.close;
        for axis in [0, 1] {
            next.center[axis] -= f64::from(delta[axis]) / placed.length(axis);
        }
        self.set(placed, next);
    }

    /// Brings the cells from `first` to `last` into view, with some of what surrounds them.
    pub fn show(&mut self, placed: &Placed, first: [f64; 2], last: [f64; 2]) {
        let fitting = placed.fitting();
        let mut next = placed.close;
        for axis in [0, 1] {
            let span = (last[axis] - first[axis]).max(1.0) * 1.1;
            let most = placed.fit.largest.max(fitting[axis]);
            let scale = f64::from(placed.rect.size()[axis]) / span;
            next.zoom[axis] = scale.clamp(fitting[axis], most) / fitting[axis];
            next.center[axis] = (first[axis] + last[axis]) / 2.0 / placed.cells(axis);
        }
        self.set(placed, next);
    }

    /// The rectangle became `rect`: what is in view stays where it is on the screen, as large as it is.
    pub fn keep(&mut self, placed: &Placed, rect: Rect) {
        if self.is_fit() || rect == placed.rect {
            return;
        }
        let place = placed.share(rect.center());
        let target = Placed::new(rect, placed.size, placed.fit, placed.close);
        let fitting = target.fitting();
        let zoom = [0, 1].map(|axis| (placed.scale[axis] / fitting[axis]).max(1.0));
        let center = place;
        self.set(&target, Close { center, zoom });
    }

    fn set(&mut self, placed: &Placed, close: Close) {
        let close = Placed::new(placed.rect, placed.size, placed.fit, close).close;
        let fits = close.zoom.iter().all(|zoom| (zoom - 1.0).abs() < 1e-4);
        self.close = (!fits).then_some(close);
    }

    /// Zooms and moves by pointer, wheel and, while `response` has the focus, keys. `drags` says whether dragging moves the content;
    /// over one of `sides` the wheel zooms along its axis alone.
    pub fn navigate(
        &mut self,
        ui: &Ui,
        response: &Response,
        sides: &[(&Response, usize)],
        place: impl Fn(&Self) -> Placed,
        drags: bool,
    ) {
        if drags && response.dragged() {
            self.pan(&place(self), response.drag_delta());
        }
        let side = sides.iter().find(|(side, _)| side.contains_pointer());
        if (side.is_some() || response.contains_pointer())
            && let Some(pointer) = ui.input(|input| input.pointer.hover_pos())
        {
            let (pinch, scroll) =
                ui.input(|input| (input.zoom_delta_2d(), input.smooth_scroll_delta()));
            let wheel = (f64::from(scroll.y) * WHEEL).exp();
            let placed = place(self);
            let factor = [0, 1].map(|axis| {
                let turned = if placed.fit.proportional {
                    pinch.y
                } else {
                    pinch[axis]
                };
                match side {
                    Some((_, own)) if *own != axis => 1.0,
                    _ => f64::from(turned) * wheel,
                }
            });
            if factor != [1.0; 2] {
                self.zoom(&placed, factor, placed.rect.clamp(pointer));
            }
            if scroll.x != 0.0 {
                self.pan(&place(self), vec2(scroll.x, 0.0));
            }
        }
        if response.double_clicked() {
            self.fit();
        }
        if response.has_focus() {
            self.keys(ui, response, place);
        }
    }

    fn keys(&mut self, ui: &Ui, response: &Response, place: impl Fn(&Self) -> Placed) {
        let arrows = EventFilter {
            horizontal_arrows: true,
            vertical_arrows: true,
            ..EventFilter::default()
        };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, arrows));
        let pressed = |key: Key| ui.input(|input| input.key_pressed(key));
        let step = place(self).rect.size() * ARROW;
        for (key, delta) in [
            (Key::ArrowLeft, vec2(step.x, 0.0)),
            (Key::ArrowRight, vec2(-step.x, 0.0)),
            (Key::ArrowUp, vec2(0.0, step.y)),
            (Key::ArrowDown, vec2(0.0, -step.y)),
        ] {
            if pressed(key) {
                self.pan(&place(self), delta);
            }
        }
        for (key, factor) in [
            (Key::Plus, STEP),
            (Key::Equals, STEP),
            (Key::Minus, 1.0 / STEP),
        ] {
            if pressed(key) {
                let placed = place(self);
                self.zoom(&placed, [factor; 2], placed.rect.center());
            }
        }
        if pressed(Key::Num0) || pressed(Key::Home) {
            self.fit();
        }
        let placed = place(self);
        if placed.fit.proportional && pressed(Key::Num1) {
            self.scale_to(&placed, placed.fit.smallest);
        }
    }
}

fn fitting(rect: Rect, size: [usize; 2], fit: Fit) -> [f64; 2] {
    let each =
        [0, 1].map(|axis| (f64::from(rect.size()[axis]) / size[axis].max(1) as f64).max(1e-6));
    if fit.proportional {
        [each[0].min(each[1]); 2]
    } else {
        each
    }
}

#[cfg(test)]
mod tests {
    use eframe::egui::pos2;

    use super::*;

    const CELLS: [usize; 2] = [1000, 4000];
    const MATRIX: Fit = Fit {
        proportional: false,
        largest: 48.0,
        smallest: f64::INFINITY,
    };
    const PIXELS: [usize; 2] = [128, 96];
    const PICTURE: Fit = Fit {
        proportional: true,
        largest: 64.0,
        smallest: 1.0,
    };

    fn rect() -> Rect {
        Rect::from_min_size(pos2(100.0, 50.0), vec2(500.0, 400.0))
    }

    fn cases() -> [([usize; 2], Fit); 2] {
        [(CELLS, MATRIX), (PIXELS, PICTURE)]
    }

    #[test]
    fn everything_fits_at_first() {
        let matrix = Viewport::default().place(rect(), CELLS, MATRIX);
        assert_eq!(matrix.scale, [0.5, 0.1]);
        assert_eq!(matrix.content(), rect());
        assert_eq!(matrix.pick(pos2(599.9, 449.95)), Some([999, 3999]));
        assert_eq!(matrix.pick(pos2(99.0, 60.0)), None);
        assert_eq!((matrix.range(0), matrix.range(1)), ((0, 1000), (0, 4000)));
        let picture = Viewport::default().place(rect(), PIXELS, PICTURE);
        assert_eq!(picture.scale, [500.0 / 128.0; 2]);
        assert_eq!(picture.content().center(), rect().center());
        assert_eq!(picture.cell([0.999, 0.999]), Some([127, 95]));
        assert_eq!(picture.cell([1.0, 0.5]), None);
    }

    #[test]
    fn zooming_keeps_the_cell_under_the_pointer() {
        for (size, fit) in cases() {
            let mut viewport = Viewport::default();
            let anchor = pos2(321.0, 234.0);
            let before = viewport.place(rect(), size, fit).share(anchor);
            for _ in 0..6 {
                let placed = viewport.place(rect(), size, fit);
                viewport.zoom(&placed, [1.4; 2], anchor);
            }
            let after = viewport.place(rect(), size, fit).share(anchor);
            assert!((0..2).all(|axis| (before[axis] - after[axis]).abs() < 1e-6));
            assert!(!viewport.is_fit());
            for _ in 0..6 {
                let placed = viewport.place(rect(), size, fit);
                viewport.zoom(&placed, [1.0 / 1.4; 2], anchor);
            }
            assert!(viewport.is_fit(), "zooming out ends with everything");
        }
    }

    #[test]
    fn the_same_part_shows_in_a_smaller_cell_and_of_a_larger_picture() {
        let mut viewport = Viewport::default();
        let placed = viewport.place(rect(), PIXELS, PICTURE);
        viewport.zoom(&placed, [5.0; 2], pos2(321.0, 234.0));
        let small = Rect::from_min_size(Pos2::ZERO, vec2(62.5, 50.0));
        let other = viewport.place(small, [256, 192], PICTURE);
        let middle = viewport
            .place(rect(), PIXELS, PICTURE)
            .share(rect().center());
        let own = other.share(small.center());
        assert!((0..2).all(|axis| (middle[axis] - own[axis]).abs() < 1e-4));
    }

    #[test]
    fn cells_grow_to_a_limit_and_become_square() {
        let mut viewport = Viewport::default();
        for _ in 0..60 {
            let placed = viewport.place(rect(), CELLS, MATRIX);
            viewport.zoom(&placed, [1.5; 2], rect().center());
        }
        let scale = viewport.place(rect(), CELLS, MATRIX).scale;
        assert!(scale.iter().all(|scale| (scale - 48.0).abs() < 1e-9));
    }

    #[test]
    fn a_pixel_can_have_the_size_of_one_of_the_screen() {
        let mut viewport = Viewport::default();
        let placed = viewport.place(rect(), PIXELS, PICTURE);
        viewport.scale_to(&placed, 0.5);
        let placed = viewport.place(rect(), PIXELS, PICTURE);
        assert_eq!(placed.scale, [0.5; 2]);
        assert_eq!(placed.content().center(), rect().center());
    }

    #[test]
    fn panning_stops_at_the_edges() {
        for (size, fit) in cases() {
            let mut viewport = Viewport::default();
            let placed = viewport.place(rect(), size, fit);
            viewport.zoom(&placed, [4.0; 2], rect().center());
            let placed = viewport.place(rect(), size, fit);
            viewport.pan(&placed, vec2(1e6, -1e6));
            let placed = viewport.place(rect(), size, fit);
            assert!((placed.content().left() - rect().left()).abs() < 0.01);
            assert!((placed.content().bottom() - rect().bottom()).abs() < 0.01);
            assert_eq!((placed.range(0).0, placed.range(1).1), (0, size[1]));
        }
    }

    #[test]
    fn a_block_is_brought_into_view() {
        let mut viewport = Viewport::default();
        let placed = viewport.place(rect(), CELLS, MATRIX);
        viewport.show(&placed, [200.0, 1000.0], [300.0, 2000.0]);
        let placed = viewport.place(rect(), CELLS, MATRIX);
        let (first, last) = placed.range(0);
        assert!(first <= 200 && last >= 300 && last - first < 120);
        let (first, last) = placed.range(1);
        assert!(first <= 1000 && last >= 2000 && last - first < 1200);
    }

    #[test]
    fn what_is_in_view_stays_in_place_as_the_room_around_it_changes() {
        let mut viewport = Viewport::default();
        let placed = viewport.place(rect(), CELLS, MATRIX);
        viewport.zoom(&placed, [20.0, 20.0], rect().center());
        let before = viewport.place(rect(), CELLS, MATRIX);
        let narrower = rect().with_min_x(160.0).with_min_y(80.0);
        viewport.keep(&before, narrower);
        let after = viewport.place(narrower, CELLS, MATRIX);
        for axis in [0, 1] {
            assert!((before.scale[axis] - after.scale[axis]).abs() < 1e-6);
            let cell = [500.0, 2000.0][axis];
            assert!((before.at(axis, cell) - after.at(axis, cell)).abs() < 0.01);
        }
    }
}
