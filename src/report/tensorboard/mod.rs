//! Event files for TensorBoard: scalars with step and time, pictures of snapshots, settings for its plugin of hyperparameters. A folder for
//! each run, which TensorBoard shows under the folder's name.

mod co_clusters;
mod event;
mod pictures;
mod protobuf;
mod record;

use std::fs::{self, File};
use std::io::BufWriter;
use std::path::{Path, PathBuf};

use event::{Ended, Moment};

use super::ReportError;
use super::material::ReportedRun;
use crate::data::Monitor;
use crate::record::Status;
use crate::runs::{RunFolder, Series};

/// Letters of a run's name in the name of its folder.
const MOST_LETTERS: usize = 60;

/// What was written for TensorBoard.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Written {
    /// The folder of each run.
    pub folders: Vec<PathBuf>,
    /// What could not be drawn, and why.
    pub warnings: Vec<String>,
}

/// Writes the runs into a folder that is new or empty, one folder each. `monitor` counts runs.
///
/// # Errors
/// If a run cannot be read, a file cannot be written, or it was canceled: then what was written is removed.
pub fn write(runs: &[PathBuf], to: &Path, monitor: &Monitor) -> Result<Written, ReportError> {
    let mut written = Written::default();
    let outcome = write_all(runs, to, monitor, &mut written);
    if outcome.is_err() {
        for folder in &written.folders {
            // The error that counts is the first.
            let _ = fs::remove_dir_all(folder);
        }
    }
    outcome.map(|()| written)
}

fn write_all(
    runs: &[PathBuf],
    to: &Path,
    monitor: &Monitor,
    written: &mut Written,
) -> Result<(), ReportError> {
    if runs.is_empty() {
        return Err(ReportError::Nothing);
    }
    monitor.set_total(runs.len() as u64);
    for run in runs {
        let run = ReportedRun::read(run, 4)?;
        let folder = to.join(folder_name(&run));
        fs::create_dir_all(&folder)?;
        written.folders.push(folder.clone());
        write_run(&run, &folder, monitor, &mut written.warnings)?;
        monitor.advance(1);
    }
    Ok(())
}

/// A name that every file system takes: that of the run, and the end of its id, by which names are told apart.
fn folder_name(run: &ReportedRun) -> String {
    let plain = |letter: char| {
        if letter.is_ascii_alphanumeric() || "-_=".contains(letter) {
            letter
        } else {
            '_'
        }
    };
    let name: String = run.name().chars().take(MOST_LETTERS).map(plain).collect();
    let id = run.row.id.as_str();
    let end = id.rsplit('_').next().unwrap_or(id);
    let end: String = end.chars().map(plain).collect();
    format!("{name}_{end}")
}

fn write_run(
    run: &ReportedRun,
    folder: &Path,
    monitor: &Monitor,
    warnings: &mut Vec<String>,
) -> Result<(), ReportError> {
    let summary = &run.row.summary;
    let created = summary.created.parse::<jiff::Timestamp>();
    let start = created.map_or(0.0, |time| time.as_millisecond() as f64 / 1e3);
    let path = folder.join(format!("events.out.tfevents.{:010}.atelier", start as u64));
    let mut file = BufWriter::new(File::create(&path)?);
    record::write(&mut file, &event::version(start))?;
    let settings = run.row.parameters.iter();
    let settings = settings.map(|(key, value)| (key.as_str(), value));
    let settings = event::settings(start, run.row.id.as_str(), settings);
    record::write(&mut file, &settings)?;
    // Whole curves, not those that a page shows.
    let state = RunFolder::open(&run.row.path)?.replay()?.state;
    for (name, series) in &state.series {
        if monitor.is_canceled() {
            return Err(ReportError::Canceled);
        }
        for (at, value) in series.values.iter().enumerate() {
            let at = Moment {
                time: start + series.seconds[at],
                step: series.steps[at],
            };
            record::write(&mut file, &event::scalar(at, name, *value))?;
        }
    }
    let drawing = co_clusters::Drawing::of(run).unwrap_or_else(|why| {
        warnings.push(format!(
            "{}: its co-clusters are left out, because its matrix cannot be shown: {why}",
            run.name()
        ));
        None
    });
    for snapshot in &run.snapshots {
        if monitor.is_canceled() {
            return Err(ReportError::Canceled);
        }
        let drawn = drawing
            .as_ref()
            .and_then(|own| match own.picture(run, snapshot) {
                Ok(drawn) => drawn,
                Err(why) => {
                    warnings.push(why);
                    None
                }
            })
            .map(|(png, size)| (co_clusters::TAG.to_owned(), png, size));
        if let Some((tag, png, size)) = drawn.or_else(|| pictures::picture(run, snapshot)) {
            let at = Moment {
                time: start + seconds_at(snapshot.step, state.series.values()),
                step: snapshot.step,
            };
            record::write(&mut file, &event::picture(at, &tag, &png, size))?;
        }
    }
    let ended = match summary.status {
        Status::Finished => Ended::Well,
        Status::Queued | Status::Running | Status::Paused => Ended::NotYet,
        Status::Stopped | Status::Failed | Status::Interrupted => Ended::Badly,
    };
    if ended != Ended::NotYet {
        record::write(&mut file, &event::ended(start + summary.seconds, ended))?;
    }
    let file = file
        .into_inner()
        .map_err(std::io::IntoInnerError::into_error)?;
    file.sync_all()?;
    Ok(())
}

/// Seconds of training at a step: those of the newest point of any curve until then.
fn seconds_at<'a>(step: u64, all: impl Iterator<Item = &'a Series>) -> f64 {
    let of = |series: &Series| {
        let count = series.steps.partition_point(|own| *own <= step);
        series.seconds.get(count.checked_sub(1)?).copied()
    };
    all.filter_map(of).fold(0.0, f64::max)
}
