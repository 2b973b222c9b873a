//! Previews of files of data: read in the background, apart from the data itself.

use std::path::Path;
use std::sync::Arc;

use eframe::egui::Context;
use serde_json::Value;

use crate::data::{self, Monitor, Preview, Source};
use crate::ui::forms::FormSchema;
use crate::ui::jobs::{Job, on_own_threads};

/// How the preview of a file stands.
#[derive(Debug, Clone, Copy)]
pub enum PreviewLook<'a> {
    /// Nobody asked for it, or it was canceled.
    Absent,
    /// Being read.
    Reading {
        /// How it was read with the settings before, if the file is the same.
        before: Option<&'a Arc<Preview>>,
        /// How far it is.
        monitor: &'a Monitor,
    },
    /// There.
    Ready(&'a Arc<Preview>),
}

impl<'a> PreviewLook<'a> {
    /// What can be shown now: the preview, or while it is read the one before.
    #[must_use]
    pub fn shown(self) -> Option<&'a Arc<Preview>> {
        match self {
            Self::Absent => None,
            Self::Reading { before, .. } => before,
            Self::Ready(preview) => Some(preview),
        }
    }

    /// The preview of the present settings.
    #[must_use]
    pub fn ready(self) -> Option<&'a Arc<Preview>> {
        match self {
            Self::Ready(preview) => Some(preview),
            Self::Absent | Self::Reading { .. } => None,
        }
    }
}

/// A change of how the file is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReadingEdit {
    /// Gives a key of the `[data]` table a value; null takes it away.
    Set(String, Value),
    /// Leaves keys to be found out.
    Reset(Vec<String>),
    /// Takes the last edit back.
    Undo,
    /// Makes it again.
    Redo,
}

/// The preview of the file that is looked at.
#[derive(Debug, Default)]
pub struct PreviewStore {
    /// The source that was last asked for, and the part of it that says how the file is read.
    wanted: Option<(Source, Source)>,
    ready: Option<(Source, Arc<Preview>)>,
    reading: Option<(Source, Job<Preview>)>,
    /// The one that a person stopped.
    canceled: Option<Source>,
}

impl PreviewStore {
    /// How the preview of a source stands.
    #[must_use]
    pub fn look(&self, source: &Source) -> PreviewLook<'_> {
        let Some(own) = self.part_of(source) else {
            return PreviewLook::Absent;
        };
        match (&self.ready, &self.reading) {
            (Some((ready, preview)), _) if ready == own => PreviewLook::Ready(preview),
            (ready, Some((reading, job))) if reading == own => PreviewLook::Reading {
                before: ready
                    .as_ref()
                    .filter(|(ready, _)| ready.path() == own.path() && ready.kind() == own.kind())
                    .map(|(_, preview)| preview),
                monitor: job.monitor(),
            },
            _ => PreviewLook::Absent,
        }
    }

    /// Has the file of a source looked at, if it was not. Images have no preview.
    pub fn want(&mut self, ctx: &Context, source: &Source) {
        if source.images().is_some() || source.path().as_os_str().is_empty() {
            return;
        }
        if self.part_of(source).is_none() {
            self.wanted = Some((source.clone(), reading_part(source)));
        }
        let Some(own) = self.part_of(source).cloned() else {
            return;
        };
        let is_own = |other: &Option<Source>| other.as_ref() == Some(&own);
        let known = self.ready.as_ref().is_some_and(|(ready, _)| *ready == own)
            || self
                .reading
                .as_ref()
                .is_some_and(|(reading, _)| *reading == own);
        if known || is_own(&self.canceled) {
            return;
        }
        self.canceled = None;
        let work = own.clone();
        let job = Job::spawn("preview data", ctx, move |monitor| {
            // Paths are absolute: the base folder does not matter.
            on_own_threads(|| data::preview(&work, Path::new(""), monitor))
        });
        match job {
            Ok(job) => self.reading = Some((own, job)),
            Err(error) => {
                tracing::warn!("no preview: {error}");
                self.canceled = Some(own);
            }
        }
    }

    /// Stops looking at the file, until other settings are asked for or [`Self::retry`].
    pub fn cancel(&mut self) {
        self.canceled = self.reading.take().map(|(source, _)| source);
    }

    /// Has the file looked at again.
    pub fn retry(&mut self) {
        self.canceled = None;
        self.ready = None;
        self.reading = None;
    }

    /// True if a file is looked at.
    #[must_use]
    pub fn is_reading(&self) -> bool {
        self.reading.is_some()
    }

    /// Takes in what was read.
    pub fn poll(&mut self) {
        let Some(outcome) = self.reading.as_ref().and_then(|(_, job)| job.poll()) else {
            return;
        };
        let Some((source, _)) = self.reading.take() else {
            return;
        };
        match outcome {
            Ok(preview) => self.ready = Some((source, Arc::new(preview))),
            Err(panicked) => {
                tracing::error!("no preview of {}: {panicked}", source.path().display());
                self.canceled = Some(source);
            }
        }
    }

    /// The part of a source that says how its file is read, if it is the one that was asked for.
    fn part_of(&self, source: &Source) -> Option<&Source> {
        let (whole, part) = self.wanted.as_ref()?;
        (whole == source).then_some(part)
    }
}

/// A source without what has no say in how its file is read, such as the share that is held out.
fn reading_part(source: &Source) -> Source {
    let kind = source.kind();
    let schema = FormSchema::of_source(kind);
    let Ok(mut table) = source.table() else {
        return source.clone();
    };
    table.retain(|key, _| key == "path" || schema.is_reading(key));
    Source::read(kind, &table).unwrap_or_else(|_| source.clone())
}

#[cfg(test)]
mod tests {
    use super::reading_part;
    use crate::data::{RatingsSource, Source};

    #[test]
    fn what_is_held_out_has_no_say_in_how_a_file_is_read() {
        let with = |test_fraction| {
            Source::from(RatingsSource {
                path: "ratings.csv".into(),
                test_fraction,
                ..RatingsSource::default()
            })
        };
        assert_eq!(reading_part(&with(Some(0.1))), reading_part(&with(None)));
        assert_eq!(reading_part(&with(Some(0.1))), with(None));
    }
}
