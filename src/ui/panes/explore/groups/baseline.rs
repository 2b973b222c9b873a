//! What groups are compared with: one of them, or any run that learned from the same data.

use eframe::egui::{RichText, TextStyle, Ui};

use super::Against;
use super::model::Groups;
use crate::experiments::table;
use crate::runs::RunSummary;
use crate::ui::panes::explore::{Judge, Look};
use crate::ui::state::Run;
use crate::ui::theme::tokens;
use crate::ui::widgets::{Menu, elide_middle, menu_entry};

/// Runs that the menu offers.
const MOST_RUNS: usize = 40;

/// What groups are compared with.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Baseline {
    pub(super) against: Against,
    pub(super) name: String,
    /// Of the measure that runs are judged by: the mean of a group, the value of a run.
    pub(super) value: f64,
}

/// What was chosen, as it measures; `None` where it is not there, or has no such measure.
pub(super) fn find(
    against: Option<&Against>,
    look: &Look<'_>,
    judge: &Judge,
    groups: &Groups,
) -> Option<Baseline> {
    let against = against?;
    let (name, value) = match against {
        Against::Group(name) => {
            let group = groups.groups.iter().find(|group| group.name == *name)?;
            (name.clone(), group.summary.mean)
        }
        Against::Run(id) => {
            let run = look.context.run(id)?;
            (run.title().to_owned(), value_of(run, look, judge)?)
        }
    };
    Some(Baseline {
        against: against.clone(),
        name,
        value,
    })
}

/// The value of a run that can be compared with those in the plots: it learned from the same data, as far as is known.
fn value_of(run: &Run, look: &Look<'_>, judge: &Judge) -> Option<f64> {
    let hash = |summary: &RunSummary| Some(summary.data.as_ref()?.hash.clone());
    let mut plotted = look.plots.table.rows().iter();
    let own = hash(&run.summary);
    let differs = plotted
        .find_map(|row| hash(&row.summary))
        .is_some_and(|theirs| own.is_some_and(|own| own != theirs));
    let metric = run.summary.metrics.get(&judge.name)?;
    let value = table::value_of(metric, &judge.scalar);
    (!differs && value.is_finite()).then_some(value)
}

/// The menu of all that groups can be compared with; what was chosen.
#[expect(
    clippy::option_option,
    reason = "nothing chosen, no baseline, a baseline"
)]
pub(super) fn menu_ui(
    ui: &mut Ui,
    look: &Look<'_>,
    judge: &Judge,
    groups: &Groups,
    own: Option<&Baseline>,
) -> Option<Option<Against>> {
    let font = TextStyle::Button.resolve(ui.style());
    let room = tokens(ui.ctx()).size.panel_min;
    let text = match own {
        Some(own) => format!("Difference to {}", elide_middle(ui, &own.name, &font, room)),
        None => "Difference to…".to_owned(),
    };
    let mut chosen = None;
    let menu = Menu::new("Baseline").text(&text).closes().scrolls();
    menu.show(ui, |ui| {
        let color = tokens(ui.ctx()).text_tertiary;
        if menu_entry(ui, "No baseline") {
            chosen = Some(None);
        }
        ui.separator();
        for group in &groups.groups {
            if menu_entry(ui, &group.name) {
                chosen = Some(Some(Against::Group(group.name.clone())));
            }
        }
        let (runs, left) = offered(look, judge);
        if !runs.is_empty() {
            ui.separator();
            ui.label(RichText::new("Runs on the same data").color(color));
        }
        for run in runs {
            if menu_entry(ui, run.title()) {
                chosen = Some(Some(Against::Run(run.id.clone())));
            }
        }
        if left > 0 {
            let text = format!("{left} more: mark or pin a run to have it here");
            ui.label(RichText::new(text).color(color));
        }
    });
    chosen
}

/// The runs that can be a baseline, those first that were marked or pinned, then the newest; and how many there are beside.
fn offered<'a>(look: &Look<'a>, judge: &Judge) -> (Vec<&'a Run>, usize) {
    let all = look.context.runs.iter();
    let mut runs: Vec<&Run> = all
        .filter(|run| value_of(run, look, judge).is_some())
        .collect();
    let is_asked_for = |run: &Run| {
        let selected = look.context.selected.is_some_and(|own| own.id == run.id);
        selected || run.labels.pinned || look.context.compared.contains(&run.id)
    };
    runs.sort_by_key(|run| !is_asked_for(run));
    let left = runs.len().saturating_sub(MOST_RUNS);
    runs.truncate(MOST_RUNS);
    (runs, left)
}
