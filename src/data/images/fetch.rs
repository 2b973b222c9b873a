//! Images of a domain, decoded and resized, from their files or from memory.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock};

use image::{DynamicImage, RgbImage};

use super::augment::{Augment, Resized};
use super::guard::{guarded, lock};
use super::{ClassTable, Half, LeftOut, Picture, Reason, Size, decode};

/// An image with the class indices of its mask, row by row, as they are in their files.
///
/// # Errors
/// If a file cannot be read, or is no longer what it was.
pub fn read_picture(
    picture: &Picture,
    classes: Option<&ClassTable>,
) -> Result<(RgbImage, Option<Vec<u8>>), Reason> {
    let image = decode::read_checked(&picture.path, picture.range)?;
    let image = half_of(image.into(), picture.half).into_rgb8();
    let changed = || Reason::Unreadable("it has changed".to_owned());
    if Size::from(image.dimensions()) != picture.size {
        return Err(changed());
    }
    let (Some(classes), Some(mask)) = (classes, &picture.mask) else {
        return Ok((image, None));
    };
    let read = || {
        let raw = decode::read_mask(mask)?;
        let width = raw.size.width as usize;
        let indices = classes.indices(&raw);
        let indices = match picture.half {
            Half::Whole => indices,
            half => half_of_rows(&indices, width, half),
        };
        if indices.len() as u64 != picture.size.pixels() {
            return Err(changed());
        }
        Ok(indices)
    };
    let indices = read().map_err(|reason| Reason::Mask(Box::new(reason)))?;
    Ok((image, Some(indices)))
}

pub(super) fn half_of(image: DynamicImage, half: Half) -> DynamicImage {
    let (width, height) = (image.width() / 2, image.height());
    let left = match half {
        Half::Whole => return image,
        Half::Left => 0,
        Half::Right => width,
    };
    image.crop_imm(left, 0, width, height)
}

fn half_of_rows(rows: &[u8], width: usize, half: Half) -> Vec<u8> {
    let middle = width / 2;
    let rows = rows.chunks_exact(width.max(1));
    let halves = rows.map(|row| match half {
        Half::Right => &row[middle..],
        _ => &row[..middle],
    });
    halves.flatten().copied().collect()
}

/// The training images of one domain. Shared by threads.
#[derive(Debug)]
pub(super) struct DomainImages {
    classes: Option<Arc<ClassTable>>,
    augment: Augment,
    /// Resized images that are kept.
    kept: Vec<OnceLock<Arc<Resized>>>,
}

/// The most that all domains may keep in memory together, in bytes.
#[derive(Debug)]
pub(super) struct Budget(AtomicUsize);

impl Budget {
    pub(super) fn new(bytes: usize) -> Self {
        Self(AtomicUsize::new(bytes))
    }

    fn take(&self, bytes: usize) -> bool {
        self.0
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| {
                left.checked_sub(bytes)
            })
            .is_ok()
    }
}

/// Files that turned out to be unreadable.
#[derive(Debug, Default)]
pub(super) struct Broken(Mutex<BTreeMap<PathBuf, Reason>>);

impl Broken {
    fn add(&self, picture: &Picture, reason: Reason) {
        lock(&self.0).entry(picture.path.clone()).or_insert(reason);
    }

    fn reason(&self, picture: &Picture) -> Option<Reason> {
        lock(&self.0).get(&picture.path).cloned()
    }

    /// All of them so far, ascending by path.
    pub(super) fn list(&self) -> Vec<LeftOut> {
        let left_out = |(path, reason): (&PathBuf, &Reason)| LeftOut {
            path: path.clone(),
            reason: reason.clone(),
        };
        lock(&self.0).iter().map(left_out).collect()
    }
}

impl DomainImages {
    pub(super) fn new(classes: Option<Arc<ClassTable>>, augment: Augment, images: usize) -> Self {
        Self {
            classes,
            augment,
            kept: (0..images).map(|_| OnceLock::new()).collect(),
        }
    }

    /// An image, resized. The first that fit into the budget are kept: with images in shuffled order no other choice would be better.
    pub(super) fn image(
        &self,
        pictures: &[Picture],
        index: u32,
        budget: &Budget,
        broken: &Broken,
    ) -> Result<Arc<Resized>, Reason> {
        let slot = &self.kept[index as usize];
        if let Some(kept) = slot.get() {
            return Ok(Arc::clone(kept));
        }
        let picture = &pictures[index as usize];
        if let Some(reason) = broken.reason(picture) {
            return Err(reason);
        }
        let resized = guarded(|| {
            let (image, classes) = read_picture(picture, self.classes.as_deref())?;
            Ok(Arc::new(self.augment.resized(image, classes)))
        });
        match resized {
            Ok(resized) => {
                // Two threads may decode the same image at once; the second finds the slot taken.
                if slot.get().is_none() && budget.take(resized.bytes()) {
                    let _ = slot.set(Arc::clone(&resized));
                }
                Ok(resized)
            }
            Err(reason) => {
                broken.add(picture, reason.clone());
                Err(reason)
            }
        }
    }

    pub(super) fn has_masks(&self) -> bool {
        self.classes.is_some()
    }
}
