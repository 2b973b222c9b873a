//! The meaning of the colors: a bar with its numbers, missing cells, true classes.

use eframe::egui::{
    Color32, Mesh, Pos2, Rect, RichText, Role, Sense, TextStyle, Ui, WidgetInfo, pos2, vec2,
};

use super::cluster_colors::{self, ClusterColors};
use super::picture::Layer;
use crate::data::{Classes, MatrixData};
use crate::draw::matrix::{ColorScale, Palette};
use crate::draw::ticks::three_digits;
use crate::ui::theme::tokens;
use crate::ui::widgets::caption;

/// Names of classes shown: more do not fit.
const CLASSES: usize = 12;

/// One line below the matrices.
pub(super) fn legend_ui(
    ui: &mut Ui,
    layer: &Layer,
    data: &MatrixData,
    cluster_colors: &ClusterColors,
) {
    let tokens = tokens(ui.ctx());
    ui.horizontal(|ui| {
        ui.set_min_height(tokens.size.icon);
        ui.spacing_mut().item_spacing.x = tokens.space.s;
        let (scale, palette) = layer.scale();
        bar_ui(ui, scale, palette, layer.want.colors.log);
        let values = &layer.want.values;
        if values.missing > 0 && !layer.want.colors.fill_missing {
            ui.add_space(tokens.space.s);
            swatch(ui, palette.missing, true);
            caption(ui, "missing");
        }
        for (name, classes, cluster_colors) in [
            (
                "Row classes",
                &data.row_classes,
                &cluster_colors.rows.classes,
            ),
            (
                "Column classes",
                &data.column_classes,
                &cluster_colors.columns.classes,
            ),
        ] {
            if let Some(classes) = classes {
                ui.add_space(tokens.space.m);
                // The columns' classes have half of what is left.
                let rest = if name.starts_with("Row") && data.column_classes.is_some() {
                    ui.available_width() / 2.0
                } else {
                    0.0
                };
                classes_ui(ui, name, classes, cluster_colors, rest);
            }
        }
    });
}

fn bar_ui(ui: &mut Ui, scale: &ColorScale, palette: &Palette, log: bool) {
    let tokens = tokens(ui.ctx());
    let (low, high) = scale.ends();
    caption(ui, three_digits(low));
    let size = vec2(3.0 * tokens.space.xxl, tokens.space.s);
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, "Colors of the values"));
    const STEPS: usize = 48;
    let mut mesh = Mesh::default();
    for step in 0..=STEPS {
        let place = step as f32 / STEPS as f32;
        let x = rect.left() + rect.width() * place;
        mesh.colored_vertex(pos2(x, rect.top()), palette.color(place));
        mesh.colored_vertex(pos2(x, rect.bottom()), palette.color(place));
    }
    for step in 0..STEPS as u32 {
        let at = 2 * step;
        mesh.add_triangle(at, at + 1, at + 2);
        mesh.add_triangle(at + 1, at + 2, at + 3);
    }
    ui.painter().add(mesh);
    if let Some(Pos2 { x, .. }) = response.hover_pos() {
        let place = (x - rect.left()) / rect.width();
        response.on_hover_text_at_pointer(three_digits(scale.value(place)));
    }
    caption(ui, three_digits(high));
    if log {
        caption(ui, "log");
    }
}

/// `room` is kept free for what follows.
fn classes_ui(ui: &mut Ui, name: &str, classes: &Classes, cluster_colors: &[usize], room: f32) {
    let tokens = tokens(ui.ctx());
    let room = room + 2.5 * tokens.space.xxl;
    caption(ui, name);
    for (index, class) in classes.names.iter().enumerate().take(CLASSES) {
        if ui.available_width() < room {
            let rest = classes.names.len() - index;
            caption(ui, format!("and {rest} more"))
                .on_hover_text(classes.names[index..].join("\n"));
            return;
        }
        let color = cluster_colors::color(cluster_colors, Some(index as u32), tokens);
        swatch(ui, color, false);
        ui.add_space(-tokens.space.xs);
        let text = RichText::new(class).text_style(TextStyle::Small);
        ui.label(text.color(tokens.text_secondary));
    }
    if classes.names.len() > CLASSES {
        caption(ui, format!("and {} more", classes.names.len() - CLASSES));
    }
}

/// A small square of a color.
pub(super) fn swatch(ui: &mut Ui, color: Color32, outlined: bool) {
    let tokens = tokens(ui.ctx());
    let side = tokens.size.mark;
    let (rect, _) = ui.allocate_exact_size(vec2(side, side), Sense::empty());
    let rect = Rect::from_center_size(rect.center(), vec2(side, side));
    let stroke = if outlined {
        tokens.border_strong
    } else {
        Color32::TRANSPARENT
    };
    ui.painter().rect(
        rect,
        f32::from(tokens.radius.small) - 1.0,
        color,
        (tokens.size.hairline, stroke),
        eframe::egui::StrokeKind::Inside,
    );
}
