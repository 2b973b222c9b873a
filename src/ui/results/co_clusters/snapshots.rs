//! Reading the snapshots of a run: one at a time, away from the window's thread, the neighbors of the one in view ahead of time.

use std::path::Path;
use std::sync::Arc;

use eframe::egui::Context;

use super::RunLook;
use super::snapshot::Snapshot;
use crate::data::MatrixData;
use crate::record::CoClusters;
use crate::runs::SnapshotRef;
use crate::ui::jobs::Job;

/// Bytes of snapshots kept.
const KEPT: usize = 192 << 20;
/// Neighbors read ahead, on each side.
const AHEAD: usize = 4;

/// The snapshots of one run that were read.
#[derive(Default)]
pub(super) struct Snapshots {
    run: String,
    /// Whether the run went on when it was asked for last.
    live: bool,
    data: Option<Arc<MatrixData>>,
    /// Last used last.
    read: Vec<(Key, Arc<Snapshot>)>,
    failed: Vec<(Key, String)>,
    job: Option<(Key, Job<Result<Snapshot, String>>)>,
}

type Key = (String, u64);

/// How a snapshot stands.
pub(super) enum SnapshotState {
    /// There.
    Ready(Arc<Snapshot>),
    /// Being read.
    Reading,
    /// Cannot be read, and why.
    Failed(String),
}

impl Snapshots {
    /// The snapshot at `index` of `all`, those of `run`.
    pub(super) fn get(
        &mut self,
        ctx: &Context,
        run: &RunLook<'_>,
        all: &[&SnapshotRef],
        index: usize,
        data: Option<&Arc<MatrixData>>,
    ) -> SnapshotState {
        let same_data = match (&self.data, data) {
            (Some(own), Some(data)) => Arc::ptr_eq(own, data),
            (None, None) => true,
            _ => false,
        };
        if self.run != run.id || !same_data {
            *self = Self {
                run: run.id.to_owned(),
                data: data.cloned(),
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
            return SnapshotState::Ready(snapshot);
        }
        match self.failed.iter().find(|(own, _)| *own == key) {
            Some((_, why)) => SnapshotState::Failed(why.clone()),
            None => SnapshotState::Reading,
        }
    }

    /// Whether something is being read.
    pub(super) fn is_reading(&self) -> bool {
        self.job.is_some()
    }

    fn is_known(&self, key: &Key) -> bool {
        self.read.iter().any(|(own, _)| own == key) || self.failed.iter().any(|(own, _)| own == key)
    }

    fn spawn(&mut self, ctx: &Context, folder: &Path, key: Key) {
        let path = folder.join(&key.0);
        let (step, data) = (key.1, self.data.clone());
        let job = Job::spawn("read co-clusters", ctx, move |_| {
            let clusters = CoClusters::read_npz(&path).map_err(|error| error.to_string())?;
            if let Some(data) = &data {
                check_shape(&clusters, data)?;
            }
            Ok(Snapshot::new(step, clusters, data.as_deref()))
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
        self.read
            .iter()
            .map(|(_, snapshot)| {
                let clusters = &snapshot.clusters;
                let sides = [&clusters.rows, &clusters.columns];
                sides
                    .iter()
                    .map(|side| side.posterior.len() * 4 + side.of.len() * 4)
                    .sum::<usize>()
            })
            .sum()
    }
}

fn key_of(snapshot: &SnapshotRef) -> Key {
    (snapshot.file.clone(), snapshot.step)
}

/// The file of the data may have changed since the run.
fn check_shape(clusters: &CoClusters, data: &MatrixData) -> Result<(), String> {
    let own = (clusters.rows.of.len(), clusters.columns.of.len());
    let cells = (data.observed.rows(), data.observed.columns());
    if own == cells {
        return Ok(());
    }
    Err(format!(
        "The run clustered {} rows and {} columns, but its data now has {} and {}: the file has changed since.",
        own.0, own.1, cells.0, cells.1
    ))
}
