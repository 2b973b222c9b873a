//! The commands that repeat the runs.

use super::block::{Block, Section};
use crate::experiments::table::SEED;
use crate::report::comparison::{Comparison, SYSTEM};
use crate::report::material::{Material, ReportedRun};
use crate::report::values::assigned;

/// Commands that are listed.
const LISTED: usize = 200;

/// The config of the first run of each system, and how the others differ from it.
pub(super) fn repeat(material: &Material, comparison: &Comparison<'_>) -> Option<Section> {
    let mut blocks = Vec::new();
    let mut systems: Vec<&str> = Vec::new();
    for run in &material.runs {
        if run.config_text.is_some() && !systems.contains(&run.row.summary.system.as_str()) {
            systems.push(&run.row.summary.system);
        }
    }
    for system in &systems {
        let runs = material
            .runs
            .iter()
            .filter(|run| run.row.summary.system == *system && run.config_text.is_some());
        let runs: Vec<&ReportedRun> = runs.collect();
        let Some((first, text)) = runs
            .first()
            .and_then(|run| Some((run, run.config_text.as_ref()?)))
        else {
            continue;
        };
        let file = match systems.len() {
            1 => "config.toml".to_owned(),
            _ => format!("{system}.toml"),
        };
        blocks.push(Block::Code {
            title: format!("{file}, that of {}", first.name()),
            text: text.trim_end().to_owned(),
        });
        let commands: Vec<String> = runs
            .iter()
            .take(LISTED)
            .map(|run| command(&file, first, run, comparison))
            .collect();
        let more = match runs.len().checked_sub(LISTED + 1) {
            Some(more) => format!("\n# and {} more", more + 1),
            None => String::new(),
        };
        blocks.push(Block::Code {
            title: match runs.len() {
                1 => "The command that repeats it".to_owned(),
                _ => "The commands that repeat them".to_owned(),
            },
            text: format!("{}{more}", commands.join("\n")),
        });
    }
    if blocks.is_empty() {
        return None;
    }
    let hash = material
        .runs
        .iter()
        .find_map(|run| run.row.summary.data.as_ref());
    blocks.insert(
        0,
        Block::Text(match hash {
            Some(data) => format!(
                "Paths in the config start at the run's folder: write the place of the data there. It is the same data if its BLAKE3 hash is {}.",
                data.hash
            ),
            None => "Paths in the config start at the run's folder: write the place of the data there.".to_owned(),
        }),
    );
    Some(Section {
        id: "repeat",
        title: "How to repeat it".to_owned(),
        blocks,
    })
}

fn command(
    file: &str,
    first: &ReportedRun,
    run: &ReportedRun,
    comparison: &Comparison<'_>,
) -> String {
    let mut text = format!("atelier run {file}");
    for own in comparison.varied.iter().filter(|own| own.key != SYSTEM) {
        let value = run.row.parameters.get(&own.key);
        if value != first.row.parameters.get(&own.key)
            && let Some(value) = value
        {
            let assignment = format!("{}={}", own.key, assigned(value));
            text.push_str(&format!(" --set {}", quoted(&assignment)));
        }
    }
    if run.row.summary.seed != first.row.summary.seed {
        text.push_str(&format!(" --{SEED} {}", run.row.summary.seed));
    }
    text
}

/// For a shell: in single quotes where it holds anything that a shell acts on.
fn quoted(text: &str) -> String {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "=._-+/:,@".contains(letter);
    if text.chars().all(is_plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', "'\\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shell_takes_an_assignment_as_one_word() {
        assert_eq!(quoted("hidden=50"), "hidden=50");
        assert_eq!(quoted("hidden=[50,20]"), "'hidden=[50,20]'");
        assert_eq!(
            quoted("data.path=it's; rm -rf"),
            "'data.path=it'\\''s; rm -rf'"
        );
    }
}
