//! Atelier: a workbench for experiments with deep co-clustering, rating prediction and image translation.
//!
//! One module per room. Each may use the rooms below it that are named, and no other:
//!
//! ```text
//! cli      the command line                         record data draw systems runs engine experiments report
//! ui       the window                               record data eval draw systems runs engine experiments report
//! report   HTML, tables and figures of many runs    record data draw systems runs experiments
//! experiments  many runs as one question            record data systems runs engine
//! engine   the life of a run                        record data nn systems runs
//! runs     the run folder                           record data systems
//! systems  the contract, and one folder per paper   record data eval nn
//! draw     looks, number formats, charts            record
//! nn       kernels, layers, optimizers, checkpoints record data
//! data     sources, readers, samples                record
//! eval     measures of quality                      record
//! record   the vocabulary that everything shares
//! ```
//!
//! `tests/stories/architecture.rs` reads every path and holds these arrows. Nothing but `systems`, `nn` and `engine` knows burn; nothing but
//! `ui` knows egui.

/// The command line: one file per command.
pub mod cli;
/// What a run learns from: typed sources (ratings, matrix, images), their readers, the generators of the sample data.
pub mod data;
/// How things look and are written: tokens, color maps, number formats, rasters and charts.
pub mod draw;
/// The life of a run: queue, thread, pause, stop, live parameters, checkpoint, resume.
pub mod engine;
/// Measures of quality.
pub mod eval;
/// Many runs as one question: search spaces, samplers, early stopping, where runs are launched, tables of runs.
pub mod experiments;
/// Layers, kernels and optimizers that burn lacks, shared by the systems; the checkpoint codec.
pub mod nn;
/// The vocabulary that everything shares: events, status, measures, results and their formats.
pub mod record;
/// What leaves the program for a reader: reports and tables of runs and sweeps.
pub mod report;
/// The run folder: write, replay, list, export.
pub mod runs;
/// The contract of systems, and one folder per paper: config, network, losses, trainer.
pub mod systems;
/// The window: shell, panes, forms, and a folder for each kind of result.
pub mod ui;
