use std::sync::Arc;

use parquet::data_type::{ByteArray, ByteArrayType, DoubleType, FloatType, Int32Type, Int64Type};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;

use super::*;
use crate::data::{self, MatrixSource, RatingsSource};

const RATINGS: &str = "message ratings {
    required int32 user_id (INTEGER(32, false));
    required binary title (UTF8);
    optional double rating;
    required int64 timestamp (TIMESTAMP(MICROS, true));
    repeated int32 tags;
}";

/// Ratings in two groups of rows, one of them without a rating.
fn ratings(compression: Compression) -> Vec<u8> {
    let schema = Arc::new(parse_message_type(RATINGS).unwrap());
    let properties = WriterProperties::builder()
        .set_compression(compression)
        .build();
    let mut bytes = Vec::new();
    let mut writer = SerializedFileWriter::new(&mut bytes, schema, Arc::new(properties)).unwrap();
    for (users, titles, ratings, levels) in [
        ([-1, 7], ["Heat", "a\tb"], &[4.5][..], [1, 0]),
        ([7, 8], ["Up", "\"Up\""], &[3.0, 2.0], [1, 1]),
    ] {
        let mut group = writer.next_row_group().unwrap();
        let mut column = group.next_column().unwrap().unwrap();
        column
            .typed::<Int32Type>()
            .write_batch(&users, None, None)
            .unwrap();
        column.close().unwrap();
        let mut column = group.next_column().unwrap().unwrap();
        let titles = titles.map(ByteArray::from);
        column
            .typed::<ByteArrayType>()
            .write_batch(&titles, None, None)
            .unwrap();
        column.close().unwrap();
        let mut column = group.next_column().unwrap().unwrap();
        column
            .typed::<DoubleType>()
            .write_batch(ratings, Some(&levels), None)
            .unwrap();
        column.close().unwrap();
        let mut column = group.next_column().unwrap().unwrap();
        let times = [881_250_949_500_000, 1_000_000];
        column
            .typed::<Int64Type>()
            .write_batch(&times, None, None)
            .unwrap();
        column.close().unwrap();
        let mut column = group.next_column().unwrap().unwrap();
        column
            .typed::<Int32Type>()
            .write_batch(&[1, 2, 3], Some(&[1, 1, 1]), Some(&[0, 1, 0]))
            .unwrap();
        column.close().unwrap();
        group.close().unwrap();
    }
    writer.close().unwrap();
    bytes
}

fn text(bytes: &[u8]) -> Result<(String, Vec<String>), String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    std::fs::write(&path, bytes).unwrap();
    let monitor = Monitor::default();
    let (mut rows, notices) = open(&path, &monitor).map_err(|error| error.to_string())?;
    let mut text = String::new();
    rows.read_to_string(&mut text)
        .map_err(|error| error.to_string())?;
    Ok((text, notices))
}

#[test]
fn rows_are_read_as_lines_with_tabs() {
    for compression in [
        Compression::UNCOMPRESSED,
        Compression::SNAPPY,
        Compression::GZIP(Default::default()),
    ] {
        let (text, notices) = text(&ratings(compression)).unwrap();
        assert_eq!(
            text,
            "user_id\ttitle\trating\ttimestamp\n4294967295\tHeat\t4.5\t881250949\n7\ta b\t\t1\n7\tUp\t3\t881250949\n8\t\"\"\"Up\"\"\"\t2\t1\n"
        );
        assert_eq!(
            notices,
            ["columns not used, since they hold lists or other values: tags"]
        );
    }
}

#[test]
fn a_file_that_is_cut_off_is_refused_and_damage_within_does_no_harm() {
    let mut bytes = ratings(Compression::SNAPPY);
    let cut = text(&bytes[..bytes.len() / 2]).unwrap_err();
    assert!(cut.contains("damaged or cut off"), "{cut}");
    let middle = 60;
    bytes[middle..middle + 8].fill(0xff);
    // Whatever is wrong within, it is an error or other values, and no panic.
    let _ = text(&bytes);
}

#[test]
fn a_wide_table_is_a_matrix_and_its_index_names_the_rows() {
    let schema = "message schema { required float a; required float b; required binary __index_level_0__ (UTF8); }";
    let schema = Arc::new(parse_message_type(schema).unwrap());
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("matrix.parquet");
    let file = std::fs::File::create(&path).unwrap();
    let mut writer =
        SerializedFileWriter::new(file, schema, Arc::new(WriterProperties::default())).unwrap();
    let mut group = writer.next_row_group().unwrap();
    for values in [[1.0, 2.5, f32::NAN], [0.0, 4.0, 3.0]] {
        let mut column = group.next_column().unwrap().unwrap();
        column
            .typed::<FloatType>()
            .write_batch(&values, None, None)
            .unwrap();
        column.close().unwrap();
    }
    let mut column = group.next_column().unwrap().unwrap();
    let names = ["x", "y", "z"].map(ByteArray::from);
    column
        .typed::<ByteArrayType>()
        .write_batch(&names, None, None)
        .unwrap();
    column.close().unwrap();
    group.close().unwrap();
    writer.close().unwrap();
    let source = MatrixSource {
        path: path.clone(),
        ..MatrixSource::default()
    };
    let loaded = data::load(&source.into(), folder.path(), 1, &Monitor::default()).unwrap();
    let matrix = loaded.matrix().unwrap();
    assert_eq!(matrix.rows.ids().collect::<Vec<_>>(), ["x", "y", "z"]);
    assert_eq!(matrix.columns.ids().collect::<Vec<_>>(), ["a", "b"]);
    assert_eq!((matrix.observed.rows(), matrix.observed.columns()), (3, 2));
    let bytes = std::fs::read(&path).unwrap();
    assert_eq!(matrix.fingerprint.hash, blake3::hash(&bytes).to_string());
}

#[test]
fn ratings_by_the_names_of_their_columns() {
    let schema = "message schema { required int64 timestamp; required double rating; required int64 item_id; required int64 user_id; }";
    let schema = Arc::new(parse_message_type(schema).unwrap());
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ratings.parquet");
    let file = std::fs::File::create(&path).unwrap();
    let mut writer =
        SerializedFileWriter::new(file, schema, Arc::new(WriterProperties::default())).unwrap();
    let mut group = writer.next_row_group().unwrap();
    for (at, values) in [[881_250_949, 881_250_950], [0, 0], [10, 20], [1, 2]]
        .iter()
        .enumerate()
    {
        let mut column = group.next_column().unwrap().unwrap();
        if at == 1 {
            column
                .typed::<DoubleType>()
                .write_batch(&[4.0, 2.5], None, None)
                .unwrap();
        } else {
            column
                .typed::<Int64Type>()
                .write_batch(values, None, None)
                .unwrap();
        }
        column.close().unwrap();
    }
    group.close().unwrap();
    writer.close().unwrap();
    let source = RatingsSource {
        path,
        ..RatingsSource::default()
    };
    let loaded = data::load(&source.into(), folder.path(), 1, &Monitor::default()).unwrap();
    let ratings = loaded.ratings().unwrap();
    assert_eq!(ratings.users.ids().collect::<Vec<_>>(), ["1", "2"]);
    assert_eq!(ratings.items.ids().collect::<Vec<_>>(), ["10", "20"]);
    assert_eq!(ratings.scale, (2.5, 4.0));
}

/// What `packed.py` wrote.
const PACKED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/parquet");

#[test]
fn pages_that_others_packed_with_zstd_are_read() {
    let mut expected = "user\titem\trating\n".to_owned();
    for row in 0..3000_u32 {
        let rating = match row % 10 {
            3 => String::new(),
            _ => (f64::from(row * row % 9 + 1) / 2.0).to_string(),
        };
        expected += &format!("user {}\t{}\t{rating}\n", row * 7 % 61, row * 11 % 97);
    }
    for file in ["zstd_v1.parquet", "zstd_v2.parquet"] {
        let bytes = std::fs::read(Path::new(PACKED).join(file)).unwrap();
        let (text, _) = text(&bytes).unwrap();
        assert!(text == expected, "{file}");
    }
}

#[test]
fn damage_in_pages_packed_with_zstd_is_an_error_or_other_values() {
    let bytes = std::fs::read(Path::new(PACKED).join("zstd_v2.parquet")).unwrap();
    let mut refused = 0;
    for at in (4..bytes.len()).step_by(97) {
        let mut bytes = bytes.clone();
        bytes[at] ^= 0xff;
        refused += usize::from(text(&bytes).is_err());
    }
    assert!(refused > 10, "{refused}");
}

#[test]
fn packings_that_are_not_read_are_named_with_what_to_do() {
    let bytes = std::fs::read(Path::new(PACKED).join("lz4.parquet")).unwrap();
    let refused = text(&bytes).unwrap_err();
    assert!(refused.contains("packed with LZ4"), "{refused}");
    assert!(refused.contains("compression=\"snappy\""), "{refused}");
}
