//! Why a file is left out.

use std::path::PathBuf;

use super::Size;

/// A file that is not used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// The file.
    pub path: PathBuf,
    /// Why.
    pub reason: Reason,
}

/// Why an image or a mask is not used. Reads after the name of the file: `day/001.png is empty`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// No bytes.
    #[error("is empty")]
    Empty,
    /// By its content it is none of the formats that are read.
    #[error("is not a PNG, JPEG, WebP, BMP or TIFF file")]
    NotAnImage,
    /// It cannot be opened, or its content is broken.
    #[error("cannot be read: {0}")]
    Unreadable(String),
    /// Something is missing or crooked in it, whatever a decoder would make of it.
    #[error("is damaged: {0}")]
    Damaged(String),
    /// By its content it is something else that people have, with what to do.
    #[error("is {0}")]
    Other(&'static str),
    /// A side longer than any format but WebP allows.
    #[error("claims to be {0}: no side may be longer than 65,535 pixels")]
    TooLong(Size),
    /// More pixels than are decoded.
    #[error("claims to be {0}, more than the limit of 100 million pixels")]
    TooLarge(Size),
    /// A size that a file of this length cannot hold.
    #[error("claims to be {0}, which its {1} bytes cannot hold")]
    Implausible(Size, u64),
    /// Smaller than the least size.
    #[error("is {size}, smaller than {least} pixels on a side")]
    TooSmall {
        /// Its size.
        size: Size,
        /// The least width and height.
        least: u32,
    },
    /// Side by side, but of odd width.
    #[error("is {0}: two images side by side have an even width")]
    OddWidth(Size),
    /// It looks like the mask of an image beside it.
    #[error("looks like the mask of {}: it has few colors, and is not taken as an image", .0.display())]
    PossibleMask(PathBuf),
    /// The domain needs masks, and it has none.
    #[error("has no mask of the same name")]
    NoMask,
    /// Its mask cannot be used.
    #[error("has a mask that {0}")]
    Mask(Box<Reason>),
    /// A mask of another size than its image.
    #[error("is {own}, but its image is {image}")]
    MaskSize {
        /// Its size.
        own: Size,
        /// Size of the image.
        image: Size,
    },
    /// A mask with values that are no class.
    #[error("holds {0}, which is not a class")]
    UnknownClass(String),
    /// A mask with too many values.
    #[error("holds more than {0} different values: it is a picture, not a mask")]
    TooManyValues(usize),
    /// A mask of colors without a table of colors.
    #[error("is in colors, but no classes.csv says which color is which class")]
    NoColors,
    /// A mask as JPEG.
    #[error("is a JPEG, which blurs classes: save masks as PNG")]
    LossyMask,
    /// Pairs are wanted, and the other domain has none of this name.
    #[error("has no partner of the same name")]
    NoPartner,
    /// Pairs are wanted, and another file of the name was taken.
    #[error("has the name of {}, which is taken", .0.display())]
    SameName(PathBuf),
    /// The partner has another size.
    #[error("is {own}, but its partner is {partner}")]
    PartnerSize {
        /// Its size.
        own: Size,
        /// The partner's size.
        partner: Size,
    },
}

impl Reason {
    /// A few words that many files share, for counting.
    #[must_use]
    pub fn heading(&self) -> &'static str {
        match self {
            Self::Empty | Self::NotAnImage | Self::Unreadable(_) | Self::Implausible(..) => {
                "unreadable"
            }
            Self::Damaged(_) => "damaged",
            Self::Other(_) => "other format",
            Self::TooLarge(_) | Self::TooLong(_) => "too large",
            Self::TooSmall { .. } => "too small",
            Self::OddWidth(_) | Self::PartnerSize { .. } | Self::MaskSize { .. } => "wrong size",
            Self::PossibleMask(_) => "possible mask",
            Self::NoMask => "no mask",
            Self::Mask(reason) => match reason.heading() {
                "unreadable" | "too large" | "damaged" | "other format" => "unreadable mask",
                other => other,
            },
            Self::UnknownClass(_) | Self::TooManyValues(_) | Self::NoColors => "unknown class",
            Self::LossyMask => "unreadable mask",
            Self::NoPartner => "no partner",
            Self::SameName(_) => "same name",
        }
    }
}
