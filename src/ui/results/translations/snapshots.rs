//! Reading the snapshots of a run: one at a time, away from the window's thread, the neighbors of the one in view ahead of time.

use std::path::Path;
use std::sync::Arc;

use eframe::egui::Context;

use super::TranslationRun;
use super::prepared::{Classes, Prepared};
use crate::data::images::Side;
use crate::record::Translations;
use crate::runs::SnapshotRef;
use crate::ui::jobs::Job;

/// Bytes of decoded snapshots kept for each run.
const KEPT: usize = 192 << 20;
/// Neighbors read ahead, on each side.
const AHEAD: usize = 3;

/// What a run made of its test pictures at one step.
#[derive(Debug)]
pub(super) struct Snapshot {
    pub(super) step: u64,
    pub(super) pictures: Vec<Arc<Prepared>>,
}

impl Snapshot {
    pub(super) fn read(path: &Path, step: u64) -> Result<Self, String> {
        let read = Translations::read_png(path).map_err(|error| error.to_string())?;
        let classes: Classes = read.classes.into();
        let pictures: Vec<Arc<Prepared>> = read
            .pictures
            .iter()
            .filter_map(|picture| Prepared::new(picture, &classes).map(Arc::new))
            .collect();
        if pictures.is_empty() {
            return Err(format!("{} holds no pictures", path.display()));
        }
        Ok(Self { step, pictures })
    }

    pub(super) fn find(&self, side: Side, name: &str) -> Option<&Arc<Prepared>> {
        self.pictures
            .iter()
            .find(|picture| picture.side == side && picture.name == name)
    }

    fn bytes(&self) -> usize {
        self.pictures.iter().map(|picture| picture.bytes()).sum()
    }
}

/// The snapshots of one run that were read.
#[derive(Default)]
pub(super) struct Snapshots {
    run: String,
    /// Whether the run went on when it was asked for last.
    live: bool,
    /// Last used last.
    read: Vec<(Key, Arc<Snapshot>)>,
    failed: Vec<(Key, String)>,
    job: Option<(Key, Job<Result<Snapshot, String>>)>,
    /// What was shown last: it stays until the next one is there.
    shown: Option<Arc<Snapshot>>,
}

type Key = (String, u64);

/// How a snapshot stands.
#[derive(Clone)]
pub(super) enum SnapshotState {
    /// There. Whether it is the one that was asked for: the one before stays until that is read.
    Ready(Arc<Snapshot>, bool),
    /// Being read.
    Reading,
    /// Cannot be read, and why.
    Failed(String),
}

impl SnapshotState {
    pub(super) fn snapshot(&self) -> Option<&Arc<Snapshot>> {
        match self {
            Self::Ready(snapshot, _) => Some(snapshot),
            Self::Reading | Self::Failed(_) => None,
        }
    }
}

impl Snapshots {
    /// The snapshot at `index` of `all`, those of `run`.
    pub(super) fn get(
        &mut self,
        ctx: &Context,
        run: &TranslationRun<'_>,
        all: &[&SnapshotRef],
        index: usize,
    ) -> SnapshotState {
        if self.run != run.id {
            *self = Self {
                run: run.id.to_owned(),
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
                let room = next == key || self.bytes() < KEPT / 2;
                if room {
                    self.spawn(ctx, run.artifacts, next);
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
    pub(super) fn retry(&mut self) {
        self.failed.clear();
    }

    /// Whether something is being read.
    pub(super) fn is_reading(&self) -> bool {
        self.job.is_some()
    }

    fn is_known(&self, key: &Key) -> bool {
        self.read.iter().any(|(own, _)| own == key) || self.failed.iter().any(|(own, _)| own == key)
    }

    fn spawn(&mut self, ctx: &Context, folder: &Path, key: Key) {
        let (path, step) = (folder.join(&key.0), key.1);
        let job = Job::spawn("read translations", ctx, move |_| {
            Snapshot::read(&path, step)
        });
        match job {
            Ok(job) => self.job = Some((key, job)),
            Err(error) => self
                .failed
                .push((key, format!("cannot start a thread: {error}"))),
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
        while self.bytes() > KEPT && self.read.len() > 1 {
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
