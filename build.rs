//! Tells the tests what this machine has, so that those that need more are reported as ignored, with the reason.
//!
//! `ATELIER_DATA` names the folder of the data; changing it looks again, and so does `touch build.rs`.

use std::env;
use std::path::{Path, PathBuf};

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=ATELIER_DATA");
    let data = env::var_os("ATELIER_DATA").map_or("../shared/data".into(), PathBuf::from);
    has("movielens", data.join("ml-100k/u1.base").is_file());
    has("webkb", data.join("webkb/WebKB4.mat").is_file());
    has("screen", on_path("Xvfb") && has_vulkan_driver());
}

/// Sets `has_…` for the tests' `cfg_attr(not(has_…), ignore = "…")`.
fn has(what: &str, there: bool) {
    println!("cargo::rustc-check-cfg=cfg(has_{what})");
    if there {
        println!("cargo::rustc-cfg=has_{what}");
    }
}

fn on_path(program: &str) -> bool {
    env::var_os("PATH")
        .is_some_and(|path| env::split_paths(&path).any(|folder| folder.join(program).is_file()))
}

fn has_vulkan_driver() -> bool {
    ["/usr/share/vulkan/icd.d", "/etc/vulkan/icd.d"]
        .iter()
        .any(|folder| {
            Path::new(folder)
                .read_dir()
                .is_ok_and(|mut drivers| drivers.next().is_some())
        })
}
