//! Single files: formats, and which are left out and why.

use std::fs;

use atelier::data::ImagesSource;
use atelier::data::images::{
    ImageDomains, Reason, Size, image_from_bytes, read_image, read_picture,
};
use image::Luma;

use super::{Folder, fixture, left_out, picture, read};

/// The first 33 bytes of a PNG of a size, and the beginning of its data.
fn png_head(width: u32, height: u32) -> Vec<u8> {
    let mut header = b"IHDR".to_vec();
    header.extend(width.to_be_bytes());
    header.extend(height.to_be_bytes());
    header.extend([8, 2, 0, 0, 0]);
    let mut check = flate2::Crc::new();
    check.update(&header);
    let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\x0d".to_vec();
    png.extend(&header);
    png.extend(check.sum().to_be_bytes());
    png.extend(b"\0\0\0\x10IDAT0123456789abcdef\0\0\0\0");
    png
}

#[test]
fn broken_huge_empty_and_misnamed_files_are_left_out_with_the_reason() {
    let folder = Folder::new();
    folder.images("trainA", 2).images("trainB", 2);
    folder.put("trainA/empty.png", b"");
    folder.put("trainA/huge.png", &png_head(60_000, 60_000));
    folder.put("trainA/liar.png", &png_head(9_000, 9_000));
    folder.put("trainA/text.jpg", b"these are words");
    folder.put("trainA/gif.png", b"GIF89a\x20\0\x20\0\0\0\0;");
    folder.put(
        "trainA/cut.jpg",
        &fs::read(fixture("turned.jpg")).unwrap()[..90],
    );
    folder.image("trainA/tiny.png", 8, 300);
    folder.put("trainA/notes.txt", b"not an image, and named so");
    // A PNG by its content is read whatever its name.
    folder.put(
        "trainA/renamed.jpg",
        &fs::read(folder.path().join("trainA/000.png")).unwrap(),
    );
    fs::create_dir(folder.path().join("trainA/folder.png")).unwrap();
    let data = read(&folder.source()).unwrap();
    // One of the three that can be used is held out.
    assert_eq!(data.a.train.len() + data.a.test.len(), 3);
    let left = left_out(&data);
    let reason = |name: &str| {
        left.iter()
            .find(|(other, _)| other == name)
            .unwrap()
            .1
            .clone()
    };
    assert_eq!(left.len(), 7, "{left:?}");
    assert_eq!(reason("empty.png"), Reason::Empty);
    assert_eq!(
        reason("huge.png"),
        Reason::TooLarge(Size::new(60_000, 60_000))
    );
    assert!(
        matches!(reason("liar.png"), Reason::Implausible(size, _) if size == Size::new(9_000, 9_000))
    );
    assert_eq!(reason("text.jpg"), Reason::NotAnImage);
    assert_eq!(reason("gif.png"), Reason::NotAnImage);
    assert!(matches!(reason("cut.jpg"), Reason::Unreadable(_)));
    assert_eq!(
        reason("tiny.png"),
        Reason::TooSmall {
            size: Size::new(8, 300),
            least: 16
        }
    );
    assert!(
        data.notices
            .iter()
            .any(|notice| notice.contains("1 file is not an image")),
        "{:?}",
        data.notices
    );
}

#[test]
fn all_formats_decode_to_what_pillow_wrote() {
    let expected = picture(24, 16);
    for name in ["picture.bmp", "picture.tiff", "lossless.webp", "turned.png"] {
        assert_eq!(read_image(&fixture(name)).unwrap(), expected, "{name}");
        assert_eq!(
            image_from_bytes(&fs::read(fixture(name)).unwrap()).unwrap(),
            expected,
            "{name}"
        );
    }
    let jpeg = read_image(&fixture("turned.jpg")).unwrap();
    assert_eq!(jpeg.dimensions(), (24, 16));
    let off = jpeg
        .as_raw()
        .iter()
        .zip(expected.as_raw())
        .map(|(one, other)| u32::from(one.abs_diff(*other)));
    let mean = off.sum::<u32>() as f64 / expected.as_raw().len() as f64;
    assert!(mean < 6.0, "{mean}");
    let gray: Vec<u8> = read_image(&fixture("grey16.png"))
        .unwrap()
        .pixels()
        .map(|pixel| pixel.0[1])
        .collect();
    // 16 bits to 8: value / 257, rounded.
    assert_eq!(gray, [0, 1, 128, 255, 4, 8, 117, 233]);
}

#[test]
fn what_is_transparent_lies_on_white() {
    let rgba = image::RgbaImage::from_fn(16, 16, |x, _| image::Rgba([100, 0, 200, (x * 17) as u8]));
    let mut png = std::io::Cursor::new(Vec::new());
    rgba.write_to(&mut png, image::ImageFormat::Png).unwrap();
    let image = image_from_bytes(&png.into_inner()).unwrap();
    assert_eq!(image.get_pixel(0, 0).0, [255, 255, 255]);
    assert_eq!(image.get_pixel(15, 0).0, [100, 0, 200]);
    // Alpha 119 of 255: 100 · 119/255 + 136 = 182.7.
    assert_eq!(image.get_pixel(7, 0).0, [183, 136, 229]);
}

/// Gray images of 16 bits, all of values to `most`.
pub(super) fn deep(folder: &Folder, name: &str, most: u16) {
    let path = folder.path().join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let image = image::ImageBuffer::<Luma<u16>, Vec<u16>>::from_fn(24, 16, |x, _| {
        Luma([(u32::from(most) * x / 23) as u16])
    });
    image.save(path).unwrap();
}

#[test]
fn pictures_of_12_bits_in_16_are_stretched_and_not_black() {
    let folder = Folder::new();
    for number in 0..3 {
        deep(&folder, &format!("trainA/{number}.png"), 4080);
        deep(&folder, &format!("trainB/{number}.tif"), 60_000);
        deep(&folder, &format!("testA/{number}.png"), 2000);
    }
    let white = |data: &ImageDomains, picture| {
        let (image, _) = read_picture(picture, data.classes.as_deref()).unwrap();
        image.get_pixel(23, 0).0[0]
    };
    let data = read(&folder.source()).unwrap();
    // 4,080 of 4,095; 60,000 of 65,535; 2,000 of 4,095 by the range of the training images.
    assert_eq!(white(&data, &data.a.train[0]), 254);
    assert_eq!(white(&data, &data.b.train[0]), 233);
    assert_eq!(white(&data, &data.a.test[0]), 125);
    let range = data.a.range.unwrap();
    assert_eq!(
        ((range.low, range.high), data.b.range),
        ((0.0, 4095.0), None)
    );
    let notices = data.notices.join("\n");
    assert!(
        notices.contains("values from 0 to 4,080 of 65,535") && notices.contains("data.range"),
        "{notices}"
    );
    // As a person says.
    let of = |range: &str| {
        let source = ImagesSource {
            range: Some(range.to_owned()),
            ..folder.source()
        };
        read(&source)
    };
    let full = of("full").unwrap();
    assert_eq!(white(&full, &full.a.train[0]), 16);
    let given = of("0, 8160").unwrap();
    assert_eq!(
        (
            white(&given, &given.a.train[0]),
            white(&given, &given.b.train[0])
        ),
        (128, 255)
    );
    assert!(of("wide").is_err());
    // The ranges of a run that began with others.
    let other = data.with_ranges([None, None]);
    assert_eq!(white(&other, &other.a.train[0]), 16);
}
