//! Draws the table: only the lines in view.

use eframe::egui::{FontId, ScrollArea, Sense, TextStyle, Ui, vec2};
use egui_extras::{Column as TableColumn, TableBuilder, TableRow};

use super::TablePart;
use super::edit::Editing;
use super::model::{Head, Line};
use super::text::{Width, fraction_of};
use super::{cell, header, menu, name};
use crate::draw::Tokens;
use crate::experiments::table::Column;
use crate::ui::app::Action;
use crate::ui::panes::explore::{Look, Shared};
use crate::ui::state::Selection;
use crate::ui::theme::tokens;

/// Longest text in a cell, in points.
const TEXT_WIDTH: f32 = 220.0;
/// Longest name of a run, in points.
const NAME_WIDTH: f32 = 240.0;
/// The share of the width that names take, at most.
const NAME_SHARE: f32 = 0.35;
/// Longest label of a system, in points.
const SYSTEM_WIDTH: f32 = 130.0;
/// Least width of a column of text that can be written in place.
const WRITTEN_WIDTH: f32 = 120.0;

/// How a column is laid out.
#[derive(Debug, Clone, Copy)]
pub(super) struct Measured {
    pub(super) width: f32,
    /// Width of the longest part from the decimal point on.
    pub(super) fraction: f32,
}

/// The widths of the columns, once they are known.
#[derive(Debug, Default)]
pub(super) struct Widths {
    columns: Vec<Measured>,
    /// The room that they were measured for.
    room: f32,
}

/// What a click on a line's parts asks for.
#[derive(Debug, Default)]
pub(super) struct Asked {
    pub(super) actions: Vec<Action>,
    /// Show the runs of this group below it, or no longer.
    pub(super) fold: Option<usize>,
    /// Write this beside a run.
    pub(super) edit: Option<Editing>,
    /// A column's header was used.
    pub(super) header: Option<(Column, header::Click)>,
    clicked: Option<Line>,
}

impl TablePart {
    /// Shows the lines.
    pub(super) fn grid_ui(
        &mut self,
        ui: &mut Ui,
        look: &Look<'_>,
        shared: &mut Shared,
        actions: &mut Vec<Action>,
    ) {
        let tokens = tokens(ui.ctx());
        let room = ui.available_width();
        let widths = &mut self.widths;
        if widths.columns.len() != self.model.heads.len() || (widths.room - room).abs() > 1.0 {
            let heads = self.model.heads.iter();
            widths.columns = heads.map(|head| measure(ui, tokens, head)).collect();
            widths.room = room;
        }
        let mut asked = Asked::default();
        let mut editing = self.editing.take();
        ScrollArea::horizontal()
            .id_salt("runs")
            .auto_shrink([false, false])
            .show(ui, |ui| {
                ui.spacing_mut().item_spacing.x = 0.0;
                let mut table = TableBuilder::new(ui)
                    .id_salt("runs")
                    .striped(true)
                    .auto_shrink(false)
                    .sense(Sense::click());
                for measured in &self.widths.columns {
                    table = table.column(TableColumn::exact(measured.width));
                }
                let table = table.header(tokens.size.row, |mut row| {
                    for head in &self.model.heads {
                        row.col(|ui| {
                            if let Some(click) = header::ui(ui, head, &self.choice.sort) {
                                asked.header = Some((head.column.clone(), click));
                            }
                        });
                    }
                });
                table.body(|body| {
                    body.rows(tokens.size.row, self.model.lines.len(), |mut row| {
                        let line = self.model.lines[row.index()];
                        self.line_ui(&mut row, look, shared, line, &mut editing, &mut asked);
                    });
                });
            });
        self.editing = asked.edit.take().or(editing);
        if let Some(line) = asked.clicked {
            let keys = ui.input(|input| input.modifiers);
            self.choose(line, keys, shared);
        }
        if let Some(group) = asked.fold {
            self.fold(group);
        }
        if let Some((column, click)) = asked.header.take() {
            self.header_click(&column, click);
        }
        actions.append(&mut asked.actions);
    }

    fn fold(&mut self, group: usize) {
        let first = self.model.groups[group].rows.first();
        if let Some(first) = first {
            let id = self.model.table.rows()[*first].id.clone();
            if !self.choice.unfolded.remove(&id) {
                self.choice.unfolded.insert(id);
            }
        }
    }

    fn line_ui(
        &self,
        row: &mut TableRow<'_, '_>,
        look: &Look<'_>,
        shared: &mut Shared,
        line: Line,
        editing: &mut Option<Editing>,
        asked: &mut Asked,
    ) {
        let rows = self.model.rows_of(line);
        let is_chosen = |row: &usize| shared.selected.contains(&self.model.table.rows()[*row].id);
        row.set_selected(rows.iter().all(is_chosen));
        let is_hovered = look.hovered.is_some_and(|hovered| rows.contains(&hovered));
        row.set_hovered(is_hovered);
        let is_inside = rows
            .iter()
            .any(|row| look.inside.get(*row).copied().unwrap_or(true));
        for (head, measured) in self.model.heads.iter().zip(&self.widths.columns) {
            row.col(|ui| {
                if !is_inside {
                    ui.set_opacity(0.45);
                }
                if head.column == Column::Name {
                    name::ui(ui, &self.model, &self.choice, line, look, is_hovered, asked);
                } else {
                    cell::ui(ui, &self.model, line, head, measured, editing, asked);
                }
            });
        }
        let response = row.response();
        if response.hovered()
            && let Some(first) = rows.first()
        {
            shared.hover(&self.model.table.rows()[*first].id);
        }
        if response.clicked() {
            asked.clicked = Some(line);
            if let Line::Run { row, .. } = line {
                let id = self.model.table.rows()[row].id.clone();
                let plain = response.ctx.input(|input| input.modifiers.is_none());
                if plain {
                    asked.actions.push(Action::Select(Selection::Run(id)));
                }
            }
        }
        response.context_menu(|ui| menu::ui(ui, &self.model, line, look, shared, asked));
    }
}

fn measure(ui: &Ui, tokens: &Tokens, head: &Head) -> Measured {
    let font = font(ui, true);
    let widest = |texts: &[String]| {
        let widths = texts.iter().map(|text| width(ui, text, &font));
        widths.fold(0.0_f32, f32::max)
    };
    let Width {
        title,
        texts,
        wholes,
        fractions,
    } = &head.width;
    let is_name = head.column == Column::Name;
    let most = match head.column {
        // In a narrow table names leave room for what else there is.
        Column::Name => NAME_WIDTH.min(ui.available_width() * NAME_SHARE),
        Column::System => SYSTEM_WIDTH,
        _ => TEXT_WIDTH,
    };
    let (whole, fraction) = (widest(wholes), widest(fractions));
    let small = TextStyle::Small.resolve(ui.style());
    // The mark of the best stands before its number.
    let star = match &head.best {
        Some(best) if best.honest => tokens.space.l,
        Some(_) => width(ui, cell::BEST, &small) + tokens.space.s,
        None => 0.0,
    };
    let title = width(ui, title, &small) + tokens.space.l;
    let least = match head.column {
        Column::Tags | Column::Note => WRITTEN_WIDTH,
        _ => 0.0,
    };
    let content = widest(texts)
        .min(most)
        .max(whole + fraction + star)
        .max(title)
        .max(least);
    let marks = if is_name {
        name::marks_width(tokens)
    } else {
        0.0
    };
    Measured {
        width: (content + marks + 2.0 * tokens.space.s).ceil(),
        fraction,
    }
}

/// How far the part from the decimal point on reaches.
pub(super) fn fraction_width(ui: &Ui, text: &str, font: &FontId) -> f32 {
    width(ui, fraction_of(text), font)
}

fn width(ui: &Ui, text: &str, font: &FontId) -> f32 {
    if text.is_empty() {
        return 0.0;
    }
    let color = eframe::egui::Color32::PLACEHOLDER;
    let galley = ui
        .painter()
        .layout_no_wrap(text.to_owned(), font.clone(), color);
    galley.size().x
}

/// The font of a cell.
pub(super) fn font(ui: &Ui, emphasized: bool) -> FontId {
    if emphasized {
        TextStyle::Name(crate::ui::theme::EMPHASIS.into()).resolve(ui.style())
    } else {
        TextStyle::Body.resolve(ui.style())
    }
}

/// The font of icons, as high as small text.
pub(super) fn icon_font(tokens: &Tokens) -> FontId {
    let family = eframe::egui::FontFamily::Name(egui_material_icons::FONT_FAMILY.into());
    FontId::new(tokens.space.m, family)
}

/// The middle of a cell's margins.
pub(super) fn inner(ui: &Ui, tokens: &Tokens) -> eframe::egui::Rect {
    ui.max_rect().shrink2(vec2(tokens.space.s, 0.0))
}
