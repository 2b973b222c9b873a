//! The measures as a table for a paper, in LaTeX with the package booktabs.

use std::fmt::Write as _;
use std::io::Write;

use super::ReportError;
use super::comparison::{Comparison, Group, SYSTEM};
use super::document::{decimals, system_name};
use super::material::Material;
use crate::record::Better;

/// Writes a `table` environment: a row for each setting, mean and standard deviation over seeds, the best by validation in bold.
pub(super) fn write(material: &Material, to: &mut dyn Write) -> Result<(), ReportError> {
    let comparison = Comparison::of(material);
    to.write_all(table(material, &comparison).as_bytes())?;
    Ok(())
}

fn table(material: &Material, comparison: &Comparison<'_>) -> String {
    let numeric = comparison.numeric();
    let settings: Vec<(String, char)> = if comparison.varied.is_empty() {
        vec![("Run".to_owned(), 'l')]
    } else {
        let varied = comparison.varied.iter().enumerate();
        varied
            .map(|(at, own)| {
                (
                    own.label.clone(),
                    if numeric.contains(&at) { 'r' } else { 'l' },
                )
            })
            .collect()
    };
    let mut columns: String = settings.iter().map(|(_, align)| *align).collect();
    columns.extend(comparison.measures.iter().map(|_| 'r'));
    let mut head: Vec<String> = settings.iter().map(|(name, _)| escaped(name)).collect();
    head.extend(comparison.measures.iter().map(|own| {
        let arrow = match own.scalar.better {
            Better::Lower => " $\\downarrow$",
            Better::Higher => " $\\uparrow$",
            Better::Neither => "",
        };
        let unit = match own.scalar.unit {
            "" => String::new(),
            unit => format!(" ({})", escaped(unit)),
        };
        format!("{}{unit}{arrow}", escaped(&own.scalar.title()))
    }));
    let places: Vec<usize> = (0..comparison.measures.len())
        .map(|at| decimals(&comparison.groups, at))
        .collect();
    let mut text = String::from("% Needs \\usepackage{booktabs}.\n\\begin{table}\n  \\centering\n");
    // Memory takes everything, here and below.
    let _ = writeln!(text, "  \\caption{{{}}}", caption(material, comparison));
    let _ = writeln!(text, "  \\begin{{tabular}}{{{columns}}}");
    let _ = writeln!(
        text,
        "    \\toprule\n    {} \\\\\n    \\midrule",
        head.join(" & ")
    );
    for (at, group) in comparison.groups.iter().enumerate() {
        let cells = cells(comparison, group, &places, comparison.best == Some(at));
        let _ = writeln!(text, "    {} \\\\", cells.join(" & "));
    }
    text.push_str("    \\bottomrule\n  \\end{tabular}\n\\end{table}\n");
    text
}

fn caption(material: &Material, comparison: &Comparison<'_>) -> String {
    let title = material
        .title
        .clone()
        .unwrap_or_else(|| super::document::title(material, comparison));
    let mut parts = vec![format!("{}.", escaped(title.trim_end_matches('.')))];
    if comparison.groups.iter().any(|group| group.runs.len() > 1) {
        parts.push("Mean and standard deviation over seeds.".to_owned());
    }
    if let (Some(objective), Some(_)) = (&comparison.objective, comparison.best) {
        let title = escaped(&objective.scalar.title());
        parts.push(format!("Bold: the best by {title}."));
    }
    parts.join(" ")
}

fn cells(
    comparison: &Comparison<'_>,
    group: &Group,
    places: &[usize],
    is_best: bool,
) -> Vec<String> {
    let mut cells = Vec::new();
    if comparison.varied.is_empty() {
        cells.push(escaped(&comparison.name(group)));
    }
    for (own, value) in comparison.varied.iter().zip(&group.values) {
        cells.push(match value {
            None => "--".to_owned(),
            Some(value) if own.key == SYSTEM => escaped(&system_name(value)),
            Some(value) => escaped(&comparison.setting(group, &own.key, value)),
        });
    }
    for (spread, places) in group.measures.iter().zip(places) {
        let number = |value: f64| {
            if value.is_finite() {
                format!("{value:.places$}")
            } else {
                "\\mathrm{NaN}".to_owned()
            }
        };
        let cell = match spread {
            None => "--".to_owned(),
            Some(spread) => {
                let mean = number(spread.mean);
                let mean = if is_best {
                    format!("\\mathbf{{{mean}}}")
                } else {
                    mean
                };
                match spread.deviation {
                    Some(deviation) => format!("${mean} \\pm {}$", number(deviation)),
                    None => format!("${mean}$"),
                }
            }
        };
        cells.push(cell);
    }
    cells
}

/// A text that TeX takes literally.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' | '%' | '$' | '#' | '_' | '{' | '}' => {
                safe.push('\\');
                safe.push(letter);
            }
            '\\' => safe.push_str("\\textbackslash{}"),
            '~' => safe.push_str("\\textasciitilde{}"),
            '^' => safe.push_str("\\textasciicircum{}"),
            '<' => safe.push_str("\\textless{}"),
            '>' => safe.push_str("\\textgreater{}"),
            '|' => safe.push_str("\\textbar{}"),
            '"' => safe.push_str("\\textquotedbl{}"),
            '→' => safe.push_str("$\\rightarrow$"),
            '×' => safe.push_str("$\\times$"),
            '−' => safe.push_str("$-$"),
            '±' => safe.push_str("$\\pm$"),
            '∞' => safe.push_str("$\\infty$"),
            '–' => safe.push_str("--"),
            '…' => safe.push_str("\\ldots{}"),
            '\u{202f}' | '\u{a0}' => safe.push('~'),
            '₀'..='₉' => {
                let digit = letter as u32 - '₀' as u32;
                let _ = write!(safe, "$_{digit}$");
            }
            _ => match greek(letter) {
                Some(name) => {
                    let _ = write!(safe, "$\\{name}$");
                }
                None if letter.is_control() => safe.push(' '),
                None => safe.push(letter),
            },
        }
    }
    safe
}

/// The command of a Greek letter that has one.
fn greek(letter: char) -> Option<&'static str> {
    const LETTERS: [(char, &str); 33] = [
        ('α', "alpha"),
        ('β', "beta"),
        ('γ', "gamma"),
        ('δ', "delta"),
        ('ε', "varepsilon"),
        ('ζ', "zeta"),
        ('η', "eta"),
        ('θ', "theta"),
        ('ι', "iota"),
        ('κ', "kappa"),
        ('λ', "lambda"),
        ('μ', "mu"),
        ('ν', "nu"),
        ('ξ', "xi"),
        ('π', "pi"),
        ('ρ', "rho"),
        ('σ', "sigma"),
        ('τ', "tau"),
        ('υ', "upsilon"),
        ('φ', "varphi"),
        ('χ', "chi"),
        ('ψ', "psi"),
        ('ω', "omega"),
        ('Γ', "Gamma"),
        ('Δ', "Delta"),
        ('Θ', "Theta"),
        ('Λ', "Lambda"),
        ('Ξ', "Xi"),
        ('Π', "Pi"),
        ('Σ', "Sigma"),
        ('Φ', "Phi"),
        ('Ψ', "Psi"),
        ('Ω', "Omega"),
    ];
    let found = LETTERS.iter().find(|(own, _)| *own == letter);
    found.map(|(_, name)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tex_takes_every_name_literally() {
        assert_eq!(
            escaped("50% of a_b & c$ {x} #1 ~ ^ \\input"),
            "50\\% of a\\_b \\& c\\$ \\{x\\} \\#1 \\textasciitilde{} \\textasciicircum{} \\textbackslash{}input"
        );
        assert_eq!(
            escaped("Weight λ₃, A → B"),
            "Weight $\\lambda$$_3$, A $\\rightarrow$ B"
        );
    }
}
