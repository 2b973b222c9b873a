//! What is said of clusters, in the words of the window.

use crate::experiments::slurm::{Message, Term};

/// A message with the fields and buttons of the window in it.
#[must_use]
pub fn in_window(message: &Message) -> String {
    message.told(called)
}

/// The label of the field or button that stands for a term; none where the window has neither.
#[must_use]
pub fn label(term: Term) -> Option<&'static str> {
    let label = match term {
        Term::Partition => "Partition",
        Term::TimeLimit => "Time limit",
        Term::Memory => "Memory",
        Term::Gpus => "GPUs",
        Term::Cores => "Cores",
        Term::Account => "Account",
        Term::RunsPerTask => "Runs a task",
        Term::TasksAtOnce => "Tasks at once",
        Term::LoginNode => "Login node",
        Term::FolderThere => "Folder there",
        Term::ProgramThere => "Program there",
        Term::SendData => "Data there",
        Term::SubmitAgain => "Submit again",
        Term::RunsFolder => "Choose runs folder",
        Term::Device | Term::Sbatch(_) | Term::Before | Term::WriteOnly => return None,
    };
    Some(label)
}

fn called(term: Term) -> String {
    let quoted = label(term).map(|label| format!("\u{201c}{label}\u{201d}"));
    match term {
        Term::SendData => format!("leave {} empty", quoted.unwrap_or_default()),
        Term::Device => "the device".to_owned(),
        Term::Sbatch("") => "an option of the template".to_owned(),
        Term::Sbatch(example) => format!("a line `#SBATCH {example}` of the template"),
        Term::Before => "a line of the template".to_owned(),
        Term::WriteOnly => "`atelier sweep CONFIG.toml --on slurm --dry-run`".to_owned(),
        _ => quoted.unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiments::slurm::{SlurmError, SlurmOptions};

    #[test]
    fn what_is_wrong_is_told_with_the_names_of_the_fields() {
        let options = SlurmOptions {
            mem: Some("8GB".to_owned()),
            ..SlurmOptions::default()
        };
        let error = options.check().unwrap_err();
        assert_eq!(
            in_window(&error.message()),
            "\u{201c}Memory\u{201d}: must be megabytes (4000) or have a unit (8G)"
        );
        assert!(error.to_string().starts_with("--mem: "));
    }

    #[test]
    fn what_a_cluster_says_itself_stays_as_it_is() {
        let error = SlurmError::Refused {
            program: "sbatch".to_owned(),
            message: "error: --mem: no such partition".to_owned(),
            remedy: Message::from(Term::Partition),
        };
        assert_eq!(
            in_window(&error.message()),
            "sbatch: error: --mem: no such partition\n  \u{201c}Partition\u{201d}"
        );
    }

    #[test]
    fn no_term_is_called_by_its_option() {
        for term in [
            Term::Partition,
            Term::TimeLimit,
            Term::Memory,
            Term::Gpus,
            Term::Cores,
            Term::Account,
            Term::RunsPerTask,
            Term::TasksAtOnce,
            Term::Device,
            Term::Sbatch("--qos=long"),
            Term::Before,
            Term::LoginNode,
            Term::FolderThere,
            Term::ProgramThere,
            Term::SendData,
            Term::SubmitAgain,
            Term::RunsFolder,
        ] {
            let told = in_window(&Message::from(term));
            assert!(!told.contains(&term.option()), "{told}");
        }
    }
}
