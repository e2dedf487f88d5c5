//! A folder with the repository's configuration and the returns of invented municipalities, for benches.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The number after `name` on the command line.
pub fn argument(name: &str) -> Option<usize> {
    let mut words = std::env::args().skip_while(|word| word != name);
    words.nth(1)?.parse().ok()
}

/// The repository's own configuration, with the invented municipalities and their returns.
pub fn set_up(here: &Path, bodies: usize, quarters: usize) -> Result<(), Box<dyn Error>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    copy(&root.join("pipelines"), &here.join("pipelines"))?;
    copy(&root.join("config"), &here.join("config"))?;
    // As the bench itself was built, so that nothing is built twice.
    let built: &[&str] = if cfg!(debug_assertions) { &[] } else { &["--release"] };
    let made = Command::new(std::env::var_os("CARGO").unwrap_or("cargo".into()))
        .current_dir(root)
        .args(["run", "--quiet", "--example", "samples"])
        .args(built)
        .args(["--", "--bodies", &bodies.to_string()])
        .args(["--quarters", &quarters.to_string(), "--out"])
        .arg(here.join("samples"))
        .status()?;
    if !made.success() {
        return Err("the generator failed".into());
    }
    fs::copy(here.join("samples/config/municipalities.csv"), here.join("config/municipalities.csv"))?;
    // Its senders are of other municipalities.
    let contacts = fs::read_to_string(here.join("config/contacts.toml"))?;
    let audiences = contacts.split("\n[body").next().unwrap_or_default();
    fs::write(here.join("config/contacts.toml"), audiences)?;
    Ok(())
}

fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let path: PathBuf = entry?.path();
        let target = to.join(path.file_name().unwrap_or_default());
        if path.is_dir() {
            copy(&path, &target)?;
        } else {
            fs::copy(&path, &target)?;
        }
    }
    Ok(())
}
