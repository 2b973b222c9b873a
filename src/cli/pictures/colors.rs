//! The colors of the pictures: those of the window's light theme.

use plotters::style::RGBColor;

use crate::draw::LIGHT;

pub(super) const BACKGROUND: RGBColor = color(LIGHT.surface);
pub(super) const GRID: RGBColor = color(LIGHT.grid);
pub(super) const AXIS: RGBColor = color(LIGHT.border_strong);
pub(super) const STRIPE: RGBColor = color(LIGHT.stripe);
pub(super) const TEXT: RGBColor = color(LIGHT.text);
pub(super) const TEXT_SECONDARY: RGBColor = color(LIGHT.text_secondary);
pub(super) const TEXT_TERTIARY: RGBColor = color(LIGHT.text_tertiary);
pub(super) const ACCENT: RGBColor = color(LIGHT.accent);

/// The color of the `index`th run or curve.
pub(super) const fn series(index: usize) -> RGBColor {
    color(LIGHT.categorical[index % LIGHT.categorical.len()])
}

const fn color(color: eframe::egui::Color32) -> RGBColor {
    RGBColor(color.r(), color.g(), color.b())
}
