//! How the tasks on the cluster stand: what Slurm says, and where it has forgotten, what their logs say.

use std::path::{Path, PathBuf};

use super::log::{canceled, from_log, goes_on, last_lines, out_of_memory, tail, timeout};
use super::message::{Message, Term, message};
use super::{JobState, QueueLine, SlurmError, Submission, hint, submissions};

/// Logs whose ends are read: those of tasks that failed first.
const MOST_TAILS: usize = 40;

/// How the tasks of a sweep stand.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ClusterStatus {
    /// Every task of every submission, in order.
    pub tasks: Vec<TaskStatus>,
    /// Why Slurm was not asked, or did not answer: the tasks are as their logs say.
    pub problem: Option<Message>,
}

/// How a task stands.
#[derive(Debug, Clone, PartialEq)]
pub struct TaskStatus {
    /// The submission.
    pub submission: u32,
    /// The job, once it was submitted.
    pub job: Option<u64>,
    /// The task of the array.
    pub task: u32,
    /// Its trials; a method that learns gives it others while it works.
    pub trials: Vec<u32>,
    /// How it stands.
    pub state: TaskState,
    /// Why, and what to do, where there is something to say.
    pub message: Message,
    /// Where it runs or ran.
    pub node: String,
    /// Its log.
    pub log: Option<PathBuf>,
    /// The last lines of its log, if it works, failed or was canceled; of the first tasks alone where there are many.
    pub tail: String,
}

/// How a task stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TaskState {
    /// Written, and not submitted.
    Written,
    /// Waits for its turn.
    Queued,
    /// Works.
    Running,
    /// Did what it had to do.
    Finished,
    /// Ended before it was done.
    Failed,
    /// A person canceled it.
    Canceled,
    /// Slurm does not answer, and the log does not say.
    Unknown,
}

impl TaskState {
    /// In one word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Written => "not submitted",
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Finished => "finished",
            Self::Failed => "failed",
            Self::Canceled => "canceled",
            Self::Unknown => "unknown",
        }
    }
}

impl TaskStatus {
    /// `12_3`, as Slurm calls it.
    #[must_use]
    pub fn name(&self) -> String {
        match self.job {
            Some(job) => format!("{job}_{}", self.task),
            None => self.task.to_string(),
        }
    }
}

impl ClusterStatus {
    /// How the tasks of a sweep stand, given what Slurm says. Reads files: not for the window's thread.
    ///
    /// # Errors
    /// If the sweep's folder cannot be read.
    pub fn read(
        sweep: &Path,
        queue: Result<&[QueueLine], &SlurmError>,
    ) -> Result<Self, SlurmError> {
        let mut tasks = Vec::new();
        for submission in submissions(sweep)? {
            for (task, trials) in (0..).zip(&submission.tasks) {
                tasks.push(of_task(sweep, &submission, task, trials, queue.ok()));
            }
        }
        let mut own = Self {
            tasks,
            problem: queue.err().map(SlurmError::message),
        };
        own.read_tails();
        Ok(own)
    }

    /// Reads the ends of the logs that a person may want to see.
    fn read_tails(&mut self) {
        let mut left = MOST_TAILS;
        for state in [TaskState::Failed, TaskState::Running, TaskState::Canceled] {
            let newest = self.newest().filter(|task| task.state == state);
            let tails: Vec<_> = newest
                .take(left)
                .filter_map(|task| {
                    let tail = last_lines(task.log.as_deref()?);
                    Some((task.submission, task.task, tail))
                })
                .collect();
            left = left.saturating_sub(tails.len());
            for (submission, number, tail) in tails {
                let is_it =
                    |task: &&mut TaskStatus| (task.submission, task.task) == (submission, number);
                if let Some(task) = self.tasks.iter_mut().find(is_it) {
                    task.tail = tail;
                }
            }
        }
    }

    /// How many tasks of the newest submission of each trial stand so.
    #[must_use]
    pub fn count(&self, state: TaskState) -> usize {
        self.newest().filter(|task| task.state == state).count()
    }

    /// True if Slurm will still do something.
    #[must_use]
    pub fn is_active(&self) -> bool {
        self.tasks
            .iter()
            .any(|task| matches!(task.state, TaskState::Queued | TaskState::Running))
    }

    /// The jobs of which something is left to cancel.
    #[must_use]
    pub fn active_jobs(&self) -> Vec<u64> {
        let mut jobs: Vec<_> = self
            .tasks
            .iter()
            .filter(|task| matches!(task.state, TaskState::Queued | TaskState::Running))
            .filter_map(|task| task.job)
            .collect();
        jobs.dedup();
        jobs
    }

    /// The trials of tasks that wait or work.
    #[must_use]
    pub fn busy(&self) -> Vec<u32> {
        self.tasks
            .iter()
            .filter(|task| matches!(task.state, TaskState::Queued | TaskState::Running))
            .flat_map(|task| task.trials.iter().copied())
            .collect()
    }

    /// How many tasks stand how, in a few words: `2 running, 3 queued, 1 failed`.
    #[must_use]
    pub fn counts(&self) -> Vec<String> {
        [
            TaskState::Running,
            TaskState::Queued,
            TaskState::Finished,
            TaskState::Failed,
            TaskState::Canceled,
            TaskState::Unknown,
            TaskState::Written,
        ]
        .into_iter()
        .map(|state| (self.count(state), state.word()))
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| format!("{count} {word}"))
        .collect()
    }

    /// The task that a trial was given to last.
    #[must_use]
    pub fn of_trial(&self, trial: u32) -> Option<&TaskStatus> {
        self.tasks.iter().rfind(|task| task.trials.contains(&trial))
    }

    /// The tasks whose trials no later submission has.
    pub fn newest(&self) -> impl Iterator<Item = &TaskStatus> {
        self.tasks.iter().filter(|task| {
            let is_later = |other: &TaskStatus| {
                other.submission > task.submission
                    && (task.trials.is_empty()
                        || task.trials.iter().any(|trial| other.trials.contains(trial)))
            };
            !self.tasks.iter().any(is_later)
        })
    }
}

fn of_task(
    sweep: &Path,
    submission: &Submission,
    task: u32,
    trials: &[u32],
    queue: Option<&[QueueLine]>,
) -> TaskStatus {
    let log = submission.log(sweep, task);
    let line = queue.and_then(|queue| {
        queue
            .iter()
            .rfind(|line| Some(line.job) == submission.job && line.task == Some(task))
    });
    let (state, message) = match (submission.job, line) {
        (None, _) => (
            TaskState::Written,
            "it was written and not submitted".into(),
        ),
        (Some(_), Some(line)) => from_queue(line, log.as_deref(), submission),
        (Some(_), None) => match log.as_deref().map(tail).as_deref().and_then(from_log) {
            Some(said) => said,
            None if queue.is_some() => (
                TaskState::Failed,
                message![
                    "Slurm no longer knows it, and it left no word: ",
                    Term::SubmitAgain,
                    " tries it again"
                ],
            ),
            None => (TaskState::Unknown, Message::default()),
        },
    };
    TaskStatus {
        submission: submission.number,
        job: submission.job,
        task,
        trials: trials.to_vec(),
        state,
        message,
        node: line.map(|line| line.node.clone()).unwrap_or_default(),
        log,
        tail: String::new(),
    }
}

fn from_queue(
    line: &QueueLine,
    log: Option<&Path>,
    submission: &Submission,
) -> (TaskState, Message) {
    let failed = |message: Message| (TaskState::Failed, message);
    match line.state {
        JobState::Pending => {
            let words = hint::waiting(&line.reason);
            let message = if words.is_empty() {
                Message::from(&line.reason)
            } else if line.reason != "None" && !line.reason.contains(' ') {
                // A word of Slurm's that can be looked up.
                message![words, format!(" ({})", line.reason)]
            } else {
                words
            };
            (TaskState::Queued, message)
        }
        JobState::Running => (TaskState::Running, Message::default()),
        JobState::Completed => (TaskState::Finished, Message::default()),
        JobState::Canceled => (TaskState::Canceled, canceled()),
        JobState::Timeout => failed(timeout()),
        JobState::OutOfMemory => failed(out_of_memory(submission.options.mem.as_deref())),
        JobState::NodeFailed => failed(goes_on(&format!(
            "its node{}{} died",
            if line.node.is_empty() { "" } else { " " },
            line.node
        ))),
        JobState::Preempted => failed(goes_on("it made room for another job")),
        JobState::Failed => match log.map(tail).as_deref().and_then(from_log) {
            Some((state, message)) if state != TaskState::Finished => (state, message),
            _ => {
                let words = hint::waiting(&line.reason);
                let reason = &line.reason;
                failed(if words.is_empty() {
                    format!("it ended with an error ({reason}): its log says more").into()
                } else {
                    message![words, format!(" ({reason})")]
                })
            }
        },
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::experiments::slurm::SlurmOptions;

    fn line(task: u32, state: JobState, reason: &str) -> QueueLine {
        QueueLine {
            job: 12,
            task: Some(task),
            state,
            reason: reason.to_owned(),
            node: "node7".to_owned(),
            name: String::new(),
        }
    }

    fn submitted(sweep: &Path, tasks: Vec<Vec<u32>>, job: u64) {
        let mut own = Submission {
            tasks,
            options: SlurmOptions {
                mem: Some("4G".to_owned()),
                ..SlurmOptions::default()
            },
            ..Submission::default()
        };
        own.write(sweep, |_| Ok(String::new())).unwrap();
        Submission::write_job(sweep, own.number, job).unwrap();
    }

    #[test]
    fn every_state_of_slurm_is_told_in_words() {
        let sweep = tempfile::tempdir().unwrap();
        submitted(sweep.path(), (0..8).map(|trial| vec![trial]).collect(), 12);
        let queue = [
            line(0, JobState::Pending, "Resources"),
            line(1, JobState::Running, "None"),
            line(2, JobState::Completed, "None"),
            line(3, JobState::OutOfMemory, "OutOfMemory"),
            line(4, JobState::Timeout, "TimeLimit"),
            line(5, JobState::NodeFailed, "NodeDown"),
            line(6, JobState::Canceled, "None"),
        ];
        let status = ClusterStatus::read(sweep.path(), Ok(&queue)).unwrap();
        let told: Vec<_> = status
            .tasks
            .iter()
            .map(|task| (task.state, task.message.to_string()))
            .collect();
        assert_eq!(
            told[0],
            (
                TaskState::Queued,
                "waits for free nodes (Resources)".to_owned()
            )
        );
        assert_eq!(told[1], (TaskState::Running, String::new()));
        assert_eq!(told[2], (TaskState::Finished, String::new()));
        for (number, state, words) in [
            (3, TaskState::Failed, "(4G)"),
            (4, TaskState::Failed, "--time"),
            (5, TaskState::Failed, "node7 died"),
            (6, TaskState::Canceled, "--resubmit"),
            (7, TaskState::Failed, "no longer knows it"),
        ] {
            assert_eq!(told[number].0, state);
            assert!(told[number].1.contains(words), "{:?}", told[number]);
        }
        assert!(status.is_active());
        assert_eq!(status.active_jobs(), [12]);
        assert_eq!(status.tasks[1].name(), "12_1");
    }

    #[test]
    fn where_slurm_has_forgotten_the_log_says_it() {
        let sweep = tempfile::tempdir().unwrap();
        submitted(sweep.path(), (0..7).map(|trial| vec![trial]).collect(), 12);
        for (task, text) in [
            (0, "[atelier] task 0 ended with exit code 0\n"),
            (
                1,
                "error: the data has changed\n[atelier] task 1 ended with exit code 2\n",
            ),
            (
                2,
                "slurmstepd: error: *** JOB 12 ON vm CANCELLED AT 2026-11-30T02:10:00 DUE TO TIME LIMIT ***\n",
            ),
            (
                3,
                "slurmstepd: error: Detected 1 oom-kill event(s) in StepId=12.batch.\n",
            ),
            (
                4,
                "[atelier] task 4 ended with exit code 143\n[atelier] task 4 begins\n",
            ),
            (
                5,
                "slurmstepd: error: *** JOB 15 ON vm CANCELLED AT 2026-11-30T02:10:00 ***\n[atelier] task 5 ended with exit code 143\n",
            ),
        ] {
            fs::write(sweep.path().join(format!("slurm/log/12_{task}.log")), text).unwrap();
        }
        let gone = SlurmError::Nothing("squeue is away".into());
        let status = ClusterStatus::read(sweep.path(), Err(&gone)).unwrap();
        let states: Vec<_> = status.tasks.iter().map(|task| task.state).collect();
        assert_eq!(
            states,
            [
                TaskState::Finished,
                TaskState::Failed,
                TaskState::Failed,
                TaskState::Failed,
                TaskState::Unknown,
                TaskState::Canceled,
                TaskState::Unknown,
            ]
        );
        assert!(
            status.tasks[1]
                .tail
                .starts_with("error: the data has changed")
        );
        assert!(status.tasks[2].message.to_string().contains("--time"));
        assert!(status.tasks[3].message.to_string().contains("--mem"));
        assert_eq!(status.problem, Some("squeue is away".into()));
    }

    #[test]
    fn what_was_submitted_again_counts_instead() {
        let sweep = tempfile::tempdir().unwrap();
        submitted(sweep.path(), vec![vec![0], vec![1]], 12);
        submitted(sweep.path(), vec![vec![1]], 13);
        let queue = [
            line(0, JobState::Completed, "None"),
            line(1, JobState::Canceled, "None"),
            QueueLine {
                job: 13,
                ..line(0, JobState::Running, "None")
            },
        ];
        let status = ClusterStatus::read(sweep.path(), Ok(&queue)).unwrap();
        assert_eq!(status.count(TaskState::Canceled), 0);
        assert_eq!(status.count(TaskState::Running), 1);
        assert_eq!(status.count(TaskState::Finished), 1);
        assert_eq!(status.of_trial(1).unwrap().job, Some(13));
    }
}
