//! One editor per kind of parameter. Each returns what a person did; none changes the form.

use std::cell::RefCell;

use eframe::egui::style::WidgetVisuals;
use eframe::egui::{
    Align, Align2, Atom, Button, ComboBox, CornerRadius, DragValue, FontId, Layout, Rect, Response,
    RichText, Role, Sense, StrokeKind, TextEdit, TextStyle, Ui, WidgetInfo, lerp, pos2, vec2,
};
use egui_material_icons::icons::ICON_EXPAND_MORE;
use serde_json::Value;

use super::schema::display;
use crate::draw::Scale;
use crate::draw::format;
use crate::systems::{Choice, ParameterKind, ParameterSpec};
use crate::ui::theme::tokens;
use crate::ui::widgets::segmented;

/// What a person did in an editor.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Edit {
    /// A value to show while it is being dragged.
    Draft(Value),
    /// A value that counts.
    Commit(Value),
    /// Text that is no value, and why.
    Unfinished { text: String, problem: String },
}

/// The editor of one parameter, `width` points wide. `unfinished` is text that could not be read.
pub(super) fn editor(
    ui: &mut Ui,
    spec: &ParameterSpec,
    value: &Value,
    unfinished: Option<&str>,
    label: &Response,
    width: f32,
) -> Option<Edit> {
    match &spec.kind {
        ParameterKind::Flag => flag(ui, spec, value, label),
        ParameterKind::Choice(choices) => choice(ui, spec, choices, value, label, width),
        ParameterKind::Integer { min, max } => {
            let range = (*min as f64, *max as f64);
            optional(ui, spec, value, label, width, |ui, width| {
                number(ui, spec, value, unfinished, label, width, range)
            })
        }
        ParameterKind::Number { min, max } => {
            let range = (*min, *max);
            optional(ui, spec, value, label, width, |ui, width| {
                number(ui, spec, value, unfinished, label, width, range)
            })
        }
        ParameterKind::Integers { .. } | ParameterKind::Text => {
            text(ui, spec, value, unfinished, label, width)
        }
    }
}

/// A switch.
fn flag(ui: &mut Ui, spec: &ParameterSpec, value: &Value, label: &Response) -> Option<Edit> {
    let on = value.as_bool().unwrap_or(false);
    let response = switch(ui, on, &spec.label).labelled_by(label.id);
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

/// Segments where the words fit, else a menu.
fn choice(
    ui: &mut Ui,
    spec: &ParameterSpec,
    choices: &[Choice],
    value: &Value,
    label: &Response,
    width: f32,
) -> Option<Edit> {
    let chosen = value.as_str().unwrap_or_default();
    let mut names: Vec<&str> = choices.iter().map(|choice| choice.name.as_str()).collect();
    if !spec.optional && fits_as_segments(ui, &names, width) {
        let mut picked = names.iter().position(|name| *name == chosen);
        let options: Vec<(Option<usize>, &str)> = names
            .iter()
            .enumerate()
            .map(|(index, name)| (Some(index), *name))
            .collect();
        let changed = segmented(ui, &mut picked, &options);
        return changed
            .then_some(picked)
            .flatten()
            .map(|index| Edit::Commit(Value::from(names[index])));
    }
    const NONE: &str = "none";
    if spec.optional {
        names.insert(0, NONE);
    }
    let mut edit = None;
    let shown = if value.is_null() { NONE } else { chosen };
    let combo = ComboBox::from_id_salt(&spec.key)
        .width(width)
        .truncate()
        .icon(chevron)
        .selected_text(shown)
        .show_ui(ui, |ui| {
            for name in names {
                let help = choices
                    .iter()
                    .find(|choice| choice.name == name)
                    .map_or("", |choice| choice.help.as_str());
                let mut item = ui.selectable_label(name == shown, name);
                if !help.is_empty() {
                    item = item.on_hover_text(help);
                }
                if item.clicked() && name != shown {
                    edit = Some(Edit::Commit(if spec.optional && name == NONE {
                        Value::Null
                    } else {
                        Value::from(name)
                    }));
                }
            }
        });
    combo.response.labelled_by(label.id);
    edit
}

/// The mark of a menu, the same on every one.
pub(super) fn chevron(ui: &Ui, rect: Rect, visuals: &WidgetVisuals, _open: bool) {
    ui.painter().text(
        rect.center(),
        Align2::CENTER_CENTER,
        ICON_EXPAND_MORE.codepoint,
        FontId::proportional(tokens(ui.ctx()).size.icon),
        visuals.text_color(),
    );
}

/// Whether `names` stand side by side in `width`.
fn fits_as_segments(ui: &Ui, names: &[&str], width: f32) -> bool {
    let tokens = tokens(ui.ctx());
    let font = TextStyle::Button.resolve(ui.style());
    let padding = 2.0 * ui.spacing().button_padding.x + tokens.space.hair;
    let needed: f32 = names
        .iter()
        .map(|name| {
            let galley = ui.fonts_mut(|fonts| {
                fonts.layout_no_wrap((*name).to_owned(), font.clone(), tokens.text)
            });
            galley.size().x + padding
        })
        .sum();
    needed + 2.0 * tokens.space.hair <= width
}

/// Where a parameter may have no value: a check box that says whether it has one, beside `editor`.
fn optional(
    ui: &mut Ui,
    spec: &ParameterSpec,
    value: &Value,
    label: &Response,
    width: f32,
    editor: impl FnOnce(&mut Ui, f32) -> Option<Edit>,
) -> Option<Edit> {
    if !spec.optional {
        return editor(ui, width);
    }
    let tokens = tokens(ui.ctx());
    ui.allocate_ui_with_layout(
        vec2(width, tokens.size.control),
        Layout::left_to_right(Align::Center),
        |ui| {
            ui.spacing_mut().item_spacing.x = tokens.space.s;
            let mut has = !value.is_null();
            let response = ui.checkbox(&mut has, "");
            let enabled = ui.is_enabled();
            response.widget_info(|| {
                let name = format!("Use {}", spec.label.to_lowercase());
                WidgetInfo::selected(Role::CheckBox, enabled, has, name)
            });
            let rest = ui.available_width();
            let edit = if value.is_null() {
                ui.add_enabled(
                    false,
                    Button::new((
                        RichText::new("none").color(tokens.text_tertiary),
                        Atom::grow(),
                    ))
                    .min_size(vec2(rest, tokens.size.control)),
                )
                .labelled_by(label.id);
                None
            } else {
                editor(ui, rest)
            };
            if response.changed() {
                return Some(Edit::Commit(if has {
                    first_value(spec)
                } else {
                    Value::Null
                }));
            }
            edit
        },
    )
    .inner
}

/// What an optional parameter starts from when it is switched on: its default, else 10 within its bounds.
fn first_value(spec: &ParameterSpec) -> Value {
    match &spec.kind {
        _ if !spec.default.is_null() => spec.default.clone(),
        ParameterKind::Integer { min, max } => Value::from(10.clamp(*min, *max)),
        ParameterKind::Number { min, max } => {
            Value::from(if *min > 0.0 { *min } else { max.min(1.0) })
        }
        _ => Value::Null,
    }
}

/// A number that is dragged or typed. Dragging keeps to the range; what is typed is taken as it is, for the check to complain about.
fn number(
    ui: &mut Ui,
    spec: &ParameterSpec,
    value: &Value,
    unfinished: Option<&str>,
    label: &Response,
    width: f32,
    (min, max): (f64, f64),
) -> Option<Edit> {
    let tokens = tokens(ui.ctx());
    let whole = matches!(spec.kind, ParameterKind::Integer { .. });
    let before = value.as_f64().unwrap_or(0.0);
    let mut number = before;
    let unreadable: RefCell<Option<String>> = RefCell::new(None);
    let field = DragValue::new(&mut number)
        .speed(drag_speed(spec, before, (min, max)))
        .update_while_editing(false)
        .clip_text(true)
        .min_size(vec2(width, tokens.size.control))
        .suffix(Atom::grow())
        .custom_formatter(|number, _| {
            unfinished.map_or_else(|| format::setting(number), str::to_owned)
        })
        .custom_parser(|text| {
            let parsed = parse_number(text);
            *unreadable.borrow_mut() = parsed.is_none().then(|| text.trim().to_owned());
            parsed
        });
    let field = if whole {
        field.max_decimals(0)
    } else {
        field.max_decimals(12)
    };
    let response = ui.add(field).labelled_by(label.id);
    if !response.has_focus() && min.is_finite() && max < f64::from(u32::MAX) && unfinished.is_none()
    {
        fill(ui, response.rect, spec, before, (min, max));
    }
    if let Some(text) = unreadable.into_inner() {
        let problem = format!("“{text}” is not a number");
        return Some(Edit::Unfinished { text, problem });
    }
    let to_value = |number: f64| {
        if whole && number.fract() == 0.0 && number.abs() < 9e15 {
            Value::from(number as i64)
        } else {
            Value::from(number)
        }
    };
    if response.dragged() && response.changed() {
        let number = if whole { number.round() } else { number };
        return Some(Edit::Draft(to_value(number.clamp(min, max))));
    }
    if response.drag_stopped() {
        return Some(Edit::Commit(to_value(before)));
    }
    // Text typed over unreadable text may be the value that was there before.
    let retyped = unfinished.is_some() && response.lost_focus();
    (response.changed() || retyped).then(|| Edit::Commit(to_value(number)))
}

/// Change per point dragged: a hundredth of the value where amounts count by ratio, of the range where there is one.
fn drag_speed(spec: &ParameterSpec, value: f64, (min, max): (f64, f64)) -> f64 {
    let whole = matches!(spec.kind, ParameterKind::Integer { .. });
    let by_ratio = spec.logarithmic || !(min.is_finite() && max - min <= 1000.0);
    let speed = if by_ratio {
        value.abs().max(1e-6) / 100.0
    } else {
        (max - min) / 200.0
    };
    if whole { speed.max(0.1) } else { speed }
}

/// A thin bar at the foot of a bounded number: where the value stands in its range.
fn fill(ui: &Ui, rect: Rect, spec: &ParameterSpec, value: f64, (min, max): (f64, f64)) {
    let tokens = tokens(ui.ctx());
    let scale = if spec.logarithmic {
        Scale::Log
    } else {
        Scale::Linear
    };
    let low = if spec.logarithmic && min <= 0.0 {
        max * 1e-6
    } else {
        min
    };
    let share = scale.position(value, (low, max)).clamp(0.0, 1.0) as f32;
    let inner = rect.shrink2(vec2(f32::from(tokens.radius.medium), tokens.size.hairline));
    let bar = Rect::from_min_max(
        pos2(inner.left(), inner.bottom() - tokens.space.hair),
        pos2(lerp(inner.left()..=inner.right(), share), inner.bottom()),
    );
    let color = if ui.is_enabled() {
        tokens.accent_text
    } else {
        tokens.text_disabled
    };
    ui.painter()
        .rect_filled(bar, CornerRadius::ZERO, color.gamma_multiply(0.6));
}

/// Words or whole numbers. Read as they are typed; counts when the field is left.
fn text(
    ui: &mut Ui,
    spec: &ParameterSpec,
    value: &Value,
    unfinished: Option<&str>,
    label: &Response,
    width: f32,
) -> Option<Edit> {
    let tokens = tokens(ui.ctx());
    let shown = || match value {
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
        _ if spec.optional => "none",
        _ => "",
    };
    let response = ui
        .add(
            TextEdit::singleline(&mut text)
                .hint_text(hint)
                .desired_width(width - 2.0 * ui.spacing().button_padding.x)
                .min_size(vec2(width, tokens.size.control))
                .align(eframe::egui::Align2::LEFT_CENTER),
        )
        .labelled_by(label.id);
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

/// Reads a number as people write it: `0.1`, `1e-3`, `1_000`. A comma is not a decimal point.
fn parse_number(text: &str) -> Option<f64> {
    let text = text
        .trim()
        .replace('−', "-")
        .replace(['_', ' ', '\u{202f}'], "");
    text.parse().ok().filter(|number: &f64| number.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_people_write_them() {
        assert_eq!(parse_number(" 1e-3 "), Some(0.001));
        assert_eq!(parse_number("1_000"), Some(1000.0));
        assert_eq!(parse_number("−2"), Some(-2.0));
        for wrong in ["", "ten", "1,5", "inf", "NaN", "1e999"] {
            assert_eq!(parse_number(wrong), None, "{wrong}");
        }
    }
}
