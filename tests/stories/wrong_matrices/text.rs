//! Tables and Matrix Market files that are not what they say.

use super::{says_where, wrong};

#[test]
fn text_that_is_no_table() {
    for (content, parts) in [
        ("", &["is empty", "Give"][..]),
        (" \n\n", &["no lines of data", "Give"]),
        (
            "5\n3\n4\n",
            &["line 1", "only one column", "table of numbers"],
        ),
        ("a,b,c,d\n", &["no row of cells", "Add rows"]),
        (
            ",x,y,z\na,1,2,3\nb,1,two,3\n",
            &["line 3, column 3", "\"two\"", "expected a number"],
        ),
        (
            "x,y,z,w,v\n1,2,3,4,5\n1,2,3,4,5\n1,2,3,4,5\n1,2,three,4,5\n",
            &["line 5, column 3", "\"three\""],
        ),
        (
            ",x,y,z\na,1,2,3\nb,1,2\nc,4,5,6\n",
            &["line 3", "3 columns", "have 4"],
        ),
        (
            ",x,y,z\na,1,2,inf\n",
            &[
                "line 2, column 4",
                "\"inf\"",
                "not a finite number",
                "leave the cell empty",
            ],
        ),
        (
            "1 2 3 4\n5 6 7 1e99\n",
            &["line 2, column 4", "\"1e99\"", "not a finite number"],
        ),
        (
            "1,2,3,4\n5,\"6,7,8\n",
            &["line 2, column 2", "quote", "Close it"],
        ),
        (
            "row,column,value\n1,1,5\n1,2,x\n",
            &["line 3, column 3", "\"x\""],
        ),
    ] {
        says_where(&wrong(content.as_bytes()), parts);
    }
    says_where(
        &wrong(b"a,b,c,d\n1,2,3,4\n\xe9,2,3,4\n1,2,3,4\n"),
        &["line 3, column 1", "\"é\"", "expected a number"],
    );
    says_where(
        &wrong(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"),
        &["picture", "folders of images"],
    );
    let mut long = b"1,2,3,4\n".repeat(1_000_000);
    long.extend_from_slice(b"1,2,3,four\n");
    says_where(&wrong(&long), &["line 1000001, column 4", "\"four\""]);
}

#[test]
fn a_matrix_market_file_that_is_not_what_it_says() {
    let market = |banner: &str, body: &str| {
        wrong(format!("%%MatrixMarket matrix {banner}\n{body}").as_bytes())
    };
    for (banner, body, parts) in [
        (
            "coordinate real general",
            "18446744073709551615 3 1\n1 1 5\n",
            &["line 2", "18446744073709551615 rows"][..],
        ),
        (
            "coordinate real general",
            "3 4000000000 1\n1 1 5\n",
            &["4000000000 columns", "more than a file"],
        ),
        (
            "coordinate real general",
            "2 2 3\n1 1 5\n",
            &["line 2", "promises 3", "holds 1"],
        ),
        (
            "coordinate real general",
            "2 2 1\n1 3 5\n",
            &["line 3, column 2", "between 1 and 2"],
        ),
        (
            "coordinate real general",
            "2 2 1\n1 0 5\n",
            &["line 3, column 2", "between 1 and 2"],
        ),
        (
            "coordinate real general",
            "2 2 1\n1 1 nan\n",
            &["line 3, column 3", "not a finite number"],
        ),
        (
            "coordinate real general",
            "2 2 1\n1 1\n",
            &["line 3", "not an entry", "3 numbers"],
        ),
        (
            "coordinate pattern general",
            "2 2 1\n1 1 5\n",
            &["line 3", "not an entry", "2 numbers"],
        ),
        (
            "coordinate real general",
            "2 2\n1 1 5\n",
            &["line 2", "size of the matrix"],
        ),
        (
            "coordinate real symmetric",
            "2 3 1\n1 1 5\n",
            &["line 2", "square", "2 × 3"],
        ),
        (
            "coordinate complex general",
            "2 2 1\n1 1 5 6\n",
            &["line 1", "complex"],
        ),
        (
            "coordinate real hermitian",
            "2 2 1\n1 1 5\n",
            &["line 1", "Begin with"],
        ),
        (
            "array real general",
            "1000000000 1000000000\n1\n2\n",
            &["promises 1000000000000000000", "holds 2"],
        ),
        (
            "array real general",
            "4000000000 18446744073709551615\n1\n",
            &["line 2", "size of the matrix"],
        ),
        (
            "array real symmetric",
            "3 3\n1\n2\n3\n",
            &["promises 6", "holds 3"],
        ),
        (
            "array real general",
            "2 1\n1\ntwo\n",
            &["line 4", "\"two\""],
        ),
        (
            "array real general",
            "2 1\n1\ninf\n",
            &["line 4", "not a finite number"],
        ),
        ("array real general", "0 5\n", &["no cell"]),
        ("coordinate real general", "", &["size of the matrix"]),
    ] {
        says_where(&market(banner, body), parts);
    }
}
