//! Reading data with progress and Ctrl-C.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use super::failure::{Failure, Outcome, ResultExt as _};
use super::interrupt;
use super::progress::Progress;
use crate::data::{DataConfig, DataError, Dataset, Monitor, RatingsData};
use crate::engine;

const TICK: Duration = Duration::from_millis(50);

/// Reads the data of a config; relative paths start at `base`.
pub(crate) fn load(
    config: &DataConfig,
    base: &Path,
    seed: u64,
    progress: &mut Progress,
) -> Outcome<Dataset> {
    let monitor = Monitor::default();
    let loaded = std::thread::scope(|scope| {
        let reader = std::thread::Builder::new()
            .name("read data".to_owned())
            .spawn_scoped(scope, || engine::load_dataset(config, base, seed, &monitor))
            .or_failed()?;
        while !reader.is_finished() {
            std::thread::sleep(TICK);
            progress.reading(monitor.fraction());
            if interrupt::interrupted() {
                monitor.cancel();
            }
        }
        reader
            .join()
            .map_err(|_| Failure::failed("reading the data crashed; please report this"))
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
        .ok_or_else(|| Failure::wrong("the run does not learn from ratings: it predicts none"))
}
