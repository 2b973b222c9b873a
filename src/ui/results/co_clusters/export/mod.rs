//! What leaves the view as a file. Everything is made when it is written, on the thread that writes it.

mod picture;
mod table;

use std::io::Write;
use std::sync::Arc;

use eframe::egui::containers::menu::MenuButton;
use eframe::egui::{Button, Role, Ui, WidgetInfo};
use egui_material_icons::icons as icon;

use super::cluster_colors::ClusterColors;
use super::picture::PictureRequest;
use crate::record::Recorded;
use crate::systems::matrix::Report;
use crate::ui::theme::tokens;
use crate::ui::written::Written;

/// A file to be written where a person chooses.
#[derive(Debug, Clone)]
pub struct SaveFile {
    /// The name, to begin with.
    pub name: String,
    /// The content.
    pub content: Written,
}

/// What can be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Rows,
    Columns,
    Blocks,
    Cells,
    Picture,
}

impl Kind {
    const ALL: [(Self, &'static str, &'static str); 5] = [
        (Self::Rows, "Row clusters as CSV…", "rows.csv"),
        (Self::Columns, "Column clusters as CSV…", "columns.csv"),
        (Self::Blocks, "Block summary as CSV…", "blocks.csv"),
        (Self::Cells, "Reordered matrix as CSV…", "matrix.csv"),
        (Self::Picture, "Reordered matrix as PNG…", "matrix.png"),
    ];
}

/// What is exported: the reordered matrix as it is shown.
pub(super) struct Export {
    /// The name of the run.
    pub(super) run: String,
    pub(super) want: PictureRequest,
    pub(super) cluster_colors: ClusterColors,
    pub(super) borders: bool,
}

/// A button with the files that can be written; `export` is asked for what to write once one is chosen.
pub(super) fn export_menu(
    ui: &mut Ui,
    export: impl FnOnce() -> Option<Export>,
) -> Option<SaveFile> {
    let tokens = tokens(ui.ctx());
    let icon = icon::ICON_DOWNLOAD
        .rich_text()
        .size(tokens.size.icon)
        .color(tokens.text_secondary);
    let mut chosen = None;
    let (response, _) =
        MenuButton::from_button(Button::new(icon).frame_when_inactive(false)).ui(ui, |ui| {
            for (kind, label, file) in Kind::ALL {
                if ui.button(label).clicked() {
                    chosen = Some((kind, file));
                }
            }
        });
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, "Export co-clusters"));
    response.on_hover_text("Export co-clusters");
    let (kind, file) = chosen?;
    let export = export()?;
    Some(SaveFile {
        name: format!("{}-{file}", export.run),
        content: Written::new(move |to| export.write(kind, to)),
    })
}

impl Export {
    fn write(&self, kind: Kind, to: &mut dyn Write) -> Result<(), String> {
        let Some(snapshot) = &self.want.snapshot else {
            return Err("there are no co-clusters to write".to_owned());
        };
        let data = &self.want.data;
        match kind {
            Kind::Rows | Kind::Columns | Kind::Blocks => {
                let mut recorded = Recorded::default();
                Report::new(Arc::clone(data)).tables(&snapshot.clusters, &mut recorded);
                let name = Kind::ALL
                    .into_iter()
                    .find_map(|(own, _, file)| (own == kind).then_some(file));
                let table = recorded
                    .artifacts
                    .iter()
                    .find(|artifact| Some(artifact.file_name.as_str()) == name)
                    .ok_or("there is no such table")?;
                to.write_all(&table.bytes())
                    .map_err(|error| error.to_string())
            }
            Kind::Cells => table::cells(to, data, &self.want.arrange()),
            Kind::Picture => {
                let sheet = picture::Sheet {
                    title: &self.run,
                    scene: &self.want.scene(),
                    data,
                    of: [&snapshot.clusters.rows.of, &snapshot.clusters.columns.of],
                    cluster_colors: &self.cluster_colors,
                    borders: self.borders,
                };
                picture::write(to, &sheet)
            }
        }
    }
}
