//! Co-clusters: the matrix as it is and folded, and the means of its blocks.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::blocks::folded;
use crate::data::{self, Dataset, Missing, Monitor, Source};
use crate::record::{ArtifactKind, CoClusters};
use crate::report::ReportError;
use crate::report::comparison::Comparison;
use crate::report::document::{Align, Block, Cell, Column, Drawn, Table, TableRow};
use crate::report::material::{ReportedRun, SHARE};
use crate::systems::matrix::block_summaries;

/// Width and height of a matrix of one run, and of one of several, in points.
const LARGE: (f64, f64) = (425.0, 425.0);
const SMALL: (f64, f64) = (272.0, 272.0);
/// Pixels along its side.
const PIXELS: (usize, usize) = (900, 420);
/// Runs whose matrices are shown, and those whose means of blocks are.
const MOST: usize = 12;
const MEANS: usize = 3;
/// Clusters in a table of means, at most.
const MOST_ROWS: usize = 24;
const MOST_COLUMNS: usize = 12;

/// The co-clusters of the runs that have some.
pub(in crate::report) fn co_clusters(
    comparison: &Comparison<'_>,
    monitor: &Monitor,
) -> Result<Vec<Block>, ReportError> {
    let mut by_data: BTreeMap<String, Vec<(String, &ReportedRun, CoClusters)>> = BTreeMap::new();
    let mut problems = Vec::new();
    let mut left_out = 0;
    for group in &comparison.groups {
        // Other seeds of a setting look alike.
        let Some(run) = group
            .runs
            .iter()
            .map(|run| &comparison.runs[*run])
            .find(|run| has(run))
        else {
            continue;
        };
        if by_data.values().map(Vec::len).sum::<usize>() == MOST {
            left_out += 1;
            continue;
        }
        let Some(snapshot) = run.newest(&ArtifactKind::CO_CLUSTERS) else {
            continue;
        };
        match CoClusters::read_npz(&run.artifact(&snapshot.file)) {
            Ok(clusters) => {
                let hash = run.row.summary.data.as_ref().map(|data| data.hash.clone());
                let runs = by_data.entry(hash.unwrap_or_default()).or_default();
                runs.push((comparison.name(group), run, clusters));
            }
            Err(error) => problems.push(format!("{}: {error}", run.name())),
        }
    }
    let mut blocks = Vec::new();
    for runs in by_data.into_values() {
        if monitor.is_canceled() {
            return Err(ReportError::Canceled);
        }
        let matrix = match runs.first() {
            Some((_, run, _)) => matrix_of(run),
            None => continue,
        };
        match matrix {
            Ok(matrix) => blocks.extend(drawn(&runs, &matrix)),
            Err(why) => {
                blocks.push(Block::warning(format!(
                    "The matrix itself is not shown: {why}. The sizes of the clusters are below."
                )));
                blocks.push(Block::Table(sizes(&runs)));
            }
        }
        monitor.advance(SHARE * runs.len() as u64);
    }
    if left_out > 0 {
        blocks.push(Block::Text(format!(
            "And the co-clusters of {left_out} more settings."
        )));
    }
    blocks.extend(problems.into_iter().map(Block::warning));
    if !blocks.is_empty() {
        blocks.insert(0, Block::Heading("Co-clusters".to_owned()));
    }
    Ok(blocks)
}

fn has(run: &ReportedRun) -> bool {
    run.newest(&ArtifactKind::CO_CLUSTERS).is_some()
}

/// The matrix that a run learned from, if it is where it was and has not changed.
pub(in crate::report) fn matrix_of(run: &ReportedRun) -> Result<Arc<data::MatrixData>, String> {
    let config = run
        .config
        .as_ref()
        .ok_or("the config of the run cannot be read")?;
    let Source::Matrix(mut source) = config.data.clone() else {
        return Err("the run learned from no matrix".to_owned());
    };
    // What stands in for missing cells is not shown.
    source.missing = Missing::Zero;
    source.completed_by = None;
    let loaded = data::load(
        &Source::Matrix(source),
        &run.row.path,
        run.row.summary.seed,
        &Monitor::default(),
    );
    let Dataset::Matrix(matrix) = loaded.map_err(|error| error.to_string())? else {
        return Err("the run learned from no matrix".to_owned());
    };
    match &run.row.summary.data {
        Some(own) if own.hash != matrix.fingerprint.hash => {
            Err("the file is not what the run learned from: its hash differs".to_owned())
        }
        _ => Ok(matrix),
    }
}

fn drawn(runs: &[(String, &ReportedRun, CoClusters)], matrix: &data::MatrixData) -> Vec<Block> {
    let (rows, columns) = (matrix.observed.rows(), matrix.observed.columns());
    let fits = |own: &CoClusters| own.rows.of.len() == rows && own.columns.of.len() == columns;
    let mut blocks = Vec::new();
    let fitting: Vec<_> = runs.iter().filter(|(.., own)| fits(own)).collect();
    for (name, ..) in runs.iter().filter(|(.., own)| !fits(own)) {
        blocks.push(Block::warning(format!(
            "The co-clusters of {name} are of a matrix of another size."
        )));
    }
    let legend = "Bars beside the matrix: the cluster of each row and column.";
    if let [(_, _, own)] = fitting[..] {
        let picture = folded(matrix, &[("Folded", own)], LARGE, PIXELS.0);
        let caption = format!(
            "{rows} × {columns} cells in the order of the file, and sorted into {} × {} blocks. {legend}",
            own.rows.clusters, own.columns.clusters
        );
        blocks.push(Block::Wide(Drawn::of(&picture, caption)));
    } else {
        let whole: Vec<(&str, &CoClusters)> = fitting
            .iter()
            .map(|(name, _, own)| (name.as_str(), own))
            .collect();
        for (at, part) in whole.chunks(2).enumerate() {
            let picture = folded(matrix, part, SMALL, PIXELS.1);
            let caption = match at {
                0 => format!(
                    "{rows} × {columns} cells, as they are and sorted by the clusters. {legend}"
                ),
                _ => String::new(),
            };
            blocks.push(Block::Wide(Drawn::of(&picture, caption)));
        }
    }
    blocks.push(Block::Table(sizes(runs)));
    let tables = fitting.iter().take(MEANS);
    blocks.extend(tables.filter_map(|(name, _, own)| {
        let caption = match fitting.len() {
            1 => "The mean of each block".to_owned(),
            _ => format!("The mean of each block: {name}"),
        };
        means(matrix, own, caption).map(Block::Table)
    }));
    blocks
}

/// The mean of each block, a row cluster a row; none where they are too many to read.
fn means(matrix: &data::MatrixData, own: &CoClusters, caption: String) -> Option<Table> {
    let (rows, columns) = (own.rows.clusters, own.columns.clusters);
    if rows == 0 || !(1..=MOST_COLUMNS).contains(&columns) || rows > MOST_ROWS {
        return None;
    }
    let summaries = block_summaries(matrix, None, own);
    let numbers = summaries.iter().filter_map(|block| block.mean);
    let largest = numbers.fold(0.0_f64, |most, mean| most.max(mean.abs()));
    // Three digits of the largest, all to the same place.
    let digits = if largest > 0.0 {
        (2 - largest.log10().floor() as i32).clamp(0, 8) as usize
    } else {
        0
    };
    let mut heads = vec![Column::text("Row cluster")];
    heads.extend((1..=columns).map(|column| Column::number(format!("Columns {column}"))));
    let body = summaries.chunks(columns).enumerate().map(|(row, blocks)| {
        let mut cells = vec![Cell::from((row + 1).to_string())];
        cells.extend(blocks.iter().map(|block| match block.mean {
            Some(mean) => Cell::from(format!("{mean:.digits$}")),
            None => Cell::from("–"),
        }));
        TableRow::of(cells)
    });
    let note = match (&matrix.observed, matrix.absent_is_missing) {
        (data::Cells::Sparse(_), false) => "Cells that the file leaves out count as 0.",
        _ => "Of the cells that have a value.",
    };
    Some(Table {
        caption,
        columns: heads,
        rows: body.collect(),
        note: note.to_owned(),
    })
}

/// Sizes of the clusters of each run.
fn sizes(runs: &[(String, &ReportedRun, CoClusters)]) -> Table {
    let counts = |side: &crate::record::Side| {
        let mut counts = vec![0_usize; side.clusters];
        let mut aside = 0;
        for cluster in &side.of {
            match cluster.and_then(|own| counts.get_mut(usize::from(own))) {
                Some(count) => *count += 1,
                None => aside += 1,
            }
        }
        let texts: Vec<String> = counts.iter().map(usize::to_string).collect();
        let cell = Cell::from(texts.join(", "));
        if aside > 0 {
            cell.note(format!("{aside} set aside"))
        } else {
            cell
        }
    };
    let rows = runs.iter().map(|(name, _, own)| {
        TableRow::of([
            Cell::from(name.as_str()),
            counts(&own.rows),
            counts(&own.columns),
        ])
    });
    let column = |title: &str| Column {
        align: Align::Left,
        ..Column::text(title)
    };
    Table {
        columns: vec![
            column("Run"),
            column("Rows in each cluster"),
            column("Columns in each cluster"),
        ],
        rows: rows.collect(),
        ..Table::default()
    }
}
