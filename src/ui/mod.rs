//! The window.

pub mod commands;
pub mod format;
pub mod jobs;
pub mod layout;
pub mod palette;
pub mod parameters;
pub mod theme;
pub mod toasts;
pub mod views;
pub mod widgets;
