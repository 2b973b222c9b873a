//! A sweep on a Slurm cluster: one array of jobs, plain files in the sweep's folder, and nothing of ours that has to stay alive.
//!
//! ```text
//! <sweep>/slurm/
//!   0001.json       what was submitted: options, and which trials each task of the array has; written once, before
//!   0001.sh         the script, as `sbatch` got it
//!   0001.job        the number of the job
//!   claims/         0007.0.json: which task works on trial 7; the highest attempt counts
//!   log/            12_3.log: what task 3 of job 12 wrote
//!   brought.json    without a shared folder: which runs are here, and which of them complete; of this machine alone
//! ```

mod brought;
mod child;
mod claim;
mod cluster;
mod error;
mod follow;
mod hint;
mod launch;
mod log;
mod message;
mod options;
mod plan;
mod queue;
mod ssh;
mod status;
mod submission;
mod template;
mod transfer;

pub use claim::{BEAT, Claimed, Worker, attempts, claim, owner};
pub use cluster::{Cluster, Host};
pub use error::SlurmError;
pub use follow::{Follower, Statuses, status};
pub use launch::{
    Order, Prepared, Submitted, There, again, begin, cancel, cancel_all, last_order, own_program,
    prepare, preview, submit,
};
pub use message::{Message, Term};
pub use options::SlurmOptions;
pub use plan::plan;
pub use queue::{JobState, QueueLine};
pub use status::{ClusterStatus, TaskState, TaskStatus};
pub use submission::{Submission, submissions};
pub use template::DEFAULT_TEMPLATE;
pub use transfer::data_at;
