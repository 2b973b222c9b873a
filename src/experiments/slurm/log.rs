//! What the end of a task's log says.

use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::path::Path;

use super::TaskState;
use crate::record::files;

/// Bytes of a log's end that are read.
const TAIL: u64 = 8 << 10;
/// Lines of a log's end that are shown.
const TAIL_LINES: usize = 12;

/// The last lines of a log; empty before there is one.
pub(super) fn last_lines(path: &Path) -> String {
    let text = tail(path);
    let lines: Vec<_> = text.lines().collect();
    lines[lines.len().saturating_sub(TAIL_LINES)..].join("\n")
}

/// What is said where a task's time was over.
pub(super) const TIMEOUT: &str = "its time was over before it could queue again: --resubmit goes on from its checkpoint, with a longer --time if that happens often";
/// What is said where a task took too much memory.
pub(super) const OUT_OF_MEMORY: &str = "it took more memory than it had asked for: --resubmit with a larger --mem goes on from its checkpoint";

/// What the end of a log says of a task that has ended; `None` if it says nothing of it.
pub(super) fn from_log(text: &str) -> Option<(TaskState, String)> {
    let mut last = None;
    for line in text.lines() {
        let said = |state, message: &str| Some((state, message.to_owned()));
        if let Some(code) = ending(line) {
            last = match code {
                0 => said(TaskState::Finished, ""),
                1 => said(
                    TaskState::Failed,
                    "a run failed: its own message says why; after a change, --resubmit tries it again",
                ),
                2 => said(
                    TaskState::Failed,
                    "its config or data do not hold there: its log says what",
                ),
                126 | 127 => said(
                    TaskState::Failed,
                    "the program is not on the node, or cannot run there: put it on a disk that the nodes share",
                ),
                132 => said(
                    TaskState::Failed,
                    "the node's processor is too old for this program: build it there, or ask for another with --sbatch --constraint=…",
                ),
                137 => said(
                    TaskState::Failed,
                    "it was killed, mostly for taking more memory than it had asked for: --resubmit with a larger --mem goes on from its checkpoint",
                ),
                138 | 143 => said(
                    TaskState::Canceled,
                    "it was told to leave and wrote a checkpoint; --resubmit goes on with it",
                ),
                code => said(
                    TaskState::Failed,
                    &format!("it ended with exit code {code}: its log says more"),
                ),
            };
        } else if line.contains("DUE TO TIME LIMIT") {
            last = said(TaskState::Failed, TIMEOUT);
        } else if line.contains("DUE TO NODE FAILURE") {
            last = said(
                TaskState::Failed,
                "its node died: --resubmit goes on from its checkpoint",
            );
        } else if line.contains("oom-kill")
            || line.contains("oom_kill")
            || line.contains("Out Of Memory")
        {
            last = said(TaskState::Failed, OUT_OF_MEMORY);
        } else if line.contains("DUE TO PREEMPTION") {
            last = said(
                TaskState::Failed,
                "it made room for another job: --resubmit goes on from its checkpoint",
            );
        } else if line.contains("CANCELLED AT") {
            last = said(
                TaskState::Canceled,
                "it was canceled; --resubmit goes on with it",
            );
        } else if line.starts_with("[atelier] task ") {
            // Begun again.
            last = None;
        }
    }
    last
}

/// The exit code in the script's last line.
fn ending(line: &str) -> Option<i32> {
    let rest = line.strip_prefix("[atelier] task ")?;
    rest.split_once(" ended with exit code ")?
        .1
        .trim()
        .parse()
        .ok()
}

/// The end of a log; empty if there is none.
pub(super) fn tail(path: &Path) -> String {
    let read = || -> io::Result<String> {
        let mut file: File = files::open(path)?;
        let length = file.metadata()?.len();
        file.seek(SeekFrom::Start(length.saturating_sub(TAIL)))?;
        let mut bytes = Vec::new();
        file.take(TAIL).read_to_end(&mut bytes)?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    };
    read().unwrap_or_default()
}
