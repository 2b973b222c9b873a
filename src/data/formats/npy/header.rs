//! The header of an array: shape, order, and the type of its elements.
//!
//! It is read here and not by `npyz`, since it decides what is allocated: nothing is on its word alone. `npyz` takes memory for a header of
//! any announced length, parses it recursively as deep as it is nested, and refuses the long integers of Python 2.

use super::{AGAIN, MAGIC, Wrong};
use crate::data::formats::choose::Holds;

/// The header of an array.
#[derive(Debug)]
pub(crate) struct Header {
    pub shape: Vec<usize>,
    pub fortran_order: bool,
    pub element: Element,
    /// Where the elements begin.
    pub start: usize,
}

/// What an element is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Element {
    /// A number or a text.
    Plain(Type),
    /// A record of fields, each a number or a text.
    Record(Vec<Field>),
    /// Something that is not read: what it is, and its type as NumPy writes it.
    Other(&'static str, String),
}

/// How a number or a text is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Type {
    pub kind: Kind,
    pub big_endian: bool,
    /// In bytes.
    pub size: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Float,
    Signed,
    Unsigned,
    /// One byte a character.
    Text,
    /// Four bytes a character.
    Wide,
    /// Bytes without meaning, which align the fields of a record.
    Padding,
}

/// A field of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Field {
    pub name: String,
    pub of: Type,
    /// Where it begins in the record.
    pub offset: usize,
}

impl Type {
    pub(crate) fn is_text(self) -> bool {
        matches!(self.kind, Kind::Text | Kind::Wide)
    }
}

impl Header {
    /// Reads the header at the beginning of `bytes`.
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self, Wrong> {
        let damaged = || Wrong::new("the NumPy header is damaged", AGAIN);
        let rest = bytes.strip_prefix(MAGIC).ok_or_else(damaged)?;
        let (header, data) = match rest {
            [1, _, a, b, rest @ ..] => {
                rest.split_at_checked(usize::from(u16::from_le_bytes([*a, *b])))
            }
            [2 | 3, _, a, b, c, d, rest @ ..] => {
                rest.split_at_checked(u32::from_le_bytes([*a, *b, *c, *d]) as usize)
            }
            _ => None,
        }
        .ok_or_else(damaged)?;
        let header = std::str::from_utf8(header).map_err(|_| damaged())?;
        let value = |key: &str| value_of(header, key).ok_or_else(damaged);
        Ok(Self {
            shape: shape(value("shape")?).ok_or_else(damaged)?,
            fortran_order: value("fortran_order")?.starts_with("True"),
            element: element(value("descr")?),
            start: bytes.len() - data.len(),
        })
    }

    pub(crate) fn holds(&self) -> Holds {
        match &self.element {
            Element::Plain(of) if of.is_text() => Holds::Texts,
            Element::Plain(_) => Holds::Numbers,
            Element::Record(_) => Holds::Other("records"),
            Element::Other(what, _) => Holds::Other(what),
        }
    }
}

/// The text after `'key':` in the header, a Python dictionary.
fn value_of<'h>(header: &'h str, key: &str) -> Option<&'h str> {
    // A field of a record may be called so too, but no colon follows.
    let quoted = [format!("'{key}'"), format!("\"{key}\"")];
    quoted.iter().find_map(|quoted| {
        header
            .match_indices(quoted.as_str())
            .find_map(|(at, found)| header[at + found.len()..].trim_start().strip_prefix(':'))
            .map(str::trim_start)
    })
}

/// The numbers of `(943, 1682)`.
fn shape(text: &str) -> Option<Vec<usize>> {
    let (inner, _) = text.strip_prefix('(')?.split_once(')')?;
    inner
        .split(',')
        .map(str::trim)
        .filter(|number| !number.is_empty())
        .map(|number| number.trim_end_matches('L').parse().ok())
        .collect()
}

/// The type behind `descr`: `'<f8'`, or a list of fields.
fn element(text: &str) -> Element {
    if text.starts_with('[') {
        let fields = fields(text).filter(|fields| !fields.is_empty());
        return fields.map_or_else(
            || {
                Element::Other(
                    "records of more than numbers and texts",
                    "structured".to_owned(),
                )
            },
            Element::Record,
        );
    }
    let Some((name, _)) = quoted(text) else {
        return Element::Other("of an unknown type", "unknown".to_owned());
    };
    match plain(name) {
        Some(of) if of.kind != Kind::Padding => Element::Plain(of),
        _ => Element::Other(unusable(name), name.to_owned()),
    }
}

/// The text in quotes that `text` begins with, and what follows.
fn quoted(text: &str) -> Option<(&str, &str)> {
    let quote = text.chars().next().filter(|c| matches!(c, '\'' | '"'))?;
    text[1..].split_once(quote)
}

/// The fields of `[('user', '<i4'), ('rating', '<f4')]`. `None` if one is a record or an array itself.
fn fields(text: &str) -> Option<Vec<Field>> {
    let mut rest = text.strip_prefix('[')?.trim_start();
    let (mut fields, mut offset) = (Vec::new(), 0_usize);
    while let Some(inside) = rest.strip_prefix('(') {
        let (name, after) = quoted(inside.trim_start())?;
        let after = after.trim_start().strip_prefix(',')?.trim_start();
        let (kind, after) = quoted(after)?;
        rest = after.trim_start().strip_prefix(')')?.trim_start();
        rest = rest.strip_prefix(',').unwrap_or(rest).trim_start();
        let of = plain(kind)?;
        if of.kind != Kind::Padding {
            fields.push(Field {
                name: name.to_owned(),
                of,
                offset,
            });
        }
        offset = offset.checked_add(of.size)?;
    }
    // The size of a record is that of its fields: what follows the last counts too.
    if let Some(last) = fields.last()
        && last.offset + last.of.size < offset
    {
        let end = last.offset + last.of.size;
        fields.push(Field {
            name: String::new(),
            of: Type {
                kind: Kind::Padding,
                big_endian: false,
                size: offset - end,
            },
            offset: end,
        });
    }
    rest.starts_with(']').then_some(fields)
}

/// Kind, byte order and size of `<f8`.
fn plain(name: &str) -> Option<Type> {
    let mut rest = name.chars();
    let (order, kind) = (rest.next()?, rest.next()?);
    let size = rest.as_str().parse::<usize>().unwrap_or(0);
    let (kind, size) = match (kind, size) {
        ('f', 2 | 4 | 8) => (Kind::Float, size),
        ('i', 1 | 2 | 4 | 8) => (Kind::Signed, size),
        ('u', 1 | 2 | 4 | 8) | ('b', 1) => (Kind::Unsigned, size),
        ('S', 1..=1024) => (Kind::Text, size),
        ('U', 1..=1024) => (Kind::Wide, size * 4),
        ('V', 1..=4096) => (Kind::Padding, size),
        _ => return None,
    };
    Some(Type {
        kind,
        big_endian: order == '>',
        size,
    })
}

/// What a type that is not read stands for.
fn unusable(name: &str) -> &'static str {
    match name.chars().nth(1) {
        Some('O') => "Python objects",
        Some('c') => "complex numbers",
        Some('M') => "dates",
        Some('m') => "spans of time",
        Some('V') => "raw bytes",
        Some('S' | 'U') => "texts of an unusual length",
        Some('f') => "numbers of an unusual precision",
        _ => "of an unknown type",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_its_fields_and_the_bytes_between_them() {
        let found = fields("[('user', '<i4'), ('', '|V4'), ('name', '>U2'), ('', '|V3')], 'x'");
        let found = found.expect("fields");
        let places: Vec<(&str, usize, usize)> = found
            .iter()
            .map(|field| (field.name.as_str(), field.offset, field.of.size))
            .collect();
        assert_eq!(places, [("user", 0, 4), ("name", 8, 8), ("", 16, 3)]);
        assert!(found[1].of.big_endian);
        for nested in [
            "[('a', [('b', '<i4')])]",
            "[('a', '<i4', (3,))]",
            "[(('title', 'a'), '<i4')]",
            "[('a', '|O')]",
            "[('a', '<i4')",
        ] {
            assert!(fields(nested).is_none(), "{nested}");
        }
    }

    #[test]
    fn a_field_may_be_called_as_a_key() {
        let header = "{'descr': [('shape', '<i4'), ('descr', '<f4')], 'fortran_order': False, 'shape': (3,), }";
        assert!(value_of(header, "shape").is_some_and(|value| value.starts_with("(3,)")));
    }
}
