//! The panes of the window: one folder or file each.

pub(crate) mod chart;
pub mod compare;
pub mod curves;
pub mod data;
pub mod log;
pub(crate) mod timeline;
