//! What was submitted: a file of the sweep's folder, written once.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::{Host, SlurmError, SlurmOptions};
use crate::record::files;

/// The folder of what concerns the cluster, in the sweep's folder.
pub(super) const FOLDER: &str = "slurm";
/// A longer file is none: a million trials.
const MOST_BYTES: u64 = 16 << 20;
/// More submissions of one sweep are none.
const MOST: u32 = 9999;

/// One array of jobs.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Submission {
    /// From 1.
    pub number: u32,
    /// When: RFC 3339, UTC.
    #[serde(default)]
    pub created: String,
    /// The trials of each task of the array.
    pub tasks: Vec<Vec<u32>>,
    /// How many trials each task asks for, beyond its own: those of methods that learn from what was tried, and what others left.
    #[serde(default)]
    pub asks: u32,
    /// True if trials that failed are tried again.
    #[serde(default)]
    pub again: bool,
    /// The program, as the script calls it.
    pub program: String,
    /// What the person asked of the cluster.
    pub options: SlurmOptions,
    /// The template of a person's own, where it is not the program's: where it was from, and its text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub template: Option<(String, String)>,
    /// The login node, where the folder is not shared with this machine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<Host>,
    /// The number of the job, once there is one; in a file of its own.
    #[serde(skip)]
    pub job: Option<u64>,
}

impl Submission {
    /// The name of the job in `squeue`: the sweep's, with the submission's number from the second on.
    pub(super) fn job_name(&self, folder: &str) -> String {
        let name = folder.rsplit('/').next().unwrap_or(folder);
        match self.number {
            0 | 1 => name.to_owned(),
            number => format!("{name}.{number}"),
        }
    }

    /// Writes it, and the script beside it; the number is the next that is free.
    ///
    /// # Errors
    /// If the folder cannot be written.
    pub fn write(
        &mut self,
        sweep: &Path,
        script: impl Fn(&Self) -> Result<String, SlurmError>,
    ) -> Result<PathBuf, SlurmError> {
        let folder = sweep.join(FOLDER);
        for folder in [&folder, &folder.join("log"), &folder.join("claims")] {
            fs::create_dir_all(folder).map_err(SlurmError::io("make", folder))?;
        }
        let last = submissions(sweep)?.last().map_or(0, |last| last.number);
        for number in last + 1..=MOST {
            self.number = number;
            let text = script(self)?;
            let json = serde_json::to_vec_pretty(self).map_err(|error| SlurmError::Damaged {
                path: folder.clone(),
                reason: error.to_string(),
            })?;
            let path = folder.join(format!("{number:04}.json"));
            match write_once(&path, &json) {
                Ok(()) => {}
                // Somebody else submits it at the same moment.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => continue,
                Err(error) => return Err(SlurmError::io("write", &path)(error)),
            }
            let path = folder.join(format!("{number:04}.sh"));
            write_once(&path, text.as_bytes()).map_err(SlurmError::io("write", &path))?;
            return Ok(path);
        }
        Err(SlurmError::Nothing(
            format!(
                "{} was submitted {MOST} times, which is enough; start a new sweep",
                sweep.display()
            )
            .into(),
        ))
    }

    /// Writes the number of the job that it became. Its tasks do so too, in case the program was killed before it could.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn write_job(sweep: &Path, number: u32, job: u64) -> Result<(), SlurmError> {
        let path = sweep.join(FOLDER).join(format!("{number:04}.job"));
        match write_once(&path, format!("{job}\n").as_bytes()) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
                Err(SlurmError::io("write", &path)(error))
            }
            _ => Ok(()),
        }
    }

    /// Reads one.
    ///
    /// # Errors
    /// If it is not there or damaged.
    pub fn read(sweep: &Path, number: u32) -> Result<Self, SlurmError> {
        let path = sweep.join(FOLDER).join(format!("{number:04}.json"));
        let text = files::read_text(&path, MOST_BYTES).map_err(SlurmError::io("read", &path))?;
        let mut own: Self = serde_json::from_str(&text).map_err(|error| SlurmError::Damaged {
            path: path.clone(),
            reason: error.to_string(),
        })?;
        own.number = number;
        own.job = files::read_text(&path.with_extension("job"), 64)
            .ok()
            .and_then(|text| text.trim().parse().ok());
        Ok(own)
    }

    /// Where a task of it writes its log.
    #[must_use]
    pub fn log(&self, sweep: &Path, task: u32) -> Option<PathBuf> {
        let name = format!("{}_{task}.log", self.job?);
        Some(sweep.join(FOLDER).join("log").join(name))
    }
}

/// All that was submitted of a sweep, in order; empty for a sweep that never was on a cluster.
///
/// # Errors
/// If the folder cannot be read, or a file is damaged.
pub fn submissions(sweep: &Path) -> Result<Vec<Submission>, SlurmError> {
    let folder = sweep.join(FOLDER);
    if !files::is_folder(&folder) {
        return Ok(Vec::new());
    }
    let mut numbers = Vec::new();
    for entry in fs::read_dir(&folder).map_err(SlurmError::io("read", &folder))? {
        let name = entry.map_err(SlurmError::io("read", &folder))?.file_name();
        let number = name
            .to_str()
            .and_then(|name| name.strip_suffix(".json"))
            .and_then(|name| name.parse::<u32>().ok());
        numbers.extend(number.filter(|number| *number <= MOST));
    }
    numbers.sort_unstable();
    numbers
        .into_iter()
        .map(|number| Submission::read(sweep, number))
        .collect()
}

/// A new file, complete or not there: written beside its place and linked to it, which fails if somebody was faster.
pub(super) fn write_once(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let draft = path.with_file_name(format!(
        ".{}.{:08x}.tmp",
        path.file_name().unwrap_or_default().to_string_lossy(),
        rand::random::<u32>()
    ));
    let written = (|| {
        let mut file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(&draft)?;
        file.write_all(bytes)?;
        file.sync_data()?;
        fs::hard_link(&draft, path)
    })();
    // What is left of it has a name that nobody reads.
    let _ = fs::remove_file(&draft);
    match written {
        // File systems without links.
        Err(error)
            if matches!(
                error.kind(),
                io::ErrorKind::Unsupported | io::ErrorKind::PermissionDenied
            ) =>
        {
            let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
            file.write_all(bytes)?;
            file.sync_data()
        }
        written => written,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn submissions_are_numbered_and_read_back_with_their_jobs() {
        let sweep = tempfile::tempdir().unwrap();
        assert!(submissions(sweep.path()).unwrap().is_empty());
        for _ in 0..2 {
            let mut own = Submission {
                tasks: vec![vec![0], vec![1, 2]],
                program: "atelier".to_owned(),
                ..Submission::default()
            };
            own.write(sweep.path(), |own| Ok(own.number.to_string()))
                .unwrap();
        }
        Submission::write_job(sweep.path(), 2, 77).unwrap();
        // The first to say it is right.
        Submission::write_job(sweep.path(), 2, 78).unwrap();
        let all = submissions(sweep.path()).unwrap();
        assert_eq!(all.len(), 2);
        assert_eq!((all[0].number, all[0].job), (1, None));
        assert_eq!((all[1].number, all[1].job), (2, Some(77)));
        assert_eq!(all[1].tasks, [vec![0], vec![1, 2]]);
        assert!(
            all[1]
                .log(sweep.path(), 1)
                .unwrap()
                .ends_with("log/77_1.log")
        );
        let script = fs::read_to_string(sweep.path().join("slurm/0002.sh")).unwrap();
        assert_eq!(script, "2");
        assert_eq!(all[1].job_name("/runs/sweep_a"), "sweep_a.2");
        assert_eq!(all[0].job_name("/runs/sweep_a"), "sweep_a");
    }

    #[test]
    fn a_file_is_written_once() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        write_once(&path, b"1").unwrap();
        let again = write_once(&path, b"2").unwrap_err();
        assert_eq!(again.kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(fs::read(&path).unwrap(), b"1");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
