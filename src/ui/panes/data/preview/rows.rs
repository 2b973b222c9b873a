//! The lines of a preview, with what is left out between them.

use crate::data::{Preview, PreviewRow};
use crate::ui::state::Failing;

/// One line of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Entry {
    /// The row with this number.
    Row(usize),
    /// Lines that are not shown.
    Gap,
}

/// The rows in order, with a gap where the lines jump, and at the end if more follow.
pub(super) fn entries(preview: &Preview) -> Vec<Entry> {
    let mut entries = Vec::with_capacity(preview.rows.len() + 2);
    let mut next = None;
    for (at, row) in preview.rows.iter().enumerate() {
        if next.is_some_and(|next| row.line > next + BLANK) {
            entries.push(Entry::Gap);
        }
        entries.push(Entry::Row(at));
        next = Some(row.line + lines_of(row));
    }
    if preview.more {
        entries.push(Entry::Gap);
    }
    entries
}

/// True if a preview does not show what failed when the whole file was read: it found nothing wrong, or the line is below those that it shows.
pub(super) fn lacks(preview: &Preview, failing: &Failing) -> bool {
    let Some(own) = &preview.problem else {
        return true;
    };
    let last = preview.rows.last().map_or(0, |row| row.line);
    own.line.is_some_and(|line| line > last) && own.line == failing.problem.line
}

/// The preview with what failed when the whole file was read, and the lines around it.
pub(super) fn with_failing(preview: &Preview, failing: &Failing) -> Preview {
    let mut joined = preview.clone();
    joined.problem = Some(failing.problem.clone());
    let last = preview.rows.last().map_or(0, |row| row.line);
    let below = failing.rows.iter().filter(|row| row.line > last);
    joined.rows.extend(below.cloned());
    joined
}

/// Lines that may be missing between two rows because they are blank.
const BLANK: u64 = 3;

/// The lines that a row takes up: fields in quotes may hold line breaks.
fn lines_of(row: &PreviewRow) -> u64 {
    let breaks = |cell: &String| cell.matches('\n').count() as u64;
    1 + row.cells.iter().map(breaks).sum::<u64>()
}

/// The place of the line that fails among the entries.
pub(super) fn failing(preview: &Preview, entries: &[Entry]) -> Option<usize> {
    let line = preview.problem.as_ref()?.line?;
    let holds = |row: &PreviewRow| (row.line..row.line + lines_of(row)).contains(&line);
    entries.iter().position(|entry| match entry {
        Entry::Row(at) => holds(&preview.rows[*at]),
        Entry::Gap => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{Problem, RowPart};

    fn preview(rows: &[(u64, &str)]) -> Preview {
        let row = |&(line, cell): &(u64, &str)| PreviewRow {
            line,
            cells: vec![cell.to_owned()],
            part: RowPart::Data,
        };
        Preview {
            rows: rows.iter().map(row).collect(),
            ..Preview::default()
        }
    }

    #[test]
    fn lines_that_are_left_out_leave_a_gap_and_those_in_quotes_do_not() {
        use Entry::{Gap, Row};
        let mut preview = preview(&[(1, "a"), (2, "b\nc\nd\ne\nf\ng"), (8, "h"), (900, "i")]);
        assert_eq!(entries(&preview), [Row(0), Row(1), Row(2), Gap, Row(3)]);
        preview.more = true;
        assert_eq!(entries(&preview).last(), Some(&Gap));
    }

    #[test]
    fn the_line_that_fails_is_found_within_a_row_of_several() {
        let mut preview = preview(&[(1, "a"), (2, "b\nc"), (900, "d")]);
        let mut failing_at = |line| {
            preview.problem = Some(Problem {
                line,
                column: None,
                problem: String::new(),
                remedy: String::new(),
                keys: Vec::new(),
            });
            failing(&preview, &entries(&preview))
        };
        assert_eq!(failing_at(Some(3)), Some(1));
        assert_eq!(failing_at(Some(900)), Some(3));
        assert_eq!(failing_at(Some(901)), None);
        assert_eq!(failing_at(None), None);
    }

    #[test]
    fn what_failed_further_down_comes_with_its_lines() {
        let head = preview(&[(1, "a"), (2, "b")]);
        let far = preview(&[(2, "b"), (3, "c"), (900, "d")]);
        let failing_there = Failing {
            problem: Problem {
                line: Some(900),
                column: Some(1),
                problem: "is wrong".to_owned(),
                remedy: String::new(),
                keys: Vec::new(),
            },
            rows: far.rows,
        };
        assert!(lacks(&head, &failing_there));
        let joined = with_failing(&head, &failing_there);
        assert!(!lacks(&joined, &failing_there));
        // The preview may know what is wrong, and show the first lines alone.
        let knows = Preview {
            problem: Some(failing_there.problem.clone()),
            ..head.clone()
        };
        assert!(lacks(&knows, &failing_there));
        assert_eq!(with_failing(&knows, &failing_there), joined);
        let lines: Vec<u64> = joined.rows.iter().map(|row| row.line).collect();
        assert_eq!(lines, [1, 2, 3, 900]);
        assert_eq!(failing(&joined, &entries(&joined)), Some(4));
    }
}
