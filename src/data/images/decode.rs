//! Whole files to pixels: images to RGB, masks to ids or colors.

use std::fmt;
use std::fs::File;
use std::io::{BufReader, Cursor, Read};
use std::path::Path;

use image::metadata::Orientation;
use image::{ColorType, DynamicImage, GrayImage, ImageDecoder, ImageFormat, RgbImage};

use super::guard::guarded;
use super::header::{self, Header, broken, limits};
use super::reader::{ImageBytes, image_reader};
use super::{Reason, Size, ValueRange, gray_tiff, indexed_png, structure};

/// Reads any image as a person sees it: turned upright, 8 bits per channel, what is transparent on white.
///
/// # Errors
/// If the file is not an image that can be read.
pub fn read_image(path: &Path) -> Result<RgbImage, Reason> {
    read_image_in(path, None)
}

/// As [`read_image`], with the values of black and white in an image of more than 8 bits; its full range if absent.
///
/// # Errors
/// As [`read_image`].
pub fn read_image_in(path: &Path, range: Option<ValueRange>) -> Result<RgbImage, Reason> {
    let header = header::read(path)?;
    structure::whole(path, header.format, header.bytes)?;
    Ok(opaque(decode_image(path, &header)?, range))
}

/// True if an image has values of more than 8 bits, by its header.
#[must_use]
pub fn is_deep(path: &Path) -> bool {
    header::read(path).is_ok_and(|header| header.is_deep)
}

/// The values of an image that was found whole, as they are.
pub(super) fn read_deep(path: &Path) -> Result<DynamicImage, Reason> {
    decode_image(path, &header::read(path)?)
}

/// As [`read_image`], of a file that was found whole.
pub(super) fn read_checked(path: &Path, range: Option<ValueRange>) -> Result<RgbImage, Reason> {
    Ok(opaque(decode_image(path, &header::read(path)?)?, range))
}

fn decode_image(path: &Path, header: &Header) -> Result<DynamicImage, Reason> {
    guarded(|| {
        if header.is_gray_tiff {
            return gray_tiff::read(path);
        }
        let file = File::open(path).map_err(|error| Reason::Unreadable(error.to_string()))?;
        let mut image = decode(&mut BufReader::new(file), header.format)?;
        image.apply_orientation(header.orientation);
        Ok(image)
    })
}

/// Reads an image that is in memory, as `read_image`.
///
/// # Errors
/// If the bytes are no image that can be read.
pub fn image_from_bytes(bytes: &[u8]) -> Result<RgbImage, Reason> {
    let format = header::format_of(bytes)?;
    let length = bytes.len() as u64;
    structure::before_decoding(&mut Cursor::new(bytes), format, length)?;
    structure::whole_of(&mut Cursor::new(bytes), format, length)?;
    guarded(|| {
        let mut bytes = Cursor::new(bytes);
        let mut reader = image_reader(&mut bytes);
        reader.set_format(format);
        reader.limits(limits());
        let mut decoder = reader.into_decoder().map_err(broken)?;
        let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
        header::check(
            decoder.dimensions().into(),
            decoder.total_bytes(),
            format,
            length,
        )?;
        let mut image = DynamicImage::from_decoder(decoder).map_err(broken)?;
        image.apply_orientation(orientation);
        Ok(opaque(image, None))
    })
}

fn decode(from: &mut dyn ImageBytes, format: ImageFormat) -> Result<DynamicImage, Reason> {
    let mut reader = image_reader(from);
    reader.set_format(format);
    reader.limits(limits());
    reader.decode().map_err(broken)
}

fn opaque(image: DynamicImage, range: Option<ValueRange>) -> RgbImage {
    let image = match range {
        Some(range) => stretched(image, range),
        None => image,
    };
    if !image.color().has_alpha() {
        return image.into_rgb8();
    }
    let rgba = image.into_rgba8();
    RgbImage::from_fn(rgba.width(), rgba.height(), |x, y| {
        let [red, green, blue, alpha] = rgba.get_pixel(x, y).0.map(u32::from);
        let over = |value: u32| ((value * alpha + 255 * (255 - alpha) + 127) / 255) as u8;
        image::Rgb([over(red), over(green), over(blue)])
    })
}

/// Values within a range as ones of 8 bits; an image of 8 bits as it is.
fn stretched(image: DynamicImage, range: ValueRange) -> DynamicImage {
    use DynamicImage::{ImageLuma16, ImageRgb16, ImageRgb32F, ImageRgba32F};
    let alpha = |value: f32| (value * 255.0).round().clamp(0.0, 255.0) as u8;
    match image {
        ImageLuma16(image) => {
            let byte = |x, y| image::Luma([range.byte(f32::from(image.get_pixel(x, y).0[0]))]);
            GrayImage::from_fn(image.width(), image.height(), byte).into()
        }
        ImageRgb16(image) => {
            let bytes = |x, y| {
                let values = image.get_pixel(x, y).0;
                image::Rgb(values.map(|value| range.byte(f32::from(value))))
            };
            RgbImage::from_fn(image.width(), image.height(), bytes).into()
        }
        ImageRgb32F(image) => {
            let bytes = |x, y| image::Rgb(image.get_pixel(x, y).0.map(|value| range.byte(value)));
            RgbImage::from_fn(image.width(), image.height(), bytes).into()
        }
        ImageRgba32F(image) => {
            let bytes = |x, y| {
                let [red, green, blue, over] = image.get_pixel(x, y).0;
                let [red, green, blue] = [red, green, blue].map(|value| range.byte(value));
                image::Rgba([red, green, blue, alpha(over)])
            };
            image::RgbaImage::from_fn(image.width(), image.height(), bytes).into()
        }
        image if image.color().bytes_per_pixel() > image.color().channel_count() => {
            // Two or four channels of 16 bits.
            let image = image.into_rgba16();
            let bytes = |x, y| {
                let [red, green, blue, over] = image.get_pixel(x, y).0.map(f32::from);
                let [red, green, blue] = [red, green, blue].map(|value| range.byte(value));
                image::Rgba([red, green, blue, alpha(over / 65_535.0)])
            };
            image::RgbaImage::from_fn(image.width(), image.height(), bytes).into()
        }
        image => image,
    }
}

/// A mask as it stands in its file.
#[derive(Debug)]
pub(super) struct RawMask {
    pub(super) size: Size,
    pub(super) values: Values,
    /// The color of each index of an indexed PNG.
    pub(super) palette: Vec<[u8; 3]>,
}

impl RawMask {
    /// Row by row.
    pub(super) fn values(&self) -> impl Iterator<Item = Value> {
        let (ids, colors) = match &self.values {
            Values::Ids(ids) => (Some(ids), None),
            Values::Colors(colors) => (None, Some(colors)),
        };
        let ids = ids.into_iter().flatten().map(|&id| Value::Id(id));
        let colors = colors.into_iter().flat_map(|image| image.pixels());
        ids.chain(colors.map(|pixel| Value::Color(pixel.0)))
    }
}

/// One pixel of a mask.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Value {
    Id(u16),
    Color([u8; 3]),
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Id(id) => write!(f, "the value {id}"),
            Self::Color([red, green, blue]) => {
                write!(f, "the color #{red:02x}{green:02x}{blue:02x}")
            }
        }
    }
}

/// Row by row.
#[derive(Debug)]
pub(super) enum Values {
    Ids(Vec<u16>),
    Colors(RgbImage),
}

/// Reads a mask: ids from gray images and indices of palettes, colors from others.
pub(super) fn read_mask(path: &Path) -> Result<RawMask, Reason> {
    let header = header::read(path)?;
    if header.format == ImageFormat::Jpeg {
        return Err(Reason::LossyMask);
    }
    guarded(|| {
        let mut bytes = Vec::new();
        File::open(path)
            .and_then(|file| file.take(header.bytes).read_to_end(&mut bytes))
            .map_err(|error| Reason::Unreadable(error.to_string()))?;
        let mut palette = Vec::new();
        let mut spread = 1;
        if header.format == ImageFormat::Png {
            if let Some(decoded) = indexed_png::decode_palette(&bytes) {
                (palette, spread) = (decoded.palette, decoded.spread);
                bytes = decoded.gray;
            } else if let Some(depth) = indexed_png::gray_depth(&bytes) {
                spread = indexed_png::spread(depth);
            }
        }
        let mut image = decode(&mut Cursor::new(bytes), header.format)?;
        image.apply_orientation(header.orientation);
        let size = Size::new(image.width(), image.height());
        let values = match image.color() {
            ColorType::L8 | ColorType::La8 => {
                let gray: GrayImage = image.into_luma8();
                let ids = gray.into_raw().into_iter();
                Values::Ids(ids.map(|value| u16::from(value / spread)).collect())
            }
            ColorType::L16 | ColorType::La16 => Values::Ids(image.into_luma16().into_raw()),
            _ => Values::Colors(image.into_rgb8()),
        };
        Ok(RawMask {
            size,
            values,
            palette,
        })
    })
}
