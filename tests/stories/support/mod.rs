//! The program, and ratings small enough to train on in a moment.
pub(crate) mod kills;
pub(crate) mod result_pane;

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A folder of its own with ratings, titles and a config.
pub(crate) struct Place {
    folder: tempfile::TempDir,
}

/// What a command left.
pub(crate) struct Done {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Place {
    /// 30 users, 20 items and the config `config.toml`, which trains AutoRec for `epochs` epochs.
    pub(crate) fn new(epochs: u64) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let place = Self { folder };
        place.write("ratings.csv", &ratings());
        place.write("movies.csv", &titles());
        let config = format!(
            "system = \"autorec\"\n\n[data]\npath = \"ratings.csv\"\ntest_fraction = 0.2\n\n[autorec]\nhidden = 8\nepochs = {epochs}\n"
        );
        place.write("config.toml", &config);
        place
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).unwrap();
    }

    /// The program with these arguments, started in this folder, on the CPU, without a display or a person's settings.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_atelier"));
        command
            .args(arguments)
            .current_dir(self.folder.path())
            .env("HOME", self.folder.path())
            .env("XDG_DATA_HOME", self.path("data"))
            .env_remove("ATELIER_RUNS")
            .env_remove("DISPLAY")
            .env_remove("WAYLAND_DISPLAY")
            .env_remove("RUST_LOG");
        command
    }

    /// Runs the program to its end.
    pub(crate) fn atelier(&self, arguments: &[&str]) -> Done {
        Done::of(&self.command(arguments).output().unwrap())
    }

    /// Trains `config.toml`; the run folder.
    pub(crate) fn trained(&self) -> PathBuf {
        let done = self.atelier(&["run", "config.toml", "--runs", "runs", "--device", "cpu"]);
        assert_eq!(done.code, Some(0), "{}", done.stderr);
        self.path(done.run_folder())
    }
}

impl Done {
    pub(crate) fn of(output: &Output) -> Self {
        Self {
            code: output.status.code(),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// What follows a word at the beginning of a line of stdout.
    pub(crate) fn value(&self, name: &str) -> &str {
        self.stdout
            .lines()
            .find_map(|line| line.strip_prefix(name))
            .unwrap_or_else(|| panic!("no {name} in {}", self.stdout))
            .trim()
    }

    pub(crate) fn run_folder(&self) -> &str {
        self.value("run folder")
    }
}

/// `run.json` of a run folder.
pub(crate) fn summary(run: &Path) -> serde_json::Value {
    serde_json::from_slice(&fs::read(run.join("run.json")).unwrap()).unwrap()
}

/// Two kinds of users and two kinds of items; each rates the own kind high. Two of three pairs are rated.
fn ratings() -> String {
    let mut text = "userId,movieId,rating\n".to_owned();
    for user in 1..=30 {
        for item in 1..=20 {
            if (user * 7 + item * 5) % 3 != 0 {
                let likes = user % 2 == item % 2;
                let rating = if likes { 4 + user % 2 } else { 1 + item % 3 };
                writeln!(text, "{user},{item},{rating}").unwrap();
            }
        }
    }
    text
}

fn titles() -> String {
    let mut text = "movieId,title,genres\n".to_owned();
    for item in 1..=20 {
        writeln!(
            text,
            "{item},\"Film number {item} (19{})\",Drama",
            50 + item
        )
        .unwrap();
    }
    text
}
