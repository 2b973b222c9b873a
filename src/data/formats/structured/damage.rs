//! No damage to a file of these formats makes a reader panic, hang or ask for more memory than the file is worth.

use proptest::prelude::*;

use super::super::format::format_of;
use super::super::trial::{matrix, ratings};

/// A valid file of each format, with the name of the format.
const VALID: [(&str, &str); 20] = [
    (
        "MatrixMarket",
        "%%MatrixMarket matrix coordinate real symmetric\n% x\n3 3 2\n2 1 5\n3 3 1\n",
    ),
    (
        "MatrixMarket",
        "%MatrixMarket matrix array real general\n2 2\n1\n2\n3\n4\n",
    ),
    (
        "UCI bag of words",
        "3\n4\n5\n1 1 2\n1 3 1\n2 4 7\n3 1 1\n3 2 5\n",
    ),
    (
        "Netflix prize",
        "1:\n14,3,2005-09-06\n8,5,2005-05-13\n2:\n8,4,2005-09-05\n",
    ),
    (
        "Jester",
        "2,-9.5,99,3,99,99\n3,0.25,1,99,99,10\n1,99,99,99,99,-2\n",
    ),
    (
        "GCT",
        "#1.2\n2\t2\nName\tDescription\ta\tb\nG\tg\t1\t2\nH\th\t3\t4\n",
    ),
    (
        "GCT",
        "#1.3\n2\t2\t1\t1\nid\tsymbol\tc1\tc2\nclass\tna\tx\ty\nr1\tABC\t1\t2\nr2\tDEF\t3\t4\n",
    ),
    (
        "GEO",
        "!Series_title\t\"x\"\n!series_matrix_table_begin\n\"ID_REF\"\t\"a\"\t\"b\"\np\t1\t2\nq\t3\t4\n!series_matrix_table_end\n",
    ),
    (
        "GEO",
        "^DATASET = G\n^SUBSET = S\n!subset_description = m\n!subset_sample_id = a,b\n!dataset_table_begin\nID_REF\tIDENTIFIER\ta\tb\np\tP\t1\t2\nq\tQ\t3\t4\n!dataset_table_end\n",
    ),
    (
        "ARFF",
        "@relation r\n@attribute a numeric\n@attribute 'b c' {0,1}\n@attribute class {x,'y z'}\n@data\n1,0,x\n2,1,'y z'\n",
    ),
    (
        "ARFF",
        "@relation r\n@attribute a numeric\n@attribute b numeric\n@attribute class {x,y}\n@data\n{0 1, 2 y}\n{1 3}\n",
    ),
    (
        "ARFF",
        "@relation r\n@attribute user string\n@attribute item string\n@attribute rating real\n@data\n1,2,3\n2,2,4\n",
    ),
    (
        "JSON",
        "{\"user\": 1, \"item\": \"b\", \"rating\": 3.5, \"time\": 881250949}\n{\"user\": 2, \"item\": \"b\", \"rating\": 4, \"time\": 881250950}\n",
    ),
    (
        "JSON",
        "[{\"user\": 1, \"item\": \"b\", \"rating\": 3.5},\n{\"user\": 2, \"x\": [{}], \"item\": \"b\", \"rating\": 4}]\n",
    ),
    (
        "Orange table",
        "name\tl\tw\tkind\ns\tc\tc\td\nmeta\t\t\tclass\na\t1\t2\tx\nb\t3\t4\ty\n",
    ),
    ("LDA-C", "3 0:1 4:2 2:1\n1 4:7\n2 1:1 2:3\n"),
    ("SVMlight", "+1 1:0.5 3:2\n-1 2:1\n+1 3:1e1\n"),
    ("CLUTO matrix", "4 5 6\n1 2 3 1\n\n2 0.5\n5 1 1 4 2 1\n"),
    (
        "SNAP reviews",
        "product/productId: B1\nreview/userId: A1\nreview/score: 5.0\nreview/time: 13\n\nproduct/productId: B2\nreview/userId: A2\nreview/score: 2.0\nreview/time: 14\n",
    ),
    (
        "list of cells below a line with the size",
        "% cells\n3,3,2\n0,0,1\n0,2,3\n1,1,2\n2,0,1\n2,2,4\n",
    ),
];

#[test]
fn every_valid_file_is_known_and_read() {
    for (name, text) in VALID {
        assert_eq!(format_of(text.as_bytes()).name(), name, "{text}");
        let raw = matrix(text).expect(text);
        assert!(raw.cells.rows() > 1 && raw.cells.columns() > 0, "{text}");
        assert_eq!(raw.cells.rows(), raw.rows.len(), "{text}");
        assert_eq!(raw.cells.columns(), raw.columns.len(), "{text}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_damage_makes_a_reader_panic(
        file in 0..VALID.len(),
        edits in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..4_u8), 0..6),
    ) {
        let mut bytes = VALID[file].1.as_bytes().to_vec();
        for (at, byte, how) in edits {
            let at = at.index(bytes.len().max(1));
            match how {
                0 => bytes.truncate(at.max(1)),
                1 => bytes.insert(at, b"0123456789,:\t\n{}\"'#%@!? "[usize::from(byte) % 24]),
                2 if at < bytes.len() && bytes.len() > 1 => { bytes.remove(at); }
                _ if at < bytes.len() => bytes[at] = byte,
                _ => (),
            }
        }
        let text = String::from_utf8_lossy(&bytes);
        let _ = matrix(&text);
        let _ = ratings(&text);
    }
}
