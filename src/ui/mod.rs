//! The window.

pub mod format;
pub mod jobs;
pub mod theme;
pub mod widgets;
