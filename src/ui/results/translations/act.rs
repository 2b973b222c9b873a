//! What the controls ask for, done: zoom, comparison, files.

use std::sync::Arc;

use eframe::egui::Ui;

use super::export::{self, Kind, Part, SaveFile, Style};
use super::gallery::Chosen;
use super::seat::{self, Seat};
use super::snapshots::Snapshot;
use super::toolbar::{Asked, MOST_OTHERS};
use super::{TranslationRequest, TranslationRun, TranslationView, canvas, readout};
use crate::record::TEST_PICTURES;
use crate::runs::SnapshotRef;

impl TranslationView {
    #[expect(
        clippy::too_many_arguments,
        reason = "everything that can be exported, once"
    )]
    pub(super) fn act(
        &mut self,
        ui: &Ui,
        asked: Asked,
        run: &TranslationRun<'_>,
        all: &[&SnapshotRef],
        seats: &[Seat<'_>],
        snapshot: Option<&Arc<Snapshot>>,
        style: Style,
    ) -> Option<TranslationRequest> {
        let dot = 1.0 / ui.pixels_per_point();
        let stage = &mut self.stage;
        match asked {
            Asked::OpenPicture => return Some(TranslationRequest::OpenPicture),
            Asked::TranslateFolder => self.folder.open(),
            Asked::Compare(id) => {
                let known = self.compared.iter().position(|own| *own == id);
                match known {
                    Some(at) => drop(self.compared.remove(at)),
                    None if self.compared.len() < MOST_OTHERS => self.compared.push(id),
                    None => (),
                }
            }
            Asked::Export(kind) => {
                let content = self.export(kind, run, all, seats, snapshot, style)?;
                return Some(TranslationRequest::Save(content));
            }
            Asked::ZoomIn | Asked::ZoomOut | Asked::Fit | Asked::Actual => {
                let placed = stage.placed?;
                let middle = placed.cell.center();
                match asked {
                    Asked::ZoomIn => stage.zoom.zoom(&placed, canvas::STEP, middle, dot),
                    Asked::ZoomOut => stage.zoom.zoom(&placed, 1.0 / canvas::STEP, middle, dot),
                    Asked::Actual => stage.zoom.actual(&placed, dot),
                    _ => stage.zoom.fit(),
                }
            }
        }
        None
    }

    fn export(
        &self,
        kind: Kind,
        run: &TranslationRun<'_>,
        all: &[&SnapshotRef],
        seats: &[Seat<'_>],
        snapshot: Option<&Arc<Snapshot>>,
        style: Style,
    ) -> Option<SaveFile> {
        let (file, content) = match kind {
            Kind::View => {
                let parts = readout::in_view(&self.settings, seats)
                    .into_iter()
                    .filter_map(|spot| {
                        let seat = &seats[spot.run];
                        let several = seats.len() > 1;
                        Some(Part {
                            run: several.then(|| format!("{}, {}", seat.name, seat.when)),
                            cell: spot.cell,
                            picture: Arc::clone(seat.picture()?),
                        })
                    });
                let picture = seat::first(seats)?;
                let title = match seats {
                    [seat] => format!("{} · {} · {}", picture.name, seat.name, seat.when),
                    _ => picture.name.clone(),
                };
                ("view.png", export::view(parts.collect(), style, title))
            }
            Kind::Sheet => {
                let snapshot = Arc::clone(snapshot?);
                let newest = all.last().is_some_and(|last| last.step == snapshot.step);
                let finished = run.artifacts.join(TEST_PICTURES);
                let finished = (newest && finished.is_file()).then_some(finished);
                let name = run.name.to_owned();
                (
                    "pictures.png",
                    export::sheet(snapshot, finished, style, name),
                )
            }
            Kind::Animation => {
                let Some(Chosen::Test(side, name)) = &self.chosen else {
                    return None;
                };
                let files = all
                    .iter()
                    .map(|own| (run.artifacts.join(&own.file), own.step));
                let shown = (*side, name.clone());
                (
                    "snapshots.gif",
                    export::animation(files.collect(), shown, style),
                )
            }
            Kind::Result => {
                let Some(Chosen::Own(id)) = &self.chosen else {
                    return None;
                };
                let made = self.own.ready(*id, run.id)?;
                ("translated.png", export::result(Arc::clone(&made.image)))
            }
        };
        Some(SaveFile {
            name: format!("{}-{file}", run.name),
            content,
        })
    }
}
