//! The banner of a MatrixMarket file, and the line with the size of the matrix.

use super::super::blocks::lines;
use super::super::delimited::shown;
use super::super::source::Source;
use crate::data::{DataError, Place};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Symmetry {
    General,
    Symmetric,
    Skew,
}

/// What the first line says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Banner {
    /// All cells, column by column, instead of entries.
    pub array: bool,
    /// Positions without values, each of which stands for 1.
    pub pattern: bool,
    pub symmetry: Symmetry,
}

/// All that stands above the entries.
#[derive(Debug)]
pub(super) struct Header {
    pub banner: Banner,
    pub banner_line: u64,
    pub rows: u64,
    pub columns: u64,
    /// How many numbers or entries follow.
    pub entries: u64,
    /// The line with the size.
    pub line: u64,
    pub notices: Vec<String>,
}

const WORD: &[u8] = b"MatrixMarket";
const BEGIN: &str = "Begin with: %%MatrixMarket matrix coordinate real general";

/// True if a file begins as MatrixMarket's do, or nearly: with one `%`, in another case, below empty lines or comments.
pub(super) fn begins(head: &[u8]) -> bool {
    let above = |line: &&[u8]| line.is_empty() || line.starts_with(b"%");
    let mut above = lines(head).map(<[u8]>::trim_ascii).take_while(above);
    above.any(is_banner)
}

fn is_banner(line: &[u8]) -> bool {
    let line = line.trim_ascii();
    let percents = line.iter().take_while(|&&byte| byte == b'%').count();
    let word = line[percents..].trim_ascii_start();
    let after = word.get(WORD.len()).copied().unwrap_or(b' ');
    percents > 0
        && after.is_ascii_whitespace()
        && word.len() >= WORD.len()
        && word[..WORD.len()].eq_ignore_ascii_case(WORD)
}

/// Something wrong in a line of the file.
pub(super) fn wrong(
    source: &Source<'_>,
    line: u64,
    problem: impl Into<String>,
    remedy: impl Into<String>,
) -> DataError {
    DataError::Content {
        place: Place {
            path: source.path().to_owned(),
            line: Some(line),
            column: None,
        },
        problem: problem.into(),
        remedy: remedy.into(),
    }
}

/// Reads down to the banner; returns it with its line, and a notice if it is not as it should be.
pub(super) fn read_banner(
    source: &mut Source<'_>,
) -> Result<(Banner, u64, Option<String>), DataError> {
    let mut line = 1;
    let mut text = source.next_line()?.unwrap_or_default();
    while !is_banner(&text) {
        match source.next_line()? {
            Some(next) => text = next,
            None => {
                return Err(wrong(
                    source,
                    line,
                    "there is no MatrixMarket header",
                    BEGIN,
                ));
            }
        }
        line += 1;
    }
    let banner =
        Banner::parse(&text).map_err(|(problem, remedy)| wrong(source, line, problem, remedy))?;
    let usual = text.get(..2) == Some(b"%%") && text.get(2) != Some(&b'%');
    let notice = "the header does not begin with %%MatrixMarket as it should: it was read as such all the same";
    Ok((banner, line, (!usual).then(|| notice.to_owned())))
}

impl Header {
    /// Reads the banner, which must be `allowed`, comments, and the size.
    pub(super) fn read(
        source: &mut Source<'_>,
        allowed: impl FnOnce(Banner) -> Result<(), (&'static str, &'static str)>,
    ) -> Result<Self, DataError> {
        let (banner, banner_line, notice) = read_banner(source)?;
        allowed(banner).map_err(|(problem, remedy)| wrong(source, banner_line, problem, remedy))?;
        let mut line = banner_line;
        let wanted = match banner.array {
            true => "two whole numbers: rows, columns",
            false => "three whole numbers: rows, columns, entries",
        };
        let size = loop {
            line += 1;
            let Some(text) = source.next_line()? else {
                return Err(wrong(
                    source,
                    line,
                    "the line with the size of the matrix is missing",
                    format!("Write it below the comments: {wanted}"),
                ));
            };
            let text = text.trim_ascii();
            if !text.is_empty() && !text.starts_with(b"%") {
                break text.to_owned();
            }
        };
        let Some((rows, columns, entries)) = parse_size(&size, banner) else {
            return Err(wrong(
                source,
                line,
                format!(
                    "expected the size of the matrix, but found {}",
                    shown(&size)
                ),
                format!(
                    "Write {wanted}; if this is the first entry, write them in a line above it"
                ),
            ));
        };
        if banner.symmetry != Symmetry::General && rows != columns {
            return Err(wrong(
                source,
                line,
                format!("a symmetric matrix is square, but this is {rows} × {columns}"),
                "Correct the header, or write the matrix as general",
            ));
        }
        Ok(Self {
            banner,
            banner_line,
            rows,
            columns,
            entries,
            line,
            notices: notice.into_iter().collect(),
        })
    }

    /// An error if the file holds another number of entries than it promises.
    pub(super) fn check_count(&self, source: &Source<'_>, found: u64) -> Result<(), DataError> {
        if found == self.entries {
            return Ok(());
        }
        let remedy = match found > self.entries {
            true => "Correct it if all of them belong to the matrix",
            false => "Download or copy the file again, or correct the header if nothing is missing",
        };
        let promised = self.entries;
        let problem = format!("the header promises {promised} entries, but the file holds {found}");
        Err(wrong(source, self.line, problem, remedy))
    }
}

impl Banner {
    fn parse(line: &[u8]) -> Result<Self, (&'static str, &'static str)> {
        let text = String::from_utf8_lossy(line).to_ascii_lowercase();
        let text = text.trim_start_matches([' ', '\t', '%']);
        let words: Vec<&str> = text.split_ascii_whitespace().skip(1).collect();
        let unknown = ("the first line is not a known MatrixMarket header", BEGIN);
        let (format, field, symmetry) = match words[..] {
            ["matrix", format, field, symmetry] => (format, field, symmetry),
            ["matrix", "coordinate" | "array", _] => {
                return Err((
                    "the header does not say whether the matrix is symmetric",
                    "End the line with general, or with symmetric if only one half of the matrix follows",
                ));
            }
            _ => return Err(unknown),
        };
        let array = match format {
            "coordinate" => false,
            "array" => true,
            _ => return Err(unknown),
        };
        let pattern = match field {
            "real" | "integer" | "double" | "unsigned-integer" => false,
            "pattern" if !array => true,
            "complex" => {
                return Err((
                    "the values are complex numbers",
                    "Write them as real or integer",
                ));
            }
            _ => return Err(unknown),
        };
        let symmetry = match symmetry {
            "general" => Symmetry::General,
            "symmetric" => Symmetry::Symmetric,
            "skew-symmetric" => Symmetry::Skew,
            _ => return Err(unknown),
        };
        Ok(Self {
            array,
            pattern,
            symmetry,
        })
    }
}

/// Rows, columns, and how many entries follow.
fn parse_size(text: &[u8], banner: Banner) -> Option<(u64, u64, u64)> {
    let text = std::str::from_utf8(text).ok()?;
    let numbers: Result<Vec<u64>, _> = text.split_ascii_whitespace().map(str::parse).collect();
    match numbers.ok()?[..] {
        [rows, columns] if banner.array => {
            let all = rows.checked_mul(columns)?;
            // Of a symmetric array the lower triangle follows, without the diagonal where it is zero.
            let entries = match banner.symmetry {
                Symmetry::General => all,
                Symmetry::Symmetric => all.checked_add(rows)? / 2,
                Symmetry::Skew => all.checked_sub(rows)? / 2,
            };
            Some((rows, columns, entries))
        }
        [rows, columns, entries] if !banner.array => Some((rows, columns, entries)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_as_people_have_them() {
        for head in [
            "%%MatrixMarket matrix coordinate real general\n",
            "%MatrixMarket matrix coordinate real general\n",
            "\n\n  %%MATRIXMARKET\tmatrix\tcoordinate real general\n",
            "% written by hand\n%%matrixmarket matrix array real general\n",
            "%% MatrixMarket matrix",
        ] {
            assert!(begins(head.as_bytes()), "{head}");
        }
        for head in [
            "MatrixMarket matrix coordinate real general\n",
            "% bip weighted\n1 1 5\n%%MatrixMarket\n",
            "%%MatrixMarkets are open\n",
            "",
        ] {
            assert!(!begins(head.as_bytes()), "{head}");
        }
    }
}
