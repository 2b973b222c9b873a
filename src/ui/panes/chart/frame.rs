//! Axes, grid and names around a chart's area.

use std::sync::Arc;

use eframe::egui::{
    Align2, Color32, FontId, Galley, Painter, Pos2, Rect, Response, Role, Sense, Stroke, TextStyle,
    Ui, WidgetInfo, pos2, vec2,
};

use super::Scale;
use crate::draw::format;
use crate::ui::theme::tokens;

/// One axis of a chart.
pub(crate) struct Axis {
    /// What it counts, with the unit.
    name: String,
    range: (f64, f64),
    scale: Scale,
    /// Values with a label of their own, in place of round ones.
    ticks: Option<Vec<(f64, String)>>,
}

impl Axis {
    pub(crate) fn new(name: impl Into<String>, range: (f64, f64)) -> Self {
        Self {
            name: name.into(),
            range,
            scale: Scale::Linear,
            ticks: None,
        }
    }

    pub(crate) fn scale(mut self, scale: Scale) -> Self {
        self.scale = scale;
        self
    }

    pub(crate) fn ticks(mut self, ticks: Vec<(f64, String)>) -> Self {
        self.ticks = Some(ticks);
        self
    }

    fn labels(&self, room: usize) -> Vec<(f64, String)> {
        self.ticks.clone().unwrap_or_else(|| {
            let ticks = self.scale.ticks(self.range, room);
            let texts = match self.scale {
                Scale::Linear => aligned(ticks.iter().map(|tick| tick_text(*tick)).collect()),
                Scale::Log => ticks.iter().map(|tick| tick_text(*tick)).collect(),
            };
            ticks.into_iter().zip(texts).collect()
        })
    }
}

/// A tick's value, as short as it is: `0.5`, `−2`, `20 k`.
pub(crate) fn tick_text(value: f64) -> String {
    let size = value.abs();
    let text = if size >= 10_000.0 {
        format::count_short(size as u64)
    } else {
        // Multiples of a tenth come with the dust of binary fractions.
        format::setting((size * 1e6).round() / 1e6)
    };
    if value < 0.0 && size > 5e-7 {
        format!("−{text}")
    } else {
        text
    }
}

/// The same numbers with the decimals of the one that has most: 1 becomes 1.0 beside 0.8.
fn aligned(texts: Vec<String>) -> Vec<String> {
    let decimals = |text: &str| text.split_once('.').map_or(0, |(_, rest)| rest.len());
    let plain = |text: &String| text.chars().all(|c| c.is_ascii_digit() || ".−".contains(c));
    let most = texts.iter().map(|text| decimals(text)).max().unwrap_or(0);
    if most == 0 || !texts.iter().all(plain) {
        return texts;
    }
    texts
        .into_iter()
        .map(|text| {
            let point = if decimals(&text) == 0 { "." } else { "" };
            let zeros = "0".repeat(most - decimals(&text));
            format!("{text}{point}{zeros}")
        })
        .collect()
}

/// A chart's frame: the name of what it shows, for screen readers, and its axes.
pub(crate) struct Chart<'a> {
    pub(crate) name: &'a str,
    pub(crate) x: Axis,
    pub(crate) y: Axis,
    pub(crate) height: f32,
}

/// Where values stand inside a chart.
pub(crate) struct Area {
    /// The area inside the axes.
    pub(crate) rect: Rect,
    /// Paints inside the area.
    pub(crate) painter: Painter,
    pub(crate) response: Response,
    x: (Scale, (f64, f64)),
    y: (Scale, (f64, f64)),
}

impl Area {
    /// The point of a pair of values.
    pub(crate) fn at(&self, x: f64, y: f64) -> Pos2 {
        pos2(self.x(x), self.y(y))
    }

    pub(crate) fn x(&self, value: f64) -> f32 {
        self.rect.left() + self.x.0.position(value, self.x.1) as f32 * self.rect.width()
    }

    pub(crate) fn y(&self, value: f64) -> f32 {
        self.rect.bottom() - self.y.0.position(value, self.y.1) as f32 * self.rect.height()
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
        let x = f64::from((pointer.x - self.rect.left()) / self.rect.width());
        let y = f64::from((self.rect.bottom() - pointer.y) / self.rect.height());
        Some((self.x.0.value(x, self.x.1), self.y.0.value(y, self.y.1)))
    }
}

impl Chart<'_> {
    /// Takes the whole width of `ui` and paints axes, ticks and grid; what it shows is painted by the caller.
    pub(crate) fn show(self, ui: &mut Ui) -> Area {
        let tokens = tokens(ui.ctx());
        let size = vec2(ui.available_width(), self.height);
        let (whole, response) = ui.allocate_exact_size(size, Sense::hover());
        response.widget_info(|| WidgetInfo::labeled(Role::Image, true, self.name));
        let font = TextStyle::Small.resolve(ui.style());
        let line = ui.text_style_height(&TextStyle::Small);
        let painter = ui.painter();
        let layout =
            |text: &str, color| painter.layout_no_wrap(text.to_owned(), font.clone(), color);

        let y_room = ((self.height / (line * 2.5)) as usize).clamp(2, 8);
        let y_ticks: Vec<(f64, Arc<Galley>)> = self
            .y
            .labels(y_room)
            .into_iter()
            .map(|(value, text)| (value, layout(&text, tokens.text_tertiary)))
            .collect();
        let left = y_ticks
            .iter()
            .map(|(_, galley)| galley.size().x)
            .fold(0.0, f32::max);
        // The names stand above the y axis and below the x axis, both to be read without turning one's head.
        let rect = Rect::from_min_max(
            pos2(
                (whole.left() + left + tokens.space.s).round(),
                (whole.top() + line + tokens.space.s).round(),
            ),
            pos2(
                whole.right() - tokens.space.xs,
                (whole.bottom() - 2.0 * line - tokens.space.s).round(),
            ),
        );
        let area = Area {
            rect,
            painter: painter.with_clip_rect(rect.expand(tokens.size.hairline)),
            response,
            x: (self.x.scale, self.x.range),
            y: (self.y.scale, self.y.range),
        };
        let grid = Stroke::new(tokens.size.hairline, tokens.grid);
        for (value, galley) in y_ticks {
            let y = area.y(value).round();
            painter.hline(rect.x_range(), y, grid);
            let at = pos2(
                rect.left() - tokens.space.s - galley.size().x,
                y - galley.size().y / 2.0,
            );
            painter.galley(at, galley, Color32::PLACEHOLDER);
        }
        let axis = Stroke::new(tokens.size.hairline, tokens.border_strong);
        painter.hline(rect.x_range(), rect.bottom(), axis);
        self.x_ticks(painter, &area, &font, tokens.text_tertiary, axis);
        painter.galley(
            pos2(whole.left(), whole.top()),
            layout(&self.y.name, tokens.text_secondary),
            Color32::PLACEHOLDER,
        );
        painter.text(
            pos2(rect.right(), whole.bottom()),
            Align2::RIGHT_BOTTOM,
            &self.x.name,
            font.clone(),
            tokens.text_secondary,
        );
        area
    }

    /// The ticks of the x axis, without those that would touch the one before.
    fn x_ticks(&self, painter: &Painter, area: &Area, font: &FontId, color: Color32, axis: Stroke) {
        let room = ((area.rect.width() / (font.size * 6.0)) as usize).max(2);
        let gap = font.size * 0.6;
        let mut free = f32::NEG_INFINITY;
        for (value, text) in self.x.labels(room) {
            let galley = painter.layout_no_wrap(text, font.clone(), color);
            let x = area.x(value);
            let half = galley.size().x / 2.0;
            if x - half < free + gap || !area.rect.x_range().contains(x.round()) {
                continue;
            }
            free = x + half;
            let bottom = area.rect.bottom();
            painter.vline(x, bottom..=bottom + gap / 2.0, axis);
            painter.galley(pos2(x - half, bottom + gap), galley, color);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{aligned, tick_text};

    #[test]
    fn ticks_share_their_decimals() {
        let texts = |list: &[&str]| list.iter().map(|text| (*text).to_owned()).collect();
        let same: Vec<String> = aligned(texts(&["0", "0.25", "0.5", "1"]));
        assert_eq!(same, ["0.00", "0.25", "0.50", "1.00"]);
        let mixed: Vec<String> = aligned(texts(&["0.5", "1e9"]));
        assert_eq!(mixed, ["0.5", "1e9"]);
    }

    #[test]
    fn ticks_are_short() {
        for (value, text) in [
            (0.1 + 0.2, "0.3"),
            (-2.0, "−2"),
            (0.0, "0"),
            (-1e-9, "0"),
            (2500.0, "2500"),
        ] {
            assert_eq!(tick_text(value), text);
        }
        assert_eq!(tick_text(20_000.0).replace('\u{202f}', " "), "20 k");
    }
}
