//! The panes of the window: one folder or file each. A pane keeps its jobs and caches, and a small struct of settings apart from them.

pub(crate) mod chart;
pub mod curves;
pub mod data;
pub mod explore;
pub mod log;
mod pane;
mod result;

pub use pane::{PaneContext, PaneView, Panes, from_value, reading_ui, to_value};
pub use result::ResultPane;
