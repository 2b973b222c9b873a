//! Lists of cells below a line that says how large the matrix is: coclust's own CSV (rows, columns and perhaps a number of blocks, then
//! positions from 0), and lists below rows, columns and the number of entries, as MatrixMarket has them, without its banner.

use rustc_hash::FxHashSet;

use super::super::format::{Format, Options};
use super::super::number;
use super::super::raw::RawMatrix;
use super::super::source::Source;
use super::super::{Names, Table};
use super::ratings;
use super::scan::{Sample, is_comment, pieces, whole, wholes};
use super::triplets::{self, Declared};
use crate::data::DataError;
use crate::data::load::counted;

/// A list of cells below a line with the size.
pub(crate) struct SizedList;

impl Format for SizedList {
    fn name(&self) -> &'static str {
        "list of cells below a line with the size"
    }

    fn recognizes(&self, head: &[u8]) -> bool {
        FirstLine::of(&Sample::of(head).below_comments()).is_some()
    }

    fn ratings(
        &self,
        source: &mut Source<'_>,
        names: &mut Names,
        options: &Options<'_>,
    ) -> Result<Table, DataError> {
        Ok(ratings::of_matrix(self.matrix(source, options)?, names))
    }

    fn matrix(
        &self,
        source: &mut Source<'_>,
        _options: &Options<'_>,
    ) -> Result<RawMatrix, DataError> {
        let found = FirstLine::of(&Sample::of(source.head()).below_comments()).unwrap_or_default();
        let mut line = 1;
        while let Some(text) = source.next_line()?
            && is_comment(&text)
        {
            line += 1;
        }
        let declared = Declared {
            rows: found.rows,
            columns: found.columns,
            entries: match found.third {
                Third::Entries(entries) => Some(entries),
                Third::Blocks(_) | Third::Nothing => None,
            },
            first: found.first,
            line,
        };
        let mut raw = triplets::read(source, &declared, line + 1)?;
        raw.notices.push(found.notice());
        Ok(raw)
    }
}

/// What the first line says.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
struct FirstLine {
    rows: u64,
    columns: u64,
    third: Third,
    /// What rows and columns are counted from below.
    first: usize,
}

/// What stands behind the number of columns.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
enum Third {
    #[default]
    Nothing,
    /// How many blocks the matrix is thought to have.
    Blocks(u64),
    /// How many cells follow.
    Entries(u64),
}

impl FirstLine {
    /// The first line, if it can be nothing but a size: every other line names a cell of its own within it.
    fn of(sample: &Sample<'_>) -> Option<Self> {
        let [size, lines @ ..] = &sample.lines[..] else {
            return None;
        };
        let size = wholes(size)?;
        let (&[rows, columns], more) = size.split_first_chunk::<2>()?;
        let cells = Positions::of(lines)?;
        let first = usize::from(cells.lowest.0 > 0 && cells.lowest.1 > 0);
        let last = (rows + first as u64, columns + first as u64);
        if rows < 2 || columns < 2 || cells.highest.0 >= last.0 || cells.highest.1 >= last.1 {
            return None;
        }
        let found = |third| Self {
            rows,
            columns,
            third,
            first,
        };
        match *more {
            [] => Some(found(Third::Nothing)),
            [third] => cells
                .third(third, (rows, columns), first, sample.whole)
                .map(found),
            _ => None,
        }
    }

    fn notice(self) -> String {
        let Self {
            rows,
            columns,
            first,
            ..
        } = self;
        let third = match self.third {
            Third::Nothing => String::new(),
            Third::Blocks(blocks) => format!(
                ", and {} as in coclust's own CSV, which sets nothing here",
                counted(blocks as usize, "block", "blocks")
            ),
            Third::Entries(entries) => {
                format!(" with {}", counted(entries as usize, "entry", "entries"))
            }
        };
        format!(
            "the first line was read as the size of the matrix, {rows} × {columns}{third}; below it, rows and columns count from {first}"
        )
    }
}

/// The positions of cells.
struct Positions {
    count: u64,
    start: (u64, u64),
    end: (u64, u64),
    lowest: (u64, u64),
    highest: (u64, u64),
}

impl Positions {
    /// The positions in lines of row, column and value; `None` if one is something else, or names a cell again.
    fn of(lines: &[&[u8]]) -> Option<Self> {
        let mut seen = FxHashSet::default();
        let mut all: Option<Self> = None;
        for line in lines {
            let mut fields = pieces(line);
            let (row, column) = (whole(fields.next()?)?, whole(fields.next()?)?);
            number::number(fields.next()?, false).ok()?;
            if fields.next().is_some() || !seen.insert((row, column)) {
                return None;
            }
            let all = all.get_or_insert(Self {
                count: 0,
                start: (row, column),
                end: (row, column),
                lowest: (row, column),
                highest: (row, column),
            });
            all.count += 1;
            all.end = (row, column);
            all.lowest = (all.lowest.0.min(row), all.lowest.1.min(column));
            all.highest = (all.highest.0.max(row), all.highest.1.max(column));
        }
        all.filter(|all| all.count >= LEAST_CELLS)
    }

    /// What the third number of a size is; `None` if the line may be a cell as well. `whole`: these are all the cells.
    fn third(
        &self,
        third: u64,
        (rows, columns): (u64, u64),
        first: usize,
        whole: bool,
    ) -> Option<Third> {
        let from = first as u64;
        let last = (rows + from - 1, columns + from - 1);
        let reached = (self.highest.0 == last.0, self.highest.1 == last.1);
        let begins = self.start.0 == from || self.start.1 == from;
        let least = rows.min(columns);
        if whole && third == self.count && (reached.0 || reached.1) || !whole && third >= self.count
        {
            return Some(Third::Entries(third));
        }
        // The first cell of coclust's files is in the first rows, and the zeros show what they count from.
        let zeros = self.lowest == (0, 0);
        let ascending = self.start.0 <= self.end.0;
        if zeros && ascending && (1..=least).contains(&third) && (!whole || reached.0 || reached.1)
        {
            return Some(Third::Blocks(third));
        }
        // A wrong number of entries: said when the file is read.
        let sized = third > least && third <= rows.saturating_mul(columns);
        (whole && sized && begins && ascending && reached == (true, true))
            .then_some(Third::Entries(third))
    }
}

/// Fewer cells show nothing.
const LEAST_CELLS: u64 = 4;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Monitor;
    use crate::data::formats::{read, read_matrix};

    fn first_line(text: &str) -> Option<(u64, u64, Third, usize)> {
        let line = FirstLine::of(&Sample::of(text.as_bytes()))?;
        Some((line.rows, line.columns, line.third, line.first))
    }

    #[test]
    fn sizes_are_told_from_cells() {
        let cells = "0,0,1\n0,2,3\n1,1,2\n2,0,1\n2,2,4\n";
        let found = first_line(&format!("3,3,2\n{cells}"));
        assert_eq!(found, Some((3, 3, Third::Blocks(2), 0)));
        let found = first_line(&format!("3,3\n{cells}"));
        assert_eq!(found, Some((3, 3, Third::Nothing, 0)));
        let found = first_line(&format!("3,3,5\n{cells}"));
        assert_eq!(found, Some((3, 3, Third::Entries(5), 0)));
        let from_one = "1 1 1.5\n1 3 3\n2 2 2\n3 1 1\n3 3 4\n";
        let found = first_line(&format!("3 3 5\n{from_one}"));
        assert_eq!(found, Some((3, 3, Third::Entries(5), 1)));
        let found = first_line(&format!("3 3 4\n{from_one}"));
        assert_eq!(found, Some((3, 3, Third::Entries(4), 1)));
        let found = first_line(&format!("3 3\n{from_one}"));
        assert_eq!(found, Some((3, 3, Third::Nothing, 1)));
    }

    #[test]
    fn plain_ratings_are_not_taken_for_it() {
        for text in [
            // The highest user and item come first, but others follow from 1 as well: it may be a rating.
            "3,3,2\n1,1,2\n2,1,3\n2,2,1\n3,1,5\n3,2,4\n",
            "5,5,3\n4,4,2\n3,2,3\n2,2,1\n1,1,5\n0,0,4\n",
            "3,3,2\n4,0,1\n0,2,3\n1,1,2\n2,0,1\n",
            "3,3,2\n0,0,1\n0,0,3\n1,1,2\n2,2,1\n",
            "3,3,2\n0,0,1\n2,2,1\n",
            "3,3,2\n0,0,a\n0,2,3\n1,1,2\n2,0,1\n",
            "3,3,2\n0,0,1,9\n0,2,3,9\n1,1,2,9\n2,2,1,9\n",
        ] {
            assert_eq!(first_line(text), None, "{text}");
        }
    }

    #[test]
    fn the_size_is_no_cell() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("m");
        std::fs::write(
            &path,
            "4\t3\t2\n0\t0\t1\n0\t2\t3\n1\t1\t2\n3\t0\t1\n3\t1\t6\n",
        )
        .expect("written");
        let (raw, _) =
            read_matrix(&path, &Options::default(), &Monitor::default()).expect("a matrix");
        assert_eq!((raw.cells.rows(), raw.cells.columns()), (4, 3));
        assert_eq!(raw.cells.row(3).collect::<Vec<_>>(), [(0, 1.0), (1, 6.0)]);
        assert_eq!(raw.cells.row(2).count(), 0);
        assert!(raw.rows.ids().eq(["0", "1", "2", "3"]));
        assert!(
            raw.notices[0].contains("4 × 3, and 2 blocks"),
            "{:?}",
            raw.notices
        );
        let mut names = Names::default();
        let (table, _) =
            read(&path, &mut names, &Options::default(), &Monitor::default()).expect("ratings");
        assert_eq!(table.len(), 5);
        assert!(names.users.ids().eq(["0", "1", "3"]));
    }
}
