//! What the preview says of a file as a whole: the file within an archive, the sheet of a spreadsheet, the encoding.

use serde_json::Value;

use super::format::Options;
use super::source::Source;
use super::{packed, sheets};
use crate::data::preview::{Guess, GuessedBy};
use crate::data::{self, Monitor};

/// Encodings to choose from, with the languages that people know them by.
const ENCODINGS: [(&str, &str); 12] = [
    ("utf-8", "UTF-8"),
    ("windows-1252", "Windows-1252, Latin-1 (Western)"),
    ("macintosh", "Mac Roman (Western)"),
    ("windows-1250", "Windows-1250 (Central European)"),
    ("iso-8859-2", "ISO-8859-2 (Central European)"),
    ("windows-1251", "Windows-1251 (Cyrillic)"),
    ("windows-1253", "Windows-1253 (Greek)"),
    ("windows-1254", "Windows-1254 (Turkish)"),
    ("shift_jis", "Shift JIS (Japanese)"),
    ("gb18030", "GB18030, GBK (Chinese)"),
    ("big5", "Big5 (Chinese)"),
    ("euc-kr", "EUC-KR (Korean)"),
];

/// The guesses about a file as a whole, where there is something to choose; also of one that cannot be read for want of a choice.
pub(crate) fn guesses(source: &data::Source, monitor: &Monitor) -> Vec<Guess> {
    let options = match source {
        data::Source::Ratings(source) => source.options(),
        data::Source::Matrix(source) => source.options(),
        data::Source::Images(_) => return Vec::new(),
    };
    let path = source.path();
    let mut guesses = Vec::new();
    let members = packed::zip::names(path);
    if members.len() > 1 {
        let why = "the archive holds several files";
        guesses.push(choice("member", "File", options.member, why, members));
    }
    let sheets = sheets::names_of_file(path);
    if sheets.len() > 1 {
        let why = "the spreadsheet holds several sheets";
        guesses.push(choice("variable", "Sheet", options.variable, why, sheets));
    }
    if let Ok(file) = Source::open_with(path, &options, monitor) {
        guesses.extend(encoding(&file, &options));
    }
    guesses
}

/// A choice that only a person can make.
fn choice(
    key: &'static str,
    label: &str,
    chosen: Option<&str>,
    why: &str,
    names: Vec<String>,
) -> Guess {
    Guess {
        key,
        label: label.to_owned(),
        value: chosen.map_or(Value::Null, Value::from),
        shown: chosen.unwrap_or("none chosen").to_owned(),
        by: match chosen {
            Some(_) => GuessedBy::You,
            None => GuessedBy::Unsure,
        },
        why: why.to_owned(),
        choices: names
            .into_iter()
            .map(|name| (Value::from(name.as_str()), name))
            .collect(),
    }
}

/// The encoding, where it was not plain UTF-8.
fn encoding(file: &Source<'_>, options: &Options<'_>) -> Option<Guess> {
    let (name, is_certain) = file.encoding()?;
    let by = match (options.encoding, is_certain) {
        (Some(_), _) => GuessedBy::You,
        (None, true) => GuessedBy::Certain,
        (None, false) => GuessedBy::Likely,
    };
    let why = match by {
        GuessedBy::You => "data.encoding says so",
        GuessedBy::Certain => "a mark at the beginning of the file says so",
        GuessedBy::Likely | GuessedBy::Unsure => {
            "the text is not UTF-8, and its letters look like it"
        }
    };
    Some(Guess {
        key: "encoding",
        label: "Encoding".to_owned(),
        value: options
            .encoding
            .map_or_else(|| Value::from(name.to_ascii_lowercase()), Value::from),
        shown: name,
        by,
        why: why.to_owned(),
        choices: ENCODINGS
            .iter()
            .map(|(value, name)| (Value::from(*value), (*name).to_owned()))
            .collect(),
    })
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write as _};

    use super::*;
    use crate::data::RatingsSource;

    fn guesses_of(bytes: &[u8], member: Option<&str>) -> Vec<Guess> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        std::fs::write(&path, bytes).unwrap();
        let source = RatingsSource {
            path,
            member: member.map(str::to_owned),
            ..RatingsSource::default()
        };
        guesses(&source.into(), &Monitor::default())
    }

    #[test]
    fn plain_text_leaves_nothing_to_choose() {
        assert_eq!(guesses_of("1,Amélie,5\n".as_bytes(), None), []);
    }

    #[test]
    fn an_encoding_that_was_guessed_can_be_chosen() {
        let found = guesses_of(b"1,Mis\xe9rables,5\n", None);
        assert_eq!(
            (found.len(), found[0].key, found[0].by),
            (1, "encoding", GuessedBy::Likely)
        );
        assert_eq!(found[0].shown, "Windows-1252");
        assert!(found[0].choices.contains(&(
            found[0].value.clone(),
            "Windows-1252, Latin-1 (Western)".to_owned()
        )));
        let marked = guesses_of(b"\xff\xfe1\0,\x002\0,\x003\0\n\0", None);
        assert_eq!(marked[0].by, GuessedBy::Certain);
    }

    #[test]
    fn of_an_archive_of_several_files_one_is_chosen() {
        let mut archive = ::zip::ZipWriter::new(Cursor::new(Vec::new()));
        for name in ["movies.csv", "ratings.csv"] {
            archive
                .start_file(name, ::zip::write::FileOptions::default())
                .unwrap();
            archive.write_all(b"1,2,3\n").unwrap();
        }
        let archive = archive.finish().unwrap().into_inner();
        let found = guesses_of(&archive, None);
        assert_eq!((found[0].key, found[0].by), ("member", GuessedBy::Unsure));
        let names: Vec<&str> = found[0].choices.iter().map(|choice| &*choice.1).collect();
        assert_eq!(names, ["movies.csv", "ratings.csv"]);
        let found = guesses_of(&archive, Some("ratings.csv"));
        assert_eq!(
            (found[0].shown.as_str(), found[0].by),
            ("ratings.csv", GuessedBy::You)
        );
    }
}
