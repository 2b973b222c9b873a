//! Files of a checkpoint: arrays as `.npy`, which Python reads too, and the rest as TOML, which keeps every bit of a float.

use std::fs::{self, File};
use std::io::{BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

use npyz::WriterBuilder;
use serde::{Serialize, de::DeserializeOwned};

use crate::systems::TrainError;

/// The state beside the arrays.
const STATE: &str = "state.toml";
/// More than the header of any `.npy` or any state takes.
const MAX_HEADER: u64 = 1 << 16;

/// Writes `values`, of `shape` with rows first, to `name.npy`.
///
/// # Errors
/// If the file cannot be written.
pub fn write_array(
    folder: &Path,
    name: &str,
    shape: &[usize],
    values: &[f32],
) -> Result<(), TrainError> {
    let path = array_path(folder, name);
    let shape: Vec<u64> = shape.iter().map(|size| *size as u64).collect();
    let write = || -> std::io::Result<()> {
        let mut file = BufWriter::new(File::create(&path)?);
        let mut array = npyz::WriteOptions::new()
            .default_dtype()
            .shape(&shape)
            .writer(&mut file)
            .begin_nd()?;
        array.extend(values.iter().copied())?;
        array.finish()?;
        file.flush()
    };
    write().map_err(|error| write_error(&path, &error))
}

/// Reads `name.npy`, which must have this shape.
///
/// # Errors
/// If the file cannot be read, is damaged, or has another shape.
pub fn read_array(folder: &Path, name: &str, shape: &[usize]) -> Result<Vec<f32>, TrainError> {
    let path = array_path(folder, name);
    let count: u64 = shape.iter().map(|size| *size as u64).product();
    let expected: Vec<u64> = shape.iter().map(|size| *size as u64).collect();
    let read = || -> Result<Vec<f32>, String> {
        let file = File::open(&path).map_err(|error| error.to_string())?;
        let length = file.metadata().map_err(|error| error.to_string())?.len();
        // Before anything is allocated on the header's word.
        if length < count * 4 || length > count * 4 + MAX_HEADER {
            return Err(format!(
                "it should hold {count} numbers of 4 bytes, but has {length} bytes: it belongs to another run, or is damaged"
            ));
        }
        let array = npyz::NpyFile::new(BufReader::new(file)).map_err(|error| error.to_string())?;
        if array.shape() != expected || array.order() != npyz::Order::C {
            return Err(format!(
                "it should have shape {expected:?}, but has {:?}: it belongs to another run",
                array.shape()
            ));
        }
        array.into_vec().map_err(|error| error.to_string())
    };
    read().map_err(|reason| TrainError::Checkpoint { path, reason })
}

/// Writes what is not an array.
///
/// # Errors
/// If the file cannot be written.
pub fn write_state<S: Serialize>(folder: &Path, state: &S) -> Result<(), TrainError> {
    let path = folder.join(STATE);
    let text = toml::to_string(state).map_err(|error| TrainError::Write {
        path: path.clone(),
        reason: error.to_string(),
    })?;
    fs::write(&path, text).map_err(|error| write_error(&path, &error))
}

/// Reads what [`write_state`] wrote.
///
/// # Errors
/// If the file cannot be read or is damaged.
pub fn read_state<S: DeserializeOwned>(folder: &Path) -> Result<S, TrainError> {
    let path = folder.join(STATE);
    let read = || -> Result<S, String> {
        let length = fs::metadata(&path)
            .map_err(|error| error.to_string())?
            .len();
        if length > MAX_HEADER {
            return Err(format!("it has {length} bytes: damaged"));
        }
        let text = fs::read_to_string(&path).map_err(|error| error.to_string())?;
        toml::from_str(&text).map_err(|error| error.to_string())
    };
    read().map_err(|reason| TrainError::Checkpoint { path, reason })
}

fn array_path(folder: &Path, name: &str) -> PathBuf {
    folder.join(format!("{name}.npy"))
}

fn write_error(path: &Path, error: &std::io::Error) -> TrainError {
    TrainError::Write {
        path: path.to_owned(),
        reason: error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[test]
    fn arrays_come_back_bit_for_bit() {
        let folder = tempfile::tempdir().expect("a folder");
        let values = [0.1, -0.0, f32::MIN_POSITIVE, 1.0e-40, f32::INFINITY, 3.3];
        write_array(folder.path(), "weights", &[2, 3], &values).expect("written");
        let back = read_array(folder.path(), "weights", &[2, 3]).expect("read");
        assert_eq!(back.map_bits(), values.map_bits());
    }

    trait MapBits {
        fn map_bits(&self) -> Vec<u32>;
    }
    impl MapBits for [f32] {
        fn map_bits(&self) -> Vec<u32> {
            self.iter().map(|value| value.to_bits()).collect()
        }
    }

    #[test]
    fn arrays_of_another_shape_or_cut_short_are_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        write_array(folder.path(), "weights", &[2, 3], &[0.0; 6]).expect("written");
        let reason = |shape: &[usize]| {
            read_array(folder.path(), "weights", shape)
                .expect_err("wrong")
                .to_string()
        };
        assert!(reason(&[3, 2]).contains("shape [3, 2]"));
        assert!(reason(&[20_000, 20_000]).contains("400000000 numbers"));
        let path = folder.path().join("weights.npy");
        let bytes = fs::read(&path).expect("read");
        fs::write(&path, &bytes[..bytes.len() - 1]).expect("written");
        assert!(read_array(folder.path(), "weights", &[2, 3]).is_err());
        fs::write(&path, &bytes[..30]).expect("written");
        assert!(reason(&[2, 3]).contains("weights.npy"));
    }

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct State {
        step: u64,
        rate: f64,
        best: Option<f64>,
    }

    #[test]
    fn state_keeps_every_bit_of_a_float() {
        let folder = tempfile::tempdir().expect("a folder");
        let state = State {
            step: 3,
            rate: 0.1 + 0.2,
            best: Some(f64::from_bits(0x3FB9_9999_9999_999B)),
        };
        write_state(folder.path(), &state).expect("written");
        assert_eq!(read_state::<State>(folder.path()).expect("read"), state);
        let none = State {
            best: None,
            ..state
        };
        write_state(folder.path(), &none).expect("written");
        assert_eq!(read_state::<State>(folder.path()).expect("read"), none);
        fs::write(folder.path().join(STATE), "step = 1").expect("written");
        assert!(read_state::<State>(folder.path()).is_err());
    }
}
