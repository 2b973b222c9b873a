//! Facts in the first bytes of an image file, read without decoding it.

use std::fs::File;
use std::io::{BufReader, Cursor, Read, Seek, SeekFrom};
use std::path::Path;

use image::codecs::jpeg::JpegDecoder;
use image::metadata::Orientation;
use image::{ImageDecoder, ImageFormat, Limits};

use super::guard::guarded;
use super::reader::image_reader;
use super::{Reason, Size, gray_tiff, structure};

/// Images with more pixels are not read: 10,000 × 10,000.
const MAX_PIXELS: u64 = 100_000_000;
/// The most that a decoder may allocate: `MAX_PIXELS` of four channels of 16 bits, and some room.
const MAX_BYTES: u64 = 1 << 30;
/// No format but WebP makes a byte of more than this many bytes of pixels (a PNG with a palette of two colors, all alike: 24,768).
const MAX_RATIO: u64 = 32_768;
/// A WebP of one color may have few bytes, but not any number of pixels for them.
const MAX_RATIO_WEBP: u64 = 1 << 20;
/// Images with a longer side are not read: no format but WebP has them.
const MAX_SIDE: u32 = 65_535;
/// How much of a JPEG is read to find its size: metadata may stand before it.
const JPEG_HEAD: u64 = 64 << 10;

/// The facts in a header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) format: ImageFormat,
    /// As a person sees it: after the orientation.
    pub(super) size: Size,
    pub(super) orientation: Orientation,
    /// True if its values have more than 8 bits.
    pub(super) is_deep: bool,
    /// True if it is a TIFF that is read here, not by the decoder.
    pub(super) is_gray_tiff: bool,
    /// Of the file.
    pub(super) bytes: u64,
}

/// Limits for the decoders: what a header says is bounded before memory is allocated for it.
pub(super) fn limits() -> Limits {
    let mut limits = Limits::no_limits();
    limits.max_alloc = Some(MAX_BYTES);
    limits
}

/// Reads the header of a file.
///
/// # Errors
/// If there is no image in it, or one that must not be decoded.
pub(super) fn read(path: &Path) -> Result<Header, Reason> {
    let file = File::open(path).map_err(|error| Reason::Unreadable(error.to_string()))?;
    let bytes = file
        .metadata()
        .map_err(|error| Reason::Unreadable(error.to_string()))?
        .len();
    if bytes == 0 {
        return Err(Reason::Empty);
    }
    if bytes > MAX_BYTES {
        return Err(Reason::Unreadable("it is larger than 1 GB".to_owned()));
    }
    guarded(|| of(BufReader::new(file), bytes))
}

fn of(mut file: BufReader<File>, bytes: u64) -> Result<Header, Reason> {
    let mut head = Vec::new();
    file.by_ref()
        .take(64)
        .read_to_end(&mut head)
        .map_err(|error| Reason::Unreadable(error.to_string()))?;
    file.seek(SeekFrom::Start(0))
        .map_err(|error| Reason::Unreadable(error.to_string()))?;
    let format = format_of(&head)?;
    structure::before_decoding(&mut file, format, bytes)?;
    file.seek(SeekFrom::Start(0))
        .map_err(|error| Reason::Unreadable(error.to_string()))?;
    let gray_tiff = (format == ImageFormat::Tiff)
        .then(|| gray_tiff::parse(&mut file))
        .flatten();
    let is_gray_tiff = gray_tiff.is_some();
    file.seek(SeekFrom::Start(0))
        .map_err(|error| Reason::Unreadable(error.to_string()))?;
    let Facts {
        size: raw,
        orientation,
        total,
        is_deep,
    } = if format == ImageFormat::Jpeg {
        jpeg(file, bytes)?
    } else if let Some(tiff) = gray_tiff {
        Facts {
            size: tiff.size,
            orientation: Orientation::NoTransforms,
            // Three channels of four bytes.
            total: tiff.size.pixels().saturating_mul(12),
            is_deep: true,
        }
    } else {
        let mut reader = image_reader(&mut file);
        reader.set_format(format);
        reader.limits(limits());
        facts(reader.into_decoder().map_err(broken)?)?
    };
    let turned = matches!(
        orientation,
        Orientation::Rotate90
            | Orientation::Rotate270
            | Orientation::Rotate90FlipH
            | Orientation::Rotate270FlipH
    );
    let size = if turned {
        Size::new(raw.height, raw.width)
    } else {
        raw
    };
    check(size, total, format, bytes)?;
    Ok(Header {
        format,
        size,
        orientation,
        is_deep,
        is_gray_tiff,
        bytes,
    })
}

/// True if an image may be decoded: `total` bytes of pixels from `bytes` of a file.
pub(super) fn check(size: Size, total: u64, format: ImageFormat, bytes: u64) -> Result<(), Reason> {
    if size.width.max(size.height) > MAX_SIDE {
        return Err(Reason::TooLong(size));
    }
    if size.pixels() > MAX_PIXELS || total > MAX_BYTES {
        return Err(Reason::TooLarge(size));
    }
    let most = if format == ImageFormat::WebP {
        MAX_RATIO_WEBP
    } else {
        MAX_RATIO
    };
    if total / most > bytes {
        return Err(Reason::Implausible(size, bytes));
    }
    if size.pixels() == 0 {
        return Err(Reason::Unreadable("it has no pixels".to_owned()));
    }
    Ok(())
}

/// The format by the content; names of files are wrong too often.
pub(super) fn format_of(head: &[u8]) -> Result<ImageFormat, Reason> {
    match image::guess_format(head) {
        Ok(
            format @ (ImageFormat::Png
            | ImageFormat::Jpeg
            | ImageFormat::WebP
            | ImageFormat::Bmp
            | ImageFormat::Tiff),
        ) => Ok(format),
        _ => Err(other(head).map_or(Reason::NotAnImage, Reason::Other)),
    }
}

/// What is often saved under the name of an image.
fn other(head: &[u8]) -> Option<&'static str> {
    let text = head.trim_ascii_start();
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    let begins = |with: &str| {
        text.get(..with.len())
            .is_some_and(|head| head.eq_ignore_ascii_case(with.as_bytes()))
    };
    if begins("<!doctype html") || begins("<html") || begins("<head") {
        return Some("a web page, not an image: its download failed, get it again");
    }
    if begins("version https://git-lfs") {
        return Some("a pointer of Git LFS, not the image: run git lfs pull");
    }
    if begins("<svg") || begins("<?xml") {
        return Some("XML or SVG, not an image of pixels: save it as PNG");
    }
    let brand = head.get(4..12)?;
    if brand.starts_with(b"ftyp") {
        return Some("HEIC, AVIF or a video, which are not read: save it as PNG or JPEG");
    }
    None
}

/// The decoder of JPEG reads a file to its end before it says a size: it is given the beginning, and more where that is not enough.
fn jpeg(mut file: BufReader<File>, bytes: u64) -> Result<Facts, Reason> {
    let mut head = Vec::new();
    let mut wanted = JPEG_HEAD;
    loop {
        file.by_ref()
            .take(wanted - head.len() as u64)
            .read_to_end(&mut head)
            .map_err(|error| Reason::Unreadable(error.to_string()))?;
        match JpegDecoder::new(Cursor::new(head.as_slice())) {
            Ok(decoder) => return facts(decoder),
            Err(error) if wanted >= bytes => return Err(broken(error)),
            Err(_) => wanted *= 8,
        }
    }
}

struct Facts {
    /// As it stands in the file.
    size: Size,
    orientation: Orientation,
    /// Bytes of the pixels.
    total: u64,
    is_deep: bool,
}

fn facts(mut decoder: impl ImageDecoder) -> Result<Facts, Reason> {
    let size = Size::from(decoder.dimensions());
    let total = decoder.total_bytes();
    // Broken metadata are no reason to refuse an image.
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let color = decoder.color_type();
    Ok(Facts {
        size,
        orientation,
        total,
        is_deep: color.bytes_per_pixel() > color.channel_count(),
    })
}

pub(super) fn broken(error: image::ImageError) -> Reason {
    Reason::Unreadable(error.to_string())
}
