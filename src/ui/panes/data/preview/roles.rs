//! What the columns of a file are: the words for it, what a column can be, and how a choice is written into the config.

use std::borrow::Cow;

use serde_json::{Map, Value};

use crate::data::{DataKind, Preview, PreviewColumn, Role, RowPart};

/// The words of a role.
pub(super) fn label(role: Role) -> &'static str {
    match role {
        Role::User => "User",
        Role::Item => "Item",
        Role::Rating => "Rating",
        Role::Time => "Time",
        Role::Row => "Row",
        Role::Column => "Column",
        Role::Value => "Value",
        Role::Class => "Class",
        Role::Name => "Name",
        Role::Cell => "Cells",
        Role::NotUsed => "Not used",
    }
}

/// What a role means.
pub(super) fn help(role: Role) -> &'static str {
    match role {
        Role::User => "Who rated",
        Role::Item => "What was rated",
        Role::Rating => "The rating, a number",
        Role::Time => "When it was rated, in seconds since 1970",
        Role::Row => "The row of the cell",
        Role::Column => "The column of the cell",
        Role::Value => "The value of the cell",
        Role::Class => "The true class of the row, to compare with",
        Role::Name => "The name of the row",
        Role::Cell => "A column of the matrix",
        Role::NotUsed => "Left out",
    }
}

/// Columns up to which a table could be a list as well.
const MOST_OF_A_LIST: usize = 8;

/// Cells of the widest line of the table.
pub(super) fn widest(preview: &Preview) -> usize {
    let table = preview.rows.iter();
    let table = table.filter(|row| row.part != RowPart::Skipped);
    table.map(|row| row.cells.len()).max().unwrap_or(0)
}

/// The columns of a preview; those of a file that cannot be read are of no use yet.
pub(super) fn columns(preview: &Preview) -> Cow<'_, [PreviewColumn]> {
    if !preview.columns.is_empty() {
        return Cow::Borrowed(&preview.columns);
    }
    let unknown = PreviewColumn {
        name: String::new(),
        role: Role::NotUsed,
    };
    let count = widest(preview);
    // A single one is a line that was not cut.
    Cow::Owned(vec![unknown; if count > 1 { count } else { 0 }])
}

/// The roles that a column with the role `own` can be given.
pub(super) fn offered(
    kind: DataKind,
    columns: &[PreviewColumn],
    own: Role,
) -> impl Iterator<Item = Role> {
    // A column of times does no harm, and no key says that there is none.
    let can_be = move |role: &Role| own != Role::Time || *role != Role::NotUsed;
    all(kind, columns).iter().copied().filter(can_be)
}

fn all(kind: DataKind, columns: &[PreviewColumn]) -> &'static [Role] {
    use Role::{Cell, Class, Column, Item, Name, NotUsed, Rating, Row, Time, User, Value};
    let is_table = || {
        let mut roles = columns.iter().map(|column| column.role);
        roles.any(|role| matches!(role, Cell | Name | Class))
    };
    match kind {
        DataKind::Matrix if is_table() && columns.len() > MOST_OF_A_LIST => &[Name, Class, Cell],
        DataKind::Matrix if is_table() => &[Name, Class, Cell, Column, Value],
        DataKind::Matrix => &[Row, Column, Value, NotUsed],
        DataKind::Ratings | DataKind::Images => &[User, Item, Rating, Time, NotUsed],
    }
}

/// The `columns` of the `[data]` table once the column at `at` has a role. Only one column can have it: the one that had it gets what the
/// other had before.
pub(super) fn assigned(columns: &[PreviewColumn], at: usize, role: Role) -> Value {
    let mut roles: Vec<Role> = columns.iter().map(|column| column.role).collect();
    let Some(before) = roles.get(at).copied() else {
        return Value::Null;
    };
    if let Some(holder) = role
        .key()
        .and_then(|_| roles.iter().position(|own| *own == role))
    {
        roles[holder] = before;
    }
    roles[at] = role;
    let entry = |(at, role): (usize, &Role)| Some((role.key()?.to_owned(), reference(columns, at)));
    let table: Map<String, Value> = roles.iter().enumerate().filter_map(entry).collect();
    Value::Object(table)
}

/// How `columns` names a column: by its name where it has one of its own, else by its number, from 1.
fn reference(columns: &[PreviewColumn], at: usize) -> Value {
    let name = columns[at].name.as_str();
    let same = columns.iter().filter(|column| column.name == name).count();
    if name.trim().is_empty() || same > 1 || name.parse::<f64>().is_ok() {
        Value::from(at + 1)
    } else {
        Value::from(name)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::data::PreviewRow;

    fn columns(columns: &[(&str, Role)]) -> Vec<PreviewColumn> {
        let column = |&(name, role): &(&str, Role)| PreviewColumn {
            name: name.to_owned(),
            role,
        };
        columns.iter().map(column).collect()
    }

    #[test]
    fn two_columns_trade_their_roles() {
        let columns = columns(&[
            ("isbn", Role::User),
            ("reader", Role::Item),
            ("stars", Role::Rating),
        ]);
        assert_eq!(
            assigned(&columns, 0, Role::Item),
            json!({"user": "reader", "item": "isbn", "rating": "stars"})
        );
    }

    #[test]
    fn a_column_that_gets_a_role_takes_it_from_the_one_that_had_it() {
        let columns = columns(&[
            ("user", Role::User),
            ("item", Role::Item),
            ("when", Role::Rating),
            ("stars", Role::NotUsed),
        ]);
        assert_eq!(
            assigned(&columns, 3, Role::Rating),
            json!({"user": "user", "item": "item", "rating": "stars"})
        );
        assert_eq!(
            assigned(&columns, 2, Role::Time),
            json!({"user": "user", "item": "item", "time": "when"})
        );
        assert_eq!(
            assigned(&columns, 2, Role::NotUsed),
            json!({"user": "user", "item": "item"})
        );
        assert_eq!(assigned(&columns, 9, Role::Item), Value::Null);
    }

    #[test]
    fn columns_without_a_name_of_their_own_go_by_number() {
        let columns = columns(&[
            ("", Role::User),
            ("a", Role::Item),
            ("a", Role::Rating),
            ("1999", Role::NotUsed),
        ]);
        assert_eq!(
            assigned(&columns, 3, Role::Time),
            json!({"user": 1, "item": 2, "rating": 3, "time": 4})
        );
    }

    #[test]
    fn a_list_and_a_table_offer_what_their_columns_can_be() {
        let offers = |kind, columns: &[PreviewColumn], role| {
            offered(kind, columns, Role::Item).any(|own| own == role)
        };
        let list = columns(&[("doc", Role::Row), ("n", Role::Value)]);
        assert!(offers(DataKind::Matrix, &list, Role::Column));
        let mut table = columns(&[("gene", Role::Name), ("a", Role::Cell)]);
        assert!(offers(DataKind::Matrix, &table, Role::Class));
        assert!(offers(DataKind::Matrix, &table, Role::Value));
        table.resize(100, table[1].clone());
        assert!(!offers(DataKind::Matrix, &table, Role::Value));
        // What was taken for a matrix of ratings may be a list.
        assert!(offers(DataKind::Ratings, &table, Role::User));
    }

    #[test]
    fn the_columns_of_a_file_that_cannot_be_read_can_be_chosen_one_by_one() {
        let row = |cells: &[&str]| PreviewRow {
            line: 1,
            cells: cells.iter().map(|cell| (*cell).to_owned()).collect(),
            part: RowPart::Data,
        };
        let unread = Preview {
            rows: vec![row(&["a", "b", "1", "2"])],
            ..Preview::default()
        };
        let columns = super::columns(&unread);
        assert_eq!(assigned(&columns, 3, Role::Rating), json!({"rating": 4}));
        let not_cut = Preview {
            rows: vec![row(&["a;b;1;2"])],
            ..Preview::default()
        };
        assert!(super::columns(&not_cut).is_empty());
    }
}
