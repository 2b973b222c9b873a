//! The bars and panels around the panes.

mod menu;
mod runs_list;
mod status_bar;
mod top_bar;

pub use runs_list::RunsPanel;
pub use status_bar::{MemoryGauge, StatusBar};
pub use top_bar::TopBar;
