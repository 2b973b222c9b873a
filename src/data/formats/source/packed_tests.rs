use std::io::{Cursor, Write as _};

use super::tests::{file, read, read_as, read_with};
use super::*;

const TEXT: &str = "user,item,rating\n1,2,3\n4,5,6\n";

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(bytes).unwrap();
    packed.finish().unwrap()
}

fn bzip2(bytes: &[u8]) -> Vec<u8> {
    let mut packed = ::bzip2::write::BzEncoder::new(Vec::new(), ::bzip2::Compression::fast());
    packed.write_all(bytes).unwrap();
    packed.finish().unwrap()
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    ::zstd::stream::encode_all(bytes, 3).unwrap()
}

/// `TEXT`, as Python's `lzma.compress` packs it.
const XZ: &[u8] = b"\xfd7zXZ\0\0\x04\xe6\xd6\xb4\x46\x02\x00\x21\x01\x16\x00\x00\x00\x74\x2f\xe5\xa3\x01\x00\x1cuser,item,rating\n1,2,3\n4,5,6\n\x00\x00\x00\x00\xc9\xb9\x0b\x24\x13\xbf\x07\xbb\x00\x01\x35\x1d\x44\x1b\xb1\xe1\x1f\xb6\xf3\x7d\x01\x00\x00\x00\x00\x04\x59\x5a";

fn zip(files: &[(&str, &[u8])], method: ::zip::CompressionMethod) -> Vec<u8> {
    let mut archive = ::zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = ::zip::write::FileOptions::default().compression_method(method);
    for (name, content) in files {
        archive.start_file(*name, options).unwrap();
        archive.write_all(content).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

fn deflated(files: &[(&str, &[u8])]) -> Vec<u8> {
    zip(files, ::zip::CompressionMethod::DEFLATE)
}

fn problem(bytes: &[u8]) -> String {
    read_as(bytes, None).unwrap_err()
}

#[test]
fn a_file_is_read_through_whatever_packs_it() {
    let text = TEXT.as_bytes();
    for packed in [gzip(text), bzip2(text), zstd(text), XZ.to_vec()] {
        assert_eq!(read(&packed), (TEXT.to_owned(), vec![]));
    }
    // Parts packed one by one, as parallel packers do.
    for pack in [gzip, bzip2, zstd] {
        let parts = [pack(b"1,2,3\n"), pack(b"4,5,6\n")].concat();
        assert_eq!(read(&parts).0, "1,2,3\n4,5,6\n");
    }
    let parts = [XZ, XZ].concat();
    assert_eq!(read(&parts).0, TEXT.repeat(2));
}

#[test]
fn what_is_packed_may_be_of_any_encoding() {
    let (text, notices) = read(&gzip(b"1;caf\xe9;5\r2;3;4\r"));
    assert_eq!(text, "1;café;5\n2;3;4\n");
    assert_eq!(notices.len(), 2);
}

#[test]
fn the_file_in_a_zip_archive_is_read_and_named() {
    use ::zip::CompressionMethod as Method;
    let files = [
        ("__MACOSX/set/._ratings.dat", &b"x"[..]),
        ("set/README", b"about"),
        ("set/ratings.dat", TEXT.as_bytes()),
    ];
    for method in [Method::STORE, Method::DEFLATE, Method::BZIP2, Method::ZSTD] {
        let (text, notices) = read(&zip(&files, method));
        assert_eq!(text, TEXT, "{method:?}");
        assert_eq!(notices, ["read set/ratings.dat"]);
    }
    let twice = deflated(&[("ratings.csv.gz", &gzip(TEXT.as_bytes()))]);
    assert_eq!(read(&twice).0, TEXT);
}

#[test]
fn a_large_member_behind_others_is_read_whole() {
    let large = "12345;a plain name;4.5\n".repeat(600_000);
    let random: Vec<u8> = (0..3_000_000_u32)
        .map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8)
        .collect();
    let archive = deflated(&[
        ("other.bin", &random),
        ("large.csv", large.as_bytes()),
        ("z", b"end"),
    ]);
    let member = |member| Options {
        member: Some(member),
        ..Options::default()
    };
    let (text, _) = read_with(&archive, &member("large.csv")).unwrap();
    assert!(text == large);
    assert_eq!(read_with(&archive, &member("z")).unwrap().0, "end");
}

#[test]
fn several_files_are_listed_with_the_key_that_chooses() {
    let archive = deflated(&[
        ("a/movies.csv", b"1,x\n"),
        ("a/ratings.csv", TEXT.as_bytes()),
    ]);
    let message = problem(&archive);
    assert!(
        message.contains("2 files: a/movies.csv, a/ratings.csv"),
        "{message}"
    );
    assert!(message.contains("Set data.member"), "{message}");
    let beside = file(&archive);
    let monitor = Monitor::default();
    let message = Source::open(&beside.path, &monitor)
        .err()
        .unwrap()
        .to_string();
    assert!(message.contains("Unpack it"), "{message}");
}

#[test]
fn a_member_of_what_is_no_archive_is_refused() {
    let options = Options {
        member: Some("x"),
        ..Options::default()
    };
    for bytes in [
        TEXT.as_bytes().to_vec(),
        gzip(TEXT.as_bytes()),
        deflated(&[("a.npy", b"")]),
    ] {
        let message = read_with(&bytes, &options).unwrap_err();
        assert!(message.starts_with("data.member: is only for"), "{message}");
    }
}

#[test]
fn cut_and_damaged_files_are_refused_by_name() {
    let text: String = (0..50_000_u32)
        .map(|line| {
            format!(
                "{},{},{}\n",
                line / 7,
                line.wrapping_mul(2_654_435_761) >> 15,
                line % 5
            )
        })
        .collect();
    for (name, packed) in [
        ("gzip", gzip(text.as_bytes())),
        ("bzip2", bzip2(text.as_bytes())),
        ("zstd", zstd(text.as_bytes())),
        ("xz", XZ.to_vec()),
        ("zip", deflated(&[("ratings.csv", text.as_bytes())])),
    ] {
        let cut = problem(&packed[..packed.len() * 2 / 3]);
        assert!(cut.contains(&format!("the {name} file ")), "{name}: {cut}");
        assert!(cut.contains("again"), "{name}: {cut}");
        let mut damaged = packed.clone();
        let middle = damaged.len() / 2;
        damaged[middle] ^= 0x55;
        damaged[middle + 1] ^= 0x55;
        let damaged = problem(&damaged);
        assert!(
            damaged.contains(&format!("the {name} file ")),
            "{name}: {damaged}"
        );
    }
}

#[test]
fn bombs_are_not_unpacked() {
    let zeros = vec![b'0'; 80 << 20];
    for (name, packed) in [
        ("gzip", gzip(&zeros)),
        ("bzip2", bzip2(&zeros)),
        ("zstd", zstd(&zeros)),
    ] {
        let message = problem(&packed);
        assert!(
            message.contains(&format!("the {name} file expands"))
                || message.contains("longer than"),
            "{message}"
        );
    }
    let lines = "1,2,3\n".repeat(14_000_000);
    let message = problem(&deflated(&[("bomb", lines.as_bytes())]));
    assert!(
        message.contains("the zip file expands more than 200 times"),
        "{message}"
    );
    let message = problem(&gzip(&gzip(&gzip(&gzip(&gzip(TEXT.as_bytes()))))));
    assert!(message.contains("packed again and again"), "{message}");
}

#[test]
fn a_password_and_unknown_ways_of_packing_are_named() {
    let archive = deflated(&[("ratings.csv", TEXT.as_bytes())]);
    let directory = memchr::memmem::rfind(&archive, b"PK\x01\x02").unwrap();
    let mut locked = archive.clone();
    locked[directory + 8] |= 1;
    assert!(problem(&locked).contains("ratings.csv in it is protected by a password"));
    let mut other = archive.clone();
    other[directory + 10] = 9;
    assert!(problem(&other).contains("packed in Deflate64"));
    let mut checksum = archive;
    checksum[directory + 16] ^= 1;
    assert!(problem(&checksum).contains("checksum"));
}

#[test]
fn other_archives_are_refused_by_name() {
    let mut tar = vec![0; 1024];
    tar[..9].copy_from_slice(b"data.csv\0");
    tar[257..262].copy_from_slice(b"ustar");
    for (name, bytes) in [
        ("is a damaged tar archive", tar.clone()),
        ("holds a damaged tar archive", gzip(&tar)),
        ("is a 7z archive", b"7z\xbc\xaf\x27\x1c\0\x04".to_vec()),
        ("is a RAR archive", b"Rar!\x1a\x07\x01\0".to_vec()),
        ("is an LZ4 file", b"\x04\x22\x4d\x18\x64\x40".to_vec()),
        (
            "holds a zip archive",
            gzip(&deflated(&[("a.csv", b"1,2,3")])),
        ),
    ] {
        let message = problem(&bytes);
        assert!(message.contains(name), "{message}");
        assert!(message.contains("Unpack"), "{message}");
    }
}

#[test]
fn a_directory_that_promises_more_than_there_is_takes_no_memory() {
    let mut archive = deflated(&[("ratings.csv", TEXT.as_bytes())]);
    let end = archive.len() - 22;
    archive[end + 8..end + 12].copy_from_slice(&[0xfe, 0xff, 0xfe, 0xff]);
    assert!(problem(&archive).contains("its directory"));
}

/// A header of a tar archive, and its content.
fn tarred(name: &str, kind: u8, content: &[u8]) -> Vec<u8> {
    let mut header = vec![0; 512];
    header[..name.len()].copy_from_slice(name.as_bytes());
    header[100..108].copy_from_slice(b"0000644\0");
    header[124..136].copy_from_slice(format!("{:011o}\0", content.len()).as_bytes());
    header[156] = kind;
    header[257..265].copy_from_slice(b"ustar\x0000");
    header[148..156].fill(b' ');
    let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
    header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    header.extend(content);
    header.resize(header.len().next_multiple_of(512), 0);
    header
}

fn tar(files: &[Vec<u8>]) -> Vec<u8> {
    [files.concat(), vec![0; 1024]].concat()
}

fn member(bytes: &[u8], wanted: Option<&str>) -> Result<(String, Vec<String>), String> {
    let options = Options {
        member: wanted,
        ..Options::default()
    };
    read_with(bytes, &options)
}

#[test]
fn the_only_file_of_a_tar_archive_is_read_however_it_is_packed() {
    let text = TEXT.as_bytes();
    let archive = tar(&[
        tarred("data/", b'5', b""),
        tarred("data/README.txt", b'0', b"by hand"),
        tarred("data/._ratings.csv", b'0', b"\0\x05\x16\x07"),
        tarred("data/ratings.csv", b'0', text),
    ]);
    for packed in [
        archive.clone(),
        gzip(&archive),
        bzip2(&archive),
        zstd(&archive),
    ] {
        let (read, notices) = read(&packed);
        assert_eq!(read, TEXT);
        assert_eq!(notices, ["read data/ratings.csv"]);
    }
    // Packed within, too.
    let within = gzip(&tar(&[tarred("ratings.csv.gz", b'0', &gzip(text))]));
    assert_eq!(read(&within).0, TEXT);
    // Long names of POSIX and of GNU, before the header of their file.
    let path = format!("{}/ratings.csv", "folder".repeat(30));
    let record = format!("{} path={path}\n", path.len() + 10);
    assert_eq!(record.len().to_string().len(), 3);
    for long in [
        tarred("pax", b'x', record.as_bytes()),
        tarred("././@LongLink", b'L', format!("{path}\0").as_bytes()),
    ] {
        let archive = tar(&[long, tarred("short", b'0', text)]);
        assert_eq!(
            read(&archive),
            (TEXT.to_owned(), vec![format!("read {path}")])
        );
    }
}

#[test]
fn of_several_files_of_a_tar_archive_one_is_chosen() {
    let archive = gzip(&tar(&[
        tarred("a/movies.csv", b'0', b"1,x"),
        tarred("a/ratings.csv", b'0', TEXT.as_bytes()),
    ]));
    let error = member(&archive, None).unwrap_err();
    assert!(
        error.contains("2 files: a/movies.csv, a/ratings.csv"),
        "{error}"
    );
    assert!(error.contains("data.member"), "{error}");
    assert_eq!(member(&archive, Some("ratings.csv")).unwrap().0, TEXT);
    assert!(
        member(&archive, Some("tags.csv"))
            .unwrap_err()
            .contains("is not in")
    );
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    std::fs::write(&path, &archive).unwrap();
    assert_eq!(
        crate::data::members(&path),
        ["a/movies.csv", "a/ratings.csv"]
    );
}

#[test]
fn damaged_tar_archives_are_refused_in_words() {
    let whole = tar(&[tarred("ratings.csv", b'0', &TEXT.repeat(50).into_bytes())]);
    for (cut, says) in [(900, "ends too early"), (300, ""), (513, "ends too early")] {
        let error = problem(&whole[..cut]);
        assert!(error.contains(says), "{cut}: {error}");
    }
    let mut second = tar(&[
        tarred("a.csv", b'0', TEXT.as_bytes()),
        tarred("b.csv", b'0', TEXT.as_bytes()),
    ]);
    second[1024 + 3] ^= 1;
    assert!(problem(&second).contains("checksum"));
    // A size that no file has takes no memory and no time.
    let mut huge = tarred("a.csv", b'0', b"");
    huge[124..136].copy_from_slice(&[0x80, 0, 0, 0, 0x7f, 255, 255, 255, 255, 255, 255, 255]);
    huge[148..156].fill(b' ');
    let sum: u32 = huge.iter().map(|byte| u32::from(*byte)).sum();
    huge[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    assert!(problem(&huge).contains("tar file"), "{}", problem(&huge));
}
