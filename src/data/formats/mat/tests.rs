//! Files put together here, byte by byte.

use super::super::arrays::matrix;
use super::super::raw::RawMatrix;
use super::*;

const DOUBLE: u32 = 6;
/// 1 2 / 3 4 / 5 6, column by column.
const CELLS: [f64; 6] = [1., 3., 5., 2., 4., 6.];

fn element(kind: u32, payload: &[u8]) -> Vec<u8> {
    let mut bytes = [kind.to_le_bytes(), (payload.len() as u32).to_le_bytes()].concat();
    bytes.extend(payload);
    bytes.resize(bytes.len().next_multiple_of(8), 0);
    bytes
}

fn integers(numbers: &[i32]) -> Vec<u8> {
    let bytes: Vec<u8> = numbers.iter().flat_map(|n| n.to_le_bytes()).collect();
    element(5, &bytes)
}

fn doubles(numbers: &[f64]) -> Vec<u8> {
    let bytes: Vec<u8> = numbers.iter().flat_map(|n| n.to_le_bytes()).collect();
    element(9, &bytes)
}

/// An array, whose `parts` follow the name.
fn array(flags: u32, shape: &[i32], name: &str, parts: &[Vec<u8>]) -> Vec<u8> {
    let flags = element(6, &[flags.to_le_bytes(), [0; 4]].concat());
    let parts = parts.concat();
    let name = element(1, name.as_bytes());
    element(14, &[flags, integers(shape), name, parts].concat())
}

fn fea(name: &str) -> Vec<u8> {
    array(DOUBLE, &[3, 2], name, &[doubles(&CELLS)])
}

fn text(name: &str, text: &str) -> Vec<u8> {
    let shape = [1, text.chars().count() as i32];
    array(4, &shape, name, &[element(16, text.as_bytes())])
}

fn texts(name: &str) -> Vec<u8> {
    array(1, &[3, 1], name, &["b", "ä", "b"].map(|t| text("", t)))
}

/// A struct of the fields `fea` and `gnd`.
fn structure(name: &str, fields: [Vec<u8>; 2]) -> Vec<u8> {
    let [first, second] = fields;
    let parts = [integers(&[4]), element(1, b"fea\0gnd\0"), first, second];
    array(2, &[1, 1], name, &parts)
}

/// A file of level 5.
fn file(variables: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = b"MATLAB 5.0 MAT-file, made by hand".to_vec();
    bytes.resize(124, b' ');
    bytes.extend([0, 1, b'I', b'M']);
    bytes.extend(variables.concat());
    bytes
}

fn packed(variable: &[u8]) -> Vec<u8> {
    let mut packed = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut packed, variable).expect("packed");
    let packed = packed.finish().expect("packed");
    let length = (packed.len() as u32).to_le_bytes();
    [&15_u32.to_le_bytes()[..], &length, &packed].concat()
}

fn read(bytes: &[u8], variable: Option<&str>) -> Result<RawMatrix, Wrong> {
    matrix(&mut *open(bytes)?, variable, 1)
}

/// The matrix, checked to be 1 2 / 3 4 / 5 6, with its row classes and its notices.
fn sound(bytes: &[u8], variable: Option<&str>) -> (Vec<Option<String>>, String) {
    let raw = read(bytes, variable).expect("a matrix");
    let cells: Vec<f32> = (0..raw.cells.rows())
        .flat_map(|row| raw.cells.row(row).map(|cell| cell.1))
        .collect();
    assert_eq!(cells, [1., 2., 3., 4., 5., 6.]);
    (raw.row_classes.unwrap_or_default(), raw.notices.join("\n"))
}

fn names(classes: &[&str]) -> Vec<Option<String>> {
    classes.iter().map(|c| Some((*c).to_owned())).collect()
}

#[test]
fn classes_are_numbers_texts_in_cells_or_rows_of_characters() {
    let rows = array(4, &[3, 2], "labels", &[element(16, b"bcb b ")]);
    let wide = element(4, &[98, 0, 99, 0, 98, 0, 0, 1, 0, 1, 0, 1]);
    let wide = array(4, &[3, 2], "labels", &[wide]);
    let numbers = array(
        1,
        &[1, 3],
        "y",
        &[2., 1., 2.].map(|n| array(DOUBLE, &[1, 1], "", &[doubles(&[n])])),
    );
    for (labels, expected) in [
        (texts("Labels"), ["b", "ä", "b"]),
        (rows, ["b", "cb", "b"]),
        (wide, ["bĀ", "cĀ", "bĀ"]),
        (numbers, ["2", "1", "2"]),
        (
            array(
                12,
                &[3, 1],
                "gnd",
                &[element(5, &[7, 0, 0, 0, 8, 0, 0, 0, 7, 0, 0, 0])],
            ),
            ["7", "8", "7"],
        ),
    ] {
        for labels in [labels.clone(), packed(&labels)] {
            let (classes, notices) = sound(&file(&[labels, fea("X")]), None);
            assert_eq!(classes, names(&expected));
            assert!(notices.contains("true classes of the rows"), "{notices}");
        }
    }
    let bytes = file(&[texts("anything")]);
    assert_eq!(classes(&bytes, 3).ok(), Some(names(&["b", "ä", "b"])));
}

#[test]
fn classes_that_cannot_be_taken_are_said_to_be_left_out() {
    let object = {
        let flags = element(6, &[17, 0, 0, 0, 0, 0, 0, 0]);
        let parts = [
            flags,
            element(1, b"labels"),
            element(1, b"MCOS"),
            element(1, b"string"),
        ];
        element(14, &parts.concat())
    };
    for (labels, why) in [
        (
            text("labels", "bab"),
            "labels (1, text) was not read as true classes: the matrix has 3 rows and 2 columns",
        ),
        (
            object,
            "labels (an object) was not read as true classes: objects of MATLAB such as string arrays are not read; save a cell array of texts, cellstr(labels), in its place",
        ),
        (
            array(DOUBLE, &[3, 1], "labels", &[doubles(&[1., 2., 3.])]),
            "",
        ),
        (
            array(DOUBLE, &[1, 4], "labels", &[doubles(&[1.; 4])]),
            "labels (1 × 4) was not read",
        ),
    ] {
        let (_, notices) = sound(&file(&[fea("X"), labels]), None);
        assert!(notices.contains(why), "{notices}");
        assert_eq!(notices.contains("not read"), !why.is_empty(), "{notices}");
    }
}

#[test]
fn a_matrix_in_a_struct_or_a_cell_array_is_read_and_said() {
    let inner = structure("data", [fea(""), texts("")]);
    let deeper = structure(
        "all",
        [structure("", [fea(""), texts("")]), text("", "note")],
    );
    let listed = array(1, &[1, 1], "X", &[fea("")]);
    for (variable, name) in [(inner.clone(), "data.fea"), (deeper, "all.fea.fea")] {
        for bytes in [
            file(std::slice::from_ref(&variable)),
            file(&[packed(&variable)]),
        ] {
            for asked in [None, Some(name)] {
                let (classes, notices) = sound(&bytes, asked);
                assert_eq!(classes, names(&["b", "ä", "b"]));
                let said = notices.contains(&format!("{name} (3 × 2) was read as the matrix"));
                assert_eq!(said, asked.is_none(), "{notices}");
            }
        }
    }
    let (_, notices) = sound(&file(&[listed]), None);
    assert!(notices.contains("X{1} (3 × 2)"), "{notices}");
    let views = file(&[array(1, &[1, 2], "X", &[fea(""), fea("")]), texts("Y")]);
    let wrong = read(&views, None).expect_err("two of them");
    assert!(
        wrong.problem.contains("X{1} (3 × 2), X{2} (3 × 2)"),
        "{}",
        wrong.problem
    );
    assert_eq!(sound(&views, Some("X{2}")).0, names(&["b", "ä", "b"]));
    // Two structs in one array.
    let parts = [integers(&[4]), element(1, b"fea\0"), fea(""), fea("")];
    let wrong = read(&file(&[array(2, &[1, 2], "s", &parts)]), None).expect_err("an array");
    assert!(
        wrong.problem.contains("s (1 × 2, an array of structs)"),
        "{}",
        wrong.problem
    );
    // The matrix that has its usual name, and the other is named.
    let (_, notices) = sound(&file(&[fea("other"), fea("fea")]), None);
    assert!(
        notices.contains("can name another: other (3 × 2)"),
        "{notices}"
    );
}

#[test]
fn a_struct_without_end_is_not_followed_to_its_end() {
    let mut variable = fea("");
    for _ in 0..2000 {
        let parts = [integers(&[4]), element(1, b"fea\0"), variable];
        variable = array(2, &[1, 1], "s", &parts);
    }
    let wrong = read(&file(&[variable]), None).expect_err("too deep");
    assert!(wrong.problem.contains("s.fea.fea"), "{}", wrong.problem);
}

#[test]
fn what_is_no_matrix_of_real_numbers_is_named() {
    let complex = array(
        DOUBLE | 1 << 11,
        &[3, 2],
        "z",
        &[doubles(&CELLS), doubles(&CELLS)],
    );
    let cube = array(DOUBLE, &[3, 1, 2], "cube", &[doubles(&CELLS)]);
    let bytes = file(&[complex, cube]);
    let wrong = read(&bytes, None).expect_err("no matrix");
    let parts = ["z (3 × 2, complex numbers)", "cube (3 × 1 × 2)"];
    assert!(
        parts.iter().all(|part| wrong.problem.contains(part)),
        "{}",
        wrong.problem
    );
    let wrong = read(&bytes, Some("cube")).expect_err("no matrix");
    assert!(wrong.problem.contains("3 dimensions"), "{}", wrong.problem);
}

/// A matrix of level 4, its numbers as doubles.
fn level4(kind: u32, shape: [u32; 2], name: &str, numbers: &[f64]) -> Vec<u8> {
    let big = kind >= 1000;
    let header = [kind, shape[0], shape[1], 0, name.len() as u32 + 1];
    let mut bytes = Vec::new();
    for number in header {
        bytes.extend(if big {
            number.to_be_bytes()
        } else {
            number.to_le_bytes()
        });
    }
    bytes.extend(name.bytes().chain([0]));
    for number in numbers {
        bytes.extend(if big {
            number.to_be_bytes()
        } else {
            number.to_le_bytes()
        });
    }
    bytes
}

#[test]
fn level_4_full_sparse_and_text_in_both_byte_orders() {
    // b, a, b below each other.
    let labels = |kind| level4(kind + 1, [3, 1], "labels", &[98., 97., 98.]);
    let entries = [
        [1., 2., 3., 1., 2., 3., 3.],
        [1., 1., 1., 2., 2., 2., 2.],
        [1., 3., 5., 2., 4., 6., 0.],
    ];
    for kind in [0, 1000] {
        let full = level4(kind, [3, 2], "A", &CELLS);
        let sparse = level4(kind + 2, [7, 3], "A", &entries.concat());
        for matrix in [full, sparse] {
            let (classes, _) = sound(&[labels(kind), matrix].concat(), None);
            assert_eq!(classes, names(&["b", "a", "b"]));
        }
    }
    // Whole numbers of two bytes.
    let mut small = level4(30, [3, 2], "A", &[]);
    small.extend([1_i16, 3, 5, 2, 4, 6].iter().flat_map(|n| n.to_le_bytes()));
    sound(&small, None);
    for (bytes, problem) in [
        (level4(0, [3, 2], "A", &CELLS[..5]), "cut off"),
        (level4(0, [3, 2], "A", &CELLS)[..19].to_vec(), "damaged"),
        (level4(2000, [3, 2], "A", &CELLS), "VAX"),
        (
            level4(
                2,
                [7, 3],
                "A",
                &[[9., 1., 2., 1., 2., 3., 3.], entries[1], entries[2]].concat(),
            ),
            "entry 1 is in row 9, column 1, outside the shape 3 × 2",
        ),
        (level4(0, [u32::MAX, u32::MAX], "A", &CELLS), "cut off"),
    ] {
        let wrong = read(&bytes, None).expect_err(problem);
        assert!(wrong.problem.contains(problem), "{}", wrong.problem);
    }
}
