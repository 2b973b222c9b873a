//! Files that h5py and anndata wrote, and files that are damaged.

use std::io::Read;
use std::path::Path;

use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

use super::*;

const FILES: [&str; 7] = [
    "plain.h5",
    "latest.h5",
    "csr.h5ad",
    "csc.h5ad",
    "two.h5ad",
    "tenx.h5",
    "seven.mat",
];
const A: [f32; 12] = [0., 1., 2., 0., 3., 0., 0., 0., 0., 0., 5., 7.];

fn fixture(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/hdf5");
    let packed = std::fs::read(folder.join(format!("{name}.gz"))).expect("a fixture");
    let mut bytes = Vec::new();
    let mut unpacked = flate2::read::GzDecoder::new(&packed[..]);
    unpacked.read_to_end(&mut bytes).expect("unpacked");
    bytes
}

fn read(name: &str, variable: Option<&str>) -> RawMatrix {
    matrix(fixture(name), variable).expect(name)
}

fn cells(raw: &RawMatrix) -> Vec<f32> {
    let mut values = vec![0.0; raw.cells.rows() * raw.cells.columns()];
    for row in 0..raw.cells.rows() {
        for (column, value) in raw.cells.row(row) {
            values[row * raw.cells.columns() + column] = value;
        }
    }
    values
}

fn classes_of(raw: &RawMatrix) -> Vec<&str> {
    let classes = raw.row_classes.iter().flatten();
    classes
        .map(|class| class.as_deref().unwrap_or("none"))
        .collect()
}

fn says(raw: &RawMatrix, part: &str) -> bool {
    raw.notices.iter().any(|notice| notice.contains(part))
}

#[test]
fn datasets_of_every_type_and_layout() {
    for kind in [
        "i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8", "f2", "f4", "f8",
    ] {
        assert_eq!(
            cells(&read("plain.h5", Some(&format!("types/{kind}")))),
            A,
            "{kind}"
        );
    }
    let positive = A.map(|value| f32::from(u8::from(value > 0.0)));
    assert_eq!(cells(&read("plain.h5", Some("types/bool"))), positive);
    for variable in ["packed", "growing"] {
        let raw = read("plain.h5", Some(variable));
        assert_eq!(cells(&raw), A, "{variable}");
        assert_eq!(classes_of(&raw), ["b", "ä", "b"]);
    }
    let wrong = matrix(fixture("plain.h5"), None).expect_err("many");
    for part in [
        "several matrices",
        "types/f4 (3 × 4)",
        "packed (3 × 4)",
        "complex (3 × 4, complex numbers)",
        "cube (2 × 2 × 2)",
    ] {
        assert!(wrong.problem.contains(part), "{}", wrong.problem);
    }
    let latest = read("latest.h5", None);
    assert_eq!(
        (cells(&latest), classes_of(&latest)),
        (A.to_vec(), vec!["2", "1", "2"])
    );
    assert!(says(&latest, "deep/er/A (3 × 4) was read as the matrix"));
    let wrong = classes(fixture("plain.h5"), 9).expect_err("none of nine");
    assert!(wrong.problem.contains("no vector of 9 classes"));
}

#[test]
fn anndata_has_names_and_classes() {
    for name in ["csr.h5ad", "csc.h5ad"] {
        let raw = read(name, None);
        assert_eq!(cells(&raw), A, "{name}");
        assert!(raw.rows.ids().eq(["c1", "c2", "c3"]));
        assert!(raw.columns.ids().eq(["g1", "g2", "g3", "g4"]));
        assert_eq!(classes_of(&raw), ["b", "none", "a"]);
        assert!(says(
            &raw,
            "obs/cell_type was read as the true classes of the rows"
        ));
    }
    let twice = read("csc.h5ad", Some("layers/twice"));
    assert_eq!(cells(&twice), A.map(|value| 2.0 * value));
    assert!(twice.columns.ids().eq(["g1", "g2", "g3", "g4"]));
    assert!(says(
        &read("csc.h5ad", None),
        "data.variable can name another: layers/twice"
    ));
    let two = read("two.h5ad", None);
    assert_eq!(cells(&two), A);
    assert!(two.row_classes.is_none());
    assert!(says(&two, "(cell_type, leiden): none was read"));
}

#[test]
fn ten_x_has_a_row_for_each_feature_and_a_column_for_each_cell() {
    let raw = read("tenx.h5", None);
    assert_eq!(cells(&raw), A);
    assert!(raw.columns.ids().eq(["AAA-1", "CCC-1", "GGG-1", "TTT-1"]));
    // Two features have the same name: they are called by their ids.
    assert!(raw.rows.ids().eq(["E1", "E2", "E3"]));
    assert!(says(&raw, "3 features as rows, 4 cells as columns"));
}

#[test]
fn matlab_7_3_with_texts_cells_structs_and_sparse_matrices() {
    let raw = read("seven.mat", Some("data.fea"));
    assert_eq!(
        (cells(&raw), classes_of(&raw)),
        (A.to_vec(), vec!["b", "ä", "b"])
    );
    assert!(raw.rows.ids().eq(["1", "2", "3"]));
    let raw = read("seven.mat", Some("S"));
    assert_eq!(cells(&raw), A);
    assert_eq!(classes_of(&raw), ["sport", "art", "sport"]);
    let large = A.map(|value| f32::from(u8::from(value > 2.0)));
    assert_eq!(cells(&read("seven.mat", Some("rest"))), large);
    // `fea` is the usual name.
    let raw = read("seven.mat", None);
    assert!(says(
        &raw,
        "data.fea (3 × 4) was read as the matrix, for its name"
    ));
    let wrong = matrix(fixture("seven.mat"), Some("z")).expect_err("complex");
    assert!(
        wrong.problem.contains("z is complex numbers"),
        "{}",
        wrong.problem
    );
}

#[test]
fn what_is_cut_off_says_so_and_names_the_way_out() {
    let whole = fixture("seven.mat");
    for end in [520, 600, whole.len() / 2] {
        let wrong = matrix(whole[..end].to_vec(), Some("data.fea")).expect_err("cut off");
        assert!(
            wrong.problem.contains("7.3") || wrong.problem.contains("cannot be read"),
            "{}",
            wrong.problem
        );
    }
    let mut seven = b"MATLAB 7.3 MAT-file, Platform: GLNXA64".to_vec();
    seven.resize(512, b' ');
    seven.extend(MAGIC);
    assert!(is_hdf5(&seven));
    let wrong = matrix(seven, None).expect_err("nothing in it");
    assert!(wrong.problem.contains("7.3 (HDF5)") && wrong.remedy.contains("-v7"));
}

/// Reads damaged copies of every file, and classes from them; only a panic that gets through, or memory beyond bounds, is wrong.
fn mutate(times: u64) {
    for name in FILES {
        let whole = fixture(name);
        for seed in 0..times {
            let mut rng = ChaCha8Rng::seed_from_u64(seed);
            let mut bytes = whole.clone();
            for _ in 0..rng.random_range(1..6) {
                let at = rng.random_range(0..bytes.len());
                match rng.random_range(0..5) {
                    0 => bytes[at] ^= 1 << rng.random_range(0..8),
                    1 => bytes[at] = rng.random(),
                    2 => bytes[at] = 0xff,
                    3 => {
                        // A length or an address.
                        let end = (at + 8).min(bytes.len());
                        let number: u64 = rng.random::<u64>() >> rng.random_range(0..64);
                        bytes[at..end].copy_from_slice(&number.to_le_bytes()[..end - at]);
                    }
                    _ => bytes.truncate(at.max(8)),
                }
            }
            let listed = with_tree(bytes.clone(), |tree| Ok(tree.announced().to_vec()));
            for array in listed.unwrap_or_default() {
                let _ = matrix(bytes.clone(), Some(&array.name));
            }
            let _ = matrix(bytes.clone(), None);
            let _ = classes(bytes, 3);
        }
    }
}

#[test]
fn no_damage_breaks_the_reader() {
    mutate(20);
}

#[test]
#[ignore = "a campaign: ATELIER_MUTATIONS files of each kind, 1,000 if it is not set"]
fn no_damage_breaks_the_reader_in_many_files() {
    let times = std::env::var("ATELIER_MUTATIONS").ok();
    mutate(times.and_then(|times| times.parse().ok()).unwrap_or(1_000));
}
