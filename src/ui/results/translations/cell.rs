//! The cells of a test picture.

use serde::{Deserialize, Serialize};

use crate::data::images::Side;
use crate::record::View;

/// A picture that a snapshot holds, or one that is computed from two of them. x is a picture of one domain, G translates to the other, F back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cell {
    /// x.
    Real,
    /// G(x).
    Fake,
    /// F(G(x)).
    Reconstruction,
    /// F(x).
    Identity,
    /// The class of each pixel as the model sees it.
    Parsing,
    /// The true class of each pixel.
    Mask,
    /// The true picture of the other domain.
    Target,
    /// |G(x) − x|: what the translation changes.
    Change,
    /// |F(G(x)) − x|: what is lost on the way there and back.
    CycleError,
    /// |G(x) − target|: what the translation gets wrong.
    TargetError,
}

impl Cell {
    /// All, in the order in which they are shown.
    pub const ALL: [Self; 10] = [
        Self::Real,
        Self::Fake,
        Self::Reconstruction,
        Self::Identity,
        Self::Parsing,
        Self::Mask,
        Self::Target,
        Self::Change,
        Self::CycleError,
        Self::TargetError,
    ];

    /// The picture in the snapshot, if it is one.
    #[must_use]
    pub fn view(self) -> Option<View> {
        Some(match self {
            Self::Real => View::Real,
            Self::Fake => View::Fake,
            Self::Reconstruction => View::Reconstruction,
            Self::Identity => View::Identity,
            Self::Parsing => View::Parsing,
            Self::Mask => View::Mask,
            Self::Target => View::Target,
            Self::Change | Self::CycleError | Self::TargetError => return None,
        })
    }

    /// The two pictures that it is the difference of.
    #[must_use]
    pub fn difference(self) -> Option<[Self; 2]> {
        match self {
            Self::Change => Some([Self::Fake, Self::Real]),
            Self::CycleError => Some([Self::Reconstruction, Self::Real]),
            Self::TargetError => Some([Self::Fake, Self::Target]),
            _ => None,
        }
    }

    /// True if its colors are those of classes.
    #[must_use]
    pub fn is_classes(self) -> bool {
        matches!(self, Self::Parsing | Self::Mask)
    }

    /// True if it is the same whichever run is asked.
    #[must_use]
    pub fn is_given(self) -> bool {
        matches!(self, Self::Real | Self::Mask | Self::Target)
    }

    /// Its name, for a picture of `side`.
    #[must_use]
    pub fn name(self, side: Side) -> &'static str {
        let of = |a, b| match side {
            Side::A => a,
            Side::B => b,
        };
        match self {
            Self::Real => of("Real A", "Real B"),
            Self::Fake => of("Fake B", "Fake A"),
            Self::Reconstruction => of("Reconstructed A", "Reconstructed B"),
            Self::Identity => of("Identity A", "Identity B"),
            Self::Parsing => "Parsing",
            Self::Mask => "True mask",
            Self::Target => of("Target B", "Target A"),
            Self::Change => "Change",
            Self::CycleError => "Cycle error",
            Self::TargetError => "Target error",
        }
    }

    /// How it comes about, of a picture of `side`.
    #[must_use]
    pub fn path(self, side: Side) -> &'static str {
        let of = |a, b| match side {
            Side::A => a,
            Side::B => b,
        };
        match self {
            Self::Real => "test picture",
            Self::Fake => of("A → B", "B → A"),
            Self::Reconstruction => of("A → B → A", "B → A → B"),
            Self::Identity => of("A through B → A", "B through A → B"),
            Self::Parsing => "classes that the model sees",
            Self::Mask => "true classes",
            Self::Target => of("the same in B", "the same in A"),
            Self::Change => of("|fake B − real A|", "|fake A − real B|"),
            Self::CycleError => of("|A → B → A − A|", "|B → A → B − B|"),
            Self::TargetError => of("|fake B − target B|", "|fake A − target A|"),
        }
    }
}

/// `A → B` or `B → A`: what becomes of pictures of `side`.
#[must_use]
pub(super) fn direction_of(side: Side) -> &'static str {
    match side {
        Side::A => "A → B",
        Side::B => "B → A",
    }
}
