//! What reaches a network: resized, cropped and flipped, masks like their images.

use std::fs;

use atelier::data::images::{Augment, Draw, Resize, Size, image_from_bytes, read_picture};
use image::{Rgb, RgbImage};
use proptest::prelude::*;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use super::{Folder, fixture, picture, read};

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
