//! Charts with fixed bounds in the window: histograms, distributions, errors by group. (Curves over a run have a view of their own.)

mod paint;

use eframe::egui::{
    Painter, Pos2, Rect, Response, Role, Sense, TextStyle, Ui, WidgetInfo, pos2, vec2,
};

use crate::draw::Picture;
use crate::draw::chart::{Chart, Frame, Style};
use crate::ui::theme::tokens;

/// Where values stand inside a chart that is shown.
pub(crate) struct Area {
    /// The area between the axes.
    pub(crate) rect: Rect,
    /// Paints inside the area.
    pub(crate) painter: Painter,
    pub(crate) response: Response,
    frame: Frame,
    origin: Pos2,
}

impl Area {
    /// The point of a pair of values.
    pub(crate) fn at(&self, x: f64, y: f64) -> Pos2 {
        let (x, y) = self.frame.at(x, y);
        self.origin + vec2(x as f32, y as f32)
    }

    pub(crate) fn x(&self, value: f64) -> f32 {
        self.origin.x + self.frame.x(value) as f32
    }

    /// The rectangle between two pairs of values.
    pub(crate) fn rect_of(&self, x: (f64, f64), y: (f64, f64)) -> Rect {
        Rect::from_two_pos(self.at(x.0, y.0), self.at(x.1, y.1))
    }

    /// The values under the pointer, if it is inside the area.
    pub(crate) fn pointer(&self) -> Option<(f64, f64)> {
        let pointer = self
            .response
            .hover_pos()
            .filter(|pointer| self.rect.contains(*pointer))?;
        let place = pointer - self.origin;
        Some(self.frame.values((f64::from(place.x), f64::from(place.y))))
    }
}

/// Paints a picture with its upper left corner at `origin`.
pub(crate) fn paint(ui: &Ui, origin: Pos2, picture: &Picture) {
    paint::picture(ui, origin.round(), picture);
}

/// Shows a chart over the whole width of `ui`; `name` is for screen readers.
pub(crate) fn show(ui: &mut Ui, name: &str, chart: &Chart, height: f32) -> Area {
    let size = vec2(ui.available_width(), height);
    let (whole, response) = ui.allocate_exact_size(size, Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, name));
    let tokens = tokens(ui.ctx());
    let small = TextStyle::Small.resolve(ui.style()).size;
    let style = Style::window(tokens, f64::from(small));
    let mut picture = Picture::new(f64::from(size.x), f64::from(height), style.background);
    let outer = picture.area();
    let frame = chart.draw(&mut picture, outer, &style);
    let origin = whole.min.round();
    paint::picture(ui, origin, &picture);
    let plot = frame.plot;
    let rect = Rect::from_min_max(
        pos2(plot.left as f32, plot.top as f32),
        pos2(plot.right as f32, plot.bottom as f32),
    )
    .translate(origin.to_vec2());
    Area {
        painter: ui
            .painter()
            .with_clip_rect(rect.expand(tokens.size.hairline)),
        rect,
        response,
        frame,
        origin,
    }
}
