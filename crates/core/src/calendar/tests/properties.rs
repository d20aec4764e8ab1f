//! What holds under any policy.
