//! The tables of a co-clustering as CSV.

use super::{BlockSummary, Joint};
use crate::data::{Classes, Labels, MatrixData};
use crate::record::{CoClusters, CsvTable, Side};

/// A table of a co-clustering.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClusterTable {
    /// The clusters of the rows.
    Rows,
    /// The clusters of the columns.
    Columns,
    /// The blocks.
    Blocks,
}

impl ClusterTable {
    /// All, in the order they are written.
    pub const ALL: [Self; 3] = [Self::Rows, Self::Columns, Self::Blocks];

    /// The name of its file.
    #[must_use]
    pub fn file_name(self) -> &'static str {
        match self {
            Self::Rows => "rows.csv",
            Self::Columns => "columns.csv",
            Self::Blocks => "blocks.csv",
        }
    }

    /// As CSV: of rows and columns `name,cluster`, then `title` and `class` where there are some, then `gamma_1`, … of a soft method
    /// (clusters from 1, empty where set aside); of blocks one line each. `joint`, of the active rows and columns, is what the shares of
    /// the blocks are of.
    #[must_use]
    pub fn csv(self, data: &MatrixData, joint: Option<&Joint>, clusters: &CoClusters) -> Vec<u8> {
        match self {
            Self::Rows => side(&clusters.rows, &data.rows, data.row_classes.as_ref()),
            Self::Columns => side(
                &clusters.columns,
                &data.columns,
                data.column_classes.as_ref(),
            ),
            Self::Blocks => blocks(&super::block_summaries(data, joint, clusters)),
        }
    }
}

/// Name and cluster of each row (or column).
fn side(side: &Side, labels: &Labels, classes: Option<&Classes>) -> Vec<u8> {
    let soft = !side.posterior.is_empty();
    let titles = (0..labels.len()).any(|index| labels.title(index).is_some());
    let mut header = vec!["name".to_owned(), "cluster".to_owned()];
    header.extend(titles.then(|| "title".to_owned()));
    header.extend(classes.map(|_| "class".to_owned()));
    if soft {
        header.extend((1..=side.clusters).map(|cluster| format!("gamma_{cluster}")));
    }
    let mut table = CsvTable::new(&header);
    for (index, cluster) in side.of.iter().enumerate() {
        let mut record = vec![labels.id(index).to_owned()];
        record
            .push(cluster.map_or_else(String::new, |cluster| (u32::from(cluster) + 1).to_string()));
        if titles {
            record.push(labels.title(index).unwrap_or_default().to_owned());
        }
        if let Some(classes) = classes {
            let class = classes.of.get(index).copied().flatten();
            let name = class.and_then(|class| classes.names.get(class as usize));
            record.push(name.cloned().unwrap_or_default());
        }
        if soft {
            let shares = side.shares(index).filter(|_| cluster.is_some());
            let written =
                |at: usize| shares.map_or_else(String::new, |shares| probability(shares[at]));
            record.extend((0..side.clusters).map(written));
        }
        table.row(&record);
    }
    table.bytes()
}

/// One line for each block, clusters from 1.
fn blocks(summaries: &[BlockSummary]) -> Vec<u8> {
    let names = [
        "row_cluster",
        "column_cluster",
        "rows",
        "columns",
        "mean",
        "share",
        "lift",
        "density",
    ];
    let mut table = CsvTable::new(&names);
    for block in summaries {
        table.row(&[
            (block.row_cluster + 1).to_string(),
            (block.column_cluster + 1).to_string(),
            block.rows.to_string(),
            block.columns.to_string(),
            short(block.mean),
            short(Some(block.share)),
            short(block.lift),
            short(block.density),
        ]);
    }
    table.bytes()
}

/// Six significant digits.
pub(crate) fn short(value: Option<f64>) -> String {
    let Some(value) = value.filter(|value| value.is_finite()) else {
        return String::new();
    };
    let rounded: f64 = format!("{value:.5e}").parse().unwrap_or(value);
    rounded.to_string()
}

/// The shortest text that reads back as the same number; tiny ones with an exponent instead of forty zeros.
fn probability(value: f32) -> String {
    if value > 0.0 && value < 1e-4 {
        format!("{value:e}")
    } else {
        value.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::probability;

    #[test]
    fn a_probability_is_short_and_reads_back_exactly() {
        for value in [
            0.0_f32,
            1.0,
            0.25,
            0.1 + 0.2,
            1.234_567e-9,
            f32::MIN_POSITIVE,
            9.99e-5,
        ] {
            let text = probability(value);
            assert!(text.len() <= 15, "{text}");
            assert_eq!(
                text.parse::<f32>().unwrap().to_bits(),
                value.to_bits(),
                "{text}"
            );
        }
    }
}
