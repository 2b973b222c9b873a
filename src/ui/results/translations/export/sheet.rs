//! Pictures with their names on one sheet.

use std::collections::BTreeSet;
use std::sync::Arc;

use eframe::egui::Color32;
use image::RgbImage;
use image::imageops::{self, FilterType};

use super::{Cell, Part, Settings, Snapshot, image_of};
use crate::draw::chart::Style;
use crate::draw::sheet::{Group, Sheet};
use crate::draw::{DENSITY, Picture};
use crate::ui::results::translations::cell::direction_of;
use crate::ui::results::translations::prepared::Prepared;

/// Pixels of the shorter side of a picture that is written alone, at least: small ones are enlarged by whole numbers.
const LEAST: u32 = 320;
/// The same of a picture among many.
const LEAST_OF_MANY: u32 = 128;
/// Parts side by side.
const COLUMNS: usize = 4;

/// How often a pixel is repeated.
fn enlargement(size: [usize; 2], least: u32) -> u32 {
    let shorter = size[0].min(size[1]).max(1) as u32;
    (least.div_ceil(shorter)).max(1)
}

fn enlarged(image: &RgbImage, size: (u32, u32), smooth: bool) -> RgbImage {
    if image.dimensions() == size {
        return image.clone();
    }
    let filter = if smooth {
        FilterType::CatmullRom
    } else {
        FilterType::Nearest
    };
    imageops::resize(image, size.0, size.1, filter)
}

fn name_of(part: &Part) -> String {
    let name = part.cell.name(part.picture.side);
    match &part.run {
        Some(run) if !part.cell.is_given() => format!("{name} · {run}"),
        _ => name.to_owned(),
    }
}

/// A part at a size in pixels.
fn drawn(part: &Part, size: (u32, u32), settings: &Settings) -> Result<RgbImage, String> {
    let image =
        image_of(&part.picture, part.cell, settings.scale).ok_or("there is no such picture")?;
    let smooth = settings.smooth && !part.cell.is_classes();
    Ok(enlarged(&image, size, smooth))
}

fn size_of(parts: &[Part], least: u32) -> Result<(u32, u32), String> {
    let size = parts
        .first()
        .ok_or("there is nothing to write")?
        .picture
        .size;
    let times = enlargement(size, least);
    Ok((size[0] as u32 * times, size[1] as u32 * times))
}

/// The classes that stand in the pictures of classes among these cells, in their order.
fn legend<'a>(cells: impl Iterator<Item = (&'a Prepared, Cell)>) -> Vec<(String, Color32)> {
    let mut classes: &[(String, [u8; 3])] = &[];
    let mut seen: BTreeSet<[u8; 3]> = BTreeSet::new();
    for (picture, cell) in cells.filter(|(_, cell)| cell.is_classes()) {
        if classes.len() < picture.classes.len() {
            classes = &picture.classes;
        }
        if let Some(image) = picture.colors(cell) {
            let colors = image.pixels.iter();
            seen.extend(colors.map(|color| [color.r(), color.g(), color.b()]));
        }
    }
    let shown = classes.iter().filter(|(_, color)| seen.contains(color));
    let named = shown.map(|(name, [r, g, b])| (name.clone(), Color32::from_rgb(*r, *g, *b)));
    named.collect()
}

/// The same of parts.
fn legend_of(parts: &[Part]) -> Vec<(String, Color32)> {
    legend(parts.iter().map(|part| (&*part.picture, part.cell)))
}

/// Groups of images of `size` pixels below a title, and the classes that their colors mean.
fn sheet(
    title: &str,
    size: (u32, u32),
    groups: Vec<Group>,
    legend: Vec<(String, Color32)>,
) -> Result<Picture, String> {
    let sheet = Sheet {
        title: title.to_owned(),
        note: String::new(),
        groups,
        // Each pixel of an image becomes one of the file.
        cell: (f64::from(size.0) / DENSITY, f64::from(size.1) / DENSITY),
        smooth: false,
        legend,
    };
    let picture = sheet.picture(&Style::print());
    picture.ok_or_else(|| "there is nothing to write".to_owned())
}

/// Parts side by side, in rows of four, each below its name.
pub(super) fn row(parts: &[Part], settings: &Settings, title: &str) -> Result<Picture, String> {
    named(parts, settings, title, name_of)
}

/// The same, below what tells the runs apart alone: what they show stands in the title.
pub(super) fn captions(
    parts: &[Part],
    settings: &Settings,
    title: &str,
) -> Result<Picture, String> {
    let made = parts.iter().find(|part| part.run.is_some());
    let title = match made {
        Some(part) => format!("{title} · {}", part.cell.name(part.picture.side)),
        None => title.to_owned(),
    };
    named(parts, settings, &title, |part| match &part.run {
        Some(run) => run.clone(),
        None => name_of(part),
    })
}

fn named(
    parts: &[Part],
    settings: &Settings,
    title: &str,
    name_of: impl Fn(&Part) -> String + Copy,
) -> Result<Picture, String> {
    let size = size_of(parts, LEAST)?;
    let groups = parts.chunks(COLUMNS).map(|parts| {
        let images = parts
            .iter()
            .map(|part| Ok(Some(Arc::new(drawn(part, size, settings)?))))
            .collect::<Result<_, String>>()?;
        Ok(Group {
            title: String::new(),
            names: parts.iter().map(name_of).collect(),
            rows: vec![images],
        })
    });
    let groups: Vec<Group> = groups.collect::<Result<_, String>>()?;
    sheet(title, size, groups, legend_of(parts))
}

/// The first part left of the line, the second right of it.
pub(super) fn wiped(parts: &[Part], settings: &Settings, title: &str) -> Result<Picture, String> {
    let size = size_of(parts, 2 * LEAST)?;
    let mut image = drawn(&parts[0], size, settings)?;
    let right = drawn(&parts[1], size, settings)?;
    let split = ((settings.wipe * size.0 as f32).round() as u32).min(size.0);
    for (x, y, pixel) in image.enumerate_pixels_mut() {
        if x >= split {
            *pixel = *right.get_pixel(x, y);
        }
        if x.abs_diff(split) < 2 && split > 0 && split < size.0 {
            *pixel = image::Rgb([255; 3]);
        }
    }
    let name = format!("{} | {}", name_of(&parts[0]), name_of(&parts[1]));
    one(image, name, title, legend_of(parts))
}

/// The second part over the first.
pub(super) fn overlaid(
    parts: &[Part],
    settings: &Settings,
    title: &str,
) -> Result<Picture, String> {
    let size = size_of(parts, 2 * LEAST)?;
    let mut image = drawn(&parts[0], size, settings)?;
    let over = drawn(&parts[1], size, settings)?;
    let opacity = settings.opacity;
    for (below, above) in image.pixels_mut().zip(over.pixels()) {
        for (value, other) in below.0.iter_mut().zip(above.0) {
            let mixed = f32::from(*value) * (1.0 - opacity) + f32::from(other) * opacity;
            *value = mixed.round() as u8;
        }
    }
    let name = format!("{} over {}", name_of(&parts[1]), name_of(&parts[0]));
    one(image, name, title, legend_of(parts))
}

/// One picture below a title and a name.
fn one(
    image: RgbImage,
    name: String,
    title: &str,
    legend: Vec<(String, Color32)>,
) -> Result<Picture, String> {
    let size = image.dimensions();
    let group = Group {
        title: String::new(),
        names: vec![name],
        rows: vec![vec![Some(Arc::new(image))]],
    };
    sheet(title, size, vec![group], legend)
}

/// Every picture of a snapshot: a row each, a column for each chosen cell, a group for each direction.
pub(super) fn all(
    snapshot: &Snapshot,
    settings: &Settings,
    title: &str,
) -> Result<Picture, String> {
    let chosen: Vec<Cell> = Cell::ALL
        .into_iter()
        .filter(|cell| {
            settings.cells.contains(cell)
                && snapshot.pictures.iter().any(|picture| picture.has(*cell))
        })
        .collect();
    let first = snapshot.pictures.first().ok_or("there are no pictures")?;
    if chosen.is_empty() {
        return Err("none of the chosen cells is there: choose others under Cells".to_owned());
    }
    let times = enlargement(first.size, LEAST_OF_MANY);
    let size = (first.size[0] as u32 * times, first.size[1] as u32 * times);
    let mut groups = Vec::new();
    for pictures in snapshot.pictures.chunk_by(|a, b| a.side == b.side) {
        let side = pictures[0].side;
        let mut rows = Vec::with_capacity(pictures.len());
        for picture in pictures {
            let mut row = Vec::with_capacity(chosen.len());
            for cell in &chosen {
                let part = Part {
                    run: None,
                    cell: *cell,
                    picture: Arc::clone(picture),
                };
                row.push(if picture.has(*cell) {
                    Some(Arc::new(drawn(&part, size, settings)?))
                } else {
                    None
                });
            }
            rows.push(row);
        }
        groups.push(Group {
            title: direction_of(side).to_owned(),
            names: chosen
                .iter()
                .map(|cell| cell.name(side).to_owned())
                .collect(),
            rows,
        });
    }
    let shown = snapshot.pictures.iter();
    let shown = shown.flat_map(|picture| chosen.iter().map(move |cell| (&**picture, *cell)));
    sheet(title, size, groups, legend(shown))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_pictures_are_enlarged_by_whole_numbers() {
        assert_eq!(enlargement([128, 96], LEAST), 4);
        assert_eq!(enlargement([640, 480], LEAST), 1);
        assert_eq!(enlargement([128, 128], LEAST_OF_MANY), 1);
    }
}
