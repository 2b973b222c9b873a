//! The parameter form, made from a system's schema, and the form that says where the data comes from.

mod data_form;
mod editors;
mod form;
mod history;
mod model;
mod row;
mod schema;

pub use data_form::{
    DataForm, DataFormContext, DataFormRequest, DataFormResponse, Holdout, ImagesForm, MatrixForm,
};
pub use form::{FormMode, FormResponse};
pub use model::ParameterForm;
pub use schema::FormSchema;
