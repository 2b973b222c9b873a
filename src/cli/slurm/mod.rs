//! What concerns a cluster: `--on slurm` of `atelier sweep`, and the tasks.

mod args;
mod sign_of_life;
mod status;
mod submit;
mod task;

pub(super) use args::{On, SlurmArgs, SweepTaskArgs, TemplateArgs};
pub(super) use status::status;
pub(super) use submit::{cancel, check_not_there, resubmit, submit, template};
pub(super) use task::run as task;
