//! The values of a line of ARFF: between commas, in quotes where they hold one.

use std::borrow::Cow;

use super::super::super::delimited::Wrong;
use super::super::scan;

/// The first value of a text, and what follows it. `None` if there is none, or its quote is not closed.
pub(super) fn value(text: &[u8]) -> Option<(Cow<'_, [u8]>, &[u8])> {
    let text = text.trim_ascii_start();
    let &quote = text.first()?;
    if quote != b'\'' && quote != b'"' {
        let ends = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b',' | b'{' | b'}');
        let end = text.iter().position(ends).unwrap_or(text.len());
        return (end > 0).then(|| (Cow::Borrowed(&text[..end]), &text[end..]));
    }
    let mut at = 1;
    loop {
        match *text.get(at)? {
            b'\\' => at += 2,
            byte if byte == quote => break,
            _ => at += 1,
        }
    }
    let inner = text.get(1..at)?;
    let value = match inner.contains(&b'\\') {
        false => Cow::Borrowed(inner),
        true => {
            let mut escaped = false;
            let keep = |byte: &&u8| {
                escaped = **byte == b'\\' && !escaped;
                !escaped
            };
            Cow::Owned(inner.iter().filter(keep).copied().collect())
        }
    };
    Some((value, &text[at + 1..]))
}

/// All the values of a line.
pub(super) fn values(line: &[u8]) -> Result<Vec<Cow<'_, [u8]>>, Wrong> {
    if !line.iter().any(|byte| matches!(byte, b'\'' | b'"')) {
        let between = if line.contains(&b',') { b',' } else { b'\t' };
        let fields = line.split(|&byte| byte == between);
        return Ok(fields
            .map(|field| Cow::Borrowed(field.trim_ascii()))
            .collect());
    }
    let (mut rest, mut found) = (line, Vec::new());
    loop {
        rest = rest.trim_ascii_start();
        match rest.first() {
            Some(b',') | None => found.push(Cow::Borrowed(&[][..])),
            Some(_) => {
                let (value, after) = value(rest).ok_or_else(unclosed)?;
                found.push(value);
                rest = after.trim_ascii_start();
            }
        }
        match rest.first() {
            Some(b',') => rest = &rest[1..],
            None => return Ok(found),
            Some(_) => return Err(unclosed()),
        }
    }
}

/// The number of an attribute, and its value.
pub(super) type Numbered<'l> = (usize, Cow<'l, [u8]>);

/// The values of a sparse line, each with the number of its attribute, from 0.
pub(super) fn sparse_values(line: &[u8]) -> Result<Vec<Numbered<'_>>, Wrong> {
    let inner = line.trim_ascii().strip_prefix(b"{");
    let mut rest = inner
        .and_then(|inner| inner.strip_suffix(b"}"))
        .ok_or_else(|| {
            scan::wrong(
                "the line is not closed with a }, as the other sparse lines are",
                "Write pairs between { and }: {0 1.5, 7 2}",
            )
        })?;
    let mut found = Vec::new();
    loop {
        rest = rest.trim_ascii_start();
        if rest.is_empty() {
            return Ok(found);
        }
        let pair = value(rest).and_then(|(number, after)| {
            let number = scan::whole(&number)?;
            let (value, after) = value(after)?;
            Some((number as usize, value, after.trim_ascii_start()))
        });
        let Some((number, value, after)) = pair else {
            return Err(scan::wrong(
                format!(
                    "{} is not a pair of attribute and value",
                    super::super::super::delimited::shown(rest)
                ),
                "Write the number of the attribute, from 0, and its value: {0 1.5, 7 2}",
            ));
        };
        found.push((number, value));
        rest = after.strip_prefix(b",").unwrap_or(after);
    }
}

fn unclosed() -> Wrong {
    scan::wrong(
        "a quote is opened, but not closed before the next comma or the end of the line",
        "Close it, or put a backslash before it if it belongs to the text",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_hide_commas_and_backslashes_quotes() {
        let texts = |line: &str| -> Vec<String> {
            let values = values(line.as_bytes()).map_err(|wrong| wrong.problem);
            let values = values.expect("values");
            values.iter().map(|value| scan::text(value)).collect()
        };
        assert_eq!(texts("1, 2.5,?,x y"), ["1", "2.5", "?", "x y"]);
        assert_eq!(
            texts(r#"'a, b',"it's",'don\'t',4"#),
            ["a, b", "it's", "don't", "4"]
        );
        assert_eq!(texts("'a',,3"), ["a", "", "3"]);
        assert!(values(b"'a,3").is_err());
        assert!(values(b"'a' b,3").is_err());
    }

    #[test]
    fn sparse_lines_name_their_attributes() {
        let found = |line: &str| {
            let values = sparse_values(line.as_bytes()).ok()?;
            let pairs = values.iter().map(|(at, value)| (*at, scan::text(value)));
            Some(pairs.collect::<Vec<_>>())
        };
        assert_eq!(found("{}"), Some(vec![]));
        let expected = vec![(0, "1.5".to_owned()), (12, "a b".to_owned())];
        assert_eq!(found("{0 1.5, 12 'a b'}"), Some(expected));
        assert_eq!(found("{0 1.5"), None);
        assert_eq!(found("{0}"), None);
    }
}
