//! What is said of clusters, in the words of the window.

/// What the command line calls it, and what the window does; longer ones first.
const WORDS: [(&str, &str); 15] = [
    (
        "--host USER@LOGIN --remote-dir DIR",
        "\u{201c}Login node\u{201d} and \u{201c}Folder there\u{201d}",
    ),
    (
        "--dry-run writes",
        "`atelier sweep CONFIG.toml --on slurm --dry-run` writes",
    ),
    ("--remote-program", "\u{201c}Program there\u{201d}"),
    ("--remote-dir", "\u{201c}Folder there\u{201d}"),
    ("--max-parallel", "\u{201c}Tasks at once\u{201d}"),
    ("--partition:", "\u{201c}Partition\u{201d}:"),
    ("--resubmit", "\u{201c}Submit again\u{201d}"),
    ("--partition", "\u{201c}Partition\u{201d}"),
    ("--account", "\u{201c}Account\u{201d}"),
    ("--pack", "\u{201c}Runs a task\u{201d}"),
    ("--host", "\u{201c}Login node\u{201d}"),
    ("--time", "\u{201c}Time limit\u{201d}"),
    ("--cpus", "\u{201c}Cores\u{201d}"),
    ("--gpus", "\u{201c}GPUs\u{201d}"),
    ("--mem", "\u{201c}Memory\u{201d}"),
];

/// A message that names options of the command line, with the fields and buttons of the window in their place.
pub(super) fn in_window(text: &str) -> String {
    let mut text = text.to_owned();
    for (option, word) in WORDS {
        // `--mem` is not the beginning of `--mem-per-cpu`.
        let mut from = 0;
        while let Some(at) = text[from..].find(option).map(|at| from + at) {
            let end = at + option.len();
            let goes_on =
                text[end..].starts_with(|next: char| next == '-' || next.is_alphanumeric());
            // What stands in a command stays as it is typed.
            let in_command = text[..at].ends_with("slurm ");
            if goes_on || in_command {
                from = end;
                continue;
            }
            text.replace_range(at..end, word);
            from = at + word.len();
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_called_as_the_fields_are() {
        assert_eq!(
            in_window("--resubmit with a larger --mem goes on from its checkpoint"),
            "\u{201c}Submit again\u{201d} with a larger \u{201c}Memory\u{201d} goes on from its checkpoint"
        );
        assert_eq!(
            in_window("waits for another task (--max-parallel)"),
            "waits for another task (\u{201c}Tasks at once\u{201d})"
        );
        assert_eq!(
            in_window("--dry-run writes everything"),
            "`atelier sweep CONFIG.toml --on slurm --dry-run` writes everything"
        );
        assert_eq!(in_window("--mem-per-cpu"), "--mem-per-cpu");
    }
}
