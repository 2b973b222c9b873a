//! Arrays of the types that are stored.

use std::io::Write;

use safetensors::Dtype;

use super::CHUNK;

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
    pub(super) fn dtype(&self) -> Dtype {
        match self {
            Self::F32(_) => Dtype::F32,
            Self::F64(_) => Dtype::F64,
            Self::U32(_) => Dtype::U32,
            Self::I64(_) => Dtype::I64,
        }
    }

    pub(super) fn bytes(&self) -> usize {
        match self {
            Self::F32(values) => values.len() * 4,
            Self::U32(values) => values.len() * 4,
            Self::F64(values) => values.len() * 8,
            Self::I64(values) => values.len() * 8,
        }
    }

    pub(super) fn is_finite(&self) -> bool {
        match self {
            Self::F32(values) => values.iter().all(|value| value.is_finite()),
            Self::F64(values) => values.iter().all(|value| value.is_finite()),
            Self::U32(_) | Self::I64(_) => true,
        }
    }

    pub(super) fn write(&self, to: &mut impl Write) -> std::io::Result<()> {
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
