//! From folders to two domains, by names and headers alone.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::layout::{self, Part, Parts};
use super::list::{self, Found, Listing};
use super::masks;
use super::pairs;
use super::{
    ClassTable, Domain, Half, ImageDomains, ImageNeeds, LeftOut, MaskNeed, Picture, Reason, Side,
    Size, conventions, fingerprint, header,
};
use crate::data::load::counted;
use crate::data::{DataError, ImagesSource, Monitor};

/// Finds the images of two domains with their masks and pairs, as far as a system can use them. `seed` draws the test set where no folder is
/// one. Reads headers, masks (for their classes) and what the fingerprint needs, not the images. The monitor counts files.
///
/// # Errors
/// If a folder cannot be read, a domain holds nothing to learn from, the table of classes is wrong, the source contradicts itself, or the
/// monitor is canceled. Files that cannot be used are no error: they are in `left_out`.
pub fn load(
    source: &ImagesSource,
    needs: ImageNeeds,
    seed: u64,
    monitor: &Monitor,
) -> Result<ImageDomains, DataError> {
    source.check()?;
    for masks in [&source.masks_a, &source.masks_b].into_iter().flatten() {
        if !masks.is_dir() {
            return Err(DataError::read(masks, std::io::ErrorKind::NotFound.into()));
        }
    }
    let Parts {
        parts,
        names,
        classes,
        mut notices,
    } = layout::find(source)?;
    let mut table = classes.as_deref().map(ClassTable::read).transpose()?;

    let mut left_out = Vec::new();
    let lists = list_all(source, &parts, &mut notices, monitor)?;
    let [name_a, name_b] = names;
    let mut a = Domain {
        name: name_a,
        ..Domain::default()
    };
    let mut b = Domain {
        name: name_b,
        ..Domain::default()
    };
    for (part, (images, masks)) in parts.iter().zip(lists) {
        if images.others > 0 {
            notices.push(format!(
                "{}: {} by their names",
                part.folder.display(),
                counted(
                    images.others,
                    "file is not an image",
                    "files are not images"
                )
            ));
        }
        left_out.extend(images.left_out.iter().cloned());
        let found = read_headers(&images.files, part, needs.least, monitor)?;
        for (pictures, domain, side) in [(found.0, &mut a, Side::A), (found.1, &mut b, Side::B)] {
            let needs_masks = match needs.masks {
                MaskNeed::None => false,
                MaskNeed::InA => side == Side::A,
                MaskNeed::InBoth => true,
            };
            let pictures = pictures
                .into_iter()
                .filter_map(|found| found.map_err(|other| left_out.push(other)).ok())
                .collect();
            let pictures = masks::attach(pictures, masks.as_ref(), needs_masks, &mut left_out);
            let set = if part.is_test {
                &mut domain.test
            } else {
                &mut domain.train
            };
            set.extend(pictures);
        }
    }
    if parts.iter().any(|part| part.holds.len() == 2) {
        notices.push(
            "each image is taken as two side by side: A on the left, B on the right".to_owned(),
        );
    }
    let dropped = masks::check(&mut a, &mut b, &mut table, needs.masks, monitor)?;
    notices.extend(dropped.notices);
    left_out.extend(dropped.left_out);

    if needs.paired {
        pairs::keep_pairs(&mut a.train, &mut b.train, &mut left_out);
        pairs::keep_pairs(&mut a.test, &mut b.test, &mut left_out);
    }
    refuse_empty(&parts, &a, Side::A, &left_out)?;
    refuse_empty(&parts, &b, Side::B, &left_out)?;
    // The images to learn from, with those of them that are held out; a test set of its own is no part of them.
    let learned = [a.train.len(), b.train.len()];
    pairs::hold_out(&mut a, &mut b, needs.paired, source.test_fraction, seed);
    dedup(&mut left_out);
    stop_if_canceled(monitor)?;

    let fingerprint =
        fingerprint::of(&source.path, classes.as_deref(), [&a, &b], learned, monitor)?;
    Ok(ImageDomains {
        test_pairs: pairs::pairs(&a.test, &b.test),
        a,
        b,
        paired: needs.paired,
        classes: table.map(Arc::new),
        left_out,
        notices,
        fingerprint,
    })
}

pub(super) fn stop_if_canceled(monitor: &Monitor) -> Result<(), DataError> {
    if monitor.is_canceled() {
        return Err(DataError::Canceled);
    }
    Ok(())
}

type Masks = FxHashMap<PathBuf, PathBuf>;

/// Images and masks of each part; the masks by the names that images go by.
fn list_all(
    source: &ImagesSource,
    parts: &[Part],
    notices: &mut Vec<String>,
    monitor: &Monitor,
) -> Result<Vec<(Listing, Option<Masks>)>, DataError> {
    // A folder of masks, or the other domain, may lie within a domain.
    let folders = parts.iter().map(|part| &part.folder);
    let masks = parts.iter().filter_map(|part| part.masks.as_ref());
    let named = [&source.masks_a, &source.masks_b].into_iter().flatten();
    let except: Vec<PathBuf> = folders.chain(masks).chain(named).cloned().collect();
    let lists: Vec<_> = parts
        .iter()
        .map(|part| {
            let mut images = list::list(&part.folder, &except, monitor)?;
            if !part.is_test {
                notices.extend(hold_back(&part.folder, &mut images));
            }
            let masks = match &part.masks {
                Some(masks) => Some(masks_by_key(list::list(masks, &[], monitor)?)),
                None => None,
            };
            Ok((images, masks))
        })
        .collect::<Result<_, DataError>>()?;
    // Each image is looked into for its header and for the fingerprint, each mask for its classes.
    let files = |(images, masks): &(Listing, Option<Masks>)| {
        let masks = masks.as_ref().map_or(0, Masks::len);
        (2 * images.files.len() + masks) as u64
    };
    monitor.set_total(lists.iter().map(files).sum());
    Ok(lists)
}

/// Takes images out of a training set that lie in a folder named for testing; says so.
fn hold_back(folder: &Path, images: &mut Listing) -> Option<String> {
    let is_held = |found: &Found| {
        let above = found.key.parent().into_iter().flat_map(Path::components);
        above
            .filter_map(|name| name.as_os_str().to_str())
            .any(conventions::is_held_out)
    };
    let count = images.files.len();
    let first = images.files.iter().find(|found| is_held(found))?;
    let first = first.path.display().to_string();
    images.files.retain(|found| !is_held(found));
    let held = counted(count - images.files.len(), "image lies", "images lie");
    Some(format!(
        "{}: {held} in folders named for testing, such as {first}: not used for training",
        folder.display()
    ))
}

fn masks_by_key(listing: Listing) -> Masks {
    let mut masks = Masks::default();
    for Found { path, key } in listing.files {
        masks.entry(key).or_insert(path);
    }
    masks
}

type Read = Vec<Result<Picture, LeftOut>>;

/// The images of a part by their headers, for A and for B.
fn read_headers(
    files: &[Found],
    part: &Part,
    least: u32,
    monitor: &Monitor,
) -> Result<(Read, Read), DataError> {
    let read: Vec<_> = files
        .par_iter()
        .map(|file| {
            stop_if_canceled(monitor)?;
            let header = header::read(&file.path);
            monitor.advance(1);
            Ok((file, header))
        })
        .collect::<Result<_, DataError>>()?;
    let (mut a, mut b) = (Vec::new(), Vec::new());
    for (file, header) in read {
        for &(side, half) in &part.holds {
            let picture = header
                .clone()
                .and_then(|header| {
                    let size = size_of(header.size, half)?;
                    if size.width < least || size.height < least {
                        return Err(Reason::TooSmall { size, least });
                    }
                    Ok(Picture {
                        path: file.path.clone(),
                        half,
                        size,
                        mask: None,
                        key: file.key.clone(),
                        bytes: header.bytes,
                    })
                })
                .map_err(|reason| LeftOut {
                    path: file.path.clone(),
                    reason,
                });
            match side {
                Side::A => a.push(picture),
                Side::B => b.push(picture),
            }
        }
    }
    Ok((a, b))
}

fn size_of(file: Size, half: Half) -> Result<Size, Reason> {
    match half {
        Half::Whole => Ok(file),
        _ if file.width % 2 == 1 => Err(Reason::OddWidth(file)),
        _ => Ok(Size::new(file.width / 2, file.height)),
    }
}

/// A file that holds both domains is left out once.
fn dedup(left_out: &mut Vec<LeftOut>) {
    left_out.sort_by(|one, other| one.path.cmp(&other.path));
    left_out.dedup();
}

fn refuse_empty(
    parts: &[Part],
    domain: &Domain,
    side: Side,
    left_out: &[LeftOut],
) -> Result<(), DataError> {
    if !domain.train.is_empty() {
        return Ok(());
    }
    let part = parts
        .iter()
        .find(|part| !part.is_test && part.holds.iter().any(|&(holds, _)| holds == side));
    let folder = part.map_or(Path::new(&domain.name), |part| part.folder.as_path());
    let mine: Vec<&LeftOut> = left_out
        .iter()
        .filter(|other| other.path.starts_with(folder))
        .collect();
    let Some(first) = mine.first() else {
        return Err(DataError::content(
            folder,
            "holds no image",
            "Give a folder of PNG, JPEG, WebP, BMP or TIFF files",
        ));
    };
    Err(DataError::content(
        folder,
        format!(
            "holds no usable image: {} left out; {} {}",
            counted(mine.len(), "file is", "files are"),
            first.path.display(),
            first.reason
        ),
        "Fix that, or give another folder",
    ))
}
