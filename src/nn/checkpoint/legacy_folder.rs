//! Checkpoints of earlier versions: each array in a `.npy` file of its own, the state in `state.toml`, other values in `<name>.json`.

use std::io::{BufReader, Read as _, Seek as _};
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;

use super::CheckpointError;
use crate::record::{files, npy};

const STATE: &str = "state.toml";
/// The longest header of a `.npy` file and the longest state, in bytes.
const MAX_HEADER: u64 = 1 << 16;
/// The longest of the other texts, in bytes.
const MAX_JSON: u64 = 1 << 22;

/// Reads `name.npy`, which must have this shape.
pub(super) fn read_array(
    folder: &Path,
    name: &str,
    shape: &[usize],
) -> Result<Vec<f32>, CheckpointError> {
    let path = array_path(folder, name);
    let expected: Vec<u64> = shape.iter().map(|size| *size as u64).collect();
    let bytes = expected
        .iter()
        .try_fold(4_u64, |all, size| all.checked_mul(*size));
    let read = || -> Result<Vec<f32>, String> {
        let mut file = files::open(&path).map_err(|error| error.to_string())?;
        let length = file.metadata().map_err(|error| error.to_string())?.len();
        // Before anything is allocated on the header's word.
        if bytes.is_none_or(|bytes| length < bytes || length > bytes.saturating_add(MAX_HEADER)) {
            return Err(format!(
                "it should hold numbers of 4 bytes in shape {expected:?}, but has {length} bytes: it belongs to another run, or is damaged"
            ));
        }
        let mut head = Vec::new();
        (&file)
            .take(npy::MOST)
            .read_to_end(&mut head)
            .and_then(|_| file.rewind())
            .map_err(|error| error.to_string())?;
        npy::check_header(&head)?;
        let array = npyz::NpyFile::new(BufReader::new(file)).map_err(|error| error.to_string())?;
        if array.shape() != expected || array.order() != npyz::Order::C {
            return Err(format!(
                "it should have shape {expected:?}, but has {:?}: it belongs to another run",
                array.shape()
            ));
        }
        array.into_vec().map_err(|error| error.to_string())
    };
    read().map_err(|reason| CheckpointError::read(&path, reason))
}

/// True if there is an array of this name.
pub(super) fn has_array(folder: &Path, name: &str) -> bool {
    files::is_file(&array_path(folder, name))
}

/// True if there is a `state.toml`.
pub(super) fn has_state(folder: &Path) -> bool {
    files::is_file(&folder.join(STATE))
}

/// Reads `state.toml`.
pub(super) fn read_state<S: DeserializeOwned>(folder: &Path) -> Result<S, CheckpointError> {
    let path = folder.join(STATE);
    let state = text(&path, MAX_HEADER)
        .and_then(|text| toml::from_str(&text).map_err(|error| error.to_string()));
    state.map_err(|reason| CheckpointError::read(&path, reason))
}

/// Reads `name.json`.
pub(super) fn read_value<S: DeserializeOwned>(
    folder: &Path,
    name: &str,
) -> Result<S, CheckpointError> {
    let path = folder.join(format!("{name}.json"));
    let value = text(&path, MAX_JSON)
        .and_then(|text| serde_json::from_str(&text).map_err(|error| error.to_string()));
    value.map_err(|reason| CheckpointError::read(&path, reason))
}

/// The text of a file that is not longer than `most` bytes.
pub(super) fn text(path: &Path, most: u64) -> Result<String, String> {
    files::read_text(path, most).map_err(|error| error.to_string())
}

fn array_path(folder: &Path, name: &str) -> PathBuf {
    folder.join(format!("{name}.npy"))
}

#[cfg(test)]
mod tests {
    use std::fs::{self, File};

    use npyz::WriterBuilder;

    use super::*;

    fn write_array(folder: &Path, name: &str, shape: &[u64], values: &[f32]) {
        let file = File::create(array_path(folder, name)).expect("created");
        let options = npyz::WriteOptions::new().default_dtype().shape(shape);
        let mut array = options.writer(file).begin_nd().expect("begun");
        array.extend(values.iter().copied()).expect("written");
        array.finish().expect("written");
    }

    #[test]
    fn arrays_of_another_shape_or_cut_short_are_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        let values = [0.1, -0.0, f32::MIN_POSITIVE, 1.0e-40, f32::INFINITY, 3.3];
        write_array(folder.path(), "weights", &[2, 3], &values);
        let back = read_array(folder.path(), "weights", &[2, 3]).expect("read");
        assert!(
            back.iter()
                .zip(values)
                .all(|(a, b)| a.to_bits() == b.to_bits())
        );
        let reason = |shape: &[usize]| {
            let error = read_array(folder.path(), "weights", shape).expect_err("wrong");
            error.to_string()
        };
        assert!(reason(&[3, 2]).contains("shape [3, 2]"));
        assert!(reason(&[20_000, 20_000]).contains("[20000, 20000]"));
        assert!(reason(&[usize::MAX, 2]).contains("weights.npy"));
        let path = folder.path().join("weights.npy");
        let bytes = fs::read(&path).expect("read");
        fs::write(&path, &bytes[..bytes.len() - 1]).expect("written");
        assert!(read_array(folder.path(), "weights", &[2, 3]).is_err());
        fs::write(&path, &bytes[..30]).expect("written");
        assert!(reason(&[2, 3]).contains("weights.npy"));
        // The header of an array of one number whose parser would double its time with each bracket.
        let mut deep =
            b"\x93NUMPY\x01\x00\x5c\x00{'descr': '<f4', 'fortran_order': False, 'shape': ".to_vec();
        deep.resize(10 + 0x5c, b'[');
        deep.extend([0; 4]);
        fs::write(&path, deep).expect("written");
        assert!(reason(&[1]).contains("brackets"));
    }
}
