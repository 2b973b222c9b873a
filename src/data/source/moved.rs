//! Data that was moved.

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::Source;
use crate::record::schema::ConfigError;

impl Source {
    /// The same with the data at another place, all paths being absolute: `new` is the file or folder that `path` is to name, or a folder that
    /// holds the file under its old name. What else is named (test ratings, titles, masks) stays where it is, or is looked for as near to the new
    /// place as it was to the old one.
    ///
    /// # Errors
    /// If a path is not UTF-8, which a config file cannot hold.
    pub fn moved(&self, new: &Path) -> Result<Self, ConfigError> {
        let old = self.path();
        let new = match (new.is_dir(), old.file_name()) {
            (true, Some(name)) if self.images().is_none() => new.join(name),
            _ => new.to_owned(),
        };
        let beside = |other: &Path| -> Option<PathBuf> {
            let within = other.strip_prefix(old).ok().map(|rest| new.join(rest));
            let near = || {
                let rest = other.strip_prefix(old.parent()?).ok()?;
                Some(new.parent()?.join(rest))
            };
            // A file that is named by itself has no rest.
            within
                .filter(|_| other != old)
                .or_else(near)
                .filter(|found| found.exists())
        };
        let mut table = self.table()?;
        for spec in Self::keys(self.kind()).iter().filter(|spec| spec.is_path()) {
            let Some(Value::String(path)) = table.get_mut(&spec.key) else {
                continue;
            };
            let found = match spec.key == "path" {
                true => Some(new.clone()),
                false if path.is_empty() || Path::new(path).exists() => None,
                false => beside(Path::new(path)),
            };
            if let Some(found) = found {
                *path = found.into_os_string().into_string().map_err(|name| {
                    ConfigError::new(
                        &format!("data.{}", spec.key),
                        format!(
                            "the name of {} is not UTF-8, so a config file cannot hold it: rename the file or its folder",
                            Path::new(&name).display()
                        ),
                    )
                })?;
            }
        }
        Self::read(self.kind(), &table)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::data::{ImagesSource, RatingsSource};

    #[test]
    fn a_file_is_found_by_itself_or_in_a_folder_with_what_goes_with_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let new = folder.path().join("new");
        fs::create_dir(&new).expect("made");
        for name in ["u1.base", "u1.test", "titles.csv"] {
            fs::write(new.join(name), "x").expect("written");
        }
        let kept = folder.path().join("kept.csv");
        fs::write(&kept, "x").expect("written");
        let old = folder.path().join("old");
        let source = |items: &Path| {
            Source::from(RatingsSource {
                path: old.join("u1.base"),
                test: Some(old.join("u1.test")),
                items: Some(items.to_owned()),
                ..RatingsSource::default()
            })
        };
        for given in [new.clone(), new.join("u1.base")] {
            let moved = source(&kept).moved(&given).expect("moved");
            let ratings = moved.ratings().expect("ratings");
            assert_eq!(ratings.path, new.join("u1.base"));
            assert_eq!(ratings.test.as_deref(), Some(&*new.join("u1.test")));
            assert_eq!(ratings.items.as_deref(), Some(&*kept), "still there");
        }
        // What is nowhere keeps its name, so that the message about it says what was meant.
        let gone = old.join("gone.csv");
        let moved = source(&gone).moved(&new).expect("moved");
        assert_eq!(moved.ratings().expect("ratings").items, Some(gone));
    }

    #[test]
    fn folders_of_images_move_with_those_inside_and_beside_them() {
        let folder = tempfile::tempdir().expect("a folder");
        let new = folder.path().join("new/day");
        fs::create_dir_all(new.join("masks")).expect("made");
        fs::create_dir(folder.path().join("new/night")).expect("made");
        let old = folder.path().join("old");
        let source = Source::from(ImagesSource {
            path: old.join("day"),
            path_b: Some(old.join("night")),
            masks_a: Some(old.join("day/masks")),
            ..ImagesSource::default()
        });
        let moved = source.moved(&new).expect("moved");
        let images = moved.images().expect("images");
        assert_eq!(images.path, new);
        assert_eq!(images.path_b, Some(folder.path().join("new/night")));
        assert_eq!(images.masks_a, Some(new.join("masks")));
    }
}
