//! The snapshots of a run that were read: one at a time, away from the window's thread, the neighbors of the one in view ahead of time.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use eframe::egui::Context;

use super::ResultRun;
use crate::record::ArtifactContent;
use crate::runs::SnapshotRef;
use crate::ui::jobs::Job;

/// Bytes that the snapshots of a run may take.
const KEPT: usize = 192 << 20;
/// Neighbors read ahead, on each side.
const AHEAD: usize = 3;

/// A snapshot, ready to be shown.
pub trait Snapshot: Sized + Send + Sync + 'static {
    /// Input besides the artifact, such as the data of the run. Another context makes all snapshots anew.
    type Context: Clone + PartialEq + Default + Send + 'static;

    /// Makes it from an artifact of this step; slow.
    ///
    /// # Errors
    /// A sentence for the view.
    fn read(source: Source, step: u64, context: &Self::Context) -> Result<Self, String>;

    /// Memory that it takes.
    fn bytes(&self) -> usize;
}

/// Where an artifact is.
#[derive(Debug)]
pub enum Source {
    /// In memory: the newest one of a run of this window.
    Memory(Arc<dyn ArtifactContent>),
    /// In this file.
    File(PathBuf),
}

impl Source {
    /// The artifact as it left the trainer, or read from its file.
    ///
    /// # Errors
    /// Those of `read`, as a sentence.
    pub fn load<T: ArtifactContent, E: ToString>(
        self,
        read: impl FnOnce(&Path) -> Result<T, E>,
    ) -> Result<Arc<T>, String> {
        match self {
            Self::Memory(content) => {
                let any: Arc<dyn std::any::Any + Send + Sync> = content;
                any.downcast()
                    .map_err(|_| "the result does not match its declared kind".to_owned())
            }
            Self::File(path) => read(&path).map(Arc::new).map_err(|error| error.to_string()),
        }
    }
}

/// Data that several threads share, equal where it is the same in memory.
#[derive(Debug)]
pub struct Shared<T>(pub Arc<T>);

impl<T> Clone for Shared<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T> PartialEq for Shared<T> {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

/// How a snapshot stands.
#[derive(Debug)]
pub enum SnapshotState<T> {
    /// There. Whether it is the one that was asked for: the one before stays until that is read.
    Ready(Arc<T>, bool),
    /// Being read.
    Reading,
    /// Cannot be read, and why.
    Failed(String),
}

impl<T> Clone for SnapshotState<T> {
    fn clone(&self) -> Self {
        match self {
            Self::Ready(snapshot, newest) => Self::Ready(Arc::clone(snapshot), *newest),
            Self::Reading => Self::Reading,
            Self::Failed(why) => Self::Failed(why.clone()),
        }
    }
}

impl<T> SnapshotState<T> {
    /// The result that can be shown.
    #[must_use]
    pub fn snapshot(&self) -> Option<&Arc<T>> {
        match self {
            Self::Ready(snapshot, _) => Some(snapshot),
            Self::Reading | Self::Failed(_) => None,
        }
    }

    /// True if the one that was asked for is there.
    #[must_use]
    pub fn is_there(&self) -> bool {
        matches!(self, Self::Ready(_, true))
    }
}

/// The snapshots of one run that were read, the least recently used first; as many as fit into a number of bytes.
#[derive(Debug)]
pub struct SnapshotCache<T: Snapshot> {
    run: String,
    context: T::Context,
    /// True if the run went on when it was asked for last.
    live: bool,
    read: Vec<(Key, Arc<T>)>,
    failed: Vec<(Key, String)>,
    job: Option<(Key, Job<Result<T, String>>)>,
    /// The snapshot shown last, which stays until the next one is there.
    shown: Option<Arc<T>>,
    kept: usize,
}

/// A file and its step: the end of a run may write a file anew.
type Key = (String, u64);

impl<T: Snapshot> Default for SnapshotCache<T> {
    fn default() -> Self {
        Self {
            run: String::new(),
            context: T::Context::default(),
            live: false,
            read: Vec::new(),
            failed: Vec::new(),
            job: None,
            shown: None,
            kept: KEPT,
        }
    }
}

impl<T: Snapshot> SnapshotCache<T> {
    /// One that keeps to so many bytes.
    #[must_use]
    pub fn of_size(kept: usize) -> Self {
        Self {
            kept,
            ..Self::default()
        }
    }

    /// The snapshot at `index` of `all`, those of `run`.
    pub fn get(
        &mut self,
        ctx: &Context,
        run: &ResultRun<'_>,
        all: &[&SnapshotRef],
        index: usize,
        context: T::Context,
    ) -> SnapshotState<T> {
        if self.run != run.id || self.context != context {
            *self = Self {
                run: run.id.to_owned(),
                context,
                kept: self.kept,
                ..Self::default()
            };
        }
        let live = run.status.is_active();
        if self.live && !live {
            // The end of a run may write once more at its last step.
            let last = all.last().map(|last| key_of(last));
            self.read.retain(|(key, _)| Some(key) != last.as_ref());
            self.failed.clear();
        }
        self.live = live;
        self.poll();
        let Some(key) = all.get(index).map(|snapshot| key_of(snapshot)) else {
            return SnapshotState::Reading;
        };
        if self.job.is_none() {
            let near = (0..=AHEAD).flat_map(|away| [index + away, index.saturating_sub(away)]);
            let mut wanted = near.filter_map(|index| all.get(index).map(|one| key_of(one)));
            if let Some(next) = wanted.find(|key| !self.is_known(key)) {
                // Reading ahead must not push out what is in view.
                if next == key || self.bytes() < self.kept / 2 {
                    self.spawn(ctx, run, next);
                }
            }
        }
        if let Some(at) = self.read.iter().position(|(own, _)| *own == key) {
            let entry = self.read.remove(at);
            let snapshot = Arc::clone(&entry.1);
            self.read.push(entry);
            self.shown = Some(Arc::clone(&snapshot));
            return SnapshotState::Ready(snapshot, true);
        }
        match (self.failed.iter().find(|(own, _)| *own == key), &self.shown) {
            (Some((_, why)), _) => SnapshotState::Failed(why.clone()),
            (None, Some(shown)) => SnapshotState::Ready(Arc::clone(shown), false),
            (None, None) => SnapshotState::Reading,
        }
    }

    /// Tries again what could not be read.
    pub fn retry(&mut self) {
        self.failed.clear();
    }

    /// True if something is being read.
    #[must_use]
    pub fn is_reading(&self) -> bool {
        self.job.is_some()
    }

    fn is_known(&self, key: &Key) -> bool {
        self.read.iter().any(|(own, _)| own == key) || self.failed.iter().any(|(own, _)| own == key)
    }

    fn spawn(&mut self, ctx: &Context, run: &ResultRun<'_>, key: Key) {
        let source = match run.source(&key.0, key.1) {
            Ok(source) => source,
            Err(why) => {
                self.failed.push((key, why));
                return;
            }
        };
        let (step, context) = (key.1, self.context.clone());
        let job = Job::spawn("read snapshot", ctx, move |_| {
            T::read(source, step, &context)
        });
        match job {
            Ok(job) => self.job = Some((key, job)),
            Err(error) => self.failed.push((key, error.to_string())),
        }
    }

    fn poll(&mut self) {
        let Some(outcome) = self.job.as_ref().and_then(|(_, job)| job.poll()) else {
            return;
        };
        let Some((key, _)) = self.job.take() else {
            return;
        };
        match outcome.map_err(|panicked| panicked.to_string()) {
            Ok(Ok(snapshot)) => self.read.push((key, Arc::new(snapshot))),
            Ok(Err(why)) | Err(why) => self.failed.push((key, why)),
        }
        while self.bytes() > self.kept && self.read.len() > 1 {
            self.read.remove(0);
        }
    }

    fn bytes(&self) -> usize {
        self.read.iter().map(|(_, snapshot)| snapshot.bytes()).sum()
    }
}

fn key_of(snapshot: &SnapshotRef) -> Key {
    (snapshot.file.clone(), snapshot.step)
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;
    use std::time::{Duration, Instant};

    use super::*;
    use crate::engine::NewestResults;
    use crate::record::{Artifact, ArtifactKind, Status};
    use crate::runs::{RunId, RunState};

    /// Its size is the length of its file.
    #[derive(Debug)]
    struct Text(String);

    impl Snapshot for Text {
        type Context = u32;

        fn read(source: Source, _step: u64, context: &u32) -> Result<Self, String> {
            let text = source.load(|path| std::fs::read(path))?;
            Ok(Self(format!("{context} {}", text.len())))
        }

        fn bytes(&self) -> usize {
            self.0.len()
        }
    }

    fn wait(
        cache: &mut SnapshotCache<Text>,
        run: &ResultRun<'_>,
        index: usize,
        context: u32,
    ) -> Result<Arc<Text>, String> {
        let all: Vec<&SnapshotRef> = run.state.snapshots.iter().collect();
        let began = Instant::now();
        loop {
            match cache.get(&Context::default(), run, &all, index, context) {
                SnapshotState::Ready(text, true) => return Ok(text),
                SnapshotState::Failed(why) => return Err(why),
                _ => assert!(began.elapsed() < Duration::from_secs(20), "never read"),
            }
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    fn state(files: &[&str]) -> RunState {
        let snapshots = files.iter().enumerate().map(|(step, file)| SnapshotRef {
            kind: ArtifactKind::TABLE,
            step: step as u64,
            file: (*file).to_owned(),
        });
        RunState {
            snapshots: snapshots.collect(),
            ..RunState::default()
        }
    }

    #[test]
    fn it_keeps_to_its_bytes_and_never_drops_what_is_in_view() {
        let folder = tempfile::tempdir().unwrap();
        let artifacts = folder.path().join("artifacts");
        std::fs::create_dir(&artifacts).unwrap();
        for file in ["a", "b", "c", "d", "e"] {
            std::fs::write(artifacts.join(file), [0; 10]).unwrap();
        }
        let state = state(&["a", "b", "c", "d", "e"]);
        let run = ResultRun::new("run", "run", folder.path(), &state, Status::Finished);
        let mut cache = SnapshotCache {
            kept: 10,
            ..SnapshotCache::default()
        };
        for index in 0..5 {
            assert_eq!(wait(&mut cache, &run, index, 7).unwrap().0, "7 10");
            assert!(cache.bytes() <= 10, "{}", cache.bytes());
        }
        // Another context makes it anew.
        assert_eq!(wait(&mut cache, &run, 4, 8).unwrap().0, "8 10");
    }

    /// A result in memory.
    #[derive(Debug)]
    struct Number(u32);

    impl ArtifactContent for Number {
        fn encode(&self) -> Cow<'_, [u8]> {
            Cow::Owned(self.0.to_string().into_bytes())
        }
    }

    impl Snapshot for Number {
        type Context = ();

        fn read(source: Source, _step: u64, (): &()) -> Result<Self, String> {
            let number: Arc<Self> = source.load(|_| Err::<Self, _>("there is no file"))?;
            Ok(Self(number.0))
        }

        fn bytes(&self) -> usize {
            4
        }
    }

    #[test]
    fn the_newest_result_of_a_live_run_needs_no_file() {
        let folder = tempfile::tempdir().unwrap();
        let state = state(&["numbers.txt"]);
        let newest = NewestResults::default();
        let kind = ArtifactKind::new("numbers");
        let artifact = Artifact::new(kind, "numbers.txt", Number(7));
        let mut run = ResultRun::new("run", "run", folder.path(), &state, Status::Running);
        let id = RunId::new("run");
        run.id = id.as_str();
        run.newest = Some(&newest);
        newest.put(&id, 0, &artifact);
        let mut cache: SnapshotCache<Number> = SnapshotCache::default();
        let all: Vec<&SnapshotRef> = state.snapshots.iter().collect();
        let began = Instant::now();
        loop {
            match cache.get(&Context::default(), &run, &all, 0, ()) {
                SnapshotState::Ready(number, true) => break assert_eq!(number.0, 7),
                SnapshotState::Failed(why) => panic!("{why}"),
                _ => assert!(began.elapsed() < Duration::from_secs(20), "never read"),
            }
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    #[test]
    fn a_file_outside_the_run_is_not_read() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("secret"), "x").unwrap();
        let state = state(&["../secret"]);
        let run = ResultRun::new("run", "run", folder.path(), &state, Status::Finished);
        let why = wait(&mut SnapshotCache::default(), &run, 0, 0).unwrap_err();
        assert!(why.contains("../secret"), "{why}");
    }
}
