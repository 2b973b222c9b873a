//! Where a run trains.

use std::pin::pin;
use std::sync::OnceLock;
use std::task::{Context, Poll, Waker};

use burn::tensor::{Device, DeviceKind as BurnKind};
use burn_wgpu::wgpu;
use serde::{Deserialize, Serialize};

use crate::record::panics;

/// Where a person wants a run to train.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeviceChoice {
    /// The GPU if there is a real one, else the CPU.
    #[default]
    Auto,
    /// The CPU.
    Cpu,
    /// The GPU; an error if there is none.
    Gpu,
}

/// The kind of a device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeviceKind {
    /// The processor.
    Cpu,
    /// A graphics card of its own.
    DiscreteGpu,
    /// Graphics in the processor's package.
    IntegratedGpu,
    /// A share of a graphics card in a virtual machine.
    VirtualGpu,
    /// A GPU played by the processor, slower than the processor itself: listed, never chosen.
    Software,
}

/// A device of this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceInfo {
    /// Its name: `CPU, 2 threads`, or what the driver calls the GPU.
    pub name: String,
    /// Its kind.
    pub kind: DeviceKind,
    /// How it is driven: `flex`, `vulkan`, `metal`, `dx12`.
    pub driver: String,
}

impl DeviceInfo {
    /// True if it is a GPU played by the processor.
    #[must_use]
    pub fn is_software(&self) -> bool {
        self.kind == DeviceKind::Software
    }

    /// True if `--device gpu` may choose it.
    #[must_use]
    pub fn is_gpu(&self) -> bool {
        burn_kind(self.kind).is_some()
    }
}

/// The CPU, then the GPUs, software ones last. Asks the drivers once, which can take a second: not for the window's thread.
pub fn devices() -> &'static [DeviceInfo] {
    static DEVICES: OnceLock<Vec<DeviceInfo>> = OnceLock::new();
    DEVICES.get_or_init(|| {
        let threads = rayon::current_num_threads();
        let mut devices = vec![DeviceInfo {
            name: format!(
                "CPU, {threads} {}",
                if threads == 1 { "thread" } else { "threads" }
            ),
            kind: DeviceKind::Cpu,
            driver: "flex".to_owned(),
        }];
        // A broken driver is no reason not to train on the CPU.
        let mut gpus = panics::catch(adapters).unwrap_or_default();
        gpus.sort_by_key(|gpu| gpu.kind as u8);
        gpus.dedup_by(|a, b| a.name == b.name && a.kind == b.kind);
        devices.extend(gpus);
        devices
    })
}

/// No device of the kind that a person asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DeviceError {
    /// There is no GPU, or only one that the processor plays.
    #[error("no GPU found on this machine; choose the CPU (--device cpu)")]
    NoGpu,
    /// The driver refused.
    #[error("cannot use {name}: {reason}; update its driver or choose the CPU (--device cpu)")]
    Refused {
        /// The GPU.
        name: String,
        /// The driver's message.
        reason: String,
    },
}

/// A device to train on, and its name for `run.json`. Automatic choice falls back to the CPU where the GPU's driver refuses.
///
/// # Errors
/// If the GPU was asked for and there is none that works.
pub(super) fn resolve(choice: DeviceChoice) -> Result<(Device, String), DeviceError> {
    let cpu = || (Device::flex(), "cpu".to_owned());
    match choice {
        DeviceChoice::Cpu => Ok(cpu()),
        DeviceChoice::Gpu => gpu(),
        DeviceChoice::Auto => Ok(gpu().unwrap_or_else(|_| cpu())),
    }
}

/// The first hardware GPU. Its runtime is opened once and shared by all runs.
fn gpu() -> Result<(Device, String), DeviceError> {
    static GPU: OnceLock<Result<(Device, String), DeviceError>> = OnceLock::new();
    GPU.get_or_init(|| {
        let (info, kind) = devices()
            .iter()
            .find_map(|info| Some((info, burn_kind(info.kind)?)))
            .ok_or(DeviceError::NoGpu)?;
        let refused = |reason: String| DeviceError::Refused {
            name: info.name.clone(),
            reason,
        };
        panics::catch(|| Device::wgpu_options().device_kind(kind).init())
            .map_err(|_| refused("its driver crashed while it was opened".to_owned()))?
            .map(|device| (device, info.name.clone()))
            .map_err(|error| refused(error.to_string()))
    })
    .clone()
}

/// The best GPU of a kind, for burn; `None` for what is no GPU.
fn burn_kind(kind: DeviceKind) -> Option<BurnKind> {
    match kind {
        DeviceKind::DiscreteGpu => Some(BurnKind::DiscreteGpu(0)),
        DeviceKind::IntegratedGpu => Some(BurnKind::IntegratedGpu(0)),
        DeviceKind::VirtualGpu => Some(BurnKind::VirtualGpu(0)),
        DeviceKind::Cpu | DeviceKind::Software => None,
    }
}

/// The devices that the graphics drivers offer.
fn adapters() -> Vec<DeviceInfo> {
    // Kept for the life of the process: the Vulkan loader crashes when instances come and go on several threads at once.
    static INSTANCE: OnceLock<wgpu::Instance> = OnceLock::new();
    let instance = INSTANCE.get_or_init(|| {
        wgpu::Instance::new(wgpu::InstanceDescriptor {
            backends: wgpu::Backends::PRIMARY,
            ..wgpu::InstanceDescriptor::new_without_display_handle()
        })
    });
    let mut listing = pin!(instance.enumerate_adapters(wgpu::Backends::PRIMARY));
    // Native drivers answer at once; only a browser would have to wait.
    let Poll::Ready(adapters) = listing
        .as_mut()
        .poll(&mut Context::from_waker(Waker::noop()))
    else {
        return Vec::new();
    };
    adapters
        .iter()
        .filter_map(|adapter| {
            let info = adapter.get_info();
            let kind = match info.device_type {
                wgpu::DeviceType::DiscreteGpu => DeviceKind::DiscreteGpu,
                wgpu::DeviceType::IntegratedGpu => DeviceKind::IntegratedGpu,
                wgpu::DeviceType::VirtualGpu => DeviceKind::VirtualGpu,
                wgpu::DeviceType::Cpu => DeviceKind::Software,
                wgpu::DeviceType::Other => return None,
            };
            Some(DeviceInfo {
                name: info.name,
                kind,
                driver: format!("{:?}", info.backend).to_lowercase(),
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cpu_is_always_there_and_a_software_adapter_is_never_chosen() {
        assert_eq!(devices()[0].kind, DeviceKind::Cpu);
        assert_eq!(resolve(DeviceChoice::Cpu).unwrap().1, "cpu");
        let has_gpu = devices().iter().any(DeviceInfo::is_gpu);
        assert_eq!(resolve(DeviceChoice::Gpu).is_ok(), has_gpu);
        assert!(has_gpu || resolve(DeviceChoice::Auto).unwrap().1 == "cpu");
    }
}
