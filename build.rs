//! Packs the finished sample runs into the program, and tells the tests what this machine has, so that those that need more are reported
//! as ignored, with the reason.
//!
//! `ATELIER_DATA` names the folder of the data; changing it looks again, and so does `touch build.rs`.

use std::env;
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=ATELIER_DATA");
    let data = env::var_os("ATELIER_DATA").map_or("../shared/data".into(), PathBuf::from);
    has("movielens", data.join("ml-100k/u1.base").is_file());
    has("webkb", data.join("webkb/WebKB4.mat").is_file());
    has("screen", on_path("Xvfb") && has_vulkan_driver());
    has(
        "limits",
        on_path("prlimit") && on_path("setpriv") && on_path("id"),
    );
    pack_sample_runs(Path::new("sample_data/runs"))
}

/// Writes `sample_runs.rs`: a table of the files below `runs` and their gzipped content.
fn pack_sample_runs(runs: &Path) -> io::Result<()> {
    println!("cargo::rerun-if-changed={}", runs.display());
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or(io::ErrorKind::NotFound)?);
    let mut files = Vec::new();
    if runs.is_dir() {
        collect(runs, &mut files)?;
    }
    files.sort();
    let mut table = "&[\n".to_owned();
    for (number, file) in files.iter().enumerate() {
        let packed = out.join(format!("sample_run_{number}.gz"));
        let mut encoder = GzEncoder::new(File::create(&packed)?, Compression::best());
        io::copy(&mut File::open(file)?, &mut encoder)?;
        encoder.finish()?;
        let name = file.strip_prefix(runs).map_err(io::Error::other)?;
        let name = name.to_string_lossy().replace('\\', "/");
        let content = "include_bytes!(concat!(env!(\"OUT_DIR\"), ";
        writeln!(table, "({name:?}, {content}\"/sample_run_{number}.gz\"))),")
            .map_err(io::Error::other)?;
    }
    table.push(']');
    fs::write(out.join("sample_runs.rs"), table)
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
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
