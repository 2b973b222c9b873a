use crate::data::formats::trial::{matrix, ratings};

#[test]
fn ratings_of_librec_by_the_names_of_attributes() {
    let text = "% of LibRec\n@RELATION ratings\n@ATTRIBUTE rating NUMERIC\n@ATTRIBUTE item STRING\n@ATTRIBUTE 'user id' STRING\n\n@DATA\n4,'a, b',7\n% one more\n2.5,c,8\n";
    let (table, names) = ratings(text).expect("ratings");
    assert!(names.users.ids().eq(["7", "8"]));
    assert!(names.items.ids().eq(["a, b", "c"]));
    assert_eq!(table.chunks[0].values, [4.0, 2.5]);
    let raw = matrix(text).expect("a matrix");
    assert_eq!((raw.cells.rows(), raw.cells.stored()), (2, 2));
}

const IRIS: &str = "@relation iris\n@attribute 'sepal length' real\n@attribute width NUMERIC % cm\n@attribute place {north,south}\n@attribute class {Iris-setosa,'Iris versicolor'}\n@data\n5.1,3.5,north,Iris-setosa\n?,3,south,'Iris versicolor'\n6,2,south,?\n";

#[test]
fn a_dense_table_with_nominal_classes_and_missing_values() {
    let raw = matrix(IRIS).expect("a matrix");
    assert!(raw.columns.ids().eq(["sepal length", "width"]));
    let cells: Vec<f32> = raw.cells.row(1).map(|cell| cell.1).collect();
    assert!(cells[0].is_nan() && cells[1] == 3.0);
    let classes = raw.row_classes.expect("classes");
    assert_eq!(classes[1].as_deref(), Some("Iris versicolor"));
    assert_eq!(classes[2], None);
    assert!(
        raw.notices
            .iter()
            .any(|notice| notice.contains("not used: place"))
    );
    let error = ratings(IRIS).map(|_| ()).expect_err("no ratings");
    assert!(
        error.contains("sepal length, width, place, class"),
        "{error}"
    );
}

#[test]
fn sparse_rows_leave_out_zeros_and_the_first_class() {
    let raw = matrix("@relation words\n@attribute ant numeric\n@attribute label {x,y}\n@attribute bee {0,1}\n@attribute cat numeric\n@data\n{0 2, 3 1}\n{1 y, 2 1}\n{}\n{3 0.5}\n").expect("a matrix");
    assert!(raw.columns.ids().eq(["ant", "bee", "cat"]));
    assert_eq!(raw.cells.row(0).collect::<Vec<_>>(), [(0, 2.0), (2, 1.0)]);
    assert_eq!(raw.cells.row(1).collect::<Vec<_>>(), [(1, 1.0)]);
    assert_eq!(raw.cells.rows(), 4);
    let classes: Vec<String> = raw
        .row_classes
        .expect("classes")
        .into_iter()
        .flatten()
        .collect();
    assert_eq!(classes, ["x", "y", "x", "x"]);
}

#[test]
fn what_is_wrong_is_said_with_its_line() {
    for (text, expected) in [
        (
            "@relation r\n@attribute a numeric\n",
            "line 2: there is no @data",
        ),
        ("@relation r\n@attribute a complex\n@data\n1\n", "line 2"),
        ("@relation r\n@data\n1\n", "no attribute above"),
        (
            "@relation r\n@attribute a numeric\n@attribute b numeric\n@data\n1,2\n\n3\n",
            "line 7: the row has 1 fields",
        ),
        (
            "@relation r\n@attribute a numeric\n@attribute b numeric\n@data\n1,x\n",
            "line 5, column 2: \"x\" is not a number",
        ),
        (
            "@relation r\n@attribute a numeric\n@attribute b numeric\n@data\n{0 1}\n{2 1}\n",
            "line 6: there is no attribute 2",
        ),
        (
            "@relation r\n@attribute a numeric\n@attribute b numeric\n@data\n{0 ?}\n",
            "line 5: a is missing",
        ),
        (
            "@relation r\n@attribute a {1,2}\n@attribute b numeric\n@data\n{0 2}\n",
            "a is \"1\" in the rows that leave it out",
        ),
        (
            "@relation r\n@attribute a string\n@data\nx\n",
            "no numeric attribute, but a",
        ),
    ] {
        let error = matrix(text).expect_err(text);
        assert!(error.contains(expected), "{error}");
    }
}
