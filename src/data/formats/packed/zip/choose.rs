//! Which file of an archive is the data.

use std::path::Path;

use super::Member;
use crate::data::DataError;

/// What an archive is.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Content<'a> {
    /// Something for itself, which another format reads: arrays of NumPy, a spreadsheet.
    Whole,
    /// Files, those that could be data first.
    Files(Vec<&'a Member>),
}

/// Looks at what an archive holds.
pub(crate) fn content(members: &[Member]) -> Content<'_> {
    let files: Vec<&Member> = members
        .iter()
        .filter(|member| !member.name.ends_with('/') && !is_left_behind(&member.name))
        .collect();
    let has = |name: &str| files.iter().any(|member| member.name == name);
    let is_spreadsheet = has("[Content_Types].xml") || has("mimetype") && has("content.xml");
    let all_arrays = files.iter().all(|member| member.name.ends_with(".npy"));
    if is_spreadsheet || all_arrays && !files.is_empty() {
        return Content::Whole;
    }
    let data: Vec<&Member> = files
        .iter()
        .copied()
        .filter(|member| !is_beside_data(&member.name))
        .collect();
    Content::Files(if data.is_empty() { files } else { data })
}

/// The file called `wanted`, or else the only one.
pub(crate) fn choose<'a>(
    path: &Path,
    files: &[&'a Member],
    wanted: Option<&str>,
    remedy: &str,
) -> Result<&'a Member, DataError> {
    let list = || {
        let names: Vec<&str> = files.iter().take(20).map(|file| &*file.name).collect();
        let more = if files.len() > 20 { ", …" } else { "" };
        format!("{}{more}", names.join(", "))
    };
    match (wanted, files) {
        (_, []) => Err(DataError::content(
            path,
            "is an archive without a file in it",
            "Give a file with one rating per line, or with a matrix",
        )),
        (None, [only]) => Ok(only),
        (None, _) => Err(DataError::content(
            path,
            format!("is an archive of {} files: {}", files.len(), list()),
            remedy,
        )),
        (Some(wanted), _) => named(files, wanted).ok_or_else(|| DataError::Config {
            key: "member",
            problem: format!(
                "{wanted:?} is not in {}: set it to one of {}",
                path.display(),
                list()
            ),
        }),
    }
}

/// A file by its whole name, or by the last part of it where no other has the same.
fn named<'a>(files: &[&'a Member], wanted: &str) -> Option<&'a Member> {
    let wanted = wanted.replace('\\', "/");
    if let Some(found) = files.iter().find(|file| file.name == wanted) {
        return Some(found);
    }
    let mut ends = files
        .iter()
        .filter(|file| last(&file.name) == last(&wanted) && file.name.ends_with(&wanted));
    ends.next().filter(|_| ends.next().is_none()).copied()
}

fn last(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or(name)
}

/// What systems leave behind.
fn is_left_behind(name: &str) -> bool {
    let last = last(name);
    last.starts_with("._")
        || name.split('/').any(|part| part == "__MACOSX")
        || [".DS_Store", "Thumbs.db", "desktop.ini"].contains(&last)
}

/// What people put beside their data.
fn is_beside_data(name: &str) -> bool {
    const BEGINNINGS: [&str; 8] = [
        "readme",
        "read_me",
        "read me",
        "license",
        "licence",
        "copying",
        "citation",
        "changelog",
    ];
    const ENDS: [&str; 16] = [
        "md", "pdf", "html", "htm", "doc", "docx", "rtf", "png", "jpg", "jpeg", "gif", "sh", "pl",
        "py", "r", "bib",
    ];
    let last = last(name).to_ascii_lowercase();
    let end = last.rsplit_once('.').map_or("", |(_, end)| end);
    BEGINNINGS
        .iter()
        .any(|beginning| last.starts_with(beginning))
        || ENDS.contains(&end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn members(names: &[&str]) -> Vec<Member> {
        let member = |name: &&str| Member {
            name: (*name).to_owned(),
            encrypted: false,
            method: 0,
            crc: 0,
            packed: 0,
            unpacked: 0,
            header: 0,
        };
        names.iter().map(member).collect()
    }

    fn chosen(names: &[&str], wanted: Option<&str>) -> Result<String, String> {
        let members = members(names);
        let Content::Files(files) = content(&members) else {
            return Ok("whole".to_owned());
        };
        let path = Path::new("archive.zip");
        choose(path, &files, wanted, "Set data.member to the one to read")
            .map(|member| member.name.clone())
            .map_err(|error| error.to_string())
    }

    #[test]
    fn the_only_file_that_can_be_data_is_taken() {
        let archive = [
            "set/",
            "set/ratings.dat",
            "set/README",
            "set/.DS_Store",
            "__MACOSX/set/._ratings.dat",
            "set/license.txt",
        ];
        assert_eq!(chosen(&archive, None).as_deref(), Ok("set/ratings.dat"));
        assert_eq!(chosen(&["README.txt"], None).as_deref(), Ok("README.txt"));
    }

    #[test]
    fn several_files_are_listed_until_one_is_named() {
        let archive = ["s/movies.csv", "s/ratings.csv", "s/README.txt"];
        let problem = chosen(&archive, None).unwrap_err();
        assert!(
            problem.contains("2 files: s/movies.csv, s/ratings.csv"),
            "{problem}"
        );
        assert!(problem.contains("Set data.member"), "{problem}");
        for wanted in ["s/ratings.csv", "ratings.csv"] {
            assert_eq!(
                chosen(&archive, Some(wanted)).as_deref(),
                Ok("s/ratings.csv")
            );
        }
        for wanted in ["tags.csv", "atings.csv"] {
            let problem = chosen(&archive, Some(wanted)).unwrap_err();
            assert!(
                problem.starts_with(&format!("data.member: {wanted:?}")),
                "{problem}"
            );
        }
        let twice = ["a/x.csv", "b/x.csv"];
        assert!(chosen(&twice, Some("x.csv")).is_err());
        assert_eq!(chosen(&twice, Some("b/x.csv")).as_deref(), Ok("b/x.csv"));
    }

    #[test]
    fn arrays_and_spreadsheets_are_no_wrapping() {
        for whole in [
            &["data.npy", "indices.npy"][..],
            &["[Content_Types].xml", "xl/workbook.xml"],
            &["mimetype", "content.xml"],
        ] {
            assert_eq!(chosen(whole, None).as_deref(), Ok("whole"));
        }
        assert_eq!(
            chosen(&["a.npy", "b.csv"], Some("a.npy")).as_deref(),
            Ok("a.npy")
        );
        assert!(chosen(&[], None).unwrap_err().contains("without a file"));
    }
}
