//! A person tries several values of parameters in the form.

use atelier::systems::find;
use atelier::ui::forms::{FormMode, FormSchema, ParameterForm, Tried};
use atelier::ui::theme;
use eframe::egui::accesskit::Role;
use eframe::egui::{Key, Modifiers, Vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use serde_json::json;

struct TestApp {
    schema: FormSchema,
    form: ParameterForm,
}

fn test_app() -> Harness<'static, TestApp> {
    let test_app = TestApp {
        schema: FormSchema::of(find("autorec").unwrap()),
        form: ParameterForm::default(),
    };
    Harness::builder()
        .with_size(Vec2::new(280.0, 1200.0))
        .with_context_setup(theme::install)
        .build_ui_state(
            |ui, test_app| {
                test_app.form.ui(ui, &test_app.schema, FormMode::Edit);
            },
            test_app,
        )
}

fn click(harness: &mut Harness<'_, TestApp>, label: &str) {
    harness.get_by_label(label).click();
    harness.run_steps(4);
}

/// Types in the place of what a field has.
fn type_over(harness: &mut Harness<'_, TestApp>, label: &str, text: &str) {
    harness
        .get_by_role_and_label(Role::TextInput, label)
        .click();
    harness.run_steps(3);
    harness.key_combination_modifiers(Modifiers::COMMAND, &[Key::A]);
    harness.run_steps(3);
    let field = harness.get_by_role_and_label(Role::TextInput, label);
    field.type_text(text);
    harness.run_steps(3);
}

#[test]
fn several_values_are_typed_in_the_place_of_one_and_undo_brings_it_back() {
    let mut harness = test_app();
    click(&mut harness, "Try values of hidden");
    harness.get_by_label("4 values: 125, 250, 500, 1000");
    // What was suggested is selected: what is typed takes its place.
    let field = harness.get_by_role_and_label(Role::TextInput, "Values of hidden");
    field.type_text("20 50 [500, 250]");
    harness.run_steps(3);
    harness.get_by_label("3 values: 20, 50, [500, 250]");
    assert_eq!(
        harness.state().form.tried["hidden"],
        Tried::List("20 50 [500, 250]".to_owned())
    );
    click(&mut harness, "Undo edit");
    harness.get_by_label("4 values: 125, 250, 500, 1000");
    click(&mut harness, "Undo edit");
    assert!(harness.state().form.tried.is_empty());
    click(&mut harness, "Redo edit");
    click(&mut harness, "One value of hidden");
    assert!(harness.state().form.tried.is_empty());
    harness.get_by_role_and_label(Role::TextInput, "Hidden");
}

#[test]
fn a_list_becomes_a_range_with_its_ends() {
    let mut harness = test_app();
    click(&mut harness, "Try values of regularizer");
    type_over(&mut harness, "Values of regularizer", "10 100 1000 500");
    click(&mut harness, "Log");
    // 10 · 100^(1/3) and 10 · 100^(2/3) lie between.
    harness.get_by_label("4 values: 10, 46.4, 215, 1000");
    type_over(&mut harness, "Largest regularizer", "5");
    harness.get_by_label_contains("The range is empty");
    type_over(&mut harness, "Largest regularizer", "x");
    harness.get_by_label_contains("“x” is not a number");
    type_over(&mut harness, "Largest regularizer", "1000");
    click(&mut harness, "Lin");
    harness.get_by_label("4 values: 10, 340, 670, 1000");
    click(&mut harness, "List");
    assert_eq!(
        harness.state().form.tried["regularization"],
        Tried::List("10 340 670 1000".to_owned())
    );
}

#[test]
fn words_and_switches_are_ticked() {
    let mut harness = test_app();
    click(&mut harness, "Try values of side");
    assert_eq!(
        harness.state().form.tried["side"],
        Tried::Ticked(vec![json!("item"), json!("user")])
    );
    click(&mut harness, "Try side item");
    click(&mut harness, "Try side user");
    harness.get_by_label_contains("Tick at least one value");
    click(&mut harness, "Try side user");
    assert_eq!(
        harness.state().form.tried["side"],
        Tried::Ticked(vec![json!("user")])
    );
}

#[test]
fn what_cannot_be_tried_says_so_at_its_row() {
    let mut harness = test_app();
    click(&mut harness, "Try values of regularizer");
    type_over(&mut harness, "Values of regularizer", "10 -1");
    harness.get_by_label_contains("-1 cannot be tried: it must be a number from 0");
    type_over(&mut harness, "Values of regularizer", " ");
    harness.get_by_label_contains("Write the values to try");
}
