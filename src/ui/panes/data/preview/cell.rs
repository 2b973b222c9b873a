//! The text of a cell: on one line, without what would spoil the lines around it.

/// Most characters of a cell that are laid out.
const SHOWN: usize = 160;
/// Most characters that are shown on hover.
const HOVERED: usize = 2_000;

/// The text of a cell on one line, cut where no window is wide enough. Line breaks and tabs are marked, and what cannot be seen is named:
/// two ids that look alike may differ in it.
pub(super) fn line(text: &str) -> String {
    let mut shown = String::with_capacity(text.len().min(SHOWN));
    for (at, letter) in text.chars().enumerate() {
        if at == SHOWN {
            shown.push('…');
            break;
        }
        match letter {
            '\n' | '\r' => shown.push('↵'),
            '\t' => shown.push('→'),
            _ if is_unseen(letter) => shown.push_str(&format!("<U+{:04X}>", u32::from(letter))),
            _ => shown.push(letter),
        }
    }
    shown
}

/// True if a cell is cut by [`line`].
pub(super) fn is_cut(text: &str) -> bool {
    text.len() > SHOWN && text.chars().nth(SHOWN).is_some()
}

/// The text of a cell as it is shown on hover.
pub(super) fn whole(text: &str) -> String {
    let count = text.chars().count();
    let seen = |letter: char| match letter {
        '\n' | '\t' => letter.to_string(),
        '\r' => String::new(),
        _ if is_unseen(letter) => format!("<U+{:04X}>", u32::from(letter)),
        _ => letter.to_string(),
    };
    let mut shown: String = text.chars().take(HOVERED).map(seen).collect();
    if count > HOVERED {
        let more = crate::draw::format::count((count - HOVERED) as u64);
        shown += &format!("…\nand {more} more characters");
    }
    shown
}

/// True for control characters, marks of direction and letters without width.
fn is_unseen(letter: char) -> bool {
    letter.is_control()
        || matches!(
            letter,
            '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_stays_on_its_line_and_hides_nothing() {
        assert_eq!(line("4.5"), "4.5");
        assert_eq!(line("two\r\nlines\tand"), "two↵↵lines→and");
        assert_eq!(line("a\u{202e}b\u{feff}"), "a<U+202E>b<U+FEFF>");
        assert_eq!(line("日本 مرحبا"), "日本 مرحبا");
        let long = line(&"x".repeat(10_000));
        assert_eq!(long.chars().count(), SHOWN + 1);
    }

    #[test]
    fn the_whole_of_a_huge_cell_is_counted_and_not_laid_out() {
        assert_eq!(whole("two\nlines"), "two\nlines");
        let text = whole(&"é".repeat(3_000));
        let more = crate::draw::format::count(1_000);
        assert!(text.ends_with(&format!("…\nand {more} more characters")));
    }
}
