//! Writing a run folder: the run's own thread, nobody else.

use std::collections::{BTreeMap, VecDeque};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::atomic::{self, AtomicFolder};
use super::checkpoint::CheckpointInfo;
use super::event_log::EventLog;
use super::folder::{ARTIFACTS, BEST, CHECKPOINT, CONFIG, EVENTS, SUMMARY};
use super::leftovers::{self, NEW};
use super::lock::RunLock;
use super::summary::{MetricFold, folds_of};
use super::{RunConfig, RunError, RunFolder, RunId, RunState, RunSummary, metrics_of};
use crate::record::{Artifact, Event, Measures};
use crate::systems::Position;

/// How long events may stay in memory, and how many bytes of them.
const FLUSH_EVERY: Duration = Duration::from_millis(500);
const FLUSH_BYTES: usize = 1 << 18;
/// How old `run.json` may be while nothing but numbers changes.
const SUMMARY_EVERY: Duration = Duration::from_secs(2);

/// A run folder with its lock. Whatever cannot be written stays in memory, and [`RunWriter::flush`] tries again.
#[derive(Debug)]
pub(crate) struct RunWriter {
    path: PathBuf,
    log: EventLog,
    config: String,
    summary: RunSummary,
    measures: Measures,
    /// What `summary.metrics` is made of.
    metrics: BTreeMap<String, MetricFold>,
    artifacts: VecDeque<Artifact>,
    flushed: Instant,
    summarized: Instant,
    /// Held for as long as this lives.
    lock: RunLock,
}

impl RunWriter {
    /// Creates the folder of a new run in `runs`, complete at once: nobody sees half of one.
    ///
    /// # Errors
    /// If it cannot be written.
    pub(crate) fn create(
        runs: &Path,
        config: &RunConfig,
        summary: RunSummary,
        measures: Measures,
    ) -> Result<Self, RunError> {
        let path = runs.join(summary.id.as_str());
        let config = config.to_toml();
        leftovers::sweep(runs);
        let lock = publish(runs, &summary.id, |new| {
            atomic::write_file(&new.join(CONFIG), config.as_bytes())?;
            atomic::write_file(&new.join(SUMMARY), &to_json(&summary))?;
            fs::write(new.join(EVENTS), [])?;
            fs::create_dir(new.join(ARTIFACTS))
        })?;
        Self::with(lock, path, config, summary, measures)
    }

    /// Opens the folder of a run that goes on; its summary is what it is once nobody else writes it.
    ///
    /// # Errors
    /// If another thread has it, or it cannot be read and written.
    pub(crate) fn open(folder: &RunFolder, measures: Measures) -> Result<Self, RunError> {
        let lock = RunLock::of_free_run(folder.path())?;
        let summary = folder.summary()?;
        // Nobody else writes here now: what is unfinished stays so.
        leftovers::clean(folder.path()).map_err(RunError::io("clean", folder.path()))?;
        // A copy may have lost it while it was empty: git keeps no empty folders.
        let artifacts = folder.artifacts();
        fs::create_dir_all(&artifacts).map_err(RunError::io("write", &artifacts))?;
        Self::with(
            lock,
            folder.path().to_owned(),
            folder.config_text()?,
            summary,
            measures,
        )
    }

    fn with(
        lock: RunLock,
        path: PathBuf,
        config: String,
        summary: RunSummary,
        measures: Measures,
    ) -> Result<Self, RunError> {
        let events = path.join(EVENTS);
        let log = EventLog::open(&events).map_err(RunError::io("write", &events))?;
        Ok(Self {
            path,
            log,
            config,
            summary,
            measures,
            metrics: BTreeMap::new(),
            artifacts: VecDeque::new(),
            flushed: Instant::now(),
            summarized: Instant::now(),
            lock,
        })
    }

    /// Where it is; changes with [`Self::move_to`].
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The content of `run.json`.
    pub(crate) fn summary(&mut self) -> &mut RunSummary {
        &mut self.summary
    }

    /// Goes on where a run was: with the metrics of the events that still count, not with those of the moment of its end.
    pub(crate) fn restore(&mut self, state: &RunState, position: Position, seconds: f64) {
        self.metrics = folds_of(state, self.measures);
        self.summary.metrics = metrics_of(state, self.measures);
        self.stand(position, seconds);
    }

    /// How far the run is, as `run.json` says it; scalars say it too, but a run may take steps without any.
    pub(crate) fn stand(&mut self, position: Position, seconds: f64) {
        self.summary.step = position.step;
        self.summary.epoch = position.epoch;
        self.summary.seconds = seconds;
    }

    /// Replaces `config.toml`.
    ///
    /// # Errors
    /// If it cannot be written; the old one is then still there.
    pub(crate) fn set_config(&mut self, config: &RunConfig) -> Result<(), RunError> {
        let text = config.to_toml();
        let path = self.path.join(CONFIG);
        atomic::write_file(&path, text.as_bytes()).map_err(RunError::io("write", &path))?;
        self.config = text;
        Ok(())
    }

    /// Takes an event in; it is on disk after the next flush.
    pub(crate) fn record(&mut self, event: &Event) {
        self.log.append(event);
        match event {
            Event::Scalar {
                name,
                step,
                epoch,
                seconds,
                value,
            } => {
                let summary = &mut self.summary;
                summary.step = *step;
                summary.epoch = *epoch;
                summary.seconds = *seconds;
                let better = self.measures.of(name).better;
                let fold = if let Some(fold) = self.metrics.get_mut(name) {
                    fold.push(better, *step, *value);
                    *fold
                } else {
                    let fold = MetricFold::new(better, *step, *value);
                    self.metrics.insert(name.clone(), fold);
                    fold
                };
                if let Some(metric) = summary.metrics.get_mut(name) {
                    *metric = fold.metric;
                } else {
                    summary.metrics.insert(name.clone(), fold.metric);
                }
            }
            Event::Status {
                status,
                step,
                total_steps,
                message,
            } => {
                self.summary.status = *status;
                self.summary.message.clone_from(message);
                self.summary.step = *step;
                self.summary.total_steps = *total_steps;
            }
            Event::Snapshot { .. }
            | Event::Parameter { .. }
            | Event::Log { .. }
            | Event::Alarms { .. }
            | Event::BestRestored { .. }
            | Event::Checkpoint { .. } => {}
        }
    }

    /// Takes a file for `artifacts/` in, in place of a pending one of the same name; it is on disk after the next flush.
    pub(crate) fn keep(&mut self, artifact: Artifact) {
        self.artifacts
            .retain(|older| older.file_name != artifact.file_name);
        self.artifacts.push_back(artifact);
    }

    /// Flushes if it is time to; cheap otherwise.
    ///
    /// # Errors
    /// If something cannot be written.
    pub(crate) fn tick(&mut self) -> Result<(), RunError> {
        if !self.artifacts.is_empty()
            || self.log.pending() > FLUSH_BYTES
            || self.flushed.elapsed() > FLUSH_EVERY
        {
            self.flush_events()?;
        }
        if self.summarized.elapsed() > SUMMARY_EVERY {
            self.write_summary()?;
        }
        Ok(())
    }

    /// Writes everything that is pending, and `run.json`.
    ///
    /// # Errors
    /// If something cannot be written; it stays pending.
    pub(crate) fn flush(&mut self) -> Result<(), RunError> {
        self.flush_events()?;
        self.write_summary()
    }

    /// Replaces `checkpoint/` with what `save` writes. Events so far reach the disk first, so that a checkpoint never knows
    /// more than they do.
    ///
    /// # Errors
    /// If `save` fails or something cannot be written; the checkpoint before is still there.
    pub(crate) fn checkpoint<E: From<RunError>>(
        &mut self,
        info: &CheckpointInfo,
        save: impl FnOnce(&Path) -> Result<(), E>,
    ) -> Result<(), E> {
        self.flush_events()?;
        self.log
            .sync()
            .map_err(RunError::io("write", &self.path.join(EVENTS)))?;
        self.replace(CHECKPOINT, info, save)
    }

    /// Replaces `best/` with what `save` writes.
    ///
    /// # Errors
    /// As [`Self::checkpoint`].
    pub(crate) fn best<E: From<RunError>>(
        &mut self,
        info: &CheckpointInfo,
        save: impl FnOnce(&Path) -> Result<(), E>,
    ) -> Result<(), E> {
        self.replace(BEST, info, save)
    }

    /// Goes on in the folder `runs`, with all that the old folder still gives: its events (read through the open file), its
    /// artifacts and its checkpoints. What is pending is written there. Returns what could not be copied.
    ///
    /// # Errors
    /// If the new folder cannot be written; then nothing changes.
    pub(crate) fn move_to(&mut self, runs: &Path) -> Result<Vec<RunError>, RunError> {
        let path = runs.join(self.summary.id.as_str());
        let (config, summary) = (&self.config, &self.summary);
        let lock = publish(runs, &summary.id, |new| {
            atomic::write_file(&new.join(CONFIG), config.as_bytes())?;
            atomic::write_file(&new.join(SUMMARY), &to_json(summary))?;
            fs::create_dir(new.join(ARTIFACTS))
        })?;
        let events = path.join(EVENTS);
        self.log
            .move_to(&events)
            .map_err(RunError::io("write", &events))?;
        let mut lost = Vec::new();
        for name in [ARTIFACTS, CHECKPOINT, BEST] {
            let old = AtomicFolder::new(&self.path, name);
            if let Some(old) = old.newest() {
                lost.extend(super::export::copy_folder(old, &path.join(name)).err());
            }
        }
        self.path = path;
        self.lock = lock;
        self.flush()?;
        Ok(lost)
    }

    /// Writes pending artifacts and events.
    fn flush_events(&mut self) -> Result<(), RunError> {
        // Artifacts before the events that point to them.
        while let Some(artifact) = self.artifacts.front() {
            let path = self.path.join(ARTIFACTS).join(&artifact.file_name);
            atomic::write_file(&path, &artifact.bytes()).map_err(RunError::io("write", &path))?;
            self.artifacts.pop_front();
        }
        self.log
            .flush()
            .map_err(RunError::io("write", &self.path.join(EVENTS)))?;
        self.flushed = Instant::now();
        Ok(())
    }

    fn write_summary(&mut self) -> Result<(), RunError> {
        self.summary.updated = jiff::Timestamp::now().to_string();
        let path = self.path.join(SUMMARY);
        atomic::write_file(&path, &to_json(&self.summary)).map_err(RunError::io("write", &path))?;
        self.summarized = Instant::now();
        Ok(())
    }

    fn replace<E: From<RunError>>(
        &self,
        name: &str,
        info: &CheckpointInfo,
        save: impl FnOnce(&Path) -> Result<(), E>,
    ) -> Result<(), E> {
        let folder = AtomicFolder::new(&self.path, name);
        let path = self.path.join(name);
        let new = folder.begin().map_err(RunError::io("write", &path))?;
        save(new)?;
        info.write(new)?;
        folder.commit().map_err(RunError::io("write", &path))?;
        Ok(())
    }
}

/// Makes `runs` and in it the folder `id`: filled under another name, with its lock held, then renamed.
fn publish(
    runs: &Path,
    id: &RunId,
    fill: impl FnOnce(&Path) -> std::io::Result<()>,
) -> Result<RunLock, RunError> {
    let path = runs.join(id.as_str());
    let failed = || RunError::io("write", &path);
    fs::create_dir_all(runs).map_err(RunError::io("create", runs))?;
    if path.exists() {
        return Err(failed()(std::io::ErrorKind::AlreadyExists.into()));
    }
    let new = runs.join(format!("{NEW}{id}"));
    let lock = locked_folder(&new, &path)?;
    fill(&new).map_err(failed())?;
    // Windows renames no folder with an open file in it.
    let lock = (!cfg!(windows)).then_some(lock);
    fs::rename(&new, &path).map_err(failed())?;
    atomic::sync_entries(runs).map_err(failed())?;
    lock.map_or_else(|| RunLock::of_free_run(&path), Ok)
}

/// Makes the folder `new`, with its lock held, of the run that will be at `path`.
fn locked_folder(new: &Path, path: &Path) -> Result<RunLock, RunError> {
    // Another process that tidies up may take it for abandoned in the moment between folder and lock, and remove it.
    for _ in 0..20 {
        atomic::remove(new)
            .and_then(|()| fs::create_dir(new))
            .map_err(RunError::io("write", path))?;
        match RunLock::take(new) {
            Ok(Some(lock)) if RunLock::is_there(new) => return Ok(lock),
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(RunError::io("lock", path)(error));
            }
            _ => {}
        }
    }
    Err(RunError::InUse {
        path: path.to_owned(),
    })
}

fn to_json(summary: &RunSummary) -> Vec<u8> {
    // Plain data with string keys always has a JSON form.
    serde_json::to_vec_pretty(summary).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, Ordering};

    use super::*;

    #[test]
    fn a_folder_is_made_while_others_tidy_up() {
        let runs = tempfile::tempdir().expect("a folder");
        let id = RunId::of_folder(Path::new("run")).expect("a name");
        let (new, path) = (runs.path().join(".new-run"), runs.path().join("run"));
        let is_done = AtomicBool::new(false);
        std::thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| {
                    while !is_done.load(Ordering::Relaxed) {
                        leftovers::remove_abandoned(&new);
                    }
                });
            }
            let make = || {
                let write = |new: &Path| fs::write(new.join(CONFIG), "seed = 1");
                drop(publish(runs.path(), &id, write)?);
                let is_whole = path.join(CONFIG).is_file() && RunLock::is_there(&path);
                atomic::remove(&path).map_err(RunError::io("delete", &path))?;
                Ok::<_, RunError>(is_whole)
            };
            let made: Vec<_> = (0..1000).map(|_| make()).collect();
            is_done.store(true, Ordering::Relaxed);
            for made in made {
                assert!(made.expect("made"));
            }
        });
    }
}
