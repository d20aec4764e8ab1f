//! C API of the Abacist runtime. `include/abacist.h` describes it.

use std::ffi::{CStr, c_char};

const OK: i32 = 0;
const INVALID: i32 = 1;
const TRAP: i32 = 2;

/// Evaluate a text that ends with a zero byte.
///
/// # Safety
///
/// `text` is null or points to bytes that end with zero; `result` is null or points to a place for a number.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn abacist_evaluate(text: *const c_char, result: *mut i64) -> i32 {
    if text.is_null() || result.is_null() {
        return INVALID;
    }
    // SAFETY: the caller gives a text that ends with zero.
    let text = unsafe { CStr::from_ptr(text) };
    match text.to_str().map(abacist::evaluate) {
        Ok(Ok(value)) => {
            // SAFETY: the caller gives a place for a number.
            unsafe { result.write(value) };
            OK
        }
        Ok(Err(abacist::Error::Trap(_))) => TRAP,
        Ok(Err(abacist::Error::Compile(_))) | Err(_) => INVALID,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_written_and_a_failure_is_not() {
        let mut result = 0;
        // SAFETY: texts end with zero, and the place is one.
        unsafe {
            assert_eq!(abacist_evaluate(c"6 * 7".as_ptr(), &mut result), OK);
            assert_eq!(abacist_evaluate(c"1 / 0".as_ptr(), &mut result), TRAP);
            assert_eq!(abacist_evaluate(c"1 +".as_ptr(), &mut result), INVALID);
            assert_eq!(abacist_evaluate(std::ptr::null(), &mut result), INVALID);
        }
        assert_eq!(result, 42);
    }

    #[test]
    fn the_header_has_the_version_of_the_crate() {
        let header = include_str!("../include/abacist.h");
        let (version, major) = (env!("CARGO_PKG_VERSION"), env!("CARGO_PKG_VERSION_MAJOR"));
        assert!(header.contains(&format!("#define ABACIST_VERSION \"{version}\"\n")));
        assert!(header.contains(&format!("#define ABACIST_VERSION_MAJOR {major}\n")));
    }
}
