//! The editors of words, of lists of whole numbers, and of switches.

use eframe::egui::{Response, Role, Sense, StrokeKind, TextEdit, Ui, WidgetInfo, lerp, pos2, vec2};
use serde_json::Value;

use super::{Edit, Field};
use crate::record::schema::ParameterKind;
use crate::ui::forms::schema::display;
use crate::ui::theme::tokens;

/// A switch.
pub(super) fn flag(ui: &mut Ui, field: Field<'_>) -> Option<Edit> {
    let on = field.value.as_bool().unwrap_or(false);
    let response = field.named(switch(ui, on, &field.spec.label));
    response.clicked().then(|| Edit::Commit(Value::from(!on)))
}

/// A pill with a knob: accent while on.
fn switch(ui: &mut Ui, on: bool, name: &str) -> Response {
    let tokens = tokens(ui.ctx());
    let size = vec2(tokens.size.control + tokens.space.xs, tokens.size.icon);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    let enabled = ui.is_enabled();
    response.widget_info(|| WidgetInfo::selected(Role::Switch, enabled, on, name));
    let at = ui.ctx().animate_bool_responsive(response.id, on);
    let visuals = ui.style().interact(&response);
    let track = if on { tokens.accent } else { visuals.bg_fill };
    let outline = if on {
        tokens.accent
    } else {
        tokens.border_strong
    };
    let outline = if response.has_focus() {
        tokens.accent_text
    } else {
        outline
    };
    let radius = rect.height() / 2.0;
    let painter = ui.painter();
    painter.rect(
        rect,
        radius,
        track,
        (tokens.size.hairline, outline),
        StrokeKind::Inside,
    );
    let knob = pos2(
        lerp(rect.left() + radius..=rect.right() - radius, at),
        rect.center().y,
    );
    let color = if on {
        tokens.on_accent
    } else {
        tokens.text_secondary
    };
    painter.circle_filled(knob, radius - 4.0, color);
    response
}

/// Words or whole numbers. Read as they are typed; counts when the field is left.
pub(super) fn text(ui: &mut Ui, field: Field<'_>) -> Option<Edit> {
    let tokens = tokens(ui.ctx());
    let (spec, unfinished) = (field.spec, field.unfinished);
    let shown = || match field.value {
        Value::Null => String::new(),
        value => display(value),
    };
    // While the field has the focus its text lives in egui's memory; the form hears of it only when it is wrong or complete.
    let id = ui.make_persistent_id(("parameter text", &spec.key));
    let kept: Option<String> = ui.data(|data| data.get_temp(id));
    let before = kept.unwrap_or_else(|| unfinished.map_or_else(shown, str::to_owned));
    let mut text = before.clone();
    let hint = match &spec.kind {
        ParameterKind::Integers { .. } => "500, 250, 500",
        _ if spec.optional => field.absent("none"),
        _ => "",
    };
    let response = field.named(
        ui.add(
            TextEdit::singleline(&mut text)
                .hint_text(hint)
                .desired_width(field.width - 2.0 * ui.spacing().button_padding.x)
                .min_size(vec2(field.width, tokens.size.control))
                .align(eframe::egui::Align2::LEFT_CENTER),
        ),
    );
    // Long lists are cut off by the field.
    let response = if text.len() > 10 && !response.has_focus() {
        response.on_hover_text(&text)
    } else {
        response
    };
    if response.has_focus() {
        ui.data_mut(|data| data.insert_temp(id, text.clone()));
    } else {
        ui.data_mut(|data| data.remove::<String>(id));
    }
    let parsed = spec.parse(&text);
    match parsed {
        Err(error) if response.changed() || response.lost_focus() => Some(Edit::Unfinished {
            text,
            problem: error.problem,
        }),
        Ok(value) if response.lost_focus() => Some(Edit::Commit(value)),
        // Right again, though not complete: the message goes as soon as the text is mended.
        Ok(value) if response.changed() && unfinished.is_some() => Some(Edit::Draft(value)),
        _ => None,
    }
}
