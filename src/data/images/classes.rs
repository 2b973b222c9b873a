//! Which value of a mask is which class.

use std::path::Path;

use rustc_hash::FxHashMap;
use serde::Deserialize;

use super::IGNORE;
use super::decode::{RawMask, Value};
use crate::data::{DataError, Place, regular_file};

/// A longer table is not one of classes.
const LONGEST: u64 = 1 << 20;

/// One class of masks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Class {
    /// Its value in masks.
    pub id: u8,
    /// For people.
    pub name: String,
    /// For legends and overlays.
    pub color: [u8; 3],
    /// Not learned and not measured: its pixels count as unlabeled.
    pub ignore: bool,
}

/// The classes of the masks of a data set.
///
/// A network knows them by *index*: the position among the classes that are not ignored, 0 to `len() - 1`. `IGNORE` stands for the others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClassTable {
    /// Ascending by id.
    classes: Vec<Class>,
    /// Positions in `classes` of those with an index.
    learned: Vec<usize>,
    /// Index by id; `None` where no class has the id.
    of_id: Box<[Option<u8>; 256]>,
    /// Index by color, if the table came with colors.
    of_color: FxHashMap<[u8; 3], u8>,
}

/// A line of `classes.csv`.
#[derive(Deserialize)]
struct Row {
    id: u16,
    name: String,
    #[serde(default, alias = "colour")]
    color: Option<String>,
    #[serde(default)]
    ignore: Option<String>,
}

impl ClassTable {
    /// Reads a table with the columns `id`, `name`, `color` (`#rrggbb`) and `ignore` (true or false), of which the last two may be absent.
    ///
    /// # Errors
    /// If the file cannot be read or is no such table.
    pub fn read(path: &Path) -> Result<Self, DataError> {
        let wanted = "a table with one class per line: id,name,color,ignore";
        let text = regular_file::read(path, LONGEST, wanted)?;
        let mut reader = csv::ReaderBuilder::new()
            .trim(csv::Trim::All)
            .flexible(true)
            .from_reader(text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&text));
        let mut classes: Vec<Class> = Vec::new();
        let mut colored = true;
        let headers = reader.headers().cloned().unwrap_or_default();
        let mut record = csv::StringRecord::new();
        loop {
            let line = reader.position().line();
            let wrong = |problem: String, remedy: &str| DataError::Content {
                place: Place {
                    path: path.to_owned(),
                    line: Some(line),
                    column: None,
                },
                problem,
                remedy: remedy.to_owned(),
            };
            match reader.read_record(&mut record) {
                Ok(true) => {}
                Ok(false) => break,
                Err(error) => return Err(wrong(error.to_string(), "Save the table as UTF-8")),
            }
            let row: Row = record.deserialize(Some(&headers)).map_err(|error| {
                wrong(
                    format!("is not a class: {error}"),
                    "Begin with the line id,name,color,ignore and give one class per line",
                )
            })?;
            let Ok(id) = u8::try_from(row.id) else {
                return Err(wrong(
                    format!("the id {} is above 255", row.id),
                    "Number the classes from 0 to 255; without a line of its own 255 stands for unlabeled",
                ));
            };
            if let Some(other) = classes.iter().find(|class| class.id == id) {
                return Err(wrong(
                    format!("the id {id} is also that of {}", other.name),
                    "Give each class its own id",
                ));
            }
            let color = match row.color.as_deref().unwrap_or("") {
                "" => {
                    colored = false;
                    made_up(id)
                }
                text => parse_color(text).ok_or_else(|| {
                    wrong(format!("{text} is not a color"), "Write it as #80c0ff")
                })?,
            };
            let ignore = match row
                .ignore
                .as_deref()
                .unwrap_or("")
                .to_ascii_lowercase()
                .as_str()
            {
                "true" | "1" | "yes" => true,
                "" | "false" | "0" | "no" => false,
                text => {
                    return Err(wrong(format!("ignore is {text}"), "Write true or false"));
                }
            };
            classes.push(Class {
                id,
                name: row.name,
                color,
                ignore,
            });
        }
        if classes.iter().filter(|class| !class.ignore).count() > usize::from(IGNORE) {
            return Err(DataError::content(
                path,
                "lists more than 255 classes to learn",
                "Set ignore to true for one of them",
            ));
        }
        if classes.iter().all(|class| class.ignore) {
            return Err(DataError::content(
                path,
                "lists no class to learn",
                "Give one class per line: id,name,color,ignore",
            ));
        }
        Ok(Self::new(classes, colored))
    }

    /// Classes for ids that were found in masks, named by their ids. `palette`: colors by id, as far as known.
    pub(super) fn found(ids: impl IntoIterator<Item = u8>, palette: &[[u8; 3]]) -> Self {
        let classes = ids.into_iter().map(|id| Class {
            id,
            name: format!("class {id}"),
            color: palette
                .get(usize::from(id))
                .copied()
                .unwrap_or_else(|| made_up(id)),
            ignore: false,
        });
        Self::new(classes.collect(), false)
    }

    /// Classes that masks name by their colors.
    pub(super) fn colored(classes: Vec<Class>) -> Self {
        Self::new(classes, true)
    }

    /// The same, with values that are ignored; 255 only if it is one of them.
    pub(super) fn ignoring(self, ignored: &[u8]) -> Self {
        let colored = self.has_colors();
        let mut classes = self.classes;
        for class in &mut classes {
            class.ignore |= ignored.contains(&class.id);
        }
        let mut table = Self::new(classes, colored);
        let is_class = table.classes.iter().any(|class| class.id == IGNORE);
        if !is_class && !ignored.contains(&IGNORE) {
            table.of_id[usize::from(IGNORE)] = None;
        }
        for &id in ignored {
            table.of_id[usize::from(id)] = Some(IGNORE);
        }
        table
    }

    fn new(mut classes: Vec<Class>, colored: bool) -> Self {
        classes.sort_by_key(|class| class.id);
        let learned: Vec<usize> = (0..classes.len())
            .filter(|&at| !classes[at].ignore)
            .collect();
        let mut of_id = Box::new([None; 256]);
        of_id[usize::from(IGNORE)] = Some(IGNORE);
        let mut of_color = FxHashMap::default();
        for class in &classes {
            of_id[usize::from(class.id)] = Some(IGNORE);
        }
        for (index, &at) in learned.iter().enumerate() {
            of_id[usize::from(classes[at].id)] = u8::try_from(index).ok();
        }
        if colored {
            for class in &classes {
                let index = of_id[usize::from(class.id)].unwrap_or(IGNORE);
                of_color.entry(class.color).or_insert(index);
            }
        }
        Self {
            classes,
            learned,
            of_id,
            of_color,
        }
    }

    /// All classes, ascending by id, with those that are ignored.
    #[must_use]
    pub fn classes(&self) -> &[Class] {
        &self.classes
    }

    /// Number of classes with an index.
    #[must_use]
    pub fn len(&self) -> usize {
        self.learned.len()
    }

    /// True if there is nothing to learn.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.learned.is_empty()
    }

    /// The class of an index; `None` for `IGNORE`.
    #[must_use]
    pub fn class(&self, index: u8) -> Option<&Class> {
        self.learned
            .get(usize::from(index))
            .map(|&at| &self.classes[at])
    }

    /// The index of a value of a mask, `IGNORE` for classes that are ignored; `None` if it is no class.
    pub(super) fn index(&self, value: Value) -> Option<u8> {
        match value {
            Value::Id(id) => u8::try_from(id)
                .ok()
                .and_then(|id| self.of_id[usize::from(id)]),
            // Ids that were saved with three equal channels.
            Value::Color([red, green, blue]) if self.of_color.is_empty() => (red == green
                && green == blue)
                .then(|| self.of_id[usize::from(red)])
                .flatten(),
            Value::Color(color) => self.of_color.get(&color).copied(),
        }
    }

    /// True if masks of colors can be read.
    pub(super) fn has_colors(&self) -> bool {
        !self.of_color.is_empty()
    }

    /// Translates a mask to indices, row by row; what is no class becomes `IGNORE`.
    pub(super) fn indices(&self, mask: &RawMask) -> Vec<u8> {
        mask.values()
            .map(|value| self.index(value).unwrap_or(IGNORE))
            .collect()
    }
}

fn parse_color(text: &str) -> Option<[u8; 3]> {
    let digits = text.strip_prefix('#').unwrap_or(text);
    let is_hexadecimal = digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    let value = u32::from_str_radix(digits, 16)
        .ok()
        .filter(|_| is_hexadecimal)?;
    Some([(value >> 16) as u8, (value >> 8) as u8, value as u8])
}

/// A color that differs from those of near ids: hues a golden section apart.
fn made_up(id: u8) -> [u8; 3] {
    let hue = (f32::from(id) * 0.618_034).fract() * 6.0;
    let channel = |offset: f32| {
        let away = ((hue + offset) % 6.0 - 3.0).abs() - 1.0;
        (55.0 + 180.0 * away.clamp(0.0, 1.0)) as u8
    };
    [channel(0.0), channel(4.0), channel(2.0)]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(text: &str) -> Result<ClassTable, DataError> {
        let file = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(file.path(), text).expect("written");
        ClassTable::read(file.path())
    }

    #[test]
    fn ids_with_gaps_and_ignored_classes_become_indices_without() {
        let table = table("id,name,color,ignore\n7,road,#804080,false\n0,void,#000000,true\n11,building,#464646,\n")
            .expect("a table");
        assert_eq!(table.len(), 2);
        assert_eq!(table.class(1).expect("a class").name, "building");
        let indices = [0, 7, 11, 3, 255].map(|id| table.index(Value::Id(id)));
        assert_eq!(
            indices,
            [Some(IGNORE), Some(0), Some(1), None, Some(IGNORE)]
        );
        assert_eq!(table.index(Value::Color([0x46; 3])), Some(1));
        assert_eq!(table.index(Value::Color([0x47; 3])), None);
    }

    #[test]
    fn wrong_tables_are_refused_with_their_line() {
        for (text, line, word) in [
            ("id,name\n1,road\n1,sky\n", "line 3", "road"),
            ("id,name\n256,road\n", "line 2", "256"),
            ("id,name,color\n1,road,red\n", "line 2", "red"),
            ("id,name\n1,road\nx,sky\n", "line 3", "not a class"),
            ("id,name,color,ignore\n1,road,,maybe\n", "line 2", "maybe"),
        ] {
            let message = table(text).expect_err(text).to_string();
            assert!(
                message.contains(line) && message.contains(word),
                "{message}"
            );
        }
        for text in [
            "",
            "id,name\n",
            "nonsense",
            "id,name,color,ignore\n1,void,,true\n",
        ] {
            assert!(table(text).is_err(), "{text}");
        }
    }
}
