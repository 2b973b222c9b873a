//! Runs that go to the trash, and come back out of it.

use std::path::{Path, PathBuf};

use eframe::egui::Context;

use super::AtelierApp;
use super::actions::Action;
use super::tasks::Task;
use crate::runs::RunId;
use crate::ui::commands::Command;
use crate::ui::layout::Pane;
use crate::ui::state::{Run, Selection};
use crate::ui::toasts::Tone;

/// Folders that were moved: where they are, and where they were.
type Moves = Vec<(PathBuf, PathBuf)>;

/// What can be brought back.
#[derive(Default)]
pub(super) struct Trash {
    /// What was moved in this session, the newest last.
    deleted: Vec<Moves>,
    /// Deletions that are still moving folders.
    moving: usize,
    /// How many of those a person wants back already.
    wanted_back: usize,
}

impl Trash {
    /// True if there is something to bring back.
    pub(super) fn has_some(&self) -> bool {
        !self.deleted.is_empty() || self.moving > self.wanted_back
    }
}

/// Runs that were moved to the trash.
pub(super) struct Deleted {
    /// What was deleted, for a sentence.
    what: String,
    moves: Moves,
    /// Why one of them, and the ones after it, could not be.
    failed: Option<String>,
}

impl AtelierApp {
    /// What the command deletes: the runs chosen in the table under the pointer, else the selected one.
    pub(super) fn runs_to_delete(&self) -> Vec<RunId> {
        if self.hovered_pane == Some(Pane::Explore) {
            let chosen = self.panes.explore.selected_runs();
            if chosen.len() > 1 {
                return chosen.iter().cloned().collect();
            }
        }
        let selected = self.selected().map(|run| run.id.clone());
        selected.into_iter().collect()
    }

    /// Moves runs to the trash; those that train stay, and it says so.
    pub(super) fn delete(&mut self, ctx: &Context, runs: &[RunId]) {
        self.delete_with(ctx, runs, None);
    }

    /// The same with the folder of the sweep that they belong to, and its title.
    pub(super) fn delete_with(
        &mut self,
        ctx: &Context,
        runs: &[RunId],
        sweep: Option<(String, PathBuf)>,
    ) {
        let is_idle = |run: &&Run| !run.active && !run.status().is_active();
        let known = runs.iter().filter_map(|id| self.runs.get(id));
        let (going, staying): (Vec<&Run>, Vec<&Run>) = known.partition(is_idle);
        let what = match (&sweep, &going[..]) {
            (Some((title, _)), []) => title.clone(),
            (Some((title, _)), runs) => format!("{title} and {} runs", runs.len()),
            (None, []) => String::new(),
            (None, [run]) => run.title().to_owned(),
            (None, runs) => format!("{} runs", runs.len()),
        };
        let folders = sweep.iter().map(|(_, path)| path);
        let folders = folders.chain(going.iter().map(|run| &run.path));
        let moves: Moves = folders
            .filter_map(|path| {
                let to = path.parent()?.join(TRASH).join(path.file_name()?);
                Some((path.clone(), to))
            })
            .collect();
        let gone: Vec<RunId> = going.iter().map(|run| run.id.clone()).collect();
        if !staying.is_empty() {
            let text = match staying[..] {
                [run] => format!("{} is at work; stop it before deleting it", run.title()),
                _ => format!(
                    "{} runs are at work; stop them before deleting them",
                    staying.len()
                ),
            };
            self.toasts.push(Tone::Error, text);
        }
        if moves.is_empty() {
            return;
        }
        if let Selection::Run(selected) = &self.settings.selection
            && gone.contains(selected)
        {
            let next = self.next_of(selected, &gone);
            self.select(next);
        }
        for id in &gone {
            self.settings.compared.remove(id);
        }
        self.panes.explore.deselect(&gone);
        self.runs.forget(&gone);
        self.trash.moving += 1;
        self.spawn(ctx, "delete runs", move || {
            let (moves, failed) = move_all(moves);
            let moves = moves.into_iter().map(|(from, to)| (to, from)).collect();
            Task::Deleted(Deleted {
                what,
                moves,
                failed,
            })
        });
    }

    /// The next older run that stays takes the place of one that goes, else the next newer one.
    fn next_of(&self, run: &RunId, going: &[RunId]) -> Selection {
        let runs = self.runs.all();
        let at = runs.iter().position(|other| other.id == *run).unwrap_or(0);
        let (newer, older) = runs.split_at(at);
        let mut stays = older.iter().chain(newer.iter().rev());
        stays
            .find(|other| !going.contains(&other.id))
            .map_or(Selection::Draft, |run| Selection::Run(run.id.clone()))
    }

    /// Brings back what was deleted last; what is still on its way to the trash, as soon as it is there.
    pub(super) fn undo_delete(&mut self, ctx: &Context) {
        if self.trash.moving > self.trash.wanted_back {
            self.trash.wanted_back += 1;
        } else if let Some(moves) = self.trash.deleted.pop() {
            self.restore(ctx, moves);
        }
    }

    pub(super) fn take_deleted(&mut self, ctx: &Context, deleted: Deleted) {
        self.runs.rescan();
        self.trash.moving = self.trash.moving.saturating_sub(1);
        if self.trash.wanted_back > 0 {
            self.trash.wanted_back -= 1;
            if let Some(why) = deleted.failed {
                self.toasts.push(Tone::Error, why);
            }
            self.restore(ctx, deleted.moves);
            return;
        }
        if let Some(why) = deleted.failed {
            self.toasts.push(Tone::Error, why);
        } else {
            let undo = Action::Command(Command::UndoDelete);
            let text = format!("Deleted {}", deleted.what);
            self.toasts.push_with(Tone::Info, text, "Undo", undo);
        }
        if !deleted.moves.is_empty() {
            self.trash.deleted.push(deleted.moves);
        }
    }

    /// Takes runs back out of the trash.
    fn restore(&mut self, ctx: &Context, moves: Moves) {
        self.spawn(ctx, "restore runs", move || {
            let (_, failed) = move_all(moves);
            Task::Changed(failed.map_or(Ok(()), Err))
        });
    }
}

/// Deleted runs, beside the runs; lists leave hidden folders out.
const TRASH: &str = ".trash";

/// Moves folders until one fails; those that were moved, and why one was not.
fn move_all(moves: Moves) -> (Moves, Option<String>) {
    let mut moved = Moves::new();
    for (from, to) in moves {
        if let Err(why) = move_folder(&from, &to) {
            return (moved, Some(why));
        }
        moved.push((from, to));
    }
    (moved, None)
}

fn move_folder(from: &Path, to: &Path) -> Result<(), String> {
    let failed = |error: std::io::Error| format!("{}: {error}", from.display());
    if let Some(parent) = to.parent() {
        std::fs::create_dir_all(parent).map_err(failed)?;
    }
    std::fs::rename(from, to).map_err(failed)
}
