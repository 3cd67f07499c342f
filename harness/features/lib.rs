//! Empty: only this package's manifest matters.
