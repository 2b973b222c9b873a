//! Weights that PyTorch saved (`.pth`, `.pt`), turned into safetensors.

use std::path::Path;

use half::{bf16, f16};
use pytorch_reader::{DType, PytorchReader, Tensor};

use super::{CheckpointError, TensorWriter};
use crate::record::{files, panics};

/// Weights of more bytes than this are none of an image translator.
const MOST_BYTES: u64 = 1 << 30;
/// Layers around a state dict, as training scripts and `DataParallel` add them.
const WRAPPERS: [&str; 7] = [
    "state_dict.",
    "model_state_dict.",
    "params_ema.",
    "params.",
    "netG.",
    "generator.",
    "module.",
];

/// Writes the numbers of a PyTorch file to a safetensors file in single precision; what it holds besides (counters of whole numbers) is
/// left out. Nothing of the file is executed: its pickle is read as data.
///
/// # Errors
/// If it cannot be read, holds no weights, or the other file cannot be written.
pub fn pytorch_to_safetensors(from: &Path, to: &Path) -> Result<(), CheckpointError> {
    let wrong = |reason: String| CheckpointError::read(from, reason);
    let file = files::open(from).map_err(|error| wrong(error.to_string()))?;
    let length = file.metadata().map_err(|error| wrong(error.to_string()))?;
    if length.len() > MOST_BYTES {
        return Err(wrong(format!(
            "it has {} bytes; weights of generators have less than {MOST_BYTES}",
            length.len()
        )));
    }
    drop(file);
    // Untrusted bytes in a reader that is not ours: whatever it does, the file is to blame.
    let read = panics::catch(|| PytorchReader::new(from).map_err(|error| error.to_string()));
    let reader = read.unwrap_or_else(|_| Err("it is damaged".to_owned()));
    let reader = reader.map_err(|why| wrong(format!("it is not a file of PyTorch: {why}")))?;
    let tensors = reader.into_tensors();
    let total = tensors
        .values()
        .try_fold(0u64, |sum, own| sum.checked_add(own.byte_len() as u64));
    // Views of one storage may name the same bytes again and again.
    if total.is_none_or(|total| total > 2 * length.len().max(1 << 20)) {
        return Err(wrong(
            "its tensors claim more values than the file holds".to_owned(),
        ));
    }
    let mut writer = TensorWriter::default();
    let mut found = false;
    for (name, tensor) in &tensors {
        let Some(values) = numbers(tensor).map_err(|why| wrong(format!("{name:?}: {why}")))? else {
            continue;
        };
        found = true;
        writer.add(plain_name(name), tensor.shape(), values);
    }
    if !found {
        return Err(wrong(
            "it holds no weights; save a generator's `state_dict()`".to_owned(),
        ));
    }
    writer.write(to)
}

/// The name within the network.
fn plain_name(name: &str) -> &str {
    let mut name = name;
    while let Some(rest) = WRAPPERS.iter().find_map(|own| name.strip_prefix(own)) {
        name = rest;
    }
    name
}

/// The values in single precision; `None` for whole numbers.
fn numbers(tensor: &Tensor) -> Result<Option<Vec<f32>>, String> {
    let convert: fn(&[u8]) -> Vec<f32> = match tensor.dtype() {
        DType::F32 => |bytes| elements(bytes, f32::from_ne_bytes),
        DType::F64 => |bytes| elements(bytes, |own| f64::from_ne_bytes(own) as f32),
        DType::F16 => |bytes| elements(bytes, |own| f16::from_ne_bytes(own).to_f32()),
        DType::BF16 => |bytes| elements(bytes, |own| bf16::from_ne_bytes(own).to_f32()),
        _ => return Ok(None),
    };
    let bytes = tensor.read().map_err(|error| error.to_string())?;
    Ok(Some(convert(&bytes)))
}

fn elements<const N: usize>(bytes: &[u8], of: impl Fn([u8; N]) -> f32) -> Vec<f32> {
    let (numbers, _) = bytes.as_chunks::<N>();
    numbers.iter().map(|own| of(*own)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrappers_are_taken_off_a_name() {
        for (name, plain) in [
            ("model.1.weight", "model.1.weight"),
            ("module.model.1.weight", "model.1.weight"),
            ("state_dict.module.model.1.weight", "model.1.weight"),
        ] {
            assert_eq!(plain_name(name), plain);
        }
    }

    #[test]
    fn a_file_that_is_none_of_pytorchs_says_so() {
        let folder = tempfile::tempdir().expect("a folder");
        let (from, to) = (folder.path().join("a.pth"), folder.path().join("a.st"));
        for bytes in [&b""[..], b"no pickle", b"PK\x03\x04", &[0x80, 2, b'.']] {
            std::fs::write(&from, bytes).expect("written");
            let error = pytorch_to_safetensors(&from, &to).expect_err("nothing in it");
            assert!(error.to_string().contains("a.pth"), "{error}");
            assert!(!to.exists());
        }
    }
}
