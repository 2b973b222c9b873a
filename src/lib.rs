//! Atelier: a workbench for experiments with deep co-clustering, rating prediction and image translation.
//!
//! One module per room; arrows point one way: `ui` and `cli` → `engine` → `systems` → `nn`, `data`, `eval`;
//! `runs` is used by `engine`, `cli` and `ui`.

/// The command line: one file per command.
pub mod cli;
/// What a run learns from: ratings and matrices, their readers, writers and sample generators.
pub mod data;
/// How things look and are written: tokens, color maps, number formats.
pub mod draw;
/// The life of a run: queue, thread, pause, stop, live parameters, checkpoint, resume.
pub mod engine;
/// Measures of quality.
pub mod eval;
/// Layers, kernels and optimizers that burn lacks, shared by the systems.
pub mod nn;
/// The vocabulary that everything shares: events, status, results and their formats.
pub mod record;
/// The run folder: events, replay, list, compare, export.
pub mod runs;
/// One folder per paper: config, network, losses, trainer.
pub mod systems;
/// The window.
pub mod ui;
