//! Where a run's time goes: N municipalities × M quarters of the same form, read, cleaned, checked, stored, evaluated,
//! reported; then the same once more over the unchanged archive.
//!
//! ```text
//! cargo bench --bench where_time_goes -- --bodies 396 --quarters 4      optimised, as a package is built
//! cargo bench --profile dev --bench where_time_goes                     as `cargo run` builds it
//! ```
//!
//! Seconds are of one machine on one day: compare the shares, and the two runs with each other.

use std::error::Error;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

#[path = "folder.rs"]
mod folder;

fn main() -> Result<(), Box<dyn Error>> {
    // `cargo test --benches` asks for a quick look.
    let quick = std::env::args().any(|word| word == "--test");
    let bodies = folder::argument("--bodies").unwrap_or(if quick { 3 } else { 396 });
    let quarters = folder::argument("--quarters").unwrap_or(if quick { 1 } else { 4 });
    let folder = tempfile::tempdir()?;
    let here = folder.path();
    folder::set_up(here, bodies, quarters)?;

    println!("{bodies} municipalities × {quarters} quarters");
    for title in ["first run", "second run, nothing new"] {
        let told = run(here)?;
        let total = told["timing"]["total"].as_f64().ok_or("the run told no time")?;
        let peak = told["timing"]["peak_memory"].as_f64().unwrap_or(0.0);
        println!("\n{title}: {total:.2} s, {peak:.0} MiB at most, {} workbooks read", told["workbooks_read"]);
        for stage in told["timing"]["stages"].as_array().ok_or("the run told no stages")? {
            let seconds = stage[1].as_f64().unwrap_or(0.0);
            println!("  {:<9} {seconds:>8.3} s {:>5.1} %", stage[0].as_str().unwrap_or(""), seconds / total * 100.0);
        }
    }
    Ok(())
}

fn run(here: &Path) -> Result<Value, Box<dyn Error>> {
    let done =
        Command::new(env!("CARGO_BIN_EXE_kim")).current_dir(here).args(["run", "--json", "--dry-run"]).output()?;
    if !done.status.success() {
        return Err(String::from_utf8_lossy(&done.stderr).into());
    }
    Ok(serde_json::from_slice(&done.stdout)?)
}
