//! What a person does with the program, one module a story: through the command line, the window and files on disk.
//!
//! One binary, so that the library is linked once. Stories that need data or a display that is not there are reported as ignored
//! with the reason (`build.rs` looks).

#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "what fails here fails the test, and each story uses some of the shared modules"
)]

mod architecture;
mod autorec_movielens;
mod baselines;
mod baselines_movielens;
mod cluster_window;
mod co_cluster_view;
mod co_clustering_baselines;
mod co_clustering_webkb;
mod command_line;
mod config_keys;
mod curves_view;
mod declared_measures;
mod deepcc_quality;
mod demo;
mod earlier_runs;
mod endless_files;
mod explore;
mod fifth_system;
mod hostile_runs;
mod image_folders;
mod interrupt;
mod kill_campaign;
mod killed_runs;
mod labels;
mod log_view;
mod matrices_in;
mod measured_data;
mod memory;
mod mutated_files;
mod new_users;
mod parameter_form;
mod planted;
mod ratings_in;
mod real_window;
mod recommendations;
mod reported;
mod reports;
mod result_views;
mod resumed_runs;
mod runs_list;
mod runs_side_by_side;
mod runs_table;
mod slurm;
mod street_sample;
mod support;
mod sweep_form;
mod sweeps;
mod sweeps_window;
mod tensorboard;
mod too_few_threads;
mod translate_folder;
mod translated;
mod translated_runs;
mod translation_view;
mod window;
mod window_data;
mod window_images;
mod window_matrix;
mod window_preview;
mod window_shell;
mod window_training;
mod wrong_input;
mod wrong_matrices;
mod wrong_ratings;
