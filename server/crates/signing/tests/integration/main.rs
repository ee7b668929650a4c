//! Tests of the signature against published vectors, the reference verifier, tampering and hostile input.
#![expect(clippy::unwrap_used, reason = "the helpers of tests fail like tests")]

mod backend_vectors;
mod client_vectors;
mod explaining;
mod hostile;
mod python_reference;
mod signing_requests;
mod support;
mod tampering;
