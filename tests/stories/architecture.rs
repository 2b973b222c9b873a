//! Arrows between the rooms of `src` point one way. Every `crate::` path outside comments is read and held against [`ROOMS`].

use std::fs;
use std::path::{Path, PathBuf};

/// Each room, the rooms it may use, and the outside crates it may not.
const ROOMS: &[(&str, &[&str], &[&str])] = &[
    ("record", &[], WINDOW_AND_DEVICE),
    ("data", &["record"], WINDOW_AND_DEVICE),
    ("eval", &["record"], WINDOW),
    ("nn", &["record", "data"], WINDOW),
    (
        "draw",
        &["record"],
        &["burn", "eframe", "egui_plot", "egui_extras"],
    ),
    ("systems", &["record", "data", "eval", "nn"], WINDOW),
    ("runs", &["record", "data", "systems"], WINDOW_AND_DEVICE),
    (
        "engine",
        &["record", "data", "nn", "systems", "runs"],
        WINDOW,
    ),
    (
        "ui",
        &[
            "record",
            "data",
            "eval",
            "draw",
            "systems",
            "runs",
            "engine",
            "experiments",
            "report",
        ],
        &["burn", "burn_wgpu"],
    ),
    (
        "cli",
        &[
            "record",
            "data",
            "draw",
            "systems",
            "runs",
            "engine",
            "experiments",
            "report",
        ],
        WINDOW_AND_DEVICE,
    ),
    (
        "experiments",
        &["record", "data", "systems", "runs", "engine"],
        WINDOW_AND_DEVICE,
    ),
    (
        "report",
        &["record", "data", "draw", "systems", "runs", "experiments"],
        WINDOW_AND_DEVICE,
    ),
];

/// Single files that may use more: the command that opens the window.
const EXCEPTIONS: &[(&str, &str)] = &[("cli/window.rs", "ui")];

const WINDOW: &[&str] = &["eframe", "egui", "egui_plot", "egui_extras", "egui_tiles"];
const WINDOW_AND_DEVICE: &[&str] = &[
    "burn",
    "burn_wgpu",
    "eframe",
    "egui",
    "egui_plot",
    "egui_extras",
    "egui_tiles",
];

#[test]
fn rooms_use_only_the_rooms_below_them() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut wrong = Vec::new();
    let mut arrows = 0;
    for file in rust_files(&source) {
        let name = file.strip_prefix(&source).expect("it is below src");
        let name = name.to_str().expect("UTF-8").replace('\\', "/");
        let Some((room, _)) = name.split_once('/') else {
            // lib.rs and main.rs name all rooms.
            continue;
        };
        let text = fs::read_to_string(&file).expect("a source file");
        let (found, problems) = problems(room, &name, &text);
        arrows += found;
        wrong.extend(problems);
    }
    assert!(arrows > 500, "only {arrows} paths were found");
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn a_wrong_arrow_is_found_with_its_line_and_the_rule() {
    let text = "//! crate::ui is only a comment.\nuse crate::data::Sparse;\nuse crate::{\n    record::Event,\n    ui::{theme, open},\n};\n";
    let (arrows, wrong) = problems("systems", "systems/x.rs", text);
    assert_eq!(arrows, 3);
    assert_eq!(
        wrong,
        ["src/systems/x.rs:5: uses crate::ui, but systems may use only record, data, eval, nn"]
    );
    let (_, wrong) = problems(
        "ui",
        "ui/x.rs",
        "fn f() {\n    let _ = burn::tensor::x();\n}\n",
    );
    assert_eq!(wrong, ["src/ui/x.rs:2: uses burn, which ui may not"]);
    let (_, wrong) = problems("hall", "hall/x.rs", "");
    assert_eq!(
        wrong,
        ["src/hall/x.rs:1: the room hall has no rule in ROOMS"]
    );
    assert!(
        problems("cli", "cli/window.rs", "use crate::ui;\n")
            .1
            .is_empty()
    );
    assert_eq!(problems("cli", "cli/run.rs", "use crate::ui;\n").1.len(), 1);
}

/// The number of paths to rooms in a file, and the wrong ones.
fn problems(room: &str, file: &str, text: &str) -> (usize, Vec<String>) {
    let Some((_, allowed, banned)) = ROOMS.iter().find(|(name, ..)| *name == room) else {
        return (
            0,
            vec![format!(
                "src/{file}:1: the room {room} has no rule in ROOMS"
            )],
        );
    };
    let code = without_comments(text);
    let line_of = |at: usize| code[..at].matches('\n').count() + 1;
    let mut wrong = Vec::new();
    let mut arrows = 0;
    for (at, used) in rooms_used(&code) {
        arrows += 1;
        let excepted = EXCEPTIONS.contains(&(file, used));
        if used != room && !allowed.contains(&used) && !excepted {
            let allowed = if allowed.is_empty() {
                "no other room".to_owned()
            } else {
                format!("only {}", allowed.join(", "))
            };
            wrong.push(format!(
                "src/{file}:{}: uses crate::{used}, but {room} may use {allowed}",
                line_of(at)
            ));
        }
    }
    for outside in *banned {
        let path = format!("{outside}::");
        for (at, _) in code.match_indices(&path) {
            let starts = code[..at]
                .chars()
                .next_back()
                .is_none_or(|before| !before.is_alphanumeric() && !"_:".contains(before));
            if starts {
                wrong.push(format!(
                    "src/{file}:{}: uses {outside}, which {room} may not",
                    line_of(at)
                ));
            }
        }
    }
    (arrows, wrong)
}

/// The first segment after every `crate::`, also within `use crate::{…}`, with its place.
fn rooms_used(code: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    for (at, path) in code.match_indices("crate::") {
        if code[..at]
            .ends_with(|before: char| before.is_alphanumeric() || before == '_' || before == '$')
        {
            continue;
        }
        let start = at + path.len();
        if code[start..].starts_with('{') {
            let mut depth = 0;
            let mut fresh = false;
            for (offset, letter) in code[start..].char_indices() {
                match letter {
                    '{' => depth += 1,
                    '}' => depth -= 1,
                    _ => {}
                }
                if depth == 0 {
                    break;
                }
                if depth == 1 && matches!(letter, '{' | ',') {
                    fresh = true;
                } else if fresh && letter.is_alphabetic() {
                    found.push((start + offset, identifier(&code[start + offset..])));
                    fresh = false;
                }
            }
        } else {
            found.push((start, identifier(&code[start..])));
        }
    }
    found.retain(|(_, room)| ROOMS.iter().any(|(name, ..)| name == room));
    found
}

fn identifier(text: &str) -> &str {
    let end = text
        .find(|letter: char| !letter.is_alphanumeric() && letter != '_')
        .unwrap_or(text.len());
    &text[..end]
}

/// The text with line comments blanked: places and lines stay.
fn without_comments(text: &str) -> String {
    text.split_inclusive('\n')
        .map(|line| match line.find("//") {
            Some(at) if !line[..at].ends_with(':') => {
                let end = line.trim_end_matches('\n').len();
                format!("{}{}{}", &line[..at], " ".repeat(end - at), &line[end..])
            }
            _ => line.to_owned(),
        })
        .collect()
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder of sources") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files
}
