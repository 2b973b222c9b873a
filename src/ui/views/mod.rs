//! The panes of the window: one folder or file each.

pub mod curves;
