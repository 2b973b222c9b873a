use std::path::PathBuf;

use super::*;

/// A file of these bytes, in a folder that lives as long.
pub(super) struct Made {
    _folder: tempfile::TempDir,
    pub(super) path: PathBuf,
}

pub(super) fn file(bytes: &[u8]) -> Made {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    std::fs::write(&path, bytes).unwrap();
    Made {
        _folder: folder,
        path,
    }
}

pub(super) fn read_as(
    bytes: &[u8],
    encoding: Option<&str>,
) -> Result<(String, Vec<String>), String> {
    let options = Options {
        encoding,
        ..Options::default()
    };
    read_with(bytes, &options)
}

/// All lines, read block by block, with the notices without the name of the file.
pub(super) fn read_with(
    bytes: &[u8],
    options: &Options<'_>,
) -> Result<(String, Vec<String>), String> {
    let made = file(bytes);
    let monitor = Monitor::default();
    let read = || {
        let mut source = Source::open_with(&made.path, options, &monitor)?;
        let (mut all, mut block) = (Vec::new(), Vec::new());
        while source.next_block(&mut block)? {
            assert!(block.ends_with(b"\n") || source.head_is_all());
            all.extend_from_slice(&block);
        }
        let digest = source.digest()?;
        assert_eq!(digest.bytes, bytes.len() as u64);
        assert_eq!(digest.hash, blake3::hash(bytes));
        let prefix = format!("{}: ", made.path.display());
        let notices = source.notices();
        let notices = notices.iter().map(|notice| notice.replace(&prefix, ""));
        Ok((String::from_utf8(all).unwrap(), notices.collect()))
    };
    read().map_err(|error: DataError| error.to_string())
}

pub(super) fn read(bytes: &[u8]) -> (String, Vec<String>) {
    read_as(bytes, None).unwrap()
}

/// More than is read to open a file, and more than a block: lines of ASCII.
fn megabytes(count: usize) -> String {
    "12345;a plain name;4.5\n".repeat((count << 20) / 23 + 1)
}

#[test]
fn plain_text_is_handed_out_as_it_is() {
    for text in [
        "1,2,3\n4,5,6\n",
        "1,2,3\r\n4,5,6",
        "1,Amélie,3\n",
        &megabytes(9),
    ] {
        assert_eq!(read(text.as_bytes()), (text.to_owned(), vec![]));
    }
    let marked = [b"\xef\xbb\xbf", "1,Amélie,3\n".as_bytes()].concat();
    assert_eq!(read(&marked), ("1,Amélie,3\n".to_owned(), vec![]));
}

#[test]
fn western_text_is_read_as_windows_1252_and_a_notice_says_so() {
    // 0x80 is the euro in Windows-1252 and nothing in Latin-1.
    let (text, notices) = read(b"1;Mis\xe9rables;5\n2;\x80uro;4\n");
    assert_eq!(text, "1;Misérables;5\n2;€uro;4\n");
    assert_eq!(
        notices,
        ["not UTF-8: read as Windows-1252; set data.encoding if names look wrong"]
    );
}

#[test]
fn a_letter_outside_ascii_after_megabytes_is_read_like_one_at_the_beginning() {
    for before in [1, 5, 12] {
        let start = megabytes(before);
        let mut bytes = start.clone().into_bytes();
        bytes.extend_from_slice(b"7;caf\xe9;1\n");
        bytes.extend_from_slice(start.as_bytes());
        bytes.extend_from_slice(b"8;\xfcber;2");
        let (text, notices) = read(&bytes);
        assert!(
            text == format!("{start}7;café;1\n{start}8;über;2"),
            "{before} MB"
        );
        assert_eq!(notices.len(), 1);
        assert!(notices[0].contains("Windows-1252"), "{}", notices[0]);
    }
}

#[test]
fn lines_in_two_encodings_are_each_read_in_their_own() {
    let mut bytes = format!("1;Amélie;5\n{}", megabytes(5)).into_bytes();
    bytes.extend_from_slice(b"2;Mis\xe9rables;4\n");
    bytes.extend_from_slice("3;Müller;3\n".as_bytes());
    bytes.extend_from_slice(b"4;caf\xe9;4\n");
    let (text, notices) = read(&bytes);
    assert!(text.starts_with("1;Amélie;5\n"));
    assert!(text.ends_with("2;Misérables;4\n3;Müller;3\n4;café;4\n"));
    assert!(
        notices[0].starts_with("2 lines are not UTF-8 as the rest: read as Windows-1252"),
        "{notices:?}"
    );
}

#[test]
fn a_character_cut_by_the_end_of_a_read_is_none_that_is_wrong() {
    // Two bytes a letter, at every place of the end of the first read.
    for shift in 0..3 {
        let text = format!("{}{}", "x".repeat(shift), "éa\n".repeat(200_000));
        let (read, notices) = read(text.as_bytes());
        assert!(read == text && notices.is_empty(), "{shift}: {notices:?}");
    }
}

#[test]
fn a_file_that_ends_within_a_character_is_not_taken_for_another_encoding() {
    let (text, notices) = read(b"1;Am\xc3\xa9lie;5\n2;caf\xc3");
    assert_eq!(text, "1;Amélie;5\n2;caf\u{fffd}");
    assert!(
        notices[0].starts_with("ends within a character"),
        "{notices:?}"
    );
}

#[test]
fn utf_16_is_read_in_both_byte_orders() {
    let text = "user;item;rating\n1;Amélie;5\n2;東京;4\n";
    let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    let marked = |mark: &[u8], rest: &[u8]| read(&[mark, rest].concat());
    assert_eq!(marked(b"\xff\xfe", &little), (text.to_owned(), vec![]));
    assert_eq!(marked(b"\xfe\xff", &big), (text.to_owned(), vec![]));
    let plain = "user;item;rating\n".repeat(10);
    let unmarked: Vec<u8> = plain.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let (read, notices) = read(&unmarked);
    assert_eq!(read, plain);
    assert!(notices[0].contains("read as UTF-16LE"), "{notices:?}");
}

#[test]
fn an_encoding_that_a_person_names_is_taken() {
    let (bytes, ..) = encoding_rs::ISO_8859_2.encode("1;Łódź;5\n");
    let (text, notices) = read_as(&bytes, Some("iso-8859-2")).unwrap();
    assert_eq!((text.as_str(), notices.len()), ("1;Łódź;5\n", 0));
    let (text, notices) = read_as(b"1;caf\xe9;5\n", Some("utf-8")).unwrap();
    assert_eq!(text, "1;caf\u{fffd};5\n");
    assert!(
        notices[0].starts_with("not all of it is UTF-8"),
        "{notices:?}"
    );
    let problem = read_as(b"1;2;3\n", Some("klingon")).unwrap_err();
    assert!(
        problem.starts_with("data.encoding: \"klingon\""),
        "{problem}"
    );
    let problem = read_as(b"\x93NUMPY\x01\0v\0", Some("latin1")).unwrap_err();
    assert!(
        problem.starts_with("data.encoding: is only for text"),
        "{problem}"
    );
}

#[test]
fn carriage_returns_alone_end_lines() {
    let (text, notices) = read(b"user,item,rating\r1,caf\xe9,5\r2,3,4\r");
    assert_eq!(text, "user,item,rating\n1,café,5\n2,3,4\n");
    assert_eq!(notices.len(), 2, "{notices:?}");
    assert!(notices[0].contains("carriage return alone"), "{notices:?}");
    let long = megabytes(5);
    let (text, _) = read(long.replace('\n', "\r").as_bytes());
    assert!(text == long);
    let mixed = "1,2,3\r\n4,5,6\n7,8,9\r\n";
    assert_eq!(read(mixed.as_bytes()), (mixed.to_owned(), vec![]));
}

#[test]
fn zero_bytes_at_the_end_are_left_out_and_elsewhere_refused() {
    for text in ["1,2,3\n4,5,6\n".to_owned(), megabytes(5)] {
        for count in [1, 100, 300_000, 9 << 20] {
            let mut bytes = text.clone().into_bytes();
            bytes.resize(text.len() + count, 0);
            let (read, notices) = read(&bytes);
            assert!(read == text, "{count}");
            assert!(notices[0].contains("at its end left out"), "{notices:?}");
        }
    }
    let mut torn = b"1,2,3\n4,5".to_vec();
    torn.resize(torn.len() + (9 << 20), 0);
    assert_eq!(read(&torn).0, "1,2,3\n4,5");
    torn.extend_from_slice(b"6,7,8\n");
    let problem = read_as(&torn, None).unwrap_err();
    assert!(problem.contains("zero bytes in its text"), "{problem}");
}

#[test]
fn a_file_of_zero_bytes_is_no_text() {
    let made = file(&vec![0; 1 << 20]);
    let monitor = Monitor::default();
    let source = Source::open(&made.path, &monitor).unwrap();
    assert!(source.text.is_none());
    assert!(source.head().starts_with(&[0; 100]));
}

#[test]
fn a_line_without_end_is_refused_before_all_of_it_is_read() {
    let problem = read_as(&vec![b'7'; LONGEST_LINE + (1 << 20)], None).unwrap_err();
    assert!(problem.contains("a line is longer than 64 MB"), "{problem}");
}
