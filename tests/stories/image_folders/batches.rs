//! Batches and thumbnails, read by threads of their own.

use std::fs;
use std::sync::Arc;
use std::time::{Duration, Instant};

use atelier::data::images::{
    Augment, Batch, ImageDomains, Loader, LoaderSettings, PictureId, Reason, Resize, Side, Size,
    SmallState, Thumbnails,
};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use super::{Folder, PAIRED, picture, read, read_for};

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
