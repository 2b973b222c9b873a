//! Folders of images and masks from the field: masks among images, in colors, smoothed.

use std::path::Path;

use image::{GrayImage, Luma, Rgb, RgbImage};

use super::{ImageDomains, ImageNeeds, MaskNeed, load};
use crate::data::{ImagesSource, Monitor};

fn image(folder: &Path, name: &str) {
    let path = folder.join(name);
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
    let seed = name.len() as u32;
    RgbImage::from_fn(32, 32, |x, y| {
        Rgb([(x * 7) as u8, (y * 7) as u8, (x * y + seed) as u8])
    })
    .save(path)
    .expect("written");
}

fn mask(folder: &Path, name: &str, value: impl Fn(u32, u32) -> [u8; 3]) {
    let path = folder.join(name);
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
    RgbImage::from_fn(32, 32, |x, y| Rgb(value(x, y)))
        .save(path)
        .expect("written");
}

fn read(folder: &Path, masks: MaskNeed) -> Result<ImageDomains, String> {
    let source = ImagesSource {
        path: folder.to_owned(),
        test_fraction: 0.0,
        ..ImagesSource::default()
    };
    let needs = ImageNeeds {
        masks,
        least: 1,
        ..ImageNeeds::default()
    };
    load(&source, needs, 1, &Monitor::default()).map_err(|error| error.to_string())
}

#[test]
fn masks_in_a_folder_among_images_are_no_images() {
    let folder = tempfile::tempdir().expect("a folder");
    for side in ["trainA", "trainB"] {
        for at in 0..4 {
            image(folder.path(), &format!("{side}/{at}.png"));
            mask(folder.path(), &format!("{side}/masks/{at}.png"), |x, _| {
                [(x / 16) as u8; 3]
            });
        }
    }
    let data = read(folder.path(), MaskNeed::None).expect("images");
    assert_eq!((data.a.train.len(), data.b.train.len()), (4, 4));
    let data = read(folder.path(), MaskNeed::InBoth).expect("images with masks");
    assert_eq!(data.a.class_pixels, [2048, 2048]);
    // A domain whose folder has such a name is one like others.
    let domains = tempfile::tempdir().expect("a folder");
    for side in ["trainA/labels", "trainB"] {
        image(domains.path(), &format!("{side}/1.png"));
    }
    let data = read(domains.path(), MaskNeed::None).expect("images");
    assert_eq!(data.a.train.len(), 1);
}

#[test]
fn where_masks_are_missing_it_is_said_where_they_belong() {
    let folder = tempfile::tempdir().expect("a folder");
    for side in ["trainA", "trainB"] {
        image(folder.path(), &format!("{side}/1.png"));
    }
    let error = read(folder.path(), MaskNeed::InBoth).expect_err("no masks");
    assert!(
        error.contains("trainA_labels") && error.contains("data.masks_a"),
        "{error}"
    );
}

#[test]
fn colors_without_a_table_are_classes_where_they_are_few() {
    let folder = tempfile::tempdir().expect("a folder");
    for side in ["trainA", "trainB"] {
        for at in 0..3 {
            image(folder.path(), &format!("{side}/{at}.png"));
            mask(folder.path(), &format!("{side}_masks/{at}.png"), |x, _| {
                if x < 8 { [0, 0, 0] } else { [200, 30, 60] }
            });
        }
    }
    let data = read(folder.path(), MaskNeed::InBoth).expect("classes");
    assert_eq!(data.a.class_pixels, [768, 2304]);
    let said = data.notices.join("\n");
    assert!(
        said.contains("in 2 colors") && said.contains("#c81e3c 75.0 %"),
        "{said}"
    );
}

#[test]
fn colors_that_are_too_many_are_listed_with_lines_for_a_table() {
    let folder = tempfile::tempdir().expect("a folder");
    for side in ["trainA", "trainB"] {
        image(folder.path(), &format!("{side}/1.png"));
        mask(folder.path(), &format!("{side}_labels/1.png"), |x, y| {
            if y < 16 {
                [255, 0, 0]
            } else {
                [x as u8 * 5, y as u8, 9]
            }
        });
    }
    let error = read(folder.path(), MaskNeed::InBoth).expect_err("too many");
    assert!(error.contains("classes.csv"), "{error}");
}

#[test]
fn masks_that_were_smoothed_are_said_to_be() {
    let folder = tempfile::tempdir().expect("a folder");
    for side in ["trainA", "trainB"] {
        image(folder.path(), &format!("{side}/1.png"));
        let path = folder.path().join(format!("{side}_labels"));
        std::fs::create_dir_all(&path).expect("made");
        GrayImage::from_fn(32, 32, |x, _| Luma([(x * 8) as u8]))
            .save(path.join("1.png"))
            .expect("written");
    }
    let data = read(folder.path(), MaskNeed::InBoth).expect("classes");
    let said = data.notices.join("\n");
    assert!(said.contains("32 different values from 0 to 248"), "{said}");
}

#[test]
fn test_images_that_are_training_images_are_said() {
    let folder = tempfile::tempdir().expect("a folder");
    for at in 0..3 {
        // Each name has another length, and with it another picture.
        let name = "x".repeat(at + 1);
        for side in ["trainA", "trainB"] {
            image(folder.path(), &format!("{side}/{name}.png"));
        }
        image(folder.path(), &format!("testA/{name}_other.png"));
        image(folder.path(), &format!("testB/{name}_another.png"));
    }
    let said = |data: &ImageDomains| data.notices.join("\n");
    let data = read(folder.path(), MaskNeed::None).expect("images");
    assert!(!said(&data).contains("is no test"), "{}", said(&data));
    let copy = |from: &str, to: &str| {
        std::fs::copy(folder.path().join(from), folder.path().join(to)).expect("copied");
    };
    copy("trainB/xx.png", "testB/copy.png");
    let data = read(folder.path(), MaskNeed::None).expect("images");
    let said = said(&data);
    assert!(
        said.contains("B: 1 image for testing is the same as one for training"),
        "{said}"
    );
}

#[test]
fn files_that_are_no_images_are_told_by_their_endings() {
    let folder = tempfile::tempdir().expect("a folder");
    image(folder.path(), "trainB/1.png");
    image(folder.path(), "trainB/2.png");
    std::fs::write(folder.path().join("trainB/3.HEIC"), "x").expect("written");
    std::fs::create_dir(folder.path().join("trainA")).expect("a folder");
    std::fs::write(folder.path().join("trainA/1.gif"), "x").expect("written");
    std::fs::write(folder.path().join("trainA/2"), "x").expect("written");
    let problem = read(folder.path(), MaskNeed::None).expect_err("no image");
    let expected = "2 files are not images by their names (without an ending, .gif)";
    assert!(problem.contains(expected), "{problem}");
    // JPEG under another name.
    let jpeg = RgbImage::from_pixel(32, 32, Rgb([9; 3]));
    for at in 0..2 {
        let path = folder.path().join(format!("trainA/{at}.jfif"));
        jpeg.save_with_format(path, image::ImageFormat::Jpeg)
            .expect("written");
    }
    let data = read(folder.path(), MaskNeed::None).expect("images");
    assert_eq!(data.a.train.len() + data.a.test.len(), 2);
    assert!(
        data.notices.join("\n").contains("(.heic)"),
        "{:?}",
        data.notices
    );
}

#[test]
fn masks_beside_sets_are_no_domains() {
    let folder = tempfile::tempdir().expect("a folder");
    let fill = |root: &str| {
        for set in ["train", "test"] {
            for at in 0..4 {
                image(folder.path(), &format!("{root}{set}/{at}.png"));
                mask(
                    folder.path(),
                    &format!("{root}{set}annot/{at}.png"),
                    |x, _| [(x / 16) as u8; 3],
                );
            }
        }
    };
    // The layout of SegNet's CamVid: one domain, and neither of its folders of masks is another.
    fill("");
    let problem = read(folder.path(), MaskNeed::None).expect_err("one domain");
    assert!(problem.contains("only one domain"), "{problem}");
    let two = tempfile::tempdir().expect("a folder");
    for side in ["day", "night"] {
        for set in ["train", "test"] {
            for at in 0..4 {
                image(two.path(), &format!("{side}/{set}/{at}.png"));
                mask(
                    two.path(),
                    &format!("{side}/{set}annot/{at}.png"),
                    |x, _| [(x / 16) as u8; 3],
                );
            }
        }
    }
    let data = read(two.path(), MaskNeed::InBoth).expect("images with masks");
    assert_eq!((data.a.train.len(), data.a.test.len()), (4, 4));
    assert_eq!((data.a.name.as_str(), data.a.masks()), ("day", 8));
}

#[test]
fn a_domain_that_is_named_as_annotations_is_said_to_be() {
    let folder = tempfile::tempdir().expect("a folder");
    for at in 0..3 {
        image(folder.path(), &format!("leftImg8bit/{at}.png"));
        image(folder.path(), &format!("gtFine/{at}_other.png"));
    }
    let data = read(folder.path(), MaskNeed::None).expect("images");
    let said = data.notices.join("\n");
    assert!(
        said.contains("gtFine is named as a folder of annotations"),
        "{said}"
    );
}
