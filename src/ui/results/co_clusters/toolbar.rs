//! The controls above the matrices.

use eframe::egui::containers::menu::{MenuButton, MenuConfig};
use eframe::egui::{
    Align, Button, Layout, PopupCloseBehavior, RichText, Role, Slider, Ui, WidgetInfo,
};
use egui_material_icons::icons as icon;

use super::settings::{Arranged, Clusters, Pick, Settings};
use crate::draw::matrix::{Center, Map, Values, Within, resolve};
use crate::ui::theme::tokens;
use crate::ui::widgets::{IconButton, caption, segmented};

/// What a person asked for beyond the settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ToolbarRequest {
    ZoomIn,
    ZoomOut,
    Fit,
    Panel,
}

/// What the toolbar needs to know.
pub(super) struct Toolbar<'a> {
    pub(super) values: Option<&'a Values>,
    pub(super) zoomed: bool,
    pub(super) panel_open: bool,
    /// Whether two runs are shown: then each is reordered.
    pub(super) comparing: bool,
}

impl Toolbar<'_> {
    /// `more` adds what stands before the buttons at the right end, rightmost first.
    pub(super) fn show(
        &self,
        ui: &mut Ui,
        settings: &mut Settings,
        more: impl FnOnce(&mut Ui),
    ) -> Option<ToolbarRequest> {
        let tokens = tokens(ui.ctx());
        let mut asked = None;
        ui.horizontal(|ui| {
            ui.set_min_height(tokens.size.control);
            if !self.comparing {
                let options = [
                    (Arranged::Both, "Both"),
                    (Arranged::Original, "Original"),
                    (Arranged::Reordered, "Reordered"),
                ];
                segmented(ui, &mut settings.arranged, &options);
            }
            order_menu(ui, settings);
            self.colors_menu(ui, settings);
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                ui.spacing_mut().item_spacing.x = tokens.space.xs;
                let panel = IconButton::new(icon::ICON_RIGHT_PANEL_OPEN, "Details panel")
                    .hint("Block means, clusters, measures and what was clicked")
                    .selected(self.panel_open);
                if ui.add(panel).clicked() {
                    asked = Some(ToolbarRequest::Panel);
                }
                more(ui);
                let fit = IconButton::new(icon::ICON_ZOOM_OUT_MAP, "Show the whole matrix").hint(
                    "Show the whole matrix (double-click)\nScroll to zoom, drag to move; scroll over a bar to zoom one side",
                );
                if ui.add_enabled(self.zoomed, fit).clicked() {
                    asked = Some(ToolbarRequest::Fit);
                }
                let out = IconButton::new(icon::ICON_ZOOM_OUT, "Zoom out");
                if ui.add_enabled(self.zoomed, out).clicked() {
                    asked = Some(ToolbarRequest::ZoomOut);
                }
                if ui.add(IconButton::new(icon::ICON_ZOOM_IN, "Zoom in")).clicked() {
                    asked = Some(ToolbarRequest::ZoomIn);
                }
            });
        });
        asked
    }

    fn colors_menu(&self, ui: &mut Ui, settings: &mut Settings) {
        menu(ui, "Colors", "Color map, range and missing cells", |ui| {
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
    menu(ui, "Order", "How the reordered matrix is sorted", |ui| {
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

/// A menu that stays open while its contents are used.
pub(super) fn menu(ui: &mut Ui, name: &str, hint: &str, contents: impl FnOnce(&mut Ui)) {
    let tokens = tokens(ui.ctx());
    let config = MenuConfig::new().close_behavior(PopupCloseBehavior::CloseOnClickOutside);
    let arrow = icon::ICON_ARROW_DROP_DOWN
        .rich_text()
        .size(tokens.size.icon)
        .color(tokens.text_tertiary);
    let label = RichText::new(name).color(tokens.text_secondary);
    let button = Button::new((label, arrow))
        .gap(0.0)
        .frame_when_inactive(false);
    let (response, _) = MenuButton::from_button(button).config(config).ui(ui, |ui| {
        ui.spacing_mut().item_spacing.y = tokens.space.xs;
        contents(ui);
    });
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, name));
    response.on_hover_text(hint);
}
