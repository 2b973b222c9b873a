//! What was found out about a file, one row each: the setting, its value, how sure it is, and in a menu what else it could be.

use eframe::egui::text::{LayoutJob, TextWrapping};
use eframe::egui::{
    Align, Align2, Color32, FontId, Key, Layout, Popup, PopupCloseBehavior, Pos2, Rect, Response,
    RichText, Role as Widget, Sense, TextEdit, TextStyle, Ui, WidgetInfo, pos2, vec2,
};
use egui_material_icons::icons::ICON_EXPAND_MORE;
use serde_json::Value;

use super::{Editable, settings};
use crate::data::{DataKind, Guess, GuessedBy, Preview, Source};
use crate::draw::Tokens;
use crate::record::schema::{ParameterKind, ParameterSpec};
use crate::ui::forms::display;
use crate::ui::state::ReadingEdit;
use crate::ui::theme::{emphasis, tokens};
use crate::ui::widgets::{caption, marked, outline_boxes, section_header};

/// The words for how sure a guess is; none where there is nothing to be sure of.
fn certainty(guess: &Guess) -> &'static str {
    match guess.by {
        _ if guess.value.is_null() => "",
        GuessedBy::You => "set by you",
        GuessedBy::Certain => "certain",
        GuessedBy::Likely => "likely",
        GuessedBy::Unsure => "unsure",
    }
}

fn certainty_color(tokens: &Tokens, by: GuessedBy) -> Color32 {
    match by {
        GuessedBy::You => tokens.accent_text,
        GuessedBy::Certain | GuessedBy::Likely => tokens.text_tertiary,
        GuessedBy::Unsure => tokens.warning,
    }
}

/// True if there is nothing to list: a file of arrays that says by itself what it holds.
pub(super) fn is_empty(preview: &Preview, kind: DataKind, editable: Option<&Editable>) -> bool {
    let others = editable.map_or_else(Vec::new, |own| settings::others(preview, kind, own));
    preview.guesses.is_empty() && others.is_empty()
}

/// Shows the guesses, those that could mend what is wrong or odd first, and below them what else can be set. What a person chose.
pub(super) fn guesses_ui(
    ui: &mut Ui,
    preview: &Preview,
    kind: DataKind,
    editable: Option<&Editable>,
) -> Option<ReadingEdit> {
    let tokens = tokens(ui.ctx());
    ui.spacing_mut().item_spacing.y = 0.0;
    let others = editable.map_or_else(Vec::new, |own| settings::others(preview, kind, own));
    let (mending, settings, more) = settings::sorted(preview, &others);
    let mut edit = None;
    let mut rows = |ui: &mut Ui, guesses: &[&Guess]| {
        for guess in guesses {
            ui.push_id(guess.key, |ui| {
                let said = settings::suggested(preview, guess.key);
                let chosen = row_ui(ui, guess, kind, editable, said);
                edit = edit.take().or(chosen);
            });
        }
    };
    let by_column = editable.is_some()
        && !super::roles::columns(preview).is_empty()
        && (preview.problem.as_ref()).is_some_and(|problem| problem.keys.contains(&"columns"));
    if by_column || !mending.is_empty() {
        section_header(ui, "Could mend it");
        if by_column {
            caption(ui, "Choose above each column what it is.");
            ui.add_space(tokens.space.xs);
        }
        rows(ui, &mending);
        ui.add_space(tokens.space.m);
    }
    if !settings.is_empty() {
        section_header(ui, "Settings");
        rows(ui, &settings);
        ui.add_space(tokens.space.m);
    }
    if !more.is_empty() {
        section_header(ui, "More settings");
        rows(ui, &more);
    }
    edit
}

/// One guess; what a person chose for it.
fn row_ui(
    ui: &mut Ui,
    guess: &Guess,
    kind: DataKind,
    editable: Option<&Editable>,
    said: Option<Value>,
) -> Option<ReadingEdit> {
    let spec = Source::keys(kind).iter().find(|spec| spec.key == guess.key);
    let spec = spec.filter(|_| editable.is_some());
    let response = face_ui(ui, guess, spec.is_some());
    let Some(spec) = spec else {
        why_ui(response, guess);
        return None;
    };
    let set = editable.is_some_and(|own| own.set.contains_key(guess.key));
    let mut edit = None;
    let width = response.rect.width();
    Popup::menu(&response)
        .close_behavior(PopupCloseBehavior::CloseOnClickOutside)
        .width(width)
        .show(|ui| {
            ui.set_max_width(width);
            outline_boxes(ui);
            edit = menu_ui(ui, guess, spec, set, said.as_ref());
            if edit.is_some() {
                ui.close();
            }
        });
    why_ui(response, guess);
    edit
}

fn why_ui(response: Response, guess: &Guess) {
    response.on_hover_ui(|ui| {
        ui.label(emphasis(format!("{}: {}", guess.label, guess.shown)));
        if !guess.why.is_empty() {
            ui.label(marked(ui, &guess.why));
        }
        caption(ui, format!("Key: data.{}", guess.key));
    });
}

/// The setting, its value and how sure it is, on one line.
fn face_ui(ui: &mut Ui, guess: &Guess, can_change: bool) -> Response {
    let tokens = tokens(ui.ctx());
    let sense = if can_change {
        Sense::click()
    } else {
        Sense::hover()
    };
    let size = vec2(ui.available_width(), tokens.size.row);
    let (rect, response) = ui.allocate_exact_size(size, sense);
    response.widget_info(|| {
        let name = format!("{}: {}, {}", guess.label, guess.shown, certainty(guess));
        WidgetInfo::labeled(Widget::ComboBox, can_change, name)
    });
    if !ui.is_rect_visible(rect) {
        return response;
    }
    if can_change && (response.hovered() || response.has_focus()) {
        ui.painter()
            .rect_filled(rect, tokens.radius.medium, tokens.hovered);
    }
    let body = TextStyle::Body.resolve(ui.style());
    let small = TextStyle::Small.resolve(ui.style());
    let left = rect.left() + tokens.space.s;
    let mut right = rect.right() - tokens.space.s;
    if can_change {
        let icon = FontId::proportional(tokens.size.icon);
        let at = pos2(right, rect.center().y);
        let color = tokens.text_tertiary;
        let glyph = ICON_EXPAND_MORE.codepoint;
        ui.painter()
            .text(at, Align2::RIGHT_CENTER, glyph, icon, color);
        right -= tokens.size.icon + tokens.space.xs;
    }
    let color = certainty_color(tokens, guess.by);
    let drawn = ui.painter().text(
        pos2(right, rect.center().y),
        Align2::RIGHT_CENTER,
        certainty(guess),
        small,
        color,
    );
    let middle = left + (rect.width() * 0.36).floor();
    let cut = |text: &str, at: f32, room: f32, color| {
        one_line(ui, text, pos2(at, rect.center().y), room, &body, color);
    };
    cut(
        &guess.label,
        left,
        middle - left - tokens.space.s,
        tokens.text_secondary,
    );
    let color = if guess.value.is_null() {
        tokens.text_tertiary
    } else {
        tokens.text
    };
    cut(
        &shown(guess),
        middle,
        drawn.left() - middle - tokens.space.s,
        color,
    );
    response
}

/// The value on one line.
fn shown(guess: &Guess) -> String {
    if guess.shown.is_empty() {
        "automatic".to_owned()
    } else {
        super::cell::line(&guess.shown)
    }
}

/// Text that is cut where its room ends.
fn one_line(ui: &Ui, text: &str, at: Pos2, room: f32, font: &FontId, color: Color32) {
    let mut job = LayoutJob::simple_singleline(text.to_owned(), font.clone(), color);
    job.wrap = TextWrapping::truncate_at_width(room.max(1.0));
    let galley = ui.fonts_mut(|fonts| fonts.layout_job(job));
    let top = at.y - galley.size().y / 2.0;
    ui.painter().galley(pos2(at.x, top), galley, color);
}

/// What a setting could be.
fn menu_ui(
    ui: &mut Ui,
    guess: &Guess,
    spec: &ParameterSpec,
    set: bool,
    said: Option<&Value>,
) -> Option<ReadingEdit> {
    let tokens = tokens(ui.ctx());
    let mut edit = None;
    let put = |value: &Value| ReadingEdit::Set(guess.key.to_owned(), value.clone());
    if !guess.why.is_empty() {
        // A menu stretches the lines of a text to its width.
        ui.with_layout(Layout::top_down(Align::Min), |ui| {
            ui.label(marked(ui, &guess.why));
        });
        ui.add_space(tokens.space.xs);
    }
    let is_new = |value: &&Value| guess.choices.iter().all(|(own, _)| own != *value);
    let said = said.filter(is_new).map(|value| (value, display(value)));
    let choices = guess
        .choices
        .iter()
        .map(|(value, words)| (value, words.clone()));
    let choices = said.into_iter().chain(choices);
    for (value, words) in choices.filter(|(value, _)| !value.is_null()) {
        let chosen = *value == guess.value;
        let entry = ui.selectable_label(chosen, super::cell::line(&words));
        // A guess that is chosen stays, whatever is found out later.
        if entry.clicked() && !(chosen && set) {
            edit = Some(put(value));
        } else if entry.clicked() {
            ui.close();
        }
    }
    if is_free(spec)
        && let Some(value) = other_ui(ui, spec)
    {
        edit = Some(put(&value));
    }
    if set {
        ui.separator();
        let back = ui.selectable_label(false, "Back to automatic");
        if back.clicked() {
            edit = Some(ReadingEdit::Reset(vec![guess.key.to_owned()]));
        }
    }
    edit
}

/// True if a key takes more than what can be listed.
fn is_free(spec: &ParameterSpec) -> bool {
    !matches!(
        spec.kind,
        ParameterKind::Flag | ParameterKind::Choice(_) | ParameterKind::Path { .. }
    )
}

/// A field for any other value; counts with Enter.
fn other_ui(ui: &mut Ui, spec: &ParameterSpec) -> Option<Value> {
    let tokens = tokens(ui.ctx());
    let id = ui.make_persistent_id(("another value", &spec.key));
    let (mut text, mut problem): (String, Option<String>) =
        ui.data(|data| data.get_temp(id)).unwrap_or_default();
    let name = format!("Another value of {}", spec.label.to_lowercase());
    let response = ui.add(
        TextEdit::singleline(&mut text)
            .hint_text("Another value")
            .desired_width(f32::INFINITY)
            .min_size(vec2(0.0, tokens.size.control))
            .align(Align2::LEFT_CENTER),
    );
    response.widget_info(|| {
        let mut info = WidgetInfo::text_edit(true, "", &text, "Another value");
        info.label = Some(name.clone());
        info
    });
    if response.changed() {
        problem = None;
    }
    let entered = response.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
    let mut value = None;
    if entered && !text.is_empty() {
        match spec.parse(&text) {
            Ok(parsed) if !parsed.is_null() => value = Some(parsed),
            Ok(_) => (),
            Err(error) => problem = Some(error.problem),
        }
    }
    if let Some(problem) = &problem {
        ui.label(RichText::new(problem).small().color(tokens.error));
    }
    let keep = if value.is_some() {
        Default::default()
    } else {
        (text, problem)
    };
    ui.data_mut(|data| data.insert_temp(id, keep));
    value
}

/// The rectangles of the list and of the table beside it; above it where the room is narrow.
pub(super) fn places(area: Rect, tokens: &Tokens) -> (Rect, Rect) {
    let width = tokens.size.matrix_panel;
    if area.width() >= 2.0 * width {
        let list = Rect::from_min_size(area.min, vec2(width, area.height()));
        let table = Rect::from_min_max(pos2(list.right() + tokens.space.l, area.top()), area.max);
        return (list, table);
    }
    let height = (area.height() * 0.35).floor();
    let list = Rect::from_min_size(area.min, vec2(area.width(), height));
    let top = list.bottom() + tokens.space.s;
    (list, Rect::from_min_max(pos2(area.left(), top), area.max))
}
