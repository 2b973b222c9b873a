//! A person prepares a run in the parameter form.

use atelier::systems::find;
use atelier::ui::forms::{FormMode, FormResponse, FormSchema, ParameterForm};
use atelier::ui::theme;
use eframe::egui::accesskit::Role;
use eframe::egui::{Key, Vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};
use serde_json::json;

/// The form and everything that came of it.
struct TestApp {
    schema: FormSchema,
    form: ParameterForm,
    mode: FormMode,
    changed: Vec<(String, serde_json::Value)>,
    last: FormResponse,
}

fn test_app(mode: FormMode) -> Harness<'static, TestApp> {
    let test_app = TestApp {
        schema: FormSchema::of(find("autorec").expect("a system")),
        form: ParameterForm::default(),
        mode,
        changed: Vec::new(),
        last: FormResponse::default(),
    };
    Harness::builder()
        .with_size(Vec2::new(280.0, 1000.0))
        .with_context_setup(theme::install)
        .build_ui_state(
            |ui, test_app| {
                let response = test_app.form.ui(ui, &test_app.schema, test_app.mode);
                test_app.changed.extend(response.changed.iter().cloned());
                test_app.last = response;
            },
            test_app,
        )
}

/// Types into a field from scratch and leaves it.
fn enter(harness: &mut Harness<'_, TestApp>, role: Role, label: &str, text: &str) {
    harness.get_by_role_and_label(role, label).click();
    harness.run();
    harness.key_combination_modifiers(eframe::egui::Modifiers::COMMAND, &[Key::A]);
    harness.run();
    let field = harness.get_by_role_and_label(role, label);
    field.type_text(text);
    harness.run();
    harness.key_press(Key::Enter);
    harness.run();
}

#[test]
fn an_edited_parameter_is_marked_and_can_be_reset() {
    let mut harness = test_app(FormMode::Edit);
    assert!(harness.query_by_label("Reset evaluate every").is_none());
    enter(&mut harness, Role::SpinButton, "Evaluate every", "42");
    assert_eq!(harness.state().form.values["evaluate_every"], json!(42));
    assert_eq!(
        harness.state().changed,
        [("evaluate_every".to_owned(), json!(42))]
    );
    harness.get_by_label("Reset evaluate every").click();
    harness.run();
    assert!(harness.state().form.values.is_empty());
    assert!(harness.query_by_label("Reset evaluate every").is_none());
    harness.get_by_label("Undo edit").click();
    harness.run();
    assert_eq!(harness.state().form.values["evaluate_every"], json!(42));
}

#[test]
fn a_value_out_of_range_says_so_beside_the_field() {
    let mut harness = test_app(FormMode::Edit);
    // Without a number, λ is found.
    harness.get_by_label("Use regularizer").click();
    harness.run();
    enter(&mut harness, Role::SpinButton, "Regularizer", "-3");
    let problems = &harness.state().last.problems;
    assert_eq!(problems.len(), 1);
    assert_eq!(problems[0].0, "regularization");
    harness.get_by_label_contains("must be a number");
    enter(&mut harness, Role::SpinButton, "Regularizer", "1,5");
    harness.get_by_label("“1,5” is not a number");
    enter(&mut harness, Role::SpinButton, "Regularizer", "1.5");
    assert!(harness.state().last.problems.is_empty());
    assert_eq!(harness.state().form.values["regularization"], json!(1.5));
}

#[test]
fn a_zero_that_leaves_the_choice_to_the_system_is_a_word() {
    let mut harness = test_app(FormMode::Edit);
    let shown = |harness: &Harness<'_, TestApp>| {
        let field = harness.get_by_role_and_label(Role::SpinButton, "Batch size");
        field.value().unwrap_or_default()
    };
    assert_eq!(shown(&harness).trim(), "All");
    enter(&mut harness, Role::SpinButton, "Batch size", "64");
    assert_eq!(harness.state().form.values["batch_size"], json!(64));
    assert_eq!(shown(&harness).trim(), "64");
    enter(&mut harness, Role::SpinButton, "Batch size", "all");
    assert_eq!(shown(&harness).trim(), "All");
    assert!(harness.state().last.problems.is_empty());
}

#[test]
fn layer_sizes_are_read_while_they_are_typed() {
    let mut harness = test_app(FormMode::Edit);
    enter(&mut harness, Role::TextInput, "Hidden", "500, 25o");
    harness.get_by_label_contains("25o");
    assert_eq!(harness.state().last.problems[0].0, "hidden");
    enter(&mut harness, Role::TextInput, "Hidden", "500, 250, 500");
    assert!(harness.state().last.problems.is_empty());
    assert_eq!(
        harness.state().form.values["hidden"],
        json!([500, 250, 500])
    );
}

#[test]
fn while_a_run_runs_only_live_parameters_can_change() {
    let mut harness = test_app(FormMode::Live);
    let disabled = |harness: &Harness<'_, TestApp>, label: &str| {
        let field = harness.get_by_role_and_label(Role::SpinButton, label);
        field.accesskit_node().is_disabled()
    };
    assert!(disabled(&harness, "Evaluate every"));
    assert!(!disabled(&harness, "Learning rate"));
    assert!(harness.query_by_label("Reset all").is_none());
    enter(&mut harness, Role::SpinButton, "Learning rate", "0.02");
    assert_eq!(
        harness.state().changed,
        [("learning_rate".to_owned(), json!(0.02))]
    );
}

#[test]
fn the_search_leaves_what_fits() {
    let mut harness = test_app(FormMode::Edit);
    harness.get_by_label("Search parameters").focus();
    harness.run();
    harness
        .get_by_label("Search parameters")
        .type_text("learning");
    harness.run();
    assert!(
        harness
            .query_by_role_and_label(Role::SpinButton, "Learning rate")
            .is_some()
    );
    assert!(
        harness
            .query_by_role_and_label(Role::SpinButton, "Epochs")
            .is_none()
    );
}

#[test]
fn a_finished_runs_form_is_read_only() {
    let harness = test_app(FormMode::ReadOnly);
    let field = harness.get_by_role_and_label(Role::SpinButton, "Learning rate");
    assert!(field.accesskit_node().is_disabled());
}

#[test]
fn the_form_goes_to_what_is_wrong_though_it_is_folded_and_filtered_away() {
    let mut harness = test_app(FormMode::Edit);
    harness.state_mut().form.set("learning_rate", json!(-1.0));
    harness.run();
    let group = harness.state().schema.specs.iter();
    let group = group.clone().find(|spec| spec.key == "learning_rate");
    let group = group.expect("the key is there").group.clone();
    harness.get_by_role_and_label(Role::Button, &group).click();
    harness.run();
    harness.get_by_label("Search parameters").focus();
    harness.run();
    harness
        .get_by_label("Search parameters")
        .type_text("epochs");
    harness.run();
    let rate = |harness: &Harness<'_, TestApp>| {
        let field = harness.query_by_role_and_label(Role::SpinButton, "Learning rate");
        field.map(|field| field.accesskit_node().is_focused())
    };
    assert_eq!(rate(&harness), None);
    let app = harness.state_mut();
    assert!(app.form.jump_to_problem(&app.schema));
    harness.run();
    assert_eq!(rate(&harness), Some(true));
    harness.get_by_label_contains("must be a number");
    enter(&mut harness, Role::SpinButton, "Learning rate", "0.1");
    let app = harness.state_mut();
    assert!(!app.form.jump_to_problem(&app.schema));
}
