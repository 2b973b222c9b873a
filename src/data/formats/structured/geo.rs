//! Tables of the Gene Expression Omnibus: a series matrix, or the data set of a SOFT file. Lines around the table describe it.

use super::super::format::{Format, Options};
use super::super::raw::{Found, RawMatrix};
use super::super::source::Source;
use super::super::{Names, Table};
use super::grid::{Grid, Role};
use super::records::no_ratings;
use super::scan::{self, Lines, Sample, bare, between_tabs, text};
use crate::data::DataError;

/// `GSE1_series_matrix.txt`, `GDS1.soft`.
pub(crate) struct Geo;

/// How the lines of a series matrix and of SOFT begin.
const BEGINNINGS: [&[u8]; 8] = [
    b"!Series_",
    b"!Sample_",
    b"!series_matrix_table_begin",
    b"^DATABASE",
    b"^SERIES",
    b"^DATASET",
    b"^PLATFORM",
    b"^SAMPLE",
];

impl Format for Geo {
    fn name(&self) -> &'static str {
        "GEO"
    }

    fn recognizes(&self, head: &[u8]) -> bool {
        let sample = Sample::of(head);
        let first = sample.lines.first().copied().unwrap_or_default();
        BEGINNINGS.iter().any(|start| first.starts_with(start))
    }

    fn ratings(
        &self,
        source: &mut Source<'_>,
        _names: &mut Names,
        _options: &Options<'_>,
    ) -> Result<Table, DataError> {
        Err(no_ratings(source.path(), "gene expression (GEO)"))
    }

    fn matrix(
        &self,
        source: &mut Source<'_>,
        _options: &Options<'_>,
    ) -> Result<RawMatrix, DataError> {
        let mut lines = Lines::new(source);
        let mut about = About::default();
        let end: &[u8] = loop {
            let Some(line) = lines.next_filled()? else {
                return Err(DataError::content(
                    lines.path(),
                    "is from GEO, but has no table of a series or a data set",
                    "Download the series matrix, whose name ends in _series_matrix.txt.gz",
                ));
            };
            match line.trim_ascii() {
                b"!series_matrix_table_begin" => break b"!series_matrix_table_end",
                b"!dataset_table_begin" => break b"!dataset_table_end",
                b"!sample_table_begin" => return Err(lines.wrong(one_for_each_sample())),
                line => about.take(line),
            }
        };
        let header = between_tabs(lines.next_filled()?.unwrap_or_default());
        let header: Vec<String> = header.into_iter().map(text).collect();
        let titled = header.get(1).is_some_and(|name| name == "IDENTIFIER");
        let mut roles = vec![Role::Cell; header.len()];
        roles[0] = Role::Name;
        if titled {
            roles[1] = Role::Title;
        }
        let before = 1 + usize::from(titled);
        let mut grid = Grid::new(roles);
        loop {
            match lines.next_filled()? {
                Some(line) if line.trim_ascii() == end => break,
                Some(line) => grid
                    .push(&between_tabs(line))
                    .map_err(|wrong| lines.wrong(wrong))?,
                None => {
                    return Err(lines.wrong(scan::wrong(
                        format!("the table does not end with {}", text(end)),
                        "Download the file again: its end is missing",
                    )));
                }
            }
        }
        if grid.rows() == 0 {
            return Err(lines.wrong(scan::wrong(
                "the table is empty, as for sequencing, where the counts are in supplementary files",
                "Download the table of counts from the supplementary files of the series",
            )));
        }
        // What follows the table is read too, since the file as a whole is hashed.
        while lines.next()?.is_some() {}
        let columns = header.get(before..).unwrap_or_default().to_vec();
        let classes = about.classes(&columns);
        let mut raw = grid.finish(Some(columns), "", classes);
        if about.titles.len() == raw.columns.len() {
            for (column, title) in about.titles.iter().enumerate() {
                raw.columns.set_title(column, title);
            }
        }
        Ok(raw)
    }

    fn holds_only_a_matrix(&self, _source: &mut Source<'_>) -> bool {
        true
    }
}

fn one_for_each_sample() -> super::super::delimited::Wrong {
    scan::wrong(
        "this SOFT file holds a table for each sample, not one matrix",
        "Download the series matrix instead, whose name ends in _series_matrix.txt.gz",
    )
}

/// What the lines above the table say about its columns.
#[derive(Default)]
struct About {
    titles: Vec<String>,
    subsets: Vec<Subset>,
}

/// Samples that have something in common.
#[derive(Default)]
struct Subset {
    kind: String,
    description: String,
    samples: Vec<String>,
}

impl About {
    fn take(&mut self, line: &[u8]) {
        if line.starts_with(b"!Sample_title\t") {
            self.titles = between_tabs(line).into_iter().skip(1).map(text).collect();
        } else if line.starts_with(b"^SUBSET") {
            self.subsets.push(Subset::default());
        } else if let Some(subset) = self.subsets.last_mut()
            && let Some(at) = memchr::memchr(b'=', line)
        {
            let value = bare(&line[at + 1..]);
            match line[..at].trim_ascii() {
                b"!subset_type" => subset.kind = text(value),
                b"!subset_description" => subset.description = text(value),
                b"!subset_sample_id" => {
                    let samples = value.split(|&byte| byte == b',');
                    subset.samples = samples.map(|id| text(id.trim_ascii())).collect();
                }
                _ => (),
            }
        }
    }

    /// The class of each column, by the first kind of subsets.
    fn classes(&self, columns: &[String]) -> Option<Found> {
        let kind = &self.subsets.first()?.kind;
        let class = |column: &String| {
            let mut own = self.subsets.iter().filter(|subset| subset.kind == *kind);
            let found = own.find(|subset| subset.samples.contains(column));
            found.map(|subset| subset.description.clone())
        };
        let classes = columns.iter().map(class).collect();
        Some((format!("the kind of subsets {kind:?}"), classes))
    }
}

#[cfg(test)]
mod tests {
    use crate::data::formats::trial::matrix;

    const ABOVE: &str = "!Series_title\t\"Of mice\"\n\n!Sample_title\t\"one, left\"\t\"two\"\n!series_matrix_table_begin\n\"ID_REF\"\t\"GSM1\"\t\"GSM2\"\n";

    #[test]
    fn the_table_of_a_series_matrix() {
        let raw = matrix(&format!(
            "{ABOVE}\"p1\"\t1.5\t\n\"p2\"\tnull\t4\n!series_matrix_table_end\n"
        ))
        .expect("a matrix");
        assert!(raw.rows.ids().eq(["p1", "p2"]));
        assert!(raw.columns.ids().eq(["GSM1", "GSM2"]));
        assert_eq!(raw.columns.title(0), Some("one, left"));
        let cells: Vec<f32> = (0..2)
            .flat_map(|row| raw.cells.row(row))
            .map(|cell| cell.1)
            .collect();
        assert!(cells[0] == 1.5 && cells[1].is_nan() && cells[2].is_nan() && cells[3] == 4.0);
    }

    #[test]
    fn the_table_of_a_data_set_with_its_subsets() {
        let raw = matrix("^DATABASE = Geo\n^DATASET = GDS1\n^SUBSET = GDS1_1\n!subset_description = mutant\n!subset_sample_id = GSM1,GSM3\n!subset_type = strain\n^SUBSET = GDS1_2\n!subset_description = wild\n!subset_sample_id = GSM2\n!subset_type = strain\n^DATASET = GDS1\n#ID_REF = Platform\n!dataset_table_begin\nID_REF\tIDENTIFIER\tGSM1\tGSM2\tGSM3\np1\tABC\t1\t2\t3\np2\tDEF\t4\t5\t6\n!dataset_table_end\n").expect("a matrix");
        assert_eq!((raw.cells.rows(), raw.cells.columns()), (2, 3));
        assert_eq!(raw.rows.title(0), Some("ABC"));
        let classes: Vec<String> = raw
            .column_classes
            .expect("classes")
            .into_iter()
            .flatten()
            .collect();
        assert_eq!(classes, ["mutant", "wild", "mutant"]);
    }

    #[test]
    fn tables_that_are_elsewhere_or_cut_off_are_named() {
        for (text, expected) in [
            (
                format!("{ABOVE}!series_matrix_table_end\n"),
                "supplementary files",
            ),
            (format!("{ABOVE}\"p1\"\t1\t2\n"), "does not end with"),
            (
                "^SAMPLE = GSM1\n!sample_table_begin\nID_REF\tVALUE\np\t1\n".to_owned(),
                "line 2: this SOFT file holds a table for each sample",
            ),
            ("^SERIES = GSE1\n!Series_title = x\n".to_owned(), "no table"),
        ] {
            let error = matrix(&text).expect_err(&text);
            assert!(error.contains(expected), "{error}");
        }
    }
}
