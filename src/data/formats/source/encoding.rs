//! The encoding of a text: said, marked, or guessed where it is not UTF-8.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::super::blocks::lines;
use crate::data::DataError;

/// How much of a text without a mark is looked at to tell UTF-16.
const LOOKED_AT: usize = 4 << 10;

/// Fewer letters outside ASCII do not tell one alphabet of Latin letters from another.
const FEW: usize = 5;
/// Encodings of Latin letters.
const LATIN: [&Encoding; 8] = [
    encoding_rs::WINDOWS_1250,
    encoding_rs::WINDOWS_1254,
    encoding_rs::WINDOWS_1257,
    encoding_rs::WINDOWS_1258,
    encoding_rs::ISO_8859_2,
    encoding_rs::ISO_8859_4,
    encoding_rs::ISO_8859_10,
    encoding_rs::ISO_8859_13,
];

/// The encoding that a person names.
pub(super) fn named(name: &str) -> Result<&'static Encoding, DataError> {
    let label = name.trim().to_ascii_lowercase().replace([' ', '_'], "-");
    let known = match label.as_str() {
        // What Python and iconv call them.
        "utf-8-sig" | "utf8-sig" => Some(UTF_8),
        "utf16" | "utf-16" | "utf16le" => Some(UTF_16LE),
        "utf16be" => Some(UTF_16BE),
        "mac-roman" | "macroman" => Some(encoding_rs::MACINTOSH),
        "sjis" | "cp932" => Some(encoding_rs::SHIFT_JIS),
        "cp936" => Some(encoding_rs::GBK),
        "cp949" => Some(encoding_rs::EUC_KR),
        "cp950" => Some(encoding_rs::BIG5),
        label => [
            label.to_owned(),
            label.replace('-', "_"),
            label.replace('-', ""),
        ]
        .iter()
        .find_map(|label| Encoding::for_label_no_replacement(label.as_bytes())),
    };
    known.ok_or_else(|| DataError::Config {
        key: "encoding",
        problem: format!(
            "{name:?} is not a known encoding: write its usual name, such as utf-8, utf-16, windows-1252, iso-8859-2, windows-1251, shift_jis or gbk"
        ),
    })
}

/// The encoding as people know it.
pub(super) fn shown(encoding: &'static Encoding) -> String {
    let name = encoding.name();
    match name.strip_prefix("windows-") {
        Some(page) => format!("Windows-{page}"),
        None if encoding == encoding_rs::MACINTOSH => "Mac Roman".to_owned(),
        None => name.to_owned(),
    }
}

/// True if the text is in UTF-16 of this byte order, by its mark or because every other byte of it is zero; and the length of the mark.
pub(super) fn utf_16(head: &[u8]) -> Option<(&'static Encoding, usize)> {
    match Encoding::for_bom(head) {
        Some((encoding, mark)) if encoding != UTF_8 => return Some((encoding, mark)),
        Some(_) => return None,
        None => {}
    }
    let looked_at = &head[..head.len().min(LOOKED_AT) & !1];
    let pairs = looked_at.chunks_exact(2).len();
    // Text of Western numbers and names; whatever else lacks a mark is not guessed.
    let plain = |own: usize| {
        let is_text = |byte: &u8| matches!(byte, b' '..=b'~' | b'\t' | b'\r' | b'\n' | 0xa0..);
        let other = 1 - own;
        let zeros = looked_at.chunks_exact(2).filter(|pair| pair[other] == 0);
        let texts = looked_at.chunks_exact(2).filter(|pair| is_text(&pair[own]));
        let zeros = zeros.count();
        pairs >= 4 && zeros * 10 >= pairs * 9 && texts.count() * 100 >= pairs * 99
    };
    if plain(0) {
        Some((UTF_16LE, 0))
    } else if plain(1) {
        Some((UTF_16BE, 0))
    } else {
        None
    }
}

/// How text that is not all UTF-8 is decoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Guess {
    pub encoding: &'static Encoding,
    /// True if lines in UTF-8 stay, and only the others are decoded.
    pub by_line: bool,
    /// True if part of the text is UTF-8.
    pub mixed: bool,
}

/// Guesses from a text that is not all UTF-8. `utf_8_before`: text in UTF-8 with letters outside ASCII came before it.
pub(super) fn guess(text: &[u8], utf_8_before: bool) -> Guess {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    let (mut of_utf_8, mut of_others, mut letters) = (0_usize, 0_usize, 0_usize);
    for line in lines(text).filter(|line| !line.is_ascii()) {
        if std::str::from_utf8(line).is_ok() {
            of_utf_8 += 1;
        } else {
            of_others += 1;
            letters += line.iter().filter(|byte| !byte.is_ascii()).count();
            detector.feed(line, false);
            detector.feed(b"\n", false);
        }
    }
    let mixed = utf_8_before || of_utf_8 > of_others;
    if !mixed && of_utf_8 > 0 {
        // In some encodings a line may be UTF-8 by chance: it has its say too.
        detector = EncodingDetector::new(Iso2022JpDetection::Deny);
        detector.feed(text, false);
    }
    let guessed = detector.guess(None, Utf8Detection::Deny);
    // A few letters can be anything; the commonest is the best guess.
    let few = letters < FEW && LATIN.contains(&guessed);
    let encoding = if few || mixed && of_others < 20 {
        WINDOWS_1252
    } else {
        guessed
    };
    Guess {
        encoding,
        // Western text is hardly ever UTF-8 by chance, so a line that is UTF-8 was meant so.
        by_line: mixed || encoding == WINDOWS_1252,
        mixed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings_are_known_by_the_names_that_people_use() {
        for (name, expected) in [
            ("latin1", "windows-1252"),
            ("latin-1", "windows-1252"),
            ("ISO-8859-1", "windows-1252"),
            ("iso8859-1", "windows-1252"),
            ("cp1252", "windows-1252"),
            ("Windows_1251", "windows-1251"),
            ("utf8", "UTF-8"),
            ("UTF-16", "UTF-16LE"),
            ("utf-16be", "UTF-16BE"),
            ("Shift_JIS", "Shift_JIS"),
            ("shift-jis", "Shift_JIS"),
            ("GB18030", "gb18030"),
            ("iso-8859-2", "ISO-8859-2"),
            ("mac_roman", "macintosh"),
        ] {
            assert_eq!(
                named(name).map(Encoding::name).ok(),
                Some(expected),
                "{name}"
            );
        }
        let message = named("latin9000").unwrap_err().to_string();
        assert!(
            message.starts_with("data.encoding: \"latin9000\""),
            "{message}"
        );
    }

    #[test]
    fn utf_16_is_told_with_and_without_a_mark_and_numbers_are_not_taken_for_it() {
        let little: Vec<u8> = "user;item\n1;2\n"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        let big: Vec<u8> = "user;item\n1;2\n"
            .encode_utf16()
            .flat_map(u16::to_be_bytes)
            .collect();
        assert_eq!(utf_16(&little), Some((UTF_16LE, 0)));
        assert_eq!(utf_16(&big), Some((UTF_16BE, 0)));
        assert_eq!(utf_16(b"\xff\xfeu\0"), Some((UTF_16LE, 2)));
        assert_eq!(utf_16(b"\xfe\xff\0u"), Some((UTF_16BE, 2)));
        let numbers: Vec<u8> = (0..100_u16).flat_map(u16::to_le_bytes).collect();
        assert_eq!(utf_16(&numbers), None);
        assert_eq!(utf_16(b"1,2,3\n"), None);
        assert_eq!(utf_16(b"\xef\xbb\xbf1,2,3\n"), None);
    }

    #[test]
    fn languages_are_told_apart() {
        let russian = "Война и мир;5\nПреступление и наказание;4\n";
        let (bytes, ..) = encoding_rs::WINDOWS_1251.encode(russian);
        assert_eq!(guess(&bytes, false).encoding, encoding_rs::WINDOWS_1251);
        let japanese = "千と千尋の神隠し,5\nもののけ姫,4\n";
        let (bytes, ..) = encoding_rs::SHIFT_JIS.encode(japanese);
        assert_eq!(guess(&bytes, false).encoding, encoding_rs::SHIFT_JIS);
        let polish = "Łódź;5\nGdańsk i Kraków, Żywiec;4\nPół żartem, pół serio;3\n";
        let (bytes, ..) = encoding_rs::WINDOWS_1250.encode(polish);
        assert_eq!(guess(&bytes, false).encoding, encoding_rs::WINDOWS_1250);
        // One letter tells nothing.
        let found = guess(b"276754;O-87067-\xba21;7\n", false);
        assert_eq!(found.encoding, WINDOWS_1252);
        let found = guess(b"1,Mis\xe9rables,5\n2,Am\xe9lie,4\n", false);
        assert_eq!(found.encoding, WINDOWS_1252);
        assert!(found.by_line && !found.mixed);
    }

    #[test]
    fn text_that_is_mostly_utf_8_is_mixed() {
        let mut text = "1,Amélie,5\n2,Müller,3\n".as_bytes().to_vec();
        text.extend_from_slice(b"3,Mis\xe9rables,4\n");
        let found = guess(&text, false);
        assert!(found.mixed && found.by_line);
        assert!(guess(b"3,Mis\xe9rables,4\n", true).mixed);
    }
}
