//! Small files of names or classes that lie beside a matrix, one line for each row or column.

use std::path::{Path, PathBuf};

use crate::data::formats::read_text;

/// No such file is larger.
const MOST_BYTES: u64 = 256 << 20;

/// The lines of the first of `names` that is a file beside `path`. `None` if there is none; if it has not `count` lines, a notice says so.
/// `of`: what each line belongs to (`columns`); `are`: what the lines are (`names`).
pub(crate) fn lines_of(
    path: &Path,
    names: &[String],
    (count, of, are): (usize, &str, &str),
    notices: &mut Vec<String>,
) -> Option<Vec<String>> {
    let found = names.iter().map(|name| path.with_file_name(name));
    let found: PathBuf = found.into_iter().find(|path| path.is_file())?;
    let shown = found.file_name().unwrap_or_default().to_string_lossy();
    let side = match read_text(&found, MOST_BYTES, "a text with a name on each line") {
        Ok(side) => side,
        Err(error) => {
            notices.push(format!("{shown} is not used: {error}"));
            return None;
        }
    };
    notices.extend(side.notices);
    let lines: Vec<String> = side
        .text
        .trim_end_matches(['\r', '\n'])
        .lines()
        .take(count + 1)
        .map(|line| line.trim().to_owned())
        .collect();
    if lines.len() != count {
        let holds = match lines.len() > count {
            true => format!("more than {count}"),
            false => lines.len().to_string(),
        };
        notices.push(format!(
            "{shown} is not used: it holds {holds} lines, but there are {count} {of}"
        ));
        return None;
    }
    notices.push(format!("the {are} of the {of} are from {shown}"));
    Some(lines)
}

/// The name of a file without the endings of packed files: `docword.nips.txt` of `docword.nips.txt.gz`.
pub(crate) fn unpacked_name(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let packed = [".gz", ".zip", ".bz2", ".xz", ".zst"];
    let end = packed.iter().find_map(|end| name.strip_suffix(end));
    end.unwrap_or(&name).to_owned()
}
