//! A person looks at how a file of data was read, and says otherwise.

use std::path::PathBuf;

use crate::window::Window;
use atelier::data::RatingsSource;
use eframe::egui::accesskit::Role;
use egui_kittest::kittest::Queryable as _;

fn shows(window: &Window, label: &str) -> bool {
    let mut found = window.harness.query_all_by_label_contains(label);
    found.next().is_some()
}

/// A window in which a file with these bytes was dropped.
fn with_file(name: &str, bytes: &[u8]) -> Window {
    let mut window = Window::without_runs();
    window.wait_until("the sample data", |window| {
        shows(window, "Ratings by value")
    });
    let path = write(&window, name, bytes);
    window.harness.state_mut().open_path(path);
    window.wait_until("the file", |window| {
        source(window).path.ends_with(name) && !window.harness.state().is_working()
    });
    window.settle();
    window
}

fn write(window: &Window, name: &str, bytes: &[u8]) -> PathBuf {
    let path = window.folder.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    path
}

/// The `[data]` table of the next run.
fn source(window: &Window) -> RatingsSource {
    let draft = &window.harness.state().settings().draft;
    draft.config().data.ratings().cloned().unwrap_or_default()
}

fn press(window: &mut Window, button: &str) {
    let button = window.harness.get_by_role_and_label(Role::Button, button);
    button.click();
    window.settle();
}

/// Chooses from the menu above a column.
fn choose_role(window: &mut Window, column: usize, role: &str) {
    press(window, &format!("Role of column {column}"));
    let entry = window.harness.get_by_role_and_label(Role::Button, role);
    entry.click();
    window.settle();
    window.wait_until("the file as it is read now", |window| {
        !window.harness.state().is_working()
    });
}

/// Two people rated three films twice: out of 5, and out of 100.
const TWICE: &str = "user,item,stars,percent\na,1,5,100\na,2,3,60\nb,1,4,80\nb,3,1,20\na,3,2,40\n";

/// Nothing about these ratings could mean anything else.
const CLEAR: &str = "userId,movieId,rating,timestamp\na,1,5,978300760\na,2,3,978302109\nb,1,4,978301968\nb,3,1,978300275\na,3,2,978824291\n";

#[test]
fn where_all_is_clear_the_preview_stays_out_of_the_way() {
    let mut window = with_file("films.csv", CLEAR.as_bytes());
    assert!(shows(&window, "Ratings by value"));
    assert!(!shows(&window, "Look at the file"), "no line asks to look");
    assert!(!shows(&window, "Role of column"));
    press(&mut window, "How it was read");
    assert!(!shows(&window, "Ratings by value"));
    for place in ["Role of column 4", "Line 2, column 3: 5", "Delimiter: "] {
        assert!(shows(&window, place), "{place}");
    }
    press(&mut window, "Show the data");
    assert!(shows(&window, "Ratings by value"));
}

#[test]
fn a_role_is_changed_the_data_follows_and_undo_brings_it_back() {
    let mut window = with_file("films.csv", TWICE.as_bytes());
    press(&mut window, "How it was read");
    assert!(shows(&window, "2 users, 3 items, 5 ratings"));
    choose_role(&mut window, 4, "Rating");
    let columns = source(&window).columns.unwrap();
    assert_eq!(
        serde_json::to_value(columns).unwrap(),
        serde_json::json!({"user": "user", "item": "item", "rating": "percent"})
    );
    let toml = window.harness.state().settings().draft.config().to_toml();
    assert!(toml.contains("percent"), "{toml}");
    press(&mut window, "Show the data");
    assert!(shows(&window, "20–100"), "the scale of the other column");
    // The form of the data shows what was set, and takes it back.
    assert!(shows(&window, "Reading"));
    press(&mut window, "Reset columns");
    assert_eq!(source(&window).columns, None);
    window.wait_until("the ratings as before", |window| shows(window, "1–5"));
    press(&mut window, "Undo data edit");
    assert!(source(&window).columns.is_some());
    press(&mut window, "How it was read");
    press(&mut window, "All automatic");
    assert_eq!(source(&window).columns, None);
    press(&mut window, "Undo setting");
    assert!(source(&window).columns.is_some());
    press(&mut window, "Redo setting");
    assert_eq!(source(&window).columns, None);
}

#[test]
fn a_setting_is_typed_where_no_choice_fits() {
    let mut window = with_file("films.csv", TWICE.as_bytes());
    press(&mut window, "How it was read");
    let labels = window
        .harness
        .query_all_by_label_contains("Delimiter: ")
        .next()
        .unwrap();
    labels.click();
    window.settle();
    let field = window.harness.get_by_label("Another value of delimiter");
    field.focus();
    window.settle();
    let field = window.harness.get_by_label("Another value of delimiter");
    field.type_text("|");
    window.settle();
    window.harness.key_press(eframe::egui::Key::Enter);
    window.settle();
    assert_eq!(source(&window).text.delimiter.as_deref(), Some("|"));
}

/// Dates of which each could have the day or the month first.
const OPEN_DATES: &str = "user,item,rating,date\na,x,5,03/04/2019\na,y,3,05/06/2019\nb,x,4,01/02/2019\nb,z,1,12/11/2019\nc,x,2,02/02/2019\nc,y,4,03/03/2019\n";

#[test]
fn the_order_of_dates_that_cannot_be_told_is_chosen_beside_the_lines() {
    let mut window = with_file("dates.csv", OPEN_DATES.as_bytes());
    assert!(shows(&window, "could have the day or the month first"));
    press(&mut window, "Look at the file");
    assert!(shows(&window, "Could mend it"));
    let setting = window
        .harness
        .query_all_by_label_contains("Dates: not known, so not used");
    setting.last().unwrap().click();
    window.settle();
    let entry = window
        .harness
        .get_by_role_and_label(Role::Button, "month first");
    entry.click();
    window.wait_until("the file as it is read now", |window| {
        shows(window, "Dates: month first, set by you")
    });
    let toml = window.harness.state().settings().draft.config().to_toml();
    assert!(toml.contains("date_order = \"month_first\""), "{toml}");
    press(&mut window, "Undo setting");
    window.wait_until("the file as before", |window| {
        shows(window, "Dates: not known")
    });
}

/// As people have the ratings of Book-Crossing: semicolons, quotes, an ISBN in Latin-1, and 0 where nothing was rated.
fn book_crossing() -> Vec<u8> {
    let mut file = b"\"User-ID\";\"ISBN\";\"Book-Rating\"\n".to_vec();
    for (user, ratings) in [
        ("276725", [0, 5, 8]),
        ("276726", [0, 10, 1]),
        ("276727", [7, 0, 3]),
    ] {
        for (book, rating) in ["034545104X", "0155061224", "3-257-\u{fc}"]
            .iter()
            .zip(ratings)
        {
            let line = format!("\"{user}\";\"{book}\";\"{rating}\"\n");
            file.extend(line.chars().map(|letter| letter as u8));
        }
    }
    file
}

#[test]
fn zeros_below_a_scale_are_said_and_one_choice_leaves_them_out() {
    let mut window = with_file("BX-Book-Ratings.csv", &book_crossing());
    assert!(shows(
        &window,
        "of the ratings are 0, below a scale from 1 to 10"
    ));
    press(&mut window, "Look at the file");
    assert!(shows(&window, "Delimiter: semicolons"));
    assert!(shows(&window, "3 users, 3 items, 9 ratings"));
    let setting = window
        .harness
        .query_all_by_label_contains("Missing words: automatic");
    setting.last().unwrap().click();
    window.settle();
    window
        .harness
        .get_by_role_and_label(Role::Button, "0")
        .click();
    window.wait_until("the ratings without zeros", |window| {
        shows(window, "3 users, 3 items, 6 ratings")
    });
    assert_eq!(
        source(&window).text.missing_words,
        Some(vec!["0".to_owned()])
    );
    let toml = window.harness.state().settings().draft.config().to_toml();
    assert!(toml.contains("missing_words = [\"0\"]"), "{toml}");
}

#[test]
fn a_wrong_line_far_below_is_shown_and_its_reason_stands_once() {
    let mut text = String::from("user,item,rating\n");
    for at in 0..400 {
        let rating = if at == 300 { "good" } else { "4" };
        text += &format!("u{},i{},{rating}\n", at % 20, at / 20);
    }
    let mut window = with_file("far.csv", text.as_bytes());
    window.wait_until("the line that fails", |window| {
        shows(window, "Line 302, column 3: good")
    });
    let mut reasons = window
        .harness
        .query_all_by_label_contains("expected a rating");
    assert!(reasons.next().is_some());
    assert!(reasons.next().is_none(), "it is said twice");
    drop(reasons);
    assert!(shows(&window, "It cannot be read: the data view says why."));
    // Where the data is not in view the form says it in full.
    window
        .harness
        .key_press_modifiers(eframe::egui::Modifiers::COMMAND, eframe::egui::Key::Num2);
    window.settle();
    assert!(shows(&window, "expected a rating, but found"));
}

#[test]
fn a_wrong_line_of_a_file_that_is_no_table_is_shown_as_well() {
    let text =
        "%%MatrixMarket matrix coordinate real general\n% by hand\n3 3 3\n1 1 2\n2 2 good\n3 3 1\n";
    let mut window = with_file("matrix.mtx", text.as_bytes());
    window.wait_until("the line that fails", |window| {
        shows(window, "Line 5, column 1: 2 2 good")
    });
    assert!(shows(&window, "How the file is read"));
    assert!(shows(&window, "Line 3, column 1: 3 3 3"), "its neighbours");
    for button in ["Open data…", "Try again"] {
        assert!(shows(&window, button), "{button}");
    }
}

#[test]
fn a_file_without_a_column_of_ratings_opens_at_the_reason_and_a_role_mends_it() {
    let log = "user,item,likes,visits\na,x,3,10\na,y,5,40\nb,x,1,20\nb,z,4,20\na,v,2,30\na,w,4,10\nb,v,5,40\nb,w,1,20\n\
               a,z,2,10\nb,y,3,30\n";
    let mut window = with_file("log.csv", log.as_bytes());
    window.wait_until("the reason above the lines", |window| {
        shows(window, "Role of column 3") && shows(window, "Could mend it")
    });
    for place in [
        "likes and visits could",
        "Line 2, column 4: 10",
        "Open data…",
        "Try again",
    ] {
        assert!(shows(&window, place), "{place}");
    }
    choose_role(&mut window, 3, "Rating");
    window.wait_until("the ratings", |window| {
        shows(window, "2 users, 5 items, 10 ratings")
    });
    assert!(source(&window).columns.is_some());
    press(&mut window, "Undo setting");
    window.wait_until("the reason again", |window| {
        shows(window, "likes and visits could")
    });
    assert_eq!(source(&window).columns, None);
}
