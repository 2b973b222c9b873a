//! Arrays put together here, byte by byte.

use super::*;
use crate::data::Cells;

/// A file of version 1.
pub(in crate::data::formats) fn npy(descr: &str, shape: &str, data: &[u8]) -> Vec<u8> {
    let quoted = if descr.starts_with('[') {
        descr.to_owned()
    } else {
        format!("'{descr}'")
    };
    let header = format!("{{'descr': {quoted}, 'fortran_order': False, 'shape': {shape}, }}\n");
    let mut bytes = MAGIC.to_vec();
    bytes.extend([1, 0]);
    bytes.extend((header.len() as u16).to_le_bytes());
    bytes.extend(header.as_bytes());
    bytes.extend(data);
    bytes
}

pub(in crate::data::formats) fn doubles(numbers: &[f64]) -> Vec<u8> {
    numbers.iter().flat_map(|n| n.to_le_bytes()).collect()
}

/// The ratings as user, item and rating.
pub(in crate::data::formats) fn triples(
    table: &Table,
    names: &Names,
) -> Vec<(String, String, f32)> {
    let chunk = &table.chunks[0];
    let ids = chunk.users.iter().zip(&chunk.items).zip(&chunk.values);
    ids.map(|((user, item), value)| {
        let user = names.users.id(*user as usize).to_owned();
        (user, names.items.id(*item as usize).to_owned(), *value)
    })
    .collect()
}

fn read(bytes: &[u8]) -> (Vec<(String, String, f32)>, Table) {
    let mut names = Names::default();
    let table = ratings(bytes, &mut names).expect("ratings");
    (triples(&table, &names), table)
}

fn expected(triples: &[(&str, &str, f32)]) -> Vec<(String, String, f32)> {
    let owned = |t: &(&str, &str, f32)| (t.0.to_owned(), t.1.to_owned(), t.2);
    triples.iter().map(owned).collect()
}

#[test]
fn rows_of_user_item_and_rating_are_a_list_and_said_to_be_one() {
    let rows = [[7., 30., 5.], [7., 31., 1.], [9., 30., 4.], [12., 40., 2.5]];
    let (found, table) = read(&npy("<f8", "(4, 3)", &doubles(&rows.concat())));
    let list = [
        ("7", "30", 5.),
        ("7", "31", 1.),
        ("9", "30", 4.),
        ("12", "40", 2.5),
    ];
    assert_eq!(found, expected(&list));
    assert!(!table.positions);
    assert!(
        table.notices[0].contains("user, item and rating"),
        "{:?}",
        table.notices
    );
    let timed = rows.map(|row| [row[0], row[1], row[2], 9e8 + row[0]]);
    let (found, table) = read(&npy("<f8", "(4, 4)", &doubles(&timed.concat())));
    assert_eq!(found, expected(&list));
    assert_eq!(table.chunks[0].times.get(2), Some(900_000_009));
    // The same as a matrix is a matrix, with a notice.
    let raw = matrix(&npy("<f8", "(4, 3)", &doubles(&rows.concat()))).expect("a matrix");
    assert_eq!((raw.cells.rows(), raw.cells.columns()), (4, 3));
    assert!(
        raw.notices[0].contains("row, column and value"),
        "{:?}",
        raw.notices
    );
}

#[test]
fn three_items_rated_by_a_few_users_are_a_matrix() {
    // Whole ratings of the same size in all columns, and fractions in the first.
    for rows in [
        [[5., 3., 4.], [1., 5., 5.], [2., 2., 5.], [4., 1., 3.]],
        [[5.5, 3., 4.], [1., 50., 5.], [2., 2., 5.], [4., 1., 3.]],
    ] {
        let (found, table) = read(&npy("<f8", "(4, 3)", &doubles(&rows.concat())));
        assert_eq!(found.len(), 12);
        let said = table
            .notices
            .iter()
            .any(|notice| notice.contains("4 users of 3 items"));
        assert!(said, "{:?}", table.notices);
        assert!(
            matrix(&npy("<f8", "(4, 3)", &doubles(&rows.concat())))
                .expect("a matrix")
                .notices
                .is_empty()
        );
    }
}

#[test]
fn records_are_a_list_of_ratings_by_the_names_of_their_fields() {
    let descr = "[('rating', '>f4'), ('', '|V4'), ('movieId', '<U2'), ('user', '<i8'), ('timestamp', '<i8')]";
    let record = |rating: f32, item: &str, user: i64| {
        let mut bytes = rating.to_be_bytes().to_vec();
        bytes.extend([9; 4]);
        let codes: Vec<u32> = item.chars().map(u32::from).chain([0, 0]).take(2).collect();
        bytes.extend(codes.iter().flat_map(|code| code.to_le_bytes()));
        bytes.extend(user.to_le_bytes());
        bytes.extend((900_000_000 + user).to_le_bytes());
        bytes
    };
    let records = [
        record(5., "é", 7),
        record(f32::NAN, "b", 8),
        record(1., "bc", i64::MAX - 9e8 as i64),
    ];
    let (found, table) = read(&npy(descr, "(3,)", &records.concat()));
    let large = (i64::MAX - 900_000_000).to_string();
    assert_eq!(found, expected(&[("7", "é", 5.), (&large, "bc", 1.)]));
    assert!(
        table.notices[0].starts_with("1 row has no rating"),
        "{:?}",
        table.notices
    );
    assert_eq!(table.chunks[0].times.get(0), Some(900_000_007));
    // To be clustered they are a matrix of users and items, not of four columns.
    let raw = matrix(&npy(descr, "(3,)", &records.concat())).expect("a matrix");
    assert_eq!((raw.cells.rows(), raw.cells.columns()), (2, 2));
    assert!(raw.absent_is_missing);
    assert!(
        raw.notices
            .iter()
            .any(|notice| notice.contains("users are rows"))
    );
    let other = npy("[('a', '<f8'), ('b', '<f8')]", "(1,)", &doubles(&[1., 2.]));
    let wrong = ratings(&other, &mut Names::default()).expect_err("no list");
    assert!(
        wrong.problem.contains("records of a, b"),
        "{}",
        wrong.problem
    );
}

#[test]
fn records_of_numbers_are_a_matrix_with_named_columns() {
    let descr = "[('height', '<f8'), ('label', '|S1'), ('note', '|S2'), ('age', '|u1')]";
    let record = |height: f64, rest: &[u8]| [&height.to_le_bytes()[..], rest].concat();
    let records = [record(1.5, b"axx\x07"), record(2.5, b"bxx\x09")].concat();
    let raw = matrix(&npy(descr, "(2,)", &records)).expect("a matrix");
    let Cells::Dense(cells) = &raw.cells else {
        panic!("dense");
    };
    assert_eq!(cells.values(), [1.5, 7., 2.5, 9.]);
    assert_eq!(raw.columns.ids().collect::<Vec<_>>(), ["height", "age"]);
    let classes = raw.row_classes.expect("classes");
    assert_eq!(classes, [Some("a".to_owned()), Some("b".to_owned())]);
    assert!(
        raw.notices
            .contains(&"note was left out: it holds texts".to_owned())
    );
}

#[test]
fn what_is_not_read_is_named() {
    for (descr, shape, problem) in [
        ("|O", "(2, 1)", "Python objects"),
        ("<c8", "(2, 1)", "complex numbers"),
        ("<M8[ns]", "(2, 1)", "dates"),
        ("<f16", "(1, 1)", "unusual precision"),
        ("[('a', '<i4', (2,))]", "(2,)", "records of more than"),
        ("<f8", "(2,)", "1 dimension,"),
        ("<f8", "()", "0 dimensions"),
    ] {
        let wrong = matrix(&npy(descr, shape, &[0; 16])).expect_err(problem);
        assert!(wrong.problem.contains(problem), "{}", wrong.problem);
    }
    let wrong = matrix(&npy("|O", "()", b"pickled")).expect_err("objects");
    assert!(wrong.problem.contains("allow_pickle") && wrong.remedy.contains("astype"));
}
