//! Why a decision is not come to.

use crate::{
    facts::{Lacking, Unseen},
    model::WaitReason,
};

/// Why a decision is not come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Hold {
    /// A fact is lacking, and its question is noted.
    Lacking,
    /// It waits.
    For(WaitReason),
}

impl From<Lacking> for Hold {
    fn from(Lacking: Lacking) -> Self {
        Self::Lacking
    }
}

impl From<WaitReason> for Hold {
    fn from(reason: WaitReason) -> Self {
        Self::For(reason)
    }
}

impl Hold {
    /// Of what could not be seen; `what` names it for people.
    pub(crate) fn unseen(what: &str, unseen: Unseen<'_>) -> Self {
        match unseen {
            Unseen::Lacking => Self::Lacking,
            Unseen::Unknown(why) => Self::unknown(what, why),
        }
    }

    /// Of what is not known, and why.
    pub(crate) fn unknown(what: &str, why: &str) -> Self {
        Self::For(WaitReason::Unknown { what: what.to_owned(), why: why.to_owned() })
    }
}
