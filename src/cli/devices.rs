//! `atelier devices`.

use super::failure::Outcome;
use super::output::Output;
use super::table::{Align, Table};
use crate::engine::{self, DeviceKind};

/// Lists what a run can train on.
pub(super) fn run(out: &mut Output) -> Outcome {
    let mut table = Table::new(&[
        ("device", Align::Left),
        ("name", Align::Left),
        ("driver", Align::Left),
        ("", Align::Left),
    ]);
    // `auto` and `gpu` take the first GPU.
    let chosen = engine::devices().iter().find(|device| device.is_gpu());
    for device in engine::devices() {
        let (kind, note) = match device.kind {
            DeviceKind::Cpu if chosen.is_none() => ("cpu", "chosen by --device auto"),
            DeviceKind::Cpu => ("cpu", ""),
            DeviceKind::Software => ("software gpu", "never chosen: slower than the CPU"),
            DeviceKind::DiscreteGpu | DeviceKind::IntegratedGpu | DeviceKind::VirtualGpu
                if Some(device) == chosen =>
            {
                ("gpu", "chosen by --device auto")
            }
            DeviceKind::DiscreteGpu | DeviceKind::IntegratedGpu | DeviceKind::VirtualGpu => {
                ("gpu", "")
            }
        };
        table.row([kind, &device.name, &device.driver, note].map(str::to_owned));
    }
    table.write(out)?;
    Ok(())
}
