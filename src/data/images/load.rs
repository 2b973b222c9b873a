//! From folders to two domains, by names and headers alone.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;

use super::layout::{self, Part, Parts};
use super::list::{self, Found, Listing};
use super::{
    ClassTable, Domain, Half, ImageDomains, ImageNeeds, LeftOut, MaskNeed, Picture, Reason, Side,
    Size, conventions, fingerprint, header,
};
use super::{affixes, masks, mixed, pages, pairs, range, structure, twins};
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
    let patterns = |key, text: &Option<String>| {
        let parsed = text.as_deref().map(affixes::parse).transpose();
        parsed
            .map(Option::unwrap_or_default)
            .map_err(|problem| DataError::Config { key, problem })
    };
    let pair = patterns("pair", &source.pair)?;
    let mask_pair = patterns("mask_pair", &source.mask_pair)?;
    let range = range::Wanted::parse(source.range.as_deref())?;
    let ignored = masks::ignored(source.ignore.as_deref())?;
    let lists = list_all(source, &parts, monitor)?;
    // One name of each side, where none fit.
    let mut unlike = [None, None];
    if !needs.paired {
        notices.extend(annotations(&names));
    }
    let [name_a, name_b] = names;
    let mut a = Domain {
        name: name_a,
        ..Domain::default()
    };
    let mut b = Domain {
        name: name_b,
        ..Domain::default()
    };
    for (part, listed) in parts.iter().zip(lists) {
        let Listed {
            images,
            masks,
            notices: said,
            left_out: others,
        } = listed;
        notices.extend(said);
        left_out.extend(others);
        if let Some(told) = images.others.told() {
            notices.push(format!("{}: {told}", part.folder.display()));
        }
        for folder in images
            .masks
            .iter()
            .filter(|own| part.masks.as_ref() != Some(own))
        {
            notices.push(format!(
                "{} lies among images and is named as a folder of masks: its images are not used",
                folder.display()
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
            let masks = masks.as_deref().unwrap_or_default();
            let (pictures, matching) =
                masks::attach(pictures, masks, &mask_pair, needs_masks, &mut left_out);
            let within = |notice| format!("{}: {notice}", part.folder.display());
            notices.extend(matching.notices.into_iter().map(within));
            if let Some(text) = matching.unlike {
                notices.push(format!("{}: {text}", part.folder.display()));
                unlike[side as usize].get_or_insert(text);
            }
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
    let dropped = masks::check(
        [&mut a, &mut b],
        &mut table,
        ignored.as_deref(),
        needs.masks,
        monitor,
    )?;
    notices.extend(dropped.notices);
    left_out.extend(dropped.left_out);

    if needs.paired {
        for (a, b) in [(&mut a.train, &mut b.train), (&mut a.test, &mut b.test)] {
            let matching = pairs::align(a, b, &pair);
            notices.extend(matching.notices);
            if let Some(text) = matching.unlike {
                notices.push(text.clone());
                for unlike in &mut unlike {
                    unlike.get_or_insert(text.clone());
                }
            }
            pairs::keep_pairs(a, b, &mut left_out);
        }
    }
    refuse_empty(&parts, &a, Side::A, &left_out, &unlike)?;
    refuse_empty(&parts, &b, Side::B, &left_out, &unlike)?;
    for domain in [&mut a, &mut b] {
        notices.extend(range::decide(domain, range, monitor)?);
        notices.extend(pages::notice(domain));
    }
    // The images to learn from, with those of them that are held out; a test set of its own is no part of them.
    let learned = [a.train.len(), b.train.len()];
    let has_test_folder = !a.test.is_empty() && !b.test.is_empty();
    pairs::hold_out(&mut a, &mut b, needs.paired, source.test_fraction, seed);
    notices.extend([&a, &b].into_iter().filter_map(twins::notice));
    dedup(&mut left_out);
    stop_if_canceled(monitor)?;

    let fingerprint =
        fingerprint::of(&source.path, classes.as_deref(), [&a, &b], learned, monitor)?;
    Ok(ImageDomains {
        test_pairs: pairs::pairs(&a.test, &b.test),
        a,
        b,
        paired: needs.paired,
        has_test_folder,
        classes: table.map(Arc::new),
        left_out,
        notices,
        fingerprint,
    })
}

/// What is said where a domain is named as annotations, and the other is not.
fn annotations(names: &[String; 2]) -> Option<String> {
    let is_named = names
        .each_ref()
        .map(|name| conventions::is_of_annotations(name));
    let at = match is_named {
        [true, false] => 0,
        [false, true] => 1,
        _ => return None,
    };
    Some(format!(
        "{} is named as a folder of annotations, and is read as pictures like others; if they are masks of {}, give its folder alone, that of the other domain as data.path_b, and theirs as data.masks_a",
        names[at],
        names[1 - at]
    ))
}

pub(super) fn stop_if_canceled(monitor: &Monitor) -> Result<(), DataError> {
    if monitor.is_canceled() {
        return Err(DataError::Canceled);
    }
    Ok(())
}

/// What was found in a part.
#[derive(Default)]
struct Listed {
    images: Listing,
    masks: Option<Vec<Found>>,
    notices: Vec<String>,
    left_out: Vec<LeftOut>,
}

/// Images and masks of each part.
fn list_all(
    source: &ImagesSource,
    parts: &[Part],
    monitor: &Monitor,
) -> Result<Vec<Listed>, DataError> {
    // A folder of masks, or the other domain, may lie within a domain.
    let folders = parts.iter().map(|part| &part.folder);
    let masks = parts.iter().filter_map(|part| part.masks.as_ref());
    let named = [&source.masks_a, &source.masks_b].into_iter().flatten();
    let except: Vec<PathBuf> = folders.chain(masks).chain(named).cloned().collect();
    let lists: Vec<Listed> = parts
        .iter()
        .map(|part| list_part(part, &except, monitor))
        .collect::<Result<_, DataError>>()?;
    // Each image is looked into for its header and for the fingerprint, each mask for its classes.
    let files = |listed: &Listed| {
        let masks = listed.masks.as_ref().map_or(0, Vec::len);
        (2 * listed.images.files.len() + masks) as u64
    };
    monitor.set_total(lists.iter().map(files).sum());
    Ok(lists)
}

fn list_part(part: &Part, except: &[PathBuf], monitor: &Monitor) -> Result<Listed, DataError> {
    let folder = &part.folder;
    let mut listed = Listed {
        images: list::list(folder, except, monitor)?,
        ..Listed::default()
    };
    if !part.is_test {
        listed.notices.extend(hold_back(folder, &mut listed.images));
    }
    let mixed = mixed::separate(folder, &mut listed.images);
    listed.notices.extend(mixed.notice);
    match (&part.masks, mixed.example) {
        (Some(masks), None) => listed.masks = Some(list::list(masks, &[], monitor)?.files),
        (Some(masks), Some(_)) if masks != folder => {
            listed.masks = Some(list::list(masks, &[], monitor)?.files);
            let possible = |mask: Found| LeftOut {
                path: mask.path,
                reason: Reason::PossibleMask(mask.key),
            };
            listed
                .left_out
                .extend(mixed.masks.into_iter().map(possible));
        }
        (_, Some((mask, image))) => {
            let name = |found: &Found| {
                let name = found.path.file_name().unwrap_or_default();
                name.display().to_string()
            };
            listed.notices.push(format!(
                "{}: {}, not for images: few colors, and the name of an image ({} beside {}); if they are images, move them into a folder of their own",
                folder.display(),
                counted(
                    mixed.masks.len(),
                    "file is taken for a mask",
                    "files are taken for masks"
                ),
                name(&mask),
                name(&image)
            ));
            listed.masks = Some(mixed.masks);
        }
        (None, None) => {}
    }
    Ok(listed)
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
            let header = header::read(&file.path).and_then(|header| {
                structure::whole(&file.path, header.format, header.bytes)?;
                Ok(header)
            });
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
                        partner: None,
                        is_deep: header.is_deep,
                        range: None,
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
    unlike: &[Option<String>; 2],
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
        let listed = list::list(folder, &[], &Monitor::default());
        let others = listed.ok().and_then(|listed| listed.others.told());
        return Err(DataError::content(
            folder,
            match others {
                Some(others) => format!("holds no image: {others}"),
                None => "holds no image".to_owned(),
            },
            "Give a folder of PNG, JPEG, WebP, BMP or TIFF files",
        ));
    };
    let problem = format!(
        "holds no usable image: {} left out; {} {}",
        counted(mine.len(), "file is", "files are"),
        first.path.display(),
        first.reason
    );
    Err(match &unlike[side as usize] {
        Some(unlike) if matches!(first.reason, Reason::NoMask | Reason::NoPartner) => {
            let remedy = "Rename the files, or set that key";
            DataError::content(folder, format!("{problem}; {unlike}"), remedy)
        }
        None if matches!(first.reason, Reason::NoMask) => {
            let key = ["masks_a", "masks_b"][side as usize];
            let name = folder.file_name().unwrap_or_default().display();
            let remedy = format!(
                "Put the masks, named as their images, into a folder {name}_labels beside it, or set data.{key} to their folder"
            );
            DataError::content(folder, problem, remedy)
        }
        _ => DataError::content(folder, problem, "Fix that, or give another folder"),
    })
}
