//! Forms rendered from schemas: the parameters of a system, and the source of the data.

mod data;
mod editors;
mod evaluation;
mod form;
mod frame;
mod group;
mod header;
mod history;
mod model;
mod row;
mod schema;
mod sweep;
mod tried;
mod tried_row;
mod trying;

pub use data::{DataForm, FoundData};
pub use form::{FormContext, FormMode, FormResponse, OwnPresetAsk};
pub use model::ParameterForm;
pub use schema::FormSchema;
pub(in crate::ui) use schema::display;
pub use sweep::{OfferedMeasure, SweepContext, SweepForm, SweepResponse};
pub use tried::Tried;
pub(in crate::ui) use tried::without_brackets;

/// A file or folder that a form wants to be chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PathRequest {
    /// True for the source of the data, false for a parameter.
    pub data: bool,
    /// The key.
    pub key: String,
}

impl PathRequest {
    /// For a key of the `[data]` table.
    #[must_use]
    pub fn data(key: impl Into<String>) -> Self {
        let key = key.into();
        Self { data: true, key }
    }

    /// For a parameter of the system.
    #[must_use]
    pub fn parameter(key: impl Into<String>) -> Self {
        let key = key.into();
        Self { data: false, key }
    }
}
