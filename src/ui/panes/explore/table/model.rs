//! The table as it is shown: columns, lines in their order, what is best. Made away from the frame where the runs are many.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use rustc_hash::FxHashSet;
use serde::{Deserialize, Serialize};

use super::best::{self, Best};
use super::columns;
use super::groups::{self, Group};
use super::text::{self, Width};
use crate::experiments::table::{Cell, Column, RunsTable};
use crate::runs::RunId;

/// What the table is asked to show.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Choice {
    /// The columns that a person chose; those that tell the runs apart while nobody did.
    pub(super) columns: Option<Vec<Column>>,
    /// What the lines are sorted by, the first key first; the newest stand first without any.
    pub(super) sort: Vec<SortKey>,
    /// Runs that differ by the seed alone are one line, with mean and standard deviation.
    pub(super) by_seed: bool,
    /// Groups whose runs are shown below them, by the folder of their newest run.
    #[serde(skip)]
    pub(super) unfolded: BTreeSet<RunId>,
}

/// One key of an order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct SortKey {
    /// The column.
    pub(super) column: Column,
    /// From the largest to the smallest.
    pub(super) descending: bool,
}

/// A line of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Line {
    /// A run.
    Run {
        /// Its place in the table of runs.
        row: usize,
        /// It belongs to the group above.
        nested: bool,
    },
    /// Runs that differ by the seed alone, by their place among the groups.
    Group(usize),
}

/// A column that is shown.
#[derive(Debug, Clone)]
pub(super) struct Head {
    /// Which.
    pub(super) column: Column,
    /// Its title.
    pub(super) title: String,
    /// A sentence about it.
    pub(super) hint: String,
    /// The texts that may be widest.
    pub(super) width: Width,
    /// The lines that are best by it, and in which sense.
    pub(super) best: Option<Best>,
}

/// The table as it is shown.
#[derive(Debug, Clone, Default)]
pub(super) struct Model {
    /// The runs.
    pub(super) table: RunsTable,
    /// The columns, the name first.
    pub(super) heads: Vec<Head>,
    /// Runs that differ by the seed alone.
    pub(super) groups: Vec<Group>,
    /// The lines in their order.
    pub(super) lines: Vec<Line>,
    /// True if there are runs that differ by the seed alone.
    pub(super) repeats: bool,
    /// On how many data sets the runs are.
    pub(super) data_sets: usize,
}

impl Model {
    /// Lays the runs out. With thousands of them it takes longer than a frame may.
    pub(super) fn new(table: RunsTable, choice: &Choice) -> Self {
        let mut groups = groups::by_seed(&table);
        let repeats = !groups.is_empty();
        if !choice.by_seed {
            groups.clear();
        }
        let data: FxHashSet<String> = table.rows().iter().map(|row| best::data_of(row)).collect();
        let mut model = Self {
            data_sets: data.len(),
            table,
            groups,
            repeats,
            ..Self::default()
        };
        let units = model.units();
        model.lines = model.ordered(&units, choice);
        model.heads = columns::shown(&model.table, choice.columns.as_deref())
            .into_iter()
            .map(|column| model.head(&units, column))
            .collect();
        model
    }

    /// What is sorted: groups, and runs that are in none.
    fn units(&self) -> Vec<Line> {
        let mut group_of = vec![None; self.table.len()];
        for (number, group) in self.groups.iter().enumerate() {
            for row in &group.rows {
                group_of[*row] = Some(number);
            }
        }
        let mut units = Vec::with_capacity(group_of.len());
        for (row, group) in group_of.iter().enumerate() {
            match group {
                None => units.push(Line::Run { row, nested: false }),
                Some(group) if self.groups[*group].rows.first() == Some(&row) => {
                    units.push(Line::Group(*group));
                }
                Some(_) => {}
            }
        }
        units
    }

    fn ordered(&self, units: &[Line], choice: &Choice) -> Vec<Line> {
        let keys: Vec<(Vec<Cell<'_>>, bool)> = choice
            .sort
            .iter()
            .map(|key| {
                let cells = units.iter().map(|line| self.key(*line, &key.column));
                (cells.collect(), key.descending)
            })
            .collect();
        let pinned: Vec<bool> = units.iter().map(|line| self.is_pinned(*line)).collect();
        let mut order: Vec<usize> = (0..units.len()).collect();
        order.sort_by(|one, other| {
            let by_keys = keys.iter().fold(Ordering::Equal, |so_far, (cells, down)| {
                so_far.then_with(|| cells[*one].order(&cells[*other], *down))
            });
            pinned[*other].cmp(&pinned[*one]).then(by_keys)
        });
        let mut lines = Vec::with_capacity(units.len());
        for unit in order {
            let line = units[unit];
            lines.push(line);
            if let Line::Group(group) = line
                && self.is_unfolded(group, choice)
            {
                let rows = self.groups[group].rows.iter();
                lines.extend(rows.map(|row| Line::Run {
                    row: *row,
                    nested: true,
                }));
            }
        }
        lines
    }

    /// True if the runs of a group are shown below it.
    pub(super) fn is_unfolded(&self, group: usize, choice: &Choice) -> bool {
        let first = self.groups[group].rows.first();
        first.is_some_and(|row| choice.unfolded.contains(&self.table.rows()[*row].id))
    }

    fn is_pinned(&self, line: Line) -> bool {
        let mut rows = self.rows_of(line).into_iter();
        rows.any(|row| self.table.rows()[row].labels.pinned)
    }

    /// The runs of a line, by their places in the table.
    pub(super) fn rows_of(&self, line: Line) -> Vec<usize> {
        match line {
            Line::Run { row, .. } => vec![row],
            Line::Group(group) => self.groups[group].rows.clone(),
        }
    }

    /// The runs of a line.
    pub(super) fn ids_of(&self, line: Line) -> Vec<RunId> {
        let rows = self.rows_of(line).into_iter();
        rows.map(|row| self.table.rows()[row].id.clone()).collect()
    }

    /// What a line is sorted by in a column.
    fn key(&self, line: Line, column: &Column) -> Cell<'_> {
        match line {
            Line::Run { row, .. } => self.table.cell(row, column),
            Line::Group(group) => self.groups[group].key(&self.table, column),
        }
    }

    /// The number that a line is compared by in a column.
    pub(super) fn number(&self, line: Line, column: &Column) -> Option<f64> {
        self.key(line, column).number()
    }

    /// True if a cell holds a figure, which stands on its decimal point.
    pub(super) fn is_figure(&self, line: Line, column: &Column) -> bool {
        matches!(self.key(line, column), Cell::Number(_))
    }

    /// A cell as it is shown.
    pub(super) fn shown(&self, line: Line, column: &Column) -> String {
        match line {
            Line::Run { row, .. } => text::shown(column, &self.table.cell(row, column)),
            Line::Group(group) => self.groups[group].shown(&self.table, column),
        }
    }

    fn head(&self, units: &[Line], column: Column) -> Head {
        let mut width = Width::new(&self.table.title(&column));
        for line in units {
            let cell = self.key(*line, &column);
            let is_figure = matches!(cell, Cell::Number(_));
            width.take(&self.shown(*line, &column), is_figure);
        }
        Head {
            title: self.table.title(&column),
            hint: columns::hint(&self.table, &column),
            width,
            best: best::of(self, units, &column),
            column,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::tests::{row, rows};
    use super::*;
    use crate::experiments::table::Row;

    fn laid_out(rows: Vec<Arc<Row>>, choice: &Choice) -> Model {
        Model::new(RunsTable::new(rows), choice)
    }

    fn names(model: &Model) -> Vec<String> {
        let own = |line: &Line| model.shown(*line, &Column::Name);
        model.lines.iter().map(own).collect()
    }

    fn sort(columns: &[(Column, bool)]) -> Choice {
        let key = |(column, descending): &(Column, bool)| SortKey {
            column: column.clone(),
            descending: *descending,
        };
        Choice {
            sort: columns.iter().map(key).collect(),
            ..Choice::default()
        }
    }

    #[test]
    fn lines_are_sorted_by_several_keys_and_what_has_no_value_comes_last() {
        let rows = rows(&[
            ("a", 50, 1, Some(0.93)),
            ("b", 20, 1, Some(0.91)),
            ("c", 50, 2, None),
            ("d", 50, 3, Some(0.91)),
        ]);
        let rmse = || Column::Measure("test/rmse".to_owned());
        let hidden = || Column::Parameter("hidden".to_owned());
        let by_rmse = laid_out(rows.clone(), &sort(&[(rmse(), false)]));
        assert_eq!(names(&by_rmse), ["b", "d", "a", "c"]);
        let reversed = laid_out(rows.clone(), &sort(&[(rmse(), true)]));
        assert_eq!(names(&reversed), ["a", "b", "d", "c"]);
        let by_both = laid_out(rows, &sort(&[(hidden(), true), (rmse(), false)]));
        assert_eq!(names(&by_both), ["d", "a", "c", "b"]);
    }

    #[test]
    fn pinned_runs_stay_on_top_whatever_the_order() {
        let mut all = rows(&[("a", 50, 1, Some(0.93)), ("b", 20, 1, Some(0.91))]);
        let mut pinned = row("c", 20, 2, Some(0.99));
        pinned.labels.pinned = true;
        all.push(Arc::new(pinned));
        let rmse = Column::Measure("test/rmse".to_owned());
        let model = laid_out(all, &sort(&[(rmse, false)]));
        assert_eq!(names(&model), ["c", "b", "a"]);
    }

    #[test]
    fn runs_that_differ_by_the_seed_alone_are_one_line_with_mean_and_deviation() {
        let rows = rows(&[
            ("h50 seed 3", 50, 3, Some(0.93)),
            ("h50 seed 2", 50, 2, Some(0.92)),
            ("h50", 50, 1, Some(0.91)),
            ("h20", 20, 1, Some(0.95)),
        ]);
        let mut choice = Choice {
            by_seed: true,
            ..Choice::default()
        };
        let model = laid_out(rows.clone(), &choice);
        assert!(model.repeats);
        assert_eq!(names(&model), ["h50", "h20"]);
        let rmse = Column::Measure("test/rmse".to_owned());
        // The standard deviation of 0.91, 0.92, 0.93 is 0.01.
        assert_eq!(model.shown(model.lines[0], &rmse), "0.9200 ± 0.0100");
        assert_eq!(model.shown(model.lines[1], &rmse), "0.9500");
        assert_eq!(model.shown(model.lines[0], &Column::Seed), "1, 2, 3");
        choice.unfolded.insert(rows[0].id.clone());
        let unfolded = laid_out(rows, &choice);
        assert_eq!(
            names(&unfolded),
            ["h50", "h50 seed 3", "h50 seed 2", "h50", "h20"]
        );
    }
}
