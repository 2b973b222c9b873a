//! The view of a run that has something to show: its parts, and what each run shows of the chosen picture.

use std::sync::Arc;

use eframe::egui::{Ui, UiBuilder};

use super::gallery::Chosen;
use super::shown_run::{Shown, ShownRun};
use super::snapshot::Snapshot;
use super::toolbar::Controls;
use super::user_pictures::Making;
use super::{Mode, TranslationView, measures, readout, report};
use crate::data::images::Side;
use crate::draw::format;
use crate::record::ArtifactKind;
use crate::runs::{RunId, SnapshotRef};
use crate::ui::app::Action;
use crate::ui::results::cache::SnapshotState;
use crate::ui::results::timeline::{beside, when};
use crate::ui::results::{ResultRun, RunContext};
use crate::ui::theme::tokens;
use crate::ui::widgets::{Severity, message};

/// Alarms above the pictures; the log has all.
const MOST_ALARMS: usize = 2;

impl TranslationView {
    pub(super) fn pictures_ui(
        &mut self,
        ui: &mut Ui,
        context: &RunContext<'_>,
        all: &[&SnapshotRef],
        actions: &mut Vec<Action>,
    ) {
        let tokens = tokens(ui.ctx());
        let run = context.run;
        let index = self.timeline.index(run.id, all.len());
        let look = self.snapshots.get(ui.ctx(), &run, all, index, ());
        let snapshot = look.snapshot().cloned();
        self.choose(snapshot.as_deref());
        let shown_runs = self.shown_runs(ui, context, all, index, &look, actions);
        let report = report::is_there(&run);
        if !report && self.settings.mode == Mode::Report {
            self.settings.mode = Mode::Grid;
        }
        let controls = Controls {
            shown_runs: &shown_runs,
            others: context.others,
            compared: &self.compared,
            placed: self.picture_pane.placed,
            own: matches!(self.chosen, Some(Chosen::Own(_))),
            report,
            weights: run.state.checkpoint.is_some() || run.active,
        };
        let pane = &mut self.picture_pane;
        let asked = controls.ui(ui, &mut self.settings, &mut pane.blink, &mut pane.viewport);
        ui.add_space(tokens.space.xs);
        for alarm in run.state.alarms().iter().take(MOST_ALARMS) {
            message(ui, Severity::Warning, &alarm.message, |_| ());
            ui.add_space(tokens.space.xs);
        }
        if let SnapshotState::Failed(why) = &look {
            let again = message(ui, Severity::Error, why, |ui| {
                ui.button("Try again").clicked()
            });
            if again.inner {
                self.snapshots.retry();
            }
            ui.add_space(tokens.space.xs);
        }
        if self.settings.mode == Mode::Report {
            ui.add_space(tokens.space.s);
            self.report.ui(ui, &run);
        } else {
            let shown = (&look, snapshot.as_deref());
            self.body_ui(ui, &run, all, shown, &shown_runs);
        }
        let action =
            asked.and_then(|asked| self.act(asked, &run, all, &shown_runs, snapshot.as_ref()));
        actions.extend(action);
    }

    /// List, pictures, readout and slider.
    fn body_ui(
        &mut self,
        ui: &mut Ui,
        run: &ResultRun<'_>,
        all: &[&SnapshotRef],
        (look, snapshot): (&SnapshotState<Snapshot>, Option<&Snapshot>),
        shown_runs: &[ShownRun<'_>],
    ) {
        let tokens = tokens(ui.ctx());
        let mut area = ui.available_rect_before_wrap();
        let live = run.status.is_active();
        let tested = !matches!(self.chosen, Some(Chosen::Own(_)));
        if !all.is_empty() {
            let foot = tokens.size.control + tokens.space.xs;
            let (rest, foot) = area.split_top_bottom_at_y(area.bottom() - foot);
            area = rest;
            let foot = foot.with_min_y(foot.top() + tokens.space.xs);
            let ready = look.is_there();
            ui.scope_builder(UiBuilder::new().max_rect(foot), |ui| {
                ui.add_enabled_ui(tested, |ui| {
                    self.timeline.ui(ui, all, run.state, live, ready);
                });
            });
        }
        if self.settings.list {
            let width = tokens.size.picture_list.min(area.width() / 3.0);
            let (list, rest) = area.split_left_right_at_x(area.left() + width);
            area = rest.with_min_x(rest.left() + tokens.space.m);
            ui.scope_builder(UiBuilder::new().max_rect(list), |ui| {
                let chosen = &mut self.chosen;
                let textures = &mut self.picture_pane.textures;
                self.gallery
                    .ui(ui, run.id, snapshot, &self.own, chosen, textures);
            });
        }
        let line = tokens.size.control;
        let (head, rest) = area.split_top_bottom_at_y(area.top() + line);
        ui.scope_builder(UiBuilder::new().max_rect(head), |ui| {
            self.title_ui(ui, run, shown_runs);
        });
        let small = tokens.size.icon + tokens.space.xs;
        let (mut picture_pane, foot) = rest.split_top_bottom_at_y(rest.bottom() - small);
        if readout::has_legend(&self.settings, shown_runs) {
            let (rest, legend) = picture_pane.split_top_bottom_at_y(picture_pane.bottom() - small);
            picture_pane = rest;
            let legend = legend.with_min_y(legend.top() + tokens.space.xs);
            ui.scope_builder(UiBuilder::new().max_rect(legend), |ui| {
                readout::legend_ui(ui, &self.settings, shown_runs);
            });
        }
        ui.scope_builder(UiBuilder::new().max_rect(picture_pane), |ui| {
            self.picture_pane
                .ui(ui, picture_pane, &mut self.settings, shown_runs);
        });
        let foot = foot.with_min_y(foot.top() + tokens.space.xs);
        ui.scope_builder(UiBuilder::new().max_rect(foot), |ui| {
            readout::foot_ui(ui, &self.picture_pane, &self.settings, shown_runs);
        });
    }

    /// Keeps to the picture that was chosen, or takes the first.
    fn choose(&mut self, snapshot: Option<&Snapshot>) {
        let steps = std::mem::take(&mut self.steps);
        if steps != 0 {
            self.gallery
                .step(&mut self.chosen, snapshot, &self.own, steps);
        }
        let known = match (&self.chosen, snapshot) {
            (Some(Chosen::Own(id)), _) => self.own.find(*id).is_some(),
            (Some(Chosen::Test(side, name)), Some(snapshot)) => {
                snapshot.find(*side, name).is_some()
            }
            (Some(Chosen::Test(..)), None) => true,
            (None, _) => false,
        };
        if known {
            return;
        }
        let first = snapshot.and_then(|snapshot| snapshot.pictures.first());
        let own = self.own.pictures().first();
        self.chosen = first
            .map(|picture| Chosen::Test(picture.side, picture.name.clone()))
            .or_else(|| own.map(|picture| Chosen::Own(picture.id)));
    }

    /// The cells of each run for the chosen picture.
    fn shown_runs<'a>(
        &mut self,
        ui: &Ui,
        context: &RunContext<'a>,
        all: &[&SnapshotRef],
        index: usize,
        look: &SnapshotState<Snapshot>,
        actions: &mut Vec<Action>,
    ) -> Vec<ShownRun<'a>> {
        let live = context.run.status.is_active();
        // Why it cannot be read stands above the pictures.
        let own = match look {
            SnapshotState::Failed(_) => {
                SnapshotState::Failed("Choose another snapshot below.".to_owned())
            }
            look => look.clone(),
        };
        let mut looks = vec![(context.run, own)];
        let compared = context.compared(&self.compared);
        for (run, own) in compared.iter().zip(&mut self.others) {
            let theirs = run.snapshots(&ArtifactKind::TRANSLATIONS);
            let look = if theirs.is_empty() {
                SnapshotState::Failed(format!("{} has no snapshot yet.", run.name))
            } else {
                let at = beside(all, index, live, &theirs);
                own.get(ui.ctx(), run, &theirs, at, ())
            };
            looks.push((*run, look));
        }
        let chosen = self.chosen.clone();
        let mut shown_runs = Vec::new();
        for (run, look) in looks {
            shown_runs.push(match &chosen {
                Some(Chosen::Own(id)) => {
                    if self.own.want(ui.ctx(), *id, &run, context.device) {
                        actions.push(Action::Checkpoint(RunId::from(run.id.to_owned())));
                    }
                    self.own_run(*id, run)
                }
                Some(Chosen::Test(side, name)) => test_run(run, &look, *side, name),
                None => test_run(run, &look, Side::A, ""),
            });
        }
        shown_runs
    }

    fn own_run<'a>(&self, id: u64, run: ResultRun<'a>) -> ShownRun<'a> {
        let step = match self.own.look(id, run.id) {
            Some(Making::Ready(made)) => made.step,
            _ => None,
        };
        let shown = match self.own.look(id, run.id) {
            Some(Making::Ready(made)) => Shown::Ready(Arc::clone(&made.prepared)),
            Some(Making::Failed(why)) => Shown::Missing(why.clone()),
            Some(Making::Working(job)) => {
                let done = job.monitor().fraction();
                let share = done.map(|share| format::percent(f64::from(share)));
                Shown::Waiting(format!("Translating {}", share.unwrap_or_default()))
            }
            Some(Making::Asked(..)) | None => {
                Shown::Waiting("Waiting for the run's newest weights".to_owned())
            }
        };
        ShownRun {
            name: run.name,
            color: run.color,
            when: step.map_or_else(String::new, |step| when(run.state, step)),
            shown,
            measures: Vec::new(),
        }
    }
}

/// The cells of a run for a test picture.
fn test_run<'a>(
    run: ResultRun<'a>,
    look: &SnapshotState<Snapshot>,
    side: Side,
    name: &str,
) -> ShownRun<'a> {
    let step = look.snapshot().map(|snapshot| snapshot.step);
    let shown = match look {
        SnapshotState::Ready(snapshot, _) => match snapshot.find(side, name) {
            Some(picture) => Shown::Ready(Arc::clone(picture)),
            None => Shown::Missing(format!("{} does not show {name}.", run.name)),
        },
        SnapshotState::Reading => Shown::Waiting("Reading the snapshot".to_owned()),
        SnapshotState::Failed(why) => Shown::Missing(why.clone()),
    };
    ShownRun {
        name: run.name,
        color: run.color,
        when: step.map_or_else(String::new, |step| when(run.state, step)),
        shown,
        measures: step.map_or_else(Vec::new, |step| {
            measures::at(run.state, run.measures(), side, step)
        }),
    }
}
