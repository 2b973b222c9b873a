//! The list of systems.

use std::sync::{PoisonError, RwLock};

use super::images::auggan::AugGanSystem;
use super::images::cyclegan::CycleGanSystem;
use super::images::pix2pix::Pix2PixSystem;
use super::matrix::deepcc::DeepCcSystem;
use super::matrix::{
    ClusterScan, InformationCoClustering, KMeansClustering, ModularityCoClustering,
    SpectralCoClustering,
};
use super::ratings::autorec::AutoRecSystem;
use super::ratings::baselines::{GlobalMean, MatrixFactorization, UserItemBias};
use super::{AnySystem, Erased};
use crate::record::Measures;
use crate::record::schema::{ConfigError, nearest};

/// Each erased once, for the life of the program.
macro_rules! erased {
    ($($system:ty,)*) => {
        &[$({
            static ERASED: Erased<$system> = Erased::new();
            &ERASED
        }),*]
    };
}

/// In the order of menus: a system is added by one line here.
static BUILT_IN: &[&dyn AnySystem] = erased![
    AutoRecSystem,
    DeepCcSystem,
    CycleGanSystem,
    Pix2PixSystem,
    AugGanSystem,
    GlobalMean,
    UserItemBias,
    MatrixFactorization,
    KMeansClustering,
    SpectralCoClustering,
    InformationCoClustering,
    ModularityCoClustering,
    ClusterScan,
];

/// Those of a program that uses this library.
static REGISTERED: RwLock<Vec<&'static dyn AnySystem>> = RwLock::new(Vec::new());

/// Adds a system to the list, once however often it is called: before the window opens, a run starts or a config is read.
///
/// ```ignore
/// static POPULARITY: Erased<Popularity> = Erased::new();
/// systems::register(&POPULARITY);
/// ```
pub fn register(system: &'static dyn AnySystem) {
    let mut registered = REGISTERED.write().unwrap_or_else(PoisonError::into_inner);
    let is_known = |known: &&dyn AnySystem| known.id() == system.id();
    if !BUILT_IN.iter().chain(&*registered).any(is_known) {
        registered.push(system);
    }
}

/// Every system, in the order of menus.
#[must_use]
pub fn all() -> Vec<&'static dyn AnySystem> {
    let registered = REGISTERED.read().unwrap_or_else(PoisonError::into_inner);
    BUILT_IN.iter().chain(&*registered).copied().collect()
}

/// The system with this id.
#[must_use]
pub fn find(id: &str) -> Option<&'static dyn AnySystem> {
    let is_it = |system: &&&'static dyn AnySystem| system.id() == id;
    BUILT_IN.iter().find(is_it).copied().or_else(|| {
        let registered = REGISTERED.read().unwrap_or_else(PoisonError::into_inner);
        registered.iter().find(is_it).copied()
    })
}

/// The system with this id.
///
/// # Errors
/// If there is none: says which one was perhaps meant.
pub fn get(id: &str) -> Result<&'static dyn AnySystem, ConfigError> {
    find(id).ok_or_else(|| {
        let systems = all();
        let ids = || systems.iter().map(|system| system.id());
        let hint = match nearest(id, ids()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("the systems are {}", ids().collect::<Vec<_>>().join(", ")),
        };
        ConfigError::new("system", format!("there is no system `{id}`; {hint}"))
    })
}

/// The measures of the system with this id; none are declared of an unknown one.
#[must_use]
pub fn measures_of(id: &str) -> Measures {
    find(id).map_or_else(Measures::default, |system| system.measures())
}
