//! Code shared by the views of plain files: choosing one of the run's files, and saving it elsewhere.

use std::path::PathBuf;

use eframe::egui::Ui;

use crate::runs::SnapshotRef;
use crate::ui::save::{Content, SaveFile};
use crate::ui::widgets::{Menu, segmented};

/// More files than this are listed in a menu.
const MOST_BESIDE: usize = 4;

/// The file that was chosen, of those that there are; the first of another run.
pub(super) fn chosen_of(all: &[&SnapshotRef], chosen: &str) -> usize {
    all.iter().position(|one| one.file == chosen).unwrap_or(0)
}

/// Chooses a file. `all` is not empty.
pub(super) fn files_ui(ui: &mut Ui, all: &[&SnapshotRef], chosen: &mut String) {
    let mut index = chosen_of(all, chosen);
    let name = |at: usize| all[at].file.as_str();
    if all.len() <= MOST_BESIDE {
        let options: Vec<(usize, &str)> = (0..all.len()).map(|at| (at, name(at))).collect();
        segmented(ui, &mut index, &options);
    } else {
        let menu = Menu::new("File").text(name(index)).closes().scrolls();
        menu.show(ui, |ui| {
            for at in 0..all.len() {
                if ui.selectable_label(at == index, name(at)).clicked() {
                    index = at;
                }
            }
        });
    }
    name(index).clone_into(chosen);
}

/// The file as it is.
pub(super) fn copy_of(path: PathBuf, run: &str, file: &str) -> SaveFile {
    let content = Content::new(move |to, _| {
        let mut from = crate::record::files::open(&path).map_err(|error| error.to_string())?;
        std::io::copy(&mut from, to)
            .map(|_| ())
            .map_err(|error| error.to_string())
    });
    SaveFile::new(format!("{run}-{file}"), content)
}
