//! Files, written by PyTorch and by us.

use std::fs;
use std::path::{Path, PathBuf};

use burn::tensor::Device;

use super::super::{GeneratorConfig, Mode, Norm, ResnetConfig, UnetConfig};
use super::fixture::{Network, NetworkConfig, by_name, drawn, tensor, values};
use crate::systems::images::shared::storage::{load_network, save_network};

fn path(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/translation");
    folder.join(name)
}

fn resnet() -> NetworkConfig {
    NetworkConfig::Generator(GeneratorConfig::Resnet(ResnetConfig {
        outputs: 2,
        filters: 2,
        blocks: 1,
        norm: Norm::Batch,
        ..ResnetConfig::default()
    }))
}

fn unet() -> NetworkConfig {
    NetworkConfig::Generator(GeneratorConfig::Unet(UnetConfig {
        outputs: 2,
        filters: 1,
        levels: 3,
        dropout: false,
        ..UnetConfig::default()
    }))
}

fn read(config: NetworkConfig, path: &Path) -> Result<Network, String> {
    let network = config.init(&Device::flex().autodiff());
    let folder = path.parent().expect("a folder");
    let name = path.file_stem().expect("a name").to_string_lossy();
    load_network(folder, &name, &config.tensors(), network).map_err(|error| error.to_string())
}

#[test]
fn files_written_by_pytorch_are_read_tensor_by_tensor() {
    for (config, name) in [
        (resnet(), "resnet.safetensors"),
        (unet(), "unet.safetensors"),
    ] {
        let network = read(config, &path(name)).expect("PyTorch's file");
        let tensors = config.tensors();
        let found = by_name(&network, &tensors, None);
        for spec in tensors.iter().filter(|spec| found.contains_key(&spec.name)) {
            assert_eq!(
                found[&spec.name].0,
                drawn(&spec.name, &spec.shape),
                "{}",
                spec.name
            );
        }
    }
}

#[test]
fn a_network_comes_back_bit_for_bit_with_its_running_statistics() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("g_a.safetensors");
    let config = resnet();
    let device = Device::flex().autodiff();
    let network = config.drawn(&device);
    let image = tensor("image", [1, 3, 8, 12], &device);
    let _ = network.forward(image.clone(), &mut Mode::train_without_dropout());
    save_network(folder.path(), "g_a", &config.tensors(), &network).expect("written");
    let again = read(config, &path).expect("read");
    let tensors = config.tensors();
    assert_eq!(
        by_name(&again, &tensors, None),
        by_name(&network, &tensors, None)
    );
    let out = |network: &Network| values(network.forward(image.clone(), &mut Mode::eval()));
    assert_eq!(out(&again), out(&network));
}

/// The header and the values of a file.
fn parts(path: &Path) -> (serde_json::Value, Vec<u8>) {
    let bytes = fs::read(path).expect("a file");
    let (length, rest) = bytes.split_at(8);
    let length = u64::from_le_bytes(length.try_into().expect("8 bytes")) as usize;
    let header = serde_json::from_slice(&rest[..length]).expect("JSON");
    (header, rest[length..].to_vec())
}

fn written(folder: &Path, header: &serde_json::Value, values: &[u8]) -> PathBuf {
    let path = folder.join("changed.safetensors");
    let header = header.to_string();
    let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
    bytes.extend(header.as_bytes());
    bytes.extend(values);
    fs::write(&path, bytes).expect("written");
    path
}

/// The entry of one more value at the end.
fn extra(end: usize) -> serde_json::Value {
    serde_json::json!({"dtype": "F32", "shape": [1], "data_offsets": [end, end + 4]})
}

#[test]
fn wrong_files_are_refused_and_the_tensor_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let refused = |path: &Path| read(unet(), path).expect_err("refused");
    assert!(refused(&path("resnet.safetensors")).contains("no array \"model.model."));
    assert!(refused(&folder.path().join("missing.safetensors")).contains("missing"));
    let (whole, bytes) = parts(&path("unet.safetensors"));
    assert!(read(unet(), &written(folder.path(), &whole, &bytes)).is_ok());
    let name = "model.model.1.model.1.weight";
    let changed = |change: &dyn Fn(&mut serde_json::Value), bytes: &[u8]| {
        let mut header = whole.clone();
        change(&mut header);
        refused(&written(folder.path(), &header, bytes))
    };
    let dtype = changed(&|header| header[name]["dtype"] = "I32".into(), &bytes);
    assert!(
        dtype.contains(name) && dtype.contains("holds I32"),
        "{dtype}"
    );
    let far = serde_json::json!([u64::MAX - 127, u64::MAX]);
    let far = changed(&|header| header[name]["data_offsets"] = far.clone(), &bytes);
    assert!(far.contains("not a safetensors file"), "{far}");
    let cut = changed(&|_| (), &bytes[..bytes.len() - 4]);
    assert!(cut.contains("damaged"), "{cut}");
    let (end, longer) = (bytes.len(), [bytes.as_slice(), &[0; 4]].concat());
    let more = changed(
        &|header| header["model.model.9.weight"] = extra(end),
        &longer,
    );
    assert!(more.contains("model.model.9.weight"), "{more}");
    let entry = changed(&|header| header[name] = 3.into(), &bytes);
    assert!(entry.contains("not a safetensors file"), "{entry}");
    let wide = NetworkConfig::Generator(GeneratorConfig::Unet(UnetConfig {
        outputs: 2,
        filters: 3,
        levels: 3,
        ..UnetConfig::default()
    }));
    let shape = read(wide, &path("unet.safetensors")).expect_err("refused");
    assert!(
        shape.contains("model.model.0.weight") && shape.contains("[3, 3, 4, 4]"),
        "{shape}"
    );
    for bytes in [vec![], vec![255; 7], vec![255; 64], vec![0; 64]] {
        let path = folder.path().join("other.safetensors");
        fs::write(&path, bytes).expect("written");
        let reason = refused(&path);
        assert!(reason.contains("not a safetensors file"), "{reason}");
    }
}

#[test]
fn running_statistics_that_old_files_keep_of_instance_normalization_are_left_out() {
    let folder = tempfile::tempdir().expect("a folder");
    let (mut header, mut bytes) = parts(&path("unet.safetensors"));
    header["model.model.7.running_mean"] = extra(bytes.len());
    bytes.extend([0; 4]);
    assert!(read(unet(), &written(folder.path(), &header, &bytes)).is_ok());
}
