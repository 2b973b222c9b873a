//! A rating that a person gives.

use eframe::egui::{Slider, Ui};
use egui_material_icons::icons::{ICON_STAR, ICON_STAR_HALF};

use crate::ui::theme::tokens;
use crate::ui::widgets::IconButton;

/// Most stars in a row.
const MOST: f32 = 10.0;

/// How ratings of a data set are given.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Stars {
    /// Smallest and largest rating.
    pub(super) scale: (f32, f32),
    /// True if there are ratings between whole ones.
    pub(super) halves: bool,
}

impl Stars {
    /// The room that they take.
    pub(super) fn width(self, ui: &Ui) -> f32 {
        let tokens = tokens(ui.ctx());
        match self.count() {
            Some(count) => f32::from(count) * tokens.size.control,
            None => 5.0 * tokens.space.xxl,
        }
    }

    /// Stars in a row, where the scale is one of stars.
    fn count(self) -> Option<u8> {
        let (low, high) = self.scale;
        let are_stars = low >= 0.0 && (2.0..=MOST).contains(&high) && high.fract() == 0.0;
        are_stars.then_some(high as u8)
    }

    /// Shows a rating of what is called `name`; the new one if a person gave one.
    pub(super) fn ui(self, ui: &mut Ui, name: &str, rating: Option<f32>) -> Option<f32> {
        let (low, high) = self.scale;
        let Some(count) = self.count() else {
            let mut value = rating.unwrap_or_else(|| f32::midpoint(low, high));
            let slider = Slider::new(&mut value, low..=high).max_decimals(1);
            return ui.add(slider).changed().then_some(value);
        };
        let tokens = tokens(ui.ctx());
        let mut given = None;
        ui.spacing_mut().item_spacing.x = 0.0;
        for star in 1..=count {
            let star = f32::from(star);
            if star < low {
                continue;
            }
            let is_half = rating == Some(star - 0.5);
            let color = match rating {
                Some(rating) if rating >= star || is_half => tokens.accent,
                _ => tokens.border_strong,
            };
            let icon = if is_half { ICON_STAR_HALF } else { ICON_STAR };
            let words = match star {
                1.0 => format!("1 star for {name}"),
                _ => format!("{star} stars for {name}"),
            };
            let button = IconButton::new(icon, &words).color(color);
            if ui.add(button).clicked() {
                given = Some(self.after_click(star, rating));
            }
        }
        given
    }

    /// A second click on the same star takes half of it away, where there are halves, and a third one gives it back.
    fn after_click(self, star: f32, rating: Option<f32>) -> f32 {
        let half = star - 0.5;
        match rating {
            Some(rating) if rating == star && self.halves && half >= self.scale.0 => half,
            _ => star,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_click_halves_a_star_where_there_are_halves() {
        let stars = |halves, low| Stars {
            scale: (low, 5.0),
            halves,
        };
        assert_eq!(stars(true, 0.5).after_click(4.0, None), 4.0);
        assert_eq!(stars(true, 0.5).after_click(4.0, Some(4.0)), 3.5);
        assert_eq!(stars(true, 0.5).after_click(4.0, Some(3.5)), 4.0);
        assert_eq!(stars(false, 1.0).after_click(4.0, Some(4.0)), 4.0);
        assert_eq!(stars(true, 1.0).after_click(1.0, Some(1.0)), 1.0);
    }
}
