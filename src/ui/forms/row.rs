//! One row of a form: mark and reset, label, editor, and below them what is wrong.

use eframe::egui::text::{LayoutJob, TextWrapping};
use eframe::egui::{
    Align, Align2, FontId, Label, Layout, Rect, Response, RichText, Role, Sense, TextFormat,
    TextStyle, Ui, UiBuilder, WidgetInfo, pos2, vec2,
};
use egui_material_icons::icons::{ICON_BOLT, ICON_ERROR, ICON_STACKS, ICON_UNDO};

use crate::ui::theme::tokens;
use crate::ui::widgets::menu_entry;

/// Width of the words of a label for which a symbol gives way, in points.
const LEAST_WORDS: f32 = 64.0;
/// The entry of the menu of a row.
const TRY: &str = "Try values…";

/// The parts of a row around its editor.
pub(super) struct Row<'a> {
    pub(super) label: &'a str,
    /// The paper's symbol.
    pub(super) symbol: Option<&'a str>,
    /// It can be changed while a run runs.
    pub(super) live: bool,
    /// The editor leaves room for a mark at its right end.
    pub(super) roomy: bool,
    /// The value that a reset goes back to, if the own value differs.
    pub(super) reset_to: Option<&'a str>,
    /// The problem of the value.
    pub(super) problem: Option<&'a str>,
    /// Why the value cannot change now.
    pub(super) locked: Option<&'a str>,
    /// A sweep can try several values.
    pub(super) can_try: bool,
}

/// The outcome of a row.
pub(super) struct RowResponse<R> {
    pub(super) inner: R,
    pub(super) reset: bool,
    /// Several values are to be tried.
    pub(super) tries: bool,
}

impl Row<'_> {
    /// Shows the row; `tooltip` explains the label, `editor` is given the label to name itself by, and its width.
    pub(super) fn show<R>(
        self,
        ui: &mut Ui,
        tooltip: impl FnOnce(&mut Ui),
        editor: impl FnOnce(&mut Ui, &Response, f32) -> R,
    ) -> RowResponse<R> {
        let tokens = tokens(ui.ctx());
        let height = tokens.size.row;
        let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), height), Sense::hover());
        let gutter = tokens.size.icon - tokens.space.hair;
        // Wide forms give the editors room, but no more than a hand needs.
        let editor_width = (rect.width() * 0.42).clamp(92.0_f32.min(rect.width() / 2.0), 200.0);
        let columns = [
            Rect::from_min_size(rect.min, vec2(gutter, height)),
            Rect::from_min_max(
                pos2(rect.left() + gutter, rect.top()),
                pos2(rect.right() - editor_width - tokens.space.s, rect.bottom()),
            ),
            Rect::from_min_max(pos2(rect.right() - editor_width, rect.top()), rect.max),
        ];
        let place = |ui: &mut Ui, column: usize| {
            ui.new_child(
                UiBuilder::new()
                    .max_rect(columns[column])
                    .layout(Layout::left_to_right(Align::Center)),
            )
        };

        let pointed = ui.rect_contains_pointer(rect);
        let mut reset = self.reset_ui(ui, columns[0], pointed);
        let label = self.label_ui(&mut place(ui, 1)).on_hover_ui(tooltip);
        let mut tries = self.try_ui(ui, columns[1], pointed);
        if self.can_try {
            label.context_menu(|ui| {
                tries |= menu_entry(ui, TRY);
                if let Some(back) = self.reset_to {
                    reset |= menu_entry(ui, &format!("Reset to {back}"));
                }
            });
        }
        let mut child = place(ui, 2);
        if self.locked.is_some() {
            child.disable();
        }
        let inner = editor(&mut child, &label, editor_width);
        if self.live && self.roomy {
            let at = pos2(rect.right() - tokens.space.m, rect.center().y);
            ui.painter().text(
                at,
                Align2::CENTER_CENTER,
                ICON_BOLT.codepoint,
                FontId::proportional(tokens.size.icon - tokens.space.xs),
                tokens.text_tertiary,
            );
        }
        if let Some(reason) = self.locked {
            let id = child.scope_id().with("locked");
            ui.interact(columns[2], id, Sense::hover())
                .on_hover_text(reason);
        }
        if let Some(problem) = self.problem {
            problem_ui(ui, problem, gutter);
        }
        RowResponse {
            inner,
            reset,
            tries,
        }
    }

    /// A button before the editor while the pointer is over the row. Keyboards have the menu of the form and the palette.
    fn try_ui(&self, ui: &Ui, rect: Rect, pointed: bool) -> bool {
        if !self.can_try {
            return false;
        }
        let tokens = tokens(ui.ctx());
        let side = tokens.size.icon;
        let at = pos2(rect.right() - side / 2.0 + tokens.space.xs, rect.center().y);
        let button = Rect::from_center_size(at, vec2(side, rect.height()));
        let id = ui.scope_id().with(("try", self.label));
        let response = ui.interact(button, id, Sense::CLICK);
        let name = format!("Try values of {}", self.label.to_lowercase());
        response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &name));
        if pointed {
            // A long label ends here meanwhile.
            let behind = button.expand2(vec2(tokens.space.hair, -tokens.space.xs));
            ui.painter().rect_filled(behind, 0.0, tokens.surface);
            let color = if response.hovered() {
                tokens.accent_text
            } else {
                tokens.text_tertiary
            };
            ui.painter().text(
                at,
                Align2::CENTER_CENTER,
                ICON_STACKS.codepoint,
                FontId::proportional(side - tokens.space.hair),
                color,
            );
        }
        let clicked = response.clicked();
        response.on_hover_text("Try values… of this parameter: one run for each");
        clicked
    }

    /// A dot where the value differs from the default; a button that resets it while the pointer is over the row.
    fn reset_ui(&self, ui: &mut Ui, rect: Rect, pointed: bool) -> bool {
        let Some(back) = self.reset_to else {
            return false;
        };
        let tokens = tokens(ui.ctx());
        let locked = self.locked.is_some();
        let id = ui.scope_id().with(("reset", self.label));
        let sense = if locked {
            Sense::hover()
        } else {
            Sense::click()
        };
        let response = ui.interact(rect, id, sense);
        let name = format!("Reset {}", self.label.to_lowercase());
        response.widget_info(|| WidgetInfo::labeled(Role::Button, !locked, &name));
        let center = pos2(
            rect.left() + rect.width() / 2.0 - tokens.space.hair,
            rect.center().y,
        );
        if (pointed || response.has_focus()) && !locked {
            let color = if response.hovered() || response.has_focus() {
                tokens.text
            } else {
                tokens.accent_text
            };
            ui.painter().text(
                center,
                Align2::CENTER_CENTER,
                ICON_UNDO.codepoint,
                FontId::proportional(tokens.size.icon - tokens.space.hair),
                color,
            );
        } else {
            ui.painter()
                .circle_filled(center, tokens.space.xs - 1.0, tokens.accent_text);
        }
        let clicked = response.clicked();
        response.on_hover_text(if locked {
            format!("Default: {back}")
        } else {
            format!("Reset to {back}")
        });
        clicked
    }

    pub(super) fn label_ui(&self, ui: &mut Ui) -> Response {
        let tokens = tokens(ui.ctx());
        let body = TextStyle::Body.resolve(ui.style());
        let format = |color| TextFormat::simple(body.clone(), color);
        let color = if self.locked.is_some() {
            tokens.text_tertiary
        } else {
            tokens.text
        };
        // The symbol and the mark stay whole; the words make room for them, unless little would be left of them.
        let room = ui.available_width();
        let width = |text: &str| {
            let text = text.to_owned();
            ui.fonts_mut(|fonts| fonts.layout_no_wrap(text, body.clone(), color).size().x)
        };
        let symbol_width = self.symbol.map_or(0.0, width);
        let has_room = room >= width(self.label).min(LEAST_WORDS) + symbol_width + tokens.space.s;
        let mut marks = LayoutJob::default();
        if let Some(symbol) = self.symbol.filter(|_| has_room) {
            marks.append(
                symbol,
                tokens.space.s - tokens.space.hair,
                format(tokens.text_tertiary),
            );
        }
        if self.live && !self.roomy {
            let icon = FontId::proportional(tokens.size.icon - tokens.space.xs);
            marks.append(
                ICON_BOLT.codepoint,
                tokens.space.xs,
                TextFormat {
                    valign: Align::Center,
                    ..TextFormat::simple(icon, tokens.text_tertiary)
                },
            );
        }
        let marks = ui.fonts_mut(|fonts| fonts.layout_job(marks));
        let mut words = LayoutJob::simple_format(self.label.to_owned(), format(color));
        words.wrap = TextWrapping::truncate_at_width(ui.available_width() - marks.size().x);
        let words = ui.fonts_mut(|fonts| fonts.layout_job(words));
        let size = vec2(words.size().x + marks.size().x, ui.available_height());
        let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
        let (words_size, marks_size) = (words.size(), marks.size());
        let at = |x: f32, height: f32| pos2(rect.left() + x, rect.center().y - height / 2.0);
        ui.painter().galley(at(0.0, words_size.y), words, color);
        ui.painter()
            .galley(at(words_size.x, marks_size.y), marks, color);
        // The icon and the symbol are for the eye; the name is the name.
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, self.label));
        response
    }
}

/// A message below the row that it is about.
pub(super) fn problem_ui(ui: &mut Ui, problem: &str, indent: f32) {
    let tokens = tokens(ui.ctx());
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = tokens.space.xs;
        ui.add_space(indent);
        let icon = ICON_ERROR
            .rich_text()
            .size(tokens.size.icon - tokens.space.hair);
        ui.label(icon.color(tokens.error));
        let text = RichText::new(problem)
            .text_style(TextStyle::Small)
            .color(tokens.error);
        ui.add(Label::new(text).wrap());
    });
    ui.add_space(tokens.space.xs);
}
