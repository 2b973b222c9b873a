//! Programs of the system as child processes, waited for as long as makes sense.

use std::io::{self, Read, Write};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, bounded};

use super::SlurmError;

/// What is read of an answer: 200,000 tasks in `squeue`.
const MOST_BYTES: u64 = 32 << 20;
/// Between two looks.
const TICK: Duration = Duration::from_millis(20);

/// How long a program's last words are waited for once it has ended. What it left behind in the background (the connection that `ssh`
/// keeps open for the next one) may hold its pipes open for hours.
const LAST_WORDS: Duration = Duration::from_secs(5);

/// What a program left.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) ok: bool,
    /// None if a signal ended it.
    pub(super) code: Option<i32>,
    pub(super) stdout: String,
    pub(super) stderr: String,
}

/// Runs a program to its end. `input` goes to its stdin, which is closed without.
///
/// # Errors
/// If it is not there, cannot be started or does not end in time (it is ended then).
pub(super) fn run(
    mut command: Command,
    input: Option<Vec<u8>>,
    patience: Duration,
) -> Result<Answer, SlurmError> {
    let name = name(&command);
    command
        .stdin(if input.is_some() {
            Stdio::piped()
        } else {
            Stdio::null()
        })
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().map_err(|error| failed(&name, error))?;
    let threads = (|| {
        if let (Some(pipe), Some(input)) = (child.stdin.take(), input) {
            give(pipe, input)?;
        }
        let stdout = child.stdout.take().map(Reading::of).transpose()?;
        let stderr = child.stderr.take().map(Reading::of).transpose()?;
        Ok((stdout, stderr))
    })();
    let (stdout, stderr) = match threads {
        Ok(pipes) => pipes,
        Err(error) => {
            // It is ended; should that fail, it has ended by itself.
            let _ = child.kill();
            let _ = child.wait();
            return Err(failed(&name, error));
        }
    };
    let status = wait(&mut child, &name, patience)?;
    Ok(Answer {
        ok: status.success(),
        code: status.code(),
        stdout: stdout.map(Reading::finish).unwrap_or_default(),
        stderr: stderr.map(Reading::finish).unwrap_or_default(),
    })
}

/// Writes to a program on a thread of its own: one that has seen enough closes its end, and says itself what it misses.
fn give(mut pipe: impl Write + Send + 'static, input: Vec<u8>) -> io::Result<()> {
    std::thread::Builder::new()
        .name("to a program".to_owned())
        .spawn(move || drop(pipe.write_all(&input)))
        .map(drop)
}

/// A pipe that is read on a thread of its own, which may outlive the question.
struct Reading {
    bytes: Arc<Mutex<Vec<u8>>>,
    /// Hears of every piece, and of the end.
    news: Receiver<()>,
}

impl Reading {
    fn of(pipe: impl Read + Send + 'static) -> io::Result<Self> {
        let bytes = Arc::new(Mutex::new(Vec::new()));
        let (say, news) = bounded(1);
        let own = Arc::clone(&bytes);
        std::thread::Builder::new()
            .name("from a program".to_owned())
            .spawn(move || {
                let mut pipe = pipe.take(MOST_BYTES);
                let mut piece = [0; 1 << 14];
                loop {
                    let read = match pipe.read(&mut piece) {
                        Ok(read @ 1..) => read,
                        Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                        // What was read before an error is what there is.
                        Ok(_) | Err(_) => return,
                    };
                    let mut all = own.lock().unwrap_or_else(PoisonError::into_inner);
                    all.extend_from_slice(&piece[..read]);
                    drop(all);
                    // It hears of the last piece if it has not heard of this one yet.
                    let _ = say.try_send(());
                }
            })?;
        Ok(Self { bytes, news })
    }

    /// What was read to the end, or until nothing came for a while.
    fn finish(self) -> String {
        while self.news.recv_timeout(LAST_WORDS).is_ok() {}
        let bytes = self.bytes.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

fn wait(child: &mut Child, name: &str, patience: Duration) -> Result<ExitStatus, SlurmError> {
    let began = Instant::now();
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Ok(status),
            Ok(None) if began.elapsed() < patience => std::thread::sleep(TICK),
            Ok(None) => {
                // It is ended; should that fail, it has ended by itself.
                let _ = child.kill();
                let _ = child.wait();
                return Err(SlurmError::TimedOut {
                    program: name.to_owned(),
                    seconds: patience.as_secs(),
                });
            }
            Err(error) => return Err(failed(name, error)),
        }
    }
}

fn name(command: &Command) -> String {
    command.get_program().to_string_lossy().into_owned()
}

fn failed(program: &str, error: io::Error) -> SlurmError {
    if error.kind() == io::ErrorKind::NotFound {
        return SlurmError::Missing {
            program: program.to_owned(),
            host: None,
            remedy: super::hint::missing(program),
        };
    }
    SlurmError::Refused {
        program: program.to_owned(),
        message: format!("it cannot be started: {error}"),
        remedy: super::Message::default(),
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    #[test]
    fn a_program_is_given_its_input_and_read_to_its_end() {
        let answer = run(
            shell("cat; echo no >&2; exit 3"),
            Some(b"yes".to_vec()),
            Duration::from_secs(60),
        )
        .unwrap();
        assert!(!answer.ok);
        assert_eq!(
            (answer.stdout.as_str(), answer.stderr.as_str()),
            ("yes", "no\n")
        );
    }

    #[test]
    fn what_a_program_leaves_behind_is_not_waited_for() {
        // As older versions of ssh do with the connection that they keep: its pipes stay open.
        let answer = run(
            shell("sleep 3600 & echo $!; echo no >&2"),
            None,
            Duration::from_secs(60),
        )
        .unwrap();
        assert!(answer.ok);
        assert_eq!(answer.stderr, "no\n");
        let left = answer.stdout.trim().to_owned();
        let ended = Command::new("kill").arg(&left).status().unwrap();
        assert!(ended.success(), "{left} had not ended");
    }

    #[test]
    fn a_program_that_hangs_is_ended_and_one_that_is_missing_is_named() {
        let error = run(shell("exec sleep 600"), None, Duration::from_millis(50)).unwrap_err();
        assert!(matches!(error, SlurmError::TimedOut { .. }), "{error}");
        let error = run(Command::new("sbatch-of-nobody"), None, Duration::ZERO).unwrap_err();
        assert!(
            error
                .to_string()
                .starts_with("sbatch-of-nobody is not on this machine")
        );
    }
}
