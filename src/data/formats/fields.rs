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
            Self::Byte(b'|') => "bars",
            Self::Byte(_) => "the delimiters",
            Self::Colons => "::",
            Self::Spaces => "spaces",
        }
    }

    /// As the key `delimiter` has it.
    pub(crate) fn key(self) -> String {
        match self {
            Self::Byte(b'\t') => "tab".to_owned(),
            Self::Byte(byte) => char::from(byte).to_string(),
            Self::Colons => "::".to_owned(),
            Self::Spaces => "space".to_owned(),
        }
    }
}

/// What encloses fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Quote {
    pub byte: u8,
    /// A quote within quotes has a backslash before it; else it is doubled.
    pub backslash: bool,
}

impl Quote {
    /// `"`, doubled within quotes.
    pub(crate) const USUAL: Self = Self {
        byte: b'"',
        backslash: false,
    };

    /// Where the quote that opens `text` is closed.
    #[inline]
    fn closing(self, text: &[u8]) -> Option<usize> {
        let mut at = 1;
        loop {
            if self.backslash {
                at += memchr::memchr2(self.byte, b'\\', &text[at..])?;
                if text[at] == b'\\' {
                    at = (at + 2).min(text.len());
                    continue;
                }
            } else {
                at += memchr::memchr(self.byte, &text[at..])?;
            }
            if text.get(at + 1) != Some(&self.byte) {
                return Some(at);
            }
            at += 2;
        }
    }
}

/// How lines are cut into fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cut {
    pub delimiter: Delimiter,
    /// `None` if quotes are letters like others.
    pub quote: Option<Quote>,
}

impl Cut {
    /// With the usual quotes.
    pub(crate) fn at(delimiter: Delimiter) -> Self {
        Self {
            delimiter,
            quote: Some(Quote::USUAL),
        }
    }

    /// The end of the record that `text` begins with: the break of its last line, or the end of the text. `None` if a quote is open there.
    /// Line breaks within quotes belong to the record.
    pub(crate) fn end_of_record(self, text: &[u8]) -> Option<usize> {
        let line = memchr::memchr(b'\n', text).unwrap_or(text.len());
        let Some(quote) = self.quote else {
            return Some(line);
        };
        if memchr::memchr(quote.byte, &text[..line]).is_none() {
            return Some(line);
        }
        let mut at = 0;
        loop {
            // At the beginning of a field.
            let blanks =
                |&byte: &u8| byte == b' ' || self.delimiter == Delimiter::Spaces && byte == b'\t';
            at += text[at..].iter().take_while(|byte| blanks(byte)).count();
            if text.get(at) == Some(&quote.byte) {
                at += quote.closing(&text[at..])? + 1;
            }
            let rest = &text[at..];
            let found = match self.delimiter {
                Delimiter::Byte(byte) => memchr::memchr2(byte, b'\n', rest),
                Delimiter::Colons => memchr::memchr2(b':', b'\n', rest),
                Delimiter::Spaces => memchr::memchr3(b' ', b'\t', b'\n', rest),
            };
            let Some(found) = found else {
                return Some(text.len());
            };
            at += found;
            if text[at] == b'\n' {
                return Some(at);
            }
            at += 1;
            if self.delimiter == Delimiter::Colons && text.get(at) == Some(&b':') {
                at += 1;
            }
        }
    }
}

/// A quote that does not enclose a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct BadQuote {
    /// The field, from 0.
    pub field: usize,
    /// True if it is never closed; else there is text between its end and the next delimiter.
    pub open: bool,
}

/// Calls `each` with the index and the text of every field, without spaces and quotes around it; returns how many there are.
/// Quotes within quotes stay as they are written: see `Cut::unquoted`.
#[inline]
pub(crate) fn cut<'l>(
    line: &'l [u8],
    by: Cut,
    mut each: impl FnMut(usize, &'l [u8]),
) -> Result<usize, BadQuote> {
    match by.delimiter {
        Delimiter::Byte(byte) => cut_at_byte(line, byte, by.quote, each),
        Delimiter::Colons => {
            let (mut rest, mut index) = (line, 0);
            loop {
                let end = memchr::memmem::find(rest, b"::");
                let field = rest[..end.unwrap_or(rest.len())].trim_ascii();
                each(index, enclosed(field, by.quote));
                index += 1;
                match end {
                    Some(end) => rest = &rest[end + 2..],
                    None => return Ok(index),
                }
            }
        }
        Delimiter::Spaces => {
            let (mut rest, mut index) = (line.trim_ascii(), 0);
            while !rest.is_empty() {
                let quote = by.quote.filter(|quote| rest[0] == quote.byte);
                let end = if let Some(quote) = quote {
                    let bad = |open| BadQuote { field: index, open };
                    let close = quote.closing(rest).ok_or(bad(true))?;
                    if rest
                        .get(close + 1)
                        .is_some_and(|b| !b.is_ascii_whitespace())
                    {
                        return Err(bad(false));
                    }
                    each(index, &rest[1..close]);
                    close + 1
                } else {
                    let space = rest.iter().position(u8::is_ascii_whitespace);
                    let end = space.unwrap_or(rest.len());
                    each(index, &rest[..end]);
                    end
                };
                rest = rest[end..].trim_ascii_start();
                index += 1;
            }
            Ok(index)
        }
    }
}

/// The inside of a field that begins and ends with a quote.
fn enclosed(field: &[u8], quote: Option<Quote>) -> &[u8] {
    match (quote, field) {
        (Some(quote), [first, inside @ .., last])
            if *first == quote.byte && *last == quote.byte =>
        {
            inside
        }
        _ => field,
    }
}

#[inline]
fn cut_at_byte<'l>(
    line: &'l [u8],
    byte: u8,
    quote: Option<Quote>,
    mut each: impl FnMut(usize, &'l [u8]),
) -> Result<usize, BadQuote> {
    let (mut start, mut index) = (0, 0);
    // A byte that no line begins with, where there are no quotes.
    let opening = quote.map_or(b'\n', |quote| quote.byte);
    loop {
        let rest = &line[start..];
        let first = rest.first().copied().unwrap_or(byte);
        let quoted = match quote {
            Some(_) if first == opening => Some(0),
            Some(_) if first == b' ' => {
                let blanks = rest.iter().take_while(|b| **b == b' ').count();
                (byte != b' ' && rest.get(blanks) == Some(&opening)).then_some(blanks)
            }
            _ => None,
        };
        let (field, end) = match (quoted, quote) {
            (Some(blanks), Some(quote)) => {
                let rest = &rest[blanks..];
                let bad = |open| BadQuote { field: index, open };
                let close = quote.closing(rest).ok_or(bad(true))?;
                let after = rest[close + 1..].iter().position(|&b| b == byte);
                let behind = &rest[close + 1..after.map_or(rest.len(), |at| close + 1 + at)];
                if !behind.trim_ascii().is_empty() {
                    return Err(bad(false));
                }
                (&rest[1..close], after.map(|at| blanks + close + 1 + at))
            }
            _ => {
                let end = rest.iter().position(|&b| b == byte);
                (rest[..end.unwrap_or(rest.len())].trim_ascii(), end)
            }
        };
        each(index, field);
        index += 1;
        match end {
            Some(end) => start += end + 1,
            None => return Ok(index),
        }
    }
}

impl Cut {
    /// A field with the quotes within it as they are meant.
    pub(crate) fn unquoted(self, field: &[u8]) -> Cow<'_, [u8]> {
        let Some(Quote { byte, backslash }) = self.quote else {
            return Cow::Borrowed(field);
        };
        let first = if backslash {
            memchr::memchr2(byte, b'\\', field)
        } else {
            memchr::memchr(byte, field)
        };
        let Some(first) = first else {
            return Cow::Borrowed(field);
        };
        let mut text = field[..first].to_vec();
        let mut rest = &field[first..];
        while let [own, after @ ..] = rest {
            text.push(*own);
            rest = after;
            match after.first() {
                Some(next) if *own == byte && *next == byte => rest = &after[1..],
                Some(next) if backslash && *own == b'\\' && (*next == byte || *next == b'\\') => {
                    text.pop();
                    text.push(*next);
                    rest = &after[1..];
                }
                _ => (),
            }
        }
        Cow::Owned(text)
    }

    /// All fields of a line; a quote that does not enclose a field ends the list with an empty one.
    pub(crate) fn fields(self, line: &[u8]) -> Vec<&[u8]> {
        let mut found = Vec::new();
        let whole = cut(line, self, |_, field| found.push(field));
        if whole.is_err() {
            found.push(&[]);
        }
        found
    }
}

/// All fields of a line with the usual quotes.
pub(crate) fn fields(line: &[u8], delimiter: Delimiter) -> Vec<&[u8]> {
    Cut::at(delimiter).fields(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(line: &str, delimiter: Delimiter) -> Vec<String> {
        fields(line.as_bytes(), delimiter)
            .into_iter()
            .map(|field| String::from_utf8_lossy(&Cut::at(delimiter).unquoted(field)).into_owned())
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
        let bad = |line: &[u8]| cut(line, Cut::at(comma), |_, _| ()).unwrap_err();
        let (field, open) = (1, true);
        assert_eq!(bad(br#"1,"2,3"#), BadQuote { field, open });
        let open = false;
        assert_eq!(bad(br#"1,"2"3,4"#), BadQuote { field, open });
    }

    fn cut_with(line: &str, quote: Option<Quote>) -> Vec<String> {
        let delimiter = Delimiter::Byte(b';');
        let by = Cut { delimiter, quote };
        by.fields(line.as_bytes())
            .into_iter()
            .map(|field| String::from_utf8_lossy(&by.unquoted(field)).into_owned())
            .collect()
    }

    #[test]
    fn quotes_after_a_backslash_belong_to_the_field() {
        let backslash = Some(Quote {
            byte: b'"',
            backslash: true,
        });
        let line = r#""a";"\"b; c";"d\\""#;
        assert_eq!(cut_with(line, backslash), ["a", r#""b; c"#, r"d\"]);
        assert_eq!(cut_with(r#"5" disk;"x""#, None), [r#"5" disk"#, r#""x""#]);
        let single = Some(Quote {
            byte: b'\'',
            backslash: false,
        });
        assert_eq!(cut_with("'it''s'; 'b;c';\"", single), ["it's", "b;c", "\""]);
    }

    #[test]
    fn a_record_ends_at_the_first_break_outside_quotes() {
        let by = Cut::at(Delimiter::Byte(b','));
        for (text, end) in [
            ("a,b\nc", Some(3)),
            ("a,\"b\nc\"\nd", Some(7)),
            ("a, \"b \"\"\n\"\"\"\nd", Some(12)),
            ("5\" disk,b\nc", Some(9)),
            ("a,\"b\nc", None),
            ("a", Some(1)),
        ] {
            assert_eq!(by.end_of_record(text.as_bytes()), end, "{text}");
        }
    }
}
