//! Opening the window.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use eframe::egui::{Context, IconData, Ui, ViewportBuilder, ViewportCommand};

use super::app::AtelierApp;
use super::save::Content;
use super::state::Places;
use crate::data::Monitor;

/// The options of a new window.
#[derive(Debug, Clone, Default)]
pub struct WindowOptions {
    /// The run folders.
    pub runs: PathBuf,
    /// A file of ratings or a matrix, a config file or a run folder to open.
    pub open: Option<PathBuf>,
    /// Asked now and then whether the window is to close, as a person would close it: runs write their checkpoints first.
    pub interrupted: Option<fn() -> bool>,
}

/// Why there is no window.
#[derive(Debug, thiserror::Error)]
pub enum WindowError {
    /// No display, or no way to draw on it.
    #[error(
        "cannot open a window: {0}. Without a display, `atelier run` and `atelier demo` do the same work"
    )]
    Display(#[from] eframe::Error),
}

/// Names a file for a picture of the window, taken after `ATELIER_SCREENSHOT_AFTER` seconds (1 if absent), after which the window
/// closes. For documentation and tests.
const SCREENSHOT: &str = "ATELIER_SCREENSHOT";
const SCREENSHOT_AFTER: &str = "ATELIER_SCREENSHOT_AFTER";
/// `WIDTHxHEIGHT` of the window, instead of what the last session left.
const SIZE: &str = "ATELIER_SIZE";
/// Set: the run of the config that is opened is started.
const START: &str = "ATELIER_START";
/// Between two looks for a signal to end.
const SIGNALS_EVERY: Duration = Duration::from_millis(100);
/// Another folder for what the window remembers.
const STATE: &str = "ATELIER_STATE";

/// Opens the window; returns when it is closed.
///
/// # Errors
/// If there is no display or nothing to draw with.
pub fn open(options: WindowOptions) -> Result<(), WindowError> {
    let started = Instant::now();
    let size = std::env::var(SIZE).ok().and_then(|text| {
        let (width, height) = text.split_once('x')?;
        Some([width.parse::<f32>().ok()?, height.parse::<f32>().ok()?])
    });
    let native = eframe::NativeOptions {
        viewport: ViewportBuilder::default()
            .with_title("Atelier")
            .with_app_id("atelier")
            .with_icon(icon())
            .with_inner_size(size.unwrap_or([1280.0, 800.0]))
            .with_min_inner_size([720.0, 480.0])
            .with_drag_and_drop(true),
        persist_window: size.is_none(),
        persistence_path: std::env::var_os(STATE)
            .map(|folder| PathBuf::from(folder).join("window.ron")),
        ..eframe::NativeOptions::default()
    };
    eframe::run_native(
        "atelier",
        native,
        Box::new(move |creation| {
            let mut places = Places::new(options.runs);
            if let Some(state) = std::env::var_os(STATE) {
                places.data = PathBuf::from(state);
            }
            let mut app = AtelierApp::new(&creation.egui_ctx, creation.storage, places);
            match options.open {
                Some(path) if std::env::var_os(START).is_some() => app.open_and_start(path),
                Some(path) => app.open_path(path),
                None => {}
            }
            if let Some(interrupted) = options.interrupted {
                close_when(interrupted, &creation.egui_ctx)?;
            }
            Ok(Box::new(Watched {
                app,
                started,
                drawn: false,
                screenshot: Screenshot::from_environment(),
            }))
        }),
    )?;
    Ok(())
}

/// Closes the window once `interrupted` says so. On a thread of its own: a window at rest looks at nothing.
fn close_when(interrupted: fn() -> bool, ctx: &Context) -> std::io::Result<()> {
    let ctx = ctx.clone();
    std::thread::Builder::new()
        .name("signals".to_owned())
        .spawn(move || {
            while !interrupted() {
                std::thread::sleep(SIGNALS_EVERY);
            }
            ctx.send_viewport_cmd(ViewportCommand::Close);
            ctx.request_repaint();
        })
        .map(drop)
}

/// The app, and what is only wanted of a real window.
struct Watched {
    app: AtelierApp,
    started: Instant,
    drawn: bool,
    screenshot: Option<Screenshot>,
}

struct Screenshot {
    path: PathBuf,
    after: Duration,
    asked: bool,
}

impl Screenshot {
    fn from_environment() -> Option<Self> {
        let seconds = std::env::var(SCREENSHOT_AFTER)
            .ok()
            .and_then(|text| text.parse().ok());
        Some(Self {
            path: std::env::var_os(SCREENSHOT)?.into(),
            after: Duration::from_secs_f32(seconds.unwrap_or(1.0)),
            asked: false,
        })
    }

    fn poll(&mut self, ctx: &Context, started: Instant) {
        if self.asked {
            return;
        }
        if started.elapsed() < self.after {
            ctx.request_repaint_after(Duration::from_millis(50));
            return;
        }
        self.asked = true;
        let (path, ctx_after) = (self.path.clone(), ctx.clone());
        ctx.request_screenshot(move |picture| {
            let content = Content::picture(Arc::clone(&picture));
            if let Err(why) = content.write_to(&path, &Monitor::default()) {
                tracing::error!("{}: {why}", path.display());
            }
            ctx_after.send_viewport_cmd(ViewportCommand::Close);
            ctx_after.request_repaint();
        });
    }
}

impl eframe::App for Watched {
    fn logic(&mut self, ctx: &Context, frame: &mut eframe::Frame) {
        self.app.logic(ctx, frame);
    }

    fn ui(&mut self, ui: &mut Ui, frame: &mut eframe::Frame) {
        if !self.drawn {
            self.drawn = true;
            tracing::info!("first frame after {:?}", self.started.elapsed());
        }
        if let Some(screenshot) = &mut self.screenshot {
            screenshot.poll(ui.ctx(), self.started);
        }
        self.app.ui(ui, frame);
    }

    fn save(&mut self, storage: &mut dyn eframe::Storage) {
        self.app.save(storage);
    }

    fn on_exit(&mut self) {
        self.app.on_exit();
    }

    fn clear_color(&self, visuals: &eframe::egui::Visuals) -> [f32; 4] {
        self.app.clear_color(visuals)
    }
}

/// Blocks of a matrix put in order: four squares of the palette.
fn icon() -> Arc<IconData> {
    const SIDE: u32 = 64;
    let colors = &crate::draw::LIGHT.categorical;
    let mut rgba = Vec::with_capacity((SIDE * SIDE * 4) as usize);
    for y in 0..SIDE {
        for x in 0..SIDE {
            let inside = |at: u32| (4..30).contains(&at) || (34..60).contains(&at);
            let color = match (inside(x) && inside(y), x < 32, y < 32) {
                (false, ..) => eframe::egui::Color32::TRANSPARENT,
                (true, true, true) => colors[0],
                (true, false, true) | (true, true, false) => colors[6],
                (true, false, false) => colors[1],
            };
            rgba.extend(color.to_array());
        }
    }
    Arc::new(IconData {
        rgba,
        width: SIDE,
        height: SIDE,
    })
}
