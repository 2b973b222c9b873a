//! Filling the template. Names of any origin are escaped; figures, which the program draws itself, are not.

use minijinja::syntax::SyntaxConfig;
use minijinja::{AutoEscape, Environment, Value};
use serde_json::Value as Json;

use super::page::Page;
use crate::draw::base64;

const TEMPLATE: &str = include_str!("../../../assets/report.html");
const REGULAR: &[u8] = include_bytes!("../../../assets/fonts/InterTabular-Regular.woff2");
const SEMIBOLD: &[u8] = include_bytes!("../../../assets/fonts/InterTabular-SemiBold.woff2");

/// The page as HTML.
pub(super) fn filled(page: &Page) -> Result<String, minijinja::Error> {
    let mut environment = Environment::new();
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    let syntax = SyntaxConfig::builder()
        .trim_blocks(true)
        .lstrip_blocks(true)
        .build()?;
    environment.set_syntax(syntax);
    environment.add_template("report.html", TEMPLATE)?;
    // A page is plain data; nothing of it fails to become JSON.
    let mut content = serde_json::to_value(page).unwrap_or_default();
    if let Json::Object(content) = &mut content {
        content.insert("regular".to_owned(), base64(REGULAR).into());
        content.insert("semibold".to_owned(), base64(SEMIBOLD).into());
        content.insert("data".to_owned(), for_machines(&page.data).into());
    }
    environment
        .get_template("report.html")?
        .render(value_of(content))
}

/// JSON that stands in a `script` element: nothing in it can end the element or begin another.
fn for_machines(data: &Json) -> String {
    let text = data.to_string();
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '<' => safe.push_str("\\u003c"),
            '>' => safe.push_str("\\u003e"),
            '&' => safe.push_str("\\u0026"),
            _ => safe.push(letter),
        }
    }
    safe
}

fn value_of(json: Json) -> Value {
    match json {
        Json::Null => Value::from(()),
        Json::Bool(own) => own.into(),
        Json::Number(own) => match own.as_i64() {
            Some(whole) => whole.into(),
            None => own.as_f64().unwrap_or(f64::NAN).into(),
        },
        Json::String(own) => own.into(),
        Json::Array(own) => own.into_iter().map(value_of).collect::<Vec<_>>().into(),
        Json::Object(own) => {
            let entries = own.into_iter().map(|(key, own)| (key, value_of(own)));
            entries
                .collect::<std::collections::BTreeMap<String, Value>>()
                .into()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_cannot_leave_its_element() {
        let data = serde_json::json!({"name": "</script><script>alert(1)</script>&"});
        let text = for_machines(&data);
        assert!(!text.contains(['<', '>', '&']));
        let back: Json = serde_json::from_str(&text).unwrap();
        assert_eq!(back, data);
    }
}
