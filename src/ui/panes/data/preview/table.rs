//! The first lines of a file, with what each column is above it.

use std::ops::Range;

use eframe::egui::text::{LayoutJob, TextWrapping};
use eframe::egui::{
    Align, FontId, Layout, Painter, Rangef, Rect, RichText, Role as Widget, ScrollArea, Sense,
    StrokeKind, TextStyle, Ui, WidgetInfo, pos2, vec2,
};
use egui_extras::{Column, TableBuilder, TableRow};
use egui_material_icons::icons::{ICON_CHEVRON_LEFT, ICON_CHEVRON_RIGHT};

use super::cell;
use super::roles;
use super::rows::{Entry, entries, failing};
use crate::data::{DataKind, Preview, PreviewColumn, PreviewRow, Role, RowPart};
use crate::draw::{Tokens, format};
use crate::ui::theme::tokens;
use crate::ui::widgets::{IconButton, Menu, caption};

/// Columns that are shown at once.
const WINDOW: usize = 50;
/// Most letters of a cell that its column makes room for.
const LETTERS: usize = 28;
/// Rows that the widths of columns go by.
const MEASURED: usize = 60;

/// Which part of a wide file is shown.
#[derive(Debug, Default)]
pub(super) struct Place {
    /// The first column.
    pub(super) first: usize,
    /// Frames in which to come to the line that fails: the first ones may not be shown, or do not know yet how high the table is.
    pub(super) come: u8,
}

/// A file that is shown.
#[derive(Clone, Copy)]
pub(super) struct Table<'a> {
    pub(super) preview: &'a Preview,
    /// What its columns are.
    pub(super) columns: &'a [PreviewColumn],
    pub(super) kind: DataKind,
    pub(super) editable: bool,
}

impl Table<'_> {
    /// Fills `ui`. The role that a person chose for a column, if they did.
    pub(super) fn ui(self, ui: &mut Ui, place: &mut Place) -> Option<(usize, Role)> {
        let columns = self.count();
        let entries = entries(self.preview);
        let failing = failing(self.preview, &entries);
        if place.come > 0 {
            place.first = self.window_of_problem(columns).unwrap_or(place.first);
        }
        place.first = place.first.min(columns.saturating_sub(1) / WINDOW * WINDOW);
        let window = place.first..(place.first + WINDOW).min(columns);
        if columns > WINDOW {
            pages_ui(ui, place, columns);
        }
        let mut chosen = None;
        let scope = ui.scope_id().with("lines");
        ScrollArea::horizontal()
            .id_salt(scope)
            .auto_shrink(false)
            .show(ui, |ui| {
                let tokens = tokens(ui.ctx());
                ui.spacing_mut().item_spacing = vec2(0.0, 0.0);
                let reach = ui.clip_rect().x_range();
                let font = TextStyle::Monospace.resolve(ui.style());
                let letter = ui.fonts_mut(|fonts| fonts.glyph_width(&font, '0'));
                let ctx = ui.ctx().clone();
                let mut table = TableBuilder::new(ui)
                    .id_salt(("preview", window.len()))
                    .striped(false)
                    .auto_shrink(false)
                    .cell_layout(Layout::left_to_right(Align::Center))
                    .column(Column::exact(self.gutter(letter, tokens)).clip(true));
                for column in window.clone() {
                    let width = self.width(column, letter, tokens);
                    table = table.column(Column::exact(width).clip(true));
                }
                let left = std::mem::take(&mut place.come);
                if left > 0
                    && let Some(at) = failing
                {
                    place.come = left - 1;
                    table = table.scroll_to_row(at, Some(Align::Center));
                    ctx.request_repaint();
                }
                let names = self.names_above();
                let head = tokens.size.row + if names { tokens.space.l } else { 0.0 };
                table
                    .header(head, |mut row| {
                        row.col(|ui| underline(ui, reach));
                        for column in window.clone() {
                            row.col(|ui| {
                                if let Some(role) = self.head_ui(ui, column, names) {
                                    chosen = Some((column, role));
                                }
                            });
                        }
                    })
                    .body(|body| {
                        let height = tokens.size.control - tokens.space.xs;
                        body.rows(height, entries.len(), |mut row| {
                            let at = row.index();
                            let line = Line {
                                table: self,
                                entry: entries[at],
                                fails: failing == Some(at),
                                reach,
                                font: &font,
                            };
                            line.ui(&mut row, window.clone());
                        });
                    });
            });
        chosen
    }

    /// Columns that have a name or a cell.
    fn count(&self) -> usize {
        roles::widest(self.preview).max(self.columns.len()).max(1)
    }

    /// The first column of the window with the cell that fails.
    fn window_of_problem(&self, columns: usize) -> Option<usize> {
        let column = self.preview.problem.as_ref()?.column?;
        let column = usize::try_from(column).ok()?.checked_sub(1)?;
        (column < columns).then_some(column / WINDOW * WINDOW)
    }

    /// True if the names of the columns stand nowhere among the lines.
    fn names_above(&self) -> bool {
        let is_header = |row: &PreviewRow| row.part == RowPart::Header;
        !self.preview.rows.iter().any(is_header)
            && self.columns.iter().any(|own| !own.name.is_empty())
    }

    fn gutter(&self, letter: f32, tokens: &Tokens) -> f32 {
        let last = self.preview.rows.iter().map(|row| row.line).max();
        let digits = format::count(last.unwrap_or(0)).len().max(3);
        digits as f32 * letter + tokens.space.l
    }

    /// Room for what stands in a column.
    fn width(&self, column: usize, letter: f32, tokens: &Tokens) -> f32 {
        let rows = self.preview.rows.iter().take(MEASURED);
        let cells = rows
            .filter(|row| row.part != RowPart::Skipped)
            .filter_map(|row| row.cells.get(column));
        let name = self.columns.get(column).map(|own| &own.name);
        let letters = |text: &String| -> usize {
            let wide = |letter: char| 1 + usize::from(u32::from(letter) >= 0x1100);
            text.chars().take(LETTERS).map(wide).sum()
        };
        let most = cells.chain(name).map(letters).max().unwrap_or(0);
        let least = 2.0 * tokens.space.xxl + tokens.space.m;
        (most.min(LETTERS) as f32 * letter + 2.0 * tokens.space.s)
            .max(least)
            .ceil()
    }

    /// What a column is; the role that a person chose.
    fn head_ui(&self, ui: &mut Ui, column: usize, names: bool) -> Option<Role> {
        let tokens = tokens(ui.ctx());
        let own = self.columns.get(column)?;
        let number = column + 1;
        let mut chosen = None;
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            ui.add_space(tokens.space.hair);
            let label = if self.is_known() {
                roles::label(own.role)
            } else {
                "Choose"
            };
            if self.editable {
                let name = format!("Role of column {number}");
                let hint = if own.name.is_empty() {
                    name.clone()
                } else {
                    format!("{name}: {}", cell::line(&own.name))
                };
                let color = role_color(tokens, own.role);
                let menu = Menu::new(&name).text(label).hint(&hint).color(color);
                menu.closes().show(ui, |ui| {
                    for role in roles::offered(self.kind, self.columns, own.role) {
                        let entry = ui.selectable_label(role == own.role, roles::label(role));
                        if entry.on_hover_text(roles::help(role)).clicked() && role != own.role {
                            chosen = Some(role);
                        }
                    }
                });
            } else {
                ui.horizontal(|ui| {
                    ui.add_space(tokens.space.s);
                    ui.label(RichText::new(label).color(role_color(tokens, own.role)));
                });
            }
            if names {
                ui.horizontal(|ui| {
                    ui.add_space(tokens.space.s);
                    let name = RichText::new(cell::line(&own.name))
                        .text_style(TextStyle::Small)
                        .color(tokens.text_tertiary);
                    ui.add(eframe::egui::Label::new(name).truncate());
                });
            }
        });
        chosen
    }

    /// True if it was found out what the columns are.
    fn is_known(&self) -> bool {
        !self.preview.columns.is_empty()
    }

    /// True if a column is read.
    fn is_used(&self, column: usize) -> bool {
        let own = self.preview.columns.get(column);
        own.is_none_or(|own| own.role != Role::NotUsed)
    }
}

/// One line of the table.
struct Line<'a> {
    table: Table<'a>,
    entry: Entry,
    fails: bool,
    /// How far the line goes.
    reach: Rangef,
    font: &'a FontId,
}

impl Line<'_> {
    fn ui(&self, row: &mut TableRow<'_, '_>, window: Range<usize>) {
        let Entry::Row(at) = self.entry else {
            row.col(|ui| number_ui(ui, "⋯", self.font, false));
            for _ in window {
                row.col(|_| ());
            }
            return;
        };
        let own = &self.table.preview.rows[at];
        row.col(|ui| {
            let tokens = tokens(ui.ctx());
            let whole = Rect::from_x_y_ranges(self.reach, ui.max_rect().y_range());
            let clip = Rect::from_x_y_ranges(self.reach, ui.clip_rect().y_range());
            let fill = match own.part {
                _ if self.fails => Some(tokens.error_surface),
                RowPart::Header => Some(tokens.raised),
                RowPart::Data | RowPart::Skipped => None,
            };
            if let Some(fill) = fill {
                beyond(ui, clip).rect_filled(whole, 0.0, fill);
            }
            number_ui(ui, &format::count(own.line), self.font, self.fails);
        });
        // What is no part of the table keeps to no columns.
        let spans = own.cells.len() == 1 && self.table.columns.len() != 1;
        for column in window.clone() {
            let cell = match own.cells.get(column) {
                _ if spans && column != window.start => None,
                _ if spans => own.cells.first(),
                cell => cell,
            };
            row.col(|ui| {
                if let Some(text) = cell {
                    self.cell_ui(ui, own, column, text, spans);
                }
            });
        }
    }

    fn cell_ui(&self, ui: &mut Ui, own: &PreviewRow, column: usize, text: &str, spans: bool) {
        let tokens = tokens(ui.ctx());
        let mut rect = ui.max_rect();
        if spans {
            rect.max.x = self.reach.max.max(rect.max.x);
        }
        let color = match own.part {
            RowPart::Skipped => tokens.text_tertiary,
            _ if !self.table.is_used(column) => tokens.text_tertiary,
            RowPart::Header | RowPart::Data => tokens.text,
        };
        let inner = rect.shrink2(vec2(tokens.space.s, 0.0));
        let mut job = LayoutJob::simple_singleline(cell::line(text), self.font.clone(), color);
        job.wrap = TextWrapping::truncate_at_width(inner.width());
        let galley = ui.fonts_mut(|fonts| fonts.layout_job(job));
        let cut = galley.elided || cell::is_cut(text);
        let clip = rect.intersect(Rect::from_x_y_ranges(
            if spans {
                self.reach
            } else {
                ui.clip_rect().x_range()
            },
            ui.clip_rect().y_range(),
        ));
        let painter = beyond(ui, clip);
        let at = pos2(inner.left(), rect.center().y - galley.size().y / 2.0);
        painter.galley(at, galley, color);
        if self.fails && self.is_wrong(column) {
            let line = (tokens.size.line, tokens.error);
            painter.rect_stroke(rect, tokens.radius.small, line, StrokeKind::Inside);
        }
        let response = ui.interact(rect, ui.scope_id().with("cell"), Sense::hover());
        response.widget_info(|| {
            let place = format!("Line {}, column {}", format::count(own.line), column + 1);
            WidgetInfo::labeled(Widget::Cell, true, format!("{place}: {}", cell::line(text)))
        });
        if cut {
            response.on_hover_ui(|ui| {
                ui.label(RichText::new(cell::whole(text)).monospace());
            });
        }
    }

    /// True for the column of the cell that cannot be read.
    fn is_wrong(&self, column: usize) -> bool {
        let problem = self.table.preview.problem.as_ref();
        problem.and_then(|problem| problem.column) == Some(column as u64 + 1)
    }
}

/// The number of a line, at the right of its cell.
fn number_ui(ui: &Ui, text: &str, font: &FontId, fails: bool) {
    let tokens = tokens(ui.ctx());
    let rect = ui.max_rect();
    let color = if fails {
        tokens.error
    } else {
        tokens.text_tertiary
    };
    ui.painter().text(
        pos2(rect.right() - tokens.space.s, rect.center().y),
        eframe::egui::Align2::RIGHT_CENTER,
        text,
        font.clone(),
        color,
    );
}

/// A painter that reaches beyond its cell.
fn beyond(ui: &Ui, clip: Rect) -> Painter {
    let mut painter = ui.painter().clone();
    painter.set_clip_rect(clip);
    painter
}

/// The line below the heads of the columns.
fn underline(ui: &Ui, reach: Rangef) {
    let tokens = tokens(ui.ctx());
    let clip = Rect::from_x_y_ranges(reach, ui.clip_rect().y_range().expand(1.0));
    let line = (tokens.size.hairline, tokens.border);
    beyond(ui, clip).hline(reach, ui.max_rect().bottom(), line);
}

fn role_color(tokens: &Tokens, role: Role) -> eframe::egui::Color32 {
    if role == Role::NotUsed {
        tokens.text_tertiary
    } else {
        tokens.accent_text
    }
}

/// `Columns 1–50 of 1,024`, with buttons to go on and back.
fn pages_ui(ui: &mut Ui, place: &mut Place, columns: usize) {
    let tokens = tokens(ui.ctx());
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = tokens.space.xs;
        let back = IconButton::new(ICON_CHEVRON_LEFT, "Previous columns");
        if ui.add_enabled(place.first > 0, back).clicked() {
            place.first = place.first.saturating_sub(WINDOW);
        }
        let last = (place.first + WINDOW).min(columns);
        let on = IconButton::new(ICON_CHEVRON_RIGHT, "Next columns");
        if ui.add_enabled(last < columns, on).clicked() {
            place.first += WINDOW;
        }
        let count = |count: usize| format::count(count as u64);
        let text = format!(
            "Columns {}–{} of {}",
            count(place.first + 1),
            count(last),
            count(columns)
        );
        caption(ui, text);
    });
}
