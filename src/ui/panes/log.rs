//! The log of a run: filtered by level and text, with as many rows drawn as fit the screen.

use eframe::egui::{
    Align, Align2, Label, Layout, Rect, RichText, Role, ScrollArea, Sense, TextEdit, TextStyle, Ui,
    UiBuilder, WidgetInfo, pos2, vec2,
};
use egui_material_icons::{MaterialIcon, icons};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{PaneContext, PaneView, from_value, reading_ui, to_value};
use crate::draw::Tokens;
use crate::draw::format;
use crate::record::LogLevel;
use crate::runs::LogLine;
use crate::ui::app::Action;
use crate::ui::theme::tokens;
use crate::ui::widgets::{EmptyState, IconButton, Keep, caption, segmented, toolbar};

/// How logs are shown; kept over a restart.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct Settings {
    /// Lines below this level are left out.
    level: LogLevel,
    /// True if the newest line stays in view.
    follow: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            level: LogLevel::Info,
            follow: true,
        }
    }
}

/// The log of a run.
#[derive(Debug, Default)]
pub struct LogView {
    settings: Settings,
    search: String,
    filtered: Filtered,
}

impl PaneView for LogView {
    fn show(&mut self, ui: &mut Ui, context: &PaneContext<'_>) -> Vec<Action> {
        let Some(run) = context.selected else {
            return context.nothing_selected_ui(
                ui,
                icons::ICON_NOTES,
                "No log yet",
                "Press Start to train, or choose a run on the left.",
            );
        };
        match run.details() {
            Some(details) => self.ui(ui, run.id.as_str(), &details.state.log),
            None => reading_ui(ui, "Reading the run"),
        }
        Vec::new()
    }

    fn settings(&self) -> Value {
        to_value(&self.settings)
    }

    fn restore(&mut self, settings: Value) {
        self.settings = from_value(settings);
    }
}

/// Which lines pass the filter; extended as lines arrive.
#[derive(Debug, Default)]
struct Filtered {
    run: String,
    level: Option<LogLevel>,
    search: String,
    /// Lines looked at so far, and the step of the last of them.
    seen: (usize, Option<u64>),
    rows: Vec<usize>,
}

impl Filtered {
    fn update(&mut self, run: &str, lines: &[LogLine], level: LogLevel, search: &str) {
        let search = search.trim().to_lowercase();
        let (known, last) = self.seen;
        let goes_on = self.run == run
            && self.level == Some(level)
            && self.search == search
            && known <= lines.len()
            && last == known.checked_sub(1).map(|last| lines[last].step);
        if !goes_on {
            *self = Self {
                run: run.to_owned(),
                level: Some(level),
                search,
                ..Self::default()
            };
        }
        for (row, line) in lines.iter().enumerate().skip(self.seen.0) {
            if line.level >= level
                && (self.search.is_empty() || line.message.to_lowercase().contains(&self.search))
            {
                self.rows.push(row);
            }
        }
        self.seen = (lines.len(), lines.last().map(|line| line.step));
    }
}

impl LogView {
    /// Shows the log of the run with this id in what is left of `ui`.
    pub fn ui(&mut self, ui: &mut Ui, run: &str, lines: &[LogLine]) {
        let tokens = tokens(ui.ctx());
        if lines.is_empty() {
            EmptyState::new(
                icons::ICON_NOTES,
                "Nothing logged",
                "Warnings, checkpoints and errors appear here.",
            )
            .show(ui);
            return;
        }
        self.filtered
            .update(run, lines, self.settings.level, &self.search);
        self.controls_ui(ui, lines);
        ui.add_space(tokens.space.xs);
        if self.filtered.rows.is_empty() {
            EmptyState::new(
                icons::ICON_SEARCH,
                "No line matches",
                "Choose a lower level or another text.",
            )
            .show(ui);
            return;
        }
        let height = tokens.size.control - tokens.space.hair;
        let step_width = step_width(ui, lines);
        ScrollArea::vertical()
            .id_salt("log")
            .auto_shrink([false, false])
            .stick_to_bottom(self.settings.follow)
            .show_rows(
                ui,
                height - ui.spacing().item_spacing.y,
                self.filtered.rows.len(),
                |ui, range| {
                    for row in range {
                        if let Some(line) = self
                            .filtered
                            .rows
                            .get(row)
                            .and_then(|line| lines.get(*line))
                        {
                            line_ui(
                                ui,
                                tokens,
                                line,
                                row,
                                height - ui.spacing().item_spacing.y,
                                step_width,
                            );
                        }
                    }
                },
            );
    }

    fn controls_ui(&mut self, ui: &mut Ui, lines: &[LogLine]) {
        let tokens = tokens(ui.ctx());
        toolbar(ui, "log", |bar| {
            bar.item("level", Keep::Always, |ui| {
                let levels = [
                    (LogLevel::Info, "All"),
                    (LogLevel::Warning, "Warnings"),
                    (LogLevel::Error, "Errors"),
                ];
                segmented(ui, &mut self.settings.level, &levels);
            });
            bar.item("search", Keep::Long, |ui| {
                let search = ui.add(
                    TextEdit::singleline(&mut self.search)
                        .hint_text("Search the log")
                        .desired_width(tokens.size.panel_min - tokens.space.xxl),
                );
                search
                    .widget_info(|| WidgetInfo::labeled(Role::SearchInput, true, "Search the log"));
            });
            bar.end();
            bar.item("count", Keep::Short, |ui| {
                let (shown, all) = (self.filtered.rows.len(), lines.len());
                let count = if shown == all {
                    format::count(all as u64)
                } else {
                    format!(
                        "{} of {}",
                        format::count(shown as u64),
                        format::count(all as u64)
                    )
                };
                caption(
                    ui,
                    format!("{count} {}", if all == 1 { "line" } else { "lines" }),
                );
            });
            bar.item("follow", Keep::Long, |ui| {
                let follow =
                    IconButton::new(icons::ICON_VERTICAL_ALIGN_BOTTOM, "Follow the newest line")
                        .selected(self.settings.follow);
                if ui.add(follow).clicked() {
                    self.settings.follow = !self.settings.follow;
                }
            });
            bar.item("copy", Keep::Long, |ui| {
                let copy = IconButton::new(icons::ICON_CONTENT_COPY, "Copy the lines shown");
                if ui.add(copy).clicked() {
                    ui.copy_text(self.text(lines));
                }
            });
        });
    }

    /// The lines that are shown, tab-separated.
    fn text(&self, lines: &[LogLine]) -> String {
        let rows = self.filtered.rows.iter().filter_map(|row| lines.get(*row));
        rows.map(|line| {
            format!(
                "{}\t{}\t{}\n",
                line.step,
                level_name(line.level),
                line.message
            )
        })
        .collect()
    }
}

fn line_ui(ui: &mut Ui, tokens: &Tokens, line: &LogLine, row: usize, height: f32, step_width: f32) {
    let (rect, response) =
        ui.allocate_exact_size(vec2(ui.available_width(), height), Sense::click());
    response.widget_info(|| {
        WidgetInfo::labeled(
            Role::ListItem,
            true,
            format!(
                "{} at step {}: {}",
                level_name(line.level),
                line.step,
                line.message
            ),
        )
    });
    if !ui.is_rect_visible(rect) {
        return;
    }
    let background = if response.hovered() {
        tokens.hovered
    } else if row % 2 == 1 {
        tokens.stripe
    } else {
        tokens.surface
    };
    ui.painter().rect_filled(rect, 0.0, background);
    let font = TextStyle::Small.resolve(ui.style());
    let mut x = rect.left() + step_width;
    let at = pos2(x, rect.center().y);
    ui.painter().text(
        at,
        Align2::RIGHT_CENTER,
        format::count(line.step),
        font,
        tokens.text_tertiary,
    );
    x += tokens.space.m;
    let look = look(tokens, line.level);
    let text_color = look.map_or(tokens.text_secondary, |(_, color)| color);
    let mut child = ui.new_child(
        UiBuilder::new()
            .max_rect(Rect::from_min_max(
                pos2(x, rect.top()),
                rect.max - vec2(tokens.space.s, 0.0),
            ))
            .layout(Layout::left_to_right(Align::Center)),
    );
    child.spacing_mut().item_spacing.x = tokens.space.s;
    let side = tokens.size.icon - tokens.space.hair;
    if let Some((icon, color)) = look {
        child.add_sized(
            vec2(side, side),
            Label::new(icon.rich_text().size(side).color(color)).selectable(false),
        );
    } else {
        child.add_space(side + tokens.space.s);
    }
    let first = line.message.lines().next().unwrap_or_default();
    let shown = child.add(
        Label::new(RichText::new(first).color(text_color))
            .truncate()
            .selectable(false),
    );
    let is_cut =
        first.len() < line.message.len() || shown.rect.right() >= child.max_rect().right() - 1.0;
    let response = if is_cut {
        response.on_hover_text(&line.message)
    } else {
        response
    };
    response.context_menu(|ui| {
        if ui.button("Copy this line").clicked() {
            ui.copy_text(line.message.clone());
        }
    });
}

/// Room for the longest step, so that the column stands still while lines arrive.
fn step_width(ui: &Ui, lines: &[LogLine]) -> f32 {
    let largest = lines.last().map_or(0, |line| line.step).max(9_999);
    let font = TextStyle::Small.resolve(ui.style());
    ui.painter()
        .layout_no_wrap(
            format::count(largest),
            font,
            eframe::egui::Color32::PLACEHOLDER,
        )
        .size()
        .x
        + tokens(ui.ctx()).space.s
}

/// The mark and color of what a person should look at.
fn look(tokens: &Tokens, level: LogLevel) -> Option<(MaterialIcon, eframe::egui::Color32)> {
    match level {
        LogLevel::Info => None,
        LogLevel::Warning => Some((icons::ICON_WARNING, tokens.warning)),
        LogLevel::Error => Some((icons::ICON_ERROR, tokens.error)),
    }
}

fn level_name(level: LogLevel) -> &'static str {
    match level {
        LogLevel::Info => "info",
        LogLevel::Warning => "warning",
        LogLevel::Error => "error",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(entries: &[(LogLevel, &str)]) -> Vec<LogLine> {
        entries
            .iter()
            .enumerate()
            .map(|(step, (level, message))| LogLine {
                level: *level,
                step: step as u64,
                message: (*message).to_owned(),
            })
            .collect()
    }

    fn rows(
        filtered: &mut Filtered,
        lines: &[LogLine],
        level: LogLevel,
        search: &str,
    ) -> Vec<usize> {
        filtered.update("run", lines, level, search);
        filtered.rows.clone()
    }

    #[test]
    fn a_level_hides_what_matters_less_and_a_search_ignores_case() {
        let lines = lines(&[
            (LogLevel::Info, "Started"),
            (LogLevel::Warning, "Slow disk"),
            (LogLevel::Error, "Disk full"),
        ]);
        let mut filtered = Filtered::default();
        assert_eq!(rows(&mut filtered, &lines, LogLevel::Info, ""), [0, 1, 2]);
        assert_eq!(rows(&mut filtered, &lines, LogLevel::Warning, ""), [1, 2]);
        assert_eq!(
            rows(&mut filtered, &lines, LogLevel::Info, " DISK "),
            [1, 2]
        );
        assert_eq!(
            rows(&mut filtered, &lines, LogLevel::Error, "slow"),
            [0_usize; 0]
        );
    }

    #[test]
    fn lines_that_arrive_are_added_and_lines_that_were_taken_back_go() {
        let all = lines(&[
            (LogLevel::Info, "a"),
            (LogLevel::Info, "b"),
            (LogLevel::Info, "c"),
        ]);
        let mut filtered = Filtered::default();
        assert_eq!(rows(&mut filtered, &all[..1], LogLevel::Info, ""), [0]);
        assert_eq!(rows(&mut filtered, &all, LogLevel::Info, ""), [0, 1, 2]);
        assert_eq!(rows(&mut filtered, &all[..2], LogLevel::Info, ""), [0, 1]);
        filtered.update("another run", &all[..1], LogLevel::Info, "");
        assert_eq!(filtered.rows, [0]);
    }
}
