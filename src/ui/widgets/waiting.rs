//! Contents of a pane while slow work goes on, and when it went wrong.

use eframe::egui::{Label, ProgressBar, RichText, Role, Spinner, Ui, WidgetInfo};

use super::{Severity, centered, message};
use crate::draw::format;
use crate::ui::theme::title;
use crate::ui::theme::tokens;

/// Slow work: what it is, how far it is (`None` while that is unknown), and a button that ends it. True if pressed.
pub fn waiting(ui: &mut Ui, text: &str, fraction: Option<f32>) -> bool {
    let tokens = tokens(ui.ctx());
    let mut canceled = false;
    centered(ui, tokens.size.measure, |ui| {
        ui.label(RichText::new(text).color(tokens.text_secondary));
        ui.add_space(tokens.space.s);
        match fraction {
            Some(fraction) => {
                let bar = ProgressBar::new(fraction)
                    .fill(tokens.accent)
                    .desired_height(tokens.space.xs)
                    .desired_width(tokens.size.measure);
                let response = ui.add(bar);
                response.widget_info(|| {
                    let mut info = WidgetInfo::labeled(Role::ProgressIndicator, true, text);
                    info.value = Some(f64::from(fraction));
                    info
                });
                ui.add_space(tokens.space.xs);
                let percent = format::percent(f64::from(fraction));
                ui.label(RichText::new(percent).small().color(tokens.text_tertiary));
            }
            None => {
                ui.add(Spinner::new().size(tokens.size.icon));
            }
        }
        ui.add_space(tokens.space.m);
        canceled = ui.button("Cancel").clicked();
    });
    // Progress is read from counters that repaint nobody.
    ui.ctx()
        .request_repaint_after(std::time::Duration::from_millis(100));
    canceled
}

/// Something went wrong: what, why and what to do, with the buttons that do it.
pub fn failed<R>(
    ui: &mut Ui,
    what: &str,
    why: &str,
    actions: impl FnOnce(&mut Ui) -> R,
) -> Option<R> {
    let tokens = tokens(ui.ctx());
    let mut result = None;
    centered(ui, tokens.size.dialog, |ui| {
        ui.vertical(|ui| {
            ui.label(title(what));
            ui.add_space(tokens.space.s);
            message(ui, Severity::Error, why, |_| ());
            ui.add_space(tokens.space.m);
            ui.horizontal(|ui| result = Some(actions(ui)));
        });
    });
    result
}

/// Figures that a view is about, side by side in columns of one width, each below its name; wraps where the room ends.
pub fn figures(ui: &mut Ui, figures: &[Figure<'_>]) {
    let tokens = tokens(ui.ctx());
    let least = 2.0 * tokens.space.xxl + tokens.space.xl;
    let room = ui.available_width();
    let columns = ((room / least) as usize).clamp(1, figures.len().max(1));
    // Two rows of four read better than seven and one.
    let rows = figures.len().div_ceil(columns);
    let columns = figures.len().div_ceil(rows.max(1)).max(1);
    let width = (room / columns as f32).min(1.6 * least);
    for row in figures.chunks(columns) {
        ui.horizontal_top(|ui| {
            ui.spacing_mut().item_spacing.x = 0.0;
            for figure in row {
                ui.vertical(|ui| {
                    ui.set_width(width);
                    ui.spacing_mut().item_spacing.y = 0.0;
                    super::caption(ui, figure.name);
                    let text = crate::ui::theme::figure(&figure.value);
                    let response = ui.add(Label::new(text).truncate());
                    if let Some(note) = &figure.note {
                        super::caption(ui, note);
                    }
                    if let Some(help) = figure.help {
                        response.on_hover_text(help);
                    }
                });
            }
        });
        ui.add_space(tokens.space.s);
    }
}

/// A number with its name.
#[derive(Debug, Clone, Default)]
pub struct Figure<'a> {
    /// The quantity.
    pub name: &'a str,
    /// The number, with its unit.
    pub value: String,
    /// A second number below it, smaller.
    pub note: Option<String>,
    /// Its meaning, on hover.
    pub help: Option<&'a str>,
}
