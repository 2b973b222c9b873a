//! The window.
//!
//! Uses `record`, `data`, `eval`, `draw`, `systems`, `runs`, `engine`, `experiments`, `report`.

pub(crate) mod app;
pub mod commands;
pub(crate) mod figure;
pub mod forms;
pub mod jobs;
pub mod layout;
mod open;
pub mod palette;
pub mod panels;
pub mod panes;
pub mod results;
pub mod save;
pub mod state;
pub mod theme;
pub mod toasts;
pub mod widgets;

pub use app::{Action, AtelierApp, LabelChange};
pub use open::{WindowError, WindowOptions, open};
