//! One name for one pipeline, however its path was typed: the ledger's accounts hang on it.
//!
//! In: the configuration folder, a path. Out: the path as seen from the folder above the configuration folder
//! (`pipelines/monitoring.toml`); of a file elsewhere the whole path. Names of older versions, which wrote the path as it
//! was typed, are brought together once.

use std::fs::canonicalize;
use std::path::{Path, PathBuf};

use super::RunError;
use super::ledger::Ledger;
use super::settings::beside;

/// The name of the pipeline at `path`. Links in folders are followed, so that two ways lead to one name; the file's own name
/// stays.
pub(crate) fn name(folder: &Path, path: &Path) -> String {
    let named = || -> Option<PathBuf> {
        let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let whole = canonicalize(parent).ok()?.join(path.file_name()?);
        let above = canonicalize(folder).ok()?;
        Some(whole.strip_prefix(above.parent()?).map(Path::to_path_buf).unwrap_or(whole))
    };
    named().unwrap_or_else(|| beside(Path::new(""), &path.to_string_lossy())).display().to_string()
}

/// Where the pipeline of this name lies; a path that an older version wrote down is tried as it stands.
pub(crate) fn path(folder: &Path, name: &str) -> PathBuf {
    let beside = beside(folder, &format!("../{name}"));
    match Path::new(name) {
        path if path.is_absolute() || (!beside.exists() && path.exists()) => path.to_path_buf(),
        _ => beside,
    }
}

/// Brings the names together that older versions wrote down.
pub(crate) fn bring_together(folder: &Path, ledger: &Ledger) -> Result<(), RunError> {
    for known in ledger.pipelines()? {
        let one = name(folder, &path(folder, &known));
        if one != known {
            tracing::info!(known, one, "one pipeline, one name");
            ledger.rename_pipeline(&known, &one)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_to_a_pipeline_is_one_name_and_leads_back() {
        let base = tempfile::tempdir().unwrap();
        let base = base.path();
        for folder in ["etc/config", "etc/pipelines/deep", "else"] {
            std::fs::create_dir_all(base.join(folder)).unwrap();
        }
        std::os::unix::fs::symlink(base.join("etc"), base.join("link")).unwrap();
        for file in ["etc/pipelines/a.toml", "else/a.toml"] {
            std::fs::write(base.join(file), "").unwrap();
        }
        let config = base.join("etc/config");
        for typed in [
            "etc/pipelines/a.toml",
            "etc/./pipelines/deep/../a.toml",
            "etc/config/../pipelines/a.toml",
            "link/pipelines/a.toml",
        ] {
            assert_eq!(name(&config, &base.join(typed)), "pipelines/a.toml", "{typed}");
        }
        assert_eq!(name(&base.join("link/config"), &base.join("etc/pipelines/a.toml")), "pipelines/a.toml");
        assert_eq!(path(&config, "pipelines/a.toml"), base.join("etc/pipelines/a.toml"));
        let elsewhere = name(&config, &base.join("else/a.toml"));
        assert!(Path::new(&elsewhere).is_absolute() && elsewhere.ends_with("else/a.toml"), "{elsewhere}");
        assert_eq!(name(&config, &path(&config, &elsewhere)), elsewhere);
        // One that is gone keeps a name, and always the same.
        let gone = name(&config, &path(&config, "./pipelines/gone.toml"));
        assert_eq!(name(&config, &path(&config, &gone)), gone);
    }
}
