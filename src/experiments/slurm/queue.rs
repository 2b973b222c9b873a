//! What `squeue` says.

use super::SlurmError;

/// What `squeue` is asked for: job of the array, task, state, reason, node, name of the job. Works from Slurm 14 on; `--json` does from 21 on alone.
pub(super) const FORMAT: &str = "%F|%K|%T|%r|%N|%j";

/// A task in the queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueueLine {
    /// The job of the array.
    pub job: u64,
    /// The task; none if the job is no array.
    pub task: Option<u32>,
    /// How it stands.
    pub state: JobState,
    /// Why it waits or failed, in Slurm's word.
    pub reason: String,
    /// Where it runs or ran.
    pub node: String,
    /// The name of the job: the sweep's, if it is one of ours.
    pub name: String,
}

/// How a task stands, as Slurm sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobState {
    /// Waits for its turn, also after it was queued again.
    Pending,
    /// Runs, begins or ends.
    Running,
    /// Ended with exit code 0.
    Completed,
    /// Ended with another.
    Failed,
    /// A person canceled it.
    Canceled,
    /// Its time was over.
    Timeout,
    /// It took more memory than it had asked for.
    OutOfMemory,
    /// Its node died.
    NodeFailed,
    /// It made room for another.
    Preempted,
}

impl JobState {
    /// From Slurm's word, in the long form.
    fn parse(word: &str) -> Option<Self> {
        Some(match word {
            "PENDING" | "REQUEUED" | "REQUEUE_HOLD" | "REQUEUE_FED" | "RESV_DEL_HOLD"
            | "SPECIAL_EXIT" => Self::Pending,
            "RUNNING" | "COMPLETING" | "CONFIGURING" | "SUSPENDED" | "STOPPED" | "SIGNALING"
            | "STAGE_OUT" | "RESIZING" => Self::Running,
            "COMPLETED" => Self::Completed,
            "FAILED" | "BOOT_FAIL" | "REVOKED" | "LAUNCH_FAILED" | "RECONFIG_FAIL" => Self::Failed,
            "CANCELLED" => Self::Canceled,
            "TIMEOUT" | "DEADLINE" => Self::Timeout,
            "OUT_OF_MEMORY" => Self::OutOfMemory,
            "NODE_FAIL" => Self::NodeFailed,
            "PREEMPTED" => Self::Preempted,
            _ => return None,
        })
    }

    /// True if Slurm will still do something with it.
    #[must_use]
    pub fn is_alive(self) -> bool {
        matches!(self, Self::Pending | Self::Running)
    }
}

/// Reads the answer of `squeue -h -r -t all -o FORMAT`. States that only later versions know count as running: nobody takes their runs then.
///
/// # Errors
/// If a line is not understood.
pub(super) fn parse(text: &str) -> Result<Vec<QueueLine>, SlurmError> {
    let mut lines = Vec::new();
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        let line = line.trim();
        // Other people's jobs may have any name.
        let fields: Vec<_> = line.splitn(6, '|').map(str::trim).collect();
        let read = || {
            let [job, task, state, reason, node, name @ ..] = fields.as_slice() else {
                return None;
            };
            Some(QueueLine {
                job: job.parse().ok()?,
                task: match *task {
                    "N/A" | "" => None,
                    task => Some(task.parse().ok()?),
                },
                state: JobState::parse(state).unwrap_or(JobState::Running),
                reason: (*reason).to_owned(),
                node: (*node).to_owned(),
                name: name.concat(),
            })
        };
        lines.push(read().ok_or_else(|| SlurmError::Answer {
            program: "squeue".to_owned(),
            answer: line.chars().take(200).collect(),
        })?);
    }
    Ok(lines)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_squeue_wrote_is_read() {
        // Written by Slurm 22.05.8.
        let text = "2|0|FAILED|BadConstraints||\n".replace("||\n", "|\n")
            + "1|2|PENDING|Resources|\n1|0|RUNNING|None|vm\n17|N/A|PENDING|launch failed requeued held|\n\n1|3|NEW_STATE|None|n[1-2]\n";
        let lines = parse(&text).unwrap();
        assert_eq!(lines.len(), 5);
        assert_eq!(
            lines[2],
            QueueLine {
                job: 1,
                task: Some(0),
                state: JobState::Running,
                reason: "None".to_owned(),
                node: "vm".to_owned(),
                name: String::new(),
            }
        );
        assert_eq!(lines[0].state, JobState::Failed);
        assert_eq!(
            (lines[3].task, lines[3].reason.as_str()),
            (None, "launch failed requeued held")
        );
        assert!(lines[4].state.is_alive());
        let error = parse("slurm_load_jobs error").unwrap_err().to_string();
        assert!(error.contains("slurm_load_jobs error"), "{error}");
        assert!(parse("").unwrap().is_empty());
        let named = parse("7|N/A|RUNNING|None|n|a|b\n").unwrap();
        assert_eq!(named[0].name, "a|b");
    }
}
