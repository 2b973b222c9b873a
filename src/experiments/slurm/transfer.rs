//! Without a shared folder: what goes to the login node, and what comes back, by the system's `ssh` and `rsync`.

use std::path::{Path, PathBuf};

use super::message::{Term, message};
use super::template::quoted;
use super::{Cluster, Host, SlurmError};
use crate::data::Source;

/// What stays where it was made: weights, which are large, and what belongs to the machine that works.
const LEFT_THERE: [&str; 6] = [
    "--exclude=/*/checkpoint*",
    "--exclude=/*/best*",
    "--exclude=/*/lock",
    "--exclude=.*.tmp",
    "--exclude=/.new-*",
    "--exclude=/.deleted-*",
];

impl Host {
    /// The folder of runs of one sweep there: it holds the sweep's folder and its runs, as the folder of runs does here.
    #[must_use]
    pub fn runs(&self, sweep: &str) -> PathBuf {
        self.folder.join(sweep)
    }

    /// The sweep's folder there.
    #[must_use]
    pub fn sweep(&self, sweep: &str) -> PathBuf {
        self.runs(sweep).join(sweep)
    }

    /// Checks the names.
    ///
    /// # Errors
    /// If they cannot be what they should.
    pub fn check(&self) -> Result<(), SlurmError> {
        let wrong = |name: Term, problem: &str| {
            Err(SlurmError::Option {
                name: name.into(),
                problem: problem.into(),
            })
        };
        if self.name.is_empty()
            || self.name.starts_with('-')
            || self.name.contains(|letter: char| {
                letter.is_whitespace() || letter.is_control() || letter == ':'
            })
        {
            return wrong(
                Term::LoginNode,
                "must be as ssh takes it: ada@login.cluster.org",
            );
        }
        if !self.folder.is_absolute() {
            return wrong(
                Term::FolderThere,
                "must be a whole path on the cluster, on a disk that its nodes share: /scratch/ada/atelier",
            );
        }
        Ok(())
    }
}

impl Cluster {
    /// The program on the cluster: `given`, or `atelier` in PATH or in the remote folder.
    ///
    /// # Errors
    /// If it is not there.
    pub fn remote_program(&self, given: Option<&str>) -> Result<String, SlurmError> {
        let Some(host) = self.host() else {
            return Ok(given.unwrap_or("atelier").to_owned());
        };
        let beside = host.folder.join("atelier");
        let look = match given {
            Some(given) => format!("command -v -- {}", quoted(given)),
            None => format!(
                "command -v atelier || command -v -- {}",
                quoted(&beside.to_string_lossy())
            ),
        };
        let missing = || SlurmError::Missing {
            program: format!("{} on {}", given.unwrap_or("atelier"), host.name),
            remedy: message![
                format!(
                    "copy the program there (`scp $(command -v atelier) {}:{}`, with the same kind of processor and system), or name it with ",
                    host.name,
                    beside.display()
                ),
                Term::ProgramThere
            ],
        };
        match self.shell(&look) {
            Ok(found) => found
                .lines()
                .rfind(|line| !line.trim().is_empty())
                .map(|line| line.trim().to_owned())
                .ok_or_else(missing),
            // `command -v` says nothing where it finds nothing.
            Err(SlurmError::Refused { message, .. }) if message.contains("without a word") => {
                Err(missing())
            }
            Err(error) => Err(error),
        }
    }

    /// Sends the folder of a sweep; what is there already stays. Nothing happens where the folder is shared.
    ///
    /// # Errors
    /// If it cannot be sent.
    pub fn send(&self, sweep: &Path) -> Result<(), SlurmError> {
        let Some(host) = self.host() else {
            return Ok(());
        };
        let place = host.sweep(&name(sweep));
        self.make(&place)?;
        self.rsync(
            &["--exclude=lock", "--exclude=.*.tmp"],
            &format!("{}/", sweep.display()),
            &remote(host, &place),
        )
    }

    /// What is typed to send the folder of a sweep; none where it is shared.
    #[must_use]
    pub fn send_line(&self, sweep: &Path) -> Option<String> {
        let host = self.host()?;
        let place = host.sweep(&name(sweep));
        Some(format!(
            "ssh {} mkdir -p {} && rsync -a {}/ {}",
            quoted(&host.name),
            quoted(&place.to_string_lossy()),
            quoted(&sweep.to_string_lossy()),
            quoted(&remote(host, &place))
        ))
    }

    /// Brings what the tasks wrote: events, measures, results, logs; not the weights, unless `weights`.
    ///
    /// # Errors
    /// If it cannot be brought.
    pub fn bring(&self, sweep: &Path, weights: bool) -> Result<(), SlurmError> {
        let (Some(host), Some(runs)) = (self.host(), sweep.parent()) else {
            return Ok(());
        };
        let options = if weights {
            &LEFT_THERE[2..]
        } else {
            &LEFT_THERE[..]
        };
        self.rsync(
            options,
            &remote(host, &host.runs(&name(sweep))),
            &format!("{}/", runs.display()),
        )
    }

    /// Sends the files that a source names, into `data` of the remote folder; the source as it is there.
    ///
    /// # Errors
    /// If a file is not there or cannot be sent.
    pub fn send_data(&self, source: &Source) -> Result<Source, SlurmError> {
        let Some(host) = self.host() else {
            return Ok(source.clone());
        };
        let damaged = |error: &dyn std::fmt::Display| SlurmError::Nothing(error.to_string().into());
        let mut table = source.table().map_err(|error| damaged(&error))?;
        let data = host.folder.join("data");
        self.make(&data)?;
        for spec in Source::keys(source.kind())
            .iter()
            .filter(|spec| spec.is_path())
        {
            let Some(serde_json::Value::String(path)) = table.get_mut(&spec.key) else {
                continue;
            };
            if path.is_empty() {
                continue;
            }
            let own = Path::new(path.as_str());
            // Its folder's name keeps files of the same name apart.
            let parent = own
                .parent()
                .and_then(Path::file_name)
                .map_or_else(PathBuf::new, PathBuf::from);
            let file = own.file_name().map_or_else(PathBuf::new, PathBuf::from);
            let place = data.join(parent);
            self.make(&place)?;
            self.rsync(&[], &own.to_string_lossy(), &remote(host, &place))?;
            *path = place.join(file).to_string_lossy().into_owned();
        }
        Source::read(source.kind(), &table).map_err(|error| damaged(&error))
    }

    fn make(&self, folder: &Path) -> Result<(), SlurmError> {
        self.shell(&format!(
            "mkdir -p -- {}",
            quoted(&folder.to_string_lossy())
        ))
        .map(drop)
    }
}

/// A source whose files lie elsewhere on the cluster: `place` is what its `path` names there, and what else it names lies beside that as here.
///
/// # Errors
/// If a file does not lie beside the first one.
pub fn data_at(source: &Source, place: &Path) -> Result<Source, SlurmError> {
    let damaged = |error: &dyn std::fmt::Display| SlurmError::Nothing(error.to_string().into());
    let old = source.path().to_owned();
    let mut table = source.table().map_err(|error| damaged(&error))?;
    for spec in Source::keys(source.kind())
        .iter()
        .filter(|spec| spec.is_path())
    {
        let Some(serde_json::Value::String(path)) = table.get_mut(&spec.key) else {
            continue;
        };
        if path.is_empty() {
            continue;
        }
        let own = Path::new(path.as_str());
        let beside = |folder: Option<&Path>, there: Option<&Path>| {
            Some(there?.join(own.strip_prefix(folder?).ok()?))
        };
        let new = if own == old {
            Some(place.to_owned())
        } else {
            beside(Some(&old), Some(place)).or_else(|| beside(old.parent(), place.parent()))
        };
        let Some(new) = new else {
            return Err(SlurmError::Option {
                name: format!("data.{}", spec.key).into(),
                problem: message![
                    format!(
                        "{path} does not lie beside {}, so its place on the cluster is not known: put them into one folder, or ",
                        old.display()
                    ),
                    Term::SendData
                ],
            });
        };
        *path = new.to_string_lossy().into_owned();
    }
    Source::read(source.kind(), &table).map_err(|error| damaged(&error))
}

/// A folder on the login node as `rsync` takes it; its contents alone.
fn remote(host: &Host, folder: &Path) -> String {
    format!("{}:{}/", host.name, folder.display())
}

fn name(sweep: &Path) -> String {
    sweep
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sweep_lies_beside_its_runs_there_as_here() {
        let host = Host {
            name: "ada@login".to_owned(),
            folder: "/scratch/ada".into(),
        };
        host.check().unwrap();
        assert_eq!(host.sweep("s"), Path::new("/scratch/ada/s/s"));
        assert_eq!(remote(&host, &host.runs("s")), "ada@login:/scratch/ada/s/");
        for (name, folder, wrong) in [
            ("-oProxyCommand=sh", "/a", "--host"),
            ("a b", "/a", "--host"),
            ("", "/a", "--host"),
            ("ada@login", "a", "--remote-dir"),
        ] {
            let host = Host {
                name: name.to_owned(),
                folder: folder.into(),
            };
            assert!(host.check().unwrap_err().to_string().starts_with(wrong));
        }
    }
}
