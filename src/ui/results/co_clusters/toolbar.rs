//! The controls above the matrices.

use eframe::egui::{Slider, Ui};
use egui_material_icons::icons as icon;

use super::compare::compare_menu;
use super::export::{Kind, export_menu};
use super::settings::{Arranged, Clusters, Pick, Settings};
use crate::draw::matrix::{Center, Map, Values, Within, resolve};
use crate::ui::results::OtherRun;
use crate::ui::theme::tokens;
use crate::ui::widgets::{
    IconButton, Keep, Menu, Placed, Viewport, caption, segmented, toolbar, zoom_buttons,
};

/// Requests beyond the settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ToolbarRequest {
    /// Open or close the panel.
    Panel,
    /// Another run was chosen to compare with.
    Compare,
    /// Write a file.
    Export(Kind),
}

/// Input of the controls.
pub(super) struct Controls<'a> {
    pub(super) values: Option<&'a Values>,
    /// Where a matrix was drawn last.
    pub(super) placed: Option<Placed>,
    pub(super) panel_open: bool,
    /// True if two runs are shown: then each is reordered.
    pub(super) comparing: bool,
    pub(super) others: &'a [OtherRun<'a>],
}

impl Controls<'_> {
    pub(super) fn ui(
        &self,
        ui: &mut Ui,
        settings: &mut Settings,
        viewport: &mut Viewport,
        compared: &mut Option<String>,
    ) -> Option<ToolbarRequest> {
        let mut asked = None;
        toolbar(ui, "co-clusters", |bar| {
            if !self.comparing {
                bar.item("arranged", Keep::Always, |ui| {
                    let options = [
                        (Arranged::Both, "Both"),
                        (Arranged::Original, "Original"),
                        (Arranged::Reordered, "Reordered"),
                    ];
                    segmented(ui, &mut settings.arranged, &options);
                });
            }
            bar.item("order", Keep::Short, |ui| order_menu(ui, settings));
            bar.item("colors", Keep::Short, |ui| self.colors_menu(ui, settings));
            bar.end();
            zoom_buttons(bar, viewport, self.placed.as_ref(), "matrix");
            if !self.others.is_empty() {
                bar.item("compare", Keep::Long, |ui| {
                    if compare_menu(ui, self.others, compared) {
                        asked = Some(ToolbarRequest::Compare);
                    }
                });
            }
            bar.item("export", Keep::Long, |ui| {
                asked = export_menu(ui).map(ToolbarRequest::Export).or(asked);
            });
            bar.item("panel", Keep::Long, |ui| {
                let panel = IconButton::new(icon::ICON_RIGHT_PANEL_OPEN, "Details panel")
                    .hint("Block means, clusters, measures and what was clicked")
                    .selected(self.panel_open);
                if ui.add(panel).clicked() {
                    asked = Some(ToolbarRequest::Panel);
                }
            });
        });
        asked
    }

    fn colors_menu(&self, ui: &mut Ui, settings: &mut Settings) {
        let menu = Menu::new("Colors").hint("Color map, range and missing cells");
        menu.show(ui, |ui| {
            let tokens = tokens(ui.ctx());
            let colors = &mut settings.colors;
            caption(ui, "Map");
            let maps = [
                (Map::Auto, "Auto"),
                (Map::Viridis, "Viridis"),
                (Map::Magma, "Magma"),
                (Map::Gray, "Gray"),
                (Map::Diverging, "Diverging"),
            ];
            segmented(ui, &mut colors.map, &maps);
            let diverges = colors.map == Map::Diverging
                || self
                    .values
                    .is_some_and(|values| resolve(colors.map, values) == Map::Diverging);
            ui.add_enabled_ui(diverges, |ui| {
                let centers = [
                    (Center::Zero, "Around zero"),
                    (Center::Mean, "Around the mean"),
                ];
                segmented(ui, &mut colors.center, &centers);
            });
            ui.add_space(tokens.space.s);
            caption(ui, "Range");
            segmented(
                ui,
                &mut colors.log,
                &[(false, "Linear"), (true, "Logarithmic")],
            );
            ui.horizontal(|ui| {
                let label = ui.label("Cut off at each end");
                let slider = Slider::new(&mut colors.clip, 0.0..=10.0)
                    .step_by(0.5)
                    .suffix(" %");
                ui.add(slider)
                    .labelled_by(label.id)
                    .on_hover_text("The share of the values beyond the ends of the colors: a few that lie far from the rest would leave it all in one color");
            });
            ui.add_space(tokens.space.s);
            caption(ui, "Cells");
            ui.checkbox(&mut colors.lift_sparse, "Keep single cells visible")
                .on_hover_text("Where many cells share a pixel, a few that are not zero show more than in proportion");
            let missing = self.values.is_none_or(|values| values.missing > 0);
            ui.add_enabled_ui(missing, |ui| {
                ui.checkbox(&mut colors.fill_missing, "Fill missing cells")
                    .on_hover_text("Show what the system was given for cells without a value");
            });
            ui.checkbox(&mut settings.borders, "Lines between blocks");
        });
    }
}

fn order_menu(ui: &mut Ui, settings: &mut Settings) {
    let menu = Menu::new("Order").hint("How the reordered matrix is sorted");
    menu.show(ui, |ui| {
        let tokens = tokens(ui.ctx());
        caption(ui, "Clusters");
        let clusters = [
            (Clusters::Number, "By number"),
            (Clusters::Diagonal, "Diagonal"),
            (Clusters::Size, "By size"),
        ];
        segmented(ui, &mut settings.clusters, &clusters);
        ui.add_space(tokens.space.s);
        caption(ui, "Within a cluster");
        let within = [
            (Within::Confidence, "Surest first"),
            (Within::Weight, "Heaviest first"),
            (Within::File, "As in the file"),
        ];
        segmented(ui, &mut settings.within, &within);
        ui.add_space(tokens.space.s);
        caption(ui, "A click on a cell chooses its");
        let picks = [
            (Pick::Block, "Block"),
            (Pick::Row, "Row"),
            (Pick::Column, "Column"),
        ];
        segmented(ui, &mut settings.pick, &picks);
    });
}
