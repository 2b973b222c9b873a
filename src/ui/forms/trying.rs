//! Several values in the place of one, as edits of a form.

use serde_json::Value;

use super::model::ParameterForm;
use super::schema::FormSchema;
use super::tried::Tried;

impl ParameterForm {
    /// Tries other values of a key, as one step of undo; those that are still being typed belong to the step before.
    pub fn set_tried(&mut self, key: &str, tried: Tried, typing: bool) {
        if self.tried.get(key) == Some(&tried) {
            return;
        }
        self.unfinished.remove(key);
        if !typing || self.typing.as_deref() != Some(key) {
            self.record();
        }
        self.typing = typing.then(|| key.to_owned());
        self.tried.insert(key.to_owned(), tried);
    }

    /// Begins to try several values of a key: around its own, with the keyboard where they are typed.
    pub fn begin_to_try(&mut self, schema: &FormSchema, key: &str) {
        let spec = schema.specs.iter().find(|spec| spec.key == key);
        let Some(spec) = spec.filter(|spec| Tried::fits(spec)) else {
            return;
        };
        if !self.tried.contains_key(key) {
            let evaluation = self.evaluation(schema);
            let value = evaluation.complete.get(key).unwrap_or(&Value::Null);
            self.set_tried(key, Tried::around(spec, value), false);
        }
        self.search.clear();
        self.jump = Some(key.to_owned());
        self.try_next = Some(key.to_owned());
    }

    /// Goes back to one value of a key, as one step of undo.
    pub fn stop_trying(&mut self, key: &str) {
        if self.tried.contains_key(key) {
            self.record();
            self.tried.remove(key);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::systems::toy::TOY;

    fn schema() -> FormSchema {
        FormSchema::of(&TOY)
    }

    fn value(form: &ParameterForm, key: &str) -> Value {
        form.complete(&schema())[key].clone()
    }

    #[test]
    fn trying_values_is_an_edit_like_others() {
        let (schema, mut form) = (schema(), ParameterForm::default());
        form.begin_to_try(&schema, "hidden");
        assert_eq!(form.tried["hidden"], Tried::List("125 250 500 1000".into()));
        for text in ["2", "20", "20 ", "20 50"] {
            form.set_tried("hidden", Tried::List(text.to_owned()), true);
        }
        assert_eq!(form.changes(&schema), 0, "the one value is as it was");
        assert!(form.undo(), "what was typed is one step");
        assert_eq!(form.tried["hidden"], Tried::List("125 250 500 1000".into()));
        assert!(form.redo());
        let text = serde_json::to_string(&form).unwrap();
        let back: ParameterForm = serde_json::from_str(&text).unwrap();
        assert_eq!(back.tried, form.tried);
        form.stop_trying("hidden");
        assert!(form.tried.is_empty());
        assert!(form.undo() && form.undo() && form.undo());
        assert!(form.tried.is_empty() && !form.can_undo());
    }

    #[test]
    fn values_to_try_are_checked_as_one_is() {
        let (schema, mut form) = (schema(), ParameterForm::default());
        form.set("epochs", json!(-7));
        form.set_tried("epochs", Tried::List("10 -7".into()), false);
        let problems = form.problems(&schema);
        assert_eq!(problems[0].0, "epochs");
        assert!(
            problems[0].1.starts_with("-7 cannot be tried"),
            "{problems:?}"
        );
        // The one value that stands behind them does not count.
        form.set_tried("epochs", Tried::List("10 20".into()), false);
        assert!(form.problems(&schema).is_empty());
        assert_eq!(value(&form, "epochs"), json!(10));
    }
}
