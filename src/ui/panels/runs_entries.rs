//! What stands in the list of runs, row by row, and how the keyboard walks through it.

use std::collections::{BTreeMap, BTreeSet};

use eframe::egui::{EventFilter, Id, Key, Modifiers, Ui};

use super::run_row::row_id;
use super::runs_list::{RunsListState, RunsPanel, has_words, matches};
use super::sweep_row::sweep_row_id;
use crate::experiments::sweep::SweepId;
use crate::ui::app::Action;
use crate::ui::state::{Run, Selection, Sweep};
use crate::ui::widgets::status_label;

/// A row of the list below that of the next run.
#[derive(Clone, Copy)]
pub(super) enum Entry<'a> {
    /// A sweep, and whether its runs are folded out.
    Sweep(&'a Sweep, bool),
    /// A run on its own.
    Run(&'a Run),
    /// A run of the sweep above it.
    Trial(&'a Sweep, &'a Run),
}

impl<'a> Entry<'a> {
    pub(super) fn id(self) -> Id {
        match self {
            Self::Sweep(sweep, _) => sweep_row_id(sweep.id()),
            Self::Run(run) | Self::Trial(_, run) => row_id(Some(&run.id)),
        }
    }

    pub(super) fn run(self) -> Option<&'a Run> {
        match self {
            Self::Sweep(..) => None,
            Self::Run(run) | Self::Trial(_, run) => Some(run),
        }
    }

    fn selection(self) -> Selection {
        match self {
            Self::Sweep(sweep, _) => Selection::Sweep(sweep.id().clone()),
            Self::Run(run) | Self::Trial(_, run) => Selection::Run(run.id.clone()),
        }
    }
}

impl RunsPanel<'_> {
    /// What stands in the list: newest first, the runs of a sweep below it where they are folded out. While there are words to filter by,
    /// the runs that have them stand below their sweep.
    pub(super) fn entries(&self, words: &[String], unfolded: &BTreeSet<SweepId>) -> Vec<Entry<'_>> {
        let (mut alone, mut trials): (Vec<&Run>, BTreeMap<&SweepId, Vec<&Run>>) =
            Default::default();
        for run in self.runs.all() {
            match self.sweeps.of_run(run) {
                Some((sweep, number)) => {
                    let name = || sweep.name_of(number).unwrap_or_default();
                    let own = trials.entry(sweep.id()).or_default();
                    if words.is_empty() || matches(run, &name(), words) {
                        own.push(run);
                    }
                }
                None if matches(run, "", words) => alone.push(run),
                None => (),
            }
        }
        let mut alone = alone.into_iter().peekable();
        let mut entries = Vec::new();
        for sweep in self.sweeps.all() {
            // Names of folders begin with the time.
            while let Some(run) = alone.next_if(|run| run.id.as_str() > sweep.id().as_str()) {
                entries.push(Entry::Run(run));
            }
            let mut own = trials.remove(sweep.id()).unwrap_or_default();
            own.sort_by_key(|run| run.summary.sweep.as_ref().map(|place| place.trial));
            let text = format!(
                "{} {} {} sweep {}",
                sweep.title(),
                sweep.id().as_str(),
                sweep.state.config.base.system,
                status_label(sweep.status())
            );
            let is_meant = has_words(&text, words);
            let open = unfolded.contains(sweep.id()) || (!words.is_empty() && !is_meant);
            if !is_meant && own.is_empty() {
                continue;
            }
            entries.push(Entry::Sweep(sweep, open));
            if open {
                entries.extend(own.into_iter().map(|run| Entry::Trial(sweep, run)));
            }
        }
        entries.extend(alone.map(Entry::Run));
        entries
    }

    /// Arrows, Home and End select another row while one has the keyboard; left and right fold the runs of a sweep. Returns the row that is
    /// then to be seen.
    pub(super) fn keys(
        &self,
        ui: &Ui,
        entries: &[Entry<'_>],
        state: &mut RunsListState,
        actions: &mut Vec<Action>,
    ) -> Option<Id> {
        let focused = ui.memory(|memory| memory.focused())?;
        let place = |(at, entry): (usize, &Entry<'_>)| (entry.id() == focused).then_some(at + 1);
        let at = if focused == row_id(None) {
            0
        } else {
            entries.iter().enumerate().find_map(place)?
        };
        let keys = EventFilter {
            vertical_arrows: true,
            horizontal_arrows: true,
            ..EventFilter::default()
        };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(focused, keys));
        let last = entries.len();
        let own = at.checked_sub(1).map(|at| entries[at]);
        let to = ui.input_mut(|input| {
            let mut pressed = |key| input.count_and_consume_key(Modifiers::NONE, key);
            let (up, down) = (pressed(Key::ArrowUp), pressed(Key::ArrowDown));
            let (left, right) = (pressed(Key::ArrowLeft), pressed(Key::ArrowRight));
            match own {
                Some(Entry::Sweep(sweep, open)) if (left > 0 && open) || (right > 0 && !open) => {
                    state.toggle(sweep.id());
                }
                Some(Entry::Trial(sweep, _)) if left > 0 => {
                    let is_its = |entry: &Entry<'_>| matches!(entry, Entry::Sweep(own, _) if own.id() == sweep.id());
                    return entries.iter().position(is_its).map_or(at, |place| place + 1);
                }
                _ => (),
            }
            match (pressed(Key::Home), pressed(Key::End)) {
                (0, 0) => (at + down).saturating_sub(up).min(last),
                (_, 0) => 0,
                _ => last,
            }
        });
        if to == at {
            return None;
        }
        let (id, selection) = match to.checked_sub(1) {
            Some(at) => (entries[at].id(), entries[at].selection()),
            None => (row_id(None), Selection::Draft),
        };
        ui.memory_mut(|memory| memory.request_focus(id));
        actions.push(Action::Select(selection));
        Some(id)
    }
}
