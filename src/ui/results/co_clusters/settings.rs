//! Settings of the co-cluster view; kept over a restart.

use serde::{Deserialize, Serialize};

use crate::draw::matrix::{Colors, Within};

/// Which matrices are shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Arranged {
    /// As the file has it, and sorted by cluster.
    #[default]
    Both,
    /// As the file has it.
    Original,
    /// Sorted by cluster.
    Reordered,
}

/// The order of clusters.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Clusters {
    /// By number: a cluster stays where it is from snapshot to snapshot.
    #[default]
    Number,
    /// So that the blocks that stand out most lie on the diagonal.
    Diagonal,
    /// Largest first.
    Size,
}

/// Contents of the panel beside the matrix.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tab {
    /// Means of the blocks.
    #[default]
    Blocks,
    /// Sizes, and true classes.
    Clusters,
    /// Measures over time.
    Measures,
    /// The target of the click.
    Details,
    /// How the clusters of two runs go together.
    Mapping,
}

/// Contents of the table of blocks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// The mean of the cells with a value.
    #[default]
    Mean,
    /// The share of the cells that are neither zero nor missing.
    Filled,
    /// The sum over what row and column clusters would have by chance.
    Lift,
}

/// The order of the rows and columns of a block.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rank {
    /// Largest mean in the block first.
    #[default]
    Strongest,
    /// Those that differ most from the rest first.
    Distinctive,
}

/// The effect of a click on a cell.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pick {
    /// Its block.
    #[default]
    Block,
    /// Its row.
    Row,
    /// Its column.
    Column,
}

/// How the co-cluster view looks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// Which matrices are shown.
    pub arranged: Arranged,
    /// The order within a cluster.
    pub within: Within,
    /// The order of clusters.
    pub clusters: Clusters,
    /// How values become colors.
    #[serde(alias = "colours")]
    pub colors: Colors,
    /// True if lines separate the blocks.
    pub borders: bool,
    /// True if the panel is open; `None`: where there is room for it.
    pub panel: Option<bool>,
    /// Contents of the panel.
    pub tab: Tab,
    /// Contents of the table of blocks.
    pub measure: Measure,
    /// The order of the rows and columns of a block.
    pub rank: Rank,
    /// The effect of a click on a cell.
    pub pick: Pick,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            arranged: Arranged::default(),
            within: Within::default(),
            clusters: Clusters::default(),
            colors: Colors::default(),
            borders: true,
            panel: None,
            tab: Tab::default(),
            measure: Measure::default(),
            rank: Rank::default(),
            pick: Pick::default(),
        }
    }
}

impl Settings {
    /// Makes what was read from a file usable.
    pub(super) fn sanitize(&mut self) {
        if !(0.0..=25.0).contains(&self.colors.clip) {
            self.colors.clip = Colors::default().clip;
        }
    }
}
