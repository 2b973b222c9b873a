//! What is said of a cluster: words, and between them what each front end calls its own way.

use std::fmt;

/// What a person can change or do, on the command line by an option and in the window by a field or a button.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Term {
    /// [`SlurmOptions::partition`](super::SlurmOptions::partition).
    Partition,
    /// [`SlurmOptions::time`](super::SlurmOptions::time).
    TimeLimit,
    /// [`SlurmOptions::mem`](super::SlurmOptions::mem).
    Memory,
    /// [`SlurmOptions::gpus`](super::SlurmOptions::gpus).
    Gpus,
    /// [`SlurmOptions::cpus`](super::SlurmOptions::cpus).
    Cores,
    /// [`SlurmOptions::account`](super::SlurmOptions::account).
    Account,
    /// [`SlurmOptions::pack`](super::SlurmOptions::pack).
    RunsPerTask,
    /// [`SlurmOptions::max_parallel`](super::SlurmOptions::max_parallel).
    TasksAtOnce,
    /// [`SlurmOptions::device`](super::SlurmOptions::device).
    Device,
    /// [`SlurmOptions::sbatch`](super::SlurmOptions::sbatch); with an example.
    Sbatch(&'static str),
    /// [`SlurmOptions::before`](super::SlurmOptions::before).
    Before,
    /// [`Host::name`](super::Host::name).
    LoginNode,
    /// [`Host::folder`](super::Host::folder).
    FolderThere,
    /// [`There::program`](super::There::program).
    ProgramThere,
    /// To send the data instead of naming where it is, as something to do: "use …".
    SendData,
    /// To submit again what failed or was canceled.
    SubmitAgain,
    /// To write everything and submit nothing.
    WriteOnly,
    /// Where runs are saved.
    RunsFolder,
}

impl Term {
    /// As the command line calls it.
    #[must_use]
    pub fn option(self) -> String {
        let option = match self {
            Self::Partition => "--partition",
            Self::TimeLimit => "--time",
            Self::Memory => "--mem",
            Self::Gpus => "--gpus",
            Self::Cores => "--cpus",
            Self::Account => "--account",
            Self::RunsPerTask => "--pack",
            Self::TasksAtOnce => "--max-parallel",
            Self::Device => "--device",
            Self::Sbatch("") => "--sbatch",
            Self::Sbatch(example) => return format!("--sbatch {example}"),
            Self::Before => "--before",
            Self::LoginNode => "--host",
            Self::FolderThere => "--remote-dir",
            Self::ProgramThere => "--remote-program",
            Self::SendData => "use --send-data",
            Self::SubmitAgain => "--resubmit",
            Self::WriteOnly => "--dry-run",
            Self::RunsFolder => "--runs",
        };
        option.to_owned()
    }
}

/// Something to say to a person.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Message(Vec<Part>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Words(String),
    Term(Term),
}

impl Message {
    /// True if nothing is said.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// In the words of a front end: `call` says what it calls a term.
    #[must_use]
    pub fn told(&self, call: impl Fn(Term) -> String) -> String {
        let mut text = String::new();
        for part in &self.0 {
            match part {
                Part::Words(words) => text.push_str(words),
                Part::Term(term) => text.push_str(&call(*term)),
            }
        }
        text
    }

    /// With more at its end.
    #[must_use]
    pub(super) fn and(mut self, more: impl Into<Self>) -> Self {
        self.0.extend(more.into().0);
        self
    }
}

/// A message made of parts: texts, terms and other messages.
macro_rules! message {
    ($($part:expr),+ $(,)?) => {
        $crate::experiments::slurm::Message::default()$(.and($part))+
    };
}
pub(super) use message;

impl From<&str> for Message {
    fn from(words: &str) -> Self {
        words.to_owned().into()
    }
}

impl From<String> for Message {
    fn from(words: String) -> Self {
        match words.as_str() {
            "" => Self::default(),
            _ => Self(vec![Part::Words(words)]),
        }
    }
}

impl From<&String> for Message {
    fn from(words: &String) -> Self {
        words.clone().into()
    }
}

impl From<Term> for Message {
    fn from(term: Term) -> Self {
        Self(vec![Part::Term(term)])
    }
}

impl From<&Self> for Message {
    fn from(own: &Self) -> Self {
        own.clone()
    }
}

/// In the words of the command line.
impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.told(Term::option))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_front_end_calls_what_is_to_be_done_its_own_way() {
        let said = message![
            Term::SubmitAgain,
            " with a larger ",
            Term::Memory,
            String::new(),
            message![" (", Term::Sbatch("--qos=…"), ")"],
        ];
        assert_eq!(
            said.to_string(),
            "--resubmit with a larger --mem (--sbatch --qos=…)"
        );
        assert_eq!(
            said.told(|term| format!("{term:?}")),
            "SubmitAgain with a larger Memory (Sbatch(\"--qos=…\"))"
        );
        // A text that happens to have an option in it stays as it is.
        let theirs = Message::from("error: unrecognized option --mem");
        assert_eq!(
            theirs.told(|_| "?".to_owned()),
            "error: unrecognized option --mem"
        );
        assert!(Message::from("").is_empty());
    }
}
