//! Recognizes the layout of delimited text from its first lines.

use std::path::Path;

use super::blocks::lines;
use super::fields::{Delimiter, fields};
use super::header::Named;
use super::number;
use crate::data::{DataError, Place};

/// Where the parts of a rating stand in a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Layout {
    pub delimiter: Delimiter,
    /// Fields in every line.
    pub columns: usize,
    pub user: usize,
    pub item: usize,
    pub rating: usize,
    pub timestamp: Option<usize>,
}

/// Contents of delimited text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Shape {
    /// One rating a line, after `skip` lines of comments and header.
    Triplets {
        layout: Layout,
        skip: usize,
        /// Columns that are not used, from 1.
        ignored: Vec<usize>,
    },
    /// A matrix with item ids in its first line (after `skip` comments) and user ids in its first column.
    Matrix {
        delimiter: Delimiter,
        /// Fields in every line below the first.
        columns: usize,
        skip: usize,
    },
}

/// Lines that are looked at.
const SAMPLE: usize = 100;

const SHOULD: &str = "Give one rating per line: user, item, rating and perhaps a time, between tabs, commas, semicolons, bars, `::` or spaces";

/// The first lines of delimited text, cut into fields.
pub(crate) struct Sample<'h> {
    /// Lines of comments above.
    pub comments: usize,
    pub delimiter: Delimiter,
    /// Fields in most lines.
    pub columns: usize,
    /// At least one.
    pub rows: Vec<Vec<&'h [u8]>>,
    /// True if it is all there is.
    pub whole: bool,
}

impl<'h> Sample<'h> {
    /// Cuts up the first lines of a file. `whole`: `head` is the whole file; `should`: what to do if it is something else.
    pub(crate) fn of(
        path: &Path,
        head: &'h [u8],
        whole: bool,
        should: &str,
    ) -> Result<Self, DataError> {
        if head.starts_with(b"\xff\xfe") || head.starts_with(b"\xfe\xff") {
            return Err(DataError::content(
                path,
                "is UTF-16 text",
                "Save it as UTF-8",
            ));
        }
        if head.contains(&0) {
            return Err(DataError::content(
                path,
                "is a binary file of an unknown kind",
                "Give delimited text, MatrixMarket, .npy or .npz, or one of these compressed with gzip",
            ));
        }
        // The last line of a part of a file may be cut off.
        let end = match memchr::memrchr(b'\n', head) {
            Some(last) if !whole => last + 1,
            _ => head.len(),
        };
        let all: Vec<&[u8]> = lines(&head[..end]).take(SAMPLE + 1000).collect();
        let comments = all
            .iter()
            .take_while(|line| {
                matches!(line.first(), Some(b'%' | b'#')) || line.trim_ascii().is_empty()
            })
            .count();
        let sample: Vec<&[u8]> = all[comments..]
            .iter()
            .copied()
            .filter(|line| !line.trim_ascii().is_empty())
            .take(SAMPLE)
            .collect();
        if sample.is_empty() {
            return Err(DataError::content(path, "holds no lines of data", should));
        }
        let Some((delimiter, columns)) = delimiter_of(&sample) else {
            return Err(DataError::Content {
                place: Place {
                    path: path.to_owned(),
                    line: Some(comments as u64 + 1),
                    column: None,
                },
                problem: "there is only one column".to_owned(),
                remedy: should.to_owned(),
            });
        };
        Ok(Self {
            comments,
            delimiter,
            columns,
            rows: sample.iter().map(|line| fields(line, delimiter)).collect(),
            whole,
        })
    }
}

/// Recognizes the layout. `whole`: `head` is the whole file.
pub(crate) fn recognize(path: &Path, head: &[u8], whole: bool) -> Result<Shape, DataError> {
    let sample = Sample::of(path, head, whole, SHOULD)?;
    let named = Named::of(&sample.rows[0]);
    if named.count() < 2 && is_matrix(&sample.rows, sample.columns) {
        return Ok(Shape::Matrix {
            delimiter: sample.delimiter,
            columns: sample.columns,
            skip: sample.comments,
        });
    }
    triplets(path, &sample, &named)
}

/// The layout of lines of user, item and rating.
pub(crate) fn triplets(
    path: &Path,
    sample: &Sample<'_>,
    named: &Named,
) -> Result<Shape, DataError> {
    let &Sample {
        comments,
        delimiter,
        columns,
        ref rows,
        whole,
    } = sample;
    if columns == 2 {
        return Err(DataError::Content {
            place: Place {
                path: path.to_owned(),
                line: Some(comments as u64 + 1),
                column: Some(3),
            },
            problem: format!(
                "there are only two columns between {}, and no rating",
                delimiter.name()
            ),
            remedy:
                "Add a third column with the rating; pairs without a rating cannot be learned from"
                    .to_owned(),
        });
    }
    let layout = named.layout(delimiter, columns, rows);
    let header = named.count() >= 2
        || rows[0].get(layout.rating).is_some_and(|text| {
            matches!(
                number::number(text, true),
                Err(number::NumberProblem::NotANumber)
            ) && !text.is_empty()
        });
    if header && rows.len() == 1 && whole {
        return Err(DataError::content(
            path,
            "holds a header, but no rating",
            "Add lines with user, item and rating below it",
        ));
    }
    let ignored = (0..columns)
        .filter(|column| {
            ![layout.user, layout.item, layout.rating].contains(column)
                && layout.timestamp != Some(*column)
        })
        .map(|column| column + 1)
        .collect();
    Ok(Shape::Triplets {
        layout,
        skip: comments + usize::from(header),
        ignored,
    })
}

/// The delimiter that cuts most lines into the same number of fields, at least three (or else two), and that number.
fn delimiter_of(sample: &[&[u8]]) -> Option<(Delimiter, usize)> {
    let candidates = [
        Delimiter::Colons,
        Delimiter::Byte(b'\t'),
        Delimiter::Byte(b';'),
        Delimiter::Byte(b'|'),
        Delimiter::Byte(b','),
        Delimiter::Spaces,
    ];
    let found: Vec<(Delimiter, usize, usize)> = candidates
        .into_iter()
        .map(|delimiter| {
            let counts: Vec<usize> = sample
                .iter()
                .map(|line| fields(line, delimiter).len())
                .collect();
            let (mode, covered) = mode(&counts);
            (delimiter, mode, covered)
        })
        .collect();
    for least in [3, 2] {
        // Of equals the earlier.
        let best = found
            .iter()
            .filter(|(_, columns, _)| *columns >= least)
            .rev()
            .max_by_key(|(_, _, covered)| *covered);
        if let Some(&(delimiter, columns, _)) = best {
            return Some((delimiter, columns));
        }
    }
    None
}

/// The most common count, and how many times it occurs. Of equals the one of the earlier line.
fn mode(counts: &[usize]) -> (usize, usize) {
    counts
        .iter()
        .map(|&count| (count, counts.iter().filter(|&&own| own == count).count()))
        .rev()
        .max_by_key(|(_, times)| *times)
        .unwrap_or((0, 0))
}

/// True if the lines look like a matrix with labels: the first cell empty; or empty cells under a header; or many columns of numbers.
fn is_matrix(rows: &[Vec<&[u8]>], columns: usize) -> bool {
    if columns < 3 || rows.len() < 2 {
        return false;
    }
    let header = &rows[0];
    if header[0].is_empty() {
        return true;
    }
    let cells = || rows[1..].iter().flat_map(|row| row.iter().skip(1));
    if !cells().all(|cell| is_missing(cell) || number::number(cell, true).is_ok()) {
        return false;
    }
    let numeric_header = header.iter().all(|cell| number::number(cell, true).is_ok());
    columns >= 6 || (columns >= 4 && !numeric_header && cells().any(|cell| is_missing(cell)))
}

/// True if a cell of a matrix stands for no rating.
pub(crate) fn is_missing(cell: &[u8]) -> bool {
    matches!(cell, b"" | b"NA" | b"NaN" | b"nan")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(text: &str) -> Shape {
        recognize(Path::new("ratings"), text.as_bytes(), true).expect("a layout")
    }

    fn triplets(text: &str) -> (Layout, usize) {
        match shape(text) {
            Shape::Triplets { layout, skip, .. } => (layout, skip),
            matrix @ Shape::Matrix { .. } => panic!("{matrix:?}"),
        }
    }

    #[test]
    fn files_of_the_field() {
        let cases = [
            // MovieLens 100k, 1M, 25M; MovieTweetings; Book-Crossing; KONECT; plain.
            (
                "196\t242\t3\t881250949\n186\t302\t3\t891717742\n",
                Delimiter::Byte(b'\t'),
                0,
                Some(3),
            ),
            (
                "1::1193::5::978300760\n1::661::3::978302109\n",
                Delimiter::Colons,
                0,
                Some(3),
            ),
            (
                "userId,movieId,rating,timestamp\n1,2,3.5,1112486027\n",
                Delimiter::Byte(b','),
                1,
                Some(3),
            ),
            (
                "1::0114508::8::1381006850\n2::0208092::5::1586466072\n",
                Delimiter::Colons,
                0,
                Some(3),
            ),
            (
                "\"User-ID\";\"ISBN\";\"Book-Rating\"\n\"276725\";\"034545104X\";\"0\"\n",
                Delimiter::Byte(b';'),
                1,
                None,
            ),
            (
                "% bip weighted\n1 1 5 881250949\n2 1 3 881250950\n",
                Delimiter::Spaces,
                1,
                Some(3),
            ),
            ("a|b|3\nc|d|4\n", Delimiter::Byte(b'|'), 0, None),
            ("1 2 3\n", Delimiter::Spaces, 0, None),
            ("x,y,z\n1,2,3\n", Delimiter::Byte(b','), 1, None),
            (
                "ann;film one;3,5\nbob;film two;4\n",
                Delimiter::Byte(b';'),
                0,
                None,
            ),
        ];
        for (text, delimiter, skip, timestamp) in cases {
            let (layout, skipped) = triplets(text);
            assert_eq!(layout.delimiter, delimiter, "{text}");
            assert_eq!(
                (layout.user, layout.item, layout.rating),
                (0, 1, 2),
                "{text}"
            );
            assert_eq!((skipped, layout.timestamp), (skip, timestamp), "{text}");
        }
    }

    #[test]
    fn a_header_puts_columns_in_any_order() {
        let (layout, _) = triplets("rating,date,movie_id,user\n3,2019-01-01,a,b\n");
        let found = (layout.user, layout.item, layout.rating, layout.timestamp);
        assert_eq!(found, (3, 2, 0, Some(1)));
    }

    #[test]
    fn a_fourth_column_of_small_numbers_is_no_time() {
        let (layout, _) = triplets("1,2,3,4\n5,6,7,8\n");
        assert_eq!(layout.timestamp, None);
    }

    #[test]
    fn labeled_matrices() {
        for text in [
            ",a,b,c\nu1,1,,3\nu2,,2,\n",
            "user,a,b,c\nu1,1,,3\nu2,,2,\n",
            "user,1,2,3,4,5\n7,1,0,3,4,5\n8,1,2,3,4,5\n",
            "name\ta\tb\tc\nu\t1\tNA\t3\n",
        ] {
            assert!(matches!(shape(text), Shape::Matrix { .. }), "{text}");
        }
    }

    #[test]
    fn a_missing_rating_does_not_make_a_matrix() {
        triplets("userId,movieId,rating,timestamp\n1,2,,1112486027\n1,3,4,1112486027\n");
        triplets("1,2,\n3,4,5\n");
    }
}
