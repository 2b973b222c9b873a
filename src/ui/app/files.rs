//! Files and folders: dialogs of the system, what is dropped on the window, what was opened before.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::task::{Context as TaskContext, Poll, Wake, Waker};
use std::time::{Duration, Instant};

use eframe::egui::Context;
use rfd::{AsyncFileDialog, FileHandle};

use super::AtelierApp;
use super::tasks::{ConfigFile, Task};
use crate::data::images::{FolderContent, is_image, look_into_folder};
use crate::data::{DataKind, MatrixSource};
use crate::engine;
use crate::experiments::sweep::SweepConfig;
use crate::record::files::read_named_text;
use crate::record::schema::ParameterKind;
use crate::runs::{RunConfig, RunId};
use crate::ui::forms::{FormSchema, PathRequest};
use crate::ui::layout::{self, Pane};
use crate::ui::results::ViewInput;
use crate::ui::results::translations::FolderEnd;
use crate::ui::save::SaveFile;
use crate::ui::state::{Found, Recent, Run, Selection, data_files};
use crate::ui::toasts::Tone;

/// The purpose of a dialog.
pub(super) enum Purpose {
    /// A file or folder of data, to look at and to take with what lies beside it.
    Data,
    /// A file or folder for one key of a form.
    Path(PathRequest),
    Config,
    Run,
    RunsFolder,
    Export(PathBuf),
    Move(RunId),
    /// The data of a run where it is now.
    MovedData(RunId),
    /// A picture to translate.
    Picture,
    /// A folder to translate, or one for the results.
    Pictures(FolderEnd),
    /// A file of a person's ratings.
    OwnRatings,
    Save(SaveFile),
}

/// A dialog's answer.
pub(super) struct Picked {
    purpose: Purpose,
    path: Option<PathBuf>,
    /// It closed faster than a person can: there is no dialog on this machine.
    at_once: bool,
}

const PICTURES: &[&str] = &["png", "jpg", "jpeg", "webp", "bmp", "tif", "tiff"];

impl AtelierApp {
    /// Chooses a file of ratings or of a matrix.
    pub(super) fn choose_data(&mut self, ctx: &Context) {
        let extensions = MatrixSource::FILES;
        self.pick_file(
            ctx,
            Purpose::Data,
            "Open data",
            "Ratings and matrices",
            extensions,
        );
    }

    /// Chooses a folder of images.
    pub(super) fn choose_images(&mut self, ctx: &Context) {
        self.pick_folder(ctx, Purpose::Data, "Open a folder of images");
    }

    /// Chooses a file or a folder for a key of a form.
    pub(super) fn choose_path(&mut self, ctx: &Context, request: PathRequest) {
        let schema = if request.data {
            FormSchema::of_source(self.settings.draft.kind())
        } else {
            let Some(schema) = self.schemas.get(self.settings.draft.system.as_str()) else {
                return;
            };
            schema
        };
        let spec = schema.specs.iter().find(|spec| spec.key == request.key);
        let Some((spec, ParameterKind::Path { folder, extensions })) =
            spec.map(|spec| (spec, spec.kind.clone()))
        else {
            return;
        };
        let (title, label) = (spec.request(), spec.label.clone());
        let purpose = if request == PathRequest::data("path") {
            Purpose::Data
        } else {
            Purpose::Path(request)
        };
        if folder {
            self.pick_folder(ctx, purpose, &title);
        } else {
            let extensions: Vec<&str> = extensions.iter().map(String::as_str).collect();
            self.pick_file(ctx, purpose, &title, &label, &extensions);
        }
    }

    fn take_path(&mut self, request: &PathRequest, path: &Path) {
        let draft = &mut self.settings.draft;
        let taken = if request.data {
            draft.data.set_path(draft.kind(), &request.key, path)
        } else {
            draft.form().set_path(&request.key, path)
        };
        match taken {
            Ok(()) if request.data => self.remember_images(),
            Ok(()) => (),
            Err(why) => self.toasts.push(Tone::Error, why),
        }
    }

    pub(super) fn choose_config(&mut self, ctx: &Context) {
        let extensions = &["toml"];
        self.pick_file(
            ctx,
            Purpose::Config,
            "Open config file",
            "Config",
            extensions,
        );
    }

    pub(super) fn choose_run(&mut self, ctx: &Context) {
        self.pick_folder(ctx, Purpose::Run, "Open run folder");
    }

    pub(super) fn choose_runs_folder(&mut self, ctx: &Context) {
        self.pick_folder(ctx, Purpose::RunsFolder, "Choose runs folder");
    }

    pub(super) fn choose_export(&mut self, ctx: &Context) {
        if let Some(path) = self.selected().map(|run| run.path.clone()) {
            self.pick_folder(ctx, Purpose::Export(path), "Export results into");
        }
    }

    pub(super) fn choose_move(&mut self, ctx: &Context, run: RunId) {
        self.pick_folder(ctx, Purpose::Move(run), "Choose another runs folder");
    }

    /// Has a person find the data of a run.
    pub(super) fn choose_moved_data(&mut self, ctx: &Context, run: RunId) {
        let kind = self.runs.get(&run).and_then(Run::details);
        let kind = kind.map(|details| details.data.kind());
        let purpose = Purpose::MovedData(run);
        if kind == Some(DataKind::Images) {
            self.pick_folder(ctx, purpose, "Find the images of the run");
        } else {
            self.pick_file(ctx, purpose, "Find the data of the run", "Data", &[]);
        }
    }

    pub(super) fn choose_picture(&mut self, ctx: &Context) {
        let title = "Translate a picture";
        self.pick_file(ctx, Purpose::Picture, title, "Pictures", PICTURES);
    }

    pub(super) fn choose_own_ratings(&mut self, ctx: &Context) {
        let title = "Open a file of my ratings";
        let kinds = &["csv", "tsv", "txt", "dat"];
        self.pick_file(ctx, Purpose::OwnRatings, title, "Ratings", kinds);
    }

    pub(super) fn choose_picture_folder(&mut self, ctx: &Context, end: FolderEnd) {
        let title = match end {
            FolderEnd::Input => "Translate the pictures in",
            FolderEnd::Output => "Write the results into",
        };
        self.pick_folder(ctx, Purpose::Pictures(end), title);
    }

    pub(super) fn save_file(&mut self, ctx: &Context, file: SaveFile) {
        let name = file.name.clone();
        self.pick_target(ctx, Purpose::Save(file), name);
    }

    fn pick_file(
        &mut self,
        ctx: &Context,
        purpose: Purpose,
        title: &str,
        kind: &str,
        extensions: &[&str],
    ) {
        let mut dialog = self.dialog(title);
        if !extensions.is_empty() {
            dialog = dialog.add_filter(kind, extensions);
        }
        let dialog = dialog.add_filter("All files", &["*"]);
        self.pick(ctx, purpose, dialog.pick_file());
    }

    fn pick_folder(&mut self, ctx: &Context, purpose: Purpose, title: &str) {
        let dialog = self.dialog(title).set_can_create_directories(true);
        self.pick(ctx, purpose, dialog.pick_folder());
    }

    fn pick_target(&mut self, ctx: &Context, purpose: Purpose, name: String) {
        let dialog = self.dialog("Save").set_file_name(name);
        self.pick(ctx, purpose, dialog.save_file());
    }

    fn dialog(&self, title: &str) -> AsyncFileDialog {
        let dialog = AsyncFileDialog::new().set_title(title);
        let last = self
            .settings
            .recent
            .iter()
            .find_map(|recent| recent.path().parent());
        match last {
            Some(folder) => dialog.set_directory(folder),
            None => dialog,
        }
    }

    /// Waits for a dialog on a thread of its own; one at a time.
    fn pick(
        &mut self,
        ctx: &Context,
        purpose: Purpose,
        answer: impl Future<Output = Option<FileHandle>> + Send + 'static,
    ) {
        if self.picking {
            return;
        }
        self.picking = true;
        self.spawn(ctx, "open a file dialog", move || {
            let asked = Instant::now();
            let path = wait_for(answer).map(|handle| handle.path().to_path_buf());
            let at_once = path.is_none() && asked.elapsed() < Duration::from_millis(250);
            Task::Picked(Picked {
                purpose,
                path,
                at_once,
            })
        });
    }

    pub(super) fn take_picked(&mut self, ctx: &Context, picked: Picked) {
        let Some(path) = picked.path else {
            match picked.purpose {
                _ if !picked.at_once => (),
                Purpose::Save(file) => self.save_without_dialog(ctx, file),
                _ => self.toasts.push(
                    Tone::Error,
                    "This desktop has no file dialog (install xdg-desktop-portal or zenity). \
                     Files and folders can be dropped on the window instead.",
                ),
            }
            return;
        };
        match picked.purpose {
            Purpose::Data => self.look_at_data(ctx, path),
            Purpose::Path(request) => self.take_path(&request, &path),
            Purpose::Config => self.open_config(ctx, path),
            Purpose::Run => self.open_run(path),
            Purpose::RunsFolder => self.take_runs_folder(path),
            Purpose::Export(run) => {
                let name = run.file_name().map(PathBuf::from).unwrap_or_default();
                self.spawn_export(ctx, run, path.join(name));
            }
            Purpose::Move(run) => {
                if let Err(error) = self.engine.send(&run, engine::Command::MoveTo(path)) {
                    self.toasts.push(Tone::Error, error.to_string());
                }
            }
            Purpose::MovedData(run) => self.find_data(ctx, run, path),
            Purpose::Picture => {
                self.panes.result.views.take(&ViewInput::Picture(path));
            }
            Purpose::OwnRatings => {
                self.panes.result.views.take(&ViewInput::OwnRatings(path));
            }
            Purpose::Pictures(end) => {
                self.panes.result.views.take(&ViewInput::Folder(end, path));
            }
            Purpose::Save(file) => self.write(ctx, path, file.content),
        }
    }

    /// Saves a file in a folder beside the runs, where the desktop has no dialog that asks for one.
    fn save_without_dialog(&mut self, ctx: &Context, file: SaveFile) {
        let folder = self.places.runs.join("exports");
        match std::fs::create_dir_all(&folder) {
            Ok(()) => {
                let path = free_place(&folder, &file.name);
                self.toasts.push(
                    Tone::Info,
                    format!(
                        "This desktop has no file dialog (install xdg-desktop-portal or zenity): saving into {}",
                        folder.display()
                    ),
                );
                self.write(ctx, path, file.content);
            }
            Err(error) => self.toasts.push(
                Tone::Error,
                format!(
                    "This desktop has no file dialog (install xdg-desktop-portal or zenity), and {} cannot be made: {error}",
                    folder.display()
                ),
            ),
        }
    }

    /// Opens whatever it is: a run folder, a config file, or else data.
    pub(super) fn open(&mut self, ctx: &Context, path: PathBuf) {
        let is_config = path
            .extension()
            .is_some_and(|extension| extension == "toml");
        let translates = self.selected().is_some_and(Run::translates);
        if translates
            && self
                .panes
                .result
                .views
                .take(&ViewInput::Dropped(path.clone()))
        {
            layout::show(&mut self.settings.layout, Pane::Result);
        } else if is_image(&path) {
            self.toasts.push(
                Tone::Error,
                format!(
                    "{} is a single picture: select a run of CycleGAN, pix2pix or AugGAN to have it translated, or open a folder of pictures",
                    path.display()
                ),
            );
        } else if is_config {
            self.open_config(ctx, path);
        } else {
            self.spawn(ctx, "look at what was opened", move || look_at(path));
        }
    }

    /// Opens two folders of images, one for each domain; anything else one after the other.
    pub(super) fn open_both(&mut self, ctx: &Context, a: PathBuf, b: PathBuf) {
        self.spawn(ctx, "look at folders", move || {
            let holds_images = |path: &Path| {
                path.is_dir()
                    && !path.join("run.json").is_file()
                    && look_into_folder(path) != FolderContent::Nothing
            };
            if holds_images(&a) && holds_images(&b) {
                Task::Found(Found::pair(&a, &b))
            } else {
                Task::OneByOne(vec![a, b])
            }
        });
    }

    fn open_config(&mut self, ctx: &Context, path: PathBuf) {
        self.spawn(ctx, "read config", move || {
            let config = read_named_text(&path, RunConfig::MAX_BYTES as u64)
                .map_err(|error| format!("{}: {error}", path.display()))
                .and_then(|text| {
                    if SweepConfig::is_asked_for(&text) {
                        let config = SweepConfig::parse(&text, &path);
                        config.map(ConfigFile::Sweep)
                    } else {
                        RunConfig::parse(&text, &path).map(ConfigFile::Run)
                    }
                    .map_err(|error| error.to_string())
                });
            Task::Config(path, config.map(Box::new))
        });
    }

    pub(super) fn open_run(&mut self, path: PathBuf) {
        let Some(id) = RunId::of_folder(&path) else {
            return;
        };
        if path.parent() != Some(self.places.runs.as_path()) {
            self.runs.add_elsewhere(path.clone());
        } else if self.runs.get(&id).is_none() {
            // It came after the last look at the folder.
            self.runs.rescan();
        }
        self.settings.opened(Recent::Run(path));
        self.settings.selection = Selection::Run(id);
        self.run_forms = None;
    }

    /// New runs go there; those that are there are listed. Runs that work stay where they are.
    fn take_runs_folder(&mut self, path: PathBuf) {
        if self.runs.any_active() {
            self.toasts.push(
                Tone::Error,
                "Stop the runs in progress before choosing another runs folder",
            );
            return;
        }
        self.places.runs.clone_from(&path);
        self.engine = Arc::new(engine::Engine::new(path.clone()));
        self.settings.runs_folder = Some(path);
        self.select(Selection::Draft);
        self.runs.rescan();
    }

    pub(super) fn reveal(&mut self, ctx: &Context) {
        if let Some(path) = self.selected().map(|run| run.path.clone()) {
            self.spawn_open_folder(ctx, path);
        }
    }

    /// Opens the folder that a file is in; a folder itself.
    pub(super) fn show_in_folder(&mut self, ctx: &Context, path: PathBuf) {
        let folder = match path.parent() {
            Some(parent) if !path.is_dir() => parent.to_path_buf(),
            _ => path,
        };
        self.spawn_open_folder(ctx, folder);
    }

    /// Opens a file with the program that the desktop has for it.
    pub(super) fn open_outside(&mut self, ctx: &Context, path: PathBuf) {
        self.spawn_open_folder(ctx, path);
    }

    fn spawn_open_folder(&mut self, ctx: &Context, folder: PathBuf) {
        self.spawn(ctx, "open folder", move || {
            Task::Changed(open_in_file_manager(&folder))
        });
    }

    /// Takes files and folders that were dropped on the window.
    pub(super) fn take_dropped(&mut self, ctx: &Context) {
        let dropped = ctx.input_mut(|input| std::mem::take(&mut input.raw.dropped_files));
        let mut paths: Vec<PathBuf> = dropped
            .iter()
            .map(|file| file.path().to_path_buf())
            .collect();
        // Desktops give them in any order.
        paths.sort();
        match <[PathBuf; 2]>::try_from(paths) {
            Ok([a, b]) => self.actions.push(super::Action::OpenBoth(a, b)),
            Err(paths) => {
                let open = paths.into_iter().map(super::Action::Open);
                self.actions.extend(open);
            }
        }
    }
}

/// The kind of a file or folder.
fn look_at(path: PathBuf) -> Task {
    if path.join("run.json").is_file() {
        Task::RunFolder(path)
    } else if path.is_dir() && look_into_folder(&path) == FolderContent::Nothing {
        let files = data_files(&path);
        let instead = if files.is_empty() {
            "drop a run folder, folders of images or a file".to_owned()
        } else {
            format!("open one of its files, such as {}", files.join(" or "))
        };
        Task::Notified(Err(format!(
            "{} is a folder without run.json and without images; {instead}",
            path.display()
        )))
    } else {
        Task::Found(Found::look(&path))
    }
}

/// Asks the desktop to show a folder.
fn open_in_file_manager(path: &Path) -> Result<(), String> {
    let program = if cfg!(target_os = "windows") {
        "explorer"
    } else if cfg!(target_os = "macos") {
        "open"
    } else {
        "xdg-open"
    };
    let status = std::process::Command::new(program)
        .arg(path)
        .status()
        .map_err(|error| format!("cannot start {program}: {error}; it is {}", path.display()))?;
    // Explorer answers 1 even where it worked.
    if status.success() || cfg!(target_os = "windows") {
        Ok(())
    } else {
        Err(format!("{program} failed; it is {}", path.display()))
    }
}

/// Waits for a future on this thread.
fn wait_for<T>(future: impl Future<Output = T>) -> T {
    struct Unpark(std::thread::Thread);
    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = Waker::from(Arc::new(Unpark(std::thread::current())));
    let mut context = TaskContext::from_waker(&waker);
    let mut future = std::pin::pin!(future);
    loop {
        match future.as_mut().poll(&mut context) {
            Poll::Ready(result) => return result,
            Poll::Pending => std::thread::park(),
        }
    }
}

/// A name in a folder that nothing has yet: `report.html`, `report 2.html`.
fn free_place(folder: &Path, name: &str) -> PathBuf {
    let own = Path::new(name);
    let stem = own.file_stem().unwrap_or_default().to_string_lossy();
    let end = own
        .extension()
        .map(|end| format!(".{}", end.to_string_lossy()))
        .unwrap_or_default();
    let numbered = (2..1000).map(|number| folder.join(format!("{stem} {number}{end}")));
    std::iter::once(folder.join(name))
        .chain(numbered)
        .find(|path| !path.exists())
        .unwrap_or_else(|| folder.join(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_file_of_a_name_has_a_number() {
        let folder = tempfile::tempdir().unwrap();
        let first = free_place(folder.path(), "report.html");
        assert!(first.ends_with("report.html"));
        std::fs::write(&first, "").unwrap();
        assert!(free_place(folder.path(), "report.html").ends_with("report 2.html"));
    }
}
