//! The `[data]` table of a config file, typed by the kind of data.
//!
//! Each kind is a struct with a JSON schema, as the config of a system is: a doc comment is the help of its field, `range` its bounds. The
//! reader of config files, `--set data.key=value` and the window's form all go by that schema.

mod images;
mod matrix;
mod moved;
mod ratings;
mod text;

use std::path::Path;
use std::sync::LazyLock;

use serde::Serialize;
use serde_json::{Map, Value};

pub use images::{ImagesSource, Layout};
pub use matrix::{MatrixSource, Missing};
pub use ratings::{Holdout, RatingsSource};
pub use text::{
    ColumnName, DateOrder, Escape, MatrixColumns, Orientation, RatingColumns, TextSource,
};

use super::{DataError, DataKind};
use crate::record::schema::{ConfigError, ParameterSpec, schema_of, specs_of, unknown_key};

/// The `[data]` table of a config file. Paths in a file are relative to it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Source {
    /// User-item ratings.
    Ratings(RatingsSource),
    /// A labeled matrix.
    Matrix(MatrixSource),
    /// Images of two domains.
    Images(ImagesSource),
}

impl From<RatingsSource> for Source {
    fn from(source: RatingsSource) -> Self {
        Self::Ratings(source)
    }
}

impl From<MatrixSource> for Source {
    fn from(source: MatrixSource) -> Self {
        Self::Matrix(source)
    }
}

impl From<ImagesSource> for Source {
    fn from(source: ImagesSource) -> Self {
        Self::Images(source)
    }
}

static KEYS: LazyLock<[Vec<ParameterSpec>; 3]> =
    LazyLock::new(|| DataKind::ALL.map(|kind| specs_of(&Source::schema(kind))));

impl Source {
    /// A table of this kind with no file chosen.
    #[must_use]
    pub fn empty(kind: DataKind) -> Self {
        match kind {
            DataKind::Ratings => RatingsSource::default().into(),
            DataKind::Matrix => MatrixSource::default().into(),
            DataKind::Images => ImagesSource::default().into(),
        }
    }

    /// The JSON schema of a table of this kind.
    #[must_use]
    pub fn schema(kind: DataKind) -> Value {
        match kind {
            DataKind::Ratings => schema_of::<RatingsSource>(),
            DataKind::Matrix => schema_of::<MatrixSource>(),
            DataKind::Images => schema_of::<ImagesSource>(),
        }
    }

    /// The keys of a table of this kind, in the order of the struct.
    #[must_use]
    pub fn keys(kind: DataKind) -> &'static [ParameterSpec] {
        &KEYS[kind as usize]
    }

    /// The kind of data.
    #[must_use]
    pub fn kind(&self) -> DataKind {
        match self {
            Self::Ratings(_) => DataKind::Ratings,
            Self::Matrix(_) => DataKind::Matrix,
            Self::Images(_) => DataKind::Images,
        }
    }

    /// The file or folder to read; empty if none was chosen.
    #[must_use]
    pub fn path(&self) -> &Path {
        match self {
            Self::Ratings(source) => &source.path,
            Self::Matrix(source) => &source.path,
            Self::Images(source) => &source.path,
        }
    }

    /// The ratings, if it is ratings.
    #[must_use]
    pub fn ratings(&self) -> Option<&RatingsSource> {
        match self {
            Self::Ratings(source) => Some(source),
            Self::Matrix(_) | Self::Images(_) => None,
        }
    }

    /// The matrix, if it is one.
    #[must_use]
    pub fn matrix(&self) -> Option<&MatrixSource> {
        match self {
            Self::Matrix(source) => Some(source),
            Self::Ratings(_) | Self::Images(_) => None,
        }
    }

    /// The images, if it is images.
    #[must_use]
    pub fn images(&self) -> Option<&ImagesSource> {
        match self {
            Self::Images(source) => Some(source),
            Self::Ratings(_) | Self::Matrix(_) => None,
        }
    }

    /// A table of this kind with these keys; the others stand at their defaults.
    ///
    /// # Errors
    /// If a key is unknown or belongs to another kind of data, or its value is wrong.
    pub fn read(kind: DataKind, table: &Map<String, Value>) -> Result<Self, ConfigError> {
        let checked: Map<String, Value> = table
            .iter()
            .map(|(key, value)| Ok((key.clone(), checked(kind, key, value)?)))
            .collect::<Result<_, ConfigError>>()?;
        let table = Value::Object(checked);
        match kind {
            DataKind::Ratings => serde_json::from_value(table).map(Self::Ratings),
            DataKind::Matrix => serde_json::from_value(table).map(Self::Matrix),
            DataKind::Images => serde_json::from_value(table).map(Self::Images),
        }
        .map_err(|error| ConfigError::new("data", error.to_string()))
    }

    /// Its keys that have a value.
    ///
    /// # Errors
    /// If the name of a file or folder is not UTF-8, which a config file cannot hold.
    pub fn table(&self) -> Result<Map<String, Value>, ConfigError> {
        let Ok(Value::Object(mut table)) = serde_json::to_value(self) else {
            return Err(ConfigError::new(
                "data.path",
                format!(
                    "the name of {} or of a file that goes with it is not UTF-8, so a config file cannot hold it: rename it",
                    self.path().display()
                ),
            ));
        };
        table.retain(|_, value| !value.is_null());
        for value in table.values_mut() {
            shorten(value);
        }
        Ok(table)
    }

    /// Sets one key.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub fn set(&mut self, key: &str, value: &Value) -> Result<(), ConfigError> {
        let value = checked(self.kind(), key, value)?;
        let mut table = self.table()?;
        table.insert(key.to_owned(), value);
        *self = Self::read(self.kind(), &table)?;
        Ok(())
    }

    /// Sets one key from a text, as `--set` gives it.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub fn set_text(&mut self, key: &str, text: &str) -> Result<(), ConfigError> {
        let value = spec(self.kind(), key)?.parse(text).map_err(in_data)?;
        self.set(key, &value)
    }

    /// The same with absolute paths: relative ones start at `base`.
    ///
    /// # Errors
    /// If a path is not UTF-8, or the current folder, where a relative `base` starts, is gone.
    pub fn absolute(&self, base: &Path) -> Result<Self, ConfigError> {
        let mut table = self.table()?;
        for spec in Self::keys(self.kind()) {
            spec.make_absolute(&mut table, base).map_err(in_data)?;
        }
        Self::read(self.kind(), &table)
    }

    /// Checks the keys against each other.
    ///
    /// # Errors
    /// With the key to change.
    pub fn check(&self) -> Result<(), DataError> {
        match self {
            Self::Ratings(source) => source.holdout().map(|_| ()),
            Self::Matrix(source) => source.check(),
            Self::Images(source) => source.check(),
        }
    }
}

/// The key of a table of this kind.
fn spec(kind: DataKind, key: &str) -> Result<&'static ParameterSpec, ConfigError> {
    let find = |kind| Source::keys(kind).iter().find(|spec| spec.key == key);
    if let Some(spec) = find(kind) {
        return Ok(spec);
    }
    let others: Vec<&str> = DataKind::ALL
        .into_iter()
        .filter(|kind| find(*kind).is_some())
        .map(DataKind::noun)
        .collect();
    let problem = if others.is_empty() {
        let known = Source::keys(kind).iter().map(|spec| spec.key.as_str());
        unknown_key(key, known)
    } else {
        format!(
            "is only for systems that learn from {}, and this one learns from {}: remove it",
            others.join(" or "),
            kind.noun()
        )
    };
    Err(in_data(ConfigError {
        key: key.to_owned(),
        problem,
    }))
}

/// A value in its normal form.
fn checked(kind: DataKind, key: &str, value: &Value) -> Result<Value, ConfigError> {
    let numbers = match kind {
        DataKind::Images => images::as_text(key, value),
        DataKind::Ratings | DataKind::Matrix => None,
    };
    let value = numbers.as_ref().unwrap_or(value);
    spec(kind, key)?.check(value).map_err(in_data)
}

/// The key as a person writes it.
fn in_data(error: ConfigError) -> ConfigError {
    ConfigError {
        key: format!("data.{}", error.key),
        ..error
    }
}

/// A number of single precision as the shortest decimal that means it.
fn shorten(value: &mut Value) {
    if let Some(wide) = value.as_f64().filter(|_| value.is_f64())
        && f64::from(wide as f32).to_bits() == wide.to_bits()
        && let Ok(short) = (wide as f32).to_string().parse::<f64>()
    {
        *value = Value::from(short);
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use serde_json::json;

    use super::*;

    fn read(kind: DataKind, table: &Value) -> Result<Source, String> {
        Source::read(kind, table.as_object().unwrap()).map_err(|error| error.to_string())
    }

    #[test]
    fn keys_of_another_kind_are_refused_by_name() {
        use DataKind::{Images, Matrix, Ratings};
        for (kind, key, expected) in [
            (
                Ratings,
                "path_b",
                "data.path_b: is only for systems that learn from images, and this one learns from ratings",
            ),
            (
                Matrix,
                "masks_b",
                "data.masks_b: is only for systems that learn from images",
            ),
            (
                Matrix,
                "test_fraction",
                "data.test_fraction: is only for systems that learn from ratings or images",
            ),
            (Images, "test", "data.test: is only"),
            (Images, "leave_out", "data.leave_out: is only"),
            (Images, "missing", "data.missing: is only"),
            (
                Images,
                "pth_b",
                "data.pth_b: unknown key; did you mean `path_b`?",
            ),
        ] {
            let message = read(kind, &json!({"path": "p", key: "x"})).unwrap_err();
            assert!(message.starts_with(expected), "{message}");
        }
    }

    #[test]
    fn values_out_of_range_are_refused_by_name() {
        for (key, value) in [
            ("test_fraction", json!(90.0)),
            ("newest_fraction", json!(-0.5)),
            ("leave_out", json!(1.5)),
            ("path", json!(5)),
        ] {
            let message = read(DataKind::Ratings, &json!({key: value})).unwrap_err();
            assert!(
                message.starts_with(&format!("data.{key}: must be")),
                "{message}"
            );
        }
    }

    #[test]
    fn every_key_has_help_and_every_path_is_made_absolute() {
        for kind in DataKind::ALL {
            let mut table = Map::new();
            for spec in Source::keys(kind) {
                assert!(spec.help.len() > 15, "{}: {}", spec.key, spec.help);
                assert_eq!(
                    spec.check(&spec.default).as_ref(),
                    Ok(&spec.default),
                    "{}",
                    spec.key
                );
                if spec.is_path() {
                    table.insert(spec.key.clone(), json!("here"));
                }
            }
            assert!(table.contains_key("path"));
            let source = Source::read(kind, &table).unwrap();
            let absolute = source
                .absolute(Path::new("/data"))
                .unwrap()
                .table()
                .unwrap();
            for key in table.keys() {
                assert_eq!(absolute[key], json!("/data/here"), "{key}");
            }
        }
    }

    #[test]
    fn a_table_is_written_and_read_back() {
        let table = "path = \"day\"\npath_b = \"night\"\nlayout = \"folders\"\ntest_fraction = 0.25\n\
                     masks_a = \"m\"\nmasks_b = \"n\"\nclasses = \"classes.csv\"\n";
        let source: ImagesSource = toml::from_str(table).unwrap();
        assert_eq!(toml::to_string(&Source::from(source)).unwrap(), table);
        let source = RatingsSource {
            path: "r.csv".into(),
            test_fraction: Some(0.1),
            ..RatingsSource::default()
        };
        let text = toml::to_string(&Source::from(source.clone())).unwrap();
        assert_eq!(text, "path = \"r.csv\"\ntest_fraction = 0.1\n");
        let table = Source::from(source.clone()).table().unwrap();
        assert_eq!(table["test_fraction"], json!(0.1));
        assert_eq!(Source::read(DataKind::Ratings, &table), Ok(source.into()));
    }

    #[test]
    fn keys_of_text_are_written_and_read_back() {
        let table = "path = \"r.csv\"\norientation = \"users_are_columns\"\ndelimiter = \"tab\"\nmissing_words = [\"99\", \"-\"]\n\
                     skip_lines = 2\nheader = false\n\n[columns]\nuser = 2\nitem = \"asin\"\n";
        let read: toml::Table = toml::from_str(table).unwrap();
        let Ok(Value::Object(read)) = serde_json::to_value(read) else {
            unreachable!("a table")
        };
        let source = Source::read(DataKind::Ratings, &read).unwrap();
        let again = Value::Object(source.table().unwrap());
        assert_eq!(again, Value::Object(read));
        let written = toml::to_string(&source).unwrap();
        assert_eq!(
            toml::from_str::<toml::Table>(&written).unwrap(),
            toml::from_str(table).unwrap()
        );
        let mut source = Source::empty(DataKind::Matrix);
        source.set_text("columns", "row=1, value=n").unwrap();
        let columns = source.matrix().unwrap().columns.clone().unwrap();
        assert_eq!(columns.row, Some(ColumnName::Number(1)));
        assert_eq!(columns.value, Some(ColumnName::Name("n".to_owned())));
        let message = source
            .set_text("columns", "user=1")
            .unwrap_err()
            .to_string();
        assert!(
            message.starts_with("data.columns: unknown key"),
            "{message}"
        );
    }

    #[cfg(unix)]
    #[test]
    fn a_name_that_no_config_file_can_hold_is_refused() {
        use std::os::unix::ffi::OsStringExt as _;
        let name = std::ffi::OsString::from_vec(b"\xff.csv".to_vec());
        let source = Source::from(MatrixSource {
            path: PathBuf::from(name),
            ..MatrixSource::default()
        });
        let message = source.absolute(Path::new("/")).unwrap_err().to_string();
        assert!(message.contains("not UTF-8"), "{message}");
    }
}
