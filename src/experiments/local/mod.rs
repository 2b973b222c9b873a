//! Runs of a sweep on this machine: a thread that hands out trials and starts their runs in an engine.

mod data;
mod handle;
mod launcher;
mod losers;
mod share;

pub use handle::{LocalOptions, LocalSweep, SweepCommand};
pub(crate) use launcher::name_of;
pub(crate) use losers::Losers;
