//! One editor per kind of parameter. Each returns what a person did; none changes the form.

mod choice;
mod number;
mod path;
mod text;

pub(super) use choice::menu;
use eframe::egui::{Response, Ui};
use serde_json::Value;

use crate::record::schema::{ParameterKind, ParameterSpec};

/// An edit that a person made.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Edit {
    /// A value to show while it is being dragged.
    Draft(Value),
    /// A value that counts.
    Commit(Value),
    /// Text that is no value, and why.
    Unfinished { text: String, problem: String },
    /// Another file or folder is asked for.
    Choose,
}

/// One field of a form.
#[derive(Clone, Copy)]
pub(super) struct Field<'a> {
    pub(super) spec: &'a ParameterSpec,
    pub(super) value: &'a Value,
    /// Text that could not be read.
    pub(super) unfinished: Option<&'a str>,
    /// The label that names the editor.
    pub(super) label: &'a Response,
    /// Points.
    pub(super) width: f32,
    /// Take the keyboard focus.
    pub(super) focus: bool,
    /// The words for what was found where no value is given.
    pub(super) found: Option<&'a str>,
    /// Values to choose from, with their labels.
    pub(super) offered: &'a [(Value, String)],
}

impl Field<'_> {
    /// Shows the editor.
    pub(super) fn ui(self, ui: &mut Ui) -> Option<Edit> {
        match &self.spec.kind {
            ParameterKind::Flag => text::flag(ui, self),
            ParameterKind::Choice(choices) => choice::choice(ui, self, choices),
            ParameterKind::Integer { .. } | ParameterKind::Number { .. } => {
                number::optional(ui, self)
            }
            ParameterKind::Path { .. } => path::path(ui, self),
            ParameterKind::Text if !self.offered.is_empty() => choice::offered(ui, self, None),
            ParameterKind::Integers { .. }
            | ParameterKind::Text
            | ParameterKind::Words
            | ParameterKind::Parts(_) => text::text(ui, self),
        }
    }

    /// Names the editor by its label, and gives it the focus if it is to have it.
    fn named(self, response: Response) -> Response {
        if self.focus {
            response.request_focus();
        }
        response.labelled_by(self.label.id)
    }

    /// The words in place of a value that is absent.
    fn absent(&self, otherwise: &'static str) -> &str {
        self.found
            .or(self.spec.absent.as_deref())
            .unwrap_or(otherwise)
    }
}
