//! The table of a comparison: a run a row, aligned on the decimal point.

use eframe::egui::{
    Align2, FontId, Rect, Response, Role, ScrollArea, Sense, TextStyle, Ui, WidgetInfo, pos2, vec2,
};
use egui_extras::{Column as TableColumn, TableBuilder, TableRow};
use egui_material_icons::icons;

use super::CompareRun;
use super::columns::Column;
use crate::draw::Tokens;
use crate::ui::theme::tokens;
use crate::ui::widgets::elide_middle;

/// A person's action.
#[derive(Debug, Default)]
pub(super) struct TableResponse {
    /// The title of the column to sort by.
    pub(super) sort: Option<String>,
    /// The run to show, by index.
    pub(super) open: Option<usize>,
}

/// How a column is laid out.
struct Measured {
    width: f32,
    /// Width of the longest part from the decimal point on.
    fraction: f32,
    figures: bool,
}

/// Longest text in a cell, in points.
const TEXT_WIDTH: f32 = 220.0;

/// Shows the table; `sorted` is the title of the sorted column, and whether it descends.
pub(super) fn table_ui(
    ui: &mut Ui,
    runs: &[CompareRun<'_>],
    columns: &[Column],
    order: &[usize],
    sorted: (Option<&str>, bool),
) -> TableResponse {
    let tokens = tokens(ui.ctx());
    let measured: Vec<Measured> = columns
        .iter()
        .enumerate()
        .map(|(index, column)| measure(ui, tokens, column, index == 0))
        .collect();
    let mut done = TableResponse::default();
    ScrollArea::horizontal()
        .id_salt("compare")
        .auto_shrink([false, false])
        .show(ui, |ui| {
            ui.spacing_mut().item_spacing.x = 0.0;
            let mut table = TableBuilder::new(ui)
                .id_salt("compare")
                .striped(true)
                .sense(Sense::click());
            for column in &measured {
                table = table.column(TableColumn::exact(column.width));
            }
            table
                .header(tokens.size.row, |mut header| {
                    for (column, measured) in columns.iter().zip(&measured) {
                        header.col(|ui| {
                            let direction =
                                (sorted.0 == Some(column.title.as_str())).then_some(sorted.1);
                            if header_ui(ui, tokens, column, measured.figures, direction).clicked()
                            {
                                done.sort = Some(column.title.clone());
                            }
                        });
                    }
                })
                .body(|body| {
                    body.rows(tokens.size.row, order.len(), |mut row| {
                        let run = order[row.index()];
                        row_ui(&mut row, runs, columns, &measured, run);
                        if row.response().clicked() {
                            done.open = Some(run);
                        }
                    });
                });
        });
    done
}

fn row_ui(
    row: &mut TableRow<'_, '_>,
    runs: &[CompareRun<'_>],
    columns: &[Column],
    measured: &[Measured],
    run: usize,
) {
    for (index, (column, measured)) in columns.iter().zip(measured).enumerate() {
        row.col(|ui| {
            let tokens = tokens(ui.ctx());
            let is_best = column.best.as_ref().is_some_and(|best| best.contains(&run));
            let rect = ui.max_rect();
            if index == 0 {
                let center = pos2(rect.left() + tokens.space.m, rect.center().y);
                ui.painter()
                    .circle_filled(center, tokens.size.mark * 0.4, runs[run].color);
            }
            cell_ui(ui, tokens, column, measured, run, is_best, index == 0);
        });
    }
}

fn cell_ui(
    ui: &mut Ui,
    tokens: &Tokens,
    column: &Column,
    measured: &Measured,
    run: usize,
    is_best: bool,
    first: bool,
) {
    let cell = &column.cells[run];
    let (rect, text) = (ui.max_rect(), cell.shown());
    let response = ui.interact(rect, ui.scope_id().with(run), Sense::hover());
    let spoken = if is_best {
        format!("{}: {text}, best", column.title)
    } else {
        format!("{}: {text}", column.title)
    };
    response.widget_info(|| WidgetInfo::labeled(Role::Cell, true, &spoken));
    let font = font(ui, is_best);
    let color = match (cell.is_missing(), is_best) {
        (true, _) => tokens.text_disabled,
        (false, true) => tokens.text,
        (false, false) => tokens.text_secondary,
    };
    if cell.is_figure() {
        let fraction = width(ui, fraction_of(&text), &font);
        let right = rect.right() - tokens.space.m - (measured.fraction - fraction);
        let drawn = ui.painter().text(
            pos2(right, rect.center().y),
            Align2::RIGHT_CENTER,
            &text,
            font,
            color,
        );
        if is_best {
            let star = FontId::new(tokens.space.m, font_family());
            ui.painter().text(
                drawn.left_center() - vec2(tokens.space.xs, 0.0),
                Align2::RIGHT_CENTER,
                icons::ICON_STAR.codepoint,
                star,
                tokens.success,
            );
        }
    } else {
        let left = rect.left() + tokens.space.m + if first { tokens.space.m } else { 0.0 };
        let shown = elide_middle(ui, &text, &font, TEXT_WIDTH);
        ui.painter().text(
            pos2(left, rect.center().y),
            Align2::LEFT_CENTER,
            &shown,
            font,
            color,
        );
        if shown != text {
            response.on_hover_text(text);
        }
    }
}

fn header_ui(
    ui: &mut Ui,
    tokens: &Tokens,
    column: &Column,
    figures: bool,
    direction: Option<bool>,
) -> Response {
    let rect = ui.max_rect();
    let response = ui.interact(rect, ui.scope_id().with("header"), Sense::click());
    response.widget_info(|| {
        WidgetInfo::selected(Role::ColumnHeader, true, direction.is_some(), &column.title)
    });
    let color = if response.hovered() || direction.is_some() {
        tokens.text
    } else {
        tokens.text_tertiary
    };
    let font = TextStyle::Small.resolve(ui.style());
    let inner = Rect::from_min_max(
        rect.min + vec2(tokens.space.m, 0.0),
        rect.max - vec2(tokens.space.m, 0.0),
    );
    let (at, align) = if figures {
        (inner.right_center(), Align2::RIGHT_CENTER)
    } else {
        (inner.left_center(), Align2::LEFT_CENTER)
    };
    let drawn = ui.painter().text(at, align, &column.title, font, color);
    if let Some(descending) = direction {
        let icon = if descending {
            icons::ICON_ARROW_DOWNWARD
        } else {
            icons::ICON_ARROW_UPWARD
        };
        let font = FontId::new(tokens.space.m, font_family());
        let (at, align) = if figures {
            (
                drawn.left_center() - vec2(tokens.space.hair, 0.0),
                Align2::RIGHT_CENTER,
            )
        } else {
            (
                drawn.right_center() + vec2(tokens.space.hair, 0.0),
                Align2::LEFT_CENTER,
            )
        };
        ui.painter().text(at, align, icon.codepoint, font, color);
    }
    ui.painter().hline(
        rect.x_range(),
        rect.bottom(),
        (tokens.size.hairline, tokens.border),
    );
    response.on_hover_text(format!("{}\nClick to sort", column.hint))
}

fn measure(ui: &Ui, tokens: &Tokens, column: &Column, first: bool) -> Measured {
    let figures = column.cells.iter().any(super::columns::Cell::is_figure);
    let font = font(ui, true);
    let (mut whole, mut fraction, mut text_width) = (0.0_f32, 0.0_f32, 0.0_f32);
    for cell in &column.cells {
        let text = cell.shown();
        if cell.is_figure() {
            let tail = width(ui, fraction_of(&text), &font);
            fraction = fraction.max(tail);
            whole = whole.max(width(ui, &text, &font) - tail);
        } else {
            text_width = text_width.max(width(ui, &text, &font).min(TEXT_WIDTH));
        }
    }
    // The star of the best stands before its number.
    let star = if column.best.is_some() {
        tokens.space.l
    } else {
        0.0
    };
    let title = width(ui, &column.title, &TextStyle::Small.resolve(ui.style())) + tokens.space.m;
    let content = text_width.max(whole + fraction + star).max(title);
    let swatch = if first { tokens.space.m } else { 0.0 };
    Measured {
        width: (content + swatch + 2.0 * tokens.space.m).ceil(),
        fraction,
        figures,
    }
}

/// From the decimal point on; empty without one.
fn fraction_of(text: &str) -> &str {
    text.find('.').map_or("", |point| &text[point..])
}

fn width(ui: &Ui, text: &str, font: &FontId) -> f32 {
    ui.painter()
        .layout_no_wrap(
            text.to_owned(),
            font.clone(),
            eframe::egui::Color32::PLACEHOLDER,
        )
        .size()
        .x
}

fn font(ui: &Ui, emphasized: bool) -> FontId {
    if emphasized {
        TextStyle::Name(crate::ui::theme::EMPHASIS.into()).resolve(ui.style())
    } else {
        TextStyle::Body.resolve(ui.style())
    }
}

fn font_family() -> eframe::egui::FontFamily {
    eframe::egui::FontFamily::Name(egui_material_icons::FONT_FAMILY.into())
}

#[cfg(test)]
mod tests {
    use super::fraction_of;

    #[test]
    fn numbers_meet_at_the_decimal_point() {
        assert_eq!(fraction_of("0.9038"), ".9038");
        assert_eq!(fraction_of("12.35"), ".35");
        assert_eq!(fraction_of("120"), "");
    }
}
