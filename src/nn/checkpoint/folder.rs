//! A checkpoint's folder: `tensors.safetensors` and `state.json`.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::legacy_folder;
use super::tensors::{Element, TensorFile, TensorWriter};
use super::{CheckpointError, LegacyOptimizer};

const TENSORS: &str = "tensors.safetensors";
const STATE: &str = "state.json";
/// The longest state that is read, in bytes.
const MAX_STATE: u64 = 1 << 22;

/// Collects what a checkpoint holds and writes it into an empty folder.
#[derive(Debug)]
pub struct CheckpointWriter {
    folder: PathBuf,
    arrays: TensorWriter,
    /// The fields of `state.json`.
    state: BTreeMap<String, Value>,
}

impl CheckpointWriter {
    /// A checkpoint in this folder. Nothing is written before [`Self::finish`].
    #[must_use]
    pub fn new(folder: &Path) -> Self {
        Self {
            folder: folder.to_owned(),
            arrays: TensorWriter::default(),
            state: BTreeMap::new(),
        }
    }

    /// The folder, for files with a format of their own.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Adds an array; shape with rows first.
    pub fn array<T: Element>(&mut self, name: impl Into<String>, shape: &[usize], values: Vec<T>) {
        self.arrays.add(name, shape, values);
    }

    /// Adds the fields of a struct to the state. Floats keep every bit, except that those that are not finite cannot be read again.
    ///
    /// # Errors
    /// If it is no struct or map.
    pub fn state<S: Serialize>(&mut self, state: &S) -> Result<(), CheckpointError> {
        match self.json(state)? {
            Value::Object(fields) => {
                self.state.extend(fields);
                Ok(())
            }
            _ => Err(CheckpointError::write(
                &self.folder.join(STATE),
                "the state has no fields",
            )),
        }
    }

    /// Adds one value to the state.
    ///
    /// # Errors
    /// If it cannot be written as JSON.
    pub fn value<S: Serialize>(
        &mut self,
        name: impl Into<String>,
        value: &S,
    ) -> Result<(), CheckpointError> {
        let value = self.json(value)?;
        self.state.insert(name.into(), value);
        Ok(())
    }

    /// Writes both files.
    ///
    /// # Errors
    /// If a file cannot be written, an array does not have as many values as its shape, or a value is not finite.
    pub fn finish(self) -> Result<(), CheckpointError> {
        self.arrays.check_finite("the run")?;
        self.arrays.write(&self.folder.join(TENSORS))?;
        let path = self.folder.join(STATE);
        let text = serde_json::to_vec_pretty(&self.state)
            .map_err(|error| CheckpointError::write(&path, error))?;
        fs::write(&path, text).map_err(|error| CheckpointError::write(&path, error))
    }

    fn json<S: Serialize>(&self, value: &S) -> Result<Value, CheckpointError> {
        serde_json::to_value(value)
            .map_err(|error| CheckpointError::write(&self.folder.join(STATE), error))
    }
}

/// A checkpoint that has been written, by this version or an earlier one.
#[derive(Debug)]
pub struct Checkpoint {
    folder: PathBuf,
    content: Content,
}

#[derive(Debug)]
enum Content {
    Current {
        arrays: TensorFile,
        state: Map<String, Value>,
    },
    /// A folder of an earlier version.
    Legacy,
}

impl Checkpoint {
    /// Opens a checkpoint.
    ///
    /// # Errors
    /// If its files are missing or damaged.
    pub fn open(folder: &Path) -> Result<Self, CheckpointError> {
        let path = folder.join(STATE);
        let content = if fs::symlink_metadata(&path).is_ok() {
            let state = legacy_folder::text(&path, MAX_STATE)
                .and_then(|text| serde_json::from_str(&text).map_err(|error| error.to_string()))
                .map_err(|reason| CheckpointError::read(&path, reason))?;
            Content::Current {
                arrays: TensorFile::open(&folder.join(TENSORS))?,
                state,
            }
        } else {
            Content::Legacy
        };
        Ok(Self {
            folder: folder.to_owned(),
            content,
        })
    }

    /// The folder, for files with a format of their own.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// True if there is an array of this name.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        match &self.content {
            Content::Current { arrays, .. } => arrays.info(name).is_some(),
            Content::Legacy => legacy_folder::has_array(&self.folder, name),
        }
    }

    /// The values of an array, which must have this shape.
    ///
    /// # Errors
    /// If there is no such array, it has another shape, or it cannot be read.
    pub fn array<T: Element>(
        &self,
        name: &str,
        shape: &[usize],
    ) -> Result<Vec<T>, CheckpointError> {
        match &self.content {
            Content::Current { arrays, .. } => arrays.read(name, shape),
            Content::Legacy => {
                let values = legacy_folder::read_array(&self.folder, name, shape)?;
                Ok(values.into_iter().map(T::from_single).collect())
            }
        }
    }

    /// A struct from the fields of the state; fields of others are left alone.
    ///
    /// # Errors
    /// If fields are missing or of another type.
    pub fn state<S: DeserializeOwned>(&self) -> Result<S, CheckpointError> {
        match &self.content {
            Content::Current { state, .. } => {
                S::deserialize(state).map_err(|error| self.wrong(error))
            }
            Content::Legacy => legacy_folder::read_state(&self.folder),
        }
    }

    /// True if there is a state: some checkpoints of earlier versions are arrays alone.
    #[must_use]
    pub fn has_state(&self) -> bool {
        match self.content {
            Content::Current { .. } => true,
            Content::Legacy => legacy_folder::has_state(&self.folder),
        }
    }

    /// One value of the state.
    ///
    /// # Errors
    /// If it is missing or of another type.
    pub fn value<S: DeserializeOwned>(&self, name: &str) -> Result<S, CheckpointError> {
        match &self.content {
            Content::Current { state, .. } => {
                let value = state
                    .get(name)
                    .ok_or_else(|| self.wrong(format!("it has no field {name:?}")))?;
                S::deserialize(value).map_err(|error| self.wrong(format!("{name}: {error}")))
            }
            Content::Legacy => legacy_folder::read_value(&self.folder, name),
        }
    }

    /// The record of burn's optimizer in an AutoRec checkpoint of an earlier version; `None` in one of this version.
    ///
    /// # Errors
    /// If it is missing or damaged.
    pub fn legacy_optimizer(&self) -> Result<Option<LegacyOptimizer>, CheckpointError> {
        match self.content {
            Content::Current { .. } => Ok(None),
            Content::Legacy => LegacyOptimizer::open(&self.folder).map(Some),
        }
    }

    /// True if an earlier version wrote it.
    #[must_use]
    pub fn is_legacy(&self) -> bool {
        matches!(self.content, Content::Legacy)
    }

    fn wrong(&self, reason: impl ToString) -> CheckpointError {
        CheckpointError::read(&self.folder.join(STATE), reason)
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct State {
        step: u64,
        rate: f64,
        best: Option<f64>,
    }

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Model {
        sums: [f64; 2],
    }

    fn state() -> State {
        State {
            step: u64::MAX,
            rate: 0.1 + 0.2,
            best: Some(f64::from_bits(0x3FB9_9999_9999_999B)),
        }
    }

    #[test]
    fn arrays_and_state_come_back_bit_for_bit() {
        let folder = tempfile::tempdir().expect("a folder");
        let model = Model {
            sums: [1e-300, -0.1],
        };
        let mut writer = CheckpointWriter::new(folder.path());
        writer.array("weights", &[2], vec![0.1_f32, -0.0]);
        writer.state(&state()).expect("a struct");
        writer.state(&model).expect("a struct");
        writer.value("pool", &vec![[1, 2, 3]]).expect("JSON");
        writer.finish().expect("written");
        let read = Checkpoint::open(folder.path()).expect("read");
        assert!(!read.is_legacy() && read.has("weights") && !read.has("bias"));
        let weights: Vec<f32> = read.array("weights", &[2]).expect("there");
        assert_eq!(weights.map_bits(), [0.1_f32, -0.0].map(f32::to_bits));
        assert_eq!(read.state::<State>().expect("there"), state());
        assert_eq!(read.state::<Model>().expect("there"), model);
        assert_eq!(
            read.value::<Vec<[u32; 3]>>("pool").expect("there"),
            [[1, 2, 3]]
        );
        assert!(read.value::<u32>("nothing").is_err() && read.value::<u32>("pool").is_err());
        assert!(read.legacy_optimizer().expect("none").is_none());
    }

    trait MapBits {
        fn map_bits(&self) -> Vec<u32>;
    }
    impl MapBits for Vec<f32> {
        fn map_bits(&self) -> Vec<u32> {
            self.iter().map(|value| value.to_bits()).collect()
        }
    }

    #[test]
    fn a_missing_or_damaged_part_is_named() {
        let folder = tempfile::tempdir().expect("a folder");
        let open = || Checkpoint::open(folder.path());
        let error = open()
            .expect("empty")
            .state::<State>()
            .expect_err("no state");
        assert!(error.to_string().contains("state.toml"), "{error}");
        let mut writer = CheckpointWriter::new(folder.path());
        writer.state(&state()).expect("a struct");
        assert!(writer.state(&3).is_err());
        writer.finish().expect("written");
        fs::remove_file(folder.path().join(TENSORS)).expect("removed");
        let error = open().expect_err("no arrays").to_string();
        assert!(error.contains(TENSORS), "{error}");
        fs::write(folder.path().join(STATE), "{\"step\"").expect("written");
        let error = open().expect_err("torn").to_string();
        assert!(error.contains(STATE), "{error}");
    }

    #[test]
    fn a_checkpoint_of_an_earlier_version_is_read() {
        let folder = tempfile::tempdir().expect("a folder");
        let text = toml::to_string(&state_of_before()).expect("plain data");
        fs::write(folder.path().join("state.toml"), text).expect("written");
        fs::write(folder.path().join("pool.json"), "[[1, 2, 3]]").expect("written");
        let read = Checkpoint::open(folder.path()).expect("read");
        assert!(read.is_legacy() && !read.has("weights"));
        assert_eq!(read.state::<State>().expect("there"), state_of_before());
        assert_eq!(
            read.value::<Vec<[u32; 3]>>("pool").expect("there"),
            [[1, 2, 3]]
        );
        assert!(read.legacy_optimizer().is_err(), "there should be one");
    }

    fn state_of_before() -> State {
        State {
            step: 3,
            best: None,
            ..state()
        }
    }
}
