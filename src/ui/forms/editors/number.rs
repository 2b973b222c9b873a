//! The editor of a number.

use std::cell::RefCell;

use eframe::egui::{
    Align, Atom, Button, CornerRadius, DragValue, Layout, Rect, RichText, Role, Ui, WidgetInfo,
    lerp, pos2, vec2,
};
use serde_json::Value;

use super::{Edit, Field};
use crate::draw::{Scale, format};
use crate::record::schema::{ParameterKind, ParameterSpec};

use crate::ui::theme::tokens;

/// A number; where it may have no value, beside a check box that says whether it has one.
pub(super) fn optional(ui: &mut Ui, field: Field<'_>) -> Option<Edit> {
    let spec = field.spec;
    if !spec.optional || spec.option.is_some() {
        return number(ui, field);
    }
    let tokens = tokens(ui.ctx());
    ui.allocate_ui_with_layout(
        vec2(field.width, tokens.size.control),
        Layout::left_to_right(Align::Center),
        |ui| {
            ui.spacing_mut().item_spacing.x = tokens.space.s;
            let mut has = !field.value.is_null();
            let response = ui.checkbox(&mut has, "");
            let enabled = ui.is_enabled();
            response.widget_info(|| {
                let name = format!("Use {}", spec.label.to_lowercase());
                WidgetInfo::selected(Role::CheckBox, enabled, has, name)
            });
            let rest = ui.available_width();
            let edit = if field.value.is_null() {
                let words = RichText::new(field.absent("none")).color(tokens.text_tertiary);
                ui.add_enabled(
                    false,
                    Button::new((words, Atom::grow())).min_size(vec2(rest, tokens.size.control)),
                )
                .labelled_by(field.label.id);
                None
            } else {
                number(
                    ui,
                    Field {
                        width: rest,
                        ..field
                    },
                )
            };
            if response.changed() {
                return Some(Edit::Commit(if has { spec.first() } else { Value::Null }));
            }
            edit
        },
    )
    .inner
}

/// The bounds of a number.
fn bounds(spec: &ParameterSpec) -> (f64, f64) {
    match spec.kind {
        ParameterKind::Integer { min, max } => (min as f64, max as f64),
        ParameterKind::Number { min, max } => (min, max),
        _ => (f64::NEG_INFINITY, f64::INFINITY),
    }
}

/// A number that is dragged or typed. Dragging keeps to the range; what is typed is taken as it is, for the check to complain about.
fn number(ui: &mut Ui, field: Field<'_>) -> Option<Edit> {
    let tokens = tokens(ui.ctx());
    let (spec, unfinished) = (field.spec, field.unfinished);
    let (min, max) = bounds(spec);
    // A share is shown in percent.
    let scale = if spec.percent { 100.0 } else { 1.0 };
    let whole = matches!(spec.kind, ParameterKind::Integer { .. });
    let before = field.value.as_f64().unwrap_or(0.0);
    let mut number = before * scale;
    let unreadable: RefCell<Option<String>> = RefCell::new(None);
    let editor = DragValue::new(&mut number)
        .speed(drag_speed(spec, before, (min, max)) * scale)
        .update_while_editing(false)
        .clip_text(true)
        .min_size(vec2(field.width, tokens.size.control))
        .suffix(Atom::grow())
        .custom_formatter(|number, _| {
            let unit = if spec.percent { " %" } else { "" };
            match (unfinished, &spec.zero) {
                (Some(text), _) => text.to_owned(),
                (None, Some(word)) if number == 0.0 => word.clone(),
                (None, _) => format!("{}{unit}", format::setting(number)),
            }
        })
        .custom_parser(|text| {
            let zero = spec.zero.as_deref();
            let parsed = match zero.is_some_and(|word| text.trim().eq_ignore_ascii_case(word)) {
                true => Some(0.0),
                false => parse_number(text.trim_end().trim_end_matches(if spec.percent {
                    "%"
                } else {
                    ""
                })),
            };
            *unreadable.borrow_mut() = parsed.is_none().then(|| text.trim().to_owned());
            parsed
        });
    let editor = editor.max_decimals(if whole { 0 } else { 12 });
    let response = field.named(ui.add(editor));
    if !response.has_focus() && min.is_finite() && max < f64::from(u32::MAX) && unfinished.is_none()
    {
        fill(ui, response.rect, spec, before, (min, max));
    }
    if let Some(text) = unreadable.into_inner() {
        let problem = format!("“{text}” is not a number");
        return Some(Edit::Unfinished { text, problem });
    }
    let to_value = |number: f64| {
        let number = number / scale;
        if whole && number.fract() == 0.0 && number.abs() < 9e15 {
            Value::from(number as i64)
        } else {
            Value::from(number)
        }
    };
    if response.dragged() && response.changed() {
        let number = if whole { number.round() } else { number };
        return Some(Edit::Draft(to_value(
            number.clamp(min * scale, max * scale),
        )));
    }
    if response.drag_stopped() {
        return Some(Edit::Commit(field.value.clone()));
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
