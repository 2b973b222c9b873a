//! Reading data with progress and Ctrl-C.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use super::failure::{Failure, Outcome};
use super::interrupt;
use super::progress::Progress;
use crate::data::{DataError, Dataset, Monitor, RatingsData};
use crate::engine;
use crate::runs::RunConfig;
use crate::systems;

const TICK: Duration = Duration::from_millis(50);

/// Reads on a thread of its own, with progress; Ctrl-C cancels.
pub(crate) fn watched<T: Send>(
    progress: &mut Progress,
    read: impl FnOnce(&Monitor) -> T + Send,
) -> Outcome<T> {
    let monitor = Monitor::default();
    std::thread::scope(|scope| {
        let reader = std::thread::Builder::new()
            .name("read data".to_owned())
            .spawn_scoped(scope, || read(&monitor))
            .map_err(|error| Failure::failed(engine::machine::no_thread(&error)))?;
        while !reader.is_finished() {
            std::thread::sleep(TICK);
            progress.reading(monitor.fraction());
            if interrupt::interrupted() {
                monitor.cancel();
            }
        }
        reader.join().map_err(|_| {
            Failure::failed("reading the data failed unexpectedly; please report this")
        })
    })
}

/// Reads the data of a config, as far as its system can use it; relative paths start at `base`.
pub(crate) fn load(config: &RunConfig, base: &Path, progress: &mut Progress) -> Outcome<Dataset> {
    let needs = systems::find(&config.system)
        .map(|system| config.image_needs(system))
        .unwrap_or_default();
    let (source, seed) = (&config.data, config.seed);
    let loaded = watched(progress, |monitor| {
        engine::load_dataset(source, needs, base, seed, monitor)
    })?;
    match loaded {
        Err(DataError::Canceled) => Err(Failure::Stopped),
        Err(error) => Err(Failure::Wrong(error.into())),
        Ok(dataset) => Ok(dataset),
    }
}

/// The ratings of a data set; a failure if it is another kind of data.
pub(crate) fn ratings(dataset: &Dataset) -> Outcome<&Arc<RatingsData>> {
    dataset
        .ratings()
        .ok_or_else(|| Failure::wrong("this run was not trained on ratings, so it predicts none"))
}
