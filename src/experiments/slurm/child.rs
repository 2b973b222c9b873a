//! Programs of the system as child processes, waited for as long as makes sense.

use std::io::{self, Read, Write as _};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::SlurmError;

/// What is read of an answer: 200,000 tasks in `squeue`.
const MOST_BYTES: u64 = 32 << 20;
/// Between two looks.
const TICK: Duration = Duration::from_millis(20);

/// What a program left.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) ok: bool,
    pub(super) stdout: String,
    pub(super) stderr: String,
}

/// Runs a program to its end. `input` goes to its stdin, which is closed without.
///
/// # Errors
/// If it is not there, cannot be started or does not end in time (it is ended then).
pub(super) fn run(
    mut command: Command,
    input: Option<&[u8]>,
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
    std::thread::scope(|scope| {
        if let (Some(mut pipe), Some(input)) = (child.stdin.take(), input) {
            // A program that has seen enough closes its end; it says itself what it misses.
            scope.spawn(move || drop(pipe.write_all(input)));
        }
        let stdout = child.stdout.take().map(|pipe| scope.spawn(|| text(pipe)));
        let stderr = child.stderr.take().map(|pipe| scope.spawn(|| text(pipe)));
        let ok = wait(&mut child, &name, patience);
        let mut read = [stdout, stderr].map(|reader| {
            reader
                .and_then(|reader| reader.join().ok())
                .unwrap_or_default()
        });
        let stderr = std::mem::take(&mut read[1]);
        let stdout = std::mem::take(&mut read[0]);
        ok.map(|ok| Answer { ok, stdout, stderr })
    })
}

fn wait(child: &mut Child, name: &str, patience: Duration) -> Result<bool, SlurmError> {
    let began = Instant::now();
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Ok(status.success()),
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
            remedy: super::hint::missing(program),
        };
    }
    SlurmError::Refused {
        program: program.to_owned(),
        message: format!("it cannot be started: {error}"),
        remedy: super::Message::default(),
    }
}

fn text(pipe: impl Read) -> String {
    let mut bytes = Vec::new();
    // What was read before an error is what there is.
    let _ = pipe.take(MOST_BYTES).read_to_end(&mut bytes);
    String::from_utf8_lossy(&bytes).into_owned()
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
            Some(b"yes"),
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
