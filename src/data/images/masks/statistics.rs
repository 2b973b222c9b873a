//! The values that a mask has, and their shares.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::{MOST_CLASSES, MOST_TOLD, MOST_VALUES, MaskStatisticsMap, STRAY};
use crate::data::images::decode::{self, Value};
use crate::data::images::load::stop_if_canceled;
use crate::data::images::{ClassTable, Domain, IGNORE, Reason};
use crate::data::load::counted;
use crate::data::{DataError, Monitor};

/// How often each value stands in a mask.
pub(super) type Values = BTreeMap<Value, u64>;

pub(super) struct MaskStatistics {
    pub(super) values: Values,
    pub(super) palette: Vec<[u8; 3]>,
}

/// Looks into every `step`-th mask of a domain; by the position of the picture.
pub(super) fn look_into(
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

pub(super) fn look(mask: &Path) -> Result<MaskStatistics, Reason> {
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

/// The share of each class, where the classes were found in the masks, and of what is ignored.
pub(super) fn shares(domain: &Domain, table: &ClassTable, is_guessed: bool) -> Option<String> {
    let all = domain.class_pixels.iter().sum::<u64>() + domain.ignored_pixels;
    if all == 0 || !is_guessed && domain.ignored_pixels == 0 {
        return None;
    }
    let percent = |pixels: u64| format!("{:.1} %", 100.0 * pixels as f64 / all as f64);
    let mut parts: Vec<String> = Vec::new();
    if is_guessed {
        let classes = (0..).zip(&domain.class_pixels);
        let told = classes.filter_map(|(index, &pixels)| {
            Some(format!("{} {}", table.class(index)?.name, percent(pixels)))
        });
        parts.extend(told.take(MOST_TOLD));
        if table.len() > MOST_TOLD {
            let more = counted(table.len() - MOST_TOLD, "more class", "more classes");
            parts.push(format!("{more} in the legend"));
        }
    }
    if domain.ignored_pixels > 0 {
        parts.push(format!("ignored {}", percent(domain.ignored_pixels)));
    }
    Some(format!(
        "{}: of the pixels of the masks: {}",
        domain.name,
        parts.join(", ")
    ))
}

/// Pixels of each class, those of none or of one that is ignored, and whether there are any of none.
pub(super) fn class_counts(
    look: &MaskStatistics,
    table: Option<&ClassTable>,
) -> Result<(Vec<u64>, u64, bool), Reason> {
    let is_color = |value: &Value| matches!(value, Value::Color([red, green, blue]) if red != green || green != blue);
    let Some(table) = table else {
        if look.values.keys().any(is_color) {
            return Err(Reason::NoColors);
        }
        return Err(Reason::TooManyValues(MOST_CLASSES));
    };
    let mut counts = vec![0; table.len()];
    let (mut total, mut unknown, mut ignored) = (0, 0, 0);
    let mut first = None;
    for (&value, &pixels) in &look.values {
        total += pixels;
        match table.index(value) {
            Some(IGNORE) => ignored += pixels,
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
        first => Ok((counts, ignored + unknown, first.is_some())),
    }
}
