//! The data of a sweep's runs, read once for all that learn from the same.

use std::path::Path;
use std::time::Duration;

use crossbeam_channel::{RecvTimeoutError, bounded};

use crate::data::{DataError, Dataset, Monitor, Source};
use crate::engine::{load_dataset, machine};
use crate::record::panics;
use crate::runs::RunConfig;
use crate::systems;

/// How many data sets are kept.
const MOST: usize = 16;
/// Between two looks whether it is still wanted.
const TICK: Duration = Duration::from_millis(50);

/// What is kept of a data set: what it was read by, and itself.
#[derive(Debug, Default)]
pub(super) struct DataSets {
    kept: Vec<(String, Dataset)>,
}

impl DataSets {
    /// The data of a run, from memory or else read on a thread of its own, as long as it is `wanted`.
    pub(super) fn get(
        &mut self,
        config: &RunConfig,
        base: &Path,
        wanted: &mut dyn FnMut() -> bool,
    ) -> Result<Dataset, DataError> {
        let key = key(config);
        if let Some(at) = self.kept.iter().position(|(own, _)| *own == key) {
            // The newest last.
            let found = self.kept.remove(at);
            let data = found.1.clone();
            self.kept.push(found);
            return Ok(data);
        }
        let data = read(config, base, wanted)?;
        if self.kept.len() == MOST {
            self.kept.remove(0);
        }
        self.kept.push((key, data.clone()));
        Ok(data)
    }
}

/// What decides what is read.
fn key(config: &RunConfig) -> String {
    let needs = systems::find(&config.system).map(|system| config.image_needs(system));
    // The seed draws the test set where no file holds it.
    let drawn = match &config.data {
        Source::Matrix(_) => false,
        Source::Ratings(ratings) => ratings.test.is_none(),
        Source::Images(_) => true,
    };
    let seed = drawn.then_some(config.seed);
    format!("{:?} {needs:?} {seed:?}", config.data)
}

fn read(
    config: &RunConfig,
    base: &Path,
    wanted: &mut dyn FnMut() -> bool,
) -> Result<Dataset, DataError> {
    let needs = systems::find(&config.system)
        .map(|system| config.image_needs(system))
        .unwrap_or_default();
    let monitor = Monitor::default();
    let (sender, outcome) = bounded(1);
    std::thread::scope(|scope| {
        std::thread::Builder::new()
            .name("data-sweep".to_owned())
            .spawn_scoped(scope, || {
                let read = panics::catch(|| {
                    load_dataset(&config.data, needs, base, config.seed, &monitor)
                });
                // Nobody receives only where this is over.
                let _ = sender.send(read);
            })
            .map_err(|error| internal(&machine::no_thread(&error)))?;
        loop {
            match outcome.recv_timeout(TICK) {
                Ok(Ok(read)) => return read,
                Ok(Err(panic)) => return Err(internal(&panic)),
                Err(RecvTimeoutError::Disconnected) => return Err(internal("it was not read")),
                Err(RecvTimeoutError::Timeout) => {
                    if !wanted() {
                        monitor.cancel();
                    }
                }
            }
        }
    })
}

fn internal(problem: &str) -> DataError {
    DataError::Config {
        key: "path",
        problem: format!("internal error while reading the data: {problem}"),
    }
}
