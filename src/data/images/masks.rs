//! Masks: which belongs to which image, and whether they hold classes.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::affixes::Pattern;
use super::decode::{self, Value};
use super::header;
use super::list::Found;
use super::load::stop_if_canceled;
use super::names::{self, Matching, Purpose};
use super::{ClassTable, Domain, IGNORE, LeftOut, MaskNeed, Picture, Reason, Size, structure};
use crate::data::load::counted;
use crate::data::{DataError, Monitor};

/// Masks are looked into until this many pixels; of more, some are.
const MOST_PIXELS: u64 = 2_000_000_000;
/// A mask with more values than this is a picture.
const MOST_VALUES: usize = 1_000;
/// Ids that are found without a table: more of them are gray tones.
const MOST_CLASSES: usize = 64;
/// A mask may hold this share of pixels that are no class: edges that a program has smoothed.
const STRAY: f64 = 0.01;

/// A mask that cannot be used.
type Wrong = (PathBuf, Reason);

/// Gives each picture its mask, by name and header. Pictures without one are left out if `needed`.
pub(super) fn attach(
    pictures: Vec<Picture>,
    masks: &[Found],
    patterns: &[Pattern],
    needed: bool,
    left_out: &mut Vec<LeftOut>,
) -> (Vec<Picture>, Matching) {
    let own: Vec<&Path> = pictures
        .iter()
        .map(|picture| picture.key.as_path())
        .collect();
    let others: Vec<&Path> = masks.iter().map(|mask| mask.key.as_path()).collect();
    let matched = names::matched(&own, &others, patterns, Purpose::Masks);
    let matching = Matching::of(&matched, &own, &others, Purpose::Masks);
    // Of several pictures of a name (`1.png`, `1.jpg`) each has the mask of the first.
    let first: FxHashMap<&Path, PathBuf> = own
        .iter()
        .zip(&matched.partner)
        .filter_map(|(key, mask)| Some((*key, masks[(*mask)?].path.clone())))
        .collect();
    let found: Vec<Option<PathBuf>> = own.iter().map(|key| first.get(key).cloned()).collect();
    let checked: Vec<(Picture, Result<Option<PathBuf>, Wrong>)> = pictures
        .into_par_iter()
        .zip(found)
        .map(|(picture, mask)| {
            let mask = mask.map(|mask| match fits(&mask, &picture) {
                Ok(()) => Ok(mask),
                Err(reason) => Err((mask, reason)),
            });
            (picture, mask.transpose())
        })
        .collect();
    let kept = checked
        .into_iter()
        .filter_map(|(mut picture, mask)| {
            match mask {
                Ok(None) if needed => {
                    left_out.push(LeftOut {
                        path: picture.path,
                        reason: Reason::NoMask,
                    });
                    return None;
                }
                Ok(mask) => picture.mask = mask,
                Err((mask, reason)) => {
                    left_out.push(without(&picture, mask, reason, needed));
                    if needed {
                        return None;
                    }
                }
            }
            Some(picture)
        })
        .collect();
    (kept, matching)
}

fn fits(mask: &Path, picture: &Picture) -> Result<(), Reason> {
    let header = header::read(mask)?;
    if header.format == image::ImageFormat::Jpeg {
        return Err(Reason::LossyMask);
    }
    let whole = match picture.half {
        super::Half::Whole => picture.size,
        _ => Size::new(picture.size.width * 2, picture.size.height),
    };
    if header.size != whole {
        return Err(Reason::MaskSize {
            own: header.size,
            image: whole,
        });
    }
    structure::whole(mask, header.format, header.bytes)
}

/// The part left out for a wrong mask: the image if it needs one, only the mask if not.
fn without(picture: &Picture, mask: PathBuf, reason: Reason, needed: bool) -> LeftOut {
    if needed {
        LeftOut {
            path: picture.path.clone(),
            reason: Reason::Mask(Box::new(reason)),
        }
    } else {
        LeftOut { path: mask, reason }
    }
}

/// The result of checking the masks.
#[derive(Default)]
pub(super) struct Dropped {
    pub(super) left_out: Vec<LeftOut>,
    pub(super) notices: Vec<String>,
}

/// How often each value stands in a mask.
type Values = BTreeMap<Value, u64>;

struct MaskStatistics {
    values: Values,
    palette: Vec<[u8; 3]>,
}

/// Reads the masks: counts the pixels of each class, makes a table of classes where none is given, and takes away masks that hold no classes
/// (with their images, where `need` says so).
pub(super) fn check(
    a: &mut Domain,
    b: &mut Domain,
    table: &mut Option<ClassTable>,
    need: MaskNeed,
    monitor: &Monitor,
) -> Result<Dropped, DataError> {
    let mut dropped = Dropped::default();
    let masked = |domain: &Domain| -> u64 {
        let pictures = domain.pictures().filter(|picture| picture.mask.is_some());
        pictures.map(|picture| picture.size.pixels()).sum()
    };
    let pixels = masked(a) + masked(b);
    if pixels == 0 {
        return Ok(dropped);
    }
    // Every `step`-th mask is looked into.
    let step = pixels.div_ceil(MOST_PIXELS) as usize;
    if step > 1 {
        dropped.notices.push(format!(
            "there are too many masks to check them all: every {step}th was checked, and pixels of no class are ignored in the others"
        ));
    }
    let looks_a = look_into(a, step, monitor)?;
    let looks_b = look_into(b, step, monitor)?;
    if table.is_none() {
        *table = found_classes([&looks_a, &looks_b]);
    }
    // Without a table each mask is judged by its own.
    let needed_a = need != MaskNeed::None;
    check_masks(a, looks_a, table.as_ref(), needed_a, &mut dropped);
    check_masks(
        b,
        looks_b,
        table.as_ref(),
        need == MaskNeed::InBoth,
        &mut dropped,
    );
    Ok(dropped)
}

type MaskStatisticsMap = FxHashMap<usize, Result<MaskStatistics, Reason>>;

/// Looks into every `step`-th mask of a domain; by the position of the picture.
fn look_into(
    domain: &Domain,
    step: usize,
    monitor: &Monitor,
) -> Result<MaskStatisticsMap, DataError> {
    let masks: Vec<(usize, &PathBuf)> = domain
        .pictures()
        .enumerate()
        .filter_map(|(at, picture)| Some((at, picture.mask.as_ref()?)))
        .step_by(step)
        .collect();
    masks
        .into_par_iter()
        .map(|(at, mask)| {
            stop_if_canceled(monitor)?;
            let look = look(mask);
            monitor.advance(1);
            Ok((at, look))
        })
        .collect()
}

fn look(mask: &Path) -> Result<MaskStatistics, Reason> {
    let raw = decode::read_mask(mask)?;
    let mut values = Values::new();
    // Neighbors are mostly alike.
    let mut run: Option<(Value, u64)> = None;
    for value in raw.values() {
        match &mut run {
            Some((own, length)) if *own == value => *length += 1,
            _ => {
                if let Some((own, length)) = run.replace((value, 1)) {
                    *values.entry(own).or_insert(0) += length;
                    if values.len() > MOST_VALUES {
                        return Err(Reason::TooManyValues(MOST_VALUES));
                    }
                }
            }
        }
    }
    if let Some((own, length)) = run {
        *values.entry(own).or_insert(0) += length;
    }
    Ok(MaskStatistics {
        values,
        palette: raw.palette,
    })
}

/// The ids that masks hold, as classes; `None` if there are none, or so many that they are none.
fn found_classes(looks: [&MaskStatisticsMap; 2]) -> Option<ClassTable> {
    let mut ids = std::collections::BTreeSet::new();
    let mut palette: &[[u8; 3]] = &[];
    for look in looks.into_iter().flat_map(FxHashMap::values).flatten() {
        if look.palette.len() > palette.len() {
            palette = &look.palette;
        }
        for &value in look.values.keys() {
            let id = match value {
                Value::Id(id) => u8::try_from(id).ok(),
                Value::Color([red, green, blue]) => (red == green && green == blue).then_some(red),
            };
            ids.extend(id.filter(|&id| id != IGNORE));
        }
    }
    (!ids.is_empty() && ids.len() <= MOST_CLASSES).then(|| ClassTable::found(ids, palette))
}

/// Counts classes, and takes away wrong masks.
fn check_masks(
    domain: &mut Domain,
    mut looks: MaskStatisticsMap,
    table: Option<&ClassTable>,
    needed: bool,
    dropped: &mut Dropped,
) {
    let mut class_pixels = vec![0; table.map_or(0, ClassTable::len)];
    let mut stray = 0;
    let mut at = 0;
    let mut keep = |picture: &mut Picture| {
        let look = looks.remove(&at);
        at += 1;
        let Some(look) = look else { return true };
        let counted = look.and_then(|look| class_counts(&look, table));
        match counted {
            Ok((counts, has_stray)) => {
                for (sum, count) in class_pixels.iter_mut().zip(counts) {
                    *sum += count;
                }
                stray += usize::from(has_stray);
                true
            }
            Err(reason) => {
                let mask = picture.mask.take().unwrap_or_default();
                dropped
                    .left_out
                    .push(without(picture, mask, reason, needed));
                !needed
            }
        }
    };
    domain.train.retain_mut(&mut keep);
    domain.test.retain_mut(&mut keep);
    if stray > 0 {
        dropped.notices.push(format!(
            "{}: {} a few pixels of no class, which are ignored",
            domain.name,
            counted(stray, "mask holds", "masks hold")
        ));
    }
    domain.class_pixels = class_pixels;
}

/// Pixels of each class, and whether there are others.
fn class_counts(
    look: &MaskStatistics,
    table: Option<&ClassTable>,
) -> Result<(Vec<u64>, bool), Reason> {
    let Some(table) = table else {
        return Err(Reason::TooManyValues(MOST_CLASSES));
    };
    let mut counts = vec![0; table.len()];
    let (mut total, mut unknown) = (0, 0);
    let mut first = None;
    for (&value, &pixels) in &look.values {
        total += pixels;
        match table.index(value) {
            Some(IGNORE) => {}
            Some(index) => counts[usize::from(index)] += pixels,
            None => {
                unknown += pixels;
                first = first.or(Some(value));
            }
        }
    }
    match first {
        Some(value) if unknown as f64 > STRAY * total as f64 => {
            if matches!(value, Value::Color(_)) && !table.has_colors() {
                return Err(Reason::NoColors);
            }
            let pixels = counted(unknown as usize, "pixel", "pixels");
            Err(Reason::UnknownClass(format!(
                "{value} (in all {pixels} of no class)"
            )))
        }
        first => Ok((counts, first.is_some())),
    }
}
