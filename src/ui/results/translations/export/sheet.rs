//! Pictures with their names on one sheet.

use image::imageops::{self, FilterType};
use image::{Rgb, RgbImage};

use super::text::{self, Line};
use super::{Cell, Part, Snapshot, Style, image_of};
use crate::ui::results::translations::cell::direction_of;

/// Pixels of the shorter side of a picture that is written alone, at least: small ones are enlarged by whole numbers.
const LEAST: u32 = 320;
/// The same of a picture among many.
const LEAST_OF_MANY: u32 = 128;
/// Most pixels along a side of a sheet.
const MOST: u32 = 16_384;
/// Of words.
const EM: f64 = 15.0;
const LINE: u32 = 26;
const MARGIN: u32 = 24;
const GAP: u32 = 10;

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

/// A sheet being filled.
struct Sheet<'a> {
    image: RgbImage,
    lines: Vec<Line>,
    style: &'a Style,
}

impl<'a> Sheet<'a> {
    fn new(width: u32, height: u32, style: &'a Style) -> Result<Self, String> {
        if width > MOST || height > MOST {
            return Err(format!(
                "the sheet would be {width} × {height} pixels: choose fewer cells"
            ));
        }
        let color = style.tokens.surface;
        let paper = Rgb([color.r(), color.g(), color.b()]);
        Ok(Self {
            image: RgbImage::from_pixel(width, height, paper),
            lines: Vec::new(),
            style,
        })
    }

    fn put(&mut self, image: &RgbImage, x: u32, y: u32) {
        imageops::replace(&mut self.image, image, x.into(), y.into());
    }

    fn say(&mut self, text: &str, (x, y): (u32, u32), room: u32, first: bool) {
        let tokens = self.style.tokens;
        self.lines.push(Line {
            text: text.to_owned(),
            at: (x, y),
            size: EM,
            color: if first {
                tokens.text
            } else {
                tokens.text_secondary
            },
            room,
        });
    }

    fn finish(mut self) -> Result<RgbImage, String> {
        text::write(&mut self.image, &self.lines)?;
        Ok(self.image)
    }
}

fn name_of(part: &Part) -> String {
    let name = part.cell.name(part.picture.side);
    match &part.run {
        Some(run) if !part.cell.is_given() => format!("{name} · {run}"),
        _ => name.to_owned(),
    }
}

/// Of a part, at the size of the first.
fn drawn(part: &Part, size: (u32, u32), style: &Style) -> Result<RgbImage, String> {
    let image = image_of(&part.picture, part.cell, style.settings.scale)
        .ok_or("there is no such picture")?;
    let smooth = style.settings.smooth && !part.cell.is_classes();
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

/// Parts side by side, in rows of four, each below its name.
pub(super) fn row(parts: &[Part], style: &Style, title: &str) -> Result<RgbImage, String> {
    let (width, height) = size_of(parts, LEAST)?;
    let columns = parts.len().clamp(1, 4) as u32;
    let rows = (parts.len() as u32).div_ceil(columns);
    let whole = (
        2 * MARGIN + columns * (width + GAP) - GAP,
        2 * MARGIN + LINE + rows * (height + LINE + GAP) - GAP,
    );
    let mut sheet = Sheet::new(whole.0, whole.1, style)?;
    let room = whole.0 - 2 * MARGIN;
    sheet.say(title, (MARGIN, MARGIN + LINE / 3), room, true);
    for (index, part) in parts.iter().enumerate() {
        let (column, row) = (index as u32 % columns, index as u32 / columns);
        let x = MARGIN + column * (width + GAP);
        let y = MARGIN + LINE + row * (height + LINE + GAP);
        sheet.say(&name_of(part), (x, y + LINE / 2), width, false);
        sheet.put(&drawn(part, (width, height), style)?, x, y + LINE);
    }
    sheet.finish()
}

/// The first part left of the line, the second right of it.
pub(super) fn wiped(parts: &[Part], style: &Style, title: &str) -> Result<RgbImage, String> {
    let size = size_of(parts, 2 * LEAST)?;
    let mut image = drawn(&parts[0], size, style)?;
    let right = drawn(&parts[1], size, style)?;
    let split = ((style.settings.wipe * size.0 as f32).round() as u32).min(size.0);
    let foreground = style.tokens.on_accent;
    for (x, y, pixel) in image.enumerate_pixels_mut() {
        if x >= split {
            *pixel = *right.get_pixel(x, y);
        }
        if x.abs_diff(split) < 2 && split > 0 && split < size.0 {
            *pixel = Rgb([foreground.r(), foreground.g(), foreground.b()]);
        }
    }
    one(
        &image,
        &[name_of(&parts[0]), name_of(&parts[1])],
        style,
        title,
    )
}

/// The second part over the first.
pub(super) fn overlaid(parts: &[Part], style: &Style, title: &str) -> Result<RgbImage, String> {
    let size = size_of(parts, 2 * LEAST)?;
    let mut image = drawn(&parts[0], size, style)?;
    let over = drawn(&parts[1], size, style)?;
    let opacity = style.settings.opacity;
    for (below, above) in image.pixels_mut().zip(over.pixels()) {
        for (value, other) in below.0.iter_mut().zip(above.0) {
            let mixed = f32::from(*value) * (1.0 - opacity) + f32::from(other) * opacity;
            *value = mixed.round() as u8;
        }
    }
    one(
        &image,
        &[name_of(&parts[0]), name_of(&parts[1])],
        style,
        title,
    )
}

/// One picture between a title and two names.
fn one(
    image: &RgbImage,
    names: &[String; 2],
    style: &Style,
    title: &str,
) -> Result<RgbImage, String> {
    let (width, height) = image.dimensions();
    let whole = (2 * MARGIN + width, 2 * MARGIN + 2 * LINE + height);
    let mut sheet = Sheet::new(whole.0, whole.1, style)?;
    sheet.say(title, (MARGIN, MARGIN + LINE / 3), width, true);
    let half = width / 2 - GAP / 2;
    let y = MARGIN + LINE + LINE / 2;
    sheet.say(&names[0], (MARGIN, y), half, false);
    sheet.say(&names[1], (MARGIN + width / 2 + GAP / 2, y), half, false);
    sheet.put(image, MARGIN, MARGIN + 2 * LINE);
    sheet.finish()
}

/// Every picture of a snapshot: a row each, a column for each chosen cell.
pub(super) fn all(snapshot: &Snapshot, style: &Style, title: &str) -> Result<RgbImage, String> {
    let chosen: Vec<Cell> = Cell::ALL
        .into_iter()
        .filter(|cell| {
            style.settings.cells.contains(cell)
                && snapshot.pictures.iter().any(|picture| picture.has(*cell))
        })
        .collect();
    let first = snapshot.pictures.first().ok_or("there are no pictures")?;
    if chosen.is_empty() {
        return Err("none of the chosen cells is there: choose others under Cells".to_owned());
    }
    let times = enlargement(first.size, LEAST_OF_MANY);
    let size = (first.size[0] as u32 * times, first.size[1] as u32 * times);
    // A line above each group of a direction.
    let mut groups = 0;
    let mut last = None;
    for picture in &snapshot.pictures {
        groups += u32::from(last != Some(picture.side));
        last = Some(picture.side);
    }
    let columns = chosen.len() as u32;
    let rows = snapshot.pictures.len() as u32;
    let whole = (
        2 * MARGIN + columns * (size.0 + GAP) - GAP,
        2 * MARGIN + LINE + groups * 2 * LINE + rows * (size.1 + GAP) - GAP,
    );
    let mut sheet = Sheet::new(whole.0, whole.1, style)?;
    let room = whole.0 - 2 * MARGIN;
    sheet.say(title, (MARGIN, MARGIN + LINE / 3), room, true);
    let mut y = MARGIN + LINE;
    let mut last = None;
    for picture in &snapshot.pictures {
        if last != Some(picture.side) {
            last = Some(picture.side);
            let text = direction_of(picture.side);
            sheet.say(text, (MARGIN, y + LINE / 2), room, true);
            for (column, cell) in chosen.iter().enumerate() {
                let x = MARGIN + column as u32 * (size.0 + GAP);
                let name = cell.name(picture.side);
                sheet.say(name, (x, y + LINE + LINE / 2), size.0, false);
            }
            y += 2 * LINE;
        }
        for (column, cell) in chosen.iter().enumerate() {
            let part = Part {
                run: None,
                cell: *cell,
                picture: std::sync::Arc::clone(picture),
            };
            if picture.has(*cell) {
                let x = MARGIN + column as u32 * (size.0 + GAP);
                sheet.put(&drawn(&part, size, style)?, x, y);
            }
        }
        y += size.1 + GAP;
    }
    sheet.finish()
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
