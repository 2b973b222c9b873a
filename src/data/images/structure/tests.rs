use std::io::Cursor;

use image::{DynamicImage, ImageFormat, Rgb, RgbImage};

use super::*;

fn picture() -> DynamicImage {
    RgbImage::from_fn(40, 30, |x, y| {
        Rgb([(x * 6) as u8, (y * 8) as u8, (x * y) as u8])
    })
    .into()
}

fn encoded(format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture().write_to(&mut bytes, format).expect("encoded");
    bytes.into_inner()
}

fn whole_bytes(bytes: &[u8], format: ImageFormat) -> Result<(), Reason> {
    whole_of(&mut Cursor::new(bytes), format, bytes.len() as u64)
}

const FORMATS: [ImageFormat; 5] = [
    ImageFormat::Jpeg,
    ImageFormat::Png,
    ImageFormat::WebP,
    ImageFormat::Bmp,
    ImageFormat::Tiff,
];

#[test]
fn whole_files_pass_and_cut_ones_do_not_wherever_the_cut_is() {
    for format in FORMATS {
        let bytes = encoded(format);
        assert_eq!(whole_bytes(&bytes, format), Ok(()), "{format:?}");
        // What a program appends does no harm.
        let mut longer = bytes.clone();
        longer.extend([7; 100]);
        assert_eq!(whole_bytes(&longer, format), Ok(()), "{format:?}");
        for end in (12..bytes.len()).step_by(7).chain([bytes.len() - 1]) {
            assert!(
                matches!(whole_bytes(&bytes[..end], format), Err(Reason::Damaged(_))),
                "{format:?} cut at {end} of {}",
                bytes.len()
            );
        }
    }
}

#[test]
fn what_a_download_filled_with_zeros_is_not_whole() {
    for format in [ImageFormat::Jpeg, ImageFormat::Png] {
        let mut bytes = encoded(format);
        let half = bytes.len() / 2;
        bytes[half..].fill(0);
        assert!(whole_bytes(&bytes, format).is_err(), "{format:?}");
    }
}

#[test]
fn a_flipped_bit_of_a_png_is_found() {
    let mut bytes = encoded(ImageFormat::Png);
    let half = bytes.len() / 2;
    bytes[half] ^= 1;
    assert!(
        matches!(whole_bytes(&bytes, ImageFormat::Png), Err(Reason::Damaged(text)) if text.contains("checksum"))
    );
}

/// A chunk with its checksum.
fn chunk(name: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let mut sum = flate2::Crc::new();
    sum.update(name);
    sum.update(data);
    let mut bytes = (data.len() as u32).to_be_bytes().to_vec();
    bytes.extend(name);
    bytes.extend(data);
    bytes.extend(sum.sum().to_be_bytes());
    bytes
}

#[test]
fn crooked_palettes_are_refused_before_a_decoder_sees_them() {
    let png = |palette: Option<&[u8]>| {
        let mut bytes = b"\x89PNG\r\n\x1a\n".to_vec();
        bytes.extend(chunk(b"IHDR", &[0, 0, 0, 1, 0, 0, 0, 1, 8, 3, 0, 0, 0]));
        bytes.extend(
            palette
                .map(|palette| chunk(b"PLTE", palette))
                .unwrap_or_default(),
        );
        bytes.extend(chunk(b"IDAT", &[0x78, 0x9c, 0x63, 0, 0, 0, 1, 0, 1]));
        bytes.extend(chunk(b"IEND", &[]));
        before_decoding(
            &mut Cursor::new(&bytes),
            ImageFormat::Png,
            bytes.len() as u64,
        )
    };
    assert_eq!(png(Some(&[1, 2, 3])), Ok(()));
    for palette in [
        None,
        Some(&[][..]),
        Some(&[1, 2, 3, 4]),
        Some(&[0; 2]),
        Some(&[0; 771]),
    ] {
        assert!(
            matches!(png(palette), Err(Reason::Damaged(_))),
            "{palette:?}"
        );
    }
}

#[test]
fn a_canvas_that_is_not_the_picture_is_refused() {
    let lossless = encoded(ImageFormat::WebP);
    let mut extended = lossless[..12].to_vec();
    extended.extend(b"VP8X\x0a\0\0\0\0\0\0\0");
    // 24 × 3,735,572, each less one.
    extended.extend([23, 0, 0]);
    extended.extend(&3_735_571_u32.to_le_bytes()[..3]);
    extended.extend(&lossless[12..]);
    let length = extended.len() as u32 - 8;
    extended[4..8].copy_from_slice(&length.to_le_bytes());
    let checked = whole_bytes(&extended, ImageFormat::WebP);
    assert!(matches!(checked, Err(Reason::Damaged(text)) if text.contains("24 × 3735572")));
}

/// A JPEG cut at a share of its data, with the end mark put behind it.
fn closed_at(bytes: &[u8], share: f64) -> Vec<u8> {
    let scan = memchr::memmem::rfind(bytes, b"\xff\xda").expect("a scan") + 16;
    let end = scan + ((bytes.len() - 2 - scan) as f64 * share) as usize;
    // Not within a stuffed byte.
    let end = if bytes[end - 1] == 0xff { end - 1 } else { end };
    let mut cut = bytes[..end].to_vec();
    cut.extend(b"\xff\xd9");
    cut
}

#[test]
fn a_jpeg_that_ends_early_is_found_although_its_end_mark_is_there() {
    let noise = |x: u32, y: u32| (x.wrapping_mul(2_654_435_761) ^ y.wrapping_mul(40_503)) >> 7;
    let picture = RgbImage::from_fn(203, 131, |x, y| {
        Rgb([noise(x, y) as u8, (x + y) as u8, noise(y, x) as u8 / 2])
    });
    let gray = image::GrayImage::from_fn(203, 131, |x, y| image::Luma([noise(x, y) as u8]));
    for (picture, name) in [
        (DynamicImage::from(picture), "colors"),
        (DynamicImage::from(gray), "grays"),
    ] {
        let mut bytes = Cursor::new(Vec::new());
        picture
            .write_to(&mut bytes, ImageFormat::Jpeg)
            .expect("encoded");
        let bytes = bytes.into_inner();
        assert_eq!(whole_bytes(&bytes, ImageFormat::Jpeg), Ok(()), "{name}");
        for share in [0.05, 0.3, 0.6, 0.9, 0.98] {
            let found = whole_bytes(&closed_at(&bytes, share), ImageFormat::Jpeg);
            let text = found.expect_err(name).to_string();
            let told = format!("ends after {:.0} %", share * 100.0);
            let near = (0..4).any(|by| {
                text.contains(&format!(
                    "after {:.0} %",
                    share * 100.0 + 1.0 - f64::from(by)
                ))
            });
            assert!(near, "{name}: {text}, not {told}");
        }
    }
}

#[test]
fn jpegs_of_every_kind_are_whole_and_known_when_cut() {
    // Written by libjpeg: subsampled, with restart marks, progressive, in scans of one component.
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/jpeg");
    let mut files = 0;
    for entry in std::fs::read_dir(&folder).expect("fixtures") {
        let path = entry.expect("a file").path();
        if path.extension().is_none_or(|own| own != "jpg") {
            continue;
        }
        let bytes = std::fs::read(&path).expect("a JPEG");
        assert_eq!(whole_bytes(&bytes, ImageFormat::Jpeg), Ok(()), "{path:?}");
        // However the file comes in.
        for size in [1, 2, 3, 7, 64] {
            let mut slow = BufReader::with_capacity(size, Cursor::new(&bytes));
            let found = whole_of(&mut slow, ImageFormat::Jpeg, bytes.len() as u64);
            assert_eq!(found, Ok(()), "{path:?} by {size}");
        }
        let name = path.to_string_lossy();
        let share = if name.contains("progressive") {
            -1.0
        } else {
            0.5
        };
        let cut = if share < 0.0 {
            // The last scan is missing.
            let last = memchr::memmem::rfind(&bytes, b"\xff\xda").expect("a scan");
            [&bytes[..last], b"\xff\xd9"].concat()
        } else {
            closed_at(&bytes, share)
        };
        assert!(whole_bytes(&cut, ImageFormat::Jpeg).is_err(), "{path:?}");
        files += 1;
    }
    assert!(files >= 6, "{files}");
}
