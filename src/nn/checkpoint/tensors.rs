//! Named arrays in one file, in the safetensors format: 8 bytes with the length of the header, a header in JSON with the type, shape and
//! place of each array, and the values.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::io::{BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use half::{bf16, f16};
use safetensors::Dtype;
use safetensors::tensor::{Metadata, TensorInfo};

use super::CheckpointError;
use crate::record::files;

/// The longest header that is read, in bytes: a thousand arrays take a tenth of it.
const MAX_HEADER: u64 = 1 << 20;
/// Bytes before the header.
const PREFIX: u64 = 8;
/// Values that are converted to bytes at a time.
const CHUNK: usize = 1 << 14;

/// A number that an array can hold.
pub trait Element: Copy + private::Sealed {
    /// Its type in the header.
    const DTYPE: Dtype;
    #[doc(hidden)]
    fn wrap(values: Vec<Self>) -> Values;
    #[doc(hidden)]
    fn from_bytes(bytes: &[u8]) -> Vec<Self>;
    /// From single precision, in which earlier versions kept every array.
    #[doc(hidden)]
    fn from_single(value: f32) -> Self;
}

mod private {
    pub trait Sealed {}
}

/// The values of an array.
#[doc(hidden)]
#[derive(Debug, Clone)]
pub enum Values {
    F32(Vec<f32>),
    F64(Vec<f64>),
    U32(Vec<u32>),
    I64(Vec<i64>),
}

macro_rules! element {
    ($number:ident, $variant:ident) => {
        impl private::Sealed for $number {}
        impl Element for $number {
            const DTYPE: Dtype = Dtype::$variant;
            fn wrap(values: Vec<Self>) -> Values {
                Values::$variant(values)
            }
            fn from_bytes(bytes: &[u8]) -> Vec<Self> {
                let (numbers, _) = bytes.as_chunks();
                numbers
                    .iter()
                    .map(|bytes| Self::from_le_bytes(*bytes))
                    .collect()
            }
            fn from_single(value: f32) -> Self {
                value as Self
            }
        }
    };
}
element!(f32, F32);
element!(f64, F64);
element!(u32, U32);
element!(i64, I64);

impl Values {
    fn dtype(&self) -> Dtype {
        match self {
            Self::F32(_) => Dtype::F32,
            Self::F64(_) => Dtype::F64,
            Self::U32(_) => Dtype::U32,
            Self::I64(_) => Dtype::I64,
        }
    }

    fn bytes(&self) -> usize {
        match self {
            Self::F32(values) => values.len() * 4,
            Self::U32(values) => values.len() * 4,
            Self::F64(values) => values.len() * 8,
            Self::I64(values) => values.len() * 8,
        }
    }

    fn is_finite(&self) -> bool {
        match self {
            Self::F32(values) => values.iter().all(|value| value.is_finite()),
            Self::F64(values) => values.iter().all(|value| value.is_finite()),
            Self::U32(_) | Self::I64(_) => true,
        }
    }

    fn write(&self, to: &mut impl Write) -> std::io::Result<()> {
        fn chunks<T: Copy, const N: usize>(
            values: &[T],
            bytes: impl Fn(T) -> [u8; N],
            to: &mut impl Write,
        ) -> std::io::Result<()> {
            let mut buffer = Vec::with_capacity(CHUNK * N);
            for chunk in values.chunks(CHUNK) {
                buffer.clear();
                for value in chunk {
                    buffer.extend_from_slice(&bytes(*value));
                }
                to.write_all(&buffer)?;
            }
            Ok(())
        }
        match self {
            Self::F32(values) => chunks(values, f32::to_le_bytes, to),
            Self::F64(values) => chunks(values, f64::to_le_bytes, to),
            Self::U32(values) => chunks(values, u32::to_le_bytes, to),
            Self::I64(values) => chunks(values, i64::to_le_bytes, to),
        }
    }
}

/// Arrays to be written to one file.
#[derive(Debug, Default)]
pub struct TensorWriter {
    arrays: BTreeMap<String, (Vec<usize>, Values)>,
    text: BTreeMap<String, String>,
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

/// A file of arrays, of which the header has been read and found to fit the file's length. No memory is taken for values before an
/// array is asked for with the shape that it should have.
#[derive(Debug)]
pub struct TensorFile {
    path: PathBuf,
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

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn file() -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.safetensors");
        (folder, path)
    }

    #[test]
    fn half_precision_is_widened_to_single_alone() {
        let (_folder, path) = file();
        // 1.5 and -2 as IEEE 754 binary16 and as bfloat16, by hand.
        let header = br#"{"f":{"dtype":"F16","shape":[2],"data_offsets":[0,4]},"b":{"dtype":"BF16","shape":[2],"data_offsets":[4,8]}}    "#;
        let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
        bytes.extend_from_slice(header);
        for half in [0x3e00_u16, 0xc000, 0x3fc0, 0xc000] {
            bytes.extend_from_slice(&half.to_le_bytes());
        }
        fs::write(&path, bytes).expect("written");
        let file = TensorFile::open(&path).expect("read");
        for name in ["f", "b"] {
            assert_eq!(file.read::<f32>(name, &[2]).expect("there"), [1.5, -2.0]);
            assert!(file.read::<f64>(name, &[2]).is_err());
        }
    }

    #[test]
    fn arrays_come_back_bit_for_bit() {
        let (_folder, path) = file();
        let single = vec![
            0.1,
            -0.0,
            f32::MIN_POSITIVE,
            1.0e-40,
            f32::INFINITY,
            f32::NAN,
        ];
        let double = vec![0.1 + 0.2, f64::MIN_POSITIVE];
        let mut writer = TensorWriter::default();
        writer.add("single", &[2, 3], single.clone());
        writer.add("whole", &[3], vec![0, 7, u32::MAX]);
        writer.add("double", &[2], double.clone());
        writer.add("counter", &[], vec![-3_i64]);
        writer.add::<f32>("empty", &[0, 4], Vec::new());
        writer.text("made_by", "a test");
        writer.write(&path).expect("written");
        let file = TensorFile::open(&path).expect("read");
        assert_eq!(
            file.names(),
            ["counter", "double", "empty", "single", "whole"]
        );
        assert_eq!(file.text()["made_by"], "a test");
        let back: Vec<f32> = file.read("single", &[2, 3]).expect("there");
        let bits = |values: &[f32]| values.iter().map(|v| v.to_bits()).collect::<Vec<_>>();
        assert_eq!(bits(&back), bits(&single));
        assert_eq!(file.read::<f64>("double", &[2]).expect("there"), double);
        assert_eq!(
            file.read::<u32>("whole", &[3]).expect("there"),
            [0, 7, u32::MAX]
        );
        assert_eq!(file.read::<i64>("counter", &[]).expect("there"), [-3]);
        assert!(
            file.read::<f32>("empty", &[0, 4])
                .expect("there")
                .is_empty()
        );
    }

    #[test]
    fn an_independent_reader_reads_what_is_written() {
        let (_folder, path) = file();
        let mut writer = TensorWriter::default();
        writer.add("b", &[2], vec![1.5_f32, -2.0]);
        writer.add("a", &[1], vec![9_i64]);
        writer.write(&path).expect("written");
        let bytes = fs::read(&path).expect("read");
        let tensors = safetensors::SafeTensors::deserialize(&bytes).expect("valid");
        let found = tensors.tensor("b").expect("there");
        assert_eq!(found.shape(), [2]);
        assert_eq!(
            found.data(),
            [1.5_f32.to_le_bytes(), (-2.0_f32).to_le_bytes()].concat()
        );
    }

    #[test]
    fn other_arrays_than_expected_are_refused() {
        let (_folder, path) = file();
        let mut writer = TensorWriter::default();
        writer.add("weights", &[2, 3], vec![0.0_f32; 6]);
        writer.write(&path).expect("written");
        let file = TensorFile::open(&path).expect("read");
        let reason = |name: &str, shape: &[usize]| {
            let error = file.read::<f32>(name, shape).expect_err("wrong");
            error.to_string()
        };
        assert!(reason("weights", &[3, 2]).contains("should have shape [3, 2]"));
        assert!(reason("bias", &[3]).contains("no array \"bias\""));
        let error = file
            .read::<u32>("weights", &[2, 3])
            .expect_err("another type");
        assert!(error.to_string().contains("holds F32"));
        let mut writer = TensorWriter::default();
        writer.add("weights", &[7], vec![0.0_f32; 6]);
        assert!(writer.write(&path).is_err(), "a shape of other values");
    }

    #[test]
    fn damaged_files_are_refused_before_memory_is_taken() {
        let (_folder, path) = file();
        let mut writer = TensorWriter::default();
        writer.add("weights", &[2, 3], vec![0.0_f32; 6]);
        writer.write(&path).expect("written");
        let whole = fs::read(&path).expect("read");
        let reason = |bytes: &[u8]| {
            fs::write(&path, bytes).expect("written");
            TensorFile::open(&path).expect_err("damaged").to_string()
        };
        assert!(reason(&whole[..whole.len() - 1]).contains("damaged"));
        assert!(reason(&whole[..20]).contains("not a safetensors file"));
        assert!(reason(&[0; 3]).contains("less than 8 bytes"));
        assert!(reason(&u64::MAX.to_le_bytes()).contains("announce"));
        let header =
            br#"{"w":{"dtype":"F32","shape":[1000000,1000000],"data_offsets":[0,4000000000000]}}"#;
        let mut huge = (header.len() as u64).to_le_bytes().to_vec();
        huge.extend_from_slice(header);
        assert!(reason(&huge).contains("damaged"));
        let header = br#"{"w":{"dtype":"F32","shape":[4294967296,4294967296,4294967296],"data_offsets":[0,0]}}"#;
        let mut over = (header.len() as u64).to_le_bytes().to_vec();
        over.extend_from_slice(header);
        assert!(reason(&over).contains("not a safetensors file"));
    }
}
