//! Named arrays in one file, in the safetensors format: 8 bytes with the length of the header, a header in JSON with the type, shape and
//! place of each array, and the values.

mod file;
mod values;
mod writer;

pub use file::TensorFile;
pub use values::Element;
pub use writer::TensorWriter;

/// The longest header that is read, in bytes: a thousand arrays take a tenth of it.
const MAX_HEADER: u64 = 1 << 20;
/// Bytes before the header.
const PREFIX: u64 = 8;
/// Values that are converted to bytes at a time.
const CHUNK: usize = 1 << 14;

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::PathBuf;

    use super::*;

    fn file() -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.safetensors");
        (folder, path)
    }

    #[test]
    fn half_precision_is_widened_to_single_alone() {
        let (_folder, path) = file();
        // 1.5 and -2 as IEEE 754 binary16 and as bfloat16, by hand.
        let header = br#"{"f":{"dtype":"F16","shape":[2],"data_offsets":[0,4]},"b":{"dtype":"BF16","shape":[2],"data_offsets":[4,8]}}    "#;
        let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
        bytes.extend_from_slice(header);
        for half in [0x3e00_u16, 0xc000, 0x3fc0, 0xc000] {
            bytes.extend_from_slice(&half.to_le_bytes());
        }
        fs::write(&path, bytes).expect("written");
        let file = TensorFile::open(&path).expect("read");
        for name in ["f", "b"] {
            assert_eq!(file.read::<f32>(name, &[2]).expect("there"), [1.5, -2.0]);
            assert!(file.read::<f64>(name, &[2]).is_err());
        }
    }

    #[test]
    fn arrays_come_back_bit_for_bit() {
        let (_folder, path) = file();
        let single = vec![
            0.1,
            -0.0,
            f32::MIN_POSITIVE,
            1.0e-40,
            f32::INFINITY,
            f32::NAN,
        ];
        let double = vec![0.1 + 0.2, f64::MIN_POSITIVE];
        let mut writer = TensorWriter::default();
        writer.add("single", &[2, 3], single.clone());
        writer.add("whole", &[3], vec![0, 7, u32::MAX]);
        writer.add("double", &[2], double.clone());
        writer.add("counter", &[], vec![-3_i64]);
        writer.add::<f32>("empty", &[0, 4], Vec::new());
        writer.text("made_by", "a test");
        writer.write(&path).expect("written");
        let file = TensorFile::open(&path).expect("read");
        assert_eq!(
            file.names(),
            ["counter", "double", "empty", "single", "whole"]
        );
        assert_eq!(file.text()["made_by"], "a test");
        let back: Vec<f32> = file.read("single", &[2, 3]).expect("there");
        let bits = |values: &[f32]| values.iter().map(|v| v.to_bits()).collect::<Vec<_>>();
        assert_eq!(bits(&back), bits(&single));
        assert_eq!(file.read::<f64>("double", &[2]).expect("there"), double);
        assert_eq!(
            file.read::<u32>("whole", &[3]).expect("there"),
            [0, 7, u32::MAX]
        );
        assert_eq!(file.read::<i64>("counter", &[]).expect("there"), [-3]);
        assert!(
            file.read::<f32>("empty", &[0, 4])
                .expect("there")
                .is_empty()
        );
    }

    #[test]
    fn an_independent_reader_reads_what_is_written() {
        let (_folder, path) = file();
        let mut writer = TensorWriter::default();
        writer.add("b", &[2], vec![1.5_f32, -2.0]);
        writer.add("a", &[1], vec![9_i64]);
        writer.write(&path).expect("written");
        let bytes = fs::read(&path).expect("read");
        let tensors = safetensors::SafeTensors::deserialize(&bytes).expect("valid");
        let found = tensors.tensor("b").expect("there");
        assert_eq!(found.shape(), [2]);
        assert_eq!(
            found.data(),
            [1.5_f32.to_le_bytes(), (-2.0_f32).to_le_bytes()].concat()
        );
    }

    #[test]
    fn other_arrays_than_expected_are_refused() {
        let (_folder, path) = file();
        let mut writer = TensorWriter::default();
        writer.add("weights", &[2, 3], vec![0.0_f32; 6]);
        writer.write(&path).expect("written");
        let file = TensorFile::open(&path).expect("read");
        let reason = |name: &str, shape: &[usize]| {
            let error = file.read::<f32>(name, shape).expect_err("wrong");
            error.to_string()
        };
        assert!(reason("weights", &[3, 2]).contains("should have shape [3, 2]"));
        assert!(reason("bias", &[3]).contains("no array \"bias\""));
        let error = file
            .read::<u32>("weights", &[2, 3])
            .expect_err("another type");
        assert!(error.to_string().contains("holds F32"));
        let mut writer = TensorWriter::default();
        writer.add("weights", &[7], vec![0.0_f32; 6]);
        assert!(writer.write(&path).is_err(), "a shape of other values");
    }

    #[test]
    fn damaged_files_are_refused_before_memory_is_taken() {
        let (_folder, path) = file();
        let mut writer = TensorWriter::default();
        writer.add("weights", &[2, 3], vec![0.0_f32; 6]);
        writer.write(&path).expect("written");
        let whole = fs::read(&path).expect("read");
        let reason = |bytes: &[u8]| {
            fs::write(&path, bytes).expect("written");
            TensorFile::open(&path).expect_err("damaged").to_string()
        };
        assert!(reason(&whole[..whole.len() - 1]).contains("damaged"));
        assert!(reason(&whole[..20]).contains("not a safetensors file"));
        assert!(reason(&[0; 3]).contains("less than 8 bytes"));
        assert!(reason(&u64::MAX.to_le_bytes()).contains("announce"));
        let header =
            br#"{"w":{"dtype":"F32","shape":[1000000,1000000],"data_offsets":[0,4000000000000]}}"#;
        let mut huge = (header.len() as u64).to_le_bytes().to_vec();
        huge.extend_from_slice(header);
        assert!(reason(&huge).contains("damaged"));
        let header = br#"{"w":{"dtype":"F32","shape":[4294967296,4294967296,4294967296],"data_offsets":[0,0]}}"#;
        let mut over = (header.len() as u64).to_le_bytes().to_vec();
        over.extend_from_slice(header);
        assert!(reason(&over).contains("not a safetensors file"));
    }
}
