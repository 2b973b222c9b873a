//! Where the weights are that a person names. The name may be a link, as those in a cache of downloads are; but a run folder may be a stranger's,
//! and no link in it leads out of it.

use std::fs;
use std::path::{Component, Path, PathBuf};

use crate::record::files;

/// What marks a run folder.
const RUN: &str = "run.json";

/// The file or folder that a path leads to, or why it is not to be read.
pub(super) fn resolve(path: &Path) -> Result<PathBuf, String> {
    let found = fs::canonicalize(path).map_err(|error| {
        format!("it cannot be opened ({error}): name a folder or a file of weights")
    })?;
    if !files::is_file(&found) && !files::is_folder(&found) {
        return Err("it is a pipe or a device: name a folder or a file of weights".to_owned());
    }
    // By its name, as a link is what is to be found: `run/checkpoint` lies in `run` whatever it leads to.
    let named = without_dots(path);
    for folder in named.ancestors().skip(1) {
        if !folder.as_os_str().is_empty() && files::is_file(&folder.join(RUN)) {
            let run = fs::canonicalize(folder).map_err(|error| error.to_string())?;
            if !found.starts_with(&run) {
                return Err(format!(
                    "it is a link out of the run folder {}, which is not followed: name the weights themselves",
                    folder.display()
                ));
            }
        }
    }
    Ok(found)
}

/// The names of the links in a folder whose own names are wanted, in their order.
pub(super) fn links(folder: &Path, is_wanted: impl Fn(&Path) -> bool) -> Vec<String> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let links = entries.filter_map(|entry| {
        let entry = entry.ok()?;
        let is_link = entry.file_type().is_ok_and(|kind| kind.is_symlink());
        (is_link && is_wanted(&entry.path()))
            .then(|| entry.file_name().to_string_lossy().into_owned())
    });
    let mut links: Vec<String> = links.collect();
    links.sort_unstable();
    links
}

/// `a/b/../c` as `a/c`.
fn without_dots(path: &Path) -> PathBuf {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let mut plain = PathBuf::new();
    for part in path.components() {
        if part == Component::ParentDir {
            plain.pop();
        } else {
            plain.push(part);
        }
    }
    plain
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::symlink;

    use super::super::weights::{Weights, links_beside};
    use super::*;

    const RESNET: &str = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/fixtures/translation/resnet.safetensors"
    );

    fn problem(path: &Path) -> String {
        let opened = Weights::open(path);
        opened
            .err()
            .map_or_else(String::new, |error| error.to_string())
    }

    #[test]
    fn the_path_that_is_named_may_be_a_link() {
        let place = tempfile::tempdir().expect("a folder");
        let (file, folder) = (place.path().join("latest"), place.path().join("weights"));
        symlink(RESNET, &file).expect("a link");
        fs::create_dir(place.path().join("real")).expect("a folder");
        fs::copy(RESNET, place.path().join("real/g_a.safetensors")).expect("copied");
        symlink(place.path().join("real"), &folder).expect("a link");
        for path in [&file, &folder] {
            let weights = Weights::open(path).expect("weights");
            let read = fs::read(weights.folder().join("g_a.safetensors")).expect("weights");
            assert!(read == fs::read(RESNET).expect("weights"));
        }
    }

    #[test]
    fn no_link_in_a_run_folder_leads_out_of_it() {
        let place = tempfile::tempdir().expect("a folder");
        let run = place.path().join("run");
        fs::create_dir_all(run.join("checkpoint/best")).expect("a folder");
        fs::write(run.join(RUN), "{}").expect("a run");
        fs::copy(RESNET, place.path().join("g_a.safetensors")).expect("copied");
        symlink(RESNET, run.join("checkpoint/resnet.safetensors")).expect("a link");
        symlink(place.path(), run.join("weights")).expect("a link");
        for path in [
            "checkpoint/resnet.safetensors",
            "weights",
            "weights/g_a.safetensors",
        ] {
            let problem = problem(&run.join(path));
            assert!(
                problem.contains("link out of the run folder"),
                "{path}: {problem}"
            );
        }
        // Within it they may, and two dots are no link.
        fs::copy(RESNET, run.join("checkpoint/best/g_a.safetensors")).expect("copied");
        symlink("checkpoint/best", run.join("best")).expect("a link");
        assert_eq!(problem(&run.join("best")), "");
        assert_eq!(problem(&run.join("checkpoint/../../g_a.safetensors")), "");
        // Nor is the run folder a stranger's because it is reached through a link.
        symlink(&run, place.path().join("newest")).expect("a link");
        assert_eq!(problem(&place.path().join("newest/checkpoint/best")), "");
    }

    #[test]
    fn links_in_a_folder_of_weights_are_named_and_not_followed() {
        for name in ["g_b.safetensors", "latest_net_G_A.pth"] {
            let folder = tempfile::tempdir().expect("a folder");
            symlink(RESNET, folder.path().join(name)).expect("a link");
            let problem = problem(folder.path());
            assert!(
                problem.contains(&format!("{name} in it is a link")),
                "{problem}"
            );
        }
    }

    #[test]
    fn links_beside_weights_that_are_read_are_known() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = |name: &str| folder.path().join(name);
        fs::copy(RESNET, path("g_a.safetensors")).expect("copied");
        assert_eq!(links_beside(folder.path()), [""; 0]);
        for name in ["g_b.safetensors", "latest_net_G_A.pth", "notes.txt"] {
            symlink(RESNET, path(name)).expect("a link");
        }
        assert_eq!(problem(folder.path()), "");
        let expected = ["g_b.safetensors", "latest_net_G_A.pth"];
        assert_eq!(links_beside(folder.path()), expected);
        // A single file has nothing beside it that would be read.
        assert_eq!(links_beside(&path("g_a.safetensors")), [""; 0]);
    }

    #[test]
    fn what_is_no_file_and_no_folder_is_refused() {
        let place = tempfile::tempdir().expect("a folder");
        symlink("/dev/zero", place.path().join("zero")).expect("a link");
        assert!(problem(&place.path().join("zero")).contains("a device"));
        assert!(problem(&place.path().join("nothing")).contains("cannot be opened"));
    }
}
