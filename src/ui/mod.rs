//! The window.

pub mod format;
pub mod jobs;
pub mod theme;
pub mod views;
pub mod widgets;
