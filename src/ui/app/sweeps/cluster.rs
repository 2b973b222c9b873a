//! Sweeps on a Slurm cluster: the dialog that asks for partition, time and memory, and who follows.

use std::path::{Path, PathBuf};

use eframe::egui::{
    Context, FontId, Id, Modal, RichText, Role, ScrollArea, TextEdit, Ui, WidgetInfo,
};

use super::super::AtelierApp;
use super::super::overlays::buttons;
use super::super::tasks::Task;
use crate::experiments::slurm::{
    self, Cluster, DEFAULT_TEMPLATE, Follower, Order, Prepared, SlurmOptions, Statuses,
};
use crate::experiments::sweep::{SweepConfig, SweepFolder, SweepId};
use crate::ui::state::Selection;
use crate::ui::theme::{title, tokens};
use crate::ui::toasts::Tone;
use crate::ui::widgets::segmented;

/// Lines of the script that are seen at once.
const LINES: usize = 14;

/// What concerns clusters.
#[derive(Default)]
pub(in crate::ui::app) struct ClusterState {
    /// Who follows the sweeps of a folder of runs.
    follower: Option<(PathBuf, Follower)>,
    dialog: Option<Dialog>,
}

/// A sweep that was submitted, and what to say of it.
pub(in crate::ui::app) struct SubmittedSweep {
    id: SweepId,
    text: String,
}

/// What is asked before a sweep is submitted.
struct Dialog {
    config: SweepConfig,
    /// The values of [`FIELDS`], as they are typed.
    fields: [String; FIELDS.len()],
    template: String,
    page: Page,
    problem: Option<String>,
    /// It is being submitted.
    submitting: bool,
}

/// What the dialog shows below its fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Page {
    /// The script as it is submitted.
    Script,
    /// The template that it is made of.
    Template,
}

/// Name, and an example of what to write.
const FIELDS: [(&str, &str); 8] = [
    ("Partition", "the default one"),
    ("Time limit", "02:00:00"),
    ("Memory", "8G"),
    ("GPUs", "none"),
    ("Cores", "1"),
    ("Account", "yours"),
    ("Runs a task", "1"),
    ("Tasks at once", "as many as there is room for"),
];

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

impl Dialog {
    fn new(config: SweepConfig, options: &SlurmOptions, template: Option<&str>) -> Self {
        let text = |own: &Option<String>| own.clone().unwrap_or_default();
        let number = |own: Option<u32>| own.map(|own| own.to_string()).unwrap_or_default();
        Self {
            config,
            fields: [
                text(&options.partition),
                text(&options.time),
                text(&options.mem),
                text(&options.gpus),
                number(options.cpus),
                text(&options.account),
                number((options.pack > 1).then_some(options.pack)),
                number(options.max_parallel),
            ],
            template: template.unwrap_or(DEFAULT_TEMPLATE).to_owned(),
            page: Page::Script,
            problem: None,
            submitting: false,
        }
    }

    /// What was typed.
    fn options(&self, device: &str) -> Result<SlurmOptions, String> {
        let text = |at: usize| {
            let own = self.fields[at].trim();
            (!own.is_empty()).then(|| own.to_owned())
        };
        let number = |at: usize| match text(at) {
            None => Ok(None),
            Some(own) => own
                .parse::<u32>()
                .map(Some)
                .map_err(|_| format!("{}: must be a whole number", FIELDS[at].0)),
        };
        Ok(SlurmOptions {
            partition: text(0),
            time: text(1),
            mem: text(2),
            gpus: text(3),
            cpus: number(4)?,
            account: text(5),
            pack: number(6)?.unwrap_or(1),
            max_parallel: number(7)?,
            device: device.to_owned(),
            ..SlurmOptions::default()
        })
    }

    fn order(&self, device: &str) -> Result<Order, String> {
        Ok(Order {
            options: self.options(device)?,
            template: (self.template != DEFAULT_TEMPLATE)
                .then(|| ("template".to_owned(), self.template.clone())),
            program: slurm::own_program().map_err(|error| error.to_string())?,
            ..Order::default()
        })
    }

    /// Shows it; true if it is canceled. `submit` hears that it is to be submitted.
    fn ui(&mut self, ui: &mut Ui, script: &Result<String, String>, submit: &mut bool) -> bool {
        let tokens = tokens(ui.ctx());
        ui.set_width(tokens.size.dialog);
        ui.label(title("Submit to Slurm"));
        ui.add_space(tokens.space.m);
        let gap = tokens.space.m;
        let width = (ui.available_width() - gap) / 2.0;
        for (row, pair) in self.fields.chunks_mut(2).enumerate() {
            ui.horizontal(|ui| {
                ui.spacing_mut().item_spacing.x = gap;
                for (column, value) in pair.iter_mut().enumerate() {
                    field_ui(ui, FIELDS[2 * row + column], value, width);
                }
            });
            ui.add_space(tokens.space.xs);
        }
        ui.add_space(tokens.space.s);
        let pages = [(Page::Script, "Script"), (Page::Template, "Edit template")];
        segmented(ui, &mut self.page, &pages);
        ui.add_space(tokens.space.xs);
        self.page_ui(ui, script);
        let wrong = script.as_ref().err().or(self.problem.as_ref());
        if let Some(problem) = wrong {
            ui.add_space(tokens.space.s);
            ui.label(RichText::new(problem).color(tokens.error));
        }
        ui.add_space(tokens.space.m);
        let ready = script.is_ok() && !self.submitting;
        let name = if self.submitting {
            "Submitting…"
        } else {
            "Submit"
        };
        buttons(ui, name, |pressed| *submit = pressed && ready)
    }

    fn page_ui(&mut self, ui: &mut Ui, script: &Result<String, String>) {
        let font = FontId::monospace(tokens(ui.ctx()).size.icon * 0.75);
        let height = font.size * 1.4 * LINES as f32;
        let mut shown;
        let (text, name, can_edit) = match self.page {
            Page::Script => {
                shown = script.clone().unwrap_or_default();
                (&mut shown, "Script", false)
            }
            Page::Template => (&mut self.template, "Template of the script", true),
        };
        ScrollArea::vertical()
            .id_salt(name)
            .max_height(height)
            .show(ui, |ui| {
                let edit = TextEdit::multiline(text)
                    .font(font)
                    .desired_rows(LINES)
                    .interactive(can_edit)
                    .desired_width(f32::INFINITY);
                let response = ui.add(edit);
                response.widget_info(|| WidgetInfo::labeled(Role::TextInput, can_edit, name));
            });
    }
}

fn field_ui(ui: &mut Ui, (name, hint): (&str, &str), value: &mut String, width: f32) {
    ui.vertical(|ui| {
        ui.set_width(width);
        let tokens = tokens(ui.ctx());
        let label = ui.label(RichText::new(name).small().color(tokens.text_secondary));
        ui.add(
            TextEdit::singleline(value)
                .hint_text(hint)
                .desired_width(f32::INFINITY),
        )
        .labelled_by(label.id);
    });
}

impl AtelierApp {
    /// Asks what a cluster needs to know before a sweep is submitted.
    pub(super) fn ask_for_cluster(&mut self, config: SweepConfig) {
        let form = &self.settings.draft.sweep;
        let dialog = Dialog::new(config, &form.slurm, form.template.as_deref());
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
        let script = order.as_ref().map_err(String::clone).and_then(|order| {
            slurm::preview(&self.places.runs, &dialog.config, order)
                .map_err(|error| error.to_string())
        });
        let mut submit = false;
        let modal =
            Modal::new(Id::unique("cluster")).show(ctx, |ui| dialog.ui(ui, &script, &mut submit));
        if let (true, Ok(order)) = (submit, order) {
            let form = &mut self.settings.draft.sweep;
            form.slurm = order.options.clone();
            form.template = order.template.as_ref().map(|(_, text)| text.clone());
            dialog.problem = None;
            dialog.submitting = true;
            self.submit_sweep(ctx, dialog.config.clone(), order);
        }
        let is_over = modal.inner || (modal.should_close() && !dialog.submitting);
        if !is_over {
            self.cluster.dialog = Some(dialog);
        }
    }

    fn submit_sweep(&mut self, ctx: &Context, config: SweepConfig, order: Order) {
        let runs = self.places.runs.clone();
        self.spawn(ctx, "submit sweep", move || {
            let absolute = std::path::absolute(&runs).unwrap_or(runs);
            let cluster = Cluster::default().silent();
            let begun = slurm::begin(&absolute, &config, Path::new(""), order, &cluster);
            Task::SweepSubmitted(match begun {
                Ok(begun) => Ok(submitted(&begun.folder, begun.job, &begun.prepared)),
                Err(error) => Err(error.to_string()),
            })
        });
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
                if self.sweeps.get(&submitted.id).is_some() {
                    self.select(Selection::Sweep(submitted.id));
                }
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
            Task::SweepSubmitted(cancel().map_err(|error| error.to_string()))
        });
    }
}

/// True if a sweep was on a cluster.
pub(super) fn was_submitted(sweep: &Path) -> bool {
    slurm::submissions(sweep).is_ok_and(|all| all.iter().any(|own| own.job.is_some()))
}

/// Submits what failed or was canceled again.
pub(super) fn submit_again(folder: &SweepFolder) -> Task {
    Task::SweepSubmitted(match slurm::again(folder) {
        Ok((job, prepared)) => Ok(submitted(folder, job, &prepared)),
        Err(error) => Err(error.to_string()),
    })
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
            "{} in {} are queued as job {job}",
            count(runs, "run"),
            count(tasks, "task")
        ),
    }
}
