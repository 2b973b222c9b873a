//! A test picture and what became of it, ready to be drawn.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use eframe::egui::{Color32, ColorImage};
use image::RgbImage;
use image::imageops::FilterType;

use super::cell::Cell;
use crate::data::images::Side;
use crate::record::TranslatedPicture;

/// Most pixels along a side of what is drawn: more are reduced.
const MOST: u32 = 4096;
/// Pixels along the longer side of a small picture in the list.
const SMALL: u32 = 96;

/// Names and colors of classes.
pub(super) type Classes = Arc<[(String, [u8; 3])]>;

/// How far two pictures are from each other, pixel by pixel.
#[derive(Debug, PartialEq)]
pub(super) struct Difference {
    pub(super) size: [usize; 2],
    /// Mean absolute difference of the three channels, 0 to 255, row by row.
    pub(super) values: Vec<u8>,
}

impl Difference {
    fn of(a: &RgbImage, b: &RgbImage) -> Option<Self> {
        if a.dimensions() != b.dimensions() {
            return None;
        }
        let values = a.pixels().zip(b.pixels()).map(|(a, b)| {
            let sum: u16 = (0..3).map(|at| u16::from(a[at].abs_diff(b[at]))).sum();
            ((sum + 1) / 3) as u8
        });
        Some(Self {
            size: [a.width() as usize, a.height() as usize],
            values: values.collect(),
        })
    }

    /// The mean over all pixels, 0 to 255.
    pub(super) fn mean(&self) -> f64 {
        let sum: u64 = self.values.iter().map(|value| u64::from(*value)).sum();
        sum as f64 / self.values.len().max(1) as f64
    }
}

/// A test picture and what became of it.
#[derive(Debug)]
pub(super) struct Prepared {
    /// Tells it apart from all others.
    pub(super) id: u64,
    pub(super) side: Side,
    pub(super) name: String,
    /// Width and height of what is drawn.
    pub(super) size: [usize; 2],
    pub(super) small: Arc<ColorImage>,
    pub(super) classes: Classes,
    colors: BTreeMap<Cell, Arc<ColorImage>>,
    differences: BTreeMap<Cell, Difference>,
}

impl Prepared {
    /// `None` if it has no cells.
    pub(super) fn new(picture: &TranslatedPicture, classes: &Classes) -> Option<Self> {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let cells: BTreeMap<Cell, RgbImage> = Cell::ALL
            .into_iter()
            .filter_map(|cell| {
                let image = picture.view(cell.view()?)?;
                Some((cell, reduced(image, cell)))
            })
            .collect();
        let first = cells.values().next()?;
        let size = [first.width() as usize, first.height() as usize];
        let differences = Cell::ALL.into_iter().filter_map(|cell| {
            let [a, b] = cell.difference()?;
            let difference = Difference::of(cells.get(&a)?, cells.get(&b)?)?;
            Some((cell, difference))
        });
        let (width, height) = first.dimensions();
        let scale = f64::from(SMALL) / f64::from(width.max(height));
        let side = |length: u32| ((f64::from(length) * scale).round() as u32).max(1);
        let small = image::imageops::thumbnail(first, side(width), side(height));
        Some(Self {
            id: NEXT.fetch_add(1, Ordering::Relaxed),
            side: picture.side,
            name: picture.name.clone(),
            size,
            small: Arc::new(color_image(&small)),
            classes: Arc::clone(classes),
            differences: differences.collect(),
            colors: cells
                .iter()
                .map(|(cell, image)| (*cell, Arc::new(color_image(image))))
                .collect(),
        })
    }

    /// True if there is this to show.
    pub(super) fn has(&self, cell: Cell) -> bool {
        self.colors.contains_key(&cell) || self.differences.contains_key(&cell)
    }

    /// The content to show.
    pub(super) fn cells(&self) -> impl Iterator<Item = Cell> + '_ {
        Cell::ALL.into_iter().filter(|cell| self.has(*cell))
    }

    pub(super) fn colors(&self, cell: Cell) -> Option<&Arc<ColorImage>> {
        self.colors.get(&cell)
    }

    pub(super) fn difference(&self, cell: Cell) -> Option<&Difference> {
        self.differences.get(&cell)
    }

    /// The value of a pixel, in words: `120 98 76`, a class, a difference.
    pub(super) fn value(&self, cell: Cell, [x, y]: [usize; 2]) -> Option<String> {
        if let Some(difference) = self.differences.get(&cell) {
            let value = difference.values.get(y * difference.size[0] + x)?;
            return Some(value.to_string());
        }
        let image = self.colors.get(&cell)?;
        let color = image.pixels.get(y * image.width() + x)?;
        if cell.is_classes() {
            return Some(self.class_of(*color).unwrap_or("no class").to_owned());
        }
        Some(format!("{} {} {}", color.r(), color.g(), color.b()))
    }

    fn class_of(&self, color: Color32) -> Option<&str> {
        let color = [color.r(), color.g(), color.b()];
        let class = self.classes.iter().find(|(_, own)| *own == color)?;
        Some(&class.0)
    }

    /// Memory that it takes.
    pub(super) fn bytes(&self) -> usize {
        let colors: usize = self.colors.values().map(|own| 4 * own.pixels.len()).sum();
        let differences: usize = self.differences.values().map(|own| own.values.len()).sum();
        colors + differences + 4 * self.small.pixels.len()
    }
}

fn reduced(image: &RgbImage, cell: Cell) -> RgbImage {
    let longer = image.width().max(image.height());
    if longer <= MOST {
        return image.clone();
    }
    let side =
        |length: u32| ((u64::from(length) * u64::from(MOST) / u64::from(longer)) as u32).max(1);
    // Classes have no middle.
    let filter = if cell.is_classes() {
        FilterType::Nearest
    } else {
        FilterType::Triangle
    };
    image::imageops::resize(image, side(image.width()), side(image.height()), filter)
}

pub(super) fn color_image(image: &RgbImage) -> ColorImage {
    let size = [image.width() as usize, image.height() as usize];
    ColorImage::from_rgb(size, image.as_raw())
}

#[cfg(test)]
mod tests {
    use image::Rgb;

    use super::*;
    use crate::record::View;

    fn picture() -> TranslatedPicture {
        let plain = |color| RgbImage::from_pixel(2, 3, Rgb(color));
        TranslatedPicture::new(Side::A, "town/1")
            .with(View::Real, plain([10, 20, 30]))
            .with(View::Fake, plain([13, 14, 30]))
            .with(View::Mask, plain([128, 64, 128]))
    }

    #[test]
    fn differences_are_means_over_the_channels_of_what_is_there() {
        let classes: Classes = vec![("road".to_owned(), [128, 64, 128])].into();
        let prepared = Prepared::new(&picture(), &classes).unwrap();
        // (|13 − 10| + |14 − 20| + 0) / 3
        assert_eq!(prepared.difference(Cell::Change).unwrap().values, [3; 6]);
        assert_eq!(prepared.difference(Cell::Change).unwrap().mean(), 3.0);
        assert!(!prepared.has(Cell::CycleError) && !prepared.has(Cell::TargetError));
        let cells: Vec<Cell> = prepared.cells().collect();
        assert_eq!(cells, [Cell::Real, Cell::Fake, Cell::Mask, Cell::Change]);
    }

    #[test]
    fn a_pixel_tells_its_color_its_class_or_its_difference() {
        let classes: Classes = vec![("road".to_owned(), [128, 64, 128])].into();
        let prepared = Prepared::new(&picture(), &classes).unwrap();
        let value = |cell| prepared.value(cell, [1, 2]);
        assert_eq!(value(Cell::Real).unwrap(), "10 20 30");
        assert_eq!(value(Cell::Mask).unwrap(), "road");
        assert_eq!(value(Cell::Change).unwrap(), "3");
        assert_eq!(value(Cell::Target), None);
        assert_eq!(prepared.value(Cell::Real, [0, 3]), None);
    }

    #[test]
    fn a_huge_picture_is_reduced_to_be_drawn() {
        let wide = RgbImage::new(MOST * 2, 4);
        let picture = TranslatedPicture::new(Side::B, "").with(View::Real, wide);
        let prepared = Prepared::new(&picture, &Vec::new().into()).unwrap();
        assert_eq!(prepared.size, [MOST as usize, 2]);
    }
}
