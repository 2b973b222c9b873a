//! Images with their names on one picture.

use std::sync::Arc;

use ecolor::Color32;
use image::RgbImage;

use super::chart::{Entry, MARGIN, Style, head, rows};
use super::picture::{Anchor, Picture, Rect};

/// Space between images, in points.
const GAP: f64 = 6.0;

/// Rows of images below the names of their columns.
#[derive(Debug, Clone, Default)]
pub struct Group {
    /// Above everything; may be empty.
    pub title: String,
    /// Above the columns.
    pub names: Vec<String>,
    /// An image for each column, or none.
    pub rows: Vec<Vec<Option<Arc<RgbImage>>>>,
}

/// Images of one shape in groups.
#[derive(Debug, Clone, Default)]
pub struct Sheet {
    /// Above everything.
    pub title: String,
    /// A sentence or two below it; may be empty.
    pub note: String,
    /// One below the other.
    pub groups: Vec<Group>,
    /// Width and height of an image, in points.
    pub cell: (f64, f64),
    /// True if images are enlarged smoothly.
    pub smooth: bool,
    /// What colors mean, below everything: names with their colors.
    pub legend: Vec<(String, Color32)>,
}

impl Sheet {
    /// Drawn; `None` without an image.
    #[must_use]
    pub fn picture(&self, style: &Style) -> Option<Picture> {
        let images = |group: &Group| group.rows.iter().flatten().flatten().count();
        if self.groups.iter().all(|group| images(group) == 0) {
            return None;
        }
        let (width, height) = self.cell;
        let columns = self.groups.iter().map(|group| group.names.len()).max()?;
        let whole = 2.0 * MARGIN + columns as f64 * (width + GAP) - GAP;
        let mut picture = Picture::new(whole, 0.0, style.background);
        let line = style.name.size * 1.7;
        let mut top = head(&mut picture, &self.title, &self.note, style);
        for group in &self.groups {
            if !group.title.is_empty() {
                top += line * 0.5;
                let title = style.heading.fit(&group.title, whole - 2.0 * MARGIN);
                picture.text(title, (MARGIN, top), Anchor::Left, style.heading);
                top += line;
            }
            for (column, name) in group.names.iter().enumerate() {
                let left = MARGIN + column as f64 * (width + GAP);
                let name = style.name.fit(name, width);
                picture.text(name, (left, top), Anchor::Left, style.name);
            }
            top += line * 0.4;
            for row in &group.rows {
                for (column, image) in row.iter().enumerate() {
                    let left = MARGIN + column as f64 * (width + GAP);
                    if let Some(image) = image {
                        let rect = Rect::sized((left, top), width, height);
                        picture.image(Arc::clone(image), rect, self.smooth);
                    }
                }
                top += height + GAP;
            }
            top += line;
        }
        let mut bottom = top - line - GAP;
        if !self.legend.is_empty() {
            let entries = self.legend.iter();
            let entries: Vec<Entry> = entries
                .map(|(name, color)| Entry::square(name, *color))
                .collect();
            let room = (MARGIN, whole - MARGIN);
            bottom = rows(&entries, &mut picture, room, bottom + line, style) - line * 0.6;
        }
        picture.height = (bottom + MARGIN * 0.75).ceil();
        Some(picture)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_stand_below_their_names_and_gaps_stay_empty() {
        let image = Arc::new(RgbImage::from_pixel(4, 4, image::Rgb([200, 10, 10])));
        let sheet = Sheet {
            title: "Streets".to_owned(),
            cell: (40.0, 40.0),
            legend: vec![("road".to_owned(), Color32::from_rgb(128, 64, 128))],
            groups: vec![Group {
                title: "A → B".to_owned(),
                names: vec!["Real".to_owned(), "Fake".to_owned()],
                rows: vec![
                    vec![Some(Arc::clone(&image)), None],
                    vec![Some(Arc::clone(&image)), Some(image)],
                ],
            }],
            ..Sheet::default()
        };
        let drawn = sheet.picture(&Style::print()).unwrap();
        let svg = drawn.svg();
        assert_eq!(
            svg.lines()
                .filter(|line| line.starts_with("<image "))
                .count(),
            3
        );
        assert!(svg.contains(">A → B</text>") && svg.contains(">Fake</text>"));
        // The legend stands below the last image.
        assert!(svg.contains(">road</text>"));
        let (baseline, below) = svg
            .lines()
            .find(|line| line.contains(">road</text>"))
            .and_then(|line| {
                let (_, rest) = line.split_once(" y=\"")?;
                Some((rest.split_once('"')?.0.parse::<f64>().ok()?, drawn.height))
            })
            .unwrap();
        assert!(
            baseline < below && baseline > 2.0 * 40.0,
            "{baseline} {below}"
        );
        let pixels = drawn.pixels(1.0).unwrap();
        let red = pixels
            .pixels()
            .filter(|pixel| pixel.0 == [200, 10, 10])
            .count();
        assert_eq!(red, 3 * 40 * 40);
        assert!(Sheet::default().picture(&Style::print()).is_none());
    }
}
