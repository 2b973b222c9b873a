use super::*;
use crate::data::{ImagesSource, Layout, MatrixSource, Missing, RatingsSource};

fn with_ratings() -> DataForm {
    let mut form = DataForm::default();
    form.set(DataKind::Ratings, "path", json!("u.data"));
    form
}

fn keys(form: &DataForm, kind: DataKind) -> Vec<String> {
    let problems = form.problems(kind).into_iter();
    problems.map(|(key, _)| key).collect()
}

#[test]
fn a_source_survives_the_form() {
    let newest = RatingsSource {
        path: "u.data".into(),
        newest_fraction: Some(0.2),
        ..RatingsSource::default()
    };
    let file = RatingsSource {
        path: "u1.base".into(),
        test: Some("u1.test".into()),
        items: Some("u.item".into()),
        ..RatingsSource::default()
    };
    let matrix = MatrixSource {
        path: "WebKB4.mat".into(),
        variable: Some("fea".to_owned()),
        row_labels: Some("classes.csv".into()),
        missing: Missing::RowMean,
        ..MatrixSource::default()
    };
    let both = ImagesSource {
        path: "street".into(),
        test_fraction: 0.25,
        layout: Some(Layout::TrainTest),
        ..ImagesSource::default()
    };
    let each = ImagesSource {
        path: "day".into(),
        path_b: Some("night".into()),
        masks_a: Some("day_masks".into()),
        masks_b: Some("night_masks".into()),
        classes: Some("classes.csv".into()),
        ..ImagesSource::default()
    };
    let sources: [Source; 5] = [
        newest.into(),
        file.into(),
        matrix.into(),
        both.into(),
        each.into(),
    ];
    let mut all = DataForm::default();
    for source in &sources {
        assert_eq!(DataForm::of(source, 7).source(source.kind()), *source);
        // What is set for one kind of data leaves the others alone.
        all.fill(source, 7);
        assert_eq!(all.source(source.kind()), *source);
    }
    assert_eq!(all.source(DataKind::Matrix), sources[2]);
    assert_eq!(all.source(DataKind::Ratings), sources[1]);
}

#[test]
fn a_matrix_is_the_ratings_until_a_file_of_its_own_is_chosen() {
    let mut form = with_ratings();
    assert_eq!(form.source(DataKind::Matrix).path(), Path::new("u.data"));
    assert!(keys(&form, DataKind::Matrix).is_empty());
    form.set(DataKind::Matrix, "path", json!("m.mtx"));
    assert_eq!(form.source(DataKind::Matrix).path(), Path::new("m.mtx"));
    assert_eq!(form.source(DataKind::Ratings).path(), Path::new("u.data"));
}

#[test]
fn a_run_to_complete_by_is_asked_for_and_left_out_elsewhere() {
    let mut form = with_ratings();
    let missing = |form: &DataForm| match form.source(DataKind::Matrix) {
        Source::Matrix(matrix) => (matrix.missing, matrix.completed_by),
        other => panic!("{other:?} is no matrix"),
    };
    form.set(DataKind::Matrix, "missing", json!("autorec"));
    assert_eq!(keys(&form, DataKind::Matrix), ["completed_by"]);
    assert!(keys(&form, DataKind::Ratings).is_empty());
    assert_eq!(missing(&form), (Missing::Zero, None));
    form.set(DataKind::Matrix, "completed_by", json!("run"));
    assert!(keys(&form, DataKind::Matrix).is_empty());
    assert_eq!(missing(&form), (Missing::Predicted, Some("run".into())));
    form.set(DataKind::Matrix, "missing", json!("zero"));
    assert_eq!(missing(&form), (Missing::Zero, None));
}

#[test]
fn another_way_to_hold_out_takes_the_place_of_the_first_which_is_kept_for_later() {
    let schema = FormSchema::of_source(DataKind::Ratings);
    let mut form = with_ratings();
    form.set(DataKind::Ratings, "test_fraction", json!(0.25));
    let shares = |form: &DataForm| match form.source(DataKind::Ratings) {
        Source::Ratings(ratings) => (ratings.test_fraction, ratings.leave_out),
        other => panic!("{other:?} is no ratings"),
    };
    assert_eq!(shares(&form), (Some(0.25), None));
    let choose = |form: &mut DataForm, key| {
        form.ratings.choose_of_set(schema, "Test ratings", key);
    };
    choose(&mut form, Some("leave_out"));
    assert_eq!(shares(&form), (None, Some(5)));
    choose(&mut form, Some("test"));
    assert_eq!(keys(&form, DataKind::Ratings), ["test"]);
    assert_eq!(
        shares(&form),
        (None, None),
        "until a file is chosen all are for training"
    );
    choose(&mut form, None);
    assert!(keys(&form, DataKind::Ratings).is_empty());
    choose(&mut form, Some("test_fraction"));
    assert_eq!(shares(&form), (Some(0.25), None));
}

#[test]
fn what_is_missing_or_wrong_is_named() {
    let mut form = DataForm::default();
    form.set(DataKind::Ratings, "test", json!(""));
    assert_eq!(keys(&form, DataKind::Ratings), ["path", "test"]);
    form.set(DataKind::Ratings, "path", json!("a"));
    form.set(DataKind::Ratings, "test", json!("a"));
    assert_eq!(
        keys(&form, DataKind::Ratings),
        ["test"],
        "training and test must be two files"
    );
    form.ratings.reset("test");
    for (share, wrong) in [(1.5, true), (1.0, true), (0.5, false), (0.0, false)] {
        form.set(DataKind::Ratings, "newest_fraction", json!(share));
        let expected: &[&str] = if wrong { &["newest_fraction"] } else { &[] };
        assert_eq!(keys(&form, DataKind::Ratings), expected, "{share}");
    }
    let same = json!({"path": "day", "path_b": "day"});
    let wide = json!({"path": "day", "layout": "side_by_side", "masks_b": "day"});
    for (values, key) in [(same, "path_b"), (wide, "masks_b")] {
        let values = values.as_object().unwrap().clone();
        form.replace(DataKind::Images, values);
        assert_eq!(keys(&form, DataKind::Images), [key]);
    }
}

fn folder(name: &str, lone: bool) -> Found {
    Found {
        path: PathBuf::from(name),
        images: true,
        lone,
        ..Found::default()
    }
}

#[test]
fn a_second_folder_of_one_domain_becomes_domain_b() {
    let mut form = DataForm::default();
    let folders = |form: &DataForm| match form.source(DataKind::Images) {
        Source::Images(images) => (images.path, images.path_b),
        other => panic!("{other:?} is no images"),
    };
    form.take_images(&folder("day", true)).unwrap();
    assert_eq!(form.without_b().as_deref(), Some("day"));
    assert_eq!(keys(&form, DataKind::Images), ["path_b"]);
    form.take_images(&folder("night", true)).unwrap();
    assert_eq!(form.without_b(), None);
    assert_eq!(folders(&form), ("day".into(), Some("night".into())));
    // A third begins anew, and a folder of both needs no other.
    form.take_images(&folder("horses", true)).unwrap();
    assert_eq!(folders(&form), ("horses".into(), None));
    form.take_images(&folder("street", false)).unwrap();
    assert_eq!(folders(&form), ("street".into(), None));
    assert!(keys(&form, DataKind::Images).is_empty());
}

#[test]
fn titles_that_were_found_are_named_in_place_of_a_request_to_choose_some() {
    let found = FoundData {
        titles: Some(Path::new("ml-100k/u.item")),
        ..FoundData::default()
    };
    let context = found.context(FormMode::Edit, false);
    assert_eq!(context.found, [("items", "u.item".to_owned())]);
}

#[test]
fn a_matrix_that_is_the_ratings_is_read_as_they_are() {
    let mut form = with_ratings();
    form.set(DataKind::Ratings, "delimiter", json!(";"));
    form.set(DataKind::Ratings, "columns", json!({"user": 2}));
    let table = |form: &DataForm| form.source(DataKind::Matrix).table().unwrap();
    assert_eq!(table(&form)["delimiter"], json!(";"));
    // The columns of ratings are not those of a matrix.
    assert!(!table(&form).contains_key("columns"));
    form.set(DataKind::Matrix, "path", json!("m.csv"));
    assert!(!table(&form).contains_key("delimiter"));
}

#[test]
fn how_a_file_is_read_is_set_reset_and_taken_back() {
    let mut form = with_ratings();
    form.set(DataKind::Ratings, "test_fraction", json!(0.2));
    form.set(DataKind::Ratings, "delimiter", json!(";"));
    form.set(DataKind::Ratings, "header", json!(true));
    let set = |form: &DataForm| -> Vec<String> {
        let set = form.set_to_read(DataKind::Ratings);
        set.keys().cloned().collect()
    };
    assert_eq!(set(&form), ["delimiter", "header"]);
    form.reset(DataKind::Ratings, &set(&form));
    assert!(set(&form).is_empty());
    assert!(form.undo(DataKind::Ratings));
    assert_eq!(set(&form), ["delimiter", "header"]);
    assert!(form.undo(DataKind::Ratings));
    assert_eq!(set(&form), ["delimiter"]);
    assert!(form.redo(DataKind::Ratings));
    assert_eq!(set(&form), ["delimiter", "header"]);
}
