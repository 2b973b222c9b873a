//! Looks at the folder of runs from a thread of its own: runs of the command line appear there, too.

use std::path::{Path, PathBuf};
use std::time::Duration;

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, bounded};
use eframe::egui::Context;

use crate::experiments::sweep::{SweepFolder, SweepState};
use crate::record::Status;
use crate::runs::{self, Labels, Listed, RunError, RunFolder, RunId};
use crate::ui::jobs::NoThread;

/// Time between two looks.
const EVERY: Duration = Duration::from_secs(3);

/// The folders to look at.
#[derive(Debug, Clone)]
pub(super) struct Request {
    /// Comes back with the answers.
    pub(super) generation: u64,
    /// The folder of runs.
    pub(super) folder: PathBuf,
    /// Run folders that are somewhere else.
    pub(super) elsewhere: Vec<PathBuf>,
}

/// The runs that were found.
#[derive(Debug)]
pub(super) struct Scan {
    /// Each with the answer to `Run::cut_short`.
    pub(super) listed: Vec<(Listed, bool)>,
    /// The sweeps beside them, as they stand.
    pub(super) sweeps: Vec<SweepState>,
    /// Sweeps that cannot be read: name and why.
    pub(super) damaged: Vec<(String, String)>,
    /// Why no run can be written to the folder.
    pub(super) unwritable: Option<String>,
}

/// The runs found for a request, with its generation.
type Found = (u64, Result<Scan, RunError>);

/// The thread. It answers each request, and later whenever something has changed, and repaints the window only then.
#[derive(Debug)]
pub(super) struct RunsWatch {
    requests: Sender<Request>,
    scans: Receiver<Found>,
}

impl RunsWatch {
    /// Starts it; it ends when this is dropped.
    ///
    /// # Errors
    /// If the system has no thread left.
    pub(super) fn spawn(ctx: &Context) -> Result<Self, NoThread> {
        let (requests, asked) = bounded(8);
        let (found, scans) = bounded(1);
        let ctx = ctx.clone();
        std::thread::Builder::new()
            .name("list runs".to_owned())
            .spawn(move || watch(&ctx, &asked, &found))?;
        Ok(Self { requests, scans })
    }

    /// Asks it to look at once; false if it has too many questions to take this one.
    pub(super) fn ask(&self, request: Request) -> bool {
        self.requests.try_send(request).is_ok()
    }

    /// The newest answer since the last call, with the generation of its request; an error if the thread is gone.
    pub(super) fn newest(&self) -> Result<Option<Found>, ThreadGone> {
        let mut newest = None;
        loop {
            match self.scans.try_recv() {
                Ok(scan) => newest = Some(scan),
                Err(error) if error.is_empty() || newest.is_some() => return Ok(newest),
                Err(_) => return Err(ThreadGone),
            }
        }
    }
}

/// The thread panicked.
#[derive(Debug, thiserror::Error)]
#[error("listing the runs failed unexpectedly; the log on standard error says where")]
pub(super) struct ThreadGone;

fn watch(ctx: &Context, requests: &Receiver<Request>, found: &Sender<Found>) {
    let Ok(mut request) = requests.recv() else {
        return;
    };
    let (mut asked, mut before) = (true, String::new());
    let mut writable = None;
    loop {
        if let Some(newer) = requests.try_iter().last() {
            (request, asked) = (newer, true);
        }
        let scan = scan(&request, &mut writable);
        let now = format!("{scan:?}");
        if asked || now != before {
            before = now;
            if found.send((request.generation, scan)).is_err() {
                return;
            }
            // A delay above zero: one frame, where none would be two.
            ctx.request_repaint_after(Duration::from_millis(1));
        }
        asked = false;
        match requests.recv_timeout(EVERY) {
            Ok(newer) => (request, asked) = (newer, true),
            Err(RecvTimeoutError::Timeout) => (),
            Err(RecvTimeoutError::Disconnected) => return,
        }
    }
}

/// `writable` is the folder that was found to be one that runs can be written to: it is not checked again.
fn scan(request: &Request, writable: &mut Option<PathBuf>) -> Result<Scan, RunError> {
    let folder = &request.folder;
    let mut unwritable = None;
    if writable.as_ref() != Some(folder) {
        unwritable = check_writable(folder).err();
        *writable = unwritable.is_none().then(|| folder.clone());
    }
    let listed = match list(folder, &request.elsewhere) {
        Ok(listed) => listed,
        // The one that says what to do counts.
        Err(_) if unwritable.is_some() => Vec::new(),
        Err(error) => return Err(error),
    };
    let (sweeps, damaged) = sweeps_beside(folder, &listed);
    let listed = listed.into_iter().map(|run| {
        let cut_short = is_cut_short(&run);
        (run, cut_short)
    });
    Ok(Scan {
        listed: listed.collect(),
        sweeps,
        damaged,
        unwritable,
    })
}

/// The sweeps in the folder of runs, newest first, and those that cannot be read, with why.
fn sweeps_beside(folder: &Path, runs: &[Listed]) -> (Vec<SweepState>, Vec<(String, String)>) {
    let (mut states, mut damaged) = (Vec::new(), Vec::new());
    // What cannot be listed has been said of the runs.
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        let hidden = RunId::of_folder(&path).is_none_or(|id| id.as_str().starts_with('.'));
        if hidden || !SweepFolder::is_one(&path) {
            continue;
        }
        match SweepFolder::open(&path).and_then(|sweep| sweep.state(runs)) {
            Ok(state) => states.push(state),
            Err(error) => {
                let name = entry.file_name().to_string_lossy().into_owned();
                damaged.push((name, error.to_string()));
            }
        }
    }
    states.sort_by(|a, b| b.id.cmp(&a.id));
    damaged.sort();
    (states, damaged)
}

/// The runs in `folder` and those elsewhere; a run in both counts once.
fn list(folder: &Path, elsewhere: &[PathBuf]) -> Result<Vec<Listed>, RunError> {
    let mut listed = runs::list(folder)?;
    for path in elsewhere {
        if let (Ok(opened), Some(id)) = (RunFolder::open(path), RunId::of_folder(path))
            && listed.iter().all(|other| other.id != id)
        {
            listed.push(Listed {
                path: path.clone(),
                id,
                summary: opened.summary(),
                labels: Labels::read(path),
            });
        }
    }
    Ok(listed)
}

/// True if a run is finished and its event log does not say so.
fn is_cut_short(run: &Listed) -> bool {
    matches!(&run.summary, Ok(summary) if summary.status == Status::Finished)
        && RunFolder::open(&run.path).is_ok_and(|folder| !folder.log_says_finished())
}

/// Makes the folder of runs if it is not there, and a file in it for a moment.
///
/// # Errors
/// A sentence about a folder that runs cannot be written to.
fn check_writable(folder: &Path) -> Result<(), String> {
    let probe = folder.join(".writable");
    std::fs::create_dir_all(folder)
        .and_then(|()| std::fs::write(&probe, []))
        .and_then(|()| std::fs::remove_file(&probe))
        .map_err(|error| {
            format!(
                "Runs cannot be saved in {}: {error}. Choose a folder that you can write to.",
                folder.display()
            )
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_that_cannot_be_written_is_found_before_a_run_needs_it() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        std::fs::write(&file, "").unwrap();
        let mut writable = None;
        let request = |folder: PathBuf| Request {
            generation: 1,
            folder,
            elsewhere: Vec::new(),
        };
        let found = scan(&request(file.join("runs")), &mut writable).unwrap();
        assert!(found.unwritable.unwrap().contains("Choose a folder"));
        assert_eq!(writable, None);
        let good = folder.path().join("runs");
        let found = scan(&request(good.clone()), &mut writable).unwrap();
        assert!(found.unwritable.is_none());
        assert_eq!(std::fs::read_dir(&good).unwrap().count(), 0);
        assert_eq!(writable, Some(good));
    }

    #[test]
    fn the_window_is_repainted_for_an_answer_and_not_while_nothing_changes() {
        let folder = tempfile::tempdir().unwrap();
        let ctx = Context::default();
        let watch = RunsWatch::spawn(&ctx).unwrap();
        assert!(watch.ask(Request {
            generation: 7,
            folder: folder.path().to_path_buf(),
            elsewhere: Vec::new(),
        }));
        let answer = watch.scans.recv_timeout(Duration::from_secs(20)).unwrap();
        assert_eq!(answer.0, 7);
        assert!(answer.1.unwrap().listed.is_empty());
        let silence = watch.scans.recv_timeout(EVERY + Duration::from_millis(200));
        assert!(silence.is_err());
    }
}
