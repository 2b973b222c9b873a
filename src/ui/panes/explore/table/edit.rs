//! Tags and notes, written where they stand.

use eframe::egui::{Key, TextEdit, Ui, WidgetInfo};

use crate::runs::{Labels, RunId};
use crate::ui::app::{Action, LabelChange};

/// What is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Field {
    /// The tags.
    Tags,
    /// The note.
    Note,
}

/// A text that is being written beside a run.
#[derive(Debug, Clone)]
pub(super) struct Editing {
    /// The run.
    pub(super) run: RunId,
    /// What is written.
    pub(super) field: Field,
    text: String,
    /// It has not had the keyboard yet.
    fresh: bool,
    /// Why it cannot be taken.
    problem: Option<String>,
}

impl Editing {
    /// Begins with what stands there.
    pub(super) fn new(run: &RunId, field: Field, labels: &Labels) -> Self {
        let text = match field {
            Field::Tags => {
                let tags: Vec<&str> = labels.tags.iter().map(String::as_str).collect();
                tags.join(" ")
            }
            Field::Note => labels.note.clone(),
        };
        Self {
            run: run.clone(),
            field,
            text,
            fresh: true,
            problem: None,
        }
    }

    /// Shows the field; true once it is done. Enter or a click elsewhere takes the text, Escape leaves what was there.
    pub(super) fn ui(&mut self, ui: &mut Ui, name: &str, actions: &mut Vec<Action>) -> bool {
        let (label, hint) = match self.field {
            Field::Tags => (format!("Tags of {name}"), "final, baseline"),
            Field::Note => (format!("Note on {name}"), "Note"),
        };
        let edit = TextEdit::singleline(&mut self.text)
            .hint_text(hint)
            .desired_width(ui.available_width());
        let response = ui.add(edit);
        let text = self.text.clone();
        response.widget_info(|| WidgetInfo {
            label: Some(label.clone()),
            ..WidgetInfo::text_edit(true, "", &text, hint)
        });
        if std::mem::take(&mut self.fresh) {
            response.request_focus();
            return false;
        }
        if let Some(problem) = &self.problem {
            response.show_tooltip_text(problem);
        }
        if !response.lost_focus() {
            return false;
        }
        if ui.input(|input| input.key_pressed(Key::Escape)) {
            return true;
        }
        match self.change() {
            Ok(change) => {
                actions.push(Action::Label(vec![self.run.clone()], change));
                true
            }
            Err(problem) => {
                self.problem = Some(problem);
                self.fresh = true;
                false
            }
        }
    }

    fn change(&self) -> Result<LabelChange, String> {
        match self.field {
            Field::Tags => Labels::parse_tags(&self.text)
                .map(LabelChange::Tags)
                .map_err(|error| error.to_string()),
            Field::Note => {
                let labels = Labels {
                    note: self.text.clone(),
                    ..Labels::default()
                };
                labels.check().map_err(|error| error.to_string())?;
                Ok(LabelChange::Note(self.text.clone()))
            }
        }
    }
}
