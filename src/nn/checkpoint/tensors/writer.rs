//! Writes them to a file.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use safetensors::tensor::{Metadata, TensorInfo};

use super::values::{Element, Values};
use crate::nn::checkpoint::CheckpointError;

/// Arrays to be written to one file.
#[derive(Debug, Default)]
pub struct TensorWriter {
    arrays: BTreeMap<String, (Vec<usize>, Values)>,
    pub(super) text: BTreeMap<String, String>,
}

impl TensorWriter {
    /// Refuses values that are not finite: weights like these must not take the place of the last good ones.
    ///
    /// # Errors
    /// Names the first array with one, and `of`, what it belongs to.
    pub fn check_finite(&self, of: &str) -> Result<(), CheckpointError> {
        let mut arrays = self.arrays.iter();
        match arrays.find(|(_, (_, values))| !values.is_finite()) {
            Some((name, _)) => Err(CheckpointError::NotFinite {
                array: format!("{name:?} of {of}"),
            }),
            None => Ok(()),
        }
    }

    /// Adds an array; shape with rows first.
    pub fn add<T: Element>(&mut self, name: impl Into<String>, shape: &[usize], values: Vec<T>) {
        self.arrays
            .insert(name.into(), (shape.to_vec(), T::wrap(values)));
    }

    /// Adds text about the file, which readers of safetensors call metadata.
    pub fn text(&mut self, key: impl Into<String>, value: impl Into<String>) {
        self.text.insert(key.into(), value.into());
    }

    /// Writes the file: the same bytes for the same arrays.
    ///
    /// # Errors
    /// If the file cannot be written, or an array does not have as many values as its shape.
    pub fn write(self, path: &Path) -> Result<(), CheckpointError> {
        let wrong = |reason: String| CheckpointError::write(path, reason);
        let text: HashMap<String, String> = self.text.into_iter().collect();
        let mut arrays: Vec<_> = self.arrays.into_iter().collect();
        // The widest first: all stay aligned.
        arrays.sort_by_key(|(_, (_, values))| Reverse(values.dtype()));
        let mut end = 0;
        let infos = arrays.iter().map(|(name, (shape, values))| {
            let start = end;
            end += values.bytes();
            let info = TensorInfo {
                dtype: values.dtype(),
                shape: shape.clone(),
                data_offsets: (start, end),
            };
            (name.clone(), info)
        });
        let text = (!text.is_empty()).then_some(text);
        let metadata =
            Metadata::new(text, infos.collect()).map_err(|error| wrong(error.to_string()))?;
        let mut header = serde_json::to_vec(&metadata).map_err(|error| wrong(error.to_string()))?;
        header.resize(header.len().next_multiple_of(8), b' ');
        let write = || -> std::io::Result<()> {
            let mut file = BufWriter::new(File::create(path)?);
            file.write_all(&(header.len() as u64).to_le_bytes())?;
            file.write_all(&header)?;
            for (_, (_, values)) in &arrays {
                values.write(&mut file)?;
            }
            file.flush()
        };
        write().map_err(|error| wrong(error.to_string()))
    }
}
