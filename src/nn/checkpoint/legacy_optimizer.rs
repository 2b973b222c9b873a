//! Optimizers in checkpoints of earlier versions of AutoRec: `optimizer.bpk`, a record of burn's.

use std::path::{Path, PathBuf};

use burn_pack::Reader;

use super::CheckpointError;
use crate::record::{files, panics};

/// The file's name.
const FILE: &str = "optimizer.bpk";

/// The state of an optimizer for each parameter, by the parameter's id.
pub struct LegacyOptimizer {
    path: PathBuf,
    reader: Reader,
}

impl LegacyOptimizer {
    /// Opens the record in a checkpoint.
    pub(super) fn open(folder: &Path) -> Result<Self, CheckpointError> {
        let path = folder.join(FILE);
        let no = |reason: String| CheckpointError::read(&path, reason);
        files::open(&path).map_err(|error| no(error.to_string()))?;
        // Some damage makes the reader panic.
        let reader = panics::catch(|| Reader::from_file(&path))
            .map_err(|panic| no(format!("it is damaged: {panic}")))?
            .map_err(|error| no(error.to_string()))?;
        Ok(Self { path, reader })
    }

    /// An array of a parameter with `count` values; `None` if the parameter had taken no step.
    ///
    /// # Errors
    /// If the array has another length or cannot be read.
    pub fn array(
        &self,
        parameter: u64,
        field: &str,
        count: usize,
    ) -> Result<Option<Vec<f32>>, CheckpointError> {
        let name = format!("{parameter}.{field}");
        if !self.reader.tensor_names().contains(&name.as_str()) {
            return Ok(None);
        }
        let wrong = |reason: String| CheckpointError::read(&self.path, reason);
        let bytes = panics::catch(|| self.reader.tensor_data(&name))
            .map_err(|panic| wrong(format!("it is damaged: {panic}")))?
            .map_err(|error| wrong(error.to_string()))?;
        if bytes.len() != count * 4 {
            return Err(wrong(format!(
                "array {name:?} should have {count} numbers of 4 bytes, but has {} bytes",
                bytes.len()
            )));
        }
        let (numbers, _) = bytes.as_chunks();
        Ok(Some(
            numbers
                .iter()
                .map(|bytes| f32::from_le_bytes(*bytes))
                .collect(),
        ))
    }

    /// A number of a parameter, if there is one.
    #[must_use]
    pub fn number(&self, parameter: u64, field: &str) -> Option<f64> {
        let scalar = self.reader.scalars().get(&format!("{parameter}.{field}"))?;
        f64::try_from(*scalar).ok()
    }
}

#[cfg(test)]
mod tests {
    use burn::tensor::{DType, TensorData};
    use burn_pack::{Scalar, Tensor, Writer};

    use super::*;

    #[test]
    fn a_record_of_burn_is_read() {
        let folder = tempfile::tempdir().expect("a folder");
        let data = TensorData::new(vec![1.0_f32, -2.5], [2]);
        let (bytes, shape, _) = data.into_parts();
        let tensor = Tensor::new("3.step_size".to_owned(), DType::F32, shape, Some(3), bytes);
        let writer = Writer::new(vec![tensor]).with_scalar("3.learning_rate", Scalar::from(0.1));
        writer
            .write_to_file(folder.path().join(FILE))
            .expect("written");
        let record = LegacyOptimizer::open(folder.path()).expect("read");
        let array = |count| record.array(3, "step_size", count);
        assert_eq!(array(2).expect("there"), Some(vec![1.0, -2.5]));
        assert!(array(3).is_err());
        assert_eq!(record.array(4, "step_size", 2).expect("none"), None);
        assert_eq!(record.number(3, "learning_rate"), Some(0.1));
        assert_eq!(record.number(3, "time"), None);
        std::fs::write(folder.path().join(FILE), [0; 40]).expect("written");
        assert!(LegacyOptimizer::open(folder.path()).is_err());
    }
}
