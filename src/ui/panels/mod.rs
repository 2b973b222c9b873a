//! The bars and panels around the panes.

mod menu;
mod run_row;
mod runs_entries;
mod runs_list;
mod status_bar;
mod sweep_row;
mod top_bar;

pub use runs_list::{RunsListState, RunsPanel};
pub use status_bar::{MemoryGauge, StatusBar};
pub use top_bar::TopBar;
