//! What the end of a task's log says.

use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::path::Path;

use super::TaskState;
use super::message::{Message, Term, message};
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
pub(super) fn timeout() -> Message {
    message![
        "its time was over before it could queue again: ",
        Term::SubmitAgain,
        " goes on from its checkpoint, with a longer ",
        Term::TimeLimit,
        " if that happens often"
    ]
}

/// What is said where a task took too much memory; `asked` is what it had.
pub(super) fn out_of_memory(asked: Option<&str>) -> Message {
    let asked = asked.map_or_else(String::new, |asked| format!(" ({asked})"));
    message![
        "it took more memory than it had asked for",
        asked,
        ": ",
        Term::SubmitAgain,
        " with a larger ",
        Term::Memory,
        " goes on from its checkpoint"
    ]
}

/// What is said where a task went on to the end of its node, or made room: `what` happened.
pub(super) fn goes_on(what: &str) -> Message {
    message![
        what,
        ": ",
        Term::SubmitAgain,
        " goes on from its checkpoint"
    ]
}

/// What is said where a person canceled a task.
pub(super) fn canceled() -> Message {
    message!["it was canceled; ", Term::SubmitAgain, " goes on with it"]
}

/// What the end of a log says of a task that has ended; `None` if it says nothing of it.
pub(super) fn from_log(text: &str) -> Option<(TaskState, Message)> {
    let mut last = None;
    for line in text.lines() {
        let said = |state, message: Message| Some((state, message));
        if let Some(code) = ending(line) {
            last = match code {
                0 => said(TaskState::Finished, Message::default()),
                1 => said(
                    TaskState::Failed,
                    message![
                        "a run failed: its own message says why; after a change, ",
                        Term::SubmitAgain,
                        " tries it again"
                    ],
                ),
                2 => said(
                    TaskState::Failed,
                    Message::from("its config or data do not hold there: its log says what"),
                ),
                126 | 127 => said(
                    TaskState::Failed,
                    Message::from(
                        "the program is not on the node, or cannot run there: put it on a disk that the nodes share",
                    ),
                ),
                132 => said(
                    TaskState::Failed,
                    message![
                        "the node's processor is too old for this program: build it there, or ask for another with ",
                        Term::Sbatch("--constraint=…")
                    ],
                ),
                137 => said(
                    TaskState::Failed,
                    message![
                        "it was killed, mostly for taking more memory than it had asked for: ",
                        Term::SubmitAgain,
                        " with a larger ",
                        Term::Memory,
                        " goes on from its checkpoint"
                    ],
                ),
                138 | 143 => said(
                    TaskState::Canceled,
                    message![
                        "it was told to leave and wrote a checkpoint; ",
                        Term::SubmitAgain,
                        " goes on with it"
                    ],
                ),
                code => said(
                    TaskState::Failed,
                    format!("it ended with exit code {code}: its log says more").into(),
                ),
            };
        } else if line.contains("DUE TO TIME LIMIT") {
            last = said(TaskState::Failed, timeout());
        } else if line.contains("DUE TO NODE FAILURE") {
            last = said(TaskState::Failed, goes_on("its node died"));
        } else if line.contains("oom-kill")
            || line.contains("oom_kill")
            || line.contains("Out Of Memory")
        {
            last = said(TaskState::Failed, out_of_memory(None));
        } else if line.contains("DUE TO PREEMPTION") {
            last = said(TaskState::Failed, goes_on("it made room for another job"));
        } else if line.contains("CANCELLED AT") {
            last = said(TaskState::Canceled, canceled());
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
