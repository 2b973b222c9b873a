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
