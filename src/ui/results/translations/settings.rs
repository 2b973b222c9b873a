//! How translations are shown.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::cell::Cell;

/// How pictures are put together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// The chosen cells in a grid.
    #[default]
    Grid,
    /// One over the other, divided by a line that can be moved.
    Wipe,
    /// One after the other.
    Blink,
    /// Classes over a picture.
    Overlay,
    /// Usefulness of the pictures as training data, of runs that report it.
    Report,
}

/// A cell of one of the runs that are shown: the first is the selected one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Spot {
    /// The number of the run.
    pub run: usize,
    /// The cell.
    pub cell: Cell,
}

impl Spot {
    /// A cell of the selected run.
    #[must_use]
    pub fn own(cell: Cell) -> Self {
        Self { run: 0, cell }
    }
}

/// How translations are shown.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// How pictures are put together.
    pub mode: Mode,
    /// The cells in the grid.
    pub cells: BTreeSet<Cell>,
    /// The same while runs are compared.
    pub compared_cells: BTreeSet<Cell>,
    /// True if colors run into each other between pixels.
    pub smooth: bool,
    /// The difference at the end of the colors, 0 to 255.
    pub scale: u8,
    /// The two pictures of the wipe and the blink.
    pub pair: [Spot; 2],
    /// Where the line of the wipe is, 0 to 1.
    pub wipe: f32,
    /// Pictures a second.
    pub rate: f32,
    /// Below the classes.
    pub base: Cell,
    /// The classes: parsing or mask.
    pub over: Cell,
    /// Opacity of the class overlay, 0 to 1.
    pub opacity: f32,
    /// True if the list of test pictures is open.
    pub list: bool,
}

impl Default for Settings {
    fn default() -> Self {
        use Cell::{Fake, Parsing, Real, Reconstruction, Target};
        Self {
            mode: Mode::Grid,
            cells: [Real, Fake, Reconstruction, Target, Parsing].into(),
            compared_cells: [Real, Fake, Reconstruction, Target].into(),
            smooth: true,
            scale: 128,
            pair: [Spot::own(Real), Spot::own(Fake)],
            wipe: 0.5,
            rate: 1.0,
            base: Fake,
            over: Cell::Mask,
            opacity: 0.5,
            list: true,
        }
    }
}

impl Settings {
    /// The ends of the colors of differences that can be chosen, of 255.
    pub const SCALES: [u8; 4] = [32, 64, 128, 255];
    /// Pictures a second in a blink: slower than what can harm a person (WCAG 2.2, 2.3.1).
    pub const RATES: std::ops::RangeInclusive<f32> = 0.25..=3.0;

    /// Brings what was read from a file back into its ranges.
    pub(super) fn sanitize(&mut self) {
        let unit = |value: &mut f32, usual: f32| {
            *value = if value.is_finite() {
                value.clamp(0.0, 1.0)
            } else {
                usual
            };
        };
        unit(&mut self.wipe, 0.5);
        unit(&mut self.opacity, 0.5);
        if !Self::RATES.contains(&self.rate) {
            self.rate = 1.0;
        }
        if !Self::SCALES.contains(&self.scale) {
            self.scale = 128;
        }
        if !self.over.is_classes() {
            self.over = Cell::Mask;
        }
    }

    /// The cells of the grid.
    pub(super) fn grid(&mut self, comparing: bool) -> &mut BTreeSet<Cell> {
        if comparing {
            &mut self.compared_cells
        } else {
            &mut self.cells
        }
    }
}
