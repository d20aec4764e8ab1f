//! What every page has: it needs nothing else, no script and no other file.

use maud::{DOCTYPE, Markup, PreEscaped, html};
use stationmaster_adapters::secrets;

use crate::visible::visible;

/// A whole page of this title, style and body.
pub(super) fn page(title: &str, style: &str, body: &Markup) -> String {
    let markup = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) }
                style { (PreEscaped(style)) }
            }
            body { (body) }
        }
    };
    // Whatever was put into it: control characters and secrets are in no page.
    visible(&secrets::hidden(&markup.into_string()))
}
