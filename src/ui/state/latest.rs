//! Something that takes a while to read, of which only the newest is wanted.

use eframe::egui::Context;

use crate::data::Monitor;
use crate::ui::jobs::Job;

/// The newest `T` that was asked for, told apart by `K`.
#[derive(Debug)]
pub struct Latest<K, T> {
    key: Option<K>,
    job: Option<Job<Result<T, String>>>,
    ready: Option<T>,
    failed: Option<String>,
}

/// How it stands.
#[derive(Debug)]
pub enum LatestState<'a, T> {
    /// Not asked for.
    Absent,
    /// Being read.
    Reading(&'a Monitor),
    /// There; perhaps a newer one is being read.
    Ready(&'a T),
    /// Cannot be read, and why.
    Failed(&'a str),
}

impl<K, T> Default for Latest<K, T> {
    fn default() -> Self {
        Self {
            key: None,
            job: None,
            ready: None,
            failed: None,
        }
    }
}

impl<K: PartialEq, T: Send + 'static> Latest<K, T> {
    /// The newest request.
    #[must_use]
    pub fn key(&self) -> Option<&K> {
        self.key.as_ref()
    }

    /// True if it is being read.
    #[must_use]
    pub fn is_reading(&self) -> bool {
        self.job.is_some()
    }

    /// Reads what `key` names, if it is not what was asked for last. `keep` leaves the one before in sight meanwhile.
    pub fn want(
        &mut self,
        ctx: &Context,
        key: K,
        keep: bool,
        work: impl FnOnce(&Monitor) -> Result<T, String> + Send + 'static,
    ) {
        if self.key.as_ref() == Some(&key) {
            return;
        }
        let ready = self.ready.take().filter(|_| keep);
        *self = Self {
            key: Some(key),
            ready,
            ..Self::default()
        };
        match Job::spawn("read result", ctx, work) {
            Ok(job) => self.job = Some(job),
            Err(error) => self.failed = Some(error.to_string()),
        }
    }

    /// Takes in what was read.
    pub fn poll(&mut self) {
        let Some(outcome) = self.job.as_ref().and_then(Job::poll) else {
            return;
        };
        self.job = None;
        match outcome.map_err(|panicked| panicked.to_string()) {
            Ok(Ok(value)) => self.ready = Some(value),
            Ok(Err(why)) | Err(why) => {
                self.ready = None;
                self.failed = Some(why);
            }
        }
    }

    /// Forgets it; what is being read is canceled.
    pub fn forget(&mut self) {
        *self = Self::default();
    }

    /// How it stands.
    #[must_use]
    pub fn state(&self) -> LatestState<'_, T> {
        match (&self.ready, &self.job, &self.failed) {
            (Some(value), ..) => LatestState::Ready(value),
            (None, Some(job), _) => LatestState::Reading(job.monitor()),
            (None, None, Some(why)) => LatestState::Failed(why),
            (None, None, None) => LatestState::Absent,
        }
    }
}
