//! Masks: which belongs to which image, and whether they hold classes.

mod statistics;

use std::path::{Path, PathBuf};

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::affixes::Pattern;
use super::decode::Value;
use super::list::Found;
use super::mask_colors::{Colors, Meaning};
use super::names::{self, Matching, Purpose};
use super::{
    ClassTable, Domain, IGNORE, LeftOut, MaskNeed, Picture, Reason, Size, header, structure,
};
use crate::data::load::counted;
use crate::data::{DataError, Monitor};
use statistics::{MaskStatistics, Values, class_counts, look_into, shares};

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

/// Reads the masks: counts the pixels of each class, makes a table of classes where none is given, and takes away masks that hold no classes
/// (with their images, where `need` says so).
pub(super) fn check(
    [a, b]: [&mut Domain; 2],
    table: &mut Option<ClassTable>,
    ignored: Option<&[u8]>,
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
    let is_guessed = table.is_none();
    let mut meaning = None;
    if let Some(given) = table.take() {
        *table = Some(match ignored {
            Some(ignored) => given.ignoring(ignored),
            None => given,
        });
    } else {
        let mut colors = Colors::default();
        for look in [&looks_a, &looks_b].into_iter().flat_map(FxHashMap::values) {
            colors.take(look.as_ref().map_or(&Values::new(), |look| &look.values));
        }
        match colors.meaning() {
            Meaning::Classes(found, notice) => {
                dropped.notices.push(notice);
                *table = Some(found.ignoring(ignored.unwrap_or_default()));
            }
            other => {
                if let Meaning::Unclear(notice) = other {
                    dropped.notices.push(notice);
                }
                if let Some((found, of_255)) = found_classes([&looks_a, &looks_b], ignored) {
                    dropped.notices.extend(smoothed(&found));
                    *table = Some(found);
                    meaning = of_255;
                }
            }
        }
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
    if let Some(table) = table {
        let shares = [&*a, &*b]
            .into_iter()
            .filter_map(|domain| shares(domain, table, is_guessed));
        dropped.notices.extend(shares);
        dropped.notices.extend(meaning.map(str::to_owned));
    }
    Ok(dropped)
}

type MaskStatisticsMap = FxHashMap<usize, Result<MaskStatistics, Reason>>;

/// The values of `data.ignore`; `None` if it says nothing.
pub(super) fn ignored(text: Option<&str>) -> Result<Option<Vec<u8>>, DataError> {
    let Some(text) = text.map(str::trim).filter(|&text| text != "auto") else {
        return Ok(None);
    };
    if text == "none" {
        return Ok(Some(Vec::new()));
    }
    let values = text
        .split([',', ' ', ';', '[', ']'])
        .filter(|part| !part.is_empty());
    let values: Option<Vec<u8>> = values.map(|part| part.parse().ok()).collect();
    match values {
        Some(values) if !values.is_empty() => Ok(Some(values)),
        _ => Err(DataError::Config {
            key: "ignore",
            problem: format!(
                "is \"{text}\", but must be values from 0 to 255 with commas between, such as 255, or \"none\""
            ),
        }),
    }
}

const AS_CLASS: &str = "the value 255 of the masks is taken as a class, since it stands beside no small class numbers; if it marks what is to be ignored, set data.ignore = 255";
const AS_IGNORED: &str = "the value 255 of the masks is taken as \"no class\" and ignored; if it is a class, set data.ignore = \"none\" or give it a line in classes.csv";

/// The ids that masks hold, as classes, and what 255 is taken for where that is a guess; `None` if there are none, or so many that they are
/// none.
fn found_classes(
    looks: [&MaskStatisticsMap; 2],
    ignored: Option<&[u8]>,
) -> Option<(ClassTable, Option<&'static str>)> {
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
            ids.extend(id);
        }
    }
    let (ignored, meaning) = match ignored {
        Some(ignored) => (ignored, None),
        None if !ids.contains(&IGNORE) => (&[IGNORE][..], None),
        None if is_painted(&ids) => (&[][..], Some(AS_CLASS)),
        None => (&[IGNORE][..], Some(AS_IGNORED)),
    };
    ids.retain(|id| !ignored.contains(id));
    if ids.is_empty() || ids.len() > MOST_CLASSES {
        return None;
    }
    Some((ClassTable::found(ids, palette).ignoring(ignored), meaning))
}

/// Many grays far apart are seldom classes.
fn smoothed(table: &ClassTable) -> Option<String> {
    let ids = || table.classes().iter().map(|class| class.id);
    let (least, most) = (ids().min()?, ids().max()?);
    (table.len() > 12 && usize::from(most - least) > table.len() * 3).then(|| {
        format!(
            "the masks hold {} different values from {least} to {most}: if they were made smaller or larger with smoothing, the values between are no classes; make them anew without (nearest neighbor)",
            table.len()
        )
    })
}

/// True if values that go up to 255 are grays painted far apart (0 and 255; 0, 128 and 255), not numbers with 255 for what has none.
fn is_painted(ids: &std::collections::BTreeSet<u8>) -> bool {
    let ids: Vec<u8> = ids.iter().copied().collect();
    ids.len() <= 2 || ids.windows(2).all(|two| two[1] - two[0] >= 16)
}

/// Classes whose shares are told one by one.
const MOST_TOLD: usize = 12;

/// Counts classes, and takes away wrong masks.
fn check_masks(
    domain: &mut Domain,
    mut looks: MaskStatisticsMap,
    table: Option<&ClassTable>,
    needed: bool,
    dropped: &mut Dropped,
) {
    let mut class_pixels = vec![0; table.map_or(0, ClassTable::len)];
    let mut ignored_pixels = 0;
    let mut stray = 0;
    let mut at = 0;
    let mut keep = |picture: &mut Picture| {
        let look = looks.remove(&at);
        at += 1;
        let Some(look) = look else { return true };
        let counted = look.and_then(|look| class_counts(&look, table));
        match counted {
            Ok((counts, ignored, has_stray)) => {
                ignored_pixels += ignored;
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
    domain.ignored_pixels = ignored_pixels;
}
