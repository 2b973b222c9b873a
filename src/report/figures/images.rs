//! Pictures as parts of a page.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::imageops::{self, FilterType};
use image::{ExtendedColorType, RgbImage};

use crate::draw::{base64, write_png};
use crate::report::document::Pixels;

/// Of JPEG, 1 to 100.
const QUALITY: u8 = 86;

/// A photograph, with at most `most` pixels along its longer side.
pub(super) fn photograph(image: &RgbImage, most: u32, alt: String) -> Pixels {
    let image = shrunk(image, most, FilterType::CatmullRom);
    let mut bytes = Vec::new();
    let (width, height) = image.dimensions();
    let encoded = JpegEncoder::new_with_quality(&mut bytes, QUALITY).encode(
        image.as_raw(),
        width,
        height,
        ExtendedColorType::Rgb8,
    );
    match encoded {
        Ok(()) => pixels("jpeg", &bytes, (width, height), alt),
        // Too large for JPEG, which 65,535 pixels are.
        Err(_) => drawing(&image, most, alt),
    }
}

/// A picture of few colors, whose edges stay sharp.
pub(super) fn drawing(image: &RgbImage, most: u32, alt: String) -> Pixels {
    let image = shrunk(image, most, FilterType::Nearest);
    let mut bytes = Cursor::new(Vec::new());
    // Only the writer can fail, and memory doesn't.
    let _ = write_png(&image, &mut bytes);
    pixels("png", &bytes.into_inner(), image.dimensions(), alt)
}

fn pixels(format: &str, bytes: &[u8], (width, height): (u32, u32), alt: String) -> Pixels {
    Pixels {
        source: format!("data:image/{format};base64,{}", base64(bytes)),
        width,
        height,
        alt,
    }
}

fn shrunk(image: &RgbImage, most: u32, filter: FilterType) -> RgbImage {
    let (width, height) = image.dimensions();
    let longer = width.max(height);
    if longer <= most {
        return image.clone();
    }
    let part = |size: u32| (u64::from(size) * u64::from(most) / u64::from(longer)).max(1) as u32;
    imageops::resize(image, part(width), part(height), filter)
}
