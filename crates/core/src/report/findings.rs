//! What a check found.

use serde::Serialize;

use crate::{lint::registry_rules::Forecast, model::Finding};

/// What it found: `{"findings": [..]}`. A key that a finding has no value for is absent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Findings<'f> {
    /// By file, then by line.
    pub findings: &'f [Finding],
}

/// What was found before anything is published, and how long the uploads will take.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PreflightView<'f> {
    /// By file, then by line.
    pub findings: &'f [Finding],
    /// None: what would be uploaded is not known.
    pub forecast: Option<Forecast>,
}
