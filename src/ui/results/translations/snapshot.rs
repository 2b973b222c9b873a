//! A snapshot of translations, ready to be drawn.

use std::sync::Arc;

use super::prepared::{Classes, Prepared};
use crate::data::images::Side;
use crate::record::Translations;
use crate::ui::results::cache::{self, Source};

/// The outputs of a run for its test pictures at one step.
#[derive(Debug)]
pub(super) struct Snapshot {
    pub(super) step: u64,
    pub(super) pictures: Vec<Arc<Prepared>>,
}

impl Snapshot {
    pub(super) fn find(&self, side: Side, name: &str) -> Option<&Arc<Prepared>> {
        self.pictures
            .iter()
            .find(|picture| picture.side == side && picture.name == name)
    }
}

impl cache::Snapshot for Snapshot {
    type Context = ();

    fn read(source: Source, step: u64, (): &()) -> Result<Self, String> {
        let translations = source.load(Translations::read_png)?;
        let classes: Classes = translations.classes.clone().into();
        let pictures: Vec<Arc<Prepared>> = translations
            .pictures
            .iter()
            .filter_map(|picture| Prepared::new(picture, &classes).map(Arc::new))
            .collect();
        if pictures.is_empty() {
            return Err(format!("the snapshot of step {step} holds no pictures"));
        }
        Ok(Self { step, pictures })
    }

    fn bytes(&self) -> usize {
        self.pictures.iter().map(|picture| picture.bytes()).sum()
    }
}
