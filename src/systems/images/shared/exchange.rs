//! Networks to and from safetensors, with PyTorch's layout and the official code's names; every bit of a weight is kept.
//!
//! The format: 8 bytes that say how long the header is, a header in JSON that tells each tensor's type, shape and place, the values.

use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use burn::module::{Module, ModuleMapper, ModuleVisitor, Param};
use burn::tensor::{Tensor, TensorData};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use thiserror::Error;

use super::networks::{Role, TensorSpec};

/// Bytes of a header, beyond which a file is not a network's: a thousand tensors take a tenth of it.
const MAX_HEADER: u64 = 1 << 20;
/// The header's key for text about the file.
const METADATA: &str = "__metadata__";
/// Names that the official code's layers have in some files and that no network here needs.
const UNUSED: [&str; 3] = [".running_mean", ".running_var", ".num_batches_tracked"];

/// Why a network can't be written or read.
#[derive(Debug, Error)]
pub enum ExchangeError {
    /// The file can't be read or written.
    #[error("{}: {error}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        error: std::io::Error,
    },
    /// The file holds something else.
    #[error("{}: {reason}", path.display())]
    Content {
        /// The file.
        path: PathBuf,
        /// The problem, and its tensor.
        reason: String,
    },
    /// The network and its description don't agree, or its device failed.
    #[error("{0}")]
    Network(String),
}

/// A tensor's entry in the header.
#[derive(Debug, Serialize, Deserialize)]
struct Entry {
    dtype: String,
    shape: Vec<usize>,
    data_offsets: [u64; 2],
}

/// Writes a network whose tensors are `tensors`, in the order in which it visits them, with some text about it.
///
/// # Errors
/// If the file can't be written or the device fails.
pub fn save<M: Module>(
    path: &Path,
    tensors: &[TensorSpec],
    network: &M,
    metadata: &BTreeMap<String, String>,
) -> Result<(), ExchangeError> {
    let mut values = Values::default();
    network.visit(&mut values);
    if let Some(error) = values.error {
        return Err(ExchangeError::Network(error));
    }
    let mut values = values.tensors.into_iter();
    let mut header = serde_json::Map::new();
    let mut data = Vec::new();
    if !metadata.is_empty() {
        header.insert(METADATA.to_owned(), serde_json::json!(metadata));
    }
    // Counters first: what follows them stays aligned.
    let (counters, floats): (Vec<_>, Vec<_>) =
        tensors.iter().partition(|spec| spec.role == Role::Counter);
    for spec in counters.into_iter().chain(floats) {
        let start = data.len() as u64;
        let dtype = if spec.role == Role::Counter {
            data.extend(0i64.to_le_bytes());
            "I64"
        } else {
            let (shape, values) = values.next().ok_or_else(|| differs(spec))?;
            if shape != spec.shape {
                return Err(differs(spec));
            }
            data.extend(values.iter().flat_map(|value| value.to_le_bytes()));
            "F32"
        };
        let entry = Entry {
            dtype: dtype.to_owned(),
            shape: spec.shape.clone(),
            data_offsets: [start, data.len() as u64],
        };
        header.insert(spec.name.clone(), serde_json::json!(entry));
    }
    if values.next().is_some() {
        return Err(ExchangeError::Network(
            "the network has more tensors than its description".to_owned(),
        ));
    }
    let mut header = Value::Object(header).to_string().into_bytes();
    header.resize(header.len().next_multiple_of(8), b' ');
    let write = || -> std::io::Result<()> {
        let mut file = BufWriter::new(File::create(path)?);
        file.write_all(&(header.len() as u64).to_le_bytes())?;
        file.write_all(&header)?;
        file.write_all(&data)?;
        file.flush()
    };
    write().map_err(|error| ExchangeError::File {
        path: path.to_owned(),
        error,
    })
}

/// The network with the weights of a file, whose tensors must be exactly `tensors`. Names, types, shapes and the file's size are checked before
/// memory is taken for values.
///
/// # Errors
/// If the file can't be read, is no safetensors file, or holds another network.
pub fn load<M: Module>(
    path: &Path,
    tensors: &[TensorSpec],
    network: M,
) -> Result<M, ExchangeError> {
    let wrong = |reason: String| ExchangeError::Content {
        path: path.to_owned(),
        reason,
    };
    let unreadable = |error| ExchangeError::File {
        path: path.to_owned(),
        error,
    };
    let file = File::open(path).map_err(unreadable)?;
    let size = file.metadata().map_err(unreadable)?.len();
    let mut file = BufReader::new(file);
    let (entries, start) = header(&mut file, size).map_err(&wrong)?;
    check(&entries, tensors, size - start).map_err(wrong)?;
    let mut values = Vec::new();
    for spec in tensors.iter().filter(|spec| spec.role != Role::Counter) {
        let [from, to] = entries[&spec.name].data_offsets;
        let mut bytes = vec![0; (to - from) as usize];
        file.seek(SeekFrom::Start(start + from))
            .and_then(|_| file.read_exact(&mut bytes))
            .map_err(unreadable)?;
        let (fours, _) = bytes.as_chunks::<4>();
        let floats: Vec<f32> = fours.iter().map(|four| f32::from_le_bytes(*four)).collect();
        values.push((spec, floats));
    }
    let mut fill = Fill {
        values: values.into_iter(),
        error: None,
    };
    let network = network.map(&mut fill);
    match (fill.error, fill.values.next()) {
        (Some(error), _) => Err(error),
        (None, Some((spec, _))) => Err(differs(spec)),
        (None, None) => Ok(network),
    }
}

/// The text that was saved with a network.
///
/// # Errors
/// If the file can't be read or is no safetensors file.
pub fn metadata(path: &Path) -> Result<BTreeMap<String, String>, ExchangeError> {
    let unreadable = |error| ExchangeError::File {
        path: path.to_owned(),
        error,
    };
    let wrong = |reason: String| ExchangeError::Content {
        path: path.to_owned(),
        reason,
    };
    let file = File::open(path).map_err(unreadable)?;
    let size = file.metadata().map_err(unreadable)?.len();
    let (json, _) = json(&mut BufReader::new(file), size).map_err(&wrong)?;
    match json.get(METADATA) {
        Some(text) => serde_json::from_value(text.clone())
            .map_err(|error| wrong(format!("its {METADATA} is not text by name: {error}"))),
        None => Ok(BTreeMap::new()),
    }
}

fn differs(spec: &TensorSpec) -> ExchangeError {
    ExchangeError::Network(format!(
        "the network's tensors are not those of its description, from {} {:?} on",
        spec.name, spec.shape
    ))
}

/// The header's JSON and where the values start.
fn json(file: &mut impl Read, size: u64) -> Result<(serde_json::Map<String, Value>, u64), String> {
    let no = |what: &str| format!("it is no safetensors file: {what}");
    let mut length = [0; 8];
    file.read_exact(&mut length)
        .map_err(|_| no("it has less than 8 bytes"))?;
    let length = u64::from_le_bytes(length);
    if length > MAX_HEADER || length > size.saturating_sub(8) {
        return Err(no(&format!(
            "its first 8 bytes tell of a header of {length} bytes, the file has {size}"
        )));
    }
    let mut bytes = vec![0; length as usize];
    file.read_exact(&mut bytes)
        .map_err(|error| no(&error.to_string()))?;
    let header = serde_json::from_slice(&bytes).map_err(|error| no(&error.to_string()))?;
    Ok((header, 8 + length))
}

fn header(file: &mut impl Read, size: u64) -> Result<(HashMap<String, Entry>, u64), String> {
    let (json, start) = json(file, size)?;
    let entries = json
        .into_iter()
        .filter(|(name, _)| name != METADATA)
        .map(|(name, value)| match serde_json::from_value(value) {
            Ok(entry) => Ok((name, entry)),
            Err(error) => Err(format!("tensor {name:?}: {error}")),
        });
    Ok((entries.collect::<Result<_, String>>()?, start))
}

/// True if the entries are the tensors of the network and lie in a file with `bytes` bytes of values.
fn check(
    entries: &HashMap<String, Entry>,
    tensors: &[TensorSpec],
    bytes: u64,
) -> Result<(), String> {
    let known: HashMap<&str, &TensorSpec> = tensors
        .iter()
        .map(|spec| (spec.name.as_str(), spec))
        .collect();
    let mut names: Vec<&String> = entries.keys().collect();
    names.sort();
    let unknown = names.into_iter().find(|name| {
        !known.contains_key(name.as_str()) && !UNUSED.iter().any(|end| name.ends_with(end))
    });
    for spec in tensors.iter().filter(|spec| spec.role != Role::Counter) {
        let name = &spec.name;
        let Some(entry) = entries.get(name) else {
            let instead = unknown
                .map(|other| format!(" but has {other:?}"))
                .unwrap_or_default();
            return Err(format!(
                "it has no tensor {name:?}{instead}: it belongs to a network with another architecture (kind, blocks, levels, layers, normalization, padding, dropout or upsampling)"
            ));
        };
        if entry.shape != spec.shape {
            return Err(format!(
                "tensor {name:?} should have shape {:?}, but has {:?}: it belongs to a network with other channels or filters",
                spec.shape, entry.shape
            ));
        }
        if entry.dtype != "F32" {
            return Err(format!(
                "tensor {name:?} holds {}; convert it to F32",
                entry.dtype
            ));
        }
        let [from, to] = entry.data_offsets;
        let length = spec.values() as u64 * 4;
        if to > bytes || from.checked_add(length) != Some(to) {
            return Err(format!(
                "tensor {name:?} should take {length} bytes, but is said to be from {from} to {to} of {bytes}: the file is damaged"
            ));
        }
    }
    match unknown {
        Some(name) => Err(format!(
            "it has a tensor {name:?} that the network doesn't have: it belongs to a network with another architecture"
        )),
        None => Ok(()),
    }
}

#[derive(Default)]
struct Values {
    tensors: Vec<(Vec<usize>, Vec<f32>)>,
    error: Option<String>,
}

impl ModuleVisitor for Values {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        let tensor = param.val();
        let shape = tensor.dims().to_vec();
        match tensor.try_into_vec_as::<f32>() {
            Ok(values) => self.tensors.push((shape, values)),
            Err(error) => self.error = Some(error.to_string()),
        }
    }
}

struct Fill<'a> {
    values: std::vec::IntoIter<(&'a TensorSpec, Vec<f32>)>,
    error: Option<ExchangeError>,
}

impl ModuleMapper for Fill<'_> {
    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        if self.error.is_some() {
            return param;
        }
        let (id, tensor, mapper) = param.consume();
        let shape = tensor.dims();
        let tensor = match self.values.next() {
            Some((spec, values)) if spec.shape == shape => {
                let device = tensor.device();
                let filled = Tensor::from_data(TensorData::new(values, shape), &device);
                if tensor.is_require_grad() {
                    filled.require_grad()
                } else {
                    filled
                }
            }
            Some((spec, _)) => {
                self.error = Some(differs(spec));
                tensor
            }
            None => {
                self.error = Some(ExchangeError::Network(
                    "the network has more tensors than its description".to_owned(),
                ));
                tensor
            }
        };
        Param::from_mapped_value(id, tensor, mapper)
    }
}
