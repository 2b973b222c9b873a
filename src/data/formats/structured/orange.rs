//! Orange's tables: names, types and flags in three lines, or in one, with types and flags before a `#` in each name.

use super::super::blocks::lines;
use super::super::dialect::is_missing;
use super::super::format::{Format, Options};
use super::super::number;
use super::super::raw::RawMatrix;
use super::super::source::Source;
use super::super::{Names, Table};
use super::grid::{Grid, Role};
use super::records::{Records, Triplet};
use super::scan::{Lines, bare, text};
use super::{columns, ratings};
use crate::data::DataError;

/// `.tab`: ratings if there are columns called user, item and rating, or else a table.
pub(crate) struct Orange;

impl Format for Orange {
    fn name(&self) -> &'static str {
        "Orange table"
    }

    fn recognizes(&self, head: &[u8]) -> bool {
        Header::of(head).is_some()
    }

    fn ratings(
        &self,
        source: &mut Source<'_>,
        names: &mut Names,
        options: &Options<'_>,
    ) -> Result<Table, DataError> {
        let header = Header::of(source.head()).unwrap_or_default();
        match header.triplet(options)? {
            Some(triplet) => header.ratings(source, triplet, names),
            None => {
                let names: Vec<&str> = header
                    .columns
                    .iter()
                    .take(8)
                    .map(|own| &own.name[..])
                    .collect();
                Err(DataError::content(
                    source.path(),
                    format!(
                        "has no columns called user, item and rating, but {}",
                        names.join(", ")
                    ),
                    "Call the columns so, or choose a method that clusters a matrix",
                ))
            }
        }
    }

    fn matrix(
        &self,
        source: &mut Source<'_>,
        options: &Options<'_>,
    ) -> Result<RawMatrix, DataError> {
        let header = Header::of(source.head()).unwrap_or_default();
        if let Some(triplet) = header.triplet(options)? {
            let mut names = Names::default();
            let table = header.ratings(source, triplet, &mut names)?;
            return Ok(ratings::to_matrix(names, table));
        }
        header.table(source)
    }

    fn holds_only_a_matrix(&self, source: &mut Source<'_>) -> bool {
        Header::of(source.head()).is_some_and(|header| {
            let triplet = header.triplet(&Options::default());
            triplet.is_ok_and(|triplet| triplet.is_none())
        })
    }

    fn takes_columns(&self) -> bool {
        true
    }
}

/// A column as its header describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Column {
    name: String,
    kind: Kind,
    flag: Flag,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Number,
    /// One of several classes.
    Discrete,
    Text,
    Time,
    /// Not said.
    Unknown,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Flag {
    None,
    Class,
    Meta,
    Ignored,
}

#[derive(Debug, Default)]
struct Header {
    delimiter: u8,
    columns: Vec<Column>,
    /// Lines that it takes.
    lines: usize,
}

impl Header {
    /// The header, if the first lines can be nothing else.
    fn of(head: &[u8]) -> Option<Self> {
        if head.get(..1024).unwrap_or(head).contains(&0) {
            return None;
        }
        let mut lines = lines(head);
        let first = lines.next()?;
        let delimiter = if first.contains(&b'\t') { b'\t' } else { b',' };
        let names = fields(first, delimiter);
        let below: Vec<Vec<&[u8]>> = lines.take(3).map(|line| fields(line, delimiter)).collect();
        let columns = three_rows(&names, &below);
        let (columns, lines) = match columns {
            Some(columns) => (columns, 3),
            None => (one_row(&names)?, 1),
        };
        Some(Self {
            delimiter,
            columns,
            lines,
        })
    }

    fn triplet(&self, options: &Options<'_>) -> Result<Option<Triplet>, DataError> {
        let names: Vec<&[u8]> = self.columns.iter().map(|own| own.name.as_bytes()).collect();
        Ok(Triplet::of(columns::named(&names, "columns", options)?))
    }

    fn ratings(
        &self,
        source: &mut Source<'_>,
        triplet: Triplet,
        names: &mut Names,
    ) -> Result<Table, DataError> {
        let mut records = Records::new(names);
        let width = self.columns.len();
        self.each_row(source, |fields| records.push_row(fields, width, triplet))?;
        Ok(records.finish())
    }

    fn table(&self, source: &mut Source<'_>) -> Result<RawMatrix, DataError> {
        // A column without a type is one of numbers if its first field is one.
        let first = lines(source.head()).nth(self.lines).unwrap_or_default();
        let first = fields(first, self.delimiter);
        let is_number = |at: usize| first.get(at).is_some_and(|field| is_cell(field));
        let mut named = false;
        let mut role = |(at, own): (usize, &Column)| match (own.flag, own.kind) {
            (Flag::Class, Kind::Discrete | Kind::Text | Kind::Unknown) => Role::Class,
            (Flag::Class | Flag::Ignored, _) => Role::NotUsed,
            (Flag::None, Kind::Number) => Role::Cell,
            (Flag::None, Kind::Unknown) if is_number(at) => Role::Cell,
            (_, Kind::Text | Kind::Unknown) if !named && !is_number(at) => {
                named = true;
                Role::Name
            }
            _ => Role::NotUsed,
        };
        let roles: Vec<Role> = self.columns.iter().enumerate().map(&mut role).collect();
        let named = |wanted: Role| {
            let own = self
                .columns
                .iter()
                .zip(&roles)
                .filter(move |own| *own.1 == wanted);
            own.map(|(column, _)| column.name.clone())
        };
        let (names, not_used): (Vec<String>, Vec<String>) =
            (named(Role::Cell).collect(), named(Role::NotUsed).collect());
        let class = named(Role::Class).next().unwrap_or_default();
        if names.is_empty() {
            return Err(DataError::content(
                source.path(),
                "is a table of Orange without a numeric column that is no class",
                "Give a table with columns of type continuous",
            ));
        }
        let mut grid = Grid::new(roles.clone());
        self.each_row(source, |fields| grid.push(fields))?;
        let mut raw = grid.finish(Some(names), &format!("column {class}"), None);
        if !not_used.is_empty() {
            raw.notices
                .push(format!("columns not used: {}", not_used.join(", ")));
        }
        Ok(raw)
    }

    /// Calls `push` with the fields of every row.
    fn each_row(
        &self,
        source: &mut Source<'_>,
        mut push: impl FnMut(&[&[u8]]) -> Result<(), super::super::delimited::Wrong>,
    ) -> Result<(), DataError> {
        let mut lines = Lines::new(source);
        for _ in 0..self.lines {
            lines.next()?;
        }
        while let Some(line) = lines.next_filled()? {
            push(&fields(line, self.delimiter)).map_err(|wrong| lines.wrong(wrong))?;
        }
        Ok(())
    }
}

fn fields(line: &[u8], delimiter: u8) -> Vec<&[u8]> {
    line.split(|&byte| byte == delimiter).map(bare).collect()
}

fn is_cell(field: &[u8]) -> bool {
    is_missing(field) || number::number(field, false).is_ok()
}

/// Names above types and flags, above at least one row that has the types.
fn three_rows(names: &[&[u8]], below: &[Vec<&[u8]>]) -> Option<Vec<Column>> {
    let [kinds, flags, first] = below else {
        return None;
    };
    let width = names.len();
    if width < 2 || [kinds, flags, first].iter().any(|row| row.len() != width) {
        return None;
    }
    let kinds: Vec<Kind> = kinds
        .iter()
        .map(|field| kind_of(field))
        .collect::<Option<_>>()?;
    let flags: Vec<Flag> = flags
        .iter()
        .map(|field| flag_of(field))
        .collect::<Option<_>>()?;
    let fits = |at: usize| kinds[at] != Kind::Number || is_cell(first[at]);
    let known = kinds.contains(&Kind::Number) && (0..width).all(fits);
    known.then(|| {
        (0..width)
            .map(|at| Column {
                name: text(names[at]),
                kind: kinds[at],
                flag: flags[at],
            })
            .collect()
    })
}

fn kind_of(field: &[u8]) -> Option<Kind> {
    Some(match field.to_ascii_lowercase().as_slice() {
        b"" => Kind::Unknown,
        b"c" | b"continuous" | b"numeric" | b"n" => Kind::Number,
        b"d" | b"discrete" | b"categorical" => Kind::Discrete,
        b"s" | b"string" | b"text" => Kind::Text,
        b"t" | b"time" | b"datetime" => Kind::Time,
        // The values themselves, between blanks.
        values if values.contains(&b' ') => Kind::Discrete,
        _ => return None,
    })
}

fn flag_of(field: &[u8]) -> Option<Flag> {
    let mut flag = Flag::None;
    for word in field
        .split(|&byte| byte == b' ')
        .filter(|word| !word.is_empty())
    {
        match word {
            b"c" | b"class" | b"multiclass" => flag = Flag::Class,
            b"m" | b"meta" | b"metas" => flag = Flag::Meta,
            b"i" | b"ignore" | b"w" | b"weight" => flag = Flag::Ignored,
            word if word.contains(&b'=') => (),
            _ => return None,
        }
    }
    Some(flag)
}

/// Names with flags and types before a `#`: `cD#species`. Half of them must have some, one of them a flag or all a type.
fn one_row(names: &[&[u8]]) -> Option<Vec<Column>> {
    let columns: Vec<(Column, bool)> = names.iter().map(|name| with_prefix(name)).collect();
    let with = columns.iter().filter(|column| column.1).count();
    let flagged = columns.iter().any(|(column, _)| column.flag != Flag::None);
    let known = names.len() > 1 && with * 2 >= names.len() && (flagged || with == names.len());
    known.then(|| columns.into_iter().map(|column| column.0).collect())
}

/// The column of a name, and true if something stands before a `#` in it.
fn with_prefix(name: &[u8]) -> (Column, bool) {
    let plain = || Column {
        name: text(name),
        kind: Kind::Unknown,
        flag: Flag::None,
    };
    let Some((prefix, rest)) = memchr::memchr(b'#', name).map(|at| (&name[..at], &name[at + 1..]))
    else {
        return (plain(), false);
    };
    let (mut kind, mut flag) = (Kind::Unknown, Flag::None);
    for letter in prefix {
        match letter {
            b'C' | b'N' => kind = Kind::Number,
            b'D' => kind = Kind::Discrete,
            b'S' => kind = Kind::Text,
            b'T' => kind = Kind::Time,
            b'c' => flag = Flag::Class,
            b'm' => flag = Flag::Meta,
            b'i' | b'w' => flag = Flag::Ignored,
            _ => return (plain(), false),
        }
    }
    if prefix.is_empty() || prefix.len() > 2 || rest.is_empty() {
        return (plain(), false);
    }
    let column = Column {
        name: text(rest),
        kind,
        flag,
    };
    (column, true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::formats::trial::{matrix, ratings};

    #[test]
    fn three_lines_of_names_types_and_flags() {
        let text = "name\tlength\twidth\tplace\tspecies\ns\tc\tcontinuous\tnorth south\td\nmeta\t\t\t\tclass\na\t1.5\t2\tnorth\tx\nb\t?\t4\tsouth\ty\nc\t5\t6\tsouth\tx\n";
        let raw = matrix(text).expect("a matrix");
        assert!(raw.rows.ids().eq(["a", "b", "c"]));
        assert!(raw.columns.ids().eq(["length", "width"]));
        let cells: Vec<f32> = raw.cells.row(1).map(|cell| cell.1).collect();
        assert!(cells[0].is_nan() && cells[1] == 4.0);
        let classes: Vec<String> = raw
            .row_classes
            .expect("classes")
            .into_iter()
            .flatten()
            .collect();
        assert_eq!(classes, ["x", "y", "x"]);
        assert!(
            raw.notices
                .iter()
                .any(|notice| notice == "columns not used: place")
        );
        let error = ratings(text).map(|_| ()).expect_err("no ratings");
        assert!(error.contains("name, length, width"), "{error}");
    }

    #[test]
    fn one_line_with_types_before_the_names() {
        let raw = matrix("C#length,C#width,cD#species\n1,2,x\n3,4,y\n").expect("a matrix");
        assert!(raw.columns.ids().eq(["length", "width"]));
        assert_eq!(raw.cells.row(1).last(), Some((1, 4.0)));
        assert_eq!(raw.row_classes.expect("classes")[1].as_deref(), Some("y"));
    }

    #[test]
    fn ratings_by_the_names_of_columns() {
        let text =
            "user\tmovie\tscore\td\td\tc\nrow=1\tcol=1\tclass\n".replacen("\td\td", "\nd\td", 1);
        let (table, names) = ratings(&format!("{text}7\tx\t4.5\n8\ty\t3\n")).expect("ratings");
        assert!(names.users.ids().eq(["7", "8"]));
        assert_eq!(table.chunks[0].values, [4.5, 3.0]);
        let error = ratings(&format!("{text}7\tx\t4.5\n8\t\t3\n")).map(|_| ());
        let error = error.expect_err("no item");
        assert!(
            error.contains("line 5") && error.contains("no item"),
            "{error}"
        );
    }

    #[test]
    fn plain_text_is_not_taken_for_it() {
        for text in [
            "name\ta\tb\nx\t1\t2\ny\t3\t4\nz\t5\t6\n",
            "a,b\nc,d\nc,m\nx,1\n",
            "C#,D#,F#\n1,2,3\n",
            "Item #,Price\n1,2\n",
            "a\tb\nc\tc\n\t\nx\ty\n",
        ] {
            assert!(!Orange.recognizes(text.as_bytes()), "{text}");
        }
    }
}
