//! The script that `sbatch` gets, from a template that a person can edit.

use std::path::Path;

use super::message::{Message, Term, message};
use super::{SlurmError, Submission};

/// The template that is used unless a person gives another.
pub const DEFAULT_TEMPLATE: &str = include_str!("slurm.sh.template");

/// Without these a script cannot do its work.
const NEEDED: [&str; 2] = ["array", "submission"];

/// Fills in a template: every `{{word}}` is replaced, everything else stays as it is. `name` says where the template is from.
///
/// # Errors
/// If a word is unknown, or one that is needed is not there.
pub(super) fn script(
    template: &str,
    name: &str,
    folder: &Path,
    submission: &Submission,
) -> Result<String, SlurmError> {
    let options = &submission.options;
    let folder = text_of(folder)?;
    let mut array = format!("0-{}", submission.tasks.len().saturating_sub(1));
    if let Some(most) = options.max_parallel {
        array = format!("{array}%{most}");
    }
    let directives: Vec<String> = options
        .directives()
        .into_iter()
        .map(|option| format!("#SBATCH {option}"))
        .collect();
    let program = quoted(&submission.program);
    let words = [
        ("name", submission.job_name(&folder)),
        ("array", array),
        ("folder", folder.clone()),
        ("folder_quoted", quoted(&folder)),
        ("program", program),
        ("submission", submission.number.to_string()),
        ("options", directives.join("\n")),
        ("before", options.before.join("\n")),
    ];
    let mut text = String::with_capacity(template.len() + 1024);
    for (number, line) in template.lines().enumerate() {
        let wrong = |problem: String| SlurmError::Option {
            name: format!("{name}:{}", number + 1).into(),
            problem: problem.into(),
        };
        let mut rest = line;
        while let Some(start) = rest.find("{{") {
            text.push_str(&rest[..start]);
            let Some(length) = rest[start..].find("}}") else {
                return Err(wrong("{{ without }}".to_owned()));
            };
            let word = rest[start + 2..start + length].trim();
            let Some((_, value)) = words.iter().find(|(known, _)| *known == word) else {
                let known: Vec<_> = words.iter().map(|(word, _)| *word).collect();
                return Err(wrong(format!(
                    "{{{{{word}}}}} is unknown; there are {}",
                    known.join(", ")
                )));
            };
            text.push_str(value);
            rest = &rest[start + length + 2..];
        }
        text.push_str(rest);
        text.push('\n');
    }
    for word in NEEDED {
        if !template.contains(&format!("{{{{{word}}}}}")) {
            return Err(SlurmError::Option {
                name: name.into(),
                problem: format!(
                    "must contain {{{{{word}}}}}; begin with the template that `atelier slurm-template` writes"
                )
                .into(),
            });
        }
    }
    Ok(text)
}

/// A path as text that a line `#SBATCH` can hold.
fn text_of(path: &Path) -> Result<String, SlurmError> {
    let problem = match path.to_str() {
        None => Message::from("is not UTF-8, which a script cannot hold: rename it"),
        // `%` stands for something in names of logs, and a line of options ends at the next space.
        Some(text)
            if text.contains(|letter: char| {
                letter.is_control() || letter.is_whitespace() || "%\"'\\".contains(letter)
            }) =>
        {
            message![
                "has a space, a quote, % or \\ in it, which Slurm does not take in names of logs: use a runs folder without (",
                Term::RunsFolder,
                ")"
            ]
        }
        Some(text) => return Ok(text.to_owned()),
    };
    Err(SlurmError::Option {
        name: path.display().to_string().into(),
        problem,
    })
}

/// A word as a shell takes it literally.
pub(super) fn quoted(text: &str) -> String {
    let is_plain = !text.is_empty()
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"/._-+=:,@".contains(&byte));
    if is_plain {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', "'\\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiments::slurm::SlurmOptions;

    fn submission() -> Submission {
        Submission {
            number: 3,
            tasks: vec![vec![0, 1], vec![2]],
            program: "/opt/my tools/atelier".to_owned(),
            options: SlurmOptions {
                partition: Some("gpu".to_owned()),
                max_parallel: Some(4),
                before: vec!["module load vulkan".to_owned()],
                ..SlurmOptions::default()
            },
            ..Submission::default()
        }
    }

    #[test]
    fn the_script_has_the_options_the_array_and_the_task() {
        let folder = Path::new("/scratch/ada/runs/2026-11-30_10-00-00_sweep-autorec_a1b2");
        let text = script(DEFAULT_TEMPLATE, "default", folder, &submission()).unwrap();
        for line in [
            "#SBATCH --array=0-1%4",
            "#SBATCH --partition=gpu",
            "#SBATCH --output=/scratch/ada/runs/2026-11-30_10-00-00_sweep-autorec_a1b2/slurm/log/%A_%a.log",
            "module load vulkan",
            "'/opt/my tools/atelier' sweep-task /scratch/ada/runs/2026-11-30_10-00-00_sweep-autorec_a1b2 --submission 3 --task \"$SLURM_ARRAY_TASK_ID\" &",
        ] {
            assert!(text.lines().any(|own| own == line), "{line}\n{text}");
        }
        assert!(!text.contains("{{"), "{text}");
        // Every option stands before the first command: later ones are ignored.
        let first = text
            .lines()
            .position(|line| !line.starts_with('#') && !line.is_empty())
            .unwrap();
        assert!(
            text.lines()
                .skip(first)
                .all(|line| !line.starts_with("#SBATCH"))
        );
    }

    #[test]
    fn a_wrong_template_is_told_with_its_line() {
        let folder = Path::new("/runs/a");
        let error = |template: &str| {
            script(template, "my.sh", folder, &submission())
                .unwrap_err()
                .to_string()
        };
        let unknown = error("#!/bin/bash\n#SBATCH -p {{queue}}\n");
        assert!(
            unknown.starts_with("my.sh:2: {{queue}} is unknown"),
            "{unknown}"
        );
        assert!(error("{{array}}\n{{ array\n").starts_with("my.sh:2: {{ without }}"));
        assert!(error("#!/bin/bash\n{{array}}\n").contains("{{submission}}"));
        // What bash itself writes with braces is left alone.
        let text = script(
            "{{array}} {{submission}} ${#list} ${a%b}",
            "my.sh",
            folder,
            &submission(),
        )
        .unwrap();
        assert_eq!(text, "0-1%4 3 ${#list} ${a%b}\n");
        let spaces = script(
            DEFAULT_TEMPLATE,
            "x",
            Path::new("/my runs/a"),
            &submission(),
        );
        assert!(spaces.unwrap_err().to_string().contains("space"));
    }
}
