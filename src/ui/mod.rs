//! The window.

pub mod jobs;
