//! The map.
//!
//! `cli → run → stages → model → base`: a room uses only rooms below it, and stages never use each other.
//! Start with `run::story`: one run, top to bottom.

mod base;
mod cli;
mod model;
mod run;
mod stages;

/// The mail server that unit tests and stories share.
#[cfg(test)]
#[path = "../tests/support/smtp.rs"]
#[allow(dead_code, reason = "not every test needs every answer")]
mod smtp_double;

/// Runs the program on the arguments of the process.
pub fn main() -> std::process::ExitCode {
    cli::main()
}
