//! Which images are shown: by name, of training and test.

use crate::data::images::{ImageDomains, Picture, PictureId, Side};

/// A part of the images.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Set {
    #[default]
    All,
    Train,
    Test,
}

/// The text that a person looks for, and the images that match.
#[derive(Debug, Default)]
pub(super) struct Filter {
    pub(super) query: String,
    pub(super) set: Set,
    /// The search that the lists were made for.
    made_for: Option<(String, Set)>,
    a: Vec<PictureId>,
    b: Vec<PictureId>,
}

impl Filter {
    /// Makes the lists anew if something else is looked for.
    pub(super) fn update(&mut self, data: &ImageDomains) {
        let query = self.query.trim().to_lowercase();
        let wanted = Some((query, self.set));
        if self.made_for == wanted {
            return;
        }
        let query = wanted.as_ref().map_or("", |(query, _)| query.as_str());
        self.a = list(data, Side::A, query, self.set);
        self.b = list(data, Side::B, query, self.set);
        self.made_for = wanted;
    }

    /// The images of a domain that fit, training first.
    pub(super) fn ids(&self, side: Side) -> &[PictureId] {
        match side {
            Side::A => &self.a,
            Side::B => &self.b,
        }
    }
}

fn list(data: &ImageDomains, side: Side, query: &str, set: Set) -> Vec<PictureId> {
    let domain = data.domain(side);
    let fits =
        |picture: &Picture| query.is_empty() || name_of(picture).to_lowercase().contains(query);
    let part = |pictures: &[Picture], is_test: bool| -> Vec<PictureId> {
        (0..)
            .zip(pictures)
            .filter(|(_, picture)| fits(picture))
            .map(|(index, _)| PictureId {
                side,
                is_test,
                index,
            })
            .collect()
    };
    let mut ids = Vec::new();
    if set != Set::Test {
        ids.extend(part(&domain.train, false));
    }
    if set != Set::Train {
        ids.extend(part(&domain.test, true));
    }
    ids
}

/// The name of an image.
pub(super) fn name_of(picture: &Picture) -> String {
    picture.name().display().to_string()
}
