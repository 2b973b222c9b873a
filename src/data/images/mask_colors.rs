//! Masks in colors without a table that says which color is which class.

use std::collections::BTreeMap;

use super::decode::Value;
use super::{Class, ClassTable};

/// More colors are smoothed edges, or a picture.
const MOST: usize = 64;
/// Colors that are listed where they cannot be taken as classes.
const LISTED: usize = 12;

/// What was found of colors in masks.
#[derive(Debug, Default)]
pub(super) struct Colors {
    pixels: BTreeMap<[u8; 3], u64>,
    /// Some masks hold numbers of classes, not colors.
    has_ids: bool,
}

/// What colors stand for.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    /// They are grays, or there are none: not of concern here.
    NoColors,
    /// Each is a class; with what is to be said.
    Classes(ClassTable, String),
    /// Too many; with what can be written.
    Unclear(String),
}

impl Colors {
    /// Takes in the values of a mask.
    pub(super) fn take(&mut self, values: &BTreeMap<Value, u64>) {
        for (value, pixels) in values {
            match value {
                Value::Id(_) => self.has_ids = true,
                Value::Color(color) => *self.pixels.entry(*color).or_default() += pixels,
            }
        }
    }

    /// What they stand for.
    pub(super) fn meaning(&self) -> Meaning {
        let is_gray = |[red, green, blue]: &[u8; 3]| red == green && green == blue;
        let colors = self.pixels.keys().filter(|color| !is_gray(color)).count();
        if colors == 0 {
            return Meaning::NoColors;
        }
        let all: u64 = self.pixels.values().sum();
        let how = "write a classes.csv beside the images: a first line id,name,color,ignore and a line for each class";
        if self.has_ids || self.pixels.len() < 2 || self.pixels.len() > MOST {
            let mut listed: Vec<(&[u8; 3], &u64)> = self.pixels.iter().collect();
            listed.sort_by_key(|(color, pixels)| (std::cmp::Reverse(**pixels), **color));
            let lines: Vec<String> = (0..)
                .zip(listed.iter().take(LISTED))
                .map(|(id, (color, pixels))| {
                    let share = 100.0 * **pixels as f64 / all.max(1) as f64;
                    format!("{id},name,{},false ({share:.1} %)", hex(**color))
                })
                .collect();
            return Meaning::Unclear(format!(
                "the masks are in {} colors, too many or too few to tell which are classes: {how}, such as {}",
                self.pixels.len(),
                lines.join("; ")
            ));
        }
        let classes = (0..).zip(self.pixels.keys()).map(|(id, &color)| Class {
            id,
            name: hex(color),
            color,
            ignore: false,
        });
        let table = ClassTable::colored(classes.collect());
        let first = self.pixels.keys().next().copied().unwrap_or_default();
        let notice = format!(
            "the masks are in {} colors, and there is no classes.csv: each color was taken as a class; to name, join or ignore them, {how}, such as 0,background,{},false",
            self.pixels.len(),
            hex(first)
        );
        Meaning::Classes(table, notice)
    }
}

fn hex([red, green, blue]: [u8; 3]) -> String {
    format!("#{red:02x}{green:02x}{blue:02x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meaning(values: &[(Value, u64)]) -> Meaning {
        let mut colors = Colors::default();
        colors.take(&values.iter().copied().collect());
        colors.meaning()
    }

    #[test]
    fn few_colors_are_classes_and_many_are_listed() {
        let red = Value::Color([255, 0, 0]);
        let black = Value::Color([0, 0, 0]);
        let Meaning::Classes(table, notice) = meaning(&[(red, 30), (black, 70)]) else {
            panic!("classes");
        };
        assert_eq!(table.index(black), Some(0));
        assert_eq!(table.index(red), Some(1));
        assert_eq!(table.index(Value::Color([1, 0, 0])), None);
        assert!(notice.contains("2 colors") && notice.contains("0,background,#000000,false"));
        let many: Vec<(Value, u64)> = (0..200_u8)
            .map(|tone| (Value::Color([tone, 0, 7]), 1 + u64::from(tone == 9) * 800))
            .collect();
        let Meaning::Unclear(notice) = meaning(&many) else {
            panic!("unclear");
        };
        assert!(notice.contains("0,name,#090007,false (80.1 %)"), "{notice}");
        assert_eq!(meaning(&[(black, 5)]), Meaning::NoColors);
        assert_eq!(meaning(&[(Value::Id(3), 5)]), Meaning::NoColors);
        assert!(matches!(
            meaning(&[(Value::Id(3), 5), (red, 5)]),
            Meaning::Unclear(_)
        ));
    }
}
