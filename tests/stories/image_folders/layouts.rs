//! Which folders are the two domains, and which images are for testing.

use atelier::data::images::{ImageDomains, ImageNeeds, Size, load};
use atelier::data::{DataError, ImagesSource, Monitor};
use image::{Rgb, RgbImage};

use super::{Folder, left_out, names, read};

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
