//! What images are decoded from: one type for files and for bytes, because all decoders are compiled anew for each type.

use std::io::{BufRead, Seek};

use image::ImageReader;

/// A file, or bytes in memory.
pub trait ImageBytes: BufRead + Seek {}

impl<T: BufRead + Seek> ImageBytes for T {}

/// A reader of one image.
pub fn image_reader<'a>(
    from: &'a mut (dyn ImageBytes + 'a),
) -> ImageReader<&'a mut (dyn ImageBytes + 'a)> {
    ImageReader::new(from)
}
