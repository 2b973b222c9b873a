//! Folders and files outside the window: saved where there is no dialog, and shown by other programs.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::task::{Context as TaskContext, Poll, Wake, Waker};

use eframe::egui::Context;

use crate::ui::app::AtelierApp;
use crate::ui::app::tasks::Task;
use crate::ui::save::SaveFile;
use crate::ui::toasts::Tone;

impl AtelierApp {
    /// Saves a file in a folder beside the runs, where the desktop has no dialog that asks for one.
    pub(super) fn save_without_dialog(&mut self, ctx: &Context, file: SaveFile) {
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

    pub(in crate::ui::app) fn reveal(&mut self, ctx: &Context) {
        if let Some(path) = self.selected().map(|run| run.path.clone()) {
            self.spawn_open_folder(ctx, path);
        }
    }

    /// Opens the folder that a file is in; a folder itself.
    pub(in crate::ui::app) fn show_in_folder(&mut self, ctx: &Context, path: PathBuf) {
        let folder = match path.parent() {
            Some(parent) if !path.is_dir() => parent.to_path_buf(),
            _ => path,
        };
        self.spawn_open_folder(ctx, folder);
    }

    /// Opens a file with the program that the desktop has for it.
    pub(in crate::ui::app) fn open_outside(&mut self, ctx: &Context, path: PathBuf) {
        self.spawn_open_folder(ctx, path);
    }

    fn spawn_open_folder(&mut self, ctx: &Context, folder: PathBuf) {
        self.spawn(ctx, "open folder", move || {
            Task::Changed(open_in_file_manager(&folder))
        });
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
pub(super) fn wait_for<T>(future: impl Future<Output = T>) -> T {
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
pub(super) fn free_place(folder: &Path, name: &str) -> PathBuf {
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
