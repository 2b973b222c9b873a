//! From the `[data]` table of a config to a data set.

use std::path::Path;
use std::sync::Arc;

use super::assemble::group_by_user;
use super::formats::{self, Digest, Names, Options, Table};
use super::images::{self, ImageNeeds};
use super::oddities::oddities;
use super::ratings::scale_of;
use super::{
    DataError, Dataset, Filled, Fingerprint, Labels, MatrixData, Monitor, Ratings, RatingsData,
    RatingsSource, Source, Sparse, alike, matrix, split, titles,
};

/// Reads what `source` names, for a system that needs nothing special of it; relative paths start from `base`, and `seed` draws the test
/// set. The monitor counts bytes.
///
/// # Errors
/// If a file cannot be read or its content is wrong, the source contradicts itself, or the monitor is canceled.
pub fn load(
    source: &Source,
    base: &Path,
    seed: u64,
    monitor: &Monitor,
) -> Result<Dataset, DataError> {
    load_with(
        source,
        ImageNeeds::default(),
        base,
        seed,
        monitor,
        |_, _| {
            Err(DataError::Config {
                key: "missing",
                problem: "is \"autorec\", and the runs that predict are not known here".to_owned(),
            })
        },
    )
}

/// True if a file can only be read as a matrix, not as ratings, by its content. False if it cannot be read.
#[must_use]
pub fn holds_only_a_matrix(path: &Path) -> bool {
    formats::holds_only_a_matrix(path)
}

/// The names of the matrices in a file that can hold several (MAT, npz, HDF5); none if it is another or cannot be read.
#[must_use]
pub fn variables(path: &Path, monitor: &Monitor) -> Vec<String> {
    formats::variables(path, monitor)
}

/// The names of the files in a zip archive that could be the data; none if it is another file or cannot be read.
#[must_use]
pub fn members(path: &Path) -> Vec<String> {
    formats::members(path)
}

/// As [`load`], with what a system needs of images, and a function that predicts the missing cells of a matrix where the source asks for it.
///
/// # Errors
/// As [`load`], and if `complete` fails.
pub fn load_with(
    source: &Source,
    needs: ImageNeeds,
    base: &Path,
    seed: u64,
    monitor: &Monitor,
    complete: impl FnOnce(&MatrixData, &Monitor) -> Result<Filled, DataError>,
) -> Result<Dataset, DataError> {
    source.check()?;
    let source = source.absolute(base).map_err(|error| DataError::Config {
        key: "path",
        problem: error.problem,
    })?;
    match &source {
        Source::Ratings(source) => load_ratings(source, seed, monitor),
        Source::Matrix(source) => matrix::load(source, monitor, complete)
            .map(Arc::new)
            .map(Dataset::Matrix),
        Source::Images(source) => images::load(source, needs, seed, monitor)
            .map(Arc::new)
            .map(Dataset::Images),
    }
}

fn load_ratings(
    source: &RatingsSource,
    seed: u64,
    monitor: &Monitor,
) -> Result<Dataset, DataError> {
    let holdout = source.holdout()?;
    let path = source.path.as_path();
    let test_path = source.test.as_deref();
    let size = |path: &Path| std::fs::metadata(path).map_or(0, |metadata| metadata.len());
    monitor.set_total(size(path) + test_path.map_or(0, size));

    let mut names = Names::default();
    let options = source.options();
    let (mut table, digest) = formats::read(path, &mut names, &options, monitor)?;
    let (warm_users, warm_items) = (names.users.len(), names.items.len());
    let test = match test_path {
        Some(test_path) => {
            // `member` names a file in the archive of the training ratings.
            let options = Options {
                member: source.test_member.as_deref(),
                is_test: true,
                ..options
            };
            let read = formats::read(test_path, &mut names, &options, monitor);
            Some(read.map_err(|error| match error {
                DataError::Config {
                    key: "member",
                    problem,
                } => DataError::Config {
                    key: "test_member",
                    problem,
                },
                other => other,
            })?)
        }
        None => None,
    };
    let mut notices = std::mem::take(&mut table.notices);
    let (mut test_table, test_digest) = test.unzip();
    if let Some(test) = &mut test_table {
        notices.append(&mut test.notices);
        notice_cold(&mut notices, &names, warm_users, warm_items);
    }
    if table.positions {
        sort_positions(&mut names, &mut table, test_table.as_mut());
    }

    let (users, items) = (names.users.len(), names.items.len());
    let all = group_by_user(users, items, table.chunks);
    stop_if_canceled(monitor)?;
    notice_duplicates(&mut notices, path, all.duplicates);
    notices.extend(oddities(&all.by_user));
    notices.extend(alike::notices(&names.users, "users"));
    notices.extend(alike::notices(&names.items, "items"));
    let (train, test) = match (test_table, test_path) {
        (Some(test_table), Some(test_path)) => {
            let test = group_by_user(users, items, test_table.chunks);
            notice_duplicates(&mut notices, test_path, test.duplicates);
            notice_shared(&mut notices, &all.by_user, &test.by_user);
            (
                (all.by_user, all.timestamps),
                (test.by_user, test.timestamps),
            )
        }
        _ => split::split(
            path,
            all.by_user,
            all.timestamps,
            holdout,
            seed,
            &mut notices,
        )?,
    };
    stop_if_canceled(monitor)?;
    let train = Ratings::new(train.0, train.1);
    let test = Ratings::new(test.0, test.1);
    stop_if_canceled(monitor)?;

    let fingerprint = fingerprint(path, digest, test_digest, &train, &test);
    let mut data = RatingsData {
        scale: scale_of(&train),
        train,
        test,
        users: names.users,
        items: names.items,
        notices,
        fingerprint,
        titles: None,
    };
    notice_shape(&mut data);
    data.titles = titles::add(
        (&mut data.users, &mut data.items),
        path,
        source.items.as_deref(),
        true,
        &mut data.notices,
    )?;
    Ok(Dataset::Ratings(Arc::new(data)))
}

pub(super) fn stop_if_canceled(monitor: &Monitor) -> Result<(), DataError> {
    if monitor.is_canceled() {
        return Err(DataError::Canceled);
    }
    Ok(())
}

fn fingerprint(
    path: &Path,
    digest: Digest,
    test: Option<Digest>,
    train_ratings: &Ratings,
    test_ratings: &Ratings,
) -> Fingerprint {
    let hash = match test {
        None => digest.hash,
        Some(test) => {
            let mut hasher = blake3::Hasher::new();
            hasher.update(digest.hash.as_bytes());
            hasher.update(test.hash.as_bytes());
            hasher.finalize()
        }
    };
    Fingerprint {
        path: path.to_owned(),
        bytes: digest.bytes + test.map_or(0, |test| test.bytes),
        hash: hash.to_string(),
        rows: train_ratings.users() as u64,
        columns: train_ratings.items() as u64,
        cells: (train_ratings.len() + test_ratings.len()) as u64,
    }
}

/// Puts the rows and columns of a matrix into their order there.
fn sort_positions(names: &mut Names, table: &mut Table, test: Option<&mut Table>) {
    let users = sorted_as_numbers(&mut names.users);
    let items = sorted_as_numbers(&mut names.items);
    let tables = std::iter::once(table).chain(test);
    for chunk in tables.flat_map(|table| &mut table.chunks) {
        for user in &mut chunk.users {
            *user = users[*user as usize];
        }
        for item in &mut chunk.items {
            *item = items[*item as usize];
        }
    }
}

/// Sorts labels as numbers (others last, in their order); returns the new index of each old one.
fn sorted_as_numbers(labels: &mut Labels) -> Vec<u32> {
    let mut order: Vec<u32> = (0..labels.len() as u32).collect();
    order.sort_by_key(|&index| labels.id(index as usize).parse::<u64>().unwrap_or(u64::MAX));
    *labels = labels.reordered(&order);
    let mut new = vec![0; order.len()];
    for (index, &old) in order.iter().enumerate() {
        new[old as usize] = index as u32;
    }
    new
}

fn notice_cold(notices: &mut Vec<String>, names: &Names, warm_users: usize, warm_items: usize) {
    let users = names.users.len() - warm_users;
    let items = names.items.len() - warm_items;
    if users + items > 0 {
        notices.push(format!(
            "{} only in the test file: nothing can be learned about them",
            users_and_items(users, items)
        ));
    }
}

/// `2 users and 1 item`, without what there is none of.
fn users_and_items(users: usize, items: usize) -> String {
    match (users, items) {
        (_, 0) => counted(users, "user", "users"),
        (0, _) => counted(items, "item", "items"),
        _ => format!(
            "{} and {}",
            counted(users, "user", "users"),
            counted(items, "item", "items")
        ),
    }
}

fn notice_duplicates(notices: &mut Vec<String>, path: &Path, duplicates: usize) {
    if duplicates > 0 {
        notices.push(format!(
            "{}: {} replaced by a later one of the same user and item",
            path.display(),
            counted(duplicates, "rating was", "ratings were")
        ));
    }
}

fn notice_shared(notices: &mut Vec<String>, train: &Sparse, test: &Sparse) {
    let shared: usize = (0..test.rows())
        .map(|user| {
            let known = train.row(user).0;
            let is_known = |item: &&u32| known.binary_search(item).is_ok();
            test.row(user).0.iter().filter(is_known).count()
        })
        .sum();
    if shared > 0 {
        notices.push(format!(
            "{} in both files: the test measures ratings that the model has seen",
            counted(shared, "pair stands", "pairs stand")
        ));
    }
}

/// Notices of training ratings that little can be learned from.
fn notice_shape(data: &mut RatingsData) {
    let with_one = |rows: &Sparse| {
        rows.offsets()
            .windows(2)
            .filter(|w| w[1] - w[0] == 1)
            .count()
    };
    let (users, items) = (
        with_one(data.train.by_user()),
        with_one(data.train.by_item()),
    );
    if !data.train.is_empty() && data.scale.0 == data.scale.1 {
        data.notices.push(format!(
            "every training rating is {}: there is nothing to learn",
            data.scale.0
        ));
    }
    if users + items > 0 {
        data.notices.push(format!(
            "{} with a single training rating: little can be learned about them",
            users_and_items(users, items)
        ));
    }
}

/// `1 user`, `2,000 users`.
pub(super) fn counted(count: usize, one: &str, many: &str) -> String {
    let digits = count.to_string();
    let mut grouped = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    format!("{grouped} {}", if count == 1 { one } else { many })
}
