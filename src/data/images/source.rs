//! Which images a run learns from.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::data::DataError;

/// Where images are, and what a system needs of them.
#[derive(Debug, Clone, PartialEq)]
pub struct ImageSource {
    /// A folder with `trainA`, `trainB` (and `testA`, `testB`), or with `A` and `B`, or of images side by side; or domain A.
    pub path: PathBuf,
    /// Domain B, if `path` is domain A.
    pub path_b: Option<PathBuf>,
    /// How the files lie; found out if absent.
    pub layout: Option<Layout>,
    /// Share of the images, 0 to 1, held out as test set where no folder is one; a tenth if absent.
    pub test_fraction: Option<f32>,
    /// Folder of the masks of domain A; `<folder>_labels` if absent.
    pub masks_a: Option<PathBuf>,
    /// Folder of the masks of domain B; `<folder>_labels` if absent.
    pub masks_b: Option<PathBuf>,
    /// A table of classes; `classes.csv` beside the images if absent.
    pub classes: Option<PathBuf>,
    /// Whether each image of A needs its partner in B, as pix2pix does.
    pub paired: bool,
    /// Which domains need masks.
    pub masks: MaskNeed,
    /// The least width and height of an image.
    pub least: u32,
}

impl Default for ImageSource {
    fn default() -> Self {
        Self {
            path: PathBuf::new(),
            path_b: None,
            layout: None,
            test_fraction: None,
            masks_a: None,
            masks_b: None,
            classes: None,
            paired: false,
            masks: MaskNeed::None,
            least: 16,
        }
    }
}

/// How the files of two domains lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Layout {
    /// `trainA`, `trainB`, perhaps `testA`, `testB`.
    TrainTest,
    /// A folder for each domain.
    Folders,
    /// One folder of images whose left half is A and whose right half is B.
    SideBySide,
}

impl Layout {
    /// Its name in config files.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::TrainTest => "train_test",
            Self::Folders => "folders",
            Self::SideBySide => "side_by_side",
        }
    }
}

/// Which domains need a mask for each image. Elsewhere masks are used where they are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum MaskNeed {
    /// None.
    #[default]
    None,
    /// Domain A.
    InA,
    /// Both.
    InBoth,
}

/// What a system needs of images: decides what is left out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ImageNeeds {
    /// Whether each image of A needs its partner in B.
    pub paired: bool,
    /// Which domains need masks.
    pub masks: MaskNeed,
}

impl ImageSource {
    /// The same with paths that start at `base`.
    pub(super) fn at(&self, base: &Path) -> Self {
        let join = |path: &Option<PathBuf>| path.as_ref().map(|path| base.join(path));
        Self {
            path: base.join(&self.path),
            path_b: join(&self.path_b),
            masks_a: join(&self.masks_a),
            masks_b: join(&self.masks_b),
            classes: join(&self.classes),
            ..self.clone()
        }
    }

    pub(in crate::data) fn fraction(&self) -> Result<f32, DataError> {
        match self.test_fraction {
            None => Ok(0.1),
            Some(fraction) if fraction > 0.0 && fraction < 1.0 => Ok(fraction),
            Some(fraction) => Err(DataError::Config {
                key: "test_fraction",
                problem: format!("is {fraction}, but must lie between 0 and 1: 0.1 is a tenth"),
            }),
        }
    }
}
