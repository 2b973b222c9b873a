//! The controls above the plots.

use eframe::egui::{RichText, Slider, Ui};
use egui_material_icons::icons;

use super::axis::{XAxis, YAxis};
use super::curve::PlotContent;
use super::settings::Settings;
use super::smoothing;
use crate::ui::theme::tokens;
use crate::ui::widgets::{IconButton, Keep, Menu, caption, menu_entry, segmented, toggle, toolbar};

/// Requests beyond the settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ToolbarAction {
    /// Show everything again.
    Reset,
    /// The points in view as a table.
    ExportCsv,
    /// The plots in view, in pixels.
    ExportPng,
    /// The plots in view, as vectors.
    ExportSvg,
}

/// Input of the toolbar.
pub(super) struct CurvesToolbar<'a> {
    /// All plots, those without a place too.
    pub(super) plots: &'a [PlotContent<'a>],
    /// True if the view is zoomed.
    pub(super) zoomed: bool,
    /// True if there are runs to compare.
    pub(super) several_runs: bool,
}

impl CurvesToolbar<'_> {
    pub(super) fn show(&self, ui: &mut Ui, settings: &mut Settings) -> Option<ToolbarAction> {
        let mut action = None;
        toolbar(ui, "curves", |bar| {
            bar.item("axis", Keep::Always, |ui| {
                let axes = XAxis::ALL.map(|axis| (axis, axis.label()));
                segmented(ui, &mut settings.x_axis, &axes);
            });
            bar.item("y axis", Keep::Long, |ui| {
                let axes = YAxis::ALL.map(|axis| (axis, axis.label()));
                segmented(ui, &mut settings.y_axis, &axes);
            });
            bar.item("smoothing", Keep::Short, |ui| {
                ui.horizontal(|ui| smoothing_slider(ui, &mut settings.smoothing));
            });
            bar.item("outliers", Keep::Short, |ui| {
                let hint = "Fit the y axes to most values, not to the few far from the rest";
                toggle(ui, &mut settings.ignore_outliers, "Ignore outliers", hint);
            });
            bar.item("follow", Keep::Short, |ui| {
                let hint = "Keep the newest point in view while zoomed";
                toggle(ui, &mut settings.follow, "Follow", hint);
            });
            bar.end();
            bar.item("show everything", Keep::Long, |ui| {
                let reset = IconButton::new(icons::ICON_ZOOM_OUT_MAP, "Show everything")
                    .hint("Show everything (double-click a plot)\nDrag to move, Ctrl and scroll to zoom,\nShift and drag or right-drag to zoom into a box");
                if ui.add_enabled(self.zoomed, reset).clicked() {
                    action = Some(ToolbarAction::Reset);
                }
            });
            bar.item("measures", Keep::Long, |ui| {
                self.measures_menu(ui, settings);
            });
            if self.several_runs {
                bar.item("differences", Keep::Short, |ui| {
                    let button = IconButton::new(icons::ICON_DIFFERENCE, "Parameter differences")
                        .selected(settings.differences);
                    if ui.add(button).clicked() {
                        settings.differences = !settings.differences;
                    }
                });
            }
            bar.item("export", Keep::Long, |ui| {
                action = export_menu(ui).or(action);
            });
        });
        action
    }

    fn measures_menu(&self, ui: &mut Ui, settings: &mut Settings) {
        let is_hidden = |plot: &&PlotContent<'_>| !settings.shows_plot(&plot.scalar.key);
        let hidden = self.plots.iter().filter(is_hidden).count();
        let label = match hidden {
            0 => "Measures".to_owned(),
            _ => format!(
                "Measures {}/{}",
                self.plots.len() - hidden,
                self.plots.len()
            ),
        };
        let menu = Menu::new(&label)
            .hint("Which measures have a plot")
            .scrolls();
        menu.show(ui, |ui| {
            let mut heading = "";
            for plot in self.plots {
                let scalar = plot.scalar;
                if scalar.group != heading {
                    heading = scalar.group;
                    caption(ui, heading);
                }
                let mut shown = settings.shows_plot(&scalar.key);
                if ui.checkbox(&mut shown, &*scalar.label).changed() {
                    if shown {
                        settings.hidden_groups.remove(&*scalar.key);
                    } else {
                        settings.hidden_groups.insert(scalar.key.to_string());
                    }
                }
            }
        });
    }
}

fn export_menu(ui: &mut Ui) -> Option<ToolbarAction> {
    let mut action = None;
    let menu = Menu::new("Export curves").icon(icons::ICON_DOWNLOAD);
    menu.closes().show(ui, |ui| {
        if menu_entry(ui, "Points in view as CSV…") {
            action = Some(ToolbarAction::ExportCsv);
        }
        if menu_entry(ui, "Plots as PNG…") {
            action = Some(ToolbarAction::ExportPng);
        }
        if menu_entry(ui, "Plots as SVG…") {
            action = Some(ToolbarAction::ExportSvg);
        }
    });
    action
}

fn smoothing_slider(ui: &mut Ui, weight: &mut f64) {
    let tokens = tokens(ui.ctx());
    let hint = "Every point is averaged with its neighbors on both sides, each weighted by this number to the power of its distance \
                (0: not at all), so that a descent stays where it is. On a logarithmic axis the logarithms are averaged. The values as they are \
                show faintly behind; at the cursor the smoothed value stands in brackets.";
    let label = ui
        .label(RichText::new("Smoothing").color(tokens.text_secondary))
        .on_hover_text(hint);
    // The useful weights crowd toward 1: the slider moves the reach 1 / (1 − w) evenly.
    let mut place = place_of(*weight);
    let slider = Slider::new(&mut place, 0.0..=1.0)
        .custom_formatter(|place, _| {
            format!("{:.*}", if place > 0.66 { 3 } else { 2 }, weight_at(place))
        })
        .custom_parser(|text| text.trim().parse().ok().map(place_of));
    let response = ui.add(slider).labelled_by(label.id).on_hover_text(hint);
    if response.changed() {
        *weight = weight_at(place);
    }
}

/// The weight at a place of the slider, 0 to 1: the reach 1 / (1 − w) grows by the same factor everywhere.
fn weight_at(place: f64) -> f64 {
    let most = 1.0 / (1.0 - smoothing::MAX_WEIGHT);
    let weight = 1.0 - most.powf(-place.clamp(0.0, 1.0));
    (weight * 1000.0).round() / 1000.0
}

fn place_of(weight: f64) -> f64 {
    let most = 1.0 / (1.0 - smoothing::MAX_WEIGHT);
    -(1.0 - weight.clamp(0.0, smoothing::MAX_WEIGHT)).ln() / most.ln()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_slider_reaches_from_no_smoothing_to_the_most() {
        assert_eq!(
            (weight_at(0.0), weight_at(1.0)),
            (0.0, smoothing::MAX_WEIGHT)
        );
        for weight in [0.0, 0.1, 0.6, 0.9, 0.99, 0.999] {
            assert!(
                (weight_at(place_of(weight)) - weight).abs() < 1e-9,
                "{weight}"
            );
        }
    }
}
