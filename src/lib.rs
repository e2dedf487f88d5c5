//! The map.
//!
//! `cli → run → stages → model → base`: a room uses only rooms below it, and stages never use each other.
//! Start with `run::story`: one run, top to bottom.

mod base;
mod cli;
mod model;
mod run;
mod stages;

/// Runs the program on the arguments of the process.
pub fn main() -> std::process::ExitCode {
    cli::main()
}
