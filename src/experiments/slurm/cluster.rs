//! The cluster: Slurm's programs here, or on a login node through the system's `ssh`.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::child::{self, Answer};
use super::message::{Term, message};
use super::queue::{self, FORMAT};
use super::template::quoted;
use super::{QueueLine, SlurmError, hint, ssh};

/// Until an answer of Slurm.
const PATIENCE: Duration = Duration::from_secs(60);
/// Until a person has signed in.
const SIGN_IN: Duration = Duration::from_secs(300);

/// A login node, and where the runs are there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Host {
    /// As `ssh` takes it: `ada@login.cluster.org`, or a name of `~/.ssh/config`.
    pub name: String,
    /// The folder on the cluster that holds the folder of each sweep.
    pub folder: PathBuf,
}

/// A cluster.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Cluster {
    host: Option<Host>,
    /// True where nobody can type a password: in the window.
    silent: bool,
}

impl Cluster {
    /// The cluster that this machine belongs to, or that of a login node.
    #[must_use]
    pub fn new(host: Option<Host>) -> Self {
        Self {
            host,
            silent: false,
        }
    }

    /// The same, where nobody can type a password.
    #[must_use]
    pub fn silent(self) -> Self {
        Self {
            silent: true,
            ..self
        }
    }

    /// The login node, where this machine is none.
    #[must_use]
    pub fn host(&self) -> Option<&Host> {
        self.host.as_ref()
    }

    /// What is typed to submit a script.
    #[must_use]
    pub fn submit_line(&self, script: &Path) -> String {
        let line = format!("sbatch {}", quoted(&script.to_string_lossy()));
        match &self.host {
            None => line,
            Some(host) => format!("ssh {} {}", quoted(&host.name), quoted(&line)),
        }
    }

    /// Checks that Slurm is there, before anything is written.
    ///
    /// # Errors
    /// If it is not.
    pub fn check(&self) -> Result<(), SlurmError> {
        self.slurm("sbatch", &["--version"]).map(drop)
    }

    /// Submits a script, which lies on the cluster; the number of its job.
    ///
    /// # Errors
    /// If Slurm does not take it; with its own words, and what to do.
    pub fn submit(&self, script: &Path) -> Result<u64, SlurmError> {
        let script = script.to_string_lossy();
        let answer = match self.slurm("sbatch", &["--parsable", &script]) {
            Err(SlurmError::Refused {
                program,
                message,
                remedy,
            }) if message.contains("artition") => {
                let partitions = self.partitions();
                let remedy = match partitions.as_slice() {
                    [] => remedy,
                    some => message![
                        "give one that exists with ",
                        Term::Partition,
                        format!(": {}", some.join(", "))
                    ],
                };
                return Err(SlurmError::Refused {
                    program,
                    message,
                    remedy,
                });
            }
            Err(SlurmError::Connection {
                host,
                message,
                reached: true,
                ..
            }) => {
                return Err(SlurmError::Connection {
                    host,
                    message,
                    remedy: ssh::perhaps_submitted(),
                    reached: true,
                });
            }
            answer => answer?,
        };
        job_number(&answer.stdout).ok_or_else(|| SlurmError::Answer {
            program: "sbatch".to_owned(),
            answer: answer.stdout.chars().take(200).collect(),
        })
    }

    /// All tasks of this person that Slurm still knows, in one question.
    ///
    /// # Errors
    /// If Slurm does not answer.
    pub fn queue(&self) -> Result<Vec<QueueLine>, SlurmError> {
        let user = match &self.host {
            None => user()?,
            // The name there may be another.
            Some(_) => "$(id -un)".to_owned(),
        };
        let answer = self.slurm(
            "squeue",
            &["-h", "-r", "-t", "all", "-u", &user, "-o", FORMAT],
        )?;
        queue::parse(&answer.stdout)
    }

    /// Cancels jobs: their runs write checkpoints first.
    ///
    /// # Errors
    /// If Slurm does not do it.
    pub fn cancel(&self, jobs: &[u64]) -> Result<(), SlurmError> {
        let jobs: Vec<_> = jobs.iter().map(u64::to_string).collect();
        let mut arguments = vec!["--quiet"];
        arguments.extend(jobs.iter().map(String::as_str));
        self.slurm("scancel", &arguments).map(drop)
    }

    /// The names of the partitions, as far as Slurm tells.
    #[must_use]
    pub fn partitions(&self) -> Vec<String> {
        let answer = self.slurm("sinfo", &["-h", "-o", "%R"]);
        let mut names: Vec<String> = answer
            .map(|answer| {
                answer
                    .stdout
                    .lines()
                    .map(|line| line.trim().to_owned())
                    .collect()
            })
            .unwrap_or_default();
        names.retain(|name| !name.is_empty());
        names.sort();
        names.dedup();
        names
    }

    /// Runs a line of shell on the cluster.
    ///
    /// # Errors
    /// If it cannot be reached, or the line fails.
    pub(super) fn shell(&self, line: &str) -> Result<String, SlurmError> {
        let (command, patience) = match &self.host {
            None => {
                let mut command = Command::new("sh");
                command.args(["-c", line]);
                (command, PATIENCE)
            }
            Some(host) => (ssh::command(host, line, self.silent), SIGN_IN),
        };
        let name = command.get_program().to_string_lossy().into_owned();
        let answer = child::run(command, None, patience)?;
        self.accepted(&name, answer).map(|answer| answer.stdout)
    }

    /// Copies with `rsync`, up or down: files and folders as they are named, no links, with the owner and the rights of whoever receives
    /// them. `from` or `to` with a colon is on the login node; `left_out` are patterns of what stays where it is.
    ///
    /// # Errors
    /// If it fails.
    pub(super) fn rsync(
        &self,
        options: &[&str],
        left_out: &[String],
        from: &str,
        to: &str,
    ) -> Result<(), SlurmError> {
        let mut command = Command::new("rsync");
        let remote: Vec<_> = std::iter::once("ssh".to_owned())
            .chain(ssh::options(self.silent))
            .collect();
        command
            .args(["-rt", "--omit-dir-times", "--timeout=300"])
            .args(["-e", &remote.join(" "), "--exclude-from=-"])
            .args(options)
            .args(["--", from, to]);
        let left_out = left_out.join("\n").into_bytes();
        let answer = child::run(command, Some(left_out), Duration::from_secs(24 * 3600))?;
        self.accepted("rsync", answer).map(drop)
    }

    /// Runs one of Slurm's programs.
    fn slurm(&self, program: &str, arguments: &[&str]) -> Result<Answer, SlurmError> {
        let (command, patience) = match &self.host {
            None => {
                let mut command = Command::new(program);
                command.args(arguments);
                (command, PATIENCE)
            }
            Some(host) => {
                let words: Vec<_> = std::iter::once(program)
                    .chain(arguments.iter().copied())
                    .map(|word| match word {
                        "$(id -un)" => format!("\"{word}\""),
                        word => quoted(word),
                    })
                    .collect();
                (ssh::command(host, &words.join(" "), self.silent), SIGN_IN)
            }
        };
        let answer = child::run(command, None, patience)?;
        self.accepted(program, answer)
    }

    /// An answer, if the program was content.
    fn accepted(&self, program: &str, answer: Answer) -> Result<Answer, SlurmError> {
        let Some(host) = &self.host else {
            return accepted(program, answer);
        };
        let answer = ssh::without_greeting(answer);
        match ssh::failed(host, program, &answer) {
            Some(error) if !answer.ok => Err(error),
            _ => accepted(program, answer).map_err(|error| match error {
                // Its files are found by the variables that a profile sets.
                SlurmError::Refused {
                    program, message, ..
                } if message.contains("configuration source") => SlurmError::Refused {
                    remedy: hint::missing_there(&program),
                    program,
                    message,
                },
                error => error,
            }),
        }
    }
}

/// An answer, if the program was content.
fn accepted(program: &str, answer: Answer) -> Result<Answer, SlurmError> {
    if answer.ok {
        return Ok(answer);
    }
    let words = answer.stderr.trim();
    let words = if words.is_empty() {
        answer.stdout.trim()
    } else {
        words
    };
    let mut message = words
        .lines()
        .map(|line| {
            let line = line.trim();
            line.strip_prefix(&format!("{program}: "))
                .unwrap_or(line)
                .to_owned()
        })
        .collect::<Vec<_>>()
        .join("; ");
    if message.is_empty() {
        "it failed without a word".clone_into(&mut message);
    }
    if message.contains("command not found") {
        return Err(SlurmError::Missing {
            program: program.to_owned(),
            host: None,
            remedy: hint::missing(program),
        });
    }
    Err(SlurmError::Refused {
        program: program.to_owned(),
        remedy: hint::refused(&message),
        message,
    })
}

/// `12`, `12;cluster`, or `Submitted batch job 12` of versions and wrappers that know no `--parsable`.
fn job_number(text: &str) -> Option<u64> {
    let line = text.lines().rfind(|line| !line.trim().is_empty())?.trim();
    let word = line.strip_prefix("Submitted batch job ").unwrap_or(line);
    word.split(';').next()?.trim().parse().ok()
}

/// The name of this person, as Slurm knows it.
fn user() -> Result<String, SlurmError> {
    let answer = child::run(
        {
            let mut command = Command::new("id");
            command.arg("-un");
            command
        },
        None,
        PATIENCE,
    );
    let name = answer.map(|answer| answer.stdout.trim().to_owned())?;
    if name.is_empty() {
        return std::env::var_os("USER")
            .map(OsString::into_string)
            .and_then(Result::ok)
            .ok_or_else(|| SlurmError::Nothing("who you are is not known: set USER".into()));
    }
    Ok(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_of_a_job_is_read_in_every_form() {
        assert_eq!(job_number("123\n"), Some(123));
        assert_eq!(job_number("123;cluster\n"), Some(123));
        assert_eq!(
            job_number("Hello from the cluster!\nSubmitted batch job 7\n"),
            Some(7)
        );
        assert_eq!(job_number(""), None);
        assert_eq!(job_number("error"), None);
    }

    #[test]
    fn a_script_on_another_machine_is_submitted_through_ssh() {
        let script = Path::new("/scratch/my runs/0001.sh");
        assert_eq!(
            Cluster::default().submit_line(script),
            "sbatch '/scratch/my runs/0001.sh'"
        );
        let host = Host {
            name: "ada@login".to_owned(),
            folder: "/scratch".into(),
        };
        let line = Cluster::new(Some(host)).submit_line(Path::new("/scratch/0001.sh"));
        assert_eq!(line, "ssh ada@login 'sbatch /scratch/0001.sh'");
    }

    #[test]
    fn what_a_program_says_is_told_without_its_name_twice() {
        let refused = accepted(
            "sbatch",
            Answer {
                ok: false,
                code: Some(1),
                stdout: String::new(),
                stderr: "sbatch: error: invalid partition specified: nope\nsbatch: error: Batch job submission failed: Invalid partition name specified\n"
                    .to_owned(),
            },
        );
        let text = refused.unwrap_err().to_string();
        assert!(
            text.starts_with("sbatch: error: invalid partition specified: nope; error: Batch"),
            "{text}"
        );
        assert!(text.contains("--partition"), "{text}");
    }
}
