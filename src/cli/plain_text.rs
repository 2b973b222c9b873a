//! Numbers, times and paths as plain text: no typographic spaces or signs, so that scripts can read them.

use std::path::Path;

use super::output::visible_name;
use crate::draw::format;

/// A number to the digits that mean something: `0.9038`, `12.35`, `1204`, `3.20e-5`.
pub(crate) fn number(value: f64) -> String {
    let size = value.abs();
    if !value.is_finite() || (value.fract() == 0.0 && size < 1e15) {
        return value.to_string();
    }
    match size {
        _ if size >= 1000.0 => format!("{value:.0}"),
        _ if size >= 100.0 => format!("{value:.1}"),
        _ if size >= 10.0 => format!("{value:.2}"),
        _ if size >= 0.001 => format!("{value:.4}"),
        _ => format!("{value:.2e}"),
    }
}

/// A number with its unit, if it has one: `0.9038`, `12.35 dB`.
pub(crate) fn measured(value: f64, unit: &str) -> String {
    let space = if unit.is_empty() { "" } else { " " };
    format!("{}{space}{unit}", number(value))
}

/// Seconds: `3.2 s`, `38 s`, `4 min 10 s`.
pub(crate) fn duration(seconds: f64) -> String {
    plain(&format::duration(seconds))
}

/// Steps a second: `31 it/s`, `2.4 s/it`.
pub(crate) fn rate(per_second: f64) -> String {
    plain(&format::rate(per_second))
}

/// Bytes: `412 MB`.
pub(crate) fn bytes(count: u64) -> String {
    plain(&format::bytes(count))
}

fn plain(text: &str) -> String {
    text.replace('\u{202f}', " ")
}

/// The path as it is shown: relative to the current folder where it is inside it.
pub(crate) fn path(path: &Path) -> String {
    let inside = std::env::current_dir()
        .ok()
        .and_then(|current| path.strip_prefix(current).ok().map(Path::to_path_buf))
        .filter(|inside| !inside.as_os_str().is_empty());
    let shown = inside.as_deref().unwrap_or(path).display().to_string();
    visible_name(&shown).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_the_digits_that_mean_something() {
        let shown: Vec<String> = [0.903_81, 12.345, 123.456, 1204.0, 0.000_032, 0.0, -0.5]
            .into_iter()
            .map(number)
            .collect();
        assert_eq!(
            shown,
            [
                "0.9038", "12.35", "123.5", "1204", "3.20e-5", "0", "-0.5000"
            ]
        );
        assert_eq!(number(f64::NAN), "NaN");
    }

    #[test]
    fn units_stand_behind_an_ordinary_space() {
        assert_eq!(duration(38.4), "38 s");
        assert_eq!(bytes(412_000_000), "412 MB");
    }
}
