//! Work between and after the steps of a run: measurements and the augmentation report, in units of a fraction of a second.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use burn::tensor::Device;

use super::augmentation::AugmentationReport;
use super::measures::{MeasureSettings, Measurement, Measures};
use super::model::Translating;
use crate::data::images::{ImageDomains, Side};
use crate::record::Recorder;
use crate::systems::TrainError;

/// Time that one unit takes, about: the parts it is made of take milliseconds.
const UNIT: Duration = Duration::from_millis(300);

/// Measures the networks that a trainer hands it.
pub(super) struct Evaluation {
    data: Arc<ImageDomains>,
    settings: MeasureSettings,
    device: Device,
    /// Keeps its segmenters for the whole run.
    measures: Measures,
    /// The one that has begun.
    measurement: Option<Measurement>,
    report: Option<AugmentationReport>,
}

impl Evaluation {
    /// Takes the same pictures with other ranges of values, before anything was read.
    pub(super) fn use_data(&mut self, data: &Arc<ImageDomains>) {
        self.data = Arc::clone(data);
        self.measures.use_data(data);
    }

    /// Of translations to these domains. Reads nothing yet.
    pub(super) fn new(
        data: &Arc<ImageDomains>,
        targets: &[Side],
        settings: MeasureSettings,
        device: &Device,
    ) -> Self {
        Self {
            measures: Measures::new(Arc::clone(data), targets, settings, device),
            data: Arc::clone(data),
            settings,
            device: device.clone(),
            measurement: None,
            report: None,
        }
    }

    /// True if a measurement would be a matter of seconds.
    pub(super) fn is_prepared(&self) -> bool {
        self.measures.is_prepared()
    }

    /// One unit of a measurement of these networks, which must stay as they are until it says that it is done.
    pub(super) fn measure(
        &mut self,
        networks: &dyn Translating,
        recorder: &mut dyn Recorder,
    ) -> Result<bool, TrainError> {
        let begun = Instant::now();
        while begun.elapsed() < UNIT {
            if !self.measures.is_prepared() {
                self.measures.prepare(recorder)?;
                continue;
            }
            let measures = &self.measures;
            let measurement = self.measurement.get_or_insert_with(|| measures.start());
            if !measures.step(measurement, networks)? {
                measures.finish(measurement, recorder);
                self.measurement = None;
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// A whole measurement.
    pub(super) fn measure_all(
        &mut self,
        networks: &dyn Translating,
        recorder: &mut dyn Recorder,
    ) -> Result<(), TrainError> {
        while !self.measure(networks, recorder)? {}
        Ok(())
    }

    /// An augmentation report at its beginning.
    ///
    /// # Errors
    /// If there are no masks for it.
    pub(super) fn new_report(&self, target: Side) -> Result<AugmentationReport, TrainError> {
        let data = Arc::clone(&self.data);
        AugmentationReport::new(data, target, self.settings, &self.device)
    }

    /// One unit of the augmentation report; says whether it is done.
    pub(super) fn report(
        &mut self,
        target: Side,
        networks: &dyn Translating,
        recorder: &mut dyn Recorder,
    ) -> Result<bool, TrainError> {
        if self.report.is_none() {
            self.report = Some(self.new_report(target)?);
        }
        let Some(report) = &mut self.report else {
            return Ok(true);
        };
        let begun = Instant::now();
        while begun.elapsed() < UNIT {
            if !report.step(networks, recorder)? {
                self.report = None;
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Writes the segmenters.
    pub(super) fn save(&self, folder: &Path) -> Result<(), TrainError> {
        self.measures.save(folder)
    }

    /// Goes on with saved segmenters; what had begun begins again.
    pub(super) fn load(&mut self, folder: &Path) -> Result<(), TrainError> {
        self.measurement = None;
        self.report = None;
        self.measures.load(folder)
    }
}
