//! Values that a network keeps but no optimizer trains.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use burn::module::{
    Content, Module, ModuleDisplay, ModuleDisplayDefault, ModuleMapper, ModuleVisitor, Param,
    ParamId,
};
use burn::tensor::{Device, Tensor};

/// A vector that a forward pass may update. Clones share it, as clones of a parameter share its id; `valid` and `fork` make one of
/// their own.
#[derive(Clone, Debug)]
pub struct Buffer {
    id: ParamId,
    values: Arc<Mutex<Tensor<1>>>,
}

impl Buffer {
    /// Off the tape.
    #[must_use]
    pub fn new(id: ParamId, values: Tensor<1>) -> Self {
        Self {
            id,
            values: Arc::new(Mutex::new(values.without_autodiff())),
        }
    }

    /// The values, off the tape.
    #[must_use]
    pub fn get(&self) -> Tensor<1> {
        self.lock().clone()
    }

    /// Replaces the values.
    pub fn set(&self, values: Tensor<1>) {
        *self.lock() = values.without_autodiff();
    }

    /// A tensor is whole at any moment, so a panic elsewhere left nothing half done.
    fn lock(&self) -> MutexGuard<'_, Tensor<1>> {
        self.values.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn param(&self) -> Param<Tensor<1>> {
        Param::initialized(self.id, self.get())
    }
}

impl Module for Buffer {
    fn visit<V: ModuleVisitor>(&self, visitor: &mut V) {
        visitor.visit_float(&self.param());
    }

    fn map<M: ModuleMapper>(self, mapper: &mut M) -> Self {
        let (_, values, _) = mapper.map_float(self.param()).consume();
        self.set(values);
        self
    }

    fn to_device(self, device: &Device) -> Self {
        let values = self.get().to_device(&device.clone().without_autodiff());
        self.set(values);
        self
    }

    fn fork(self, device: &Device) -> Self {
        Self::new(self.id, self.get()).to_device(device)
    }

    fn collect_devices(&self, mut devices: Vec<Device>) -> Vec<Device> {
        let device = self.get().device();
        if !devices.contains(&device) {
            devices.push(device);
        }
        devices
    }

    fn materialize(self) -> Self {
        self
    }

    fn valid(&self) -> Self {
        Self::new(self.id, self.get())
    }

    fn train(self) -> Self {
        self
    }
}

impl ModuleDisplayDefault for Buffer {
    fn content(&self, content: Content) -> Option<Content> {
        content.add_formatted(&"Buffer").optional()
    }
}

impl ModuleDisplay for Buffer {}

impl std::fmt::Display for Buffer {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Buffer({})", self.id)
    }
}
