//! What a registry refuses midway, and how the command ends.

use std::fs;

use stationmaster_core::lint::registry_rules::RegistryLimits;

use super::{DAY, Yard, said};
use crate::binary::{code, errors};

/// Bytes that no packing makes smaller.
fn noise(yard: &Yard, file: &str) {
    let mut state = 1_u64;
    let bytes: Vec<u8> = std::iter::repeat_with(|| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        state.to_be_bytes()[0]
    })
    .take(100_000)
    .collect();
    fs::write(yard.work().join(file), bytes).expect("written");
}

#[test]
fn a_publish_that_the_registry_refuses_says_by_its_exit_code_whether_anything_went_out() {
    let limits = RegistryLimits { size: 50_000, ..RegistryLimits::default() };
    for (file, ending, out) in [("codegen/ir/noise", 5, 0), ("crates/machine/noise", 4, 2), ("crates/cli/noise", 4, 4)]
    {
        let yard = Yard::new(limits, |yard| noise(yard, file));
        let output = yard.on(DAY, &["publish", "--rev", "main"]);
        assert!(errors(&output).contains("max upload size is: 50000"), "{file}: {}", said(&output));
        assert_eq!((code(&output), yard.published().len()), (ending, out), "{file}: {}", said(&output));
        assert_eq!(errors(&output).contains("finished steps stay done"), out > 0, "{}", said(&output));
        // All that it could do was done the first time.
        assert_eq!(code(&yard.on(DAY, &["publish", "--rev", "main"])), 5, "{file}");
    }
}

#[test]
fn a_yank_of_what_the_index_lacks_yanks_nothing_whatever_is_named_with_it() {
    let yard = Yard::new(RegistryLimits::default(), |_| ());
    assert_eq!(code(&yard.on(DAY, &["publish", "--rev", "main"])), 0);
    let yank = |versions: &[&str]| yard.on(DAY, &[&["yank", "--why", "Never was."][..], versions].concat());
    for versions in [["abacist@9.0.0", "abacist@4.0.0"], ["abacist@4.0.0", "abacist@9.0.0"]] {
        let output = yank(&versions);
        assert_eq!(code(&output), 5, "{}", errors(&output));
        assert!(errors(&output).contains("the index has no abacist 9.0.0; nothing was yanked"), "{}", errors(&output));
        assert!(yard.published().iter().all(|line| line.contains("\"yanked\":false")));
    }
}
