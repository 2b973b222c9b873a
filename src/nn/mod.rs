//! Layers, kernels and optimizers that burn lacks.
//!
//! Uses `record`, `data`.

/// Element-wise functions of layers.
pub mod activation;
mod buffer_pool;
pub mod checkpoint;
/// Convolutions and instance normalization, with their own kernels on the CPU.
pub mod conv;
/// Fully connected layers and reconstruction errors.
pub mod dense;
mod flex;
/// Matrix products of plain slices.
pub mod gemm;
/// Optimizers: RProp, L-BFGS, and optimizer state that loads without a GPU.
pub mod optim;
/// Layers whose cost follows the observed cells of a sparse matrix.
pub mod sparse;
pub mod svd;

pub(crate) use buffer_pool::release_buffers;

use burn::backend::DispatchDevice;
use burn::tensor::Device;

/// True if tensors of this device live in the memory of the CPU backend, flex.
#[must_use]
pub fn is_flex(device: &Device) -> bool {
    matches!(
        device.clone().inner().as_dispatch(),
        DispatchDevice::Flex(_)
    )
}

/// A GPU in software, for tests that compare it with the CPU.
#[cfg(test)]
pub(crate) fn software_gpu() -> Option<Device> {
    use burn::tensor::DeviceKind;

    let open = || Device::wgpu_options().device_kind(DeviceKind::Cpu).init();
    let gpu = std::panic::catch_unwind(open).ok().and_then(Result::ok);
    if gpu.is_none() {
        eprintln!("skipped: no software GPU (on Linux: apt install mesa-vulkan-drivers)");
    }
    gpu
}
