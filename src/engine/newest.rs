//! The newest results of runs, in memory: whoever shows them need not read them back from the disk.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::record::{Artifact, ArtifactContent, ArtifactKind};
use crate::runs::RunId;

/// Results that wait to be taken, at most: a run has one or two kinds, of up to 10 MB each, and few runs are shown at a time.
const MOST: usize = 4;

/// The newest result of each kind of each run, until it is taken or a newer one comes. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct NewestResults(Arc<Mutex<VecDeque<Entry>>>);

#[derive(Debug)]
struct Entry {
    run: RunId,
    kind: ArtifactKind,
    file: String,
    step: u64,
    content: Arc<dyn ArtifactContent>,
}

impl NewestResults {
    /// Puts a result in, in place of the run's older one of the same kind. One that is a file already is left out: reading it back costs
    /// nothing more.
    pub fn put(&self, run: &RunId, step: u64, artifact: &Artifact) {
        let mut entries = self.lock();
        entries.retain(|entry| entry.run != *run || entry.kind != artifact.kind);
        if artifact.content.is_encoded() {
            return;
        }
        entries.push_back(Entry {
            run: run.clone(),
            kind: artifact.kind.clone(),
            file: artifact.file_name.clone(),
            step,
            content: Arc::clone(&artifact.content),
        });
        if entries.len() > MOST {
            entries.pop_front();
        }
    }

    /// Takes the result of this file and step out, if it is still the newest.
    #[must_use]
    pub fn take(&self, run: &str, file: &str, step: u64) -> Option<Arc<dyn ArtifactContent>> {
        let mut entries = self.lock();
        let at = entries
            .iter()
            .position(|own| own.run.as_str() == run && own.file == file && own.step == step)?;
        entries.remove(at).map(|entry| entry.content)
    }

    /// Lets go of what nobody took of a run that has ended: it lies on the disk.
    pub(super) fn forget(&self, run: &RunId) {
        self.lock().retain(|entry| entry.run != *run);
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<Entry>> {
        // The list is whole whatever panicked while it was locked.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::CoClusters;

    fn artifact(file: &str) -> Artifact {
        Artifact::new(ArtifactKind::CO_CLUSTERS, file, CoClusters::default())
    }

    #[test]
    fn only_the_newest_of_a_run_and_kind_is_kept_and_it_is_taken_once() {
        let newest = NewestResults::default();
        let (one, two) = (RunId::new("one"), RunId::new("two"));
        newest.put(&one, 10, &artifact("10.npz"));
        newest.put(&two, 10, &artifact("10.npz"));
        newest.put(&one, 20, &artifact("20.npz"));
        assert!(newest.take(one.as_str(), "10.npz", 10).is_none());
        assert!(newest.take(two.as_str(), "10.npz", 10).is_some());
        assert!(newest.take(one.as_str(), "20.npz", 10).is_none());
        assert!(newest.take(one.as_str(), "20.npz", 20).is_some());
        assert!(newest.take(one.as_str(), "20.npz", 20).is_none());
    }

    #[test]
    fn nothing_is_kept_of_a_run_that_has_ended() {
        let newest = NewestResults::default();
        let (one, two) = (RunId::new("one"), RunId::new("two"));
        newest.put(&one, 10, &artifact("10.npz"));
        newest.put(&two, 10, &artifact("10.npz"));
        newest.forget(&one);
        assert!(newest.take(one.as_str(), "10.npz", 10).is_none());
        assert!(newest.take(two.as_str(), "10.npz", 10).is_some());
    }

    #[test]
    fn a_bounded_number_is_kept() {
        let newest = NewestResults::default();
        for run in 0..2 * MOST {
            newest.put(&RunId::new(&format!("run{run}")), 1, &artifact("a.npz"));
        }
        assert_eq!(newest.lock().len(), MOST);
    }
}
