//! Masks of classes: what their values mean, and which are wrong.

use std::fs;

use atelier::data::ImagesSource;
use atelier::data::images::{IGNORE, ImageNeeds, MaskNeed, Reason, Size, read_picture};
use image::{Rgb, RgbImage};

use super::{Folder, SMALL, fixture, names, picture, read, read_for};

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

/// A domain A of one image with a mask, and a domain B; `table` is classes.csv.
pub(super) fn masked(table: &str, put: impl Fn(&Folder)) -> (Folder, ImagesSource) {
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
