//! The editor of the values that a sweep tries: below the label, as wide as the form.

use eframe::egui::text::{CCursor, CCursorRange};
use eframe::egui::text_edit::TextEditState;
use eframe::egui::{Align, Align2, DragValue, Id, Layout, Role, TextEdit, Ui, WidgetInfo, vec2};
use serde_json::Value;

use super::{DEFAULT_COUNT, MOST, Tried, is_number, is_ticked, read};
use crate::record::schema::{ParameterKind, ParameterSpec};
use crate::ui::theme::tokens;
use crate::ui::widgets::{caption, marked, outline_boxes, segmented};

/// The editor of one key.
pub(in crate::ui::forms) struct TriedField<'a> {
    pub(in crate::ui::forms) spec: &'a ParameterSpec,
    pub(in crate::ui::forms) tried: &'a Tried,
    /// Every combination is tried, not some that are drawn.
    pub(in crate::ui::forms) grid: bool,
    /// Take the keyboard.
    pub(in crate::ui::forms) focus: bool,
    /// Space at the left, in points.
    pub(in crate::ui::forms) indent: f32,
}

/// What a person did.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::ui::forms) struct TriedEdit {
    pub(in crate::ui::forms) tried: Tried,
    /// More may follow before it is one step of undo.
    pub(in crate::ui::forms) typing: bool,
}

impl TriedField<'_> {
    /// True if there is a list or a range to choose between.
    pub(in crate::ui::forms) fn has_modes(&self) -> bool {
        is_number(self.spec)
    }

    /// A list, or a range by differences or by ratios.
    pub(in crate::ui::forms) fn mode_ui(&self, ui: &mut Ui) -> Option<TriedEdit> {
        if !self.has_modes() {
            return None;
        }
        let mut mode = match self.tried {
            Tried::Range { log, .. } => Some(*log),
            Tried::List(_) | Tried::Ticked(_) => None,
        };
        let options = [(None, "List"), (Some(false), "Lin"), (Some(true), "Log")];
        if !segmented(ui, &mut mode, &options) {
            return None;
        }
        Some(TriedEdit {
            tried: match mode {
                Some(log) => self.as_range(log),
                None => self.as_list(),
            },
            typing: false,
        })
    }

    /// The values, and what they come to.
    pub(in crate::ui::forms) fn values_ui(&self, ui: &mut Ui) -> Option<TriedEdit> {
        let tokens = tokens(ui.ctx());
        let edit = ui
            .horizontal(|ui| {
                ui.spacing_mut().item_spacing.x = tokens.space.xs;
                ui.add_space(self.indent - tokens.space.xs);
                match self.tried {
                    Tried::Ticked(values) => self.ticks_ui(ui, values),
                    Tried::List(text) => self.list_ui(ui, text),
                    Tried::Range {
                        from,
                        to,
                        log,
                        count,
                    } => self.range_ui(ui, (from, to), *log, *count),
                }
            })
            .inner;
        if let (Some(text), false) = (
            self.tried.preview(self.spec, self.grid),
            is_ticked(self.spec),
        ) {
            ui.horizontal_wrapped(|ui| {
                ui.spacing_mut().item_spacing.x = 0.0;
                ui.add_space(self.indent);
                caption(ui, text);
            });
        }
        ui.add_space(tokens.space.xs);
        edit
    }

    fn ticks_ui(&self, ui: &mut Ui, ticked: &[Value]) -> Option<TriedEdit> {
        let choices: Vec<(Value, &str, &str)> = match &self.spec.kind {
            ParameterKind::Choice(choices) => choices
                .iter()
                .map(|choice| {
                    let value = Value::from(choice.name.as_str());
                    (value, choice.label.as_str(), choice.help.as_str())
                })
                .collect(),
            _ => vec![(false.into(), "off", ""), (true.into(), "on", "")],
        };
        let mut changed = None;
        let room = ui.available_width();
        let layout = Layout::left_to_right(Align::Center).with_main_wrap(true);
        ui.allocate_ui_with_layout(vec2(room, 0.0), layout, |ui| {
            outline_boxes(ui);
            ui.spacing_mut().item_spacing.x = tokens(ui.ctx()).space.m;
            for (value, label, help) in &choices {
                let mut on = ticked.contains(value);
                let mut response = ui.checkbox(&mut on, *label);
                let name = format!("Try {} {label}", self.spec.label.to_lowercase());
                response.widget_info(|| WidgetInfo::selected(Role::CheckBox, true, on, &name));
                if !help.is_empty() {
                    response = response.on_hover_text(marked(ui, help));
                }
                if response.changed() {
                    changed = Some((value.clone(), on));
                }
            }
        });
        let (value, on) = changed?;
        // In the order of the choices, whatever was ticked first.
        let is_on = |own: &Value| {
            if *own == value {
                on
            } else {
                ticked.contains(own)
            }
        };
        let values = choices.into_iter().map(|(own, ..)| own).filter(is_on);
        Some(TriedEdit {
            tried: Tried::Ticked(values.collect()),
            typing: false,
        })
    }

    fn list_ui(&self, ui: &mut Ui, text: &str) -> Option<TriedEdit> {
        let hint = match &self.spec.kind {
            ParameterKind::Integers { .. } => "20 50 [500, 250]",
            _ if self.spec.percent => "5 10 20 (percent)",
            _ if is_number(self.spec) => "10 20 50",
            _ => "apart by spaces",
        };
        let name = format!("Values of {}", self.spec.label.to_lowercase());
        let width = ui.available_width();
        let changed = self.text_ui(ui, text, &name, hint, width, self.focus)?;
        Some(TriedEdit {
            tried: Tried::List(changed),
            typing: true,
        })
    }

    fn range_ui(
        &self,
        ui: &mut Ui,
        (from, to): (&str, &str),
        log: bool,
        count: u32,
    ) -> Option<TriedEdit> {
        let label = self.spec.label.to_lowercase();
        let (mut many, mut turned) = (count, false);
        // The number takes what it needs; the ends share the rest.
        let tokens = tokens(ui.ctx());
        let dots = tokens.space.l + tokens.space.xs;
        let number = if self.grid {
            2.0 * tokens.space.xxl
        } else {
            0.0
        };
        let end = ((ui.available_width() - dots - number) / 2.0).clamp(36.0, 110.0);
        let low = self.text_ui(
            ui,
            from,
            &format!("Smallest {label}"),
            "from",
            end,
            self.focus,
        );
        ui.label("…");
        let high = self.text_ui(ui, to, &format!("Largest {label}"), "to", end, false);
        if self.grid {
            let number = DragValue::new(&mut many)
                .range(2..=MOST as u32)
                .speed(0.1)
                .prefix("× ")
                .min_size(vec2(tokens.space.xxl, tokens.size.control));
            let response = ui.add(number).on_hover_text("How many values");
            response.widget_info(|| {
                WidgetInfo::labeled(
                    Role::SpinButton,
                    true,
                    format!("How many values of {label}"),
                )
            });
            turned |= response.changed();
        }
        let typing = low.is_some() || high.is_some();
        (typing || turned).then(|| TriedEdit {
            tried: Tried::Range {
                from: low.unwrap_or_else(|| from.to_owned()),
                to: high.unwrap_or_else(|| to.to_owned()),
                log,
                count: many,
            },
            typing,
        })
    }

    /// The text after it was changed.
    fn text_ui(
        &self,
        ui: &mut Ui,
        text: &str,
        name: &str,
        hint: &str,
        width: f32,
        focus: bool,
    ) -> Option<String> {
        let tokens = tokens(ui.ctx());
        let mut now = text.to_owned();
        let id = Id::unique(("tried", &self.spec.key, hint));
        let field = TextEdit::singleline(&mut now)
            .id(id)
            .hint_text(hint)
            .desired_width(width - 2.0 * ui.spacing().button_padding.x)
            .min_size(vec2(width, tokens.size.control))
            .align(Align2::LEFT_CENTER);
        let response = ui.add(field);
        response.widget_info(|| WidgetInfo {
            label: Some(name.to_owned()),
            ..WidgetInfo::text_edit(true, text, &now, hint)
        });
        if focus {
            response.request_focus();
            // What is typed next takes the place of the suggestion.
            let mut state = TextEditState::load(ui.ctx(), id).unwrap_or_default();
            let all = CCursorRange::two(CCursor::new(0), CCursor::new(now.chars().count()));
            state.cursor.set_char_range(Some(all));
            state.store(ui.ctx(), id);
        }
        response.changed().then_some(now)
    }

    fn as_range(&self, log: bool) -> Tried {
        if let Tried::Range {
            from, to, count, ..
        } = self.tried
        {
            return Tried::Range {
                from: from.clone(),
                to: to.clone(),
                log,
                count: *count,
            };
        }
        let values = self.tried.values(self.spec).unwrap_or_default();
        let number = |value: &Value| match value {
            Value::Array(list) => list.first().and_then(Value::as_f64),
            value => value.as_f64(),
        };
        let numbers: Vec<f64> = values.iter().filter_map(number).collect();
        let low = numbers.iter().copied().fold(f64::INFINITY, f64::min);
        let high = numbers.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let text = |end: f64| {
            if end.is_finite() {
                read::typed_number(self.spec, end)
            } else {
                String::new()
            }
        };
        let count = u32::try_from(numbers.len()).ok();
        Tried::Range {
            from: text(low),
            to: text(high),
            log,
            count: count.filter(|count| *count >= 2).unwrap_or(DEFAULT_COUNT),
        }
    }

    fn as_list(&self) -> Tried {
        let values = self.tried.values(self.spec).unwrap_or_default();
        let text = |value: &Value| match value {
            Value::Number(own) if !own.is_i64() => {
                own.as_f64().map_or_else(String::new, |number| {
                    read::typed_number(self.spec, super::to_digits(number, 4))
                })
            }
            value => read::typed(self.spec, value),
        };
        Tried::List(values.iter().map(text).collect::<Vec<_>>().join(" "))
    }
}
