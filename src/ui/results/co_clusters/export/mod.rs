//! Files made from the view. Everything is made when it is written, on the thread that writes it.

mod picture;
mod table;

use std::io::Write;

use eframe::egui::Ui;
use egui_material_icons::icons as icon;

use super::cluster_colors::ClusterColors;
use super::picture::PictureRequest;
use crate::systems::matrix::{ClusterTable, Joint};
use crate::ui::figure::FigureFormat;
use crate::ui::save::{Content, SaveFile};
use crate::ui::widgets::{Menu, menu_entry};

/// The files that can be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Table(ClusterTable),
    Cells,
    Picture,
    Drawing,
}

impl Kind {
    const ALL: [(Self, &'static str, &'static str); 6] = [
        (
            Self::Table(ClusterTable::Rows),
            "Row clusters as CSV…",
            "rows.csv",
        ),
        (
            Self::Table(ClusterTable::Columns),
            "Column clusters as CSV…",
            "columns.csv",
        ),
        (
            Self::Table(ClusterTable::Blocks),
            "Block summary as CSV…",
            "blocks.csv",
        ),
        (Self::Cells, "Reordered matrix as CSV…", "matrix.csv"),
        (Self::Picture, "Reordered matrix as PNG…", "matrix.png"),
        (Self::Drawing, "Reordered matrix as SVG…", "matrix.svg"),
    ];
}

/// The reordered matrix as it is shown, ready to be exported.
pub(super) struct Export {
    pub(super) reordered: ExportedMatrix,
    /// Those of runs that are compared: beside it in pictures.
    pub(super) others: Vec<ExportedMatrix>,
    pub(super) borders: bool,
}

/// The matrix of one run.
pub(super) struct ExportedMatrix {
    /// The name of the run.
    pub(super) run: String,
    pub(super) want: PictureRequest,
    pub(super) cluster_colors: ClusterColors,
}

/// A button with the files that can be written.
pub(super) fn export_menu(ui: &mut Ui) -> Option<Kind> {
    let mut chosen = None;
    let menu = Menu::new("Export co-clusters").icon(icon::ICON_DOWNLOAD);
    menu.closes().show(ui, |ui| {
        for (kind, label, _) in Kind::ALL {
            if menu_entry(ui, label) {
                chosen = Some(kind);
            }
        }
    });
    chosen
}

impl Export {
    pub(super) fn file(self, kind: Kind) -> SaveFile {
        let file = Kind::ALL
            .into_iter()
            .find_map(|(own, _, file)| (own == kind).then_some(file));
        let name = format!("{}-{}", self.reordered.run, file.unwrap_or_default());
        SaveFile::new(name, Content::new(move |to, _| self.write(kind, to)))
    }

    /// A figure of the matrices side by side, in a file of this name without its end.
    pub(super) fn figure(self, name: &str, format: FigureFormat) -> SaveFile {
        let content = Content::new(move |to, _| format.write(&self.picture()?, to));
        SaveFile::new(format.file_name(name), content)
    }

    fn write(&self, kind: Kind, to: &mut dyn Write) -> Result<(), String> {
        let want = &self.reordered.want;
        let Some(snapshot) = &want.snapshot else {
            return Err("there are no co-clusters to write".to_owned());
        };
        let data = &want.data;
        match kind {
            Kind::Table(table) => {
                let joint = match table {
                    ClusterTable::Blocks => Joint::new(&data.active()),
                    ClusterTable::Rows | ClusterTable::Columns => None,
                };
                let bytes = table.csv(data, joint.as_ref(), &snapshot.clusters);
                to.write_all(&bytes).map_err(|error| error.to_string())
            }
            Kind::Cells => table::cells(to, data, &want.arrange()),
            Kind::Picture => FigureFormat::Png.write(&self.picture()?, to),
            Kind::Drawing => FigureFormat::Svg.write(&self.picture()?, to),
        }
    }
}
