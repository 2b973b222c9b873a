//! Without a shared folder: what goes to the login node, and what comes back, by the system's `ssh` and `rsync`.

use std::path::{Path, PathBuf};

use super::brought::{Brought, of_sweep};
use super::message::{Message, Term, message};
use super::template::quoted;
use super::{Cluster, Host, SlurmError, hint};
use crate::data::Source;

/// Of this program, as `--version` says it.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// What stays where it was made, and what belongs to the machine that works.
const LEFT_THERE: [&str; 5] = [
    "/*/lock",
    ".*.tmp",
    "/.new-*",
    "/.deleted-*",
    "/*/slurm/brought.json",
];
/// Weights, which are large.
const WEIGHTS: [&str; 2] = ["/*/checkpoint*", "/*/best*"];

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
        let find = match given {
            Some(given) => format!("command -v -- {}", quoted(given)),
            None => format!(
                "command -v atelier || command -v -- {}",
                quoted(&beside.to_string_lossy())
            ),
        };
        let own = std::env::current_exe().unwrap_or_else(|_| "atelier".into());
        let folder = quoted(&host.folder.to_string_lossy());
        let copy = format!(
            "`ssh {name} mkdir -p {folder} && scp {} {name}:{folder}/atelier`",
            quoted(&own.to_string_lossy()),
            name = host.name,
        );
        // The path, then what it says of itself.
        let said = self.shell(&format!(
            "program=$({find}) && echo \"$program\" && \"$program\" --version 2>&1; true"
        ))?;
        let mut lines = said.lines().map(str::trim).filter(|line| !line.is_empty());
        let Some(program) = lines.next() else {
            return Err(SlurmError::Missing {
                program: given.unwrap_or("atelier").to_owned(),
                host: Some(host.name.clone()),
                remedy: message![
                    format!(
                        "copy the program there ({copy}, with the same kind of processor and system), or name it with "
                    ),
                    Term::ProgramThere
                ],
            });
        };
        let version = lines.next_back().unwrap_or_default();
        let refused = |message: String, remedy: Message| {
            Err(SlurmError::Refused {
                program: format!("{program} on {}", host.name),
                message,
                remedy,
            })
        };
        match version.strip_prefix("atelier ") {
            Some(VERSION) => Ok(program.to_owned()),
            Some(other) => refused(
                format!("is version {other}, and this is {VERSION}"),
                message![
                    format!("copy this one there ({copy}), or name another with "),
                    Term::ProgramThere
                ],
            ),
            None => refused(
                format!("does not run there: {}", cut(version)),
                message![
                    "build it there, or on a machine of the same kind, or name another with ",
                    Term::ProgramThere
                ],
            ),
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
        let left_here = ["lock", ".*.tmp", "/slurm/brought.json"].map(str::to_owned);
        self.make(&place)
            .and_then(|()| {
                self.rsync(
                    &[],
                    &left_here,
                    &format!("{}/", sweep.display()),
                    &remote(host, &place),
                )
            })
            .map_err(SlurmError::before_submission)
    }

    /// What is typed to send the folder of a sweep; none where it is shared.
    #[must_use]
    pub fn send_line(&self, sweep: &Path) -> Option<String> {
        let host = self.host()?;
        let place = host.sweep(&name(sweep));
        Some(format!(
            "ssh {} mkdir -p {} && rsync -rt {}/ {}",
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
        let before = Brought::of(sweep);
        let mut left_there: Vec<String> = LEFT_THERE.map(str::to_owned).into();
        if !weights {
            left_there.extend(WEIGHTS.map(str::to_owned));
        }
        let here = of_sweep(sweep, runs);
        left_there.extend(before.left_out(runs, &here, weights));
        // What ends while it is brought is brought once more.
        let after = before.and(&here);
        self.rsync(
            &[],
            &left_there,
            &remote(host, &host.runs(&name(sweep))),
            &format!("{}/", runs.display()),
        )?;
        after.write(sweep, runs)
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
            // Without a slash at the end, which `rsync` takes for what is in a folder.
            let own: PathBuf = Path::new(path.as_str()).components().collect();
            // Its folder's name keeps files of the same name apart.
            let parent = own
                .parent()
                .and_then(Path::file_name)
                .map_or_else(PathBuf::new, plain);
            let file = own.file_name().map_or_else(PathBuf::new, PathBuf::from);
            let place = data.join(parent);
            self.make(&place)?;
            // Links among the data are followed: what they name is not there.
            self.rsync(
                &["--copy-links", "--partial"],
                &[],
                &own.to_string_lossy(),
                &remote(host, &place),
            )?;
            *path = place.join(file).to_string_lossy().into_owned();
        }
        Source::read(source.kind(), &table).map_err(|error| damaged(&error))
    }

    fn make(&self, folder: &Path) -> Result<(), SlurmError> {
        let line = format!("mkdir -p -- {}", quoted(&folder.to_string_lossy()));
        match (self.shell(&line), self.host()) {
            (Err(SlurmError::Refused { message, .. }), Some(host)) => Err(SlurmError::Refused {
                program: format!("{} on {}", folder.display(), host.name),
                remedy: hint::copying(&message, host),
                message,
            }),
            (made, _) => made.map(drop),
        }
    }
}

/// A name without what a shell there could take for more than a name.
fn plain(name: &std::ffi::OsStr) -> PathBuf {
    let name = name.to_string_lossy();
    name.chars()
        .map(|letter| match letter {
            letter if letter.is_ascii_alphanumeric() || "._-+=,@".contains(letter) => letter,
            _ => '_',
        })
        .collect::<String>()
        .into()
}

/// The beginning of what a program says.
fn cut(text: &str) -> String {
    match text {
        "" => "it says nothing".to_owned(),
        text => text
            .chars()
            .filter(|letter| !letter.is_control() && *letter != char::REPLACEMENT_CHARACTER)
            .take(200)
            .collect(),
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
