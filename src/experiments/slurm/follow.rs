//! Follows the sweeps of a folder of runs that are on a cluster: one question to Slurm for all, now and then, on a thread of its own.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, bounded};

use super::{
    Cluster, ClusterStatus, Host, QueueLine, SlurmError, Submission, TaskState, submissions,
};
use crate::experiments::sweep::{self, SweepId};

/// Between two questions: Slurm serves everybody.
const BETWEEN: Duration = Duration::from_secs(25);

/// How a sweep's tasks stand now: asks Slurm, and brings what the tasks wrote where the folder is not shared (with the weights, if `weights`).
///
/// # Errors
/// If the sweep's folder cannot be read.
pub fn status(sweep: &Path, weights: bool) -> Result<ClusterStatus, SlurmError> {
    ask(sweep, &cluster(host_of(sweep)?, false), weights)
}

/// As [`status`], where nobody can type a password.
pub(super) fn status_silently(sweep: &Path) -> Result<ClusterStatus, SlurmError> {
    ask(sweep, &cluster(host_of(sweep)?, true), false)
}

fn ask(sweep: &Path, cluster: &Cluster, weights: bool) -> Result<ClusterStatus, SlurmError> {
    // In this order: what ended by then is brought.
    let queue = cluster.queue();
    if let Ok(queue) = &queue {
        note_found(sweep, queue)?;
    }
    let brought = cluster.bring(sweep, weights);
    let mut status = ClusterStatus::read(sweep, queue.as_deref())?;
    if let Err(error) = brought {
        status.problem.get_or_insert_with(|| error.message());
    }
    Ok(status)
}

/// Notes the numbers of jobs that were submitted while the answer was lost: they have the sweep's name.
fn note_found(sweep: &Path, queue: &[QueueLine]) -> Result<(), SlurmError> {
    let folder = sweep.to_string_lossy();
    for own in submissions(sweep)?.iter().filter(|own| own.job.is_none()) {
        let name = own.job_name(&folder);
        if let Some(line) = queue.iter().find(|line| line.name == name) {
            Submission::write_job(sweep, own.number, line.job)?;
        }
    }
    Ok(())
}

/// The login node that a sweep was last submitted through.
fn host_of(sweep: &Path) -> Result<Option<Host>, SlurmError> {
    Ok(submissions(sweep)?.pop().and_then(|last| last.host))
}

fn cluster(host: Option<Host>, silent: bool) -> Cluster {
    let cluster = Cluster::new(host);
    if silent { cluster.silent() } else { cluster }
}

/// How the sweeps of a folder of runs stand on a cluster.
pub type Statuses = Arc<BTreeMap<SweepId, Arc<ClusterStatus>>>;

/// A thread that follows. Dropping it ends it, after the question that it is at.
#[derive(Debug)]
pub struct Follower {
    statuses: Arc<Mutex<Statuses>>,
    wake: Sender<()>,
    _thread: JoinHandle<()>,
}

impl Follower {
    /// Begins to follow; `changed` is called after every look that found something new.
    ///
    /// # Errors
    /// If there is no thread for it.
    pub fn start(runs: PathBuf, changed: impl Fn() + Send + 'static) -> std::io::Result<Self> {
        let statuses = Arc::new(Mutex::new(Statuses::default()));
        let (wake, woken) = bounded(1);
        let own = Arc::clone(&statuses);
        let thread = std::thread::Builder::new()
            .name("follow cluster".to_owned())
            .spawn(move || follow(&runs, &own, &woken, &changed))?;
        Ok(Self {
            statuses,
            wake,
            _thread: thread,
        })
    }

    /// How they stood at the last look.
    #[must_use]
    pub fn statuses(&self) -> Statuses {
        Arc::clone(&self.statuses.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Looks at once: something was submitted or canceled.
    pub fn look(&self) {
        // It looks already if it is full.
        let _ = self.wake.try_send(());
    }
}

fn follow(runs: &Path, statuses: &Mutex<Statuses>, woken: &Receiver<()>, changed: &dyn Fn()) {
    loop {
        let old = Arc::clone(&statuses.lock().unwrap_or_else(PoisonError::into_inner));
        let new = look(runs, &old);
        if new != *old {
            *statuses.lock().unwrap_or_else(PoisonError::into_inner) = Arc::new(new);
            changed();
        }
        match woken.recv_timeout(BETWEEN) {
            Ok(()) | Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return,
        }
    }
}

/// A cluster, and the sweeps that it is asked about.
type Asked = (Cluster, Vec<(SweepId, PathBuf)>);

/// One look at all of them: one question for each cluster that has something to do.
fn look(
    runs: &Path,
    old: &BTreeMap<SweepId, Arc<ClusterStatus>>,
) -> BTreeMap<SweepId, Arc<ClusterStatus>> {
    let mut new = BTreeMap::new();
    let mut by_host: BTreeMap<Option<String>, Asked> = BTreeMap::new();
    for folder in sweep::list(runs).unwrap_or_default() {
        let path = folder.path();
        let Ok(all) = submissions(path) else {
            continue;
        };
        let Some(last) = all.last() else {
            continue;
        };
        let was_answered = old
            .get(folder.id())
            .is_some_and(|status| status.problem.is_none());
        // On a login node it may have been submitted while the answer was lost: that is asked once.
        let may_be_there = last.host.is_some() && !was_answered;
        if all.iter().all(|own| own.job.is_none()) && !may_be_there {
            // Written and not submitted: Slurm knows nothing of it.
            if let Ok(status) = ClusterStatus::read(path, Ok(&[])) {
                new.insert(folder.id().clone(), Arc::new(status));
            }
            continue;
        }
        let tasks: usize = all.iter().map(|own| own.tasks.len()).sum();
        let settled = old.get(folder.id()).filter(|status| {
            status.tasks.len() == tasks
                && status.problem.is_none()
                && !status.is_active()
                && status
                    .tasks
                    .iter()
                    .all(|task| !matches!(task.state, TaskState::Unknown | TaskState::Written))
        });
        if let Some(settled) = settled {
            new.insert(folder.id().clone(), Arc::clone(settled));
            continue;
        }
        let name = last.host.as_ref().map(|host| host.name.clone());
        let entry = by_host
            .entry(name)
            .or_insert_with(|| (cluster(last.host.clone(), true), Vec::new()));
        entry.1.push((folder.id().clone(), path.to_owned()));
    }
    for (first, sweeps) in by_host.into_values() {
        let queue = first.queue();
        for (id, path) in sweeps {
            let noted = queue
                .as_ref()
                .map_or(Ok(()), |queue| note_found(&path, queue));
            // Each has a folder of its own there.
            let brought = noted
                .and_then(|()| host_of(&path))
                .and_then(|host| cluster(host, true).bring(&path, false));
            let status = ClusterStatus::read(&path, queue.as_deref());
            let mut status = status.unwrap_or_else(|error| ClusterStatus {
                tasks: Vec::new(),
                problem: Some(error.message()),
            });
            if let Err(error) = brought {
                status.problem.get_or_insert_with(|| error.message());
            }
            new.insert(id, Arc::new(status));
        }
    }
    new
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiments::slurm::JobState;

    #[test]
    fn a_job_whose_number_was_lost_is_found_by_its_name() {
        let place = tempfile::tempdir().unwrap();
        let sweep = place.path().join("2026-11-30_10-00-00_sweep-autorec_a1b2");
        let mut own = Submission {
            tasks: vec![vec![0]],
            ..Submission::default()
        };
        own.write(&sweep, |_| Ok(String::new())).unwrap();
        let line = |job, name: &str| QueueLine {
            job,
            task: Some(0),
            state: JobState::Pending,
            reason: String::new(),
            node: String::new(),
            name: name.to_owned(),
        };
        note_found(&sweep, &[line(7, "another")]).unwrap();
        assert_eq!(submissions(&sweep).unwrap()[0].job, None);
        let queue = [
            line(7, "another"),
            line(9, "2026-11-30_10-00-00_sweep-autorec_a1b2"),
        ];
        note_found(&sweep, &queue).unwrap();
        assert_eq!(submissions(&sweep).unwrap()[0].job, Some(9));
    }
}
