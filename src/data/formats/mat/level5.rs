//! Files of level 5, `save -v6` and `-v7`.

use std::io::Read;

use flate2::read::ZlibDecoder;

use super::super::arrays::{Arrays, Content};
use super::super::choose::{Announced, Holds};
use super::super::packed::{ALWAYS_ALLOWED, MOST_EXPANSION};
use super::array::{Array, CELL, STRUCT};
use super::element::{COMPRESSED, Elements, Endian, MATRIX, inside};
use super::nested::{self, Path};
use super::{AGAIN, HEADER, Wrong};

/// Unpacked bytes that are looked at to learn name and shape of a variable.
const HEAD: u64 = 64 << 10;

/// The arrays of a file. Of packed ones only the beginning is read, unless others stand within them.
pub(super) struct Level5<'b> {
    bytes: &'b [u8],
    endian: Endian,
    variables: Vec<Variable<'b>>,
    /// Which variable an array is in, and where.
    places: Vec<(usize, Path)>,
    announced: Vec<Announced>,
    /// Bytes that may still be unpacked.
    left: u64,
}

/// A variable at the top of the file.
struct Variable<'b> {
    payload: &'b [u8],
    packed: bool,
    /// Once it is wanted.
    unpacked: Option<Vec<u8>>,
}

impl<'b> Level5<'b> {
    pub(super) fn open(bytes: &'b [u8], endian: Endian) -> Result<Self, Wrong> {
        let mut file = Self {
            bytes,
            endian,
            variables: Vec::new(),
            places: Vec::new(),
            announced: Vec::new(),
            left: ALWAYS_ALLOWED.max((bytes.len() as u64).saturating_mul(MOST_EXPANSION)),
        };
        for element in Elements::new(&bytes[HEADER..], endian) {
            let element = element?;
            // Nothing else stands at the top.
            if matches!(element.kind, MATRIX | COMPRESSED) {
                file.variables.push(Variable {
                    payload: element.payload,
                    packed: element.kind == COMPRESSED,
                    unpacked: None,
                });
                file.announce();
            }
        }
        Ok(file)
    }

    /// Lists what is in the last variable.
    fn announce(&mut self) {
        let at = self.variables.len() - 1;
        let head = self.head(at);
        let array = Array::parse(
            head.as_deref().unwrap_or(self.variables[at].payload),
            self.endian,
        );
        let found = match array {
            // What MATLAB needs for itself has no name.
            Ok(array) if array.name.is_empty() => return,
            Ok(array) if matches!(array.class(), CELL | STRUCT) => {
                let (name, simple) = (array.name.clone(), array.announce(array.name.clone()));
                let whole = self.unpack(at, &name).and_then(|()| self.whole(at));
                match whole {
                    Ok(array) => nested::expand(array, name, self.endian),
                    Err(_) => vec![(Path::new(), simple)],
                }
            }
            Ok(array) => {
                let name = array.name.clone();
                vec![(Path::new(), array.announce(name))]
            }
            Err(_) => {
                let damaged = Announced {
                    name: format!("variable {}", at + 1),
                    shape: Vec::new(),
                    holds: Holds::Other("damaged or of an unknown kind"),
                };
                vec![(Path::new(), damaged)]
            }
        };
        for (path, announced) in found {
            self.places.push((at, path));
            self.announced.push(announced);
        }
    }

    /// The beginning of a packed variable, unpacked.
    fn head(&self, at: usize) -> Option<Vec<u8>> {
        let variable = &self.variables[at];
        if !variable.packed {
            return None;
        }
        let mut head = Vec::new();
        // A damaged end shows when the variable is wanted.
        let _ = ZlibDecoder::new(variable.payload)
            .take(HEAD)
            .read_to_end(&mut head);
        Some(inside(&head, self.endian).unwrap_or_default().to_vec())
    }

    /// Unpacks a variable, if it is packed.
    fn unpack(&mut self, at: usize, name: &str) -> Result<(), Wrong> {
        let variable = &mut self.variables[at];
        if !variable.packed || variable.unpacked.is_some() {
            return Ok(());
        }
        let mut unpacked = Vec::new();
        ZlibDecoder::new(variable.payload)
            .take(self.left + 1)
            .read_to_end(&mut unpacked)
            .map_err(|error| Wrong::new(format!("{name}: is damaged: {error}"), AGAIN))?;
        self.left = self
            .left
            .checked_sub(unpacked.len() as u64)
            .ok_or_else(|| {
                Wrong::new(
                    format!(
                        "{name}: expands more than {MOST_EXPANSION} times, which such data hardly ever does"
                    ),
                    "If you trust it, save it unpacked (save -v6) or as a sparse matrix",
                )
            })?;
        variable.unpacked = Some(unpacked);
        Ok(())
    }

    /// A variable, which is unpacked.
    fn whole(&self, at: usize) -> Result<Array<'_>, Wrong> {
        let variable = &self.variables[at];
        let payload = match &variable.unpacked {
            Some(unpacked) => inside(unpacked, self.endian)
                .ok_or_else(|| Wrong::new("holds no matrix once unpacked", AGAIN))?,
            None => variable.payload,
        };
        Array::parse(payload, self.endian)
    }

    /// Calls `read` with an array.
    fn with<R>(
        &mut self,
        at: usize,
        read: impl FnOnce(Array<'_>) -> Result<R, Wrong>,
    ) -> Result<R, Wrong> {
        let (variable, path) = self.places[at].clone();
        let name = self.announced[at].name.clone();
        self.unpack(variable, &name)?;
        let found = self
            .whole(variable)
            .and_then(|array| nested::follow(array, &path, self.endian))
            .and_then(read)
            .map_err(|wrong| Wrong::new(format!("{name}: {}", wrong.problem), wrong.remedy));
        if path.is_empty() {
            // Nothing else is in it.
            self.variables[variable].unpacked = None;
        }
        found
    }
}

impl Arrays for Level5<'_> {
    fn announced(&self) -> &[Announced] {
        &self.announced
    }

    fn content(&mut self, at: usize) -> Result<Content, Wrong> {
        let size = self.bytes.len();
        self.with(at, |array| array.content(size))
    }

    fn texts(&mut self, at: usize) -> Result<Vec<Option<String>>, Wrong> {
        let endian = self.endian;
        self.with(at, |array| {
            if array.class() != CELL {
                return array.texts();
            }
            let count = array.count().unwrap_or(0);
            nested::cells(array.elements, count, endian)?
                .ok_or_else(|| Wrong::new("is a cell array of something else than texts", AGAIN))
        })
    }
}
