//! Titles of items and names of users, from a file beside the ratings or one that is named.

use std::path::{Path, PathBuf};

use super::formats::{SideText, read_text};
use super::{DataError, Labels};

/// Looked for beside the ratings: MovieLens 100k; 1M and 10M and MovieTweetings; 20M and later.
const BESIDE: [&str; 3] = ["u.item", "movies.dat", "movies.csv"];
/// Names of users, as the sample has them.
const USERS_BESIDE: &str = "users.csv";
/// No file of titles is larger.
const MOST_BYTES: u64 = 1 << 30;
const WANTED: &str = "a file with an id and a title on each line";

/// Sets titles of `items` from `named`, or else from the first known file beside `path` that has any; and names of `users` from a file
/// beside it. `beside`: whether files that nobody named are looked for. Returns the file that titles were found in without being named.
pub(crate) fn add(
    (users, items): (&mut Labels, &mut Labels),
    path: &Path,
    named: Option<&Path>,
    beside: bool,
    notices: &mut Vec<String>,
) -> Result<Option<PathBuf>, DataError> {
    let mut found = None;
    let folder = path.parent().unwrap_or(Path::new("."));
    if let Some(named) = named {
        if set_titles(items, named, &["title", "name"], notices)? == 0 {
            notices.push(format!(
                "{}: none of its ids is an item of the data, so there are no titles",
                named.display()
            ));
        }
    } else if beside {
        for name in BESIDE {
            let path = folder.join(name);
            if path.is_file() && add_beside(items, &path, &["title", "name"], notices) {
                found = Some(path);
                break;
            }
        }
    }
    let names = folder.join(USERS_BESIDE);
    if beside && names.is_file() {
        add_beside(users, &names, &["name"], notices);
    }
    Ok(found)
}

/// True if a file that nobody named had titles; if it cannot be read, a notice says so.
fn add_beside(
    labels: &mut Labels,
    path: &Path,
    headers: &[&str],
    notices: &mut Vec<String>,
) -> bool {
    match set_titles(labels, path, headers, notices) {
        Ok(count) => count > 0,
        Err(error) => {
            notices.push(format!("no titles: {error}"));
            false
        }
    }
}

/// Sets the title of every label whose id is in the file; returns how many there are. The id stands in the first column, the title in
/// the one that the header calls so, or else in the second.
fn set_titles(
    labels: &mut Labels,
    path: &Path,
    headers: &[&str],
    notices: &mut Vec<String>,
) -> Result<usize, DataError> {
    let SideText {
        text,
        notices: mut of_text,
    } = read_text(path, MOST_BYTES, WANTED)?;
    notices.append(&mut of_text);
    let mut found = 0;
    let mut set = |id: &str, title: &str| {
        if let Some(index) = labels.find(id.trim())
            && !title.trim().is_empty()
        {
            labels.set_title(index, title.trim());
            found += 1;
        }
    };
    let first = text.lines().next().unwrap_or_default();
    if first.contains("::") {
        // A title may hold `::` no more than an id does.
        for line in text.lines() {
            let mut fields = line.split("::");
            if let (Some(id), Some(title)) = (fields.next(), fields.next()) {
                set(id, title);
            }
        }
        return Ok(found);
    }
    let delimiter = [b'|', b'\t', b';', b',']
        .into_iter()
        .find(|&byte| first.as_bytes().contains(&byte))
        .ok_or_else(|| DataError::content(path, "has only one column", format!("Give {WANTED}")))?;
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .quoting(delimiter == b',' || delimiter == b';')
        .from_reader(text.as_bytes());
    let mut column = 1;
    for (row, record) in reader.records().enumerate() {
        let record = record.map_err(|error| {
            DataError::content(path, error.to_string(), "Write it as CSV in UTF-8")
        })?;
        if row == 0 {
            let named = record.iter().position(|field| {
                headers
                    .iter()
                    .any(|header| field.trim().eq_ignore_ascii_case(header))
            });
            column = named.filter(|&column| column > 0).unwrap_or(1);
        }
        if let (Some(id), Some(title)) = (record.get(0), record.get(column)) {
            set(id, title);
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn titles(content: &[u8], ids: &[&str]) -> Vec<Option<String>> {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("titles");
        std::fs::write(&path, content).expect("written");
        let mut labels = Labels::new(ids);
        set_titles(&mut labels, &path, &["title", "name"], &mut Vec::new()).expect("titles");
        (0..ids.len())
            .map(|index| labels.title(index).map(str::to_owned))
            .collect()
    }

    fn some(titles: &[&str]) -> Vec<Option<String>> {
        titles
            .iter()
            .map(|title| Some((*title).to_owned()))
            .collect()
    }

    #[test]
    fn latin_1_titles_between_bars() {
        let found = titles(
            b"1|Toy \"Story (1995)|01-Jan-1995\n2|Mis\xe9rables, Les (1995)|x\n",
            &["2", "1"],
        );
        assert_eq!(
            found,
            some(&["Misérables, Les (1995)", "Toy \"Story (1995)"])
        );
    }

    #[test]
    fn titles_between_colons() {
        let found = titles(b"0000008::Edison (1894)::Short\n", &["0000008", "8"]);
        assert_eq!(found, [Some("Edison (1894)".to_owned()), None]);
    }

    #[test]
    fn quoted_titles_in_a_named_column() {
        let csv = b"movieId,year,title\r\n7,1995,\"American President, The\"\r\n8,1995,\"A \"\"B\"\"\"\r\n";
        assert_eq!(
            titles(csv, &["7", "8"]),
            some(&["American President, The", "A \"B\""])
        );
    }
}
