//! A person opens a file of ratings: every format of the field is recognised by its content.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use atelier::data::{self, DataConfig, DataError, Dataset, Monitor, RatingsData};

fn load(config: &DataConfig, base: &Path) -> Result<Arc<RatingsData>, DataError> {
    match data::load(config, base, 1, &Monitor::default())? {
        Dataset::Ratings(ratings) => Ok(ratings),
    }
}

fn path(path: &str) -> DataConfig {
    DataConfig {
        path: PathBuf::from(path),
        ..DataConfig::default()
    }
}

/// MovieLens 100k, where this machine has it.
fn movielens() -> Option<PathBuf> {
    let folder = std::env::var_os("ATELIER_DATA").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data"),
        PathBuf::from,
    );
    let folder = folder.join("ml-100k");
    if folder.join("u.data").is_file() {
        return Some(folder);
    }
    eprintln!("skipped: no ml-100k in the folder that ATELIER_DATA names");
    None
}

#[test]
fn movielens_100k_with_its_titles() {
    let Some(folder) = movielens() else { return };
    let data = load(&path("u.data"), &folder).expect("u.data");
    // The numbers of u.info.
    assert_eq!((data.users.len(), data.items.len()), (943, 1682));
    assert_eq!(data.train.len(), 100_000);
    assert_eq!(data.scale, (1.0, 5.0));
    assert!(data.test.is_empty());
    let user = data.users.find("196").expect("user 196");
    let item = data.items.find("242").expect("item 242");
    assert_eq!(data.items.title(item), Some("Kolya (1996)"));
    assert_eq!(data.train.by_user().get(user, item), Some(3.0));
    assert_eq!(data.train.by_item().get(item, user), Some(3.0));
    assert_eq!(data.fingerprint.bytes, 1_979_173);
}

#[test]
fn movielens_100k_with_its_own_split() {
    let Some(folder) = movielens() else { return };
    let config = DataConfig {
        test: Some(PathBuf::from("u1.test")),
        ..path("u1.base")
    };
    let data = load(&config, &folder).expect("u1");
    assert_eq!((data.train.len(), data.test.len()), (80_000, 20_000));
    assert_eq!((data.users.len(), data.items.len()), (943, 1682));
    // 32 items of the test set have no rating in u1.base: `comm -23 <(cut -f2 u1.test | sort -u) <(cut -f2 u1.base | sort -u)`.
    let cold = data
        .train
        .by_item()
        .offsets()
        .windows(2)
        .filter(|w| w[0] == w[1])
        .count();
    assert_eq!(cold, 32);
}
