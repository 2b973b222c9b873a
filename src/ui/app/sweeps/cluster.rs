//! Sweeps on a Slurm cluster: submitting them, following them, canceling them.

use std::path::{Path, PathBuf};

use eframe::egui::Context;

use super::super::AtelierApp;
use super::super::tasks::Task;
use super::cluster_dialog::Dialog;
use crate::experiments::slurm::{self, Cluster, Follower, Order, Prepared, Statuses, There};
use crate::experiments::sweep::{SweepConfig, SweepFolder, SweepId};
use crate::ui::state::{Selection, in_window};
use crate::ui::toasts::Tone;
use crate::ui::widgets;

/// What concerns clusters.
#[derive(Default)]
pub(in crate::ui::app) struct ClusterState {
    /// Who follows the sweeps of a folder of runs.
    follower: Option<(PathBuf, Follower)>,
    dialog: Option<Dialog>,
    /// A sweep that was just submitted: it comes to the front once it is in the list.
    submitted: Option<SweepId>,
}

/// A sweep that was submitted, and what to say of it.
pub(in crate::ui::app) struct SubmittedSweep {
    id: SweepId,
    text: String,
}

impl ClusterState {
    /// How the sweeps on clusters stand, where somebody follows them.
    pub(super) fn statuses(&self) -> Option<Statuses> {
        self.follower
            .as_ref()
            .map(|(_, follower)| follower.statuses())
    }

    fn look(&self) {
        if let Some((_, follower)) = &self.follower {
            follower.look();
        }
    }
}

impl AtelierApp {
    /// Asks what a cluster needs to know before a sweep is submitted.
    pub(super) fn ask_for_cluster(&mut self, config: SweepConfig) {
        let dialog = Dialog::new(config, &self.settings.draft.sweep);
        self.cluster.dialog = Some(dialog);
    }

    /// Follows the sweeps of the folder of runs, once there are any.
    fn follow_clusters(&mut self, ctx: &Context) {
        let runs = &self.places.runs;
        let is_followed = self
            .cluster
            .follower
            .as_ref()
            .is_some_and(|(own, _)| own == runs);
        if is_followed || self.sweeps.all().is_empty() {
            return;
        }
        let repaint = ctx.clone();
        match Follower::start(runs.clone(), move || repaint.request_repaint()) {
            Ok(follower) => self.cluster.follower = Some((runs.clone(), follower)),
            Err(error) => tracing::warn!("clusters are not followed: {error}"),
        }
    }

    /// The dialog, while it is open.
    pub(in crate::ui::app) fn cluster_ui(&mut self, ctx: &Context) {
        self.follow_clusters(ctx);
        let Some(mut dialog) = self.cluster.dialog.take() else {
            return;
        };
        let device = match self.settings.device {
            crate::engine::DeviceChoice::Auto => "auto",
            crate::engine::DeviceChoice::Cpu => "cpu",
            crate::engine::DeviceChoice::Gpu => "gpu",
        };
        let order = dialog.order(device);
        let script = order
            .as_ref()
            .map_err(String::clone)
            .and_then(|order| dialog.script(&self.places.runs, order));
        let mut submit = false;
        let modal =
            widgets::dialog(ctx, "cluster").show(ctx, |ui| dialog.ui(ui, &script, &mut submit));
        if let (true, Ok(order)) = (submit, order) {
            dialog.problem = None;
            dialog.submitting = true;
            match &dialog.again {
                Some((sweep, _)) => self.submit_again(ctx, sweep.clone(), order),
                None => {
                    let there = dialog.there();
                    let form = &mut self.settings.draft.sweep;
                    form.slurm = order.options.clone();
                    form.template = order.template.as_ref().map(|(_, text)| text.clone());
                    form.host.clone_from(&order.host);
                    form.there = there.clone();
                    self.submit_sweep(ctx, dialog.config.clone(), order, there);
                }
            }
        }
        // A click beside it is no reason to forget what was typed.
        let is_left = modal.should_close() && !modal.backdrop_response.clicked();
        let is_over = modal.inner || (is_left && !dialog.submitting);
        if !is_over {
            self.cluster.dialog = Some(dialog);
        }
    }

    fn submit_sweep(&mut self, ctx: &Context, config: SweepConfig, order: Order, there: There) {
        let runs = self.places.runs.clone();
        self.spawn(ctx, "submit sweep", move || {
            let absolute = std::path::absolute(&runs).unwrap_or(runs);
            let cluster = Cluster::new(order.host.clone()).silent();
            let begun = slurm::begin(&absolute, &config, Path::new(""), order, &there, &cluster);
            Task::SweepSubmitted(match begun {
                Ok(begun) => Ok(submitted(&begun.folder, begun.job, &begun.prepared)),
                Err(error) => Err(in_window(&error.message())),
            })
        });
    }

    /// Submits what failed or was canceled again.
    fn submit_again(&mut self, ctx: &Context, sweep: PathBuf, order: Order) {
        self.spawn(ctx, "submit sweep again", move || {
            let again = || -> Result<SubmittedSweep, slurm::SlurmError> {
                let folder = SweepFolder::open(&sweep)?;
                let (job, prepared) = slurm::again(&folder, order)?;
                Ok(submitted(&folder, job, &prepared))
            };
            Task::SweepSubmitted(again().map_err(|error| in_window(&error.message())))
        });
    }

    /// What a sweep was ordered with last time was read: asks whether it is right this time.
    pub(in crate::ui::app) fn ask_again(&mut self, path: PathBuf, last: Result<Order, String>) {
        let config = SweepId::of_folder(&path)
            .and_then(|id| self.sweeps.get(&id).map(|own| own.state.config.clone()));
        match (last, config) {
            (Ok(last), Some(config)) => {
                self.cluster.dialog = Some(Dialog::again(config, path, last));
            }
            (Err(problem), _) => self.toasts.push(Tone::Error, problem),
            // It was deleted meanwhile.
            (Ok(_), None) => (),
        }
    }

    /// A sweep was submitted, or why not.
    pub(in crate::ui::app) fn sweep_submitted(
        &mut self,
        submitted: Result<SubmittedSweep, String>,
    ) {
        match submitted {
            Ok(submitted) => {
                self.cluster.dialog = None;
                self.toasts.push(Tone::Success, submitted.text);
                self.runs.rescan();
                self.cluster.look();
                self.cluster.submitted = Some(submitted.id);
                self.show_submitted();
            }
            Err(problem) => match &mut self.cluster.dialog {
                Some(dialog) => {
                    dialog.submitting = false;
                    dialog.problem = Some(problem);
                }
                None => self.toasts.push(Tone::Error, problem),
            },
        }
    }

    /// A sweep that was just submitted comes to the front.
    pub(super) fn show_submitted(&mut self) {
        let sweeps = &self.sweeps;
        let listed = |id: &mut SweepId| sweeps.get(id).is_some();
        if let Some(id) = self.cluster.submitted.take_if(listed) {
            self.select(Selection::Sweep(id));
        }
    }

    /// Cancels what a cluster has of a sweep.
    pub(super) fn cancel_on_cluster(&mut self, ctx: &Context, path: PathBuf) {
        self.spawn(ctx, "cancel sweep", move || {
            let cancel = || -> Result<SubmittedSweep, slurm::SlurmError> {
                let folder = SweepFolder::open(&path)?;
                slurm::cancel_all(&folder)?;
                Ok(SubmittedSweep {
                    id: folder.id().clone(),
                    text: "Canceled: runs that train write a checkpoint first".to_owned(),
                })
            };
            Task::SweepSubmitted(cancel().map_err(|error| in_window(&error.message())))
        });
    }
}

/// True if a sweep was on a cluster.
pub(super) fn was_submitted(sweep: &Path) -> bool {
    slurm::submissions(sweep).is_ok_and(|all| all.iter().any(|own| own.job.is_some()))
}

/// What a sweep was ordered with last time.
pub(super) fn last_order(path: PathBuf) -> Task {
    let last = slurm::last_order(&path).map_err(|error| in_window(&error.message()));
    Task::SweepOrder(path, last.map(Box::new))
}

fn submitted(folder: &SweepFolder, job: u64, prepared: &Prepared) -> SubmittedSweep {
    let (runs, tasks) = (prepared.runs, prepared.submission.tasks.len());
    let count = |number: usize, what: &str| match number {
        1 => format!("1 {what}"),
        number => format!("{number} {what}s"),
    };
    SubmittedSweep {
        id: folder.id().clone(),
        text: format!(
            "{} in {} {} queued as job {job}",
            count(runs, "run"),
            count(tasks, "task"),
            if runs == 1 { "is" } else { "are" }
        ),
    }
}
