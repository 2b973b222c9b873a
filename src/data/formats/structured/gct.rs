//! Gene expression in GCT 1.2 and 1.3: the version, the size, names, and rows of a name, a description and values.

use super::super::delimited::shown;
use super::super::dialect::is_missing;
use super::super::format::{Format, Options};
use super::super::header::is_class;
use super::super::raw::{Found, RawMatrix};
use super::super::source::Source;
use super::super::{Names, Table};
use super::grid::{Grid, Role, wrong_size};
use super::records::no_ratings;
use super::scan::{self, Lines, Sample, between_tabs, text, wholes};
use crate::data::DataError;

/// `expression.gct`.
pub(crate) struct Gct;

impl Format for Gct {
    fn name(&self) -> &'static str {
        "GCT"
    }

    fn recognizes(&self, head: &[u8]) -> bool {
        let sample = Sample::of(head);
        matches!(&sample.lines[..], [version, size, _, ..]
            if is_version(version) && wholes(size).is_some_and(|size| matches!(size.len(), 2 | 4)))
    }

    fn ratings(
        &self,
        source: &mut Source<'_>,
        _names: &mut Names,
        _options: &Options<'_>,
    ) -> Result<Table, DataError> {
        Err(no_ratings(source.path(), "gene expression (GCT)"))
    }

    fn matrix(
        &self,
        source: &mut Source<'_>,
        _options: &Options<'_>,
    ) -> Result<RawMatrix, DataError> {
        let mut lines = Lines::new(source);
        lines.next_filled()?;
        let size = lines.next_filled()?.and_then(wholes).unwrap_or_default();
        let size_line = lines.number();
        let (rows, columns) = (size.first().copied(), size.get(1).copied());
        let (rows, columns) = (rows.unwrap_or(0), columns.unwrap_or(0));
        let header = lines.next_filled()?.unwrap_or_default();
        // Spreadsheets save it with commas.
        let between: fn(&[u8]) -> Vec<&[u8]> = match header.contains(&b'\t') {
            true => between_tabs,
            false => between_commas,
        };
        let header = names(between(header));
        let above = header.len() as u64;
        // GCT 1.3 says how many fields describe a row, and how many lines describe the columns.
        let (before, lines_below) = match size[..] {
            [_, _, fields, below] => (fields.saturating_add(1), below),
            _ if above == columns.saturating_add(1) => (1, 0),
            _ => (2, 0),
        };
        if above != columns.saturating_add(before) {
            return Err(lines.wrong(scan::wrong(
                format!(
                    "there are names for {} columns, where line {size_line} says {columns}",
                    above.saturating_sub(before)
                ),
                format!("Correct line {size_line}, or separate the names with tabs"),
            )));
        }
        if columns == 0 {
            return Err(scan::at(
                lines.path(),
                size_line,
                scan::wrong(
                    "there is no column",
                    "Write how many rows and columns follow",
                ),
            ));
        }
        let before = before as usize;
        let mut column_classes: Option<Found> = None;
        let mut not_used = Vec::new();
        for _ in 0..lines_below {
            let line = lines.next_filled()?.unwrap_or_default();
            let fields = between(line);
            if fields.len() < header.len() {
                let problem = format!("{} does not describe every column", shown(line));
                let remedy = format!(
                    "Give every line {above} fields between tabs, or correct line {size_line}"
                );
                return Err(lines.wrong(scan::wrong(problem, remedy)));
            }
            if column_classes.is_none() && is_class(fields[0]) {
                let class = |field: &&[u8]| (!is_missing(field)).then(|| text(field));
                let classes = fields[before..header.len()].iter().map(class);
                column_classes = Some((text(fields[0]), classes.collect()));
            } else {
                not_used.push(text(fields[0]));
            }
        }
        let roles = roles(&header, before);
        not_used.extend(
            (header.iter().zip(&roles))
                .filter(|(_, role)| **role == Role::NotUsed)
                .map(|(name, _)| name.clone()),
        );
        let class = roles.iter().position(|role| *role == Role::Class);
        let class = class.map_or(String::new(), |at| header[at].clone());
        let mut grid = Grid::new(roles);
        // Lines of nothing but tabs or commas, which some programs leave at the end, are no rows.
        while let Some(line) = lines.next_filled()? {
            let fields = between(line);
            if fields.iter().all(|field| field.is_empty()) {
                continue;
            }
            grid.push(&fields).map_err(|wrong| lines.wrong(wrong))?;
        }
        if grid.rows() as u64 != rows {
            let wrong = wrong_size("rows", rows, grid.rows());
            return Err(scan::at(lines.path(), size_line, wrong));
        }
        let names = header[before..].to_vec();
        let mut raw = grid.finish(Some(names), &class, column_classes);
        if !not_used.is_empty() {
            let notice = format!("descriptions not used: {}", not_used.join(", "));
            raw.notices.push(notice);
        }
        Ok(raw)
    }

    fn holds_only_a_matrix(&self, _source: &mut Source<'_>) -> bool {
        true
    }
}

/// `#1.2`, perhaps with empty fields behind it.
fn is_version(line: &[u8]) -> bool {
    let end = line.iter().rposition(|byte| !b"\t ,;\"".contains(byte));
    let line = &line[..end.map_or(0, |end| end + 1)];
    line.len() == 4 && line.starts_with(b"#1.") && line[3].is_ascii_digit()
}

/// What stands between commas, in quotes where it holds one.
fn between_commas(line: &[u8]) -> Vec<&[u8]> {
    use super::super::fields::{Delimiter, fields};
    fields(line, Delimiter::Byte(b','))
}

/// The names above the columns, without empty ones at the end.
fn names(fields: Vec<&[u8]>) -> Vec<String> {
    let mut names: Vec<String> = fields.into_iter().map(text).collect();
    while names.last().is_some_and(String::is_empty) {
        names.pop();
    }
    names
}

/// What the fields of a row are, of which the first `before` are no cells.
fn roles(header: &[String], before: usize) -> Vec<Role> {
    let mut roles = vec![Role::Cell; header.len()];
    roles[0] = Role::Name;
    let (mut titled, mut classed) = (false, false);
    for (at, role) in roles.iter_mut().enumerate().take(before).skip(1) {
        let name = header[at].to_ascii_lowercase();
        let words = ["description", "symbol", "title", "name"];
        *role = if !classed && is_class(name.as_bytes()) {
            classed = true;
            Role::Class
        } else if !titled && words.iter().any(|word| name.contains(word)) {
            titled = true;
            Role::Title
        } else {
            Role::NotUsed
        };
    }
    roles
}

#[cfg(test)]
mod tests {
    use crate::data::formats::trial::{matrix, ratings};

    #[test]
    fn version_size_and_description_are_no_cells() {
        let text = "#1.2\t\t\n2\t3\t\nName\tDescription\tS1\tS2\tS3\nG1\ta kinase, 1\t1\t2.5\t3\nG2\tna\t4\t\t6\n\t\t\t\t\n";
        let raw = matrix(text).expect("a matrix");
        assert!(raw.rows.ids().eq(["G1", "G2"]));
        assert_eq!(raw.rows.title(0), Some("a kinase, 1"));
        assert_eq!(raw.rows.title(1), None);
        assert!(raw.columns.ids().eq(["S1", "S2", "S3"]));
        let cells: Vec<f32> = raw.cells.row(1).map(|cell| cell.1).collect();
        assert!(cells[0] == 4.0 && cells[1].is_nan() && cells[2] == 6.0);
        let text = "#1.2,,\n1,2,\nName,Description,S1,S2\nG1,\"a kinase, 1\",1,2.5\n,,,\n";
        let raw = matrix(text).expect("a matrix");
        assert_eq!(raw.rows.title(0), Some("a kinase, 1"));
        assert_eq!(raw.cells.row(0).collect::<Vec<_>>(), [(0, 1.0), (1, 2.5)]);
    }

    #[test]
    fn descriptions_of_both_sides_in_version_1_3() {
        let text = "#1.3\n2\t2\t2\t2\nid\tpr_gene_symbol\tlot\tc1\tc2\nplate\tna\tna\tp\tq\nclass\tna\tna\tx\ty\nr1\tABC\t7\t1\t2\nr2\tDEF\t8\t3\t4\n";
        let raw = matrix(text).expect("a matrix");
        assert_eq!(raw.cells.row(1).collect::<Vec<_>>(), [(0, 3.0), (1, 4.0)]);
        assert_eq!(raw.rows.title(1), Some("DEF"));
        let classes = raw.column_classes.expect("classes");
        assert_eq!(classes[1].as_deref(), Some("y"));
        let notices = raw.notices.join("; ");
        assert!(
            notices.contains("descriptions not used: plate, lot"),
            "{notices}"
        );
    }

    #[test]
    fn a_size_that_does_not_fit_is_named() {
        for (text, expected) in [
            (
                "#1.2\n2\t2\nName\tDescription\ta\tb\tc\nG\tg\t1\t2\t3\n",
                "line 3: there are names for 3 columns, where line 2 says 2",
            ),
            (
                "#1.2\n3\t2\nName\tDescription\ta\tb\nG\tg\t1\t2\nH\tg\t1\t2\n",
                "line 2: the header promises 3 rows, but the file holds 2",
            ),
            (
                "#1.2\n1\t2\nName\tDescription\ta\tb\nG\tg\t1\tx\n",
                "line 4, column 4",
            ),
            (
                "#1.3\n1\t0\t0\t900000000000\nid\nG\n",
                "line 2: there is no column",
            ),
        ] {
            let error = matrix(text).expect_err(text);
            assert!(error.contains(expected), "{error}");
        }
    }

    #[test]
    fn expression_is_refused_as_ratings() {
        let text = "#1.2\n1\t2\nName\tDescription\ta\tb\nG\tg\t1\t2\n";
        let error = ratings(text).map(|_| ()).expect_err("no ratings");
        assert!(error.contains("gene expression (GCT)"), "{error}");
    }
}
