//! Pictures translated by a trained model.

use image::RgbImage;

use super::TrainError;
use crate::data::Monitor;
use crate::data::images::{Side, ValueRange};

/// How a picture is translated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TranslateOptions {
    /// Whether to translate the result back too.
    pub reconstruct: bool,
    /// Bytes that one pass through a network may take; a picture that needs more is translated in tiles that overlap and are blended.
    pub memory: u64,
    /// Whether the result is wanted with 16 bits too, for a picture that has more than 8.
    pub deep: bool,
}

impl Default for TranslateOptions {
    /// No reconstruction, two gigabytes.
    fn default() -> Self {
        Self {
            reconstruct: false,
            memory: 2 << 30,
            deep: false,
        }
    }
}

/// Red, green and blue of 16 bits.
pub type DeepImage = image::ImageBuffer<image::Rgb<u16>, Vec<u16>>;

/// A picture and what became of it; all of one size.
#[derive(Debug, Clone, PartialEq)]
pub struct Translated {
    /// In the other domain.
    pub image: RgbImage,
    /// The same with 16 bits, 0 (black) to 65,535, if asked for.
    pub deep: Option<DeepImage>,
    /// Back in its own, if asked for and the model translates both ways.
    pub reconstruction: Option<RgbImage>,
    /// The class of each pixel as the model sees it, an index into [`Translator::classes`], if it parses pictures.
    pub parsing: Option<Vec<u8>>,
    /// Tiles it took, 1 for a picture in one piece.
    pub tiles: usize,
}

/// Translates pictures of any size. Lives on the thread that made it: it owns tensors.
pub trait Translator {
    /// The domains it can translate to: `B` if it was trained from A to B.
    fn targets(&self) -> &[Side];
    /// Names and colors of the classes of `parsing`; empty if it parses nothing.
    fn classes(&self) -> &[(String, [u8; 3])];
    /// The size of the pictures that it learned from, width and height.
    fn trained_size(&self) -> (u32, u32);
    /// The values that were black and white in training pictures of more than 8 bits of a domain; `None` for their full range.
    fn range(&self, _of: Side) -> Option<ValueRange> {
        None
    }
    /// Translates a picture of the other domain to `to`, at its own size. The monitor is asked between tiles.
    ///
    /// # Errors
    /// If it cannot translate to `to`, the picture is too small, the device fails, or the monitor is canceled.
    fn translate(
        &self,
        picture: &RgbImage,
        to: Side,
        options: &TranslateOptions,
        monitor: &Monitor,
    ) -> Result<Translated, TrainError>;
}
