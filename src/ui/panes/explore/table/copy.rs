//! The table for a spreadsheet and for a paper.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::model::{Line, Model};
use super::text;
use crate::experiments::table::{Cell, Column};
use crate::runs::RunId;

/// A format of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    /// Every digit.
    Csv,
    /// As it is shown, for the package booktabs.
    Latex,
}

/// The lines of the chosen runs, where there are several, else all.
pub(super) fn text(model: &Model, chosen: &BTreeSet<RunId>, format: Format) -> String {
    let is_chosen = |line: &Line| {
        let ids = model.ids_of(*line);
        ids.iter().all(|id| chosen.contains(id))
    };
    let all = model.lines.iter().copied();
    let some: Vec<Line> = all.clone().filter(is_chosen).collect();
    let lines = if some.len() > 1 { some } else { all.collect() };
    match format {
        Format::Csv => csv(model, &lines),
        Format::Latex => latex(model, &lines),
    }
}

/// Columns whose mean over a group has a deviation beside it.
fn has_deviation(model: &Model, column: &Column) -> bool {
    let mut groups = model.groups.iter();
    groups.any(|group| group.spread(&model.table, column).is_some())
}

fn csv(model: &Model, lines: &[Line]) -> String {
    let mut header = Vec::new();
    for head in &model.heads {
        header.push(head.title.clone());
        if has_deviation(model, &head.column) {
            header.push(format!("{}, standard deviation", head.title));
        }
    }
    if !model.groups.is_empty() {
        header.push("Runs".to_owned());
    }
    let records = lines.iter().map(|line| {
        let mut record = Vec::new();
        for head in &model.heads {
            let (value, deviation) = exact(model, *line, &head.column);
            record.push(value);
            if has_deviation(model, &head.column) {
                record.push(deviation);
            }
        }
        if !model.groups.is_empty() {
            record.push(model.rows_of(*line).len().to_string());
        }
        record
    });
    let mut writer = csv::Writer::from_writer(Vec::new());
    // Writing to memory does not fail, and every record has the length of the header.
    let written = std::iter::once(header)
        .chain(records)
        .try_for_each(|record| writer.write_record(record));
    match (written, writer.into_inner()) {
        (Ok(()), Ok(bytes)) => String::from_utf8(bytes).unwrap_or_default(),
        (Err(error), _) => error.to_string(),
        (_, Err(error)) => error.to_string(),
    }
}

/// A cell with every digit, and its deviation.
fn exact(model: &Model, line: Line, column: &Column) -> (String, String) {
    match line {
        Line::Run { row, .. } => (text::exact(&model.table.cell(row, column)), String::new()),
        Line::Group(group) => {
            let group = &model.groups[group];
            match group.spread(&model.table, column) {
                Some(spread) => (
                    spread.mean.to_string(),
                    spread
                        .deviation
                        .map(|own| own.to_string())
                        .unwrap_or_default(),
                ),
                None => (group.shown(&model.table, column), String::new()),
            }
        }
    }
}

fn latex(model: &Model, lines: &[Line]) -> String {
    let columns: String = model
        .heads
        .iter()
        .map(|head| if head.width.has_figures() { 'r' } else { 'l' })
        .collect();
    let mut out =
        format!("% \\usepackage{{booktabs}}\n\\begin{{tabular}}{{{columns}}}\n\\toprule\n");
    let titles: Vec<String> = model
        .heads
        .iter()
        .map(|head| escaped(&head.title))
        .collect();
    // Writing to a string does not fail.
    let _ = writeln!(out, "{} \\\\\n\\midrule", titles.join(" & "));
    for line in lines {
        let cells = model.heads.iter().map(|head| {
            let shown = model.shown(*line, &head.column);
            let is_figure = head.width.has_figures()
                && !matches!(
                    cell(model, *line, &head.column),
                    Cell::Text(_) | Cell::Empty
                );
            let is_best = head
                .best
                .as_ref()
                .is_some_and(|best| best.lines.contains(line));
            let written = if is_figure {
                figure(&shown)
            } else {
                escaped(&shown)
            };
            match is_best {
                true if is_figure => format!("$\\mathbf{{{}}}$", written.trim_matches('$')),
                true => format!("\\textbf{{{written}}}"),
                false => written,
            }
        });
        let cells: Vec<String> = cells.collect();
        let _ = writeln!(out, "{} \\\\", cells.join(" & "));
    }
    out.push_str("\\bottomrule\n\\end{tabular}\n");
    out
}

fn cell<'a>(model: &'a Model, line: Line, column: &Column) -> Cell<'a> {
    match line {
        Line::Run { row, .. } => model.table.cell(row, column),
        Line::Group(group) => model.groups[group].key(&model.table, column),
    }
}

/// Figures in mathematics, where minus and plus-minus are signs.
fn figure(shown: &str) -> String {
    let is_unit = |letter: char| letter.is_alphabetic() && letter != 'e';
    if shown.is_empty() || shown.contains(is_unit) {
        return escaped(shown);
    }
    let signs = shown
        .replace('−', "-")
        .replace('±', "\\pm")
        .replace('\u{202f}', "\\,");
    match signs.split_once('e') {
        Some((digits, power)) => format!("${digits} \\cdot 10^{{{power}}}$"),
        None => format!("${signs}$"),
    }
}

/// Text whose letters LaTeX takes as they are.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' | '%' | '$' | '#' | '_' | '{' | '}' => {
                out.push('\\');
                out.push(letter);
            }
            '\\' => out.push_str("\\textbackslash{}"),
            '~' => out.push_str("\\textasciitilde{}"),
            '^' => out.push_str("\\textasciicircum{}"),
            '→' => out.push_str("$\\rightarrow$"),
            'λ' => out.push_str("$\\lambda$"),
            'β' => out.push_str("$\\beta$"),
            'γ' => out.push_str("$\\gamma$"),
            '±' => out.push_str("$\\pm$"),
            '−' => out.push_str("$-$"),
            '\u{202f}' => out.push_str("\\,"),
            _ => out.push(letter),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::model::Choice;
    use super::super::tests::{row, rows, with_validation};
    use super::*;
    use crate::experiments::table::RunsTable;
    use std::sync::Arc;

    fn model(by_seed: bool) -> Model {
        let rows = rows(&[
            ("h50 & λ", 50, 1, Some(0.91)),
            ("h50 & λ, seed 2", 50, 2, Some(0.93)),
            ("h20", 20, 1, Some(0.95)),
        ]);
        let rmse = Column::Measure("test/rmse".to_owned());
        let choice = Choice {
            columns: Some(vec![Column::Parameter("hidden".to_owned()), rmse]),
            by_seed,
            ..Choice::default()
        };
        Model::new(RunsTable::new(rows), &choice)
    }

    #[test]
    fn a_spreadsheet_has_every_digit_and_deviations_of_their_own() {
        let all = BTreeSet::new();
        let text = super::text(&model(false), &all, Format::Csv);
        let lines: Vec<&str> = text.lines().collect();
        assert!(lines[0].starts_with("Run,"), "{text}");
        assert_eq!(lines[1], "h50 & λ,50,0.91");
        let grouped = super::text(&model(true), &all, Format::Csv);
        let lines: Vec<&str> = grouped.lines().collect();
        assert!(
            lines[0].ends_with("\"Test RMSE, standard deviation\",Runs"),
            "{grouped}"
        );
        let cells: Vec<&str> = lines[1].split(',').collect();
        let (mean, deviation): (f64, f64) = (cells[2].parse().unwrap(), cells[3].parse().unwrap());
        assert!((mean - 0.92).abs() < 1e-12);
        assert!((deviation - 0.0002_f64.sqrt()).abs() < 1e-12);
        assert_eq!(cells[4], "2");
    }

    #[test]
    fn a_paper_has_signs_in_mathematics_and_the_best_in_bold() {
        let text = super::text(&model(true), &BTreeSet::new(), Format::Latex);
        assert!(text.contains("\\begin{tabular}{lrr}"), "{text}");
        let best = "h50 \\& $\\lambda$ & $50$ & $\\mathbf{0.9200 \\pm 0.0141}$ \\\\";
        assert!(text.contains(best), "{text}");
        assert!(text.contains("h20 & $20$ & $0.9500$ \\\\"), "{text}");
    }

    #[test]
    fn only_the_chosen_are_copied_where_several_are() {
        let rows = vec![
            Arc::new(with_validation(row("a", 1, 1, None), 0.9)),
            Arc::new(row("b", 2, 1, None)),
            Arc::new(row("c", 3, 1, None)),
        ];
        let chosen: BTreeSet<RunId> = rows[..2].iter().map(|row| row.id.clone()).collect();
        let model = Model::new(RunsTable::new(rows), &Choice::default());
        let text = super::text(&model, &chosen, Format::Csv);
        assert_eq!(text.lines().count(), 3);
    }

    #[test]
    fn powers_of_ten_are_written_as_such() {
        assert_eq!(figure("−3.1e-5"), "$-3.1 \\cdot 10^{-5}$");
        assert_eq!(figure("12\u{202f}s"), "12\\,s");
        assert_eq!(figure("NaN"), "NaN");
    }
}
