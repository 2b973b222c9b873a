//! The form that says where the data comes from.

mod found;
mod seed;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use eframe::egui::Ui;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::form::{FormMode, FormResponse};
use super::model::{ParameterForm, path_value};
use super::schema::FormSchema;
use super::tried::Tried;
use crate::data::{DataKind, Source};
use crate::record::schema::ParameterSpec;
use crate::systems::ConfigMap;
use crate::ui::state::Found;
pub use found::FoundData;

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
    /// The keys that said nothing about the images that were read last.
    #[serde(skip)]
    set_aside: Vec<&'static str>,
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
            set_aside: Vec::new(),
            source: RefCell::default(),
        }
    }
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

    /// The source that can be read: what is still to be chosen is left out, and while a value is wrong it is the last source of this file
    /// that was right.
    #[must_use]
    pub fn source(&self, kind: DataKind) -> Source {
        let schema = FormSchema::of_source(kind);
        let evaluation = self.form(kind).evaluation(schema);
        let values = &evaluation.complete;
        let mut known = self.source.borrow_mut();
        let last = known.as_ref().filter(|(_, source)| source.kind() == kind);
        if let Some((own, source)) = last {
            let is_same_file = || values.get("path") == own.get("path");
            if own == values || (evaluation.is_wrong() && is_same_file()) {
                return source.clone();
            }
        }
        let source = schema.source(kind, values);
        *known = Some((values.clone(), source.clone()));
        source
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

    /// Leaves some keys to be found out again, as one step of undo.
    pub fn reset(&mut self, kind: DataKind, keys: &[String]) {
        self.form_mut(kind).reset_keys(keys);
        self.share_path();
    }

    /// Takes the last edit back. Whether there was one.
    pub fn undo(&mut self, kind: DataKind) -> bool {
        let undone = self.form_mut(kind).undo();
        self.share_path();
        undone
    }

    /// Makes the edit again that was taken back last. Whether there was one.
    pub fn redo(&mut self, kind: DataKind) -> bool {
        let redone = self.form_mut(kind).redo();
        self.share_path();
        redone
    }

    /// The keys that were set and that say how the file is read, with their values.
    #[must_use]
    pub fn set_to_read(&self, kind: DataKind) -> ConfigMap {
        let schema = FormSchema::of_source(kind);
        let mut values = self.form(kind).values.clone();
        values.retain(|key, value| !value.is_null() && schema.is_reading(key));
        values
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
        // A file of test ratings does not go with another file.
        self.ratings.set_aside.remove("test");
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

    /// Missing and wrong values, as (key of the `[data]` table, problem).
    #[must_use]
    pub fn problems(&self, kind: DataKind) -> Vec<(String, String)> {
        let mut problems = self.form(kind).problems(FormSchema::of_source(kind));
        let seeds = self.seeds(kind).err();
        problems.extend(seeds.map(|problem| (seed::KEY.to_owned(), problem)));
        problems
    }

    /// As [`ParameterForm::jump_to_problem`].
    pub fn jump_to_problem(&mut self, kind: DataKind) -> bool {
        let form = self.form_mut(kind);
        if form.jump_to_problem(FormSchema::of_source(kind)) {
            return true;
        }
        let wrong = self.seeds(kind).is_err();
        if wrong {
            self.form_mut(kind).try_next = Some(seed::KEY.to_owned());
        }
        wrong
    }

    /// The values that a sweep tries for keys of the `[data]` table.
    pub(in crate::ui) fn tried(
        &self,
        kind: DataKind,
    ) -> impl Iterator<Item = (&'static ParameterSpec, &Tried)> {
        let specs = FormSchema::of_source(kind).specs.iter();
        let tried = &self.form(kind).tried;
        specs.filter_map(|spec| Some((spec, tried.get(&spec.key)?)))
    }

    /// Begins to try several values of a key, or of the seed.
    pub fn begin_to_try(&mut self, kind: DataKind, key: &str) {
        if key == seed::KEY {
            self.try_seeds(kind, seed::USUAL);
        } else {
            self.form_mut(kind)
                .begin_to_try(FormSchema::of_source(kind), key);
        }
    }

    /// Takes over what a sweep tries: keys of the `[data]` table, and seeds.
    pub fn fill_tried(&mut self, kind: DataKind, tried: BTreeMap<String, Tried>, seeds: &[u64]) {
        let form = self.form_mut(kind);
        form.replace_all(form.values.clone(), tried);
        if seeds.len() > 1 {
            self.set_seeds(kind, seeds);
        }
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
        let mut context = found.context(mode, has_b);
        if found.images.is_some() || found.unreadable.is_some() {
            self.set_aside.clone_from(&context.set_aside);
        } else if kind == DataKind::Images {
            // While other images are read the rows stay where they are.
            context.set_aside.clone_from(&self.set_aside);
        }
        let schema = FormSchema::of_source(kind);
        let response = ui.scope(|ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            let response = self.form_mut(kind).show(ui, schema, &context);
            self.seed_ui(ui, kind, context.mode, context.draws);
            response
        });
        self.share_path();
        response.inner
    }

    fn replace(&mut self, kind: DataKind, values: ConfigMap) {
        self.form_mut(kind).replace(values);
        self.share_path();
    }

    /// A matrix is the ratings where no other file was chosen, and is read as they are.
    fn share_path(&mut self) {
        let matrix = FormSchema::of_source(DataKind::Matrix);
        let has_own_file = self.matrix.values.contains_key("path");
        let is_shared = |(key, value): &(&String, &Value)| {
            let fits = || {
                let mut reading = matrix.reading();
                reading.any(|spec| spec.key == **key && spec.check(value).is_ok())
            };
            *key == "path" || (!has_own_file && fits())
        };
        let shared = self.ratings.values.iter().filter(is_shared);
        let shared = shared.map(|(key, value)| (key.clone(), value.clone()));
        self.matrix.inherited = shared.collect();
    }
}

#[cfg(test)]
mod tests;
