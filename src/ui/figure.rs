//! Figures for a paper: what a view shows as SVG or PNG, on white, with title, legend and scale.

use std::io::Write;

use eframe::egui::{Context, Id, Ui};
use egui_material_icons::icons;

use crate::draw::chart::{Axis, Chart, Figure, Style};
use crate::draw::ticks::{Values, ticks};
use crate::draw::{LIGHT, Picture, Scale, Tokens};
use crate::ui::save::{Content, SaveFile};
use crate::ui::widgets::{Menu, menu_entry};

/// The format of a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FigureFormat {
    /// Vectors.
    Svg,
    /// Pixels, two a point.
    Png,
}

impl FigureFormat {
    fn extension(self) -> &'static str {
        match self {
            Self::Svg => "svg",
            Self::Png => "png",
        }
    }

    /// The name of a file of this format; `name` without its end.
    pub(crate) fn file_name(self, name: &str) -> String {
        format!("{name}.{}", self.extension())
    }

    /// Writes a picture.
    ///
    /// # Errors
    /// In a sentence.
    pub(crate) fn write(self, picture: &Picture, to: &mut dyn Write) -> Result<(), String> {
        let written = match self {
            Self::Svg => to.write_all(picture.svg().as_bytes()),
            Self::Png => return picture.write_png(to).map_err(|error| error.to_string()),
        };
        written.map_err(|error| error.to_string())
    }
}

/// A menu that saves what is shown; the format, once it was chosen.
pub(crate) fn figure_menu(ui: &mut Ui, name: &str) -> Option<FigureFormat> {
    let mut chosen = None;
    let menu = Menu::new(name).icon(icons::ICON_DOWNLOAD).closes();
    menu.show(ui, |ui| {
        if menu_entry(ui, "Save as SVG…") {
            chosen = Some(FigureFormat::Svg);
        }
        if menu_entry(ui, "Save as PNG…") {
            chosen = Some(FigureFormat::Png);
        }
    });
    chosen
}

/// The file of a picture; `name` without its end.
pub(crate) fn figure_file(name: &str, format: FigureFormat, picture: Picture) -> SaveFile {
    let content = Content::new(move |to, _| format.write(&picture, to));
    SaveFile::new(format.file_name(name), content)
}

/// A menu that saves a chart, drawn anew with the colors of paper; the window asks where. `note` explains its marks.
pub(crate) fn save_chart_menu(
    ui: &mut Ui,
    title: &str,
    note: &str,
    chart: impl FnOnce(&'static Tokens) -> Chart,
) {
    if let Some(format) = figure_menu(ui, &format!("Save figure: {title}")) {
        let picture = Figure::of(title, note, chart(&LIGHT)).picture(&Style::print());
        let name = title.to_lowercase().replace(' ', "-");
        ask(ui.ctx(), figure_file(&name, format, picture));
    }
}

/// An axis along which things are counted from the top down.
pub(crate) fn downward_axis(name: &str, count: f64) -> Axis {
    /// Labels, about.
    const LABELS: f64 = 6.0;
    let marks = ticks(Scale::Linear, Values::Whole, (0.0, count), LABELS);
    let marks = marks.into_iter().map(|tick| (count - tick.at, tick.label));
    Axis::new(name, (0.0, count)).ticks(marks.collect())
}

/// Files that a view asked for in this frame: views are nested too deep to hand them up.
#[derive(Debug, Clone, Default)]
struct Asked(Vec<SaveFile>);

fn key() -> Id {
    Id::unique("figures to be saved")
}

/// Has the window ask where to save a file.
pub(crate) fn ask(ctx: &Context, file: SaveFile) {
    ctx.data_mut(|data| data.get_temp_mut_or_default::<Asked>(key()).0.push(file));
    ctx.request_repaint();
}

/// Takes what views asked for.
pub(crate) fn take_asked(ctx: &Context) -> Vec<SaveFile> {
    ctx.data_mut(|data| data.remove_temp::<Asked>(key()))
        .unwrap_or_default()
        .0
}
