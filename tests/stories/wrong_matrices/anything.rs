//! Files that are damaged at random.

use atelier::data::{self, MatrixSource, Missing, Monitor};
use proptest::prelude::*;

use super::matlab::{element, mat, variable};
use super::{config, fixture};

/// Reads bytes as a matrix, with its own bytes as labels too; only a panic or an abort is wrong.
fn read_anything(content: &[u8]) {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("matrix"), content).expect("written");
    for missing in [Missing::Zero, Missing::RowMean] {
        let config = MatrixSource {
            missing,
            ..config()
        };
        if let Err(error) = data::load(
            &config.clone().into(),
            folder.path(),
            1,
            &Monitor::default(),
        ) {
            let message = error.to_string();
            assert!(message.contains("matrix"), "{message}");
        }
    }
    std::fs::write(
        folder.path().join("table"),
        ",x,y,z\nann,1,0,2\nbob,0,3,1\n",
    )
    .expect("written");
    let labels = MatrixSource {
        path: "table".into(),
        row_labels: Some("matrix".into()),
        ..config()
    };
    let _ = data::load(
        &labels.clone().into(),
        folder.path(),
        1,
        &Monitor::default(),
    );
}

const FILES: [&str; 16] = [
    "array.mtx",
    "big_endian.mat",
    "classes.npy",
    "coo.npz",
    "csc.npz",
    "csr.npz",
    "f2.npy",
    "fea_gnd.mat",
    "little_endian.mat",
    "one.mat",
    "pattern.mtx",
    "several.npz",
    "skew_array.mtx",
    "symmetric.mtx",
    "types_v6.mat",
    "version_4.mat",
];

const TABLES: [&str; 4] = [
    ",x,y,z\nann,1,0,2\nbob,0,3,1\n",
    "x,y,z,species\n1,2,3,cat\n4,5,7,dog\n",
    "\"x\" \"y\" \"z\"\n\"a\" 1 NA 2\n\"b\" 0 3 -0.1\n",
    "i,j,v\n1,1,5\n1,2,3\n",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_make_a_reader_panic(content in proptest::collection::vec(any::<u8>(), 0..400)) {
        read_anything(&content);
    }

    #[test]
    fn no_text_makes_a_reader_panic(content in "[0-9a-z,;:|\t \n\r\"%#.+-]{0,200}") {
        read_anything(content.as_bytes());
    }

    #[test]
    fn no_content_of_a_mat_file_makes_the_reader_panic(
        content in proptest::collection::vec(any::<u8>(), 0..400),
        small in any::<bool>(),
    ) {
        // Mostly plausible tags, so that the reader gets further.
        let tamed: Vec<u8> = content.iter().map(|byte| if small { byte % 16 } else { *byte }).collect();
        read_anything(&mat(&tamed));
    }

    #[test]
    fn no_elements_of_a_mat_file_make_the_reader_panic(
        class in 0_u32..20,
        shape in proptest::collection::vec(-1_i32..5, 0..4),
        elements in proptest::collection::vec((0_u32..20, proptest::collection::vec(0_u8..5, 0..64)), 0..4),
    ) {
        let elements: Vec<Vec<u8>> = elements.iter().map(|(kind, payload)| element(*kind, payload)).collect();
        read_anything(&mat(&variable(class, &shape, &elements)));
    }

    #[test]
    fn no_damage_to_a_valid_file_makes_a_reader_panic(
        file in 0..FILES.len() + TABLES.len(),
        damage in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..8),
        end in any::<prop::sample::Index>(),
        cut in any::<bool>(),
    ) {
        let mut content = match FILES.get(file) {
            Some(name) => fixture(name),
            None => TABLES[file - FILES.len()].as_bytes().to_vec(),
        };
        for (at, byte) in damage {
            let at = at.index(content.len());
            content[at] = byte;
        }
        if cut {
            content.truncate(end.index(content.len()));
        }
        read_anything(&content);
    }
}
