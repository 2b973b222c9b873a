//! Images that belong together: two halves of one file, or two files by their names.

use std::fs;

use atelier::data::images::{Reason, Size, read_picture};
use atelier::data::{ImagesSource, Layout};
use image::{Rgb, RgbImage};

use super::{Folder, PAIRED, left_out, names, read, read_for};

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
