//! A small table of colored cells with clusters along both sides.

use eframe::egui::{
    Align2, Color32, FontId, Rect, Role, Sense, Stroke, StrokeKind, TextStyle, Ui, WidgetInfo,
    pos2, vec2,
};

use crate::draw::contrasting;
use crate::ui::results::co_clusters::cluster_colors::against;
use crate::ui::theme::tokens;
use crate::ui::widgets::elide_middle;

/// Cells that are told to screen readers one by one; more are one picture.
const SINGLE: usize = 400;

/// A row or column of a grid.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Header {
    pub(super) name: String,
    pub(super) color: Color32,
}

/// A cell of a grid.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Cell {
    pub(super) fill: Color32,
    /// Shown where there is room.
    pub(super) text: String,
    /// Shown on hover, and heard.
    pub(super) hint: String,
}

/// A table of colored cells.
pub(super) struct Grid<'a> {
    pub(super) name: &'a str,
    pub(super) rows: Vec<Header>,
    pub(super) columns: Vec<Header>,
    /// True if the names of columns are words, which need more room than numbers.
    pub(super) words: bool,
    pub(super) chosen: Option<(usize, usize)>,
}

impl Grid<'_> {
    /// As wide as `ui`; `cell` describes a cell by row and column. Returns the cell that was clicked.
    pub(super) fn show(
        &self,
        ui: &mut Ui,
        clickable: bool,
        cell: impl Fn(usize, usize) -> Cell,
    ) -> Option<(usize, usize)> {
        let tokens = tokens(ui.ctx());
        let font = TextStyle::Small.resolve(ui.style());
        let (rows, columns) = (self.rows.len(), self.columns.len());
        if rows == 0 || columns == 0 {
            return None;
        }
        let label = self.label_width(ui, &font);
        let width = ui.available_width() - tokens.space.xs;
        let each =
            ((width - label) / columns as f32).clamp(tokens.space.xs, tokens.space.xxl * 1.4);
        let height = (tokens.size.control - tokens.space.xs)
            .min((tokens.size.measure / rows as f32).max(tokens.space.s));
        let above = tokens.size.icon + tokens.space.hair;
        let size = vec2(label + each * columns as f32, above + height * rows as f32);
        let (whole, _) = ui.allocate_exact_size(size, Sense::hover());
        let body = Rect::from_min_max(whole.min + vec2(label, above), whole.max);
        self.headers_ui(ui, body, vec2(each, height), &font);

        let at = |row: usize, column: usize| {
            let corner = body.min + vec2(column as f32 * each, row as f32 * height);
            Rect::from_min_size(corner, vec2(each, height)).shrink(0.5)
        };
        let id = ui.scope_id().with(self.name);
        let sense = if clickable {
            Sense::click()
        } else {
            Sense::hover()
        };
        let all = (rows * columns > SINGLE).then(|| {
            let response = ui.interact(body, id, sense);
            response.widget_info(|| WidgetInfo::labeled(Role::Image, true, self.name));
            response
        });
        let mut clicked = None;
        for row in 0..rows {
            for column in 0..columns {
                let rect = at(row, column);
                if !ui.is_rect_visible(rect) {
                    continue;
                }
                let cell = cell(row, column);
                let response = match &all {
                    Some(all) => all
                        .hover_pos()
                        .is_some_and(|pointer| rect.contains(pointer))
                        .then(|| all.clone()),
                    None => {
                        let response = ui.interact(rect, id.with((row, column)), sense);
                        let role = if clickable { Role::Button } else { Role::Cell };
                        response.widget_info(|| WidgetInfo::labeled(role, true, &cell.hint));
                        Some(response)
                    }
                };
                self.cell_ui(ui, rect, &cell, &font, (row, column));
                let Some(response) = response else {
                    continue;
                };
                if response.clicked() {
                    clicked = Some((row, column));
                }
                if response.hovered() {
                    let foreground = contrasting(cell.fill, tokens);
                    outline(
                        ui,
                        rect,
                        [against(foreground, tokens), foreground],
                        tokens.size.hairline,
                    );
                }
                response.on_hover_text_at_pointer(cell.hint);
            }
        }
        clicked
    }

    fn cell_ui(&self, ui: &Ui, rect: Rect, cell: &Cell, font: &FontId, at: (usize, usize)) {
        let tokens = tokens(ui.ctx());
        ui.painter().rect_filled(rect, 0.0, cell.fill);
        let foreground = contrasting(cell.fill, tokens);
        if rect.height() >= font.size {
            let galley = ui
                .painter()
                .layout_no_wrap(cell.text.clone(), font.clone(), foreground);
            if galley.size().x <= rect.width() - tokens.space.hair {
                let corner = rect.center() - galley.size() / 2.0;
                ui.painter().galley(corner, galley, foreground);
            }
        }
        if self.chosen == Some(at) {
            let colors = [tokens.accent, tokens.on_accent];
            outline(ui, rect, colors, tokens.space.hair);
        }
    }

    fn label_width(&self, ui: &Ui, font: &FontId) -> f32 {
        let tokens = tokens(ui.ctx());
        let widest = self
            .rows
            .iter()
            .map(|row| {
                let galley =
                    ui.painter()
                        .layout_no_wrap(row.name.clone(), font.clone(), tokens.text);
                galley.size().x
            })
            .fold(0.0, f32::max);
        (widest + tokens.size.mark + tokens.space.m).min(tokens.size.name_gutter)
    }

    fn headers_ui(&self, ui: &Ui, body: Rect, each: eframe::egui::Vec2, font: &FontId) {
        let tokens = tokens(ui.ctx());
        let painter = ui.painter();
        let mark = tokens.space.xs;
        for (index, header) in self.rows.iter().enumerate() {
            let y = body.top() + (index as f32 + 0.5) * each.y;
            let right = body.left() - tokens.space.hair;
            let bar = Rect::from_min_max(
                pos2(right - mark, y - each.y / 2.0 + 0.5),
                pos2(right, y + each.y / 2.0 - 0.5),
            );
            painter.rect_filled(bar, 0.0, header.color);
            if each.y >= font.size {
                let room = tokens.size.name_gutter - tokens.space.m;
                painter.text(
                    pos2(right - mark - tokens.space.xs, y),
                    Align2::RIGHT_CENTER,
                    elide_middle(ui, &header.name, font, room),
                    font.clone(),
                    tokens.text_secondary,
                );
            }
        }
        for (index, header) in self.columns.iter().enumerate() {
            let x = body.left() + (index as f32 + 0.5) * each.x;
            let bottom = body.top() - tokens.space.hair;
            let bar = Rect::from_min_max(
                pos2(x - each.x / 2.0 + 0.5, bottom - mark),
                pos2(x + each.x / 2.0 - 0.5, bottom),
            );
            painter.rect_filled(bar, 0.0, header.color);
            let least = if self.words {
                tokens.space.xl
            } else {
                tokens.space.m
            };
            if each.x >= least {
                painter.text(
                    pos2(x, bottom - mark),
                    Align2::CENTER_BOTTOM,
                    elide_middle(ui, &header.name, font, each.x - tokens.space.hair),
                    font.clone(),
                    tokens.text_secondary,
                );
            }
        }
    }
}

/// Two lines inside a cell, the outer in the first color: one of them stands out from what is filled and what is around.
fn outline(ui: &Ui, rect: Rect, [outer, inner]: [Color32; 2], width: f32) {
    let painter = ui.painter();
    let stroke = Stroke::new(width, outer);
    painter.rect_stroke(rect, 0.0, stroke, StrokeKind::Inside);
    let stroke = Stroke::new(tokens(ui.ctx()).size.hairline, inner);
    painter.rect_stroke(rect.shrink(width), 0.0, stroke, StrokeKind::Inside);
}

/// Headers of clusters: their numbers, in their colors.
pub(super) fn cluster_headers(count: usize, cluster_colors: &[usize], ui: &Ui) -> Vec<Header> {
    let tokens = tokens(ui.ctx());
    (0..count)
        .map(|cluster| Header {
            name: (cluster + 1).to_string(),
            color: crate::ui::results::co_clusters::cluster_colors::color(
                cluster_colors,
                Some(cluster as u32),
                tokens,
            ),
        })
        .collect()
}
