//! Questions that cannot be asked.

use std::fs;

use super::{TWELVE, sweep};
use crate::support::Place;

#[test]
fn a_question_that_cannot_be_asked_is_refused_with_what_to_do() {
    let place = Place::new(5);
    let config = fs::read_to_string(place.path("config.toml")).unwrap();
    let lines = config.lines().count();
    let cases = [
        (
            "[sweep]\nmethod = \"gird\"\n[sweep.values]\nhidden = [2, 4]\n",
            "2: sweep.method: must be one of \"grid\"",
        ),
        (
            "[sweep.values]\nhiden = [2, 4]\n",
            "2: sweep.values.hiden: unknown key; did you mean `hidden`?",
        ),
        (
            "[sweep.values]\nsystem = [\"autorec\", \"deepcc\"]\n",
            "2: sweep.values.system: is fixed",
        ),
        (
            "[sweep.values]\nseed = [1, 2]\n",
            "2: sweep.values.seed: is varied by `seeds`",
        ),
        (
            "[sweep.values]\ndata.path = [\"a\", \"b\"]\n",
            "2: sweep.values.data.path: is fixed",
        ),
        (
            "[sweep.values]\nhidden = []\n",
            "2: sweep.values.hidden: is empty",
        ),
        (
            "[sweep.values]\nhidden = [2, 2]\n",
            "2: sweep.values.hidden: has 2 twice",
        ),
        (
            "[sweep.values]\nhidden = 5\n",
            "2: sweep.values.hidden: must be a list",
        ),
        (
            "[sweep.values]\nhidden = [0, 2]\n",
            "2: sweep.values.hidden: ",
        ),
        (
            "[sweep.values]\nepochs = [5, 6.5]\n",
            "2: sweep.values.epochs: ",
        ),
        (
            "[sweep.values]\nside = { from = 1, to = 2, count = 2 }\n",
            "2: sweep.values.side: takes no range",
        ),
        (
            "[sweep.values]\nregularization = { from = 10, to = 1, count = 3 }\n",
            "2: sweep.values.regularization: the range from 10 to 1 is empty",
        ),
        (
            "[sweep.values]\nregularization = { from = 0, to = 1, scale = \"log\", count = 3 }\n",
            "2: sweep.values.regularization: a logarithmic range cannot begin at 0",
        ),
        (
            "[sweep.values]\nregularization = { from = 1, to = 9e9, count = 3 }\n",
            "2: sweep.values.regularization: must be",
        ),
        (
            "[sweep.values]\nregularization = { from = 1, to = 9 }\n",
            "2: sweep.values.regularization: a grid needs to know how many",
        ),
        (
            "[sweep.values]\nregularization = { from = 1, til = 9 }\n",
            "2: sweep.values.regularization.til: unknown key",
        ),
        (
            "[sweep.values]\nregularization = { from = 1, to = 9, count = 1000000000 }\n",
            "1: sweep.values: would be 1,000,000,000 runs, at most 10,000 are possible: give fewer values",
        ),
        (
            "[sweep]\nmeasure = \"validation/rmsee\"\n[sweep.values]\nhidden = [2, 4]\n",
            "2: sweep.measure: AutoRec has no measure `validation/rmsee`; did you mean `validation/rmse`?",
        ),
        (
            "[sweep]\nmeasure = \"train/loss\"\n[sweep.values]\nhidden = [2, 4]\n",
            "2: sweep.measure: `train/loss` is a term of what is minimized",
        ),
        (
            "[sweep]\nmethod = \"random\"\n[sweep.values]\nhidden = [2, 4]\n",
            "sweep.runs: missing: how many settings",
        ),
        (
            "[sweep]\nruns = 0\n[sweep.values]\nhidden = [2, 4]\n",
            "2: sweep.runs: must be a whole number, 1 to",
        ),
        (
            "[sweep]\nseeds = [1, 1]\n[sweep.values]\nhidden = [2, 4]\n",
            "2: sweep.seeds: must be different numbers",
        ),
        (
            "[sweep]\nstop_early = 3\n[sweep.values]\nhidden = [2, 4]\n",
            "2: sweep.stop_early: must be true, false, or a table",
        ),
        (
            "[sweep]\nmethods = \"grid\"\n",
            "2: sweep.methods: unknown key; did you mean `method`?",
        ),
        ("[sweep]\n", "sweep.values: missing: what to vary"),
    ];
    for (text, expected) in cases {
        place.write("config.toml", &format!("{config}{text}"));
        let done = sweep(&place);
        assert_eq!(done.code, Some(2), "{text}\n{}", done.stderr);
        // Line 1 of a case is the line after the config.
        let expected = match expected.split_once(": ") {
            Some((line, rest)) if line.parse::<usize>().is_ok() => {
                let line: usize = line.parse().unwrap();
                format!("error: config.toml:{}: {rest}", lines + line)
            }
            _ => expected.to_owned(),
        };
        assert!(
            done.stderr.contains(&expected),
            "{text}\nexpected {expected}\n{}",
            done.stderr
        );
        assert!(!place.path("runs").exists(), "{text}");
    }

    place.write("config.toml", &format!("{config}{TWELVE}"));
    let run = place.atelier(&["run", "config.toml", "--runs", "runs"]);
    assert_eq!(run.code, Some(2));
    assert!(run.stderr.contains("atelier sweep"), "{}", run.stderr);
    let set = place.atelier(&["sweep", "config.toml", "--set", "hidden=3"]);
    assert_eq!(set.code, Some(2));
    assert!(set.stderr.contains("the sweep varies it"), "{}", set.stderr);
    place.write("plain.toml", &config);
    let plain = place.atelier(&["sweep", "plain.toml"]);
    assert_eq!(plain.code, Some(2));
    assert!(plain.stderr.contains("[sweep.values]"), "{}", plain.stderr);
    let none = place.atelier(&["sweep", "nothing.toml"]);
    assert_eq!(none.code, Some(2));
    place.write(
        "config.toml",
        &format!("{config}{TWELVE}").replace("ratings.csv", "gone.csv"),
    );
    let gone = sweep(&place);
    assert_eq!(gone.code, Some(2), "{}", gone.stderr);
    assert!(gone.stderr.contains("gone.csv"), "{}", gone.stderr);
}
