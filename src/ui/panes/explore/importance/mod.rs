//! Which parameters matter: bars with intervals, and the answer in words.

use std::sync::Arc;

use eframe::egui::{RichText, Ui};
use egui_material_icons::icons;

use super::export::{save_menu, save_picture};
use super::{Look, Part, Shared};
use crate::draw::Tokens;
use crate::draw::chart::{Chart, Figure, Style};
use crate::draw::runs;
use crate::experiments::importance::{Importance, ImportanceError, importance};
use crate::ui::app::Action;
use crate::ui::panes::{chart, reading_ui};
use crate::ui::state::{Latest, LatestState};
use crate::ui::theme::tokens;
use crate::ui::widgets::{EmptyState, caption, section_header_with};

/// Which parameters matter.
#[derive(Debug, Default)]
pub(super) struct ImportancePart {
    found: Latest<ImportanceKey, Arc<Result<Importance, ImportanceError>>>,
}

#[derive(Debug, Clone, PartialEq)]
struct ImportanceKey {
    generation: u64,
    brushed: u64,
    measure: String,
}

/// Parameters that are shown.
const MOST: usize = 8;
/// Height of a bar, in points.
const BAR: f32 = 26.0;

impl Part for ImportancePart {
    fn ui(&mut self, ui: &mut Ui, look: &Look<'_>, shared: &mut Shared) -> Vec<Action> {
        self.found.poll();
        let Some(judge) = look.judge(shared) else {
            nothing_ui(
                ui,
                "Once runs are measured, the parameters that matter stand here.",
            );
            return Vec::new();
        };
        self.want(ui, look, &judge.name);
        let found = match self.found.state() {
            LatestState::Ready(found) => Arc::clone(found),
            LatestState::Failed(why) => {
                nothing_ui(ui, why);
                return Vec::new();
            }
            LatestState::Absent | LatestState::Reading(_) => {
                reading_ui(ui, "Finding out what matters");
                return Vec::new();
            }
        };
        let mut actions = Vec::new();
        let title = format!("What matters for {}", judge.scalar.title());
        match &*found {
            Err(error) => {
                section_header_with(ui, "What matters", |_| ());
                let mut text = error.to_string();
                if let Some(first) = text.get(..1).map(str::to_uppercase) {
                    text.replace_range(..1, &first);
                }
                nothing_ui(ui, &format!("{text}."));
            }
            Ok(found) => {
                section_header_with(ui, "What matters", |ui| {
                    if let Some(format) = save_menu(ui, "Save what matters") {
                        let style = Style::print();
                        let chart = chart_of(found, style.tokens);
                        let note = format!("{} {}", found.sentence, method(found));
                        let picture = Figure::of(title, note, chart).picture(&style);
                        actions.push(save_picture("importance", format, picture));
                    }
                });
                importance_ui(ui, found);
            }
        }
        actions
    }

    fn is_working(&self) -> bool {
        self.found.is_reading()
    }
}

impl ImportancePart {
    fn want(&mut self, ui: &Ui, look: &Look<'_>, measure: &str) {
        let key = ImportanceKey {
            generation: look.generation,
            brushed: look.brushed,
            measure: measure.to_owned(),
        };
        if self.found.key() == Some(&key) || self.found.is_reading() {
            return;
        }
        let table = look.plots.table;
        let rows = table.rows().iter().zip(look.plots.inside);
        let rows: Vec<_> = rows
            .filter(|(_, inside)| **inside)
            .map(|(row, _)| Arc::clone(row))
            .collect();
        let variables = table.varied().to_vec();
        let measure = measure.to_owned();
        self.found.want(ui.ctx(), key, true, move |_| {
            Ok(Arc::new(importance(&rows, &variables, &measure)))
        });
    }
}

fn nothing_ui(ui: &mut Ui, text: &str) {
    EmptyState::new(
        icons::ICON_EQUALIZER,
        "Too little to say what matters",
        text,
    )
    .show(ui);
}

fn importance_ui(ui: &mut Ui, found: &Importance) {
    let tokens = tokens(ui.ctx());
    ui.label(RichText::new(&found.sentence).color(tokens.text));
    ui.add_space(tokens.space.xs);
    let chart = chart_of(found, tokens);
    let line = ui.text_style_height(&eframe::egui::TextStyle::Small);
    let room = ui.available_height() - 2.0 * line - tokens.space.s;
    let bars = found.shares.len().min(MOST) as f32;
    let wanted = bars * BAR + 3.0 * line;
    let name = format!("What matters. {}", found.sentence);
    chart::show(ui, &name, &chart, wanted.min(room).max(3.0 * BAR));
    caption(ui, method(found)).on_hover_text(
        "Functional ANOVA over a random forest (Hutter, Hoos and Leyton-Brown 2014): the share of the variance of the measure that each parameter explains alone. Lines hold 90 of 100 trees.",
    );
}

fn chart_of(found: &Importance, tokens: &Tokens) -> Chart {
    let shares = found.shares.iter().take(MOST);
    let bars: Vec<runs::Importance> = shares
        .map(|share| runs::Importance {
            name: share.name.clone(),
            share: share.share.mean,
            interval: (share.share.low, share.share.high),
        })
        .collect();
    runs::importance(&bars, tokens.category(0), tokens)
}

/// What the numbers rest on.
fn method(found: &Importance) -> String {
    let explained = (100.0 * found.explained.max(0.0)).round();
    format!(
        "Functional ANOVA of {} runs, 90 % intervals; the forest explains {explained} % of the scatter.",
        found.runs
    )
}
