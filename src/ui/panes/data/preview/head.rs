//! The head of the preview: the file, what came of it, what is wrong or odd, and the ways on.

use eframe::egui::{Align, Layout, RichText, Spinner, Ui};
use egui_material_icons::icons::{ICON_FOLDER_OPEN, ICON_REDO, ICON_UNDO};

use super::notice::without_path;
use super::{Editable, Reading};
use crate::data::{Preview, Problem};
use crate::draw::format;
use crate::record::words::capitalized;
use crate::ui::panes::data::{DataRequest, DataState};
use crate::ui::state::{PreviewLook, ReadingEdit};
use crate::ui::theme::{title, tokens};
use crate::ui::widgets::{
    IconButton, Keep, Severity, message, primary_button, quiet_button, toolbar_of,
};

/// Shows the head; what a person asked for.
pub(super) fn head_ui(
    ui: &mut Ui,
    state: &DataState<'_>,
    reading: &Reading<'_>,
    preview: &Preview,
) -> Option<DataRequest> {
    let tokens = tokens(ui.ctx());
    let mut request = None;
    let failed = matches!(state, DataState::Failed { .. });
    toolbar_of(ui, "preview", tokens.size.control_large, |bar| {
        bar.item("file", Keep::Always, |ui| {
            ui.label(title("How the file is read"));
        });
        bar.end();
        if let Some(editable) = reading.editable {
            bar.item("edits", Keep::Long, |ui| {
                edits_ui(ui, editable, &mut request);
            });
        }
        if !failed {
            bar.item("data", Keep::Always, |ui| {
                if primary_button(ui, None, "Show the data").clicked() {
                    request = Some(DataRequest::ShowData);
                }
            });
        }
    });
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = tokens.space.s;
        status_ui(ui, state, reading, preview, &mut request);
    });
    let told = match (state, &preview.problem) {
        (DataState::Failed { message, .. }, None) => Some((*message).to_owned()),
        (_, Some(problem)) => Some(told(problem)),
        _ => None,
    };
    if let Some(text) = told {
        ui.add_space(tokens.space.xs);
        message(ui, Severity::Error, &text, |ui| {
            ui.add_space(tokens.space.s);
            ui.horizontal(|ui| ways_ui(ui, &mut request));
        });
    }
    if !preview.oddities.is_empty() {
        ui.add_space(tokens.space.xs);
        let oddities = preview.oddities.iter();
        let oddities: Vec<&str> = oddities.map(|text| without_path(text)).collect();
        message(ui, Severity::Info, &oddities.join("\n"), |_| ());
    }
    request
}

/// Undo, redo, and the way back to what is found out.
fn edits_ui(ui: &mut Ui, editable: &Editable, request: &mut Option<DataRequest>) {
    ui.spacing_mut().item_spacing.x = 0.0;
    let undo = IconButton::new(ICON_UNDO, "Undo setting");
    if ui.add_enabled(editable.can_undo, undo).clicked() {
        *request = Some(DataRequest::Read(ReadingEdit::Undo));
    }
    let redo = IconButton::new(ICON_REDO, "Redo setting");
    if ui.add_enabled(editable.can_redo, redo).clicked() {
        *request = Some(DataRequest::Read(ReadingEdit::Redo));
    }
    if !editable.set.is_empty() {
        let back = quiet_button(ui, "All automatic")
            .on_hover_text("Find out again everything that was set");
        if back.clicked() {
            let all = ReadingEdit::Reset(editable.set.keys().cloned().collect());
            *request = Some(DataRequest::Read(all));
        }
    }
}

/// What can be done about a file that cannot be read.
fn ways_ui(ui: &mut Ui, request: &mut Option<DataRequest>) {
    if primary_button(ui, Some(ICON_FOLDER_OPEN), "Open data…").clicked() {
        *request = Some(DataRequest::Open);
    }
    if ui.button("Try again").clicked() {
        *request = Some(DataRequest::Retry);
    }
    if ui.button("Use the sample data").clicked() {
        *request = Some(DataRequest::UseSample);
    }
}

/// The file, its format, and what came of it.
fn status_ui(
    ui: &mut Ui,
    state: &DataState<'_>,
    reading: &Reading<'_>,
    preview: &Preview,
    request: &mut Option<DataRequest>,
) {
    let tokens = tokens(ui.ctx());
    let faint = |text: &str| RichText::new(text).color(tokens.text_secondary);
    let count = |count: usize| format::count(count as u64);
    let (name, what, progress) = match state {
        DataState::Loading { name, monitor } => (*name, None, Some(monitor.fraction())),
        DataState::Ratings { name, summary, .. } => {
            let ratings = summary.ratings + summary.test_ratings;
            let what = format!(
                "{} users, {} items, {} ratings",
                count(summary.users),
                count(summary.items),
                count(ratings)
            );
            (*name, Some(what), None)
        }
        DataState::Matrix { name, summary, .. } => {
            let what = format!(
                "{} rows, {} columns, {} cells",
                count(summary.rows),
                count(summary.columns),
                count(summary.stored)
            );
            (*name, Some(what), None)
        }
        DataState::Failed { name, .. } => (*name, None, None),
        DataState::Empty | DataState::Images { .. } | DataState::OneDomain { .. } => {
            ("", None, None)
        }
    };
    let parts = [Some(name.to_owned()), Some(preview.format.clone()), what];
    let parts: Vec<String> = parts
        .into_iter()
        .flatten()
        .filter(|part| !part.is_empty())
        .collect();
    let looking = match reading.look {
        PreviewLook::Reading { monitor, .. } => Some(monitor.fraction()),
        PreviewLook::Absent | PreviewLook::Ready(_) => None,
    };
    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
        if let Some(fraction) = progress.or(looking) {
            if quiet_button(ui, "Cancel").clicked() {
                *request = Some(DataRequest::Cancel);
            }
            let text = match fraction {
                Some(fraction) => format!("Reading, {}", format::percent(f64::from(fraction))),
                None => "Reading…".to_owned(),
            };
            ui.label(faint(&text));
            ui.add(Spinner::new().size(tokens.size.icon));
            // Progress is read from counters that repaint nobody.
            ui.ctx()
                .request_repaint_after(std::time::Duration::from_millis(100));
        }
        ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
            let text = faint(&parts.join("  ·  "));
            ui.add(eframe::egui::Label::new(text).truncate());
        });
    });
}

/// A problem in sentences: `Line 3, column 2: "good" is not a number. Give ratings as numbers.`
fn told(problem: &Problem) -> String {
    let place = match (problem.line, problem.column) {
        (Some(line), Some(column)) => {
            format!("Line {}, column {column}: ", format::count(line))
        }
        (Some(line), None) => format!("Line {}: ", format::count(line)),
        _ => String::new(),
    };
    let what = problem.problem.trim_end_matches('.');
    let what = if place.is_empty() && !what.starts_with("data.") {
        capitalized(what)
    } else {
        what.to_owned()
    };
    let remedy = problem.remedy.trim_end_matches('.');
    if remedy.is_empty() {
        format!("{place}{what}.")
    } else {
        format!("{place}{what}. {remedy}.")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_is_told_in_sentences() {
        let mut problem = Problem {
            line: Some(204),
            column: Some(3),
            problem: "\"good\" is not a number".to_owned(),
            remedy: "Give ratings as numbers".to_owned(),
            keys: Vec::new(),
        };
        assert_eq!(
            told(&problem),
            "Line 204, column 3: \"good\" is not a number. Give ratings as numbers."
        );
        problem.line = None;
        problem.problem = "has no column of ratings".to_owned();
        problem.remedy = String::new();
        assert_eq!(told(&problem), "Has no column of ratings.");
    }
}
