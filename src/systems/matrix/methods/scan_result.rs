//! The result of a scan, and the number of clusters that it suggests.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::scan::ChooseBy;
use crate::record::CsvTable;
use crate::systems::matrix::tables::short;

/// A modularity of this share of the highest is as good.
const NEARLY: f64 = 0.99;

/// The result for one number of clusters.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Found {
    pub(super) row_clusters: usize,
    pub(super) column_clusters: usize,
    /// The method's own criteria.
    pub(super) criteria: Vec<f64>,
    pub(super) information_kept: Option<f64>,
    pub(super) modularity: Option<f64>,
    pub(super) silhouette: Option<f64>,
    pub(super) stability: Option<f64>,
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} row and {} column clusters",
            self.row_clusters, self.column_clusters
        )?;
        let measures = [
            ("information kept", self.information_kept),
            ("modularity", self.modularity),
            ("silhouette", self.silhouette),
            ("stability", self.stability),
        ];
        let mut mark = ':';
        for (name, value) in measures {
            if let Some(value) = value {
                write!(f, "{mark} {name} {value:.4}")?;
                mark = ',';
            }
        }
        Ok(())
    }
}

impl ChooseBy {
    /// Why the chosen number was chosen.
    pub(super) fn reason(self) -> &'static str {
        match self {
            Self::Auto | Self::Modularity => {
                "the fewest with a modularity within 1 % of the highest"
            }
            Self::Information => "there the information kept bends most",
            Self::Silhouette => "they have the highest silhouette",
            Self::Stability => "there the starts agree most",
        }
    }
}

/// The place of the number that `rule` tells.
pub(super) fn chosen(found: &[Found], rule: ChooseBy) -> Option<usize> {
    let largest = |measure: &dyn Fn(&Found) -> Option<f64>| {
        let mut best: Option<(usize, f64)> = None;
        for (at, value) in found.iter().map(measure).enumerate() {
            // The first of equals: fewer clusters say the same.
            if let Some(value) = value
                && best.is_none_or(|(_, best)| value > best)
            {
                best = Some((at, value));
            }
        }
        best.map(|(at, _)| at)
    };
    let chosen = match rule {
        ChooseBy::Auto | ChooseBy::Modularity => {
            // More clusters than there are stay empty or differ by chance.
            let highest = largest(&|found| found.modularity);
            let enough = highest.and_then(|at| Some(found[at].modularity? * NEARLY));
            let is_enough =
                |found: &Found| found.modularity >= enough && found.modularity.is_some();
            found.iter().position(is_enough)
        }
        ChooseBy::Silhouette => largest(&|found| found.silhouette),
        ChooseBy::Stability => largest(&|found| found.stability),
        ChooseBy::Information => {
            let kept: Option<Vec<f64>> = found.iter().map(|found| found.information_kept).collect();
            kept.and_then(|kept| bend(&kept))
        }
    };
    // A measure that no number has (all points equal) tells nothing.
    chosen.or((!found.is_empty()).then_some(0))
}

/// Where a rising curve lies highest above the line from its first to its last point.
fn bend(values: &[f64]) -> Option<usize> {
    let (first, last) = (*values.first()?, *values.last()?);
    let steps = (values.len() - 1).max(1) as f64;
    let above = values.iter().enumerate().map(|(at, value)| {
        let line = first + (last - first) * at as f64 / steps;
        (at, value - line)
    });
    let mut best = (0, f64::NEG_INFINITY);
    for (at, above) in above {
        if above > best.1 {
            best = (at, above);
        }
    }
    Some(best.0)
}

/// One line for each number of clusters; `chosen` is 1 for the chosen one.
pub(super) fn scan_csv(found: &[Found], chosen: usize) -> Vec<u8> {
    let mut table = CsvTable::new(&[
        "row_clusters",
        "column_clusters",
        "information_kept",
        "modularity",
        "silhouette",
        "stability",
        "chosen",
    ]);
    for (at, found) in found.iter().enumerate() {
        table.row(&[
            found.row_clusters.to_string(),
            found.column_clusters.to_string(),
            short(found.information_kept),
            short(found.modularity),
            short(found.silhouette),
            short(found.stability),
            u8::from(at == chosen).to_string(),
        ]);
    }
    table.bytes()
}
