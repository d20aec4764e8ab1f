//! What must be asked of the index before packaged crates are judged.

use std::collections::BTreeMap;

use super::{names_to_ask, other_spellings};
use crate::{
    facts::{Ask, Lacking, Unseen},
    model::{CrateVersions, Observed, Packaged},
};

/// What the index says of all that packaged crates are judged by. How the names of new crates are written otherwise is asked once
/// it is known that they are new.
///
/// # Errors
/// Something is lacking.
pub fn release_in_index<'f>(
    ask: &Ask<'f>,
    packaged: &[Packaged],
) -> Result<&'f BTreeMap<String, Observed<CrateVersions>>, Lacking> {
    let facts = ask.facts();
    let mut names = match facts.index_is_whole {
        true => names_to_ask(packaged),
        false => packaged.iter().map(|it| it.facts.name.clone()).collect(),
    };
    names.extend(other_spellings(packaged, &facts.index));
    // All are asked, so that one round has them all.
    let lacking = names.into_iter().filter(|name| matches!(ask.index(name), Err(Unseen::Lacking))).count();
    if lacking == 0 { Ok(&facts.index) } else { Err(Lacking) }
}
