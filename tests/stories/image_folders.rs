//! Folders of images become two domains: what is found, what is left out and why, and what reaches a network.
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use atelier::data::images::{
    Augment, Batch, Draw, IGNORE, ImageDomains, ImageNeeds, Loader, LoaderSettings, MaskNeed,
    PictureId, Reason, Resize, Side, Size, SmallState, Thumbnails, image_from_bytes, load,
    read_image, read_picture,
};
use atelier::data::{DataError, ImagesSource, Layout, Monitor};
use image::{GrayImage, Luma, Rgb, RgbImage};
use proptest::prelude::*;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use tempfile::TempDir;

const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/images");

/// The picture of `fixtures/images/make.py`.
fn picture(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        let red = (x * 7 + y * 3) % 256;
        let green = if (x / 5 + y / 4) % 2 == 1 { 255 } else { 20 };
        let blue = (x * x + y * y * 2) / 8 % 256;
        Rgb([red as u8, green, blue as u8])
    })
}

fn fixture(name: &str) -> PathBuf {
    Path::new(FIXTURES).join(name)
}

/// A folder with images in it, each of a color of its own.
struct Folder(TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn put(&self, name: &str, bytes: &[u8]) -> &Self {
        let path = self.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
        self
    }

    fn image(&self, name: &str, width: u32, height: u32) -> &Self {
        let color = Rgb(blake3::hash(name.as_bytes()).as_bytes()[..3]
            .try_into()
            .unwrap());
        self.save(name, &RgbImage::from_pixel(width, height, color))
    }

    fn images(&self, folder: &str, count: usize) -> &Self {
        for number in 0..count {
            self.image(&format!("{folder}/{number:03}.png"), 24, 16);
        }
        self
    }

    fn save(&self, name: &str, image: &RgbImage) -> &Self {
        let path = self.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        image.save(path).unwrap();
        self
    }

    fn mask(&self, name: &str, width: u32, height: u32, id: impl Fn(u32, u32) -> u8) -> &Self {
        let path = self.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        GrayImage::from_fn(width, height, |x, y| Luma([id(x, y)]))
            .save(path)
            .unwrap();
        self
    }

    fn source(&self) -> ImagesSource {
        ImagesSource {
            path: self.path().to_owned(),
            ..ImagesSource::default()
        }
    }
}

fn read(source: &ImagesSource) -> Result<ImageDomains, DataError> {
    read_for(ImageNeeds::default(), source)
}

fn read_for(needs: ImageNeeds, source: &ImagesSource) -> Result<ImageDomains, DataError> {
    load(source, needs, 1, &Monitor::default())
}

const PAIRED: ImageNeeds = ImageNeeds {
    paired: true,
    masks: MaskNeed::None,
    least: 16,
};
const SMALL: ImageNeeds = ImageNeeds {
    paired: false,
    masks: MaskNeed::None,
    least: 7,
};

fn names(pictures: &[atelier::data::images::Picture]) -> Vec<String> {
    pictures
        .iter()
        .map(|picture| picture.name().display().to_string())
        .collect()
}

/// Name of the file and why it is left out, ascending.
fn left_out(data: &ImageDomains) -> Vec<(String, &Reason)> {
    let name = |path: &Path| path.file_name().unwrap().to_string_lossy().into_owned();
    let list = data.left_out.iter();
    list.map(|left| (name(&left.path), &left.reason)).collect()
}

#[test]
fn the_convention_of_the_cyclegan_code_is_found_however_deep_the_files_lie() {
    let folder = Folder::new();
    folder
        .images("trainA", 3)
        .images("trainB", 2)
        .images("testA", 2)
        .images("testB", 2);
    folder
        .image("trainA/more/deep/x.PNG", 20, 20)
        .image("trainA/.hidden.png", 20, 20);
    let data = read(&folder.source()).unwrap();
    assert_eq!(names(&data.a.train), ["000", "001", "002", "more/deep/x"]);
    assert_eq!(
        (data.b.train.len(), data.a.test.len(), data.b.test.len()),
        (2, 2, 2)
    );
    assert_eq!(data.test_pairs, [(0, 0), (1, 1)]);
    assert_eq!(
        data.a.sizes(),
        [(Size::new(24, 16), 5), (Size::new(20, 20), 1)]
    );
    assert!(
        data.left_out.is_empty() && data.notices.is_empty(),
        "{data:?}"
    );
}

#[test]
fn two_plain_folders_are_split_by_the_seed() {
    let folder = Folder::new();
    folder.images("day", 20).images("night", 30);
    let split = |seed| {
        let source = ImagesSource {
            test_fraction: 0.2,
            ..folder.source()
        };
        load(&source, ImageNeeds::default(), seed, &Monitor::default()).unwrap()
    };
    let (one, again, other) = (split(1), split(1), split(2));
    assert_eq!((one.a.name.as_str(), one.b.name.as_str()), ("day", "night"));
    assert_eq!((one.a.train.len(), one.a.test.len()), (16, 4));
    assert_eq!((one.b.train.len(), one.b.test.len()), (24, 6));
    assert_eq!((&one.a, &one.b), (&again.a, &again.b));
    assert_ne!(names(&one.a.test), names(&other.a.test));
    let mut all = names(&one.a.train);
    all.extend(names(&one.a.test));
    all.sort();
    assert_eq!(all.len(), 20);
    all.dedup();
    assert_eq!(all.len(), 20);
    // The same by two paths.
    let source = ImagesSource {
        path: folder.path().join("day"),
        path_b: Some(folder.path().join("night")),
        test_fraction: 0.2,
        ..ImagesSource::default()
    };
    let data = read(&source).unwrap();
    assert_eq!((&data.a, &data.b), (&one.a, &one.b));
}

/// Names of the domains, and how many images each has for training and for testing.
fn counts(data: &ImageDomains) -> [(String, usize, usize); 2] {
    [&data.a, &data.b].map(|domain| (domain.name.clone(), domain.train.len(), domain.test.len()))
}

#[test]
fn folders_are_found_as_people_name_them() {
    let all = |train_a: &str, train_b: &str, test_a: &str, test_b: &str, names: [&str; 2]| {
        let folder = Folder::new();
        folder.images(train_a, 5).images(train_b, 4);
        folder.images(test_a, 3).images(test_b, 2);
        // What programs leave behind is no folder of images.
        folder
            .images("__MACOSX/trainA", 1)
            .images("@eaDir", 1)
            .put("Thumbs.db", b"x")
            .put(&format!("{train_a}/Thumbs.db"), b"x")
            .put(&format!("{train_a}/._000.png"), b"x")
            .put(&format!("{train_a}/.DS_Store"), b"x");
        let data = read(&folder.source()).expect(train_a);
        let expected = [(names[0].to_owned(), 5, 3), (names[1].to_owned(), 4, 2)];
        assert_eq!(counts(&data), expected, "{train_a}");
        // Labels may be what is translated, as the images that they are.
        let notices = &data.notices;
        let others = notices.iter().filter(|notice| {
            !(names[0] == "label"
                && notice.starts_with("label is named as a folder of annotations"))
        });
        assert_eq!(others.count(), 0, "{train_a}: {notices:?}");
    };
    all("trainA", "trainB", "testA", "testB", ["A", "B"]);
    all("train_A", "train_B", "test_A", "test_B", ["A", "B"]);
    all("TrainA", "TRAINB", "valA", "validationB", ["A", "B"]);
    all("A_train", "B_train", "A_test", "B_val", ["A", "B"]);
    all("train/A", "train/B", "test/A", "test/B", ["A", "B"]);
    all("A/train", "B/train", "A/test", "B/val", ["A", "B"]);
    all("a/Train", "b/Train", "a/Test", "b/Test", ["a", "b"]);
    all(
        "train/horse",
        "train/zebra",
        "test/Horse",
        "test/zebra",
        ["horse", "zebra"],
    );
    all(
        "horse/train",
        "zebra/train",
        "horse/val",
        "zebra/test",
        ["horse", "zebra"],
    );
    all(
        "train_horse",
        "train_zebra",
        "test_horse",
        "val_zebra",
        ["horse", "zebra"],
    );
    all(
        "train_label",
        "train_img",
        "test_label",
        "test_img",
        ["label", "img"],
    );
    all("day", "night", "test/day", "test/night", ["day", "night"]);
    // Too deep by one or two.
    let folder = Folder::new();
    folder.images("set/v2/trainA", 3).images("set/v2/trainB", 3);
    let data = read(&folder.source()).unwrap();
    assert_eq!(data.a.train.len() + data.a.test.len(), 3);
    assert!(
        data.notices[0].contains("the only folder in"),
        "{:?}",
        data.notices
    );
}

#[test]
fn no_test_image_gets_into_training() {
    // One domain has a training folder, the other its images beside its test folder.
    let folder = Folder::new();
    folder
        .images("day/train", 6)
        .images("day/test", 4)
        .images("day/val", 2);
    folder
        .images("night", 6)
        .images("night/test", 4)
        .images("night/val", 2);
    let data = read(&folder.source()).unwrap();
    assert_eq!(
        counts(&data),
        [("day".to_owned(), 6, 4), ("night".to_owned(), 6, 4)]
    );
    // The validation sets are not needed, which is said.
    let notices = data.notices.join("\n");
    assert!(notices.contains("day/val (2 images)"), "{notices}");
    assert!(
        notices.contains("2 images lie in folders named for testing"),
        "{notices}"
    );
    // Deep within.
    let folder = Folder::new();
    folder
        .images("A/city/train", 3)
        .images("A/city/test", 2)
        .images("B", 3);
    let source = ImagesSource {
        test_fraction: 0.0,
        ..folder.source()
    };
    let data = read(&source).unwrap();
    assert_eq!(
        names(&data.a.train),
        ["city/train/000", "city/train/001", "city/train/002"]
    );
    assert!(
        data.notices[0].contains("named for testing"),
        "{:?}",
        data.notices
    );
}

#[test]
fn where_no_folder_fits_those_that_are_there_are_listed() {
    let folder = Folder::new();
    folder
        .images("one", 2)
        .images("two", 3)
        .images("three/four", 1);
    let text = read(&folder.source())
        .expect_err("three folders")
        .to_string();
    for part in [
        "one (2 images)",
        "two (3 images)",
        "three/four (1 image)",
        "trainA",
        "data.path_b",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let folder = Folder::new();
    folder.images("trainA", 2).images("trainB", 3);
    let source = ImagesSource {
        path: folder.path().join("trainA"),
        ..ImagesSource::default()
    };
    let text = read(&source).expect_err("one domain").to_string();
    assert!(
        text.contains("2 images directly in it") && text.contains("which holds both domains"),
        "{text}"
    );
}

#[test]
fn images_side_by_side_become_pairs_of_halves() {
    let folder = Folder::new();
    let mut both = RgbImage::from_pixel(48, 24, Rgb([200, 0, 0]));
    for (x, _, pixel) in both.enumerate_pixels_mut() {
        if x >= 24 {
            *pixel = Rgb([0, 0, 200]);
        }
    }
    for name in ["train/1.png", "train/2.png", "test/1.png"] {
        folder.save(name, &both);
    }
    folder.image("train/odd.png", 49, 24);
    let source = ImagesSource {
        layout: Some(Layout::SideBySide),
        ..folder.source()
    };
    let data = read_for(PAIRED, &source).unwrap();
    assert!(data.paired);
    assert_eq!(
        (data.a.train.len(), data.b.train.len(), data.a.test.len()),
        (2, 2, 1)
    );
    assert_eq!(data.a.train[0].size, Size::new(24, 24));
    let color = |picture| read_picture(picture, None).unwrap().0.get_pixel(12, 12).0;
    assert_eq!(color(&data.a.train[0]), [200, 0, 0]);
    assert_eq!(color(&data.b.train[0]), [0, 0, 200]);
    assert_eq!(
        left_out(&data),
        [("odd.png".to_owned(), &Reason::OddWidth(Size::new(49, 24)))]
    );
    // Found out by itself, where all images are twice as wide as high.
    fs::remove_file(folder.path().join("train/odd.png")).unwrap();
    let data = read(&folder.source()).unwrap();
    assert_eq!(data.b.train.len(), 2);
    assert!(
        data.notices
            .iter()
            .any(|notice| notice.contains("side by side"))
    );
}

#[test]
fn of_several_files_of_a_name_one_makes_the_pair() {
    let folder = Folder::new();
    for name in ["1.jpg", "1.png", "2.png", "3.png"] {
        folder.image(&format!("A/{name}"), 24, 16);
        if name != "1.jpg" {
            folder.image(&format!("B/{name}"), 24, 16);
        }
    }
    folder.image("B/3.bmp", 24, 16);
    let source = folder.source();
    let data = read_for(PAIRED, &source).unwrap();
    assert_eq!(names(&data.a.train), names(&data.b.train));
    assert_eq!(names(&data.a.test), names(&data.b.test));
    assert_eq!(data.a.train.len() + data.a.test.len(), 3);
    let reasons: Vec<(String, &str)> = left_out(&data)
        .into_iter()
        .map(|(name, reason)| (name, reason.heading()))
        .collect();
    assert_eq!(
        reasons,
        [
            ("1.png".to_owned(), "same name"),
            ("3.png".to_owned(), "same name"),
        ]
    );
}

#[test]
fn pairs_go_by_their_names_and_the_lonely_are_said() {
    let folder = Folder::new();
    folder
        .image("A/x/1.jpg", 24, 16)
        .image("A/x/2.png", 24, 16)
        .image("A/3.png", 24, 16);
    folder.image("A/4.png", 24, 16).image("A/5.png", 24, 16);
    folder
        .image("B/x/1.png", 24, 16)
        .image("B/x/2.png", 30, 16)
        .image("B/4.bmp", 24, 16);
    folder.image("B/5.png", 24, 16);
    let source = ImagesSource {
        test_fraction: 0.4,
        ..folder.source()
    };
    let data = read_for(PAIRED, &source).unwrap();
    assert_eq!(names(&data.a.train), names(&data.b.train));
    assert_eq!(names(&data.a.test), names(&data.b.test));
    assert_eq!((data.a.train.len(), data.a.test.len()), (2, 1));
    let other = |own: (u32, u32), partner: (u32, u32)| Reason::PartnerSize {
        own: own.into(),
        partner: partner.into(),
    };
    assert_eq!(
        left_out(&data),
        [
            ("3.png".to_owned(), &Reason::NoPartner),
            ("2.png".to_owned(), &other((24, 16), (30, 16))),
            ("2.png".to_owned(), &other((30, 16), (24, 16))),
        ]
    );
}

#[test]
fn names_that_differ_by_what_repeats_are_paired_and_that_is_said() {
    let folder = Folder::new();
    for number in 0..6 {
        folder.image(&format!("A/city/c_{number}_19_rgb.png"), 24, 16);
        folder.image(&format!("B/city/c_{number}_19_depth.png"), 24, 16);
        folder.image(&format!("B/city/c_{number}_19_normals.png"), 24, 16);
    }
    let data = read_for(PAIRED, &folder.source()).unwrap();
    assert_eq!((data.a.train.len(), data.a.test.len()), (5, 1));
    for (a, b) in data.a.train.iter().zip(&data.b.train) {
        let a = a.name().display().to_string().replace("rgb", "depth");
        assert_eq!(a, b.name().display().to_string());
    }
    let notices = data.notices.join("\n");
    assert!(
        notices.contains("*_rgb|*_depth") && notices.contains("data.pair"),
        "{notices}"
    );
    assert!(notices.contains("*_normals too"), "{notices}");
    // Another set by the key.
    let source = ImagesSource {
        pair: Some("*_rgb|*_normals".to_owned()),
        ..folder.source()
    };
    let data = read_for(PAIRED, &source).unwrap();
    assert!(
        names(&data.b.train)
            .iter()
            .all(|name| name.ends_with("_normals"))
    );
    let source = ImagesSource {
        pair: Some("_rgb".to_owned()),
        ..folder.source()
    };
    let text = read_for(PAIRED, &source).expect_err("no bar").to_string();
    assert!(text.starts_with("data.pair"), "{text}");
}

#[test]
fn where_no_names_fit_one_of_each_side_is_shown() {
    let folder = Folder::new();
    folder.image("A/cat.png", 24, 16).image("A/dog.png", 24, 16);
    folder.image("B/oak.png", 24, 16).image("B/elm.png", 24, 16);
    let text = read_for(PAIRED, &folder.source())
        .expect_err("no pair")
        .to_string();
    for part in ["named cat", "one of B elm", "data.pair"] {
        assert!(text.contains(part), "{part}: {text}");
    }
}

#[test]
fn masks_among_the_images_are_no_images() {
    let folder = Folder::new();
    for number in 0..5 {
        // An image of many colors, beside it one of three.
        let mut image = picture(24, 16);
        image.put_pixel(0, 0, Rgb([number, 9, 9]));
        folder.save(&format!("A/{number}.jpg"), &image);
        folder.mask(&format!("A/{number}.png"), 24, 16, |x, _| (x / 8) as u8);
        folder.save(&format!("B/{number}.png"), &image);
        folder.mask(&format!("B/{number}_mask.png"), 24, 16, |x, _| {
            (x / 8) as u8
        });
    }
    let data = read(&folder.source()).unwrap();
    for domain in [&data.a, &data.b] {
        assert_eq!(
            (domain.train.len() + domain.test.len(), domain.masks()),
            (5, 5)
        );
        assert_eq!(domain.class_pixels, [5 * 8 * 16; 3]);
    }
    let notices = data.notices.join("\n");
    assert!(notices.contains("5 files are taken for masks"), "{notices}");
    // With a folder of masks they are left out.
    folder.mask("A_labels/0.png", 24, 16, |_, _| 1);
    let data = read(&folder.source()).unwrap();
    assert_eq!(
        (data.a.train.len() + data.a.test.len(), data.a.masks()),
        (5, 1)
    );
    assert_eq!(data.left_out_by_reason(), [("possible mask", 5)]);
    // Two photos of one name are two photos, and that is said.
    let folder = Folder::new();
    folder.images("B", 2);
    folder
        .save("A/1.bmp", &picture(24, 16))
        .save("A/1.png", &picture(24, 16));
    let data = read(&folder.source()).unwrap();
    assert_eq!(data.a.train.len() + data.a.test.len(), 2);
    assert!(
        data.notices[0].contains("2 images have only 1 name between them"),
        "{:?}",
        data.notices
    );
}

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

#[cfg(unix)]
#[test]
fn a_folder_that_links_to_itself_is_read_once() {
    let folder = Folder::new();
    folder.images("trainA", 3).images("trainB", 3);
    std::os::unix::fs::symlink(
        folder.path().join("trainA"),
        folder.path().join("trainA/again"),
    )
    .unwrap();
    let data = read(&folder.source()).unwrap();
    assert_eq!(data.a.train.len() + data.a.test.len(), 3);
    assert!(left_out(&data).iter().any(|(name, _)| name == "again"));
}

#[test]
fn what_cannot_be_learned_from_is_an_error_that_says_what_to_do() {
    let folder = Folder::new();
    let message = |source: &ImagesSource| read(source).expect_err("an error").to_string();
    assert!(message(&folder.source()).contains("Give a folder with trainA and trainB"));
    let absent = ImagesSource {
        path: "/no/such/folder".into(),
        ..ImagesSource::default()
    };
    assert!(message(&absent).contains("/no/such/folder"));
    folder.images("trainA", 2);
    assert!(message(&folder.source()).contains("no trainB"));
    folder.put("trainB/broken.png", b"");
    let text = message(&folder.source());
    assert!(
        text.contains("broken.png is empty") && text.contains("1 file is left out"),
        "{text}"
    );
    let wrong = ImagesSource {
        test_fraction: 1.5,
        ..folder.source()
    };
    assert!(message(&wrong).contains("data.test_fraction"));
    let same = ImagesSource {
        path_b: Some(folder.path().to_owned()),
        ..folder.source()
    };
    assert!(message(&same).contains("domain A and domain B"));
    let canceled = Monitor::default();
    canceled.cancel();
    folder.images("trainB", 2);
    let result = load(&folder.source(), ImageNeeds::default(), 1, &canceled);
    assert!(matches!(result, Err(DataError::Canceled)));
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

/// A domain A of one image with a mask, and a domain B; `table` is classes.csv.
fn masked(table: &str, put: impl Fn(&Folder)) -> (Folder, ImagesSource) {
    let folder = Folder::new();
    folder
        .images("trainB", 2)
        .image("trainA/000.png", 13, 16)
        .image("trainA/good.png", 24, 16);
    folder.image("testA/000.png", 24, 16);
    folder.mask("trainA_labels/good.png", 24, 16, |x, _| u8::from(x < 6));
    put(&folder);
    if !table.is_empty() {
        folder.put("classes.csv", table.as_bytes());
    }
    let source = folder.source();
    (folder, source)
}

const TWO: &str = "id,name,color,ignore\n0,sky,#0000ff,\n1,road,#ff0000,\n";

#[test]
fn masks_are_ids_indices_of_palettes_or_colors_of_the_table() {
    // A palette that names a color twice: only the index tells the class.
    for bits in [1, 2, 4, 8] {
        let folder = Folder::new();
        folder.images("trainB", 1).image("trainA/m.png", 13, 7);
        folder.put(
            "trainA_labels/m.png",
            &fs::read(fixture(&format!("palette{bits}.png"))).unwrap(),
        );
        let count = 1_u32 << bits;
        // 13 × 7 pixels hold at most 45 different values: 3·12 + 5·6 + 1 = 67 of 8 bits.
        let rows: String = (0..count.min(255))
            .map(|id| format!("{id},c{id}\n"))
            .collect();
        folder.put("classes.csv", format!("id,name\n{rows}").as_bytes());
        let source = folder.source();
        let data = read_for(SMALL, &source).unwrap();
        let (_, classes) = read_picture(&data.a.train[0], data.classes.as_deref()).unwrap();
        let expected: Vec<u8> = (0..7_u32)
            .flat_map(|y| (0..13_u32).map(move |x| ((x * 3 + y * 5) % count) as u8))
            .collect();
        assert_eq!(classes.unwrap(), expected, "{bits} bits");
    }
    let (folder, source) = masked(TWO, |folder| {
        let colors = RgbImage::from_fn(13, 16, |x, _| {
            Rgb(if x < 5 { [255, 0, 0] } else { [0, 0, 255] })
        });
        folder.save("trainA_labels/000.png", &colors);
    });
    let data = read_for(SMALL, &source).unwrap();
    let (_, classes) = read_picture(&data.a.train[0], data.classes.as_deref()).unwrap();
    assert_eq!(
        classes.unwrap()[..13],
        [1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0]
    );
    // 000: 5 columns of road, 8 of sky; good: 6 and 18. All of 16 rows.
    assert_eq!(data.a.class_pixels, [(8 + 18) * 16, (5 + 6) * 16]);
    assert_eq!(
        data.classes.as_ref().unwrap().class(1).unwrap().name,
        "road"
    );
    drop(folder);
}

#[test]
fn without_a_table_the_ids_in_the_masks_are_the_classes() {
    let (_folder, source) = masked("", |folder| {
        folder.mask("trainA_labels/000.png", 13, 16, |x, _| {
            if x == 0 { 255 } else { 7 }
        });
    });
    let data = read_for(SMALL, &source).unwrap();
    let table = data.classes.unwrap();
    let ids: Vec<u8> = table.classes().iter().map(|class| class.id).collect();
    assert_eq!((ids, table.len()), (vec![0, 1, 7], 3));
    let (_, classes) = read_picture(&data.a.train[0], Some(&table)).unwrap();
    assert_eq!(classes.unwrap()[..3], [IGNORE, 2, 2]);
}

#[test]
fn what_255_means_in_masks_is_said_and_can_be_said() {
    let of = |values: [u8; 3], ignore: Option<&str>| {
        let folder = Folder::new();
        folder.images("trainA", 3).images("trainB", 3);
        for domain in ["trainA", "trainB"] {
            for number in 0..3 {
                // Of 24 columns 6 are the last value, 6 the middle one, 12 the first.
                let id = |x: u32, _| values[usize::from(x >= 12) + usize::from(x >= 18)];
                folder.mask(&format!("{domain}_labels/{number:03}.png"), 24, 16, id);
            }
        }
        let source = ImagesSource {
            ignore: ignore.map(str::to_owned),
            ..folder.source()
        };
        let data = read(&source).unwrap();
        let ids: Vec<u8> = data
            .classes
            .as_ref()
            .unwrap()
            .classes()
            .iter()
            .map(|class| class.id)
            .collect();
        let index = read_picture(&data.a.train[0], data.classes.as_deref())
            .unwrap()
            .1
            .unwrap()[23];
        (
            ids,
            index,
            data.a.ignored_share().unwrap(),
            data.notices.join("\n"),
        )
    };
    // Black and white: two classes.
    let (ids, index, share, notices) = of([0, 0, 255], None);
    assert_eq!((ids, index, share), (vec![0, 255], 1, 0.0));
    assert!(
        notices.contains("255 of the masks is taken as a class")
            && notices.contains("class 255 25.0 %"),
        "{notices}"
    );
    let (ids, ..) = of([0, 128, 255], None);
    assert_eq!(ids, [0, 128, 255]);
    // Numbers, and 255 for what has none.
    let (ids, index, share, notices) = of([0, 7, 255], None);
    assert_eq!((ids, index, share), (vec![0, 7], IGNORE, 0.25));
    assert!(
        notices.contains("ignored 25.0 %") && notices.contains("data.ignore"),
        "{notices}"
    );
    // As a person says.
    let (ids, index, share, _) = of([0, 7, 255], Some("none"));
    assert_eq!((ids, index, share), (vec![0, 7, 255], 2, 0.0));
    let (ids, index, share, _) = of([0, 0, 255], Some("255"));
    assert_eq!((ids, index, share), (vec![0], IGNORE, 0.25));
    let (ids, index, share, _) = of([0, 7, 9], Some("0, 9"));
    assert_eq!((ids, index, share), (vec![7], IGNORE, 0.75));
    let (ids, _, share, _) = of([0, 1, 1], None);
    assert_eq!((ids, share), (vec![0, 1], 0.0));
}

#[test]
fn classes_csv_may_name_255() {
    let (_folder, source) = masked("id,name\n0,sky\n1,road\n255,person\n", |folder| {
        folder.mask("trainA_labels/000.png", 13, 16, |x, _| {
            if x == 0 { 255 } else { 1 }
        });
    });
    let data = read_for(SMALL, &source).unwrap();
    let (_, classes) = read_picture(&data.a.train[0], data.classes.as_deref()).unwrap();
    assert_eq!(classes.unwrap()[..2], [2, 1]);
}

/// Gray images of 16 bits, all of values to `most`.
fn deep(folder: &Folder, name: &str, most: u16) {
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

#[test]
fn wrong_masks_are_said_and_cost_the_image_only_where_masks_are_needed() {
    let wrong = |put: &dyn Fn(&Folder)| {
        let (_folder, source) = masked(TWO, put);
        let kept = read_for(SMALL, &source).unwrap();
        assert_eq!(kept.a.train.len(), 2);
        assert_eq!(kept.a.train[0].mask, None);
        let needed = ImageNeeds {
            masks: MaskNeed::InA,
            ..SMALL
        };
        let data = read_for(needed, &source).unwrap();
        assert_eq!(names(&data.a.train), ["good"]);
        let mut reasons: Vec<Reason> = kept.left_out.into_iter().map(|left| left.reason).collect();
        let own = data
            .left_out
            .iter()
            .find(|left| left.path.ends_with("trainA/000.png"))
            .unwrap();
        if reasons.is_empty() {
            return own.reason.clone();
        }
        let reason = reasons.remove(0);
        assert_eq!(own.reason, Reason::Mask(Box::new(reason.clone())));
        reason
    };
    assert_eq!(wrong(&|_| {}), Reason::NoMask);
    assert_eq!(
        wrong(&|folder| {
            folder.mask("trainA_labels/000.png", 16, 13, |_, _| 0);
        }),
        Reason::MaskSize {
            own: Size::new(16, 13),
            image: Size::new(13, 16)
        }
    );
    let unknown = wrong(&|folder| {
        folder.mask("trainA_labels/000.png", 13, 16, |x, _| u8::from(x == 0) * 9);
    });
    assert!(
        unknown
            .to_string()
            .contains("the value 9 (in all 16 pixels"),
        "{unknown}"
    );
    let color = wrong(&|folder| {
        folder.save(
            "trainA_labels/000.png",
            &RgbImage::from_pixel(13, 16, Rgb([1, 2, 3])),
        );
    });
    assert!(color.to_string().contains("#010203"), "{color}");
    assert_eq!(
        wrong(&|folder| {
            folder.save("trainA_labels/000.jpg", &RgbImage::new(13, 16));
        }),
        Reason::LossyMask
    );
    assert_eq!(
        wrong(&|folder| {
            folder.put("trainA_labels/000.png", b"");
        }),
        Reason::Empty
    );
    let photograph = wrong(&|folder| {
        folder.save("trainA_labels/000.png", &picture(13, 16));
    });
    assert_eq!(photograph.heading(), "unknown class");
}

#[test]
fn a_few_pixels_of_no_class_are_ignored_and_said() {
    let (_folder, source) = masked(TWO, |folder| {
        folder.mask("trainA_labels/000.png", 13, 16, |x, y| {
            if x + y == 0 { 99 } else { 1 }
        });
    });
    let data = read_for(SMALL, &source).unwrap();
    let (_, classes) = read_picture(&data.a.train[0], data.classes.as_deref()).unwrap();
    assert_eq!(classes.unwrap()[..2], [IGNORE, 1]);
    assert!(
        data.notices
            .iter()
            .any(|notice| notice.contains("1 mask holds a few pixels of no class"))
    );
}

#[test]
fn the_fingerprint_tells_the_content_and_not_the_place() {
    let make = |extra: &dyn Fn(&Folder)| {
        let folder = Folder::new();
        folder
            .images("trainA", 3)
            .images("trainB", 3)
            .images("testA", 1)
            .images("testB", 1);
        extra(&folder);
        read(&folder.source()).unwrap().fingerprint
    };
    let first = make(&|_| {});
    // A test folder is no part of them.
    assert_eq!((first.rows, first.columns, first.cells), (3, 3, 0));
    assert_eq!(make(&|_| {}).hash, first.hash);
    let other = make(&|folder| {
        folder.save(
            "trainA/000.png",
            &RgbImage::from_pixel(24, 16, Rgb([1, 2, 3])),
        );
    });
    assert_ne!(other.hash, first.hash);
    let masked = make(&|folder| {
        folder.mask("trainA_labels/001.png", 24, 16, |_, _| 1);
    });
    assert_ne!(masked.hash, first.hash);
    assert_eq!(masked.cells, 1);
}

#[test]
fn images_are_resized_as_pillow_does_it() {
    let text = fs::read_to_string(fixture("bicubic.json")).unwrap();
    let cases: serde_json::Value = serde_json::from_str(&text).unwrap();
    for case in cases.as_array().unwrap() {
        let number = |key: &str| case[key].as_u64().unwrap() as u32;
        let size = Size::new(number("width"), number("height"));
        let mut rng = ChaCha8Rng::seed_from_u64(0);
        let ready = Augment::fixed(size).apply(picture(37, 29), None, Draw::new(&mut rng));
        let rgb = atelier::data::images::image_of_planes(&ready.planes, size);
        let expected = case["rgb"].as_array().unwrap();
        let off: Vec<u64> = rgb
            .as_raw()
            .iter()
            .zip(expected)
            .map(|(own, other)| other.as_u64().unwrap().abs_diff(u64::from(*own)))
            .collect();
        // Both round their weights, Pillow to more bits.
        assert!(off.iter().all(|&off| off <= 2), "{size}: {off:?}");
        let differ = off.iter().filter(|&&off| off > 0).count();
        assert!(differ * 50 < off.len(), "{size}: {differ} of {}", off.len());
    }
}

#[test]
fn a_mask_goes_where_its_image_goes() {
    // The red of each pixel says its class.
    let classes: Vec<u8> = (0..40 * 30)
        .map(|at| (at % 40 * 3 + at / 40 * 5) as u8 % 120)
        .collect();
    let image = RgbImage::from_fn(40, 30, |x, y| {
        Rgb([classes[(y * 40 + x) as usize] * 2, 0, 0])
    });
    let augment = Augment {
        resize: Resize::Keep,
        crop: Some(Size::new(17, 11)),
        flip: true,
    };
    let mut rng = ChaCha8Rng::seed_from_u64(3);
    let mut seen = std::collections::BTreeSet::new();
    for _ in 0..50 {
        let ready = augment.apply(image.clone(), Some(classes.clone()), Draw::new(&mut rng));
        assert_eq!(
            (ready.planes.len(), ready.size),
            (3 * 17 * 11, Size::new(17, 11))
        );
        let mask = ready.classes.unwrap();
        for (red, class) in ready.planes.iter().zip(&mask) {
            assert!((((red + 1.0) * 127.5).round() - f32::from(*class) * 2.0).abs() < 0.1);
        }
        let mirrored = (i16::from(mask[1]) - i16::from(mask[0])).rem_euclid(120) != 3;
        seen.insert((mask[0], mirrored));
    }
    // Places and mirrorings of many kinds.
    assert!(seen.len() > 30, "{}", seen.len());
    assert!(seen.iter().any(|one| one.1) && seen.iter().any(|one| !one.1));
}

#[test]
fn masks_are_resized_to_the_nearest_class_and_images_always_cover_the_crop() {
    let mut rng = ChaCha8Rng::seed_from_u64(3);
    let classes = vec![0, 1, 2, 3, 4, 5];
    let larger = Augment::fixed(Size::new(6, 4)).apply(
        RgbImage::new(3, 2),
        Some(classes),
        Draw::new(&mut rng),
    );
    let expected = [
        0, 0, 1, 1, 2, 2, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 3, 3, 4, 4, 5, 5,
    ];
    assert_eq!(larger.classes.unwrap(), expected);
    let crop = Some(Size::new(64, 48));
    for (resize, from, to) in [
        (Resize::To(Size::new(72, 54)), (500, 20), (72, 54)),
        (Resize::ToWidth(80), (160, 120), (80, 60)),
        (Resize::ToWidth(64), (640, 200), (154, 48)),
        (Resize::Keep, (32, 100), (64, 200)),
        (Resize::Keep, (100, 30), (160, 48)),
        (Resize::ToMultiple(4), (101, 98), (100, 100)),
    ] {
        let augment = Augment {
            resize,
            crop,
            flip: false,
        };
        assert_eq!(
            augment.resized_size(Size::from(from)),
            Size::from(to),
            "{resize:?} of {from:?}"
        );
        assert_eq!(augment.output(Size::from(from)), Size::new(64, 48));
    }
    let whole = Augment {
        resize: Resize::ToMultiple(4),
        crop: None,
        flip: false,
    };
    assert_eq!(whole.output(Size::new(101, 98)), Size::new(100, 100));
}

/// Two domains of different lengths and many sizes, with masks in A for some.
fn varied() -> (Folder, Arc<ImageDomains>) {
    let folder = Folder::new();
    for number in 0..11_u32 {
        let name = format!("trainA/{number:02}.png");
        folder.save(&name, &picture(30 + number * 3, 40 + number));
        if number % 2 == 0 {
            let mask = format!("trainA_labels/{number:02}.png");
            folder.mask(&mask, 30 + number * 3, 40 + number, |x, y| {
                ((x + y) % 3) as u8
            });
        }
        if number < 7 {
            folder.save(
                &format!("trainB/{number:02}.png"),
                &picture(50, 35 + number),
            );
        }
    }
    folder.images("testA", 1).images("testB", 1);
    let data = read(&folder.source()).unwrap();
    (folder, Arc::new(data))
}

fn settings(threads: usize, keep: usize) -> LoaderSettings {
    let augment = Augment {
        resize: Resize::To(Size::new(36, 28)),
        crop: Some(Size::new(32, 24)),
        flip: true,
    };
    LoaderSettings {
        batch_size: 2,
        threads,
        keep,
        ..LoaderSettings::new(augment)
    }
}

fn batches(loader: &mut Loader, count: usize) -> Vec<Batch> {
    (0..count).map(|_| loader.next_batch().unwrap()).collect()
}

#[test]
fn batches_are_the_same_with_any_number_of_threads_and_any_memory() {
    let (_folder, data) = varied();
    let with = |threads, keep| {
        let mut rng = ChaCha8Rng::seed_from_u64(5);
        let mut loader = Loader::new(Arc::clone(&data), settings(threads, keep), &mut rng).unwrap();
        batches(&mut loader, 20)
    };
    let alone = with(0, 0);
    assert_eq!(alone, with(1, 1 << 20));
    assert_eq!(alone, with(4, 0));
    assert_eq!(alone, with(3, 10_000));
    // 11 images make five batches of two and one of one.
    let lengths: Vec<usize> = alone.iter().take(7).map(|batch| batch.len).collect();
    assert_eq!(lengths, [2, 2, 2, 2, 2, 1, 2]);
    let first = &alone[0];
    assert_eq!(
        (first.size, first.a.images.len()),
        (Size::new(32, 24), 2 * 3 * 32 * 24)
    );
    assert_eq!(first.a.classes.as_ref().unwrap().len(), 2 * 32 * 24);
    assert_eq!(first.b.classes, None);
    let mut epoch: Vec<u32> = alone[..6]
        .iter()
        .flat_map(|batch| batch.a.indices.clone())
        .collect();
    epoch.sort_unstable();
    assert_eq!(epoch, (0..11).collect::<Vec<u32>>());
}

#[test]
fn training_goes_on_exactly_where_it_stopped() {
    let (_folder, data) = varied();
    let mut rng = ChaCha8Rng::seed_from_u64(9);
    let mut loader = Loader::new(Arc::clone(&data), settings(2, 0), &mut rng).unwrap();
    let start = loader.position();
    batches(&mut loader, 9);
    let text = serde_json::to_string(&loader.position()).unwrap();
    let rest = batches(&mut loader, 6);
    let position = serde_json::from_str(&text).unwrap();
    let mut resumed = Loader::at(Arc::clone(&data), settings(1, 1 << 20), position).unwrap();
    assert_eq!(batches(&mut resumed, 6), rest);
    resumed.seek(start.sample);
    let mut again = Loader::at(data, settings(0, 0), start).unwrap();
    assert_eq!(batches(&mut resumed, 3), batches(&mut again, 3));
}

#[test]
fn pairs_are_cropped_and_flipped_alike() {
    let folder = Folder::new();
    for number in 0..6_u32 {
        for side in ["A", "B"] {
            folder.save(&format!("{side}/{number}.png"), &picture(40 + number, 40));
        }
    }
    let data = Arc::new(read_for(PAIRED, &folder.source()).unwrap());
    let aligned = LoaderSettings {
        aligned: true,
        ..settings(2, 0)
    };
    let mut rng = ChaCha8Rng::seed_from_u64(2);
    let mut loader = Loader::new(Arc::clone(&data), aligned, &mut rng).unwrap();
    for batch in batches(&mut loader, 8) {
        assert_eq!(batch.a, batch.b);
    }
    let (_folder, unpaired) = varied();
    assert!(Loader::new(unpaired, aligned, &mut rng).is_err());
    let mixed = Augment {
        crop: None,
        resize: Resize::Keep,
        flip: false,
    };
    let mixed = LoaderSettings {
        batch_size: 2,
        ..LoaderSettings::new(mixed)
    };
    let message = Loader::new(data, mixed, &mut rng)
        .err()
        .unwrap()
        .to_string();
    assert!(message.contains("crop_size"), "{message}");
}

#[test]
fn a_file_that_breaks_while_training_is_replaced_and_said() {
    let (folder, data) = varied();
    let path = folder.path().join("trainA/03.png");
    let whole = fs::read(&path).unwrap();
    fs::write(&path, &whole[..whole.len() / 2]).unwrap();
    let with = |threads| {
        let mut rng = ChaCha8Rng::seed_from_u64(5);
        let mut loader = Loader::new(Arc::clone(&data), settings(threads, 0), &mut rng).unwrap();
        let all = batches(&mut loader, 12);
        (all, loader.broken())
    };
    let (all, broken) = with(0);
    assert_eq!(with(3).0, all);
    assert_eq!(broken.len(), 1);
    assert_eq!(broken[0].path, path);
    assert!(all.iter().all(|batch| !batch.a.indices.contains(&3)));
    for number in 0..7 {
        fs::write(
            folder.path().join(format!("trainB/{number:02}.png")),
            b"gone",
        )
        .unwrap();
    }
    let mut rng = ChaCha8Rng::seed_from_u64(5);
    let mut loader = Loader::new(data, settings(2, 0), &mut rng).unwrap();
    let message = loader.next_batch().expect_err("nothing left").to_string();
    assert!(
        message.contains("no other image of its domain"),
        "{message}"
    );
}

#[test]
fn thumbnails_come_from_other_threads_and_stay_within_their_budget() {
    let (folder, data) = varied();
    fs::write(folder.path().join("trainB/02.png"), b"gone").unwrap();
    let (woken, wakes) = crossbeam_channel::bounded(64);
    let budget = 4 * 16 * 16 * 5;
    let thumbnails = Thumbnails::new(Arc::clone(&data), 16, budget, move || {
        let _ = woken.try_send(());
    });
    let wait_for = |id: PictureId| {
        let start = Instant::now();
        loop {
            match thumbnails.get(id) {
                SmallState::Waiting => {
                    assert!(start.elapsed() < Duration::from_secs(20), "{id:?}");
                    let _ = wakes.recv_timeout(Duration::from_millis(100));
                }
                other => return other,
            }
        }
    };
    let id = |side, index| PictureId {
        side,
        is_test: false,
        index,
    };
    for index in 0..11 {
        let SmallState::Ready(small) = wait_for(id(Side::A, index)) else {
            panic!("{index}");
        };
        assert_eq!(small.size.width.max(small.size.height), 16);
        assert_eq!(small.rgba.len() as u64, 4 * small.size.pixels());
        assert_eq!(small.classes.is_some(), index % 2 == 0);
        assert!(thumbnails.bytes() <= budget);
    }
    assert!(matches!(
        wait_for(id(Side::B, 2)),
        SmallState::Failed(Reason::NotAnImage)
    ));
    assert!(matches!(wait_for(id(Side::B, 99)), SmallState::Failed(_)));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn damaged_files_never_panic(which in 0_usize..9, cut in 0.0_f64..1.0, hits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..12)) {
        let name = ["turned.jpg", "turned.png", "lossless.webp", "picture.tiff", "picture.bmp", "grey16.png", "palette1.png", "palette4.png", "palette8.png"][which];
        let mut bytes = fs::read(fixture(name)).unwrap();
        for (at, value) in hits {
            let at = at.index(bytes.len());
            bytes[at] = value;
        }
        if cut > 0.5 {
            bytes.truncate((bytes.len() as f64 * cut) as usize);
        }
        let _ = image_from_bytes(&bytes);
        let folder = Folder::new();
        folder.images("trainA", 1).images("trainB", 1).images("testB", 1);
        folder.put("trainA/x.png", &bytes).put("trainA_labels/x.png", &bytes);
        let data = read(&folder.source()).unwrap();
        for picture in data.a.pictures() {
            let _ = read_picture(picture, data.classes.as_deref());
        }
    }
}
