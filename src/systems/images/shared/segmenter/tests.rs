use burn::tensor::Device;

use super::*;
use crate::data::images::{IGNORE, Size};
use crate::eval::images::Confusion;

const SIZE: Size = Size::new(24, 17);

/// A bright sky above a dark ground with a red box on it; the two lowest rows have no class.
fn image(at: u32) -> LabeledImage {
    let (width, height) = (SIZE.width, SIZE.height);
    let horizon = 5 + at % 4;
    let left = (at * 5) % (width - 8);
    let class = |x: u32, y: u32| {
        let in_box = (left..left + 6).contains(&x) && (horizon + 1..horizon + 6).contains(&y);
        u8::from(y >= horizon) + u8::from(in_box)
    };
    let pixels = || (0..height).flat_map(|y| (0..width).map(move |x| (x, y)));
    const COLORS: [[f32; 3]; 3] = [[0.5, 0.6, 0.9], [-0.6, -0.5, -0.6], [0.8, -0.8, -0.7]];
    let planes: Vec<f32> = (0..3)
        .flat_map(|channel| pixels().map(move |(x, y)| COLORS[usize::from(class(x, y))][channel]))
        .collect();
    let classes = pixels().map(|(x, y)| if y + 2 >= height { IGNORE } else { class(x, y) });
    LabeledImage::of_planes(&planes, classes.collect(), SIZE)
}

fn set() -> LabeledSet {
    let mut set = LabeledSet::new(SIZE, 3);
    (0..12).for_each(|at| set.push(image(at)));
    set
}

fn settings(steps: u64) -> SegmenterSettings {
    SegmenterSettings {
        filters: 4,
        batch_size: 2,
        steps,
        learning_rate: 0.01,
        seed: 5,
    }
}

fn training(steps: u64) -> SegmenterTraining {
    SegmenterTraining::new(set(), settings(steps), &Device::flex()).expect("images")
}

#[test]
fn it_finds_the_classes_of_images_it_never_saw() {
    let mut training = training(120);
    let first = training.step().expect("a step").expect("a loss");
    let mut last = first;
    while let Some(loss) = training.step().expect("a step") {
        last = loss;
    }
    // Uniform guesses among three classes lose ln 3.
    assert!(first > 0.8 && last < 0.3, "{first}, {last}");
    assert!(training.is_done() && training.progress() == (120, 120));
    let segmenter = training.segmenter();
    let mut confusion = Confusion::new(3);
    for at in 20..30 {
        let image = image(at);
        let found = segmenter.predict(&image.planes(), SIZE).expect("classes");
        confusion.add(image.classes(), &found);
    }
    let miou = confusion.mean_iou().expect("classes");
    assert!(miou > 0.8, "{miou}");
}

#[test]
fn a_saved_training_goes_on_bit_for_bit() {
    let mut whole = training(10);
    let mut half = training(10);
    for _ in 0..10 {
        whole.step().expect("a step");
    }
    for _ in 0..5 {
        half.step().expect("a step");
    }
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path().join("segmenter_b");
    half.state()
        .expect("a state")
        .save(&folder)
        .expect("written");
    let state = SegmenterState::load(&folder, &settings(10), 3).expect("read");
    assert!(!state.is_done(&settings(10)));
    let mut resumed = training(10);
    resumed.restore(&state).expect("the same training");
    for _ in 0..5 {
        resumed.step().expect("a step");
    }
    let bits = |training: &SegmenterTraining| {
        let state = training.state().expect("a state");
        let all = [state.weights, state.first, state.second].concat();
        all.into_iter().map(f32::to_bits).collect::<Vec<_>>()
    };
    assert_eq!(bits(&whole), bits(&resumed));
    // The network of a state is that of its training.
    let state = whole.state().expect("a state");
    let segmenter = state.segmenter(&settings(10), 3, &Device::flex());
    let planes = image(3).planes();
    assert_eq!(
        segmenter
            .expect("a network")
            .predict(&planes, SIZE)
            .expect("classes"),
        whole.segmenter().predict(&planes, SIZE).expect("classes")
    );
    assert!(SegmenterState::load(&folder, &settings(10), 4).is_err());
}

#[test]
fn pixels_without_a_class_teach_nothing() {
    let mut blank = LabeledSet::new(SIZE, 3);
    let planes = image(0).planes();
    blank.push(LabeledImage::of_planes(
        &planes,
        vec![IGNORE; SIZE.pixels() as usize],
        SIZE,
    ));
    let mut training =
        SegmenterTraining::new(blank, settings(2), &Device::flex()).expect("an image");
    let before = training.state().expect("a state");
    assert_eq!(training.step().expect("a step"), Some(0.0));
    assert_eq!(training.state().expect("a state").weights, before.weights);
    let nothing = LabeledSet::new(SIZE, 3);
    let error = SegmenterTraining::new(nothing, settings(1), &Device::flex()).expect_err("empty");
    assert!(error.to_string().contains("masks"), "{error}");
}

#[test]
fn features_have_a_row_for_each_image() {
    let segmenter = Segmenter::untrained(4, &Device::flex());
    let planes = [image(0).planes(), image(1).planes()].concat();
    let features = segmenter.features(&planes, SIZE).expect("features");
    assert_eq!(features.len(), 2 * segmenter.dimensions());
    let alone = segmenter
        .features(&image(1).planes(), SIZE)
        .expect("features");
    for (together, alone) in features[segmenter.dimensions()..].iter().zip(&alone) {
        assert!((together - alone).abs() < 1e-5, "{together}, {alone}");
    }
    assert!(alone.iter().any(|value| *value > 0.0));
}
