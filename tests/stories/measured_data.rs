//! Data that is measured with but not part of the project: where it is, and reading it.

use std::path::{Path, PathBuf};

use atelier::data::{self, Dataset, Monitor, RatingsSource};

/// The folder that `ATELIER_DATA` names. Stories that use it are ignored where `build.rs` found none.
pub(crate) fn folder() -> PathBuf {
    std::env::var_os("ATELIER_DATA").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data"),
        PathBuf::from,
    )
}

/// MovieLens 100k in its official split `u1.base` and `u1.test`.
pub(crate) fn movielens() -> Dataset {
    let config = RatingsSource {
        path: "u1.base".into(),
        test: Some("u1.test".into()),
        ..RatingsSource::default()
    };
    let folder = folder().join("ml-100k");
    data::load(&config.clone().into(), &folder, 1, &Monitor::default()).expect("MovieLens loads")
}
