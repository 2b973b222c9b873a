//! The form that says where the data comes from.

use std::cell::RefCell;
use std::path::{Path, PathBuf};

use eframe::egui::Ui;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::editors::{Edit, Field};
use super::form::{FormContext, FormMode, FormResponse};
use super::model::{ParameterForm, path_value};
use super::row::Row;
use super::schema::FormSchema;
use crate::data::images::{Domain, ImageDomains, Side};
use crate::data::{DataKind, Source};
use crate::draw::format;
use crate::record::schema::{ParameterKind, ParameterSpec};
use crate::systems::ConfigMap;
use crate::ui::state::Found;

/// Source and seed of the next run. Each kind of data keeps its own form, for when a system that learns from it is chosen again.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default)]
pub struct DataForm {
    /// The `[data]` table for systems that learn from ratings.
    ratings: ParameterForm,
    /// That for systems that learn from a matrix; the matrix is the ratings where no other file was chosen.
    matrix: ParameterForm,
    /// That for systems that learn from images. An empty folder B is one that is still to be chosen.
    images: ParameterForm,
    /// The seed of the split and of the run.
    pub seed: u64,
    /// The source that was last asked for, and the values that it stands for.
    #[serde(skip)]
    source: RefCell<Option<(ConfigMap, Source)>>,
}

impl Default for DataForm {
    fn default() -> Self {
        Self {
            ratings: ParameterForm::default(),
            matrix: ParameterForm::default(),
            images: ParameterForm::default(),
            seed: 1,
            source: RefCell::default(),
        }
    }
}

/// What is known of the data that the form stands for.
#[derive(Debug, Clone, Default)]
pub struct FoundData<'a> {
    /// The matrices in the file, if it can hold several.
    pub variables: Vec<String>,
    /// Folder and name of the finished runs that could complete a matrix.
    pub runs: Vec<(PathBuf, String)>,
    /// The images.
    pub images: Option<&'a ImageDomains>,
    /// The file that titles were read from.
    pub titles: Option<&'a Path>,
    /// Why the data cannot be read, as (key of the `[data]` table, problem).
    pub unreadable: Option<(&'a str, &'a str)>,
}

impl DataForm {
    /// The form of a source and a seed.
    #[must_use]
    pub fn of(source: &Source, seed: u64) -> Self {
        let mut form = Self::default();
        form.fill(source, seed);
        form
    }

    /// The form for a kind of data.
    #[must_use]
    pub fn form(&self, kind: DataKind) -> &ParameterForm {
        match kind {
            DataKind::Ratings => &self.ratings,
            DataKind::Matrix => &self.matrix,
            DataKind::Images => &self.images,
        }
    }

    fn form_mut(&mut self, kind: DataKind) -> &mut ParameterForm {
        match kind {
            DataKind::Ratings => &mut self.ratings,
            DataKind::Matrix => &mut self.matrix,
            DataKind::Images => &mut self.images,
        }
    }

    /// Takes over a source with absolute paths, and a seed. What is set for other kinds of data stays.
    pub fn fill(&mut self, source: &Source, seed: u64) {
        self.seed = seed;
        // A source with names that are not UTF-8 comes from no config file.
        let mut values = source.table().unwrap_or_default();
        values.retain(|_, value| value != "");
        self.replace(source.kind(), values);
    }

    /// The source that can be read: what is wrong or still to be chosen is left out.
    #[must_use]
    pub fn source(&self, kind: DataKind) -> Source {
        let schema = FormSchema::of_source(kind);
        let values = &self.form(kind).evaluation(schema).complete;
        let mut known = self.source.borrow_mut();
        match &*known {
            Some((own, source)) if own == values && source.kind() == kind => source.clone(),
            _ => known
                .insert((values.clone(), schema.source(kind, values)))
                .1
                .clone(),
        }
    }

    /// The file or folder for this kind of data, if one was chosen.
    #[must_use]
    pub fn path(&self, kind: DataKind) -> Option<PathBuf> {
        let source = self.source(kind);
        Some(source.path().to_owned()).filter(|path| !path.as_os_str().is_empty())
    }

    /// Sets one path; returns why it cannot be.
    ///
    /// # Errors
    /// If its name is not UTF-8.
    pub fn set_path(&mut self, kind: DataKind, key: &str, path: &Path) -> Result<(), String> {
        self.form_mut(kind).set_path(key, path)?;
        self.share_path();
        Ok(())
    }

    /// Sets one key, as a person would.
    pub fn set(&mut self, kind: DataKind, key: &str, value: Value) {
        self.form_mut(kind).set(key, value);
        self.share_path();
    }

    /// Takes a file of ratings. Settings that belonged to another file go; a test file that lies beside it is taken.
    ///
    /// # Errors
    /// If a name is not UTF-8.
    pub fn take_ratings(&mut self, found: &Found) -> Result<(), String> {
        let mut values = ConfigMap::new();
        values.insert("path".to_owned(), path_value(&found.path)?);
        let schema = FormSchema::of_source(DataKind::Ratings);
        let before = &self.ratings.values;
        let chosen = schema
            .specs
            .iter()
            .filter(|spec| spec.option.is_some() && spec.key != "test")
            .find_map(|spec| Some((spec.key.clone(), before.get(&spec.key)?.clone())));
        let (key, value) = match &found.test {
            Some(test) => ("test".to_owned(), path_value(test)?),
            None => chosen.unwrap_or_else(|| ("test_fraction".to_owned(), json!(0.1))),
        };
        values.insert(key, value);
        self.replace(DataKind::Ratings, values);
        Ok(())
    }

    /// Takes a matrix, or (unless `own`) what lies beside the ratings. Settings that belonged to another file go.
    ///
    /// # Errors
    /// If a name is not UTF-8.
    pub fn take_matrix(&mut self, found: &Found, own: bool) -> Result<(), String> {
        let mut values = ConfigMap::new();
        let files = [
            ("path", own.then_some(&found.path)),
            ("row_labels", found.row_labels.as_ref()),
            ("column_labels", found.column_labels.as_ref()),
        ];
        for (key, path) in files {
            if let Some(path) = path {
                values.insert(key.to_owned(), path_value(path)?);
            }
        }
        // A run that completes one matrix does not fit another.
        let missing = self.matrix.values.get("missing");
        if let Some(missing) = missing.filter(|missing| *missing != "autorec") {
            values.insert("missing".to_owned(), missing.clone());
        }
        self.replace(DataKind::Matrix, values);
        Ok(())
    }

    /// Takes folders of images: both domains, or one of which the other is here already or still to come. Settings that belonged to other
    /// folders go.
    ///
    /// # Errors
    /// If a name is not UTF-8.
    pub fn take_images(&mut self, found: &Found) -> Result<(), String> {
        let path = path_value(&found.path)?;
        let is_other = self
            .images
            .values
            .get("path")
            .is_some_and(|own| *own != path);
        if self.without_b().is_some() && found.lone && found.path_b.is_none() && is_other {
            self.images.set("path_b", path);
            return Ok(());
        }
        let mut values = ConfigMap::new();
        values.insert("path".to_owned(), path);
        if let Some(path) = &found.path_b {
            values.insert("path_b".to_owned(), path_value(path)?);
        } else if found.lone {
            values.insert("path_b".to_owned(), Value::from(""));
        }
        if let Some(share) = self.images.values.get("test_fraction") {
            values.insert("test_fraction".to_owned(), share.clone());
        }
        self.replace(DataKind::Images, values);
        Ok(())
    }

    /// The name of the folder of images of domain A, while that of domain B is still to be chosen.
    #[must_use]
    pub fn without_b(&self) -> Option<String> {
        let wanted = self.images.values.get("path_b")? == "";
        let path = Path::new(self.images.values.get("path")?.as_str()?);
        let name = path.file_name().unwrap_or(path.as_os_str());
        wanted.then(|| name.to_string_lossy().into_owned())
    }

    /// What is missing or wrong, as (key of the `[data]` table, problem).
    #[must_use]
    pub fn problems(&self, kind: DataKind) -> Vec<(String, String)> {
        self.form(kind).problems(FormSchema::of_source(kind))
    }

    /// As [`ParameterForm::jump_to_problem`].
    pub fn jump_to_problem(&mut self, kind: DataKind) -> bool {
        self.form_mut(kind)
            .jump_to_problem(FormSchema::of_source(kind))
    }

    /// Shows the form as wide as `ui`.
    pub fn ui(
        &mut self,
        ui: &mut Ui,
        kind: DataKind,
        mode: FormMode,
        found: &FoundData<'_>,
    ) -> FormResponse {
        let has_b = self.images.values.contains_key("path_b");
        let context = found.context(mode, has_b);
        let response = self
            .form_mut(kind)
            .show(ui, FormSchema::of_source(kind), &context);
        self.share_path();
        self.seed_ui(ui, mode);
        response
    }

    fn seed_ui(&mut self, ui: &mut Ui, mode: FormMode) {
        let spec = ParameterSpec {
            key: "seed".to_owned(),
            label: "Seed".to_owned(),
            kind: ParameterKind::Integer {
                min: 0,
                max: i64::MAX,
            },
            ..ParameterSpec::default()
        };
        let help = "Determines the test set, the initial weights and every shuffle: the same seed gives the same run";
        let row = Row {
            label: &spec.label,
            symbol: None,
            live: false,
            roomy: false,
            reset_to: None,
            problem: None,
            locked: (mode != FormMode::Edit)
                .then_some("The seed of a run cannot change; duplicate its settings"),
        };
        let value = Value::from(self.seed);
        let tooltip = |ui: &mut Ui| {
            ui.label(help);
        };
        let edit = ui.push_id("seed", |ui| {
            row.show(ui, tooltip, |ui, label, width| {
                let field = Field {
                    spec: &spec,
                    value: &value,
                    unfinished: None,
                    label,
                    width,
                    focus: false,
                    found: None,
                    offered: &[],
                };
                field.ui(ui)
            })
        });
        if let Some(Edit::Commit(value) | Edit::Draft(value)) = edit.inner.inner {
            self.seed = value.as_u64().unwrap_or(self.seed);
        }
    }

    fn replace(&mut self, kind: DataKind, values: ConfigMap) {
        self.form_mut(kind).replace(values);
        self.share_path();
    }

    /// A matrix is the ratings where no other file was chosen.
    fn share_path(&mut self) {
        let path = self.ratings.values.get_key_value("path");
        let path = path.map(|(key, path)| (key.clone(), path.clone()));
        self.matrix.inherited = path.into_iter().collect();
    }
}

impl FoundData<'_> {
    fn context(&self, mode: FormMode, has_b: bool) -> FormContext<'_> {
        let names = self.variables.iter();
        let names = names.map(|name| (Value::from(name.as_str()), name.clone()));
        let runs = self.runs.iter();
        let runs = runs.filter_map(|(path, name)| Some((path_value(path).ok()?, name.clone())));
        let mut found: Vec<(&str, String)> = Vec::new();
        if let Some(name) = self.titles.and_then(Path::file_name) {
            found.push(("items", name.to_string_lossy().into_owned()));
        }
        let mut note = None;
        if let Some(images) = self.images {
            let count = |count: usize| match count {
                0 => "None".to_owned(),
                count => format!("{} found", format::count(count as u64)),
            };
            found.push(("masks_a", count(images.domain(Side::A).masks())));
            found.push(("masks_b", count(images.domain(Side::B).masks())));
            found.push((
                "classes",
                count(images.classes.as_ref().map_or(0, |table| table.len())),
            ));
            let key = if has_b { "path_b" } else { "path" };
            let help = "Images to train + images to test of each domain";
            note = Some((key, counts(images), help));
        }
        FormContext {
            mode,
            offered: vec![
                ("variable", names.collect()),
                ("completed_by", runs.collect()),
            ],
            found,
            note,
            problem: self.unreadable,
        }
    }
}

/// The images that were found, in one line.
fn counts(images: &ImageDomains) -> String {
    let count = |domain: &Domain| {
        let (train, test) = (domain.train.len(), domain.test.len());
        format!(
            "{} + {}",
            format::count(train as u64),
            format::count(test as u64)
        )
    };
    let mut text = format!("A {}, B {}", count(&images.a), count(&images.b));
    if !images.left_out.is_empty() {
        let left_out = format::count(images.left_out.len() as u64);
        text += &format!(", {left_out} left out");
    }
    text
}

#[cfg(test)]
mod tests {
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
}
