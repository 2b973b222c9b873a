//! What a person without a display sees first.

use crate::support::Place;

#[test]
fn without_a_display_the_program_says_so_and_runs_the_demo() {
    let place = Place::new(1);
    let done = place.atelier(&["--runs", "runs", "--quick"]);
    assert_eq!(done.code, Some(0), "{}", done.stderr);
    assert!(done.stderr.contains("no display"), "{}", done.stderr);
    for system in [
        "AutoRec, item-based",
        "AutoRec, user-based",
        "atrix factorization",
        "DeepCC",
        "Spectral co-clustering",
    ] {
        assert!(
            done.stdout.contains(system),
            "{system} is not in {}",
            done.stdout
        );
    }
    assert!(done.stdout.contains("would like"), "{}", done.stdout);
    for picture in [
        "curves",
        "predicted",
        "popularity",
        "recommendations",
        "blocks",
    ] {
        let path = place.path("runs/pictures").join(format!("{picture}.png"));
        let bytes = std::fs::read(&path).unwrap();
        assert!(bytes.starts_with(b"\x89PNG"), "{}", path.display());
    }
    let list = place.atelier(&["list", "--runs", "runs"]);
    assert!(list.stdout.lines().count() >= 6, "{}", list.stdout);
    assert!(!list.stdout.contains("failed"), "{}", list.stdout);
}
