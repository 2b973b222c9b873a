//! What can be chosen in the dialogs of the system.

use std::path::Path;
use std::time::{Duration, Instant};

use eframe::egui::Context;
use rfd::{AsyncFileDialog, FileHandle};

use super::outside::wait_for;
use super::{Picked, Purpose};
use crate::data::{DataKind, MatrixSource};
use crate::record::schema::ParameterKind;
use crate::runs::RunId;
use crate::ui::app::AtelierApp;
use crate::ui::app::tasks::Task;
use crate::ui::forms::{FormSchema, PathRequest};
use crate::ui::results::translations::FolderEnd;
use crate::ui::save::SaveFile;
use crate::ui::state::Run;
use crate::ui::toasts::Tone;

const PICTURES: &[&str] = &["png", "jpg", "jpeg", "webp", "bmp", "tif", "tiff"];

impl AtelierApp {
    /// Chooses a file of ratings or of a matrix.
    pub(in crate::ui::app) fn choose_data(&mut self, ctx: &Context) {
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
    pub(in crate::ui::app) fn choose_images(&mut self, ctx: &Context) {
        self.pick_folder(ctx, Purpose::Data, "Open a folder of images");
    }

    /// Chooses a file or a folder for a key of a form.
    pub(in crate::ui::app) fn choose_path(&mut self, ctx: &Context, request: PathRequest) {
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

    pub(super) fn take_path(&mut self, request: &PathRequest, path: &Path) {
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

    pub(in crate::ui::app) fn choose_config(&mut self, ctx: &Context) {
        let extensions = &["toml"];
        self.pick_file(
            ctx,
            Purpose::Config,
            "Open config file",
            "Config",
            extensions,
        );
    }

    pub(in crate::ui::app) fn choose_run(&mut self, ctx: &Context) {
        self.pick_folder(ctx, Purpose::Run, "Open run folder");
    }

    pub(in crate::ui::app) fn choose_runs_folder(&mut self, ctx: &Context) {
        self.pick_folder(ctx, Purpose::RunsFolder, "Choose runs folder");
    }

    pub(in crate::ui::app) fn choose_export(&mut self, ctx: &Context) {
        if let Some(path) = self.selected().map(|run| run.path.clone()) {
            self.pick_folder(ctx, Purpose::Export(path), "Export results into");
        }
    }

    pub(in crate::ui::app) fn choose_move(&mut self, ctx: &Context, run: RunId) {
        self.pick_folder(ctx, Purpose::Move(run), "Choose another runs folder");
    }

    /// Has a person find the data of a run.
    pub(in crate::ui::app) fn choose_moved_data(&mut self, ctx: &Context, run: RunId) {
        let kind = self.runs.get(&run).and_then(Run::details);
        let kind = kind.map(|details| details.data.kind());
        let purpose = Purpose::MovedData(run);
        if kind == Some(DataKind::Images) {
            self.pick_folder(ctx, purpose, "Find the images of the run");
        } else {
            self.pick_file(ctx, purpose, "Find the data of the run", "Data", &[]);
        }
    }

    pub(in crate::ui::app) fn choose_picture(&mut self, ctx: &Context) {
        let title = "Translate a picture";
        self.pick_file(ctx, Purpose::Picture, title, "Pictures", PICTURES);
    }

    pub(in crate::ui::app) fn choose_own_ratings(&mut self, ctx: &Context) {
        let title = "Open a file of my ratings";
        let kinds = &["csv", "tsv", "txt", "dat"];
        self.pick_file(ctx, Purpose::OwnRatings, title, "Ratings", kinds);
    }

    pub(in crate::ui::app) fn choose_picture_folder(&mut self, ctx: &Context, end: FolderEnd) {
        let title = match end {
            FolderEnd::Input => "Translate the pictures in",
            FolderEnd::Output => "Write the results into",
        };
        self.pick_folder(ctx, Purpose::Pictures(end), title);
    }

    pub(in crate::ui::app) fn save_file(&mut self, ctx: &Context, file: SaveFile) {
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
}
