//! Handles requests of the controls: comparison, files.

use std::sync::Arc;

use super::export::{self, Kind, Part};
use super::gallery::Chosen;
use super::shown_run::{self, ShownRun};
use super::snapshot::Snapshot;
use super::toolbar::{MOST_OTHERS, ToolbarRequest};
use super::{TranslationView, readout};
use crate::record::TEST_PICTURES;
use crate::runs::SnapshotRef;
use crate::ui::app::Action;
use crate::ui::results::ResultRun;
use crate::ui::save::SaveFile;

impl TranslationView {
    pub(super) fn act(
        &mut self,
        asked: ToolbarRequest,
        run: &ResultRun<'_>,
        all: &[&SnapshotRef],
        shown_runs: &[ShownRun<'_>],
        snapshot: Option<&Arc<Snapshot>>,
    ) -> Option<Action> {
        match asked {
            ToolbarRequest::OpenPicture => return Some(Action::ChoosePicture),
            ToolbarRequest::TranslateFolder => self.folder.open(),
            ToolbarRequest::Compare(id) => {
                let known = self.compared.iter().position(|own| *own == id);
                match known {
                    Some(at) => drop(self.compared.remove(at)),
                    None if self.compared.len() < MOST_OTHERS => self.compared.push(id),
                    None => (),
                }
            }
            ToolbarRequest::Export(kind) => {
                let file = self.export(kind, run, all, shown_runs, snapshot)?;
                return Some(Action::Save(file));
            }
        }
        None
    }

    fn export(
        &self,
        kind: Kind,
        run: &ResultRun<'_>,
        all: &[&SnapshotRef],
        shown_runs: &[ShownRun<'_>],
        snapshot: Option<&Arc<Snapshot>>,
    ) -> Option<SaveFile> {
        let settings = self.settings.clone();
        let (file, content) = match kind {
            Kind::View(format) => {
                let parts = readout::in_view(&self.settings, shown_runs)
                    .into_iter()
                    .filter_map(|spot| {
                        let shown_run = &shown_runs[spot.run];
                        let several = shown_runs.len() > 1;
                        Some(Part {
                            run: several.then(|| format!("{}, {}", shown_run.name, shown_run.when)),
                            cell: spot.cell,
                            picture: Arc::clone(shown_run.picture()?),
                        })
                    });
                let picture = shown_run::first(shown_runs)?;
                let title = match shown_runs {
                    [shown_run] => {
                        format!("{} · {} · {}", picture.name, shown_run.name, shown_run.when)
                    }
                    _ => picture.name.clone(),
                };
                (
                    format.file_name("view"),
                    export::view(parts.collect(), settings, title, format),
                )
            }
            Kind::Sheet(format) => {
                let snapshot = Arc::clone(snapshot?);
                let newest = all.last().is_some_and(|last| last.step == snapshot.step);
                let finished = run.artifacts().join(TEST_PICTURES);
                let finished = (newest && finished.is_file()).then_some(finished);
                let name = run.name.to_owned();
                (
                    format.file_name("pictures"),
                    export::sheet(snapshot, finished, settings, name, format),
                )
            }
            Kind::Animation => {
                let Some(Chosen::Test(side, name)) = &self.chosen else {
                    return None;
                };
                let files = all
                    .iter()
                    .map(|own| (run.artifacts().join(&own.file), own.step));
                let shown = (*side, name.clone());
                (
                    "snapshots.gif".to_owned(),
                    export::animation(files.collect(), shown, settings),
                )
            }
            Kind::Result => {
                let Some(Chosen::Own(id)) = &self.chosen else {
                    return None;
                };
                let made = self.own.ready(*id, run.id)?;
                (
                    "translated.png".to_owned(),
                    export::result(Arc::clone(&made.image)),
                )
            }
        };
        Some(SaveFile::new(format!("{}-{file}", run.name), content))
    }
}
