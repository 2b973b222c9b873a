//! The window's life: what happens each frame, and in which order.

mod actions;
mod closing;
mod deleting;
mod estimate;
mod exports;
mod files;
mod labels;
mod overlays;
mod panes;
mod parameters;
mod presets;
mod reports;
mod side_panels;
mod sweeps;
mod tasks;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use eframe::egui::{CentralPanel, Context, Frame, Margin, Modifiers, Panel, Stroke, Ui};

use super::commands::{Command, Situation};
use super::forms::FormSchema;
use super::jobs::Job;
use super::layout::{self, Pane};
use super::palette::Palette;
use super::panels::{self, MemoryGauge};
use super::panes::Panes;
use super::results::registry::{NewView, VIEWS};
use super::state::{
    DataKey, DataState, DataStore, Machine, OwnPresets, Places, PreviewStore, Run, RunStore,
    Samples, Selection, Settings, Sweep, SweepStore,
};
use super::theme;
use super::toasts::{Toasts, Tone};
use crate::data::DataKind;
use crate::engine::{DeviceInfo, Engine};
use crate::experiments::sweep::SweepId;
use crate::record::Status;
use crate::runs::RunId;
use crate::systems::{self, ConfigMap};
use crate::ui::figure;
use crate::ui::theme::tokens;
pub use actions::Action;
use closing::Closing;
pub use labels::LabelChange;
use side_panels::{Folding, SidePanel};
pub(crate) use sweeps::SweepDo;
use tasks::Task;

/// The window.
pub struct AtelierApp {
    settings: Settings,
    places: Places,
    engine: Arc<Engine>,
    runs: RunStore,
    sweeps: SweepStore,
    data: DataStore,
    previews: PreviewStore,
    samples: Option<Samples>,
    devices: Devices,
    schemas: BTreeMap<&'static str, FormSchema>,
    /// The forms that show the selected run.
    run_forms: Option<actions::RunForms>,
    /// Why the last start failed.
    start_problem: Option<String>,
    runs_list: panels::RunsListState,
    panes: Panes,
    folding: Folding,
    palette: Palette,
    toasts: Toasts<Action>,
    tasks: Vec<Job<Task>>,
    exports: Vec<exports::Export>,
    /// A dialog of the system is open.
    picking: bool,
    renaming: Option<(RunId, String)>,
    renaming_sweep: Option<(SweepId, String)>,
    /// The sweep that the form stands for.
    question: sweeps::Question,
    /// What is being added to a sweep.
    adding: sweeps::Adding,
    /// Presets of the person's own.
    own_presets: OwnPresets,
    /// The preset that is being named: its system, its values, its name so far.
    naming_preset: Option<(String, ConfigMap, String)>,
    /// What concerns clusters: who follows, and the dialog.
    cluster: sweeps::ClusterState,
    /// The group of the sweep is to be seen: something is wrong there.
    sweep_jump: bool,
    /// Runs that were moved to the trash in this session, those of one time together.
    trash: deleting::Trash,
    /// The pane under the pointer.
    hovered_pane: Option<Pane>,
    /// When something was last pressed, typed or moved, in the time of the window.
    last_input: f64,
    help_open: bool,
    memory: MemoryGauge,
    machine: Machine,
    estimated: estimate::Estimated,
    closing: Closing,
    /// The next config that is opened is started as well.
    starts_opened: bool,
    /// Requests of this frame; done at its end.
    actions: Vec<Action>,
}

/// The devices of this machine, once they are known.
enum Devices {
    Asking(Option<Job<&'static [DeviceInfo]>>),
    Known(&'static [DeviceInfo]),
}

/// A frame while something runs.
const LIVE: Duration = Duration::from_millis(50);
/// A frame while nothing does: memory. Whatever changes asks for a frame of its own.
const IDLE: Duration = Duration::from_secs(30);
/// Seconds without input after which the cursor of a text field no longer blinks: each blink draws the window.
const BLINKS: f64 = 5.0;

impl AtelierApp {
    /// The window as the last session left it. Does nothing slow.
    #[must_use]
    pub fn new(ctx: &Context, storage: Option<&dyn eframe::Storage>, places: Places) -> Self {
        Self::with_views(ctx, storage, places, [])
    }

    /// As [`Self::new`], with views of further kinds of results.
    #[must_use]
    pub fn with_views(
        ctx: &Context,
        storage: Option<&dyn eframe::Storage>,
        mut places: Places,
        more: impl IntoIterator<Item = NewView>,
    ) -> Self {
        theme::install(ctx);
        let settings = Settings::load(storage);
        ctx.set_theme(settings.theme);
        if let Some(folder) = &settings.runs_folder {
            places.runs.clone_from(folder);
        }
        let mut panes = Panes::new(VIEWS.iter().copied().chain(more));
        panes.restore(&settings.panes);
        let mut app = Self {
            engine: Arc::new(Engine::new(places.runs.clone())),
            settings,
            places,
            runs: RunStore::default(),
            sweeps: SweepStore::default(),
            data: DataStore::default(),
            previews: PreviewStore::default(),
            samples: None,
            devices: Devices::Asking(
                Job::spawn("list devices", ctx, |_| crate::engine::devices()).ok(),
            ),
            schemas: systems::all()
                .iter()
                .map(|system| (system.id(), FormSchema::of(*system)))
                .collect(),
            run_forms: None,
            start_problem: None,
            runs_list: panels::RunsListState::default(),
            panes,
            folding: Folding::default(),
            palette: Palette::default(),
            toasts: Toasts::default(),
            tasks: Vec::new(),
            exports: Vec::new(),
            picking: false,
            renaming: None,
            renaming_sweep: None,
            question: sweeps::Question::default(),
            adding: sweeps::Adding::default(),
            own_presets: OwnPresets::default(),
            naming_preset: None,
            cluster: sweeps::ClusterState::default(),
            sweep_jump: false,
            trash: deleting::Trash::default(),
            hovered_pane: None,
            last_input: 0.0,
            help_open: false,
            memory: MemoryGauge::default(),
            machine: Machine::default(),
            estimated: estimate::Estimated::default(),
            closing: Closing::default(),
            starts_opened: false,
            actions: Vec::new(),
        };
        app.prepare_samples(ctx);
        app.read_presets(ctx);
        app
    }

    /// The runs, for tests.
    #[must_use]
    pub fn runs(&self) -> &[Run] {
        self.runs.all()
    }

    /// The sweeps, for tests.
    #[must_use]
    pub fn sweeps(&self) -> &[Sweep] {
        self.sweeps.all()
    }

    /// The settings, for tests.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// True if anything is read or computed for what is shown, for tests.
    #[must_use]
    pub fn is_working(&self) -> bool {
        self.data.is_reading() || self.previews.is_reading() || self.panes.is_working()
    }

    /// Opens a file or folder as if it had been dropped on the window.
    pub fn open_path(&mut self, path: PathBuf) {
        self.actions.push(Action::Open(path));
    }

    /// Opens a config, and starts its run as if Start had been pressed then.
    pub fn open_and_start(&mut self, path: PathBuf) {
        self.starts_opened = true;
        self.open_path(path);
    }

    /// Sets a parameter of the next run as if it had been typed.
    pub fn set_parameter(&mut self, key: &str, value: serde_json::Value) {
        self.settings.draft.form().set(key, value);
    }

    /// The selected run.
    fn selected(&self) -> Option<&Run> {
        self.runs.get(self.settings.selection.run()?)
    }

    fn situation(&self) -> Situation {
        let run = self.selected();
        let sweep = self.settings.selection.sweep();
        let sweep = sweep.and_then(|id| self.sweeps.get(id));
        let status = run.map(Run::status).or_else(|| sweep.map(Sweep::status));
        Situation {
            run: status,
            sweep: sweep.is_some(),
            active: run.is_some_and(|run| run.active) || sweep.is_some_and(|own| own.active),
            has_sample: self.samples.is_some(),
            has_deleted: self.trash.has_some(),
            translates: run.is_some_and(Run::translates),
            marked: self.settings.compared.len(),
        }
    }

    /// The data that is looked at: the selected run's, else the draft's.
    fn data_key(&self) -> Option<DataKey> {
        let key = match &self.settings.selection {
            Selection::Draft => self.settings.draft.data_key(),
            // Its runs share their data.
            Selection::Sweep(id) => {
                let run = self.runs.of_sweep(id).next()?;
                let details = run.details()?;
                DataKey::new(details.data.clone(), details.needs, run.summary.seed)
            }
            Selection::Run(id) => {
                let run = self.runs.get(id)?;
                let details = run.details()?;
                DataKey::new(details.data.clone(), details.needs, run.summary.seed)
            }
        };
        (!key.source.path().as_os_str().is_empty() && self.half_of_images().is_none())
            .then_some(key)
    }

    /// The name of the folder of images of domain A, while that of domain B is still to be chosen.
    fn half_of_images(&self) -> Option<String> {
        let draft = &self.settings.draft;
        if self.settings.selection != Selection::Draft || draft.kind() != DataKind::Images {
            return None;
        }
        draft.data.without_b()
    }

    fn data_state(&self) -> DataState {
        self.data_key()
            .map_or(DataState::Absent, |key| self.data.get(&key))
    }

    fn devices(&self) -> &'static [DeviceInfo] {
        match &self.devices {
            Devices::Asking(_) => &[],
            Devices::Known(devices) => devices,
        }
    }

    /// Takes in what happened elsewhere: events of runs, results of jobs.
    fn take_in(&mut self, ctx: &Context) {
        for (id, status, message) in self.runs.drain(&self.engine) {
            self.notify_end(&id, status, message);
        }
        let folder = self.places.runs.clone();
        self.runs.poll(ctx, &folder, &self.settings);
        self.poll_sweeps();
        self.question.update(&self.settings.draft);
        if self.runs.is_scanned()
            && let Selection::Run(id) = &self.settings.selection
            && self.runs.get(id).is_none()
        {
            self.settings.selection = Selection::Draft;
        }
        self.data.poll();
        self.previews.poll();
        if let Devices::Asking(Some(job)) = &self.devices
            && let Some(devices) = job.poll()
        {
            self.devices = Devices::Known(devices.unwrap_or_default());
        }
        self.finish_tasks(ctx);
        self.finish_exports();
        self.want_what_is_shown(ctx);
        self.memory.update();
        let busy = self.runs.any_active()
            || self.sweeps.any_active()
            || self.is_working()
            || !self.tasks.is_empty()
            || !self.exports.is_empty();
        ctx.request_repaint_after(if busy { LIVE } else { IDLE });
    }

    /// Has read what the selection needs.
    fn want_what_is_shown(&mut self, ctx: &Context) {
        let compared: Vec<RunId> = self.settings.compared.iter().cloned().collect();
        for id in &compared {
            self.runs.want_details(ctx, id);
        }
        let beside = self.panes.result.views.compared();
        let beside: Vec<RunId> = beside.into_iter().map(RunId::from).collect();
        for (at, id) in beside.iter().enumerate() {
            self.runs.want_details(ctx, id);
            self.give_color_beside(id, &beside[..at]);
        }
        if layout::is_shown(&self.settings.layout, Pane::Explore) {
            let wanted = self.panes.explore.wanted();
            for (at, id) in wanted.iter().enumerate() {
                self.runs.want_details(ctx, id);
                self.give_color_beside(id, &wanted[..at]);
            }
        }
        if let Selection::Run(id) = &self.settings.selection {
            self.runs.want_details(ctx, id);
        }
        if let Selection::Sweep(id) = &self.settings.selection {
            let newest = self.runs.of_sweep(id).next().map(|run| run.id.clone());
            if let Some(run) = newest {
                self.runs.want_details(ctx, &run);
            }
        }
        let own = self.data_key();
        let explored = layout::is_shown(&self.settings.layout, Pane::Explore)
            .then(|| self.explored_data())
            .flatten();
        let wanted: Vec<DataKey> = own.iter().cloned().chain(explored).collect();
        if !wanted.is_empty() {
            self.data.cancel_all_but(&wanted);
        }
        for key in &wanted {
            self.data.want(ctx, key);
        }
        if let Some(key) = &own
            && layout::is_shown(&self.settings.layout, Pane::Data)
        {
            self.previews.want(ctx, &key.source);
        }
    }

    /// The data of the runs that are explored, where what is shown of them needs it.
    fn explored_data(&self) -> Option<DataKey> {
        let run = self.runs.get(&self.panes.explore.data_of()?)?;
        let details = run.details()?;
        let key = DataKey::new(details.data.clone(), details.needs, run.summary.seed);
        (!key.source.path().as_os_str().is_empty()).then_some(key)
    }

    fn notify_end(&mut self, id: &RunId, status: Status, message: Option<String>) {
        let run = self.runs.get(id);
        if run.is_some_and(|run| run.summary.sweep.is_some()) {
            // Of many runs the sweep tells once.
            self.runs.rescan();
            return;
        }
        let name = self
            .runs
            .get(id)
            .map_or_else(|| id.short().to_owned(), |run| run.title().to_owned());
        match status {
            Status::Finished => self.toasts.push(Tone::Success, format!("{name} finished")),
            Status::Failed => self.toasts.push(
                Tone::Error,
                format!("{name} failed: {}", message.unwrap_or_default()),
            ),
            _ => (),
        }
        self.runs.rescan();
    }

    fn shortcuts(&mut self, ctx: &Context) {
        let renaming = self.renaming.is_some()
            || self.renaming_sweep.is_some()
            || self.naming_preset.is_some()
            || self.adding.is_open();
        if self.palette.is_open() || renaming {
            return;
        }
        let situation = self.situation();
        let mut shortcuts: Vec<_> = Command::ALL
            .into_iter()
            .filter(|command| command.is_enabled(situation))
            .filter_map(|command| Some((command.shortcut()?, command)))
            .collect();
        // egui takes Ctrl+Shift+O for Ctrl+O, too: the longer one is asked for first.
        shortcuts.sort_by_key(|(keys, _)| !keys.modifiers.shift);
        let typing = ctx.text_edit_focused();
        for (keys, command) in shortcuts {
            // Delete and Ctrl+Z are the text's while some is edited.
            let plain = keys.modifiers == Modifiers::NONE && command != Command::Help;
            if typing && (plain || command == Command::UndoDelete) {
                continue;
            }
            if ctx.input_mut(|input| input.consume_shortcut(&keys)) {
                match command {
                    // At once: what is typed next, perhaps in this very frame, is meant for it.
                    Command::Palette => self.palette.open(ctx),
                    _ => self.actions.push(Action::Command(command)),
                }
            }
        }
    }

    /// Lets the cursor of a text field blink while somebody is there.
    fn rest_cursor(&mut self, ctx: &Context) {
        let (now, some) = ctx.input(|input| (input.time, !input.raw.events.is_empty()));
        if some {
            self.last_input = now;
        }
        let blink = now - self.last_input < BLINKS;
        if ctx.global_style().visuals.text_cursor.blink != blink {
            ctx.all_styles_mut(|style| style.visuals.text_cursor.blink = blink);
        }
    }

    fn bars_ui(&mut self, ui: &mut Ui) {
        let tokens = tokens(ui.ctx());
        let bar = |horizontal: f32| {
            Frame::new()
                .fill(tokens.canvas)
                .inner_margin(Margin::symmetric(horizontal as i8, 0))
        };
        Panel::top("top bar")
            .exact_size(tokens.size.top_bar)
            .frame(bar(tokens.space.s))
            .show(ui, |ui| self.top_bar_ui(ui));
        Panel::bottom("status bar")
            .exact_size(tokens.size.status_bar)
            .frame(bar(tokens.space.m))
            .show(ui, |ui| self.status_bar_ui(ui));
    }

    fn center_ui(&mut self, ui: &mut Ui) {
        let tokens = tokens(ui.ctx());
        CentralPanel::no_frame()
            .frame(Frame::new().fill(tokens.canvas).stroke(Stroke::NONE))
            .show(ui, |ui| {
                let mut tree = std::mem::replace(&mut self.settings.layout, layout::tabs());
                if tree.active_tiles().is_empty() {
                    self.no_panes_ui(ui);
                } else {
                    self.hovered_pane = None;
                    let asked = layout::tiles_ui(ui, &mut tree, &mut |ui, pane| {
                        if ui.rect_contains_pointer(ui.max_rect()) {
                            self.hovered_pane = Some(pane);
                        }
                        self.pane_ui(ui, pane);
                    });
                    self.actions.extend(asked.map(Action::Command));
                }
                self.settings.layout = tree;
            });
    }
}

impl eframe::App for AtelierApp {
    fn logic(&mut self, ctx: &Context, _frame: &mut eframe::Frame) {
        self.take_in(ctx);
        self.close_logic(ctx);
    }

    fn ui(&mut self, ui: &mut Ui, _frame: &mut eframe::Frame) {
        let ctx = ui.ctx().clone();
        let started = Instant::now();
        self.rest_cursor(&ctx);
        self.shortcuts(&ctx);
        self.take_dropped(&ctx);
        self.bars_ui(ui);
        self.side_panels_ui(ui);
        self.center_ui(ui);
        self.overlays_ui(&ctx);
        let asked = figure::take_asked(&ctx).into_iter();
        self.actions.extend(asked.map(Action::Save));
        for action in std::mem::take(&mut self.actions) {
            self.act(&ctx, action);
            ctx.request_repaint();
        }
        tracing::trace!("frame: {:?}", started.elapsed());
    }

    fn save(&mut self, storage: &mut dyn eframe::Storage) {
        self.settings.panes = self.panes.settings();
        self.settings.save(storage);
    }

    fn on_exit(&mut self) {
        self.engine.shutdown();
    }

    fn clear_color(&self, visuals: &eframe::egui::Visuals) -> [f32; 4] {
        visuals.panel_fill.to_normalized_gamma_f32()
    }
}

impl AtelierApp {
    fn top_bar_ui(&mut self, ui: &mut Ui) {
        let situation = self.situation();
        let devices = self.devices();
        let start = self.start_words();
        let bar = panels::TopBar {
            situation,
            start: start.as_deref(),
            devices,
            recent: &self.settings.recent,
            runs_open: self.is_open(SidePanel::Runs),
            parameters_open: self.is_open(SidePanel::Parameters),
        };
        bar.ui(ui, &mut self.settings.device, &mut self.actions);
    }

    fn runs_panel_ui(&mut self, ui: &mut Ui) {
        let panel = panels::RunsPanel {
            runs: &self.runs,
            sweeps: &self.sweeps,
            selection: &self.settings.selection,
            compared: &self.settings.compared,
            situation: self.situation(),
            draft: &self.settings.draft,
        };
        panel.ui(ui, &mut self.runs_list, &mut self.actions);
    }
}
