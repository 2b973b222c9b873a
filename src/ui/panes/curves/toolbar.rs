//! The controls above the plots.

use eframe::egui::containers::menu::{MenuButton, MenuConfig};
use eframe::egui::{
    Align, Button, Layout, PopupCloseBehavior, Response, RichText, Role, Slider, Ui, WidgetInfo,
};
use egui_material_icons::icons;

use super::axis::{XAxis, YAxis};
use super::curve::PlotContent;
use super::settings::Settings;
use super::smoothing;
use crate::ui::theme::tokens;
use crate::ui::widgets::{IconButton, caption, segmented};

/// What the person asked for beyond the settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ToolbarAction {
    /// Show everything again.
    Reset,
    /// The points in view as a table.
    ExportCsv,
    /// The plots as a picture.
    ExportPicture,
}

/// What the toolbar needs to know.
pub(super) struct CurvesToolbar<'a> {
    /// All plots, those without a place too.
    pub(super) plots: &'a [PlotContent<'a>],
    /// Whether the view is zoomed.
    pub(super) zoomed: bool,
    /// Whether there are runs to compare.
    pub(super) several_runs: bool,
}

impl CurvesToolbar<'_> {
    pub(super) fn show(&self, ui: &mut Ui, settings: &mut Settings) -> Option<ToolbarAction> {
        let tokens = tokens(ui.ctx());
        let mut action = None;
        ui.horizontal(|ui| {
            ui.set_min_height(tokens.size.control);
            segmented(ui, &mut settings.x_axis, &XAxis::ALL.map(|axis| (axis, axis.label())));
            segmented(ui, &mut settings.y_axis, &YAxis::ALL.map(|axis| (axis, axis.label())));
            smoothing_slider(ui, &mut settings.smoothing);
            toggle(ui, &mut settings.ignore_outliers, "Ignore outliers", "Fit the y axes to most values, not to the few far from the rest");
            toggle(ui, &mut settings.follow, "Follow", "Keep the newest point in view while zoomed");
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                ui.spacing_mut().item_spacing.x = tokens.space.xs;
                action = export_menu(ui);
                if self.several_runs {
                    let button = IconButton::new(icons::ICON_DIFFERENCE, "Parameter differences").selected(settings.differences);
                    if ui.add(button).clicked() {
                        settings.differences = !settings.differences;
                    }
                }
                self.measures_menu(ui, settings);
                let reset = IconButton::new(icons::ICON_ZOOM_OUT_MAP, "Show everything")
                    .hint("Show everything (double-click a plot)\nDrag to move, Ctrl and scroll to zoom,\nShift and drag or right-drag to zoom into a box");
                if ui.add_enabled(self.zoomed, reset).clicked() {
                    action = Some(ToolbarAction::Reset);
                }
            });
        });
        action
    }

    fn measures_menu(&self, ui: &mut Ui, settings: &mut Settings) {
        let config = MenuConfig::new().close_behavior(PopupCloseBehavior::CloseOnClickOutside);
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
        let (response, _) = MenuButton::from_button(Button::new(label).frame_when_inactive(false))
            .config(config)
            .ui(ui, |ui| {
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
        response.on_hover_text("Which measures have a plot");
    }
}

fn export_menu(ui: &mut Ui) -> Option<ToolbarAction> {
    let tokens = tokens(ui.ctx());
    let icon = icons::ICON_DOWNLOAD
        .rich_text()
        .size(tokens.size.icon)
        .color(tokens.text_secondary);
    let mut action = None;
    let (response, _) =
        MenuButton::from_button(Button::new(icon).frame_when_inactive(false)).ui(ui, |ui| {
            if ui.button("Points in view as CSV…").clicked() {
                action = Some(ToolbarAction::ExportCsv);
            }
            if ui.button("Plots as PNG…").clicked() {
                action = Some(ToolbarAction::ExportPicture);
            }
        });
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, "Export curves"));
    response.on_hover_text("Export curves");
    action
}

/// A button that stays pressed while `on`.
fn toggle(ui: &mut Ui, on: &mut bool, name: &str, hint: &str) -> Response {
    let tokens = tokens(ui.ctx());
    let color = if *on {
        tokens.text
    } else {
        tokens.text_secondary
    };
    let mut response = ui.add(Button::selectable(*on, RichText::new(name).color(color)));
    if response.clicked() {
        *on = !*on;
        response.mark_changed();
    }
    let on = *on;
    response.widget_info(|| WidgetInfo::selected(Role::CheckBox, true, on, name));
    response.on_hover_text(hint)
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
