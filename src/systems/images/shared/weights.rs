//! Weights that others trained: generators as the official code of CycleGAN and pix2pix saves them (`latest_net_G_A.pth`), or single
//! safetensors files with the same names.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use burn::tensor::Device;
use serde_json::Value;

use super::checkpoint::Architecture as CheckpointArchitecture;
use super::config::Direction;
use super::generators::{GENERATORS, Generators};
use super::networks::{
    Architecture as _, GeneratorConfig, Norm, ResnetConfig, UnetConfig, Upsampling,
};
use super::storage::{file_of, fits};
use super::translator::ModelTranslator;
use super::weights_path;
use crate::data::images::Size;
use crate::nn::checkpoint::{TensorFile, pytorch_to_safetensors};
use crate::record::files;
use crate::systems::{TrainError, Translator};

/// Ends of the names that PyTorch's files have.
const PYTORCH: [&str; 2] = ["pth", "pt"];
/// Ends of the names that the official code gives its generators, beside those in [`GENERATORS`]: of CycleGAN, of pix2pix, and of a model
/// that was downloaded for one direction.
const OFFICIAL: [&[&str]; 2] = [&["g_a", "net_G_A", "net_G"], &["g_b", "net_G_B"]];
/// The size of the pictures that the official code trains with unless told otherwise.
const SIZE: Size = Size {
    width: 256,
    height: 256,
};

/// Weights to start from or to translate with, as a folder with `g_a.safetensors`, `g_b.safetensors`.
#[derive(Debug)]
pub enum Weights {
    /// That is what it is.
    Folder(PathBuf),
    /// Made of files of PyTorch, gone when dropped.
    Converted(tempfile::TempDir),
}

impl Weights {
    /// Of a folder, or of a file with the weights of one generator. The path itself may be a link; a link in the folder is not followed, and none
    /// in a run folder leads out of it.
    ///
    /// # Errors
    /// If the path leads out of a run folder or to what is neither file nor folder, if the weights are links, or if files of PyTorch cannot be
    /// read or converted.
    pub fn open(path: &Path) -> Result<Self, TrainError> {
        let named = path;
        let wrong = |reason: String| TrainError::Checkpoint {
            path: named.to_owned(),
            reason,
        };
        let path = &weights_path::resolve(named).map_err(wrong)?;
        if files::is_file(path) {
            return Self::converted([Some(path.to_owned()), None]);
        }
        let has_own = GENERATORS
            .iter()
            .any(|name| files::is_file(&file_of(path, name)));
        let found = OFFICIAL.map(|ends| newest(path, ends));
        if has_own || found == [None, None] {
            if !has_own && let Some(link) = weights_path::links(path, is_weights).first() {
                return Err(wrong(format!(
                    "{link} in it is a link, and links in a folder of weights are not followed: name that file itself, or put it in the place of the link"
                )));
            }
            return Ok(Self::Folder(path.to_owned()));
        }
        Self::converted(found)
    }

    /// Where they are.
    #[must_use]
    pub fn folder(&self) -> &Path {
        match self {
            Self::Folder(folder) => folder,
            Self::Converted(folder) => folder.path(),
        }
    }

    fn converted(sources: [Option<PathBuf>; 2]) -> Result<Self, TrainError> {
        let folder = tempfile::tempdir().map_err(|error| {
            TrainError::Data(format!(
                "cannot make a folder for converted weights: {error}"
            ))
        })?;
        for (name, from) in GENERATORS.into_iter().zip(sources) {
            let Some(from) = from else { continue };
            let to = file_of(folder.path(), name);
            if is_pytorch(&from) {
                pytorch_to_safetensors(&from, &to)?;
            } else {
                // Its header is checked before it is copied.
                TensorFile::open(&from)?;
                fs::copy(&from, &to).map_err(|error| TrainError::Checkpoint {
                    path: from,
                    reason: error.to_string(),
                })?;
            }
        }
        Ok(Self::Converted(folder))
    }
}

/// The names of files of weights in a folder that are links, which [`Weights::open`] leaves out where it finds others.
#[must_use]
pub fn links_beside(folder: &Path) -> Vec<String> {
    weights_path::links(folder, is_weights)
}

fn is_pytorch(path: &Path) -> bool {
    let end = path.extension().and_then(|end| end.to_str());
    end.is_some_and(|end| PYTORCH.iter().any(|own| end.eq_ignore_ascii_case(own)))
}

/// True for a name that [`Weights::open`] would read in a folder.
fn is_weights(path: &Path) -> bool {
    let stem = path.file_stem().and_then(|stem| stem.to_str());
    stem.is_some_and(|stem| {
        let is_own = path.extension().is_some_and(|end| end == "safetensors");
        is_own && GENERATORS.contains(&stem)
            || is_pytorch(path)
                && OFFICIAL
                    .iter()
                    .flat_map(|ends| *ends)
                    .any(|end| stem.ends_with(end))
    })
}

/// The file of PyTorch whose name ends so: the `latest`, or else that of the last epoch.
fn newest(folder: &Path, ends: &[&str]) -> Option<PathBuf> {
    let files = fs::read_dir(folder).ok()?.filter_map(|entry| {
        let path = entry.ok()?.path();
        let stem = path.file_stem()?.to_str()?;
        let end = ends.iter().position(|end| stem.ends_with(end))?;
        let epoch = stem.split('_').next().unwrap_or_default();
        let epoch = match epoch {
            "latest" => u64::MAX,
            number => number.parse().unwrap_or(0),
        };
        (is_pytorch(&path) && files::is_file(&path))
            .then_some(((std::cmp::Reverse(end), epoch, stem.to_owned()), path))
    });
    files
        .max_by(|one, other| one.0.cmp(&other.0))
        .map(|(_, path)| path)
}

/// A translator with a generator that was trained elsewhere, of domain A to B.
///
/// # Errors
/// If the file cannot be read, or its network is none that this program knows.
pub fn open_weights(path: &Path, device: &Device) -> Result<Box<dyn Translator>, TrainError> {
    let weights = Weights::open(path)?;
    let folder = weights.folder();
    let file = TensorFile::open(&file_of(folder, GENERATORS[0]))?;
    let generator = generator_of(&file).ok_or_else(|| TrainError::Checkpoint {
        path: path.to_owned(),
        reason: "its arrays are those of no generator that is known here: ResNet generators of CycleGAN and U-Nets of pix2pix, with \
                 the official code's names, are read"
            .to_owned(),
    })?;
    if (generator.inputs(), generator.outputs()) != (3, 3) {
        return Err(TrainError::Checkpoint {
            path: path.to_owned(),
            reason: format!(
                "it makes pictures of {} channels of such with {}; only red, green and blue to the same is translated",
                generator.outputs(),
                generator.inputs()
            ),
        });
    }
    let mut generators = vec![generator];
    if files::is_file(&file_of(folder, GENERATORS[1])) {
        generators.push(generator);
    }
    let networks = Generators::load(generators, Direction::AToB, folder, device)?;
    let architecture = CheckpointArchitecture {
        system: String::new(),
        direction: Direction::AToB,
        size: SIZE,
        classes: Vec::new(),
        ranges: [None, None],
        networks: Value::Null,
    };
    Ok(Box::new(ModelTranslator::new(
        Box::new(networks),
        &architecture,
        device,
    )))
}

/// The generator that has exactly these arrays. What arrays do not tell is as in the official code: padding by reflection; dropout in a
/// U-Net.
fn generator_of(file: &TensorFile) -> Option<GeneratorConfig> {
    let all = candidates(file);
    let possible = all.into_iter().filter(GeneratorConfig::is_possible);
    let mut possible = possible.filter(|own| fits(file, &own.tensors()).is_ok());
    possible.next()
}

fn candidates(file: &TensorFile) -> Vec<GeneratorConfig> {
    let shape = |name: &str| file.info(name).map(|(_, shape)| shape.to_vec());
    let norms = [Norm::Instance, Norm::Batch, Norm::None];
    let names = file.names();
    let mut found = Vec::new();
    if let Some([filters, inputs, 7, 7]) = shape("model.1.weight").as_deref() {
        let numbers = |name: &String| name.split('.').nth(1)?.parse::<u32>().ok();
        let last = names.iter().filter_map(numbers).max().unwrap_or(0);
        let outputs = shape(&format!("model.{last}.weight")).and_then(|own| own.first().copied());
        let blocks: BTreeSet<_> = names
            .iter()
            .filter(|name| name.contains(".conv_block."))
            .filter_map(numbers)
            .collect();
        for norm in norms {
            for upsampling in [Upsampling::Transposed, Upsampling::Resize] {
                for (dropout, skips) in [(false, false), (true, false), (false, true), (true, true)]
                {
                    found.push(GeneratorConfig::Resnet(ResnetConfig {
                        inputs: *inputs,
                        outputs: outputs.unwrap_or(3),
                        filters: *filters,
                        blocks: blocks.len(),
                        norm,
                        upsampling,
                        dropout,
                        skips,
                        ..ResnetConfig::default()
                    }));
                }
            }
        }
    }
    if let Some([filters, inputs, 4, 4]) = shape("model.model.0.weight").as_deref() {
        let outputs = shape("model.model.3.weight").and_then(|own| own.get(1).copied());
        let depth = |name: &String| name.matches(".3.model").count();
        let levels = names.iter().map(depth).max().unwrap_or(0) + 2;
        found.extend(norms.map(|norm| {
            GeneratorConfig::Unet(UnetConfig {
                inputs: *inputs,
                outputs: outputs.unwrap_or(3),
                filters: *filters,
                levels,
                norm,
                ..UnetConfig::default()
            })
        }));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Monitor;
    use crate::data::images::Side;
    use crate::systems::TranslateOptions;

    const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/translation");

    /// The largest difference, in levels of 255, from what PyTorch made of the picture of `pth.py`.
    fn difference(file: &Path, of: &str) -> f64 {
        let text = fs::read_to_string(format!("{FOLDER}/pth.json")).expect("a fixture");
        let made: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        let picture = image::RgbImage::from_fn(16, 16, |x, y| {
            image::Rgb([7 * x + 13 * y, 31 * x + 3 * y, x * y].map(|value| (value % 256) as u8))
        });
        let translator = open_weights(file, &Device::flex()).expect("read");
        let options = TranslateOptions::default();
        let translated = translator.translate(&picture, Side::B, &options, &Monitor::default());
        let image = translated.expect("translated").image;
        let expected = made[of].as_array().expect("numbers");
        assert_eq!(image.as_raw().len(), expected.len());
        let pairs = image.as_raw().iter().zip(expected);
        pairs
            .map(|(own, other)| (f64::from(*own) - other.as_f64().expect("a number")).abs())
            .fold(0.0, f64::max)
    }

    #[test]
    fn files_of_the_official_code_translate_as_pytorch_does() {
        for (file, of) in [
            ("resnet.pth", "resnet"),
            ("resnet_old.pth", "resnet"),
            ("unet.pth", "unet"),
        ] {
            // Half a level is rounding.
            let difference = difference(Path::new(FOLDER).join(file).as_path(), of);
            assert!(difference < 0.6, "{file}: {difference}");
        }
    }

    #[test]
    fn the_latest_files_of_a_folder_are_both_generators() {
        let folder = tempfile::tempdir().expect("a folder");
        let copy = |from: &str, to: &str| {
            fs::copy(format!("{FOLDER}/{from}"), folder.path().join(to)).expect("copied");
        };
        copy("unet.pth", "5_net_G_A.pth");
        copy("resnet.pth", "latest_net_G_A.pth");
        copy("resnet_old.pth", "10_net_G_B.pth");
        copy("unet.pth", "9_net_G_B.pth");
        copy("unet.pth", "latest_net_D_A.pth");
        let weights = Weights::open(folder.path()).expect("read");
        let open = |name: &str| TensorFile::open(&file_of(weights.folder(), name)).expect("there");
        assert_eq!(open("g_a").names(), open("g_b").names());
        assert!(generator_of(&open("g_a")).is_some());
        // A folder of our own stays what it is.
        fs::copy(
            file_of(weights.folder(), "g_a"),
            file_of(folder.path(), "g_a"),
        )
        .expect("copied");
        let own = Weights::open(folder.path()).expect("read");
        assert_eq!(own.folder(), folder.path());
    }

    #[test]
    fn a_file_alone_tells_whether_its_generator_has_skips() {
        let folder = tempfile::tempdir().expect("a folder");
        for skips in [false, true] {
            let config = GeneratorConfig::Resnet(ResnetConfig {
                filters: 2,
                blocks: 1,
                skips,
                ..ResnetConfig::default()
            });
            let path = folder.path().join(format!("{skips}.safetensors"));
            let mut writer = crate::nn::checkpoint::TensorWriter::default();
            for spec in config.tensors() {
                writer.add(&spec.name, &spec.shape, vec![0.0_f32; spec.values()]);
            }
            writer.write(&path).expect("written");
            let file = TensorFile::open(&path).expect("read");
            assert_eq!(generator_of(&file), Some(config));
        }
    }

    #[test]
    fn what_is_no_generator_for_colors_is_refused_by_name() {
        for file in ["resnet.safetensors", "unet.safetensors"] {
            let error = open_weights(&Path::new(FOLDER).join(file), &Device::flex());
            let error = error.err().expect("two channels").to_string();
            assert!(
                error.contains(file) && error.contains("2 channels"),
                "{error}"
            );
        }
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("other.safetensors");
        let mut writer = crate::nn::checkpoint::TensorWriter::default();
        writer.add("features.0.weight", &[1], vec![1.0_f32]);
        writer.write(&path).expect("written");
        let error = open_weights(&path, &Device::flex())
            .err()
            .expect("no generator");
        assert!(error.to_string().contains("no generator"), "{error}");
    }
}
