//! What a dataset holds, read within bounds.

use hdf5_pure::{DType, Dataset, Datatype, DatatypeByteOrder, Object, VlenStringReadOptions};

use super::AGAIN;
use crate::data::formats::choose::Holds;
use crate::data::formats::npy::{Wrong, class_name, half};
use crate::data::formats::packed::{ALWAYS_ALLOWED, MOST_EXPANSION};

/// The bytes that all that is read of a file may have.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bound(u64);

impl Bound {
    /// For a file of this size: packed chunks and rows that were never written make more of it than it is.
    pub(super) fn of_file(bytes: usize) -> Self {
        Self(ALWAYS_ALLOWED.max((bytes as u64).saturating_mul(MOST_EXPANSION)))
    }

    /// The number of elements of a dataset, if all of them may be read.
    fn check(self, dataset: &Dataset) -> Result<usize, Wrong> {
        let shape = dataset.shape().map_err(damaged)?;
        let size = dataset.element_size().map_err(damaged)?.max(8);
        let count = shape
            .iter()
            .try_fold(1_u64, |product, &side| product.checked_mul(side));
        let bytes = count.and_then(|count| count.checked_mul(size));
        match (count, bytes) {
            (Some(count), Some(bytes)) if bytes <= self.0 => Ok(count as usize),
            _ => Err(Wrong::new(
                format!(
                    "the header promises an array of shape {shape:?}, more than {MOST_EXPANSION} times what the file holds"
                ),
                AGAIN,
            )),
        }
    }

    /// The numbers of a dataset, row by row.
    pub(super) fn numbers(self, dataset: &Dataset) -> Result<Vec<f64>, Wrong> {
        let count = self.check(dataset)?;
        let numbers = match halves(dataset)? {
            Some(halves) => halves.map(half).collect(),
            None => dataset.read_f64().map_err(damaged)?,
        };
        complete(numbers, count)
    }

    /// The numbers of a dataset in single precision, row by row.
    pub(super) fn narrow(self, dataset: &Dataset) -> Result<Vec<f32>, Wrong> {
        let count = self.check(dataset)?;
        let numbers = match halves(dataset)? {
            Some(halves) => halves.map(|bits| half(bits) as f32).collect(),
            None => dataset.read_f32().map_err(damaged)?,
        };
        complete(numbers, count)
    }

    /// The numbers of a dataset as positions or sizes.
    pub(super) fn positions(self, dataset: &Dataset) -> Result<Vec<usize>, Wrong> {
        let count = self.check(dataset)?;
        let numbers = complete(dataset.read_i64().map_err(damaged)?, count)?;
        let found: Option<Vec<usize>> = numbers
            .into_iter()
            .map(|number| usize::try_from(number).ok())
            .collect();
        found.ok_or_else(|| Wrong::new("a position or a size is negative", AGAIN))
    }

    /// Each element as the name of a class or of a row.
    pub(super) fn texts(self, dataset: &Dataset) -> Result<Vec<Option<String>>, Wrong> {
        let dtype = dataset.dtype().map_err(damaged)?;
        let count = self.check(dataset)?;
        let texts = match dtype {
            DType::String => dataset.read_string().map_err(damaged)?,
            DType::VariableLengthString => {
                let most = usize::try_from(self.0).unwrap_or(usize::MAX);
                let options = VlenStringReadOptions::new()
                    .with_max_elements(count)
                    .with_max_payload_bytes(most);
                dataset.read_vlen_strings(options).map_err(damaged)?
            }
            _ => {
                let numbers = self.numbers(dataset)?;
                return Ok(numbers.into_iter().map(class_name).collect());
            }
        };
        let texts = complete(texts, count)?.into_iter();
        Ok(texts
            .map(|text| Some(text.trim().to_owned()).filter(|text| !text.is_empty()))
            .collect())
    }

    /// The objects that the references in a dataset name.
    pub(super) fn references(self, dataset: &Dataset) -> Result<Vec<Object>, Wrong> {
        self.check(dataset)?;
        dataset.dereference().map_err(damaged)
    }
}

/// The bits of numbers of half precision, which the library does not read; `None` of any others.
fn halves(dataset: &Dataset) -> Result<Option<impl Iterator<Item = u16> + use<>>, Wrong> {
    let big_endian = match dataset.datatype().map_err(damaged)? {
        of if !is_half(&of) => return Ok(None),
        Datatype::FloatingPoint { byte_order, .. } => byte_order == DatatypeByteOrder::BigEndian,
        _ => return Ok(None),
    };
    let bytes = dataset.read_raw().map_err(damaged)?;
    Ok(Some((0..bytes.len() / 2).map(move |at| {
        let two = [bytes[2 * at], bytes[2 * at + 1]];
        if big_endian {
            u16::from_be_bytes(two)
        } else {
            u16::from_le_bytes(two)
        }
    })))
}

/// True for IEEE 754 half precision.
fn is_half(of: &Datatype) -> bool {
    matches!(of, Datatype::FloatingPoint { size: 2, layout, .. } if layout.exponent_size == 5 && layout.mantissa_size == 10)
}

fn complete<T>(values: Vec<T>, count: usize) -> Result<Vec<T>, Wrong> {
    if values.len() == count {
        return Ok(values);
    }
    let problem = format!(
        "the header promises {count} values, but {} are there",
        values.len()
    );
    Err(Wrong::new(problem, AGAIN))
}

pub(super) fn damaged(error: hdf5_pure::Error) -> Wrong {
    Wrong::new(format!("cannot be read: {error}"), AGAIN)
}

/// What the elements of a dataset are.
pub(super) fn holds(dataset: &Dataset) -> Holds {
    match dataset.dtype() {
        Ok(
            DType::F32
            | DType::F64
            | DType::I8
            | DType::I16
            | DType::I32
            | DType::I64
            | DType::U8
            | DType::U16
            | DType::U32
            | DType::U64
            | DType::Enum(_),
        ) => Holds::Numbers,
        Ok(DType::Other(of)) if is_half(&of) => Holds::Numbers,
        Ok(DType::String | DType::VariableLengthString) => Holds::Texts,
        Ok(DType::Compound(fields)) => {
            let complex = matches!(&fields[..], [(first, _), (second, _)]
                if first.starts_with('r') && second.starts_with('i'));
            Holds::Other(if complex {
                "complex numbers"
            } else {
                "records"
            })
        }
        Ok(DType::ObjectReference) => Holds::Other("references"),
        Ok(_) => Holds::Other("no numbers"),
        Err(_) => Holds::Other("damaged or of an unknown kind"),
    }
}
