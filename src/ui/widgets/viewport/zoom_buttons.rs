//! The buttons that zoom.

use egui_material_icons::icons;

use super::placed::Placed;
use super::{STEP, Viewport};
use crate::ui::widgets::{IconButton, Keep, Toolbar};

/// Adds buttons that zoom: `placed` is where the content, `what`, was drawn last.
pub fn zoom_buttons(
    bar: &mut Toolbar<'_>,
    viewport: &mut Viewport,
    placed: Option<&Placed>,
    what: &str,
) {
    let proportional = placed.is_some_and(|placed| placed.fit.proportional);
    let step = |viewport: &mut Viewport, factor: f64| {
        if let Some(placed) = placed {
            viewport.zoom(placed, [factor; 2], placed.rect.center());
        }
    };
    bar.item("zoom in", Keep::Short, |ui| {
        if ui
            .add(IconButton::new(icons::ICON_ZOOM_IN, "Zoom in"))
            .clicked()
        {
            step(viewport, STEP);
        }
    });
    bar.item("zoom out", Keep::Short, |ui| {
        let button = IconButton::new(icons::ICON_ZOOM_OUT, "Zoom out");
        let enabled = proportional || !viewport.is_fit();
        if ui.add_enabled(enabled, button).clicked() {
            step(viewport, 1.0 / STEP);
        }
    });
    bar.item("zoom to fit", Keep::Short, |ui| {
        let name = format!("Show the whole {what}");
        let mut hint = format!("{name} (double-click, 0)\nScroll to zoom, drag to move");
        if !proportional {
            hint += "; scroll over a bar to zoom one side";
        }
        let button = IconButton::new(icons::ICON_ZOOM_OUT_MAP, &name).hint(hint);
        if ui.add_enabled(!viewport.is_fit(), button).clicked() {
            viewport.fit();
        }
    });
}
