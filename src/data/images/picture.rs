//! The images that were found.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{ClassTable, LeftOut, Size, ValueRange};
use crate::data::Fingerprint;
use crate::data::load::counted;
use crate::record::translations::Side;

/// Which part of a file an image is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Half {
    /// All of it.
    Whole,
    /// The left of two side by side.
    Left,
    /// The right of two side by side.
    Right,
}

/// An image that can be used, as far as its header tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// Its file.
    pub path: PathBuf,
    /// Which part of the file it is.
    pub half: Half,
    /// Its size, upright; of the half if it is one.
    pub size: Size,
    /// The file of its mask, of the same size.
    pub mask: Option<PathBuf>,
    /// Path within its folder without the ending: the same for pairs.
    pub(super) key: PathBuf,
    /// The path of its partner in A, where its own differs.
    pub(super) partner: Option<PathBuf>,
    /// True if its values have more than 8 bits.
    pub(super) is_deep: bool,
    /// The values that are black and white; absent for those of 8 bits, and where the full range is taken.
    pub(super) range: Option<ValueRange>,
    /// Of the file.
    pub(super) bytes: u64,
}

impl Picture {
    /// Its path within its folder, without the ending.
    #[must_use]
    pub fn name(&self) -> &Path {
        &self.key
    }

    /// The name that both images of a pair have.
    pub(super) fn pair_key(&self) -> &Path {
        self.partner.as_deref().unwrap_or(&self.key)
    }
}

/// The images of one domain.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Domain {
    /// Its name: that of its folder, or A and B.
    pub name: String,
    /// To learn from.
    pub train: Vec<Picture>,
    /// To measure and to show with.
    pub test: Vec<Picture>,
    /// Pixels of each class (by index) in the masks that were looked into; empty without masks.
    pub class_pixels: Vec<u64>,
    /// Pixels of no class, or of one that is ignored, in those masks.
    pub ignored_pixels: u64,
    /// The values of images of more than 8 bits that are black and white; absent where the full range is taken.
    pub range: Option<ValueRange>,
}

impl Domain {
    /// All images, of training and of test.
    pub fn pictures(&self) -> impl Iterator<Item = &Picture> {
        self.train.iter().chain(&self.test)
    }

    /// True if some image has more than 8 bits.
    #[must_use]
    pub fn is_deep(&self) -> bool {
        self.pictures().any(|picture| picture.is_deep)
    }

    /// Number of images with a mask.
    #[must_use]
    pub fn masks(&self) -> usize {
        self.pictures()
            .filter(|picture| picture.mask.is_some())
            .count()
    }

    /// The share of pixels of no class, or of one that is ignored, in the masks that were looked into; `None` without masks.
    #[must_use]
    pub fn ignored_share(&self) -> Option<f64> {
        let labeled: u64 = self.class_pixels.iter().sum();
        let all = labeled + self.ignored_pixels;
        (all > 0).then(|| self.ignored_pixels as f64 / all as f64)
    }

    /// The sizes of images, each with how many have it, the most frequent first.
    #[must_use]
    pub fn sizes(&self) -> Vec<(Size, usize)> {
        let mut counts = std::collections::BTreeMap::new();
        for picture in self.pictures() {
            *counts.entry(picture.size).or_insert(0) += 1;
        }
        let mut sizes: Vec<(Size, usize)> = counts.into_iter().collect();
        sizes.sort_by_key(|&(_, count)| std::cmp::Reverse(count));
        sizes
    }
}

/// Two domains of images.
#[derive(Debug, Clone)]
pub struct ImageDomains {
    /// Domain A.
    pub a: Domain,
    /// Domain B.
    pub b: Domain,
    /// True if image `i` of A's training set belongs to image `i` of B's.
    pub paired: bool,
    /// True if the test images are those of folders for them, and none was held out by lot.
    pub has_test_folder: bool,
    /// Test images that show the same: indices in the test sets of A and of B.
    pub test_pairs: Vec<(u32, u32)>,
    /// The classes of the masks, if there are masks.
    pub classes: Option<Arc<ClassTable>>,
    /// Files that are not used, with the reasons.
    pub left_out: Vec<LeftOut>,
    /// Notices for a person.
    pub notices: Vec<String>,
    /// Tells this data set from others. Rows: images of A outside its test folder; columns: those of B; cells: masks.
    pub fingerprint: Fingerprint,
}

impl ImageDomains {
    /// The same with other ranges of values, of A and of B: those that a model was trained with.
    #[must_use]
    pub fn with_ranges(&self, ranges: [Option<ValueRange>; 2]) -> Self {
        let mut other = self.clone();
        for (domain, range) in [&mut other.a, &mut other.b].into_iter().zip(ranges) {
            domain.range = range;
            for picture in domain.train.iter_mut().chain(&mut domain.test) {
                picture.range = range.filter(|_| picture.is_deep);
            }
        }
        other
    }

    /// Width and height of the training image with the most pixels.
    #[must_use]
    pub fn largest(&self) -> Option<(u32, u32)> {
        let training = self.a.train.iter().chain(&self.b.train);
        let largest = training
            .map(|picture| picture.size)
            .max_by_key(|size| size.pixels());
        largest.map(|size| (size.width, size.height))
    }

    /// How many files are left out for each kind of reason, the most frequent first.
    #[must_use]
    pub fn left_out_by_reason(&self) -> Vec<(&'static str, usize)> {
        let mut counts = std::collections::BTreeMap::new();
        for left_out in &self.left_out {
            *counts.entry(left_out.reason.heading()).or_insert(0) += 1;
        }
        let mut counts: Vec<_> = counts.into_iter().collect();
        counts.sort_by_key(|&(_, count)| std::cmp::Reverse(count));
        counts
    }

    /// `3 files are left out: 2 unreadable, 1 no mask`; `None` if all are used.
    #[must_use]
    pub fn left_out_summary(&self) -> Option<String> {
        let first = self.left_out.first()?;
        let reasons: Vec<String> = self
            .left_out_by_reason()
            .into_iter()
            .map(|(heading, count)| format!("{count} {heading}"))
            .collect();
        let files = counted(self.left_out.len(), "file is", "files are");
        let (path, reason) = (first.path.display(), &first.reason);
        Some(format!(
            "{files} left out: {}; {path} {reason}",
            reasons.join(", ")
        ))
    }

    /// One of the two.
    #[must_use]
    pub fn domain(&self, side: Side) -> &Domain {
        match side {
            Side::A => &self.a,
            Side::B => &self.b,
        }
    }
}
