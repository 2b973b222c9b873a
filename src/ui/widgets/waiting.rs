//! Contents of a pane while slow work goes on, and when it went wrong.

use eframe::egui::{
    Label, ProgressBar, RichText, Role, Spinner, TextStyle, TextWrapMode, Ui, WidgetInfo,
    WidgetText,
};

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
    let needed: Vec<f32> = figures
        .iter()
        .map(|figure| least.max(width_of(ui, figure) + tokens.space.m))
        .collect();
    let columns = columns(&needed, room);
    // What is left is shared out, so that columns stand below each other.
    let mut widths = column_widths(&needed, columns);
    let left = (room - widths.iter().sum::<f32>()).max(0.0) / columns as f32;
    for width in &mut widths {
        *width += left.min(0.6 * least);
    }
    for row in figures.chunks(columns) {
        ui.horizontal_top(|ui| {
            ui.spacing_mut().item_spacing.x = 0.0;
            for (figure, width) in row.iter().zip(&widths) {
                ui.vertical(|ui| {
                    ui.set_width(*width);
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

/// The width of the number itself.
fn width_of(ui: &Ui, figure: &Figure<'_>) -> f32 {
    let text = WidgetText::from(crate::ui::theme::figure(&figure.value));
    let galley = text.into_galley(
        ui,
        Some(TextWrapMode::Extend),
        f32::INFINITY,
        TextStyle::Body,
    );
    galley.size().x
}

/// The widest figure of each column.
fn column_widths(needed: &[f32], columns: usize) -> Vec<f32> {
    let mut widths = vec![0.0_f32; columns];
    for (at, needed) in needed.iter().enumerate() {
        let width = &mut widths[at % columns];
        *width = width.max(*needed);
    }
    widths
}

/// As many columns as have room.
fn columns(needed: &[f32], room: f32) -> usize {
    let count = needed.len().max(1);
    let fits = |columns: &usize| column_widths(needed, *columns).iter().sum::<f32>() <= room;
    let most = (1..=count).rev().find(fits).unwrap_or(1);
    // Two rows of four read better than seven and one.
    let even = count.div_ceil(count.div_ceil(most));
    if fits(&even) { even } else { most }
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

#[cfg(test)]
mod tests {
    use super::{column_widths, columns};

    #[test]
    fn a_wide_figure_takes_room_from_narrow_ones_before_it_is_cut() {
        let seven = [100.0; 7];
        assert_eq!(columns(&seven, 700.0), 7);
        assert_eq!(columns(&seven, 690.0), 4);
        assert_eq!(columns(&seven, 90.0), 1);
        // The last one is wider: six are still narrow.
        let wide = [100.0, 100.0, 100.0, 100.0, 100.0, 100.0, 150.0];
        assert_eq!(columns(&wide, 750.0), 7);
        assert_eq!(columns(&wide, 700.0), 4);
        assert_eq!(column_widths(&wide, 4), [100.0, 100.0, 150.0, 100.0]);
        assert_eq!(columns(&[], 100.0), 1);
    }
}
