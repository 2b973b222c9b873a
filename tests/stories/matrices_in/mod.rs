//! A person opens a matrix: every format of the field is recognized by its content, whatever the file is called.

mod files;
mod tables;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use atelier::data::images::ImageNeeds;
use atelier::data::{
    self, Cells, Classes, DataError, MatrixData, MatrixSource, Missing, Monitor, RatingsSource,
};

fn load(config: &MatrixSource, base: &Path) -> Result<Arc<MatrixData>, DataError> {
    let data = data::load(&config.clone().into(), base, 1, &Monitor::default())?;
    Ok(Arc::clone(data.matrix().expect("a matrix")))
}

fn at(path: &str) -> MatrixSource {
    MatrixSource {
        path: PathBuf::from(path),
        ..MatrixSource::default()
    }
}

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/matrices")
}

fn fixture(name: &str) -> Arc<MatrixData> {
    load(&at(name), &fixtures()).expect(name)
}

/// Reads text as a file with a name that tells nothing.
#[track_caller]
fn read(content: &str) -> Arc<MatrixData> {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("file"), content).expect("written");
    load(&at("file"), folder.path()).expect("a matrix")
}

/// All cells row by row, zero where none is stored.
fn dense(cells: &Cells) -> Vec<f32> {
    let columns = cells.columns();
    let mut values = vec![0.0; cells.rows() * columns];
    for row in 0..cells.rows() {
        for (column, value) in cells.row(row) {
            values[row * columns + column] = value;
        }
    }
    values
}

fn ids(labels: &data::Labels) -> Vec<&str> {
    labels.ids().collect()
}

fn classes(classes: Option<&Classes>) -> Vec<Option<&str>> {
    let classes = classes.expect("classes");
    let name = |class: &Option<u32>| class.map(|class| classes.names[class as usize].as_str());
    classes.of.iter().map(name).collect()
}

/// Whether a notice has these words.
fn notices(data: &MatrixData, words: &str) -> bool {
    data.notices.iter().any(|notice| notice.contains(words))
}

/// The matrix of `fixtures/matrices/make.py`.
const A: [f32; 12] = [0., 1., 2., 0., 3., 0., 0., 0., 0., 0., 5., 7.];
const POSITIVE: [f32; 12] = [0., 1., 1., 0., 1., 0., 0., 0., 0., 0., 1., 1.];

#[test]
fn ratings_are_a_matrix_of_which_most_cells_are_missing() {
    let folder = tempfile::tempdir().expect("a folder");
    data::sample::write_ratings(folder.path(), 3).expect("written");
    let ratings = data::load(
        &RatingsSource {
            path: "ratings.csv".into(),
            ..RatingsSource::default()
        }
        .into(),
        folder.path(),
        1,
        &Monitor::default(),
    );
    let ratings = ratings.expect("ratings");
    let ratings = ratings.ratings().expect("ratings");
    let config = MatrixSource {
        row_labels: Some("user_groups.csv".into()),
        column_labels: Some("item_groups.csv".into()),
        ..at("ratings.csv")
    };
    let data = load(&config, folder.path()).expect("a matrix");
    assert!(data.absent_is_missing);
    assert_eq!(ids(&data.rows), ids(&ratings.users));
    assert_eq!(data.observed.stored(), ratings.train.len());
    // Titles as for ratings, and groups by id.
    assert_eq!(data.columns.title(0), ratings.items.title(0));
    assert!(data.columns.title(0).is_some() && data.rows.title(0).is_some());
    let groups = std::fs::read_to_string(folder.path().join("user_groups.csv")).expect("groups");
    let found = classes(data.row_classes.as_ref());
    for (row, class) in found.iter().enumerate() {
        let line = format!("\n{},{}\n", data.rows.id(row), class.expect("a group"));
        assert!(groups.contains(&line), "{line}");
    }
    assert_eq!(
        data.column_classes.as_ref().map(|classes| classes.of.len()),
        Some(data.columns.len())
    );
}

#[test]
fn labels_come_from_a_second_file_by_name_or_in_order() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, content: &str| {
        std::fs::write(folder.path().join(name), content).expect("written");
    };
    write("m", ",x,y,z\nann,1,0,2\nbob,0,3,1\ncy,5,4,4\n");
    let with = |labels: &str| {
        let config = MatrixSource {
            row_labels: Some(PathBuf::from(labels)),
            ..at("m")
        };
        load(&config, folder.path()).expect(labels)
    };
    let found = |data: &MatrixData| {
        let found = classes(data.row_classes.as_ref());
        found
            .into_iter()
            .map(|class| class.unwrap_or("-").to_owned())
            .collect::<Vec<_>>()
    };
    write(
        "names.csv",
        "who,age,group\ncy,7,b\nzoe,8,a\nann,9,\"a, too\"\n",
    );
    let data = with("names.csv");
    assert_eq!(found(&data), ["a, too", "-", "b"]);
    assert!(
        notices(&data, "1 name is with a class not among the rows"),
        "{:?}",
        data.notices
    );
    assert!(notices(&data, "1 row has no class"));
    write("headless.tsv", "bob\tb\nann\ta\ncy\tb\n");
    assert_eq!(found(&with("headless.tsv")), ["a", "b", "b"]);
    write("order", "p, q\nr\n\"p, q\"\n");
    assert_eq!(found(&with("order")), ["p, q", "r", "p, q"]);
    write("headed", "class\n10\n9\n10\n\n");
    let data = with("headed");
    assert_eq!(found(&data), ["10", "9", "10"]);
    assert_eq!(
        data.row_classes.as_ref().expect("classes").names,
        ["9", "10"]
    );
    for (name, expected) in [
        ("classes.npy", ["b", "a", "b"]),
        ("fea_gnd.mat", ["2", "1", "2"]),
    ] {
        std::fs::copy(fixtures().join(name), folder.path().join(name)).expect("copied");
        assert_eq!(found(&with(name)), expected, "{name}");
    }
}

#[test]
fn a_constant_row_or_column_is_set_aside_and_said() {
    let data = read("a,b,c,d\n1,5,0,2\n3,5,0,1\n2,2,2,2\n0,5,0,7\n");
    // Row 3 is constant; without it columns b and c are.
    assert_eq!(data.active_rows, [0, 1, 3]);
    assert_eq!(data.active_columns, [0, 3]);
    assert!(notices(&data, "1 row has one value everywhere: set aside"));
    assert!(
        notices(&data, "2 columns have one value everywhere"),
        "{:?}",
        data.notices
    );
}

#[test]
fn names_that_come_twice_are_kept_apart() {
    let data = read(",x,y,x\ng,1,2,3\ng,4,5,7\n");
    assert_eq!(ids(&data.rows), ["g", "g (2)"]);
    assert_eq!(ids(&data.columns), ["x", "y", "x (2)"]);
    assert!(notices(&data, "1 row has the name of another"));
}

#[test]
fn a_finished_run_of_autorec_completes_the_matrix() {
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample_data");
    let run = std::fs::read_dir(samples.join("runs"))
        .expect("sample runs")
        .map(|entry| entry.expect("an entry").path())
        .find(|path| path.to_string_lossy().contains("_autorec_"))
        .expect("a sample run of AutoRec");
    // What the run itself predicted for its test ratings, which are left out of the matrix.
    let predictions = std::fs::read_to_string(run.join("artifacts/predictions.csv"));
    let predictions: Vec<(String, f32)> = predictions
        .expect("predictions")
        .lines()
        .skip(1)
        .map(|line| {
            let fields: Vec<&str> = line.split(',').collect();
            let predicted = fields[3].parse().expect("a prediction");
            (format!("{},{}", fields[0], fields[1]), predicted)
        })
        .collect();
    let held_out: std::collections::HashSet<&str> =
        predictions.iter().map(|(pair, _)| pair.as_str()).collect();
    let ratings = std::fs::read_to_string(samples.join("ratings/ratings.csv")).expect("ratings");
    let kept = ratings.lines().filter(|line| {
        let pair = line.rsplitn(3, ',').nth(2).expect("four fields");
        !held_out.contains(pair)
    });
    let folder = tempfile::tempdir().expect("a folder");
    let text: String = kept.map(|line| format!("{line}\n")).collect();
    std::fs::write(folder.path().join("file"), text + "new,1,4.5,1474043810\n").expect("written");

    let config = MatrixSource {
        missing: Missing::Predicted,
        completed_by: Some(run.clone()),
        ..at("file")
    };
    let load = |config: &MatrixSource| {
        atelier::engine::load_dataset(
            &config.clone().into(),
            ImageNeeds::default(),
            folder.path(),
            1,
            &Monitor::default(),
        )
    };
    let data = load(&config).expect("a matrix");
    let data = data.matrix().expect("a matrix");
    let Cells::Dense(filled) = &data.filled else {
        unreachable!("filled cells are dense")
    };
    let cell = |user: &str, item: &str| {
        let row = data.rows.find(user).expect("a user");
        filled.row(row)[data.columns.find(item).expect("an item")]
    };
    for (pair, predicted) in &predictions {
        let (user, item) = pair.split_once(',').expect("a pair");
        let found = cell(user, item);
        assert!(
            (found - predicted).abs() < 1e-4,
            "{pair}: {found}, {predicted}"
        );
    }
    // Ratings that are there stay, and a user that the run does not know has the mean of all.
    assert_eq!(cell("new", "1"), 4.5);
    assert!((cell("new", "2") - cell("new", "3")).abs() < 1e-6);
    assert!(
        notices(data, "are predicted by AutoRec"),
        "{:?}",
        data.notices
    );
    assert!(notices(data, "does not know 1 of the rows"));
    let zeros = load(&at("file")).expect("a matrix");
    assert_ne!(zeros.fingerprint().hash, data.fingerprint.hash);

    let wrong = |run: &Path| {
        let config = MatrixSource {
            completed_by: Some(run.to_owned()),
            ..config.clone()
        };
        load(&config).expect_err("no run").to_string()
    };
    assert!(wrong(folder.path()).contains("run.json"));
    assert!(wrong(Path::new("nowhere")).contains("does not exist"));
    std::fs::write(
        folder.path().join("file"),
        "row,column,value\na,b,1\na,c,2\nd,b,3\n",
    )
    .expect("written");
    assert!(wrong(&run).contains("none of the run's users"));
}
