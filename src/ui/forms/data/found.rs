//! Facts about the data that a form stands for, and how the form shows them.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::data::images::{Domain, ImageDomains, Side};
use crate::draw::format;
use crate::ui::forms::form::{FormContext, FormMode};
use crate::ui::forms::model::path_value;

/// Facts about the data that the form stands for.
#[derive(Debug, Clone, Default)]
pub struct FoundData<'a> {
    /// The matrices in the file, if it can hold several.
    pub variables: Vec<String>,
    /// Folder and name of the finished runs that could complete a matrix.
    pub runs: Vec<(PathBuf, String)>,
    /// The images.
    pub images: Option<&'a ImageDomains>,
    /// The file that titles were read from.
    pub titles: Option<&'a Path>,
    /// Why the data cannot be read, as (key of the `[data]` table, problem).
    pub unreadable: Option<(&'a str, &'a str)>,
    /// Of values to try some are drawn; a grid tries all.
    pub draws: bool,
}

impl FoundData<'_> {
    pub(super) fn context(&self, mode: FormMode, has_b: bool) -> FormContext<'_> {
        let names = self.variables.iter();
        let names = names.map(|name| (Value::from(name.as_str()), name.clone()));
        let runs = self.runs.iter();
        let runs = runs.filter_map(|(path, name)| Some((path_value(path).ok()?, name.clone())));
        let mut found: Vec<(&str, String)> = Vec::new();
        if let Some(name) = self.titles.and_then(Path::file_name) {
            found.push(("items", name.to_string_lossy().into_owned()));
        }
        let mut note = None;
        if let Some(images) = self.images {
            let count = |count: usize| match count {
                0 => "None".to_owned(),
                count => format!("{} found", format::count(count as u64)),
            };
            found.push(("masks_a", count(images.domain(Side::A).masks())));
            found.push(("masks_b", count(images.domain(Side::B).masks())));
            found.push((
                "classes",
                count(images.classes.as_ref().map_or(0, |table| table.len())),
            ));
            let key = if has_b { "path_b" } else { "path" };
            let help = "Images to train + images to test of each domain";
            note = Some((key, counts(images), help));
        }
        FormContext {
            mode,
            set_aside: self.images.map_or_else(Vec::new, without_meaning),
            draws: self.draws,
            own_presets: &[],
            offered: vec![
                ("variable", names.collect()),
                ("completed_by", runs.collect()),
            ],
            found,
            note,
            problem: self.unreadable,
        }
    }
}

/// The keys that say nothing about images like these.
fn without_meaning(images: &ImageDomains) -> Vec<&'static str> {
    let domains = [&images.a, &images.b];
    let mut keys = Vec::new();
    if images.has_test_folder {
        keys.push("test_fraction");
    }
    if !images.paired {
        keys.push("pair");
    }
    if domains.iter().all(|domain| domain.masks() == 0) {
        keys.extend(["mask_pair", "classes", "ignore"]);
    }
    if !domains.iter().any(|domain| domain.is_deep()) {
        keys.push("range");
    }
    keys
}

/// The images that were found, in one line.
fn counts(images: &ImageDomains) -> String {
    let count = |domain: &Domain| {
        let (train, test) = (domain.train.len(), domain.test.len());
        format!(
            "{} + {}",
            format::count(train as u64),
            format::count(test as u64)
        )
    };
    let mut text = format!("A {}, B {}", count(&images.a), count(&images.b));
    if !images.left_out.is_empty() {
        let left_out = format::count(images.left_out.len() as u64);
        text += &format!(", {left_out} left out");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{self, ImagesSource, Monitor};

    fn without_meaning_in(folder: &Path) -> Vec<&'static str> {
        let source = ImagesSource {
            path: folder.to_owned(),
            ..ImagesSource::default()
        };
        let loaded = data::load(&source.into(), folder, 1, &Monitor::default()).unwrap();
        without_meaning(loaded.images().unwrap())
    }

    #[test]
    fn only_keys_that_say_something_about_the_images_are_shown() {
        let folder = tempfile::tempdir().unwrap();
        let picture = |part: &str, at: u8| {
            let part = folder.path().join(part);
            std::fs::create_dir_all(&part).unwrap();
            let picture = image::RgbImage::from_pixel(16, 16, image::Rgb([at; 3]));
            picture.save(part.join(format!("{at}.png"))).unwrap();
        };
        for part in ["trainA", "trainB"] {
            (0..3).for_each(|at| picture(part, at));
        }
        let plain = ["pair", "mask_pair", "classes", "ignore", "range"];
        assert_eq!(without_meaning_in(folder.path()), plain);
        picture("testA", 3);
        picture("testB", 3);
        let with_test = without_meaning_in(folder.path());
        assert_eq!(with_test[0], "test_fraction");
        assert_eq!(with_test[1..], plain);
        let deep = image::ImageBuffer::from_pixel(16, 16, image::Luma([4000_u16]));
        deep.save(folder.path().join("trainA/deep.png")).unwrap();
        assert!(!without_meaning_in(folder.path()).contains(&"range"));
    }
}
