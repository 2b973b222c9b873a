//! Random bytes, random text and damaged files: no reader panics.

use atelier::data::{self, Monitor};
use proptest::prelude::*;

use super::{config, fixture, gzip};

/// Valid files of every format, to be damaged.
fn valid() -> Vec<Vec<u8>> {
    let texts = [
        "196\t242\t3\t881250949\n186\t302\t3\t891717742\n22\t377\t1\t878887116\n",
        "userId,movieId,rating,timestamp\n1,\"a, b\",3.5,1112486027\n2,c,0.5,1112486028\n",
        "1::10::3.5\n1::20::4.0\n2::10::1.0\n",
        ",a,b,c\nann,5,,3.5\nbob,,,1\n",
        "%%MatrixMarket matrix coordinate real general\n%\n2 2 2\n1 1 5\n2 2 4\n",
    ];
    let mut files: Vec<Vec<u8>> = texts.iter().map(|text| text.as_bytes().to_vec()).collect();
    files.push(gzip(texts[0].as_bytes()));
    for name in [
        "csr.npz",
        "csc.npz",
        "coo.npz",
        "nan.npy",
        "zeros.npy",
        "dense.npz",
    ] {
        files.push(fixture(name));
    }
    files
}

/// Reads bytes as ratings; only a panic or an abort is wrong.
fn read_anything(content: &[u8]) {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("ratings"), content).expect("written");
    let read = data::load(
        &config("ratings").into(),
        folder.path(),
        1,
        &Monitor::default(),
    );
    if let Err(error) = read {
        let message = error.to_string();
        assert!(message.contains("ratings"), "{message}");
    }
}

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
    fn no_damage_to_a_valid_file_makes_a_reader_panic(
        file in 0..12_usize,
        edits in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6),
        cut in any::<prop::sample::Index>(),
        keep in 0..4,
    ) {
        let mut content = valid()[file].clone();
        for (at, byte) in edits {
            let at = at.index(content.len());
            content[at] = byte;
        }
        if keep == 0 {
            content.truncate(cut.index(content.len()));
        }
        read_anything(&content);
    }
}
