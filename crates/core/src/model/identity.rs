//! Who a commit is by.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The name and address a commit or tag carries. Fixed by the policy, so that the same step makes the same commit id.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Identity {
    /// The name, as git prints it.
    pub name: String,
    /// The mail address, without angle brackets.
    pub email: String,
}
