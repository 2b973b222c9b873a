//! A color scale beside a chart: from values to colors, and what the colors mean.

use std::sync::Arc;

use ecolor::Color32;
use image::{Rgb, RgbImage};

use super::Style;
use crate::draw::picture::{Anchor, Picture, Rect};
use crate::draw::ticks::{Values, ticks};
use crate::draw::{Scale, Sequential, Theme, Tokens};

/// A sequential scale of colors: dark for what is low, bright for what is high, without the end of the map that the surface would swallow.
#[derive(Debug, Clone, PartialEq)]
pub struct ColorKey {
    /// The quantity, with its unit.
    pub name: String,
    /// The values at its ends.
    pub range: (f64, f64),
    /// How it spaces its values.
    pub scale: Scale,
    /// The map of colors.
    pub map: Sequential,
    /// The part of the map that is used.
    part: (f64, f64),
    /// The color of what has no value.
    missing: Color32,
}

/// Width of the bar, in widths of a small letter.
const BAR: f64 = 1.1;
/// Marks along the scale, at least and at most.
const MARKS: (f64, f64) = (2.0, 6.0);
/// Colors of the bar.
const STEPS: u32 = 128;

impl ColorKey {
    /// On a surface of these tokens.
    #[must_use]
    pub fn new(name: impl Into<String>, range: (f64, f64), scale: Scale, tokens: &Tokens) -> Self {
        Self {
            name: name.into(),
            range,
            scale,
            map: Sequential::Viridis,
            part: match tokens.theme {
                Theme::Light => (0.0, 0.9),
                Theme::Dark => (0.22, 1.0),
            },
            missing: tokens.text_disabled,
        }
    }

    /// The color of a value; a neutral one where there is none.
    #[must_use]
    pub fn color(&self, value: f64) -> Color32 {
        let place = self.scale.position(value, self.range);
        if place.is_nan() {
            return self.missing;
        }
        self.at(place.clamp(0.0, 1.0))
    }

    fn at(&self, place: f64) -> Color32 {
        let (from, to) = self.part;
        self.map.color((from + place * (to - from)) as f32)
    }

    /// The room that it takes beside a chart.
    #[must_use]
    pub fn width(&self, style: &Style) -> f64 {
        // How high it will be is not known yet, and more marks may have more decimals.
        let ends = self.scale.ends(self.range);
        let (fewest, most) = MARKS;
        let marks = (fewest as usize..=most as usize)
            .flat_map(|count| ticks(self.scale, Values::Numbers, ends, count as f64));
        let labels = marks.map(|tick| style.tick.width(&tick.label));
        let widest = labels.fold(0.0, f64::max);
        let name = if self.name.is_empty() {
            0.0
        } else {
            style.name.size * 1.6
        };
        style.tick.size * (BAR + 0.5) + widest + name
    }

    /// Draws it upright into a part of a picture.
    pub fn draw(&self, picture: &mut Picture, room: Rect, style: &Style) {
        let size = style.tick.size;
        let bar = Rect::sized((room.left, room.top), size * BAR, room.height());
        let image = RgbImage::from_fn(1, STEPS, |_, y| {
            let color = self.at(1.0 - (f64::from(y) + 0.5) / f64::from(STEPS));
            Rgb([color.r(), color.g(), color.b()])
        });
        picture.image(Arc::new(image), bar, false);
        let ends = self.scale.ends(self.range);
        let marks = (room.height() / (size * 2.6))
            .clamp(MARKS.0, MARKS.1)
            .floor();
        for tick in ticks(self.scale, Values::Numbers, ends, marks) {
            if tick.label.is_empty() || ends.1 <= ends.0 {
                continue;
            }
            let place = (tick.at - ends.0) / (ends.1 - ends.0);
            let y = bar.bottom - place * bar.height();
            let right = bar.right + size * 0.25;
            picture.line(
                &[(bar.right, y), (right, y)],
                0.75,
                style.tokens.border_strong,
            );
            let at = (right + size * 0.25, y + style.tick.drop());
            picture.text(tick.label, at, Anchor::Left, style.tick);
        }
        if !self.name.is_empty() {
            let name = style.name.fit(&self.name, room.height());
            let at = (
                room.right - style.name.size * 0.2,
                (room.top + room.bottom) / 2.0,
            );
            picture.text_upwards(name, at, style.name);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draw::{DARK, LIGHT};

    #[test]
    fn low_is_dark_and_high_is_bright_on_both_surfaces() {
        let brightness =
            |color: Color32| u32::from(color.r()) + u32::from(color.g()) + u32::from(color.b());
        for tokens in [&LIGHT, &DARK] {
            let key = ColorKey::new("RMSE", (1.0, 100.0), Scale::Log, tokens);
            assert!(brightness(key.color(1.0)) < brightness(key.color(10.0)));
            assert!(brightness(key.color(10.0)) < brightness(key.color(100.0)));
            assert_eq!(key.color(1e9), key.color(100.0));
            assert_eq!(key.color(f64::NAN), tokens.text_disabled);
        }
    }
}
