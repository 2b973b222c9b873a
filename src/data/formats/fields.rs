//! Lines cut into fields.

use std::borrow::Cow;

/// The separator between the fields of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Delimiter {
    /// One byte.
    Byte(u8),
    /// `::`.
    Colons,
    /// Any number of spaces and tabs.
    Spaces,
}

impl Delimiter {
    /// As words, for messages.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Byte(b'\t') => "tabs",
            Self::Byte(b',') => "commas",
            Self::Byte(b';') => "semicolons",
            Self::Byte(_) => "bars",
            Self::Colons => "::",
            Self::Spaces => "spaces",
        }
    }
}

/// A quote that is not closed on its line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct OpenQuote {
    /// The field, from 0.
    pub field: usize,
}

/// Calls `each` with the index and the text of every field, without spaces and quotes around it; returns how many there are.
/// Doubled quotes within quotes stay doubled: see `unquoted`.
#[inline]
pub(crate) fn split<'l>(
    line: &'l [u8],
    delimiter: Delimiter,
    mut each: impl FnMut(usize, &'l [u8]),
) -> Result<usize, OpenQuote> {
    match delimiter {
        Delimiter::Byte(byte) => split_at_byte(line, byte, each),
        Delimiter::Colons => {
            let (mut rest, mut index) = (line, 0);
            while let Some(end) = memchr::memmem::find(rest, b"::") {
                each(index, rest[..end].trim_ascii());
                rest = &rest[end + 2..];
                index += 1;
            }
            each(index, rest.trim_ascii());
            Ok(index + 1)
        }
        Delimiter::Spaces => {
            let (mut rest, mut index) = (line.trim_ascii(), 0);
            while !rest.is_empty() {
                let quoted = rest[0] == b'"';
                let end = if quoted {
                    closing_quote(rest).ok_or(OpenQuote { field: index })? + 1
                } else {
                    let space = rest.iter().position(u8::is_ascii_whitespace);
                    space.unwrap_or(rest.len())
                };
                let field = if quoted {
                    &rest[1..end - 1]
                } else {
                    &rest[..end]
                };
                each(index, field);
                rest = rest[end..].trim_ascii_start();
                index += 1;
            }
            Ok(index)
        }
    }
}

#[inline]
fn split_at_byte<'l>(
    line: &'l [u8],
    byte: u8,
    mut each: impl FnMut(usize, &'l [u8]),
) -> Result<usize, OpenQuote> {
    let (mut start, mut index) = (0, 0);
    loop {
        let rest = &line[start..];
        let (field, end) = if rest.first() == Some(&b'"') {
            let close = closing_quote(rest).ok_or(OpenQuote { field: index })?;
            let after = rest[close + 1..].iter().position(|&b| b == byte);
            (&rest[1..close], after.map(|at| close + 1 + at))
        } else {
            let end = rest.iter().position(|&b| b == byte);
            (rest[..end.unwrap_or(rest.len())].trim_ascii(), end)
        };
        each(index, field);
        index += 1;
        match end {
            Some(end) => start += end + 1,
            None => return Ok(index),
        }
    }
}

/// Where the quote that opens `text` is closed.
fn closing_quote(text: &[u8]) -> Option<usize> {
    let mut at = 1;
    loop {
        at += memchr::memchr(b'"', &text[at..])?;
        if text.get(at + 1) != Some(&b'"') {
            return Some(at);
        }
        at += 2;
    }
}

/// A field with doubled quotes made single.
pub(crate) fn unquoted(field: &[u8]) -> Cow<'_, [u8]> {
    match memchr::memmem::find(field, b"\"\"") {
        None => Cow::Borrowed(field),
        Some(_) => Cow::Owned(String::from_utf8_lossy(field).replace("\"\"", "\"").into()),
    }
}

/// All fields of a line; an open quote ends at the end of the line.
pub(crate) fn fields(line: &[u8], delimiter: Delimiter) -> Vec<&[u8]> {
    let mut found = Vec::new();
    let whole = split(line, delimiter, |_, field| found.push(field));
    if whole.is_err() {
        found.push(&[]);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(line: &str, delimiter: Delimiter) -> Vec<String> {
        fields(line.as_bytes(), delimiter)
            .into_iter()
            .map(|field| String::from_utf8_lossy(&unquoted(field)).into_owned())
            .collect()
    }

    #[test]
    fn fields_of_every_delimiter() {
        let comma = Delimiter::Byte(b',');
        assert_eq!(texts("1, 2 ,3.5", comma), ["1", "2", "3.5"]);
        assert_eq!(texts("a,,", comma), ["a", "", ""]);
        assert_eq!(texts("", comma), [""]);
        assert_eq!(texts("1::2::3", Delimiter::Colons), ["1", "2", "3"]);
        assert_eq!(texts("1::2::", Delimiter::Colons), ["1", "2", ""]);
        assert_eq!(texts("  1 2\t 3 ", Delimiter::Spaces), ["1", "2", "3"]);
    }

    #[test]
    fn quotes_hide_delimiters_and_double_for_themselves() {
        let comma = Delimiter::Byte(b',');
        assert_eq!(
            texts(r#""a, b","say ""hi""",3"#, comma),
            ["a, b", r#"say "hi""#, "3"]
        );
        assert_eq!(texts(r#""a b" "" 3"#, Delimiter::Spaces), ["a b", "", "3"]);
        let open = split(br#"1,"2,3"#, comma, |_, _| ());
        assert_eq!(open, Err(OpenQuote { field: 1 }));
    }
}
