//! How cells become colors, as a person chooses it.

use serde::{Deserialize, Serialize};

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
    /// True if equal ratios, not equal differences, are equally far apart.
    pub log: bool,
    /// Percent of the values beyond each end of the range, 0 to 25.
    pub clip: f32,
    /// True if few cells among many zeros stay visible where many cells share a pixel.
    pub lift_sparse: bool,
    /// True if missing cells show what the system was given for them.
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
