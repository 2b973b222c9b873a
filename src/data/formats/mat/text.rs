//! Matrices of characters, a text in each row.

use super::{AGAIN, Wrong};

/// The texts of a matrix of UTF-16 code units, column by column, without the blanks that fill its rows up. None for a blank row.
pub(crate) fn rows(units: &[u16], rows: usize) -> Result<Vec<Option<String>>, Wrong> {
    if units.is_empty() && rows <= 1 {
        return Ok(vec![None; rows]);
    }
    // A row of blanks only is not worth a matrix: more rows than characters are no text.
    if rows == 0 || !units.len().is_multiple_of(rows) || units.is_empty() {
        let problem = format!(
            "{} characters do not fill the {rows} rows of a matrix of text",
            units.len()
        );
        return Err(Wrong::new(problem, AGAIN));
    }
    let text = |row: usize| {
        let own: Vec<u16> = units.iter().skip(row).step_by(rows).copied().collect();
        let text = String::from_utf16_lossy(&own);
        let text = text.trim_matches(|c: char| c == '\0' || c.is_whitespace());
        (!text.is_empty()).then(|| text.to_owned())
    };
    Ok((0..rows).map(text).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_a_text() {
        // "ab", "c ", "  " below each other.
        let units: Vec<u16> = "ac b  ".encode_utf16().collect();
        let found = rows(&units, 3).ok();
        let expected = [Some("ab".to_owned()), Some("c".to_owned()), None];
        assert_eq!(found, Some(expected.to_vec()));
        assert!(rows(&units, 4).is_err());
        assert!(rows(&[], usize::MAX).is_err());
    }
}
