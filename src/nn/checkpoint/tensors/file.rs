//! A file of tensors that is open.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use half::{bf16, f16};
use safetensors::Dtype;
use safetensors::tensor::Metadata;

use super::values::Element;
use super::{MAX_HEADER, PREFIX};
use crate::nn::checkpoint::CheckpointError;
use crate::record::files;

/// A file of arrays, of which the header has been read and found to fit the file's length. No memory is taken for values before an
/// array is asked for with the shape that it should have.
#[derive(Debug)]
pub struct TensorFile {
    pub(super) path: PathBuf,
    file: File,
    metadata: Metadata,
    /// Where the values begin.
    start: u64,
}

impl TensorFile {
    /// Opens a file and checks its header.
    ///
    /// # Errors
    /// If it cannot be read, is no safetensors file, or is cut off.
    pub fn open(path: &Path) -> Result<Self, CheckpointError> {
        let unreadable = |error: std::io::Error| CheckpointError::read(path, error);
        let no = |what: String| {
            CheckpointError::read(path, format!("it is not a safetensors file: {what}"))
        };
        let mut file = files::open(path).map_err(unreadable)?;
        let size = file.metadata().map_err(unreadable)?.len();
        let mut length = [0; PREFIX as usize];
        file.read_exact(&mut length)
            .map_err(|_| no("it has less than 8 bytes".to_owned()))?;
        let length = u64::from_le_bytes(length);
        if length > MAX_HEADER || length > size.saturating_sub(PREFIX) {
            return Err(no(format!(
                "its first 8 bytes announce a header of {length} bytes, the file has {size}"
            )));
        }
        let mut header = vec![0; length as usize];
        file.read_exact(&mut header).map_err(unreadable)?;
        let metadata: Metadata =
            serde_json::from_slice(&header).map_err(|error| no(error.to_string()))?;
        let start = PREFIX + length;
        let values = size - start;
        if metadata.data_len() as u64 != values {
            return Err(CheckpointError::read(
                path,
                format!(
                    "its arrays should take {} bytes, but {values} follow the header: the file is damaged",
                    metadata.data_len()
                ),
            ));
        }
        Ok(Self {
            path: path.to_owned(),
            file,
            metadata,
            start,
        })
    }

    /// The file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The names of all arrays, sorted.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        let mut names = self.metadata.offset_keys();
        names.sort();
        names
    }

    /// The text that was written with the arrays.
    #[must_use]
    pub fn text(&self) -> BTreeMap<String, String> {
        let text = self.metadata.metadata().iter().flatten();
        text.map(|(key, value)| (key.clone(), value.clone()))
            .collect()
    }

    /// The type and shape of an array, if there is one of this name.
    #[must_use]
    pub fn info(&self, name: &str) -> Option<(Dtype, &[usize])> {
        let info = self.metadata.info(name)?;
        Some((info.dtype, &info.shape))
    }

    /// The values of an array, which must have this shape. Half precision is widened where single precision is asked for.
    ///
    /// # Errors
    /// If there is no such array, it has another type or shape, or the file cannot be read.
    pub fn read<T: Element>(&self, name: &str, shape: &[usize]) -> Result<Vec<T>, CheckpointError> {
        let wrong = |reason: String| Err(CheckpointError::read(&self.path, reason));
        let Some(info) = self.metadata.info(name) else {
            return wrong(format!("it has no array {name:?}"));
        };
        let half = T::DTYPE == Dtype::F32 && matches!(info.dtype, Dtype::F16 | Dtype::BF16);
        if info.dtype != T::DTYPE && !half {
            return wrong(format!(
                "array {name:?} holds {}, where it should hold {}",
                info.dtype,
                T::DTYPE
            ));
        }
        if info.shape != shape {
            return wrong(format!(
                "array {name:?} should have shape {shape:?}, but has {:?}",
                info.shape
            ));
        }
        let (from, to) = info.data_offsets;
        // Not more than the file holds: the header was checked against its length.
        let mut bytes = vec![0; to - from];
        let mut file = &self.file;
        file.seek(SeekFrom::Start(self.start + from as u64))
            .and_then(|_| file.read_exact(&mut bytes))
            .map_err(|error| CheckpointError::read(&self.path, error))?;
        let widened = |single: fn([u8; 2]) -> f32| {
            let (numbers, _) = bytes.as_chunks();
            numbers
                .iter()
                .map(|bytes| T::from_single(single(*bytes)))
                .collect()
        };
        Ok(match info.dtype {
            Dtype::F16 => widened(|bytes| f16::from_le_bytes(bytes).to_f32()),
            Dtype::BF16 => widened(|bytes| bf16::from_le_bytes(bytes).to_f32()),
            _ => T::from_bytes(&bytes),
        })
    }
}
