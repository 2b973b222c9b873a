//! Files and folders: dialogs of the system, what is dropped on the window, what was opened before.

mod choose;
mod outside;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use eframe::egui::Context;

use super::AtelierApp;
use super::tasks::{ConfigFile, Task};
use crate::data::images::{FolderContent, is_image, look_into_folder};
use crate::engine;
use crate::experiments::sweep::SweepConfig;
use crate::record::files::read_named_text;
use crate::runs::{RunConfig, RunId};
use crate::ui::forms::PathRequest;
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

impl AtelierApp {
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

#[cfg(test)]
mod tests {
    use super::outside::free_place;

    #[test]
    fn a_second_file_of_a_name_has_a_number() {
        let folder = tempfile::tempdir().unwrap();
        let first = free_place(folder.path(), "report.html");
        assert!(first.ends_with("report.html"));
        std::fs::write(&first, "").unwrap();
        assert!(free_place(folder.path(), "report.html").ends_with("report 2.html"));
    }
}
