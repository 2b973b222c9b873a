//! The data sets: read in the background, kept while they are looked at.

use std::path::Path;
use std::sync::Arc;

use eframe::egui::Context;

use crate::data::images::{ImageDomains, ImageNeeds};
use crate::data::{
    self, DataError, Dataset, Fingerprint, MatrixData, MatrixSummary, Monitor, PreviewRow, Problem,
    RatingsData, RatingsSummary, Source,
};
use crate::engine::load_dataset;
use crate::ui::jobs::{Job, on_own_threads};

/// Tells data sets apart.
#[derive(Debug, Clone, PartialEq)]
pub struct DataKey {
    /// Files and split, with absolute paths.
    pub source: Source,
    /// Requirements on images.
    pub needs: ImageNeeds,
    /// Of the split.
    pub seed: u64,
}

/// A data set in memory.
#[derive(Debug)]
pub struct Loaded {
    /// Which one.
    pub key: DataKey,
    /// The data that was read.
    pub content: Content,
}

/// The data that was read, with the contents of the data view.
#[derive(Debug, Clone)]
pub enum Content {
    /// User-item ratings.
    Ratings {
        /// For predictions and names.
        data: Arc<RatingsData>,
        /// For the data view.
        summary: Arc<RatingsSummary>,
    },
    /// A labeled matrix.
    Matrix {
        /// For the views.
        data: Arc<MatrixData>,
        /// For the data view.
        summary: Arc<MatrixSummary>,
    },
    /// Images of two domains.
    Images(Arc<ImageDomains>),
}

impl Loaded {
    /// With what the data view shows of it; slow.
    #[must_use]
    pub fn new(key: DataKey, dataset: Dataset) -> Self {
        let content = match dataset {
            Dataset::Ratings(data) => Content::Ratings {
                summary: Arc::new(RatingsSummary::of(&data)),
                data,
            },
            Dataset::Matrix(data) => Content::Matrix {
                summary: Arc::new(MatrixSummary::of(&data)),
                data,
            },
            Dataset::Images(data) => Content::Images(data),
        };
        Self { key, content }
    }

    /// For training.
    #[must_use]
    pub fn dataset(&self) -> Dataset {
        match &self.content {
            Content::Ratings { data, .. } => Dataset::Ratings(Arc::clone(data)),
            Content::Matrix { data, .. } => Dataset::Matrix(Arc::clone(data)),
            Content::Images(data) => Dataset::Images(Arc::clone(data)),
        }
    }

    /// The key that tells it apart from all other data.
    #[must_use]
    pub fn fingerprint(&self) -> &Fingerprint {
        match &self.content {
            Content::Ratings { data, .. } => &data.fingerprint,
            Content::Matrix { data, .. } => &data.fingerprint,
            Content::Images(data) => &data.fingerprint,
        }
    }

    /// The ratings, if it is ratings.
    #[must_use]
    pub fn ratings(&self) -> Option<&Arc<RatingsData>> {
        match &self.content {
            Content::Ratings { data, .. } => Some(data),
            Content::Matrix { .. } | Content::Images(_) => None,
        }
    }

    /// The matrix, if it is one.
    #[must_use]
    pub fn matrix(&self) -> Option<&Arc<MatrixData>> {
        match &self.content {
            Content::Matrix { data, .. } => Some(data),
            Content::Ratings { .. } | Content::Images(_) => None,
        }
    }

    /// The file beside the data that titles were read from, if none was named.
    #[must_use]
    pub fn titles(&self) -> Option<&Path> {
        match &self.content {
            Content::Ratings { data, .. } => data.titles.as_deref(),
            Content::Matrix { data, .. } => data.titles.as_deref(),
            Content::Images(_) => None,
        }
    }

    /// The images, if it is images.
    #[must_use]
    pub fn images(&self) -> Option<&Arc<ImageDomains>> {
        match &self.content {
            Content::Images(data) => Some(data),
            Content::Ratings { .. } | Content::Matrix { .. } => None,
        }
    }
}

impl DataKey {
    /// Of a source with absolute paths. The seed tells ratings and images apart, which it splits.
    #[must_use]
    pub fn new(source: Source, needs: ImageNeeds, seed: u64) -> Self {
        let seed = match source {
            Source::Ratings(_) | Source::Images(_) => seed,
            Source::Matrix(_) => 0,
        };
        Self {
            source,
            needs,
            seed,
        }
    }

    /// The name of the file; of two folders both.
    #[must_use]
    pub fn file_name(&self) -> String {
        let name = |path: &Path| {
            let name = path.file_name().unwrap_or_default();
            name.to_string_lossy().into_owned()
        };
        let own = name(self.source.path());
        match self
            .source
            .images()
            .and_then(|images| images.path_b.as_ref())
        {
            Some(other) => format!("{own} and {}", name(other)),
            None => own,
        }
    }
}

/// How a data set stands, with what it is read by.
#[derive(Debug, Clone, Copy)]
pub enum DataLook<'a> {
    /// Nobody asked for it.
    Absent,
    /// Being read.
    Reading(&'a Monitor),
    /// There.
    Ready(&'a Arc<Loaded>),
    /// Cannot be read, and why.
    Failed(&'a str),
}

/// How a data set stands.
#[derive(Debug, Clone)]
pub enum DataState {
    /// Nobody asked for it.
    Absent,
    /// Being read; the share that is done, if known.
    Reading(Option<f32>),
    /// There.
    Ready(Arc<Loaded>),
    /// Cannot be read, and why.
    Failed(String),
}

type Outcome = Result<Loaded, Failure>;

/// What of a file cannot be read.
#[derive(Debug, Clone, PartialEq)]
pub struct Failing {
    /// The problem.
    pub problem: Problem,
    /// The lines around the one that fails.
    pub rows: Vec<PreviewRow>,
}

/// Why a data set cannot be read.
#[derive(Debug)]
struct Failure {
    why: String,
    /// The key of the `[data]` table that names what is wrong.
    key: Option<&'static str>,
    /// The matrices in the file, of which perhaps none was named.
    variables: Vec<String>,
    /// What of the file is wrong, if it can be opened.
    failing: Option<Box<Failing>>,
}

impl From<String> for Failure {
    fn from(why: String) -> Self {
        Self {
            why,
            key: None,
            variables: Vec::new(),
            failing: None,
        }
    }
}

/// The key of the `[data]` table that an error is about.
fn wrong_key(error: &DataError, source: &Source) -> Option<&'static str> {
    let path = match error {
        DataError::Config { key, .. } => return Some(key),
        DataError::Content { place, .. } => &place.path,
        DataError::Read { path, .. } => path,
        DataError::Write { .. } | DataError::Canceled => return None,
    };
    let table = source.table().ok()?;
    let names = |key: &str| {
        let named = table.get(key).and_then(|named| named.as_str());
        named.is_some_and(|named| path.starts_with(named))
    };
    // The folder itself last: the others may lie in it.
    let specs = Source::keys(source.kind()).iter().rev();
    let found = specs
        .filter(|spec| spec.is_path())
        .find(|spec| names(&spec.key));
    found.map(|spec| spec.key.as_str())
}

/// What of the file itself an error is about, with the lines around it.
fn failing(error: DataError, source: &Source, monitor: &Monitor) -> Option<Failing> {
    let is_own = match &error {
        DataError::Content { place, .. } => place.path == source.path(),
        DataError::Config { .. } => true,
        DataError::Read { .. } | DataError::Write { .. } | DataError::Canceled => false,
    };
    let problem = is_own.then(|| Problem::of(error))?;
    let rows = problem
        .line
        .map_or_else(Vec::new, |line| data::lines_around(source, line, monitor));
    Some(Failing { problem, rows })
}

/// The newest few data sets.
#[derive(Debug, Default)]
pub struct DataStore {
    loaded: Vec<Arc<Loaded>>,
    reading: Vec<(DataKey, Job<Outcome>)>,
    failed: Vec<(DataKey, Failure)>,
}

/// The draft's and the selected run's.
const KEPT: usize = 2;

impl DataStore {
    /// How a data set stands.
    #[must_use]
    pub fn get(&self, key: &DataKey) -> DataState {
        match self.look(key) {
            DataLook::Absent => DataState::Absent,
            DataLook::Reading(monitor) => DataState::Reading(monitor.fraction()),
            DataLook::Ready(loaded) => DataState::Ready(Arc::clone(loaded)),
            DataLook::Failed(why) => DataState::Failed(why.to_owned()),
        }
    }

    /// How a data set stands, with what it is read by.
    #[must_use]
    pub fn look(&self, key: &DataKey) -> DataLook<'_> {
        if let Some(loaded) = self.loaded.iter().find(|loaded| loaded.key == *key) {
            DataLook::Ready(loaded)
        } else if let Some((_, job)) = self.reading.iter().find(|(own, _)| own == key) {
            DataLook::Reading(job.monitor())
        } else if let Some((_, failure)) = self.failed.iter().find(|(own, _)| own == key) {
            DataLook::Failed(&failure.why)
        } else {
            DataLook::Absent
        }
    }

    /// The key of the `[data]` table that names what is wrong with data that cannot be read.
    #[must_use]
    pub fn wrong_key(&self, key: &DataKey) -> Option<&'static str> {
        let failed = self.failed.iter().find(|(own, _)| own == key);
        failed.and_then(|(_, failure)| failure.key)
    }

    /// What of the file of data that cannot be read is wrong.
    #[must_use]
    pub fn failing(&self, key: &DataKey) -> Option<&Failing> {
        let failed = self.failed.iter().find(|(own, _)| own == key);
        failed.and_then(|(_, failure)| failure.failing.as_deref())
    }

    /// The names of the matrices in the file of a data set, if it was read with whatever settings and can hold several.
    #[must_use]
    pub fn variables(&self, key: &DataKey) -> Option<Vec<String>> {
        let same =
            |own: &DataKey| own.source.matrix().is_some() && own.source.path() == key.source.path();
        let loaded = self.loaded.iter().rev().find(|loaded| same(&loaded.key));
        let loaded = loaded.and_then(|loaded| loaded.matrix());
        let failed = self.failed.iter().rev().find(|(own, _)| same(own));
        loaded
            .map(|matrix| matrix.variables.clone())
            .or_else(|| failed.map(|(_, failure)| failure.variables.clone()))
    }

    /// Has a data set read, if it is not there; a failed one is not tried again by itself.
    pub fn want(&mut self, ctx: &Context, key: &DataKey) {
        if key.source.path().as_os_str().is_empty() || !matches!(self.get(key), DataState::Absent) {
            return;
        }
        let work = key.clone();
        let job = Job::spawn("read data", ctx, move |monitor| {
            // Paths are absolute: the base folder does not matter.
            let load = || load_dataset(&work.source, work.needs, Path::new(""), work.seed, monitor);
            let dataset = on_own_threads(load).map_err(|error| Failure {
                why: error.to_string(),
                key: wrong_key(&error, &work.source),
                variables: match &work.source {
                    Source::Ratings(_) | Source::Images(_) => Vec::new(),
                    Source::Matrix(matrix) => data::variables(&matrix.path, monitor),
                },
                failing: failing(error, &work.source, monitor).map(Box::new),
            })?;
            // The statistics, too: what trains may hold the other threads for hours.
            Ok(on_own_threads(|| Loaded::new(work, dataset)))
        });
        match job {
            Ok(job) => self.reading.push((key.clone(), job)),
            Err(error) => self.failed.push((key.clone(), error.to_string().into())),
        }
    }

    /// Stops reading what is no longer wanted.
    pub fn cancel_all_but(&mut self, wanted: &[DataKey]) {
        self.reading.retain(|(key, _)| wanted.contains(key));
    }

    /// Stops reading, and says so until it is asked for again with [`Self::retry`].
    pub fn cancel(&mut self, key: &DataKey) {
        self.reading.retain(|(own, _)| own != key);
        self.failed
            .push((key.clone(), "Reading was canceled.".to_owned().into()));
    }

    /// Forgets that a data set could not be read.
    pub fn retry(&mut self, key: &DataKey) {
        self.failed.retain(|(own, _)| own != key);
    }

    /// True if something is being read.
    #[must_use]
    pub fn is_reading(&self) -> bool {
        !self.reading.is_empty()
    }

    /// Takes in what was read. Returns what failed just now.
    pub fn poll(&mut self) -> Vec<String> {
        let mut problems = Vec::new();
        let mut index = 0;
        while index < self.reading.len() {
            let Some(outcome) = self.reading[index].1.poll() else {
                index += 1;
                continue;
            };
            let (key, _) = self.reading.remove(index);
            match outcome.unwrap_or_else(|panicked| Err(panicked.to_string().into())) {
                Ok(loaded) => {
                    self.loaded.push(Arc::new(loaded));
                    if self.loaded.len() > KEPT {
                        self.loaded.remove(0);
                    }
                }
                Err(failure) => {
                    problems.push(failure.why.clone());
                    self.failed.push((key, failure));
                }
            }
        }
        problems
    }
}
