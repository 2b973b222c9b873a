//! What a person asks of the cluster.

use serde::{Deserialize, Serialize};

use super::SlurmError;
use super::message::Term;

/// The most runs that one task trains one after the other.
const MOST_PACKED: u32 = 10_000;
/// A longer value is none.
const LONGEST: usize = 500;

/// What a person asks of the cluster; what is absent is left to the cluster's defaults.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SlurmOptions {
    /// The partition (queue).
    pub partition: Option<String>,
    /// The time limit of a task: `30` (minutes), `02:00:00`, `1-00:00:00`. A run that takes longer goes on in the next turn.
    pub time: Option<String>,
    /// Memory of a task: `8G`.
    pub mem: Option<String>,
    /// GPUs of a task: `1`, `a100:1`.
    pub gpus: Option<String>,
    /// Cores of a task.
    pub cpus: Option<u32>,
    /// The account that pays.
    pub account: Option<String>,
    /// Runs that a task trains one after the other.
    pub pack: u32,
    /// Tasks at the same time, at most.
    pub max_parallel: Option<u32>,
    /// Where to train: `auto`, `cpu`, `gpu`.
    pub device: String,
    /// Further options of `sbatch`: `--constraint=a100`.
    pub sbatch: Vec<String>,
    /// Lines of the script before the task: `module load vulkan`.
    pub before: Vec<String>,
}

impl Default for SlurmOptions {
    fn default() -> Self {
        Self {
            partition: None,
            time: None,
            mem: None,
            gpus: None,
            cpus: None,
            account: None,
            pack: 1,
            max_parallel: None,
            device: "auto".to_owned(),
            sbatch: Vec::new(),
            before: Vec::new(),
        }
    }
}

impl SlurmOptions {
    /// Checks what can be checked without the cluster.
    ///
    /// # Errors
    /// With the option and what to write.
    pub fn check(&self) -> Result<(), SlurmError> {
        let wrong = |name: Term, problem: &str| {
            Err(SlurmError::Option {
                name: name.into(),
                problem: problem.into(),
            })
        };
        for (name, value) in self.named() {
            let is_word = !value.is_empty()
                && value.len() <= LONGEST
                && !value.starts_with('-')
                && value
                    .chars()
                    .all(|letter| !letter.is_whitespace() && !letter.is_control());
            if !is_word {
                return wrong(name, "must be one word, as sbatch takes it");
            }
        }
        if !self.time.as_deref().is_none_or(is_time) {
            return wrong(
                Term::TimeLimit,
                "must be minutes (90), hours (02:00:00) or days (1-12:00:00)",
            );
        }
        if !self.mem.as_deref().is_none_or(is_memory) {
            return wrong(Term::Memory, "must be megabytes (4000) or have a unit (8G)");
        }
        if self.cpus == Some(0) {
            return wrong(Term::Cores, "must be 1 or more");
        }
        if self.max_parallel == Some(0) {
            return wrong(Term::TasksAtOnce, "must be 1 or more");
        }
        if !(1..=MOST_PACKED).contains(&self.pack) {
            return wrong(Term::RunsPerTask, "must be 1 to 10000 runs a task");
        }
        if !["auto", "cpu", "gpu"].contains(&self.device.as_str()) {
            return wrong(Term::Device, "must be auto, cpu or gpu");
        }
        for line in &self.sbatch {
            if !line.starts_with('-') || line.chars().any(char::is_control) {
                return wrong(
                    Term::Sbatch(""),
                    "must be one option of sbatch: --constraint=a100",
                );
            }
        }
        if self.before.iter().any(|line| {
            line.chars()
                .any(|letter| letter.is_control() && letter != '\t')
        }) {
            return wrong(
                Term::Before,
                "must be one line of shell: module load vulkan",
            );
        }
        Ok(())
    }

    /// The options of `sbatch` that were given, one a line of the script.
    pub(super) fn directives(&self) -> Vec<String> {
        let mut lines: Vec<String> = Vec::new();
        for (name, value) in self.named() {
            lines.push(match name {
                Term::Gpus => format!("--gres=gpu:{value}"),
                // Ours are called as those of `sbatch` are.
                name => format!("{}={value}", name.option()),
            });
        }
        if let Some(cpus) = self.cpus {
            lines.push(format!("--cpus-per-task={cpus}"));
        }
        lines.extend(self.sbatch.iter().cloned());
        lines
    }

    /// The texts that were given, with their options.
    fn named(&self) -> Vec<(Term, &str)> {
        [
            (Term::Partition, &self.partition),
            (Term::TimeLimit, &self.time),
            (Term::Memory, &self.mem),
            (Term::Gpus, &self.gpus),
            (Term::Account, &self.account),
        ]
        .into_iter()
        .filter_map(|(name, value)| Some((name, value.as_deref()?)))
        .collect()
    }
}

/// Minutes, minutes:seconds, hours:minutes:seconds, days-hours and days-hours:minutes:seconds; or a word for no limit.
fn is_time(text: &str) -> bool {
    let digits = |part: &str| {
        !part.is_empty() && part.len() <= 9 && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    if ["UNLIMITED", "INFINITE"].contains(&text.to_ascii_uppercase().as_str()) {
        return true;
    }
    let (days, rest) = match text.split_once('-') {
        Some((days, rest)) => (Some(days), rest),
        None => (None, text),
    };
    days.is_none_or(digits) && rest.split(':').count() <= 3 && rest.split(':').all(digits)
}

fn is_memory(text: &str) -> bool {
    let number = text.trim_end_matches(['K', 'M', 'G', 'T', 'k', 'm', 'g', 't']);
    text.len() <= number.len() + 1
        && !number.is_empty()
        && number.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_memory_are_taken_as_sbatch_takes_them() {
        for time in ["30", "30:00", "02:00:00", "1-0", "1-12:00:00", "UNLIMITED"] {
            assert!(is_time(time), "{time}");
        }
        for time in ["", "2h", "1-", "-1", "1:2:3:4", "1-2-3"] {
            assert!(!is_time(time), "{time}");
        }
        assert!(is_memory("4000") && is_memory("8G"));
        assert!(!is_memory("8GB") && !is_memory("G") && !is_memory("8 G"));
    }

    #[test]
    fn a_value_that_would_be_a_second_line_of_the_script_is_refused_by_name() {
        for (name, options) in [
            (
                "--partition",
                SlurmOptions {
                    partition: Some("gpu\nrm -rf ~".to_owned()),
                    ..SlurmOptions::default()
                },
            ),
            (
                "--before",
                SlurmOptions {
                    before: vec!["module load a\nrm x".to_owned()],
                    ..SlurmOptions::default()
                },
            ),
            (
                "--sbatch",
                SlurmOptions {
                    sbatch: vec!["constraint".to_owned()],
                    ..SlurmOptions::default()
                },
            ),
            (
                "--pack",
                SlurmOptions {
                    pack: 0,
                    ..SlurmOptions::default()
                },
            ),
        ] {
            let error = options.check().unwrap_err().to_string();
            assert!(error.starts_with(name), "{error}");
        }
        SlurmOptions::default().check().unwrap();
    }

    #[test]
    fn only_what_was_given_is_asked_of_the_cluster() {
        assert!(SlurmOptions::default().directives().is_empty());
        let options = SlurmOptions {
            partition: Some("gpu".to_owned()),
            gpus: Some("a100:1".to_owned()),
            cpus: Some(8),
            sbatch: vec!["--qos=long".to_owned()],
            ..SlurmOptions::default()
        };
        assert_eq!(
            options.directives(),
            [
                "--partition=gpu",
                "--gres=gpu:a100:1",
                "--cpus-per-task=8",
                "--qos=long"
            ]
        );
    }
}
