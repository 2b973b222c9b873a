//! The field of the filter: what can be typed next is offered below it, what is wrong is said, and a button empties it.

use eframe::egui::text::{CCursor, CCursorRange};
use eframe::egui::{
    Area, Button, Context, Frame, Id, Key, Modifiers, Order, Response, RichText, Role, TextEdit,
    Ui, WidgetInfo, vec2,
};
use egui_material_icons::icons;

use super::Shared;
use crate::experiments::table::{Completions, Filter, RunsTable};
use crate::ui::theme::tokens;
use crate::ui::widgets::IconButton;

/// What was offered in the frame before.
#[derive(Debug, Clone, Default)]
struct Offered {
    completions: Completions,
    /// The one that Enter takes, once an arrow chose one.
    chosen: Option<usize>,
    /// The text that was closed with Escape.
    closed: Option<String>,
}

/// Shows the field; `table` are the runs before the filter, `problem` says what is wrong with it.
pub(super) fn ui(ui: &mut Ui, shared: &mut Shared, table: &RunsTable, problem: Option<&str>) {
    let tokens = tokens(ui.ctx());
    let id = Id::unique("filter of explored runs");
    let mut offered: Offered = ui.data(|data| data.get_temp(id)).unwrap_or_default();
    let has_focus = ui.memory(|memory| memory.has_focus(id));
    let is_open = has_focus && !offered.completions.offers.is_empty();
    let taken = if is_open {
        keys(ui, &mut offered, &shared.filter)
    } else {
        None
    };
    let width = tokens.size.panel_min;
    let width = (ui.available_width() * 0.4).clamp(width * 1.25, width * 2.25);
    let mut edit = TextEdit::singleline(&mut shared.filter)
        .id(id)
        .hint_text("Filter: hidden>50 tag:final")
        .lock_focus(is_open)
        .desired_width(width);
    if problem.is_some() {
        edit = edit.text_color(tokens.error);
    }
    let response = ui.add(edit);
    let text = shared.filter.clone();
    response.widget_info(|| {
        let mut info = WidgetInfo::labeled(Role::SearchInput, true, "Filter runs");
        info.current_text_value = Some(text.clone());
        info
    });
    if !shared.filter.is_empty() {
        let clear = IconButton::new(icons::ICON_CLOSE, "Remove the filter");
        if ui.add(clear).clicked() {
            shared.filter.clear();
        }
    }
    if let Some(problem) = problem {
        let warning = icons::ICON_ERROR.rich_text().color(tokens.error);
        ui.label(warning).on_hover_text(problem);
    }
    if let Some(at) = taken {
        take(ui.ctx(), id, &mut shared.filter, &offered.completions, at);
    }
    offered.completions = match response.has_focus() {
        true if offered.closed.as_ref() == Some(&shared.filter) => Completions::default(),
        true => Filter::completions(&shared.filter, cursor(ui.ctx(), id, &shared.filter), table),
        false => Completions::default(),
    };
    let count = offered.completions.offers.len();
    offered.chosen = offered.chosen.filter(|at| *at < count);
    if count > 0
        && let Some(at) = list_ui(ui, &response, &offered, problem)
    {
        take(ui.ctx(), id, &mut shared.filter, &offered.completions, at);
        response.request_focus();
    }
    ui.data_mut(|data| data.insert_temp(id, offered));
}

/// Arrows choose, Enter and Tab take, Escape closes. What is taken, by its place.
fn keys(ui: &Ui, offered: &mut Offered, text: &str) -> Option<usize> {
    let last = offered.completions.offers.len() - 1;
    ui.input_mut(|input| {
        let mut pressed = |key| input.consume_key(Modifiers::NONE, key);
        if pressed(Key::ArrowDown) {
            offered.chosen = Some(offered.chosen.map_or(0, |at| (at + 1).min(last)));
        }
        if pressed(Key::ArrowUp) {
            offered.chosen = offered.chosen.and_then(|at| at.checked_sub(1));
        }
        if pressed(Key::Tab) {
            return Some(offered.chosen.unwrap_or(0));
        }
        // Without a choice Enter is the field's own.
        if offered.chosen.is_some() && pressed(Key::Enter) {
            return offered.chosen;
        }
        if input.key_pressed(Key::Escape) {
            offered.closed = Some(text.to_owned());
        }
        None
    })
}

/// The place of the cursor, in bytes.
fn cursor(ctx: &Context, id: Id, text: &str) -> usize {
    let state = TextEdit::load_state(ctx, id);
    let range = state.and_then(|state| state.cursor.char_range());
    let letters = range.map_or(usize::MAX, |range| range.primary.index.into());
    text.char_indices()
        .nth(letters)
        .map_or(text.len(), |(at, _)| at)
}

/// Types what was offered.
fn take(ctx: &Context, id: Id, text: &mut String, completions: &Completions, at: usize) {
    let place = completions.place.clone();
    let Some(offer) = completions.offers.get(at) else {
        return;
    };
    if text.get(place.clone()).is_none() {
        return;
    }
    text.replace_range(place.clone(), &offer.text);
    let end = place.start + offer.text.len();
    let letters = text[..end].chars().count();
    if let Some(mut state) = TextEdit::load_state(ctx, id) {
        let range = CCursorRange::one(CCursor::new(letters));
        state.cursor.set_char_range(Some(range));
        state.store(ctx, id);
    }
}

/// The list below the field; the one that was clicked.
fn list_ui(ui: &Ui, field: &Response, offered: &Offered, problem: Option<&str>) -> Option<usize> {
    let tokens = tokens(ui.ctx());
    let mut clicked = None;
    Area::new(field.id.with("offers"))
        .order(Order::Foreground)
        .fixed_pos(field.rect.left_bottom() + vec2(0.0, tokens.space.hair))
        .show(ui.ctx(), |ui| {
            Frame::popup(ui.style()).show(ui, |ui| {
                ui.set_min_width(field.rect.width());
                ui.spacing_mut().item_spacing.y = 0.0;
                for (at, offer) in offered.completions.offers.iter().enumerate() {
                    let hint = RichText::new(&offer.hint)
                        .small()
                        .color(tokens.text_tertiary);
                    let button = Button::new(&offer.text)
                        .right_text(hint)
                        .selected(offered.chosen == Some(at))
                        .frame_when_inactive(offered.chosen == Some(at));
                    let response =
                        ui.add_sized(vec2(ui.available_width(), tokens.size.control), button);
                    let name = offer.text.clone();
                    response.widget_info(|| WidgetInfo::labeled(Role::ListBoxOption, true, &name));
                    if response.clicked() {
                        clicked = Some(at);
                    }
                }
                if let Some(problem) = problem {
                    ui.add_space(tokens.space.xs);
                    ui.label(RichText::new(problem).small().color(tokens.error));
                }
            });
        });
    clicked
}
