//! Where images of two domains come from.

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::data::DataError;

/// The `[data]` table of a system that learns from images.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ImagesSource {
    /// A folder with `trainA` and `trainB` (and perhaps `testA` and `testB`), one with a folder for each domain, one of images side by side, or domain A alone.
    #[schemars(extend("format" = "path", "x-folder" = true, "x-label" = "Folder", "x-request" = "Choose a folder of images"))]
    pub path: PathBuf,
    /// The folder of the images of domain B, if the other folder is domain A.
    #[schemars(extend(
        "format" = "path",
        "x-folder" = true,
        "x-label" = "Folder B",
        "x-when" = "given",
        "x-first" = "",
        "x-request" = "Choose the folder of domain B"
    ))]
    pub path_b: Option<PathBuf>,
    /// How the files are laid out. Automatic goes by the names of the folders and the shapes of the images.
    #[schemars(extend("x-absent" = "Auto"))]
    pub layout: Option<Layout>,
    /// Share of the images held out to measure and to show with, drawn with the seed, where no folder is a test set. With 0 every image is for training.
    #[schemars(range(min = 0.0, max = 1.0), extend("x-label" = "Test share", "x-percent" = true))]
    pub test_fraction: f32,
    /// Folder of the masks of domain A, with the names of their images: class numbers, a palette or colors. Found automatically if it is named as the folder of the images with `_labels` behind.
    #[schemars(extend(
        "format" = "path",
        "x-folder" = true,
        "x-label" = "Masks A",
        "x-absent" = "Automatic",
        "x-request" = "Choose the folder of the masks of domain A"
    ))]
    pub masks_a: Option<PathBuf>,
    /// Folder of the masks of domain B, as those of A.
    #[schemars(extend(
        "format" = "path",
        "x-folder" = true,
        "x-label" = "Masks B",
        "x-absent" = "Automatic",
        "x-request" = "Choose the folder of the masks of domain B"
    ))]
    pub masks_b: Option<PathBuf>,
    /// A table of the classes in masks, with the columns id, name, color and ignore. `classes.csv` is looked for beside the images.
    #[schemars(extend("format" = "path", "x-files" = ["csv"], "x-absent" = "Automatic", "x-request" = "Choose a table of classes"))]
    pub classes: Option<PathBuf>,
    /// How the names of the two images of a pair differ, where they do: `*_leftImg8bit|*_gtFine_color`, with the name in A before the bar, the one in B behind it, and a star for what both have. Several with `;` between are tried in order. Automatic takes off what repeats in all names, and says so.
    #[schemars(extend("x-label" = "Pair names", "x-absent" = "Automatic"))]
    pub pair: Option<String>,
    /// How the names of an image and its mask differ, where they do: `*_leftImg8bit|*_gtFine_labelIds`, with the name of the image before the bar, that of the mask behind it, and a star for what both have. Several with `;` between are tried in order.
    #[schemars(extend("x-label" = "Mask names", "x-absent" = "Automatic"))]
    pub mask_pair: Option<String>,
    /// The values of black and white in images of more than 8 bits, such as `[0, 4095]`; `full` for all that 16 bits hold (0 to 1 of floats). Automatic looks at a sample of the training images of each domain, says what it found, and stretches a range that is used in part only. Networks see 256 steps of it.
    #[schemars(extend("x-label" = "Value range", "x-absent" = "Automatic"))]
    pub range: Option<String>,
    /// Values in masks that are no class and are ignored, such as 255; several with a comma between, or `none`. Automatic takes 255 so where it stands beside small class numbers, and as a class in masks of 0 and 255; it says so.
    #[schemars(extend("x-label" = "Ignored", "x-absent" = "Automatic"))]
    pub ignore: Option<String>,
}

impl Default for ImagesSource {
    fn default() -> Self {
        Self {
            path: PathBuf::new(),
            path_b: None,
            layout: None,
            test_fraction: 0.1,
            masks_a: None,
            masks_b: None,
            classes: None,
            pair: None,
            mask_pair: None,
            range: None,
            ignore: None,
        }
    }
}

/// How the files of two domains are laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Layout {
    /// `trainA` and `trainB`, perhaps `testA` and `testB`.
    #[schemars(title = "trainA, trainB")]
    TrainTest,
    /// One folder for each domain, perhaps with `train` and `test` in each.
    #[schemars(title = "A folder each")]
    Folders,
    /// Each image holds A in its left half and B in its right half.
    #[schemars(title = "Side by side")]
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

/// A number or a list of numbers as the text that `range` and `ignore` take.
pub(super) fn as_text(key: &str, value: &Value) -> Option<Value> {
    if !matches!(key, "range" | "ignore") {
        return None;
    }
    match value {
        Value::Number(number) => Some(number.to_string().into()),
        Value::Array(list) if list.iter().all(Value::is_number) => {
            let numbers: Vec<String> = list.iter().map(Value::to_string).collect();
            Some(numbers.join(", ").into())
        }
        _ => None,
    }
}

impl ImagesSource {
    /// Checks the folders against the layout, and the share.
    pub(in crate::data) fn check(&self) -> Result<(), DataError> {
        let (key, problem) = match self.layout {
            Some(layout @ (Layout::TrainTest | Layout::SideBySide)) if self.path_b.is_some() => (
                "path_b",
                format!(
                    "cannot be combined with data.layout = \"{}\": with it data.path holds both domains",
                    layout.name()
                ),
            ),
            Some(Layout::SideBySide) if self.masks_b.is_some() => (
                "masks_b",
                "is for separate domains: the masks of side-by-side images are side by side in data.masks_a"
                    .to_owned(),
            ),
            _ if !(0.0..1.0).contains(&self.test_fraction) => (
                "test_fraction",
                format!(
                    "is {}, but must be at least 0 and below 1: 0.1 is a tenth, 0 no test set",
                    self.test_fraction
                ),
            ),
            _ => return Ok(()),
        };
        Err(DataError::Config { key, problem })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_that_contradict_their_layout_are_refused_by_name() {
        let problem = |source: &ImagesSource| source.check().expect_err("wrong").to_string();
        let images = ImagesSource {
            path: "day".into(),
            ..ImagesSource::default()
        };
        assert!(images.check().is_ok());
        let both = ImagesSource {
            path_b: Some("night".into()),
            layout: Some(Layout::SideBySide),
            ..images.clone()
        };
        assert!(
            problem(&both)
                .starts_with("data.path_b: cannot be combined with data.layout = \"side_by_side\"")
        );
        let all = ImagesSource {
            test_fraction: 1.0,
            ..images
        };
        assert!(problem(&all).starts_with("data.test_fraction"));
    }
}
