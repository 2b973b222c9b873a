//! What a person chose about the co-cluster view; kept over a restart.

use serde::{Deserialize, Serialize};

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

/// The order of rows (and columns) within a cluster.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Within {
    /// Surest first: by γ of the own cluster.
    #[default]
    Confidence,
    /// Heaviest first: by the sum of absolute values.
    Weight,
    /// As in the file.
    File,
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

/// How cells are colored.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Map {
    /// Viridis; diverging where there are negative values.
    #[default]
    Auto,
    /// Dark blue over green to yellow.
    Viridis,
    /// Black over magenta to pale yellow.
    Magma,
    /// Black to white.
    #[serde(alias = "grey")]
    Gray,
    /// Blue over white to red.
    Diverging,
}

/// The middle of a diverging map.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Center {
    /// 0.
    #[default]
    Zero,
    /// The mean of the cells.
    Mean,
}

/// How values become colors.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Colors {
    /// The map.
    pub map: Map,
    /// The middle of a diverging map.
    #[serde(alias = "centre")]
    pub center: Center,
    /// Whether equal ratios, not equal differences, are equally far apart.
    pub log: bool,
    /// Percent of the values beyond each end of the range, 0 to 25.
    pub clip: f32,
    /// Whether few cells among many zeros stay visible where many cells share a pixel.
    pub lift_sparse: bool,
    /// Whether missing cells show what the system was given for them.
    pub fill_missing: bool,
}

impl Default for Colors {
    fn default() -> Self {
        Self {
            map: Map::Auto,
            center: Center::Zero,
            log: false,
            clip: 1.0,
            lift_sparse: true,
            fill_missing: false,
        }
    }
}

/// What the panel beside the matrix shows.
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
    /// What was clicked.
    Details,
    /// How the clusters of two runs go together.
    Mapping,
}

/// What the table of blocks shows.
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
    /// What differs most from the rest first.
    Distinctive,
}

/// What a click on a cell chooses.
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
    /// Whether lines separate the blocks.
    pub borders: bool,
    /// Whether the panel is open; `None`: where there is room for it.
    pub panel: Option<bool>,
    /// What the panel shows.
    pub tab: Tab,
    /// What the table of blocks shows.
    pub measure: Measure,
    /// The order of the rows and columns of a block.
    pub rank: Rank,
    /// What a click on a cell chooses.
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
