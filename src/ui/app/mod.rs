//! The window's life: what happens each frame, and in which order.

mod actions;
mod chosen_data;
mod closing;
mod deleting;
mod estimate;
mod exports;
mod files;
mod frame;
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

use closing::Closing;
use eframe::egui::{Context, Ui};
use side_panels::{Folding, SidePanel};
use tasks::Task;

use super::commands::Situation;
use super::forms::FormSchema;
use super::jobs::Job;
use super::layout::Pane;
use super::palette::Palette;
use super::panels::{self, MemoryGauge};
use super::panes::Panes;
use super::results::registry::{NewView, VIEWS};
use super::state::{
    DataStore, Machine, OwnPresets, Places, PreviewStore, Run, RunStore, Samples, Settings, Sweep,
    SweepStore,
};
use super::theme;
use super::toasts::Toasts;
use crate::engine::{DeviceInfo, Engine};
use crate::experiments::sweep::SweepId;
use crate::runs::RunId;
use crate::systems::{self, ConfigMap};
use crate::ui::figure;

pub use actions::Action;
pub use labels::LabelChange;
pub(crate) use sweeps::SweepDo;

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

    fn devices(&self) -> &'static [DeviceInfo] {
        match &self.devices {
            Devices::Asking(_) => &[],
            Devices::Known(devices) => devices,
        }
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
