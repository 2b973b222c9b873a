//! The values of a column as text.

use std::io::Write as _;

use parquet::basic::{ConvertedType, LogicalType, TimeUnit, Type};
use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::data_type::DataType;
use parquet::errors::Result;
use parquet::schema::types::ColumnDescriptor;

/// What the values of a column mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Plain,
    /// Whole numbers without a sign.
    Unsigned,
    /// Days since 1970.
    Days,
    /// A time of which so many make a second.
    Times(i64),
    /// Whole numbers to be divided by this power of ten.
    Decimal(i32),
}

impl Kind {
    /// What a column holds; none if it is no single number or text for each row.
    pub(super) fn of(column: &ColumnDescriptor) -> Option<Self> {
        if column.max_rep_level() > 0 || column.physical_type() == Type::FIXED_LEN_BYTE_ARRAY {
            return None;
        }
        let is_text = column.physical_type() == Type::BYTE_ARRAY;
        Some(match (column.logical_type_ref(), column.converted_type()) {
            (Some(LogicalType::Decimal(_)), _) | (_, ConvertedType::DECIMAL) if is_text => {
                return None;
            }
            (Some(LogicalType::Bson | LogicalType::Variant(_)), _) | (_, ConvertedType::BSON) => {
                return None;
            }
            _ if is_text => Self::Plain,
            (Some(LogicalType::Decimal(_)), _) | (_, ConvertedType::DECIMAL) => {
                Self::Decimal(column.type_scale())
            }
            (Some(LogicalType::Date), _) | (None, ConvertedType::DATE) => Self::Days,
            (Some(LogicalType::Timestamp(time)), _) => Self::Times(match time.unit {
                TimeUnit::MILLIS => 1_000,
                TimeUnit::MICROS => 1_000_000,
                TimeUnit::NANOS => 1_000_000_000,
            }),
            (None, ConvertedType::TIMESTAMP_MILLIS) => Self::Times(1_000),
            (None, ConvertedType::TIMESTAMP_MICROS) => Self::Times(1_000_000),
            (Some(LogicalType::Integer(int)), _) if !int.is_signed => Self::Unsigned,
            (
                None,
                ConvertedType::UINT_8
                | ConvertedType::UINT_16
                | ConvertedType::UINT_32
                | ConvertedType::UINT_64,
            ) => Self::Unsigned,
            _ => Self::Plain,
        })
    }
}

/// A column of a group of rows, and the texts of the rows that were read last.
pub(super) struct Column {
    reader: ColumnReader,
    kind: Kind,
    texts: Vec<u8>,
    /// Where the text of each row ends in `texts`.
    ends: Vec<usize>,
}

impl Column {
    pub(super) fn new(reader: ColumnReader, kind: Kind) -> Self {
        Self {
            reader,
            kind,
            texts: Vec::new(),
            ends: Vec::new(),
        }
    }

    /// Reads at most so many rows; returns how many there were.
    pub(super) fn read(&mut self, rows: usize) -> Result<usize> {
        self.texts.clear();
        self.ends.clear();
        let (kind, to) = (self.kind, &mut self.texts);
        let ends = &mut self.ends;
        let whole = |number: i64, to: &mut Vec<u8>| match kind {
            Kind::Plain | Kind::Unsigned => push_number(number, to),
            Kind::Days => push_number(number.saturating_mul(86_400), to),
            Kind::Times(unit) => push_number(number.div_euclid(unit), to),
            Kind::Decimal(scale) => push_number(number as f64 / 10_f64.powi(scale), to),
        };
        let float = |number: f64, to: &mut Vec<u8>| {
            // NaN is what pandas writes for a missing number.
            if !number.is_nan() {
                push_number(number, to);
            }
        };
        match &mut self.reader {
            ColumnReader::BoolColumnReader(reader) => {
                texts(reader, rows, to, ends, |&truth, to| {
                    to.push(if truth { b'1' } else { b'0' });
                })
            }
            ColumnReader::Int32ColumnReader(reader) => {
                texts(reader, rows, to, ends, |&number, to| match kind {
                    Kind::Unsigned => push_number(number as u32, to),
                    _ => whole(i64::from(number), to),
                })
            }
            ColumnReader::Int64ColumnReader(reader) => {
                texts(reader, rows, to, ends, |&number, to| match kind {
                    Kind::Unsigned => push_number(number as u64, to),
                    _ => whole(number, to),
                })
            }
            ColumnReader::Int96ColumnReader(reader) => texts(reader, rows, to, ends, |time, to| {
                push_number(time.to_seconds(), to);
            }),
            ColumnReader::FloatColumnReader(reader) => {
                texts(reader, rows, to, ends, |&number, to| {
                    if !number.is_nan() {
                        push_number(number, to);
                    }
                })
            }
            ColumnReader::DoubleColumnReader(reader) => {
                texts(reader, rows, to, ends, |&number, to| float(number, to))
            }
            ColumnReader::ByteArrayColumnReader(reader) => {
                texts(reader, rows, to, ends, |text, to| {
                    push_text(text.data(), to);
                })
            }
            // `Kind::of` leaves them out.
            ColumnReader::FixedLenByteArrayColumnReader(_) => Ok(0),
        }
    }

    /// Adds the text of a row that was read last.
    pub(super) fn push(&self, row: usize, text: &mut Vec<u8>) {
        let start = row.checked_sub(1).map_or(0, |before| self.ends[before]);
        text.extend_from_slice(&self.texts[start..self.ends[row]]);
    }
}

/// Reads values and makes texts of them, an empty one where there is none.
fn texts<T: DataType>(
    reader: &mut ColumnReaderImpl<T>,
    rows: usize,
    to: &mut Vec<u8>,
    ends: &mut Vec<usize>,
    mut push: impl FnMut(&T::T, &mut Vec<u8>),
) -> Result<usize> {
    let (mut levels, mut values): (Vec<i16>, Vec<T::T>) = (Vec::new(), Vec::new());
    let mut read = 0;
    while read < rows {
        let (records, ..) =
            reader.read_records(rows - read, Some(&mut levels), None, &mut values)?;
        if records == 0 {
            break;
        }
        read += records;
    }
    let deepest = levels.iter().copied().max().unwrap_or(0);
    let mut next = values.iter();
    for row in 0..read {
        // Without levels every row has a value.
        let has_value = levels.is_empty() || values.len() == read || {
            !values.is_empty() && levels.get(row) == Some(&deepest)
        };
        if has_value && let Some(value) = next.next() {
            push(value, to);
        }
        ends.push(to.len());
    }
    Ok(read)
}

fn push_number(number: impl std::fmt::Display, to: &mut Vec<u8>) {
    // Writing to memory does not fail.
    let _ = write!(to, "{number}");
}

/// A text in one line, in quotes where it begins with one.
pub(super) fn push_text(text: &[u8], to: &mut Vec<u8>) {
    let text = String::from_utf8_lossy(text);
    let text = text.trim();
    let quoted = text.starts_with('"');
    let mut buffer = [0; 4];
    if quoted {
        to.push(b'"');
    }
    for letter in text.chars() {
        let letter = if letter.is_control() { ' ' } else { letter };
        if quoted && letter == '"' {
            to.push(b'"');
        }
        to.extend_from_slice(letter.encode_utf8(&mut buffer).as_bytes());
    }
    if quoted {
        to.push(b'"');
    }
}
