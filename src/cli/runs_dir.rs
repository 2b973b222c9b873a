//! Where the run folders are.

use std::path::{Path, PathBuf};

use super::args::RunsArg;

/// The environment variable that names the folder of the runs.
pub(crate) const VARIABLE: &str = "ATELIER_RUNS";

/// The folder of the runs, for the window and the command line alike: `--runs`, else `$ATELIER_RUNS`, else `runs` in the current
/// folder. A program started from a menu has the home folder or the root as its current folder, which are no places for runs: there, and
/// where the current folder can't be written, it is `runs` in the person's data folder (unless the current folder already has `runs`).
pub(crate) fn resolve(arg: &RunsArg) -> PathBuf {
    if let Some(dir) = &arg.dir {
        return dir.clone();
    }
    if let Some(dir) = std::env::var_os(VARIABLE).filter(|dir| !dir.is_empty()) {
        return dir.into();
    }
    let here = PathBuf::from("runs");
    if here.is_dir() || is_place_for_runs() {
        return here;
    }
    data_folder().map_or(here, |folder| folder.join("runs"))
}

/// The run that an argument names: a folder, or the name of a run in the runs folder.
pub(crate) fn find_run(run: &Path, runs: &RunsArg) -> PathBuf {
    if run.exists() {
        return run.to_path_buf();
    }
    let inside = resolve(runs).join(run);
    if inside.exists() {
        inside
    } else {
        run.to_path_buf()
    }
}

/// Where the program keeps what it makes for itself: `~/.local/share/atelier` on Linux.
pub(crate) fn data_folder() -> Option<PathBuf> {
    directories::ProjectDirs::from("", "", "atelier").map(|dirs| dirs.data_dir().to_path_buf())
}

fn is_place_for_runs() -> bool {
    let Ok(current) = std::env::current_dir() else {
        return false;
    };
    let is_home = directories::BaseDirs::new().is_some_and(|dirs| dirs.home_dir() == current);
    let is_root = current.parent().is_none();
    !is_home && !is_root && tempfile::tempfile_in(&current).is_ok()
}
