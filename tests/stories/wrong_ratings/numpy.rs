//! Arrays of NumPy and SciPy that are not what they say.

use std::io::Write as _;

use super::{fixture, says, wrong};

/// An `.npy` file of version 1 or 2.
fn npy(version: u8, header: &str, data: &[u8]) -> Vec<u8> {
    let mut bytes = b"\x93NUMPY".to_vec();
    bytes.extend([version, 0]);
    match version {
        1 => bytes.extend((header.len() as u16).to_le_bytes()),
        _ => bytes.extend((header.len() as u32).to_le_bytes()),
    }
    bytes.extend(header.as_bytes());
    bytes.extend(data);
    bytes
}

#[test]
fn a_numpy_file_that_promises_more_than_it_holds() {
    let header =
        |shape: &str| format!("{{'descr': '<f4', 'fortran_order': False, 'shape': {shape}, }}\n");
    let data = [0_u8; 16];
    for shape in [
        "(3, 3)",
        "(1000000000000, 1000000)",
        "(18446744073709551615, 2)",
    ] {
        for version in [1, 2] {
            let found = wrong(&npy(version, &header(shape), &data));
            says(&found, &["promises", "only 16 bytes", "again"]);
        }
    }
    // A header that promises to be longer than the file.
    let mut long = npy(2, &header("(2, 2)"), &data);
    long[8..12].copy_from_slice(&u32::MAX.to_le_bytes());
    says(&wrong(&long), &["header is damaged", "numpy.save"]);
    says(
        &wrong(&npy(1, &header("(4,)"), &data)),
        &["1 dimension,", "matrix"],
    );
    let complex = header("(2, 1)").replace("<f4", "<c8");
    says(&wrong(&npy(1, &complex, &data)), &["<c8", "astype"]);
    let infinite = [1_f32, f32::INFINITY].map(f32::to_le_bytes).concat();
    says(
        &wrong(&npy(1, &header("(1, 2)"), &infinite)),
        &["row 1, column 2", "inf"],
    );
}

/// An `.npz` file of unpacked arrays, made from the one SciPy wrote with one array changed.
fn with_array(array: &str, bytes: &[u8]) -> Vec<u8> {
    let original = fixture("csc.npz");
    let mut from = npyz::npz::NpzArchive::new(std::io::Cursor::new(original)).expect("a fixture");
    let names: Vec<String> = from.array_names().map(str::to_owned).collect();
    let mut to = npyz::npz::NpzWriter::new(std::io::Cursor::new(Vec::new()));
    for name in names {
        let file = format!("{name}.npy");
        let mut content = Vec::new();
        let mut entry = from.zip_archive().by_name(&file).expect("an entry");
        std::io::copy(&mut entry, &mut content).expect("copied");
        let writer = to.zip_writer();
        writer.start_file(file, Default::default()).expect("begun");
        writer
            .write_all(if name == array { bytes } else { &content })
            .expect("written");
    }
    to.zip_writer().finish().expect("finished").into_inner()
}

#[test]
fn a_scipy_file_that_is_not_what_it_says() {
    let header = |descr: &str, shape: &str| {
        format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}\n")
    };
    let i4 =
        |numbers: &[i32]| -> Vec<u8> { numbers.iter().flat_map(|n| n.to_le_bytes()).collect() };
    let i8 =
        |numbers: &[i64]| -> Vec<u8> { numbers.iter().flat_map(|n| n.to_le_bytes()).collect() };
    let shape = npy(1, &header("<i8", "(2,)"), &i8(&[i64::MAX, i64::MAX]));
    says(
        &wrong(&with_array("shape", &shape)),
        &["indptr does not fit", "save_npz"],
    );
    let indices = npy(1, &header("<i4", "(6,)"), &i4(&[0, 2, 2, 900, 0, 3]));
    says(
        &wrong(&with_array("indices", &indices)),
        &["row 900", "outside the shape"],
    );
    let negative = npy(1, &header("<i4", "(6,)"), &i4(&[0, 2, -2, 3, 0, 3]));
    says(
        &wrong(&with_array("indices", &negative)),
        &["indices", "positions"],
    );
    let starts = npy(1, &header("<i4", "(5,)"), &i4(&[0, 2, 4, 5, 6_000_000]));
    says(
        &wrong(&with_array("indptr", &starts)),
        &["indptr does not fit"],
    );
    let data = npy(1, &header("<f4", "(600000000,)"), &[0; 24]);
    says(
        &wrong(&with_array("data", &data)),
        &["promises", "24 bytes"],
    );
    let nan = [f32::NAN; 6].map(f32::to_le_bytes).concat();
    let nan = npy(1, &header("<f4", "(6,)"), &nan);
    says(
        &wrong(&with_array("data", &nan)),
        &["entry 0", "not a finite number"],
    );
    let whole = fixture("csr.npz");
    says(&wrong(&whole[..whole.len() / 2]), &["cut off", "again"]);
    // A bomb: 400 MB of zeros in 400 kB.
    let zeros = npy(2, &header("<f4", "(100000000,)"), &vec![0; 400_000_000]);
    says(
        &wrong(&with_array("data", &zeros)),
        &["expands more than 200 times", "compressed=False"],
    );
}
