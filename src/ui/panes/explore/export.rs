//! Figures for a paper: a part as SVG or PNG, on white.

use eframe::egui::Ui;
use egui_material_icons::icons;

use crate::draw::Picture;
use crate::ui::app::Action;
use crate::ui::save::{Content, SaveFile};
use crate::ui::widgets::{Menu, menu_entry};

/// The format of a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    /// Vectors.
    Svg,
    /// Pixels.
    Png,
}

/// A menu that saves a part; the format, once it was chosen.
pub(super) fn save_menu(ui: &mut Ui, name: &str) -> Option<Format> {
    let mut chosen = None;
    let menu = Menu::new(name).icon(icons::ICON_DOWNLOAD).closes();
    menu.show(ui, |ui| {
        if menu_entry(ui, "Save as SVG…") {
            chosen = Some(Format::Svg);
        }
        if menu_entry(ui, "Save as PNG…") {
            chosen = Some(Format::Png);
        }
    });
    chosen
}

/// Lets a person choose where to save a figure.
pub(super) fn save_picture(name: &str, format: Format, picture: Picture) -> Action {
    let (ending, content) = match format {
        Format::Svg => (
            "svg",
            Content::new(move |to, _| {
                let svg = picture.svg();
                to.write_all(svg.as_bytes())
                    .map_err(|error| error.to_string())
            }),
        ),
        Format::Png => (
            "png",
            Content::new(move |to, _| picture.write_png(to).map_err(|error| error.to_string())),
        ),
    };
    Action::Save(SaveFile::new(format!("{name}.{ending}"), content))
}
