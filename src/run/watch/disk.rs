//! How much room is left where the data lie.

use std::path::Path;

/// Bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Disk {
    /// What kim itself may still write: without what is reserved for the system.
    pub(crate) free: u64,
    pub(crate) total: u64,
    /// It was mounted so, or has turned itself so after an error.
    pub(crate) read_only: bool,
}

/// Of the file system on which `path` lies, or will lie.
pub(crate) fn disk(path: &Path) -> std::io::Result<Disk> {
    let existing = path.ancestors().find(|path| path.exists()).unwrap_or(Path::new("."));
    let existing = if existing.as_os_str().is_empty() { Path::new(".") } else { existing };
    let told = rustix::fs::statvfs(existing)?;
    Ok(Disk {
        free: told.f_bavail.saturating_mul(told.f_frsize),
        total: told.f_blocks.saturating_mul(told.f_frsize),
        read_only: told.f_flag.contains(rustix::fs::StatVfsMountFlags::RDONLY),
    })
}

/// `12.3 GiB`.
pub(crate) fn size(bytes: u64) -> String {
    let mib = bytes as f64 / f64::from(1 << 20);
    if mib >= 1024.0 { format!("{:.1} GiB", mib / 1024.0) } else { format!("{mib:.0} MiB") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_that_is_not_there_yet_has_the_room_of_the_one_it_will_lie_in() {
        let folder = tempfile::tempdir().unwrap();
        let told = disk(&folder.path().join("not/yet")).unwrap();
        assert_eq!(told.total, disk(folder.path()).unwrap().total);
        assert!(told.total > 0 && told.free <= told.total);
        assert_eq!((size(512 << 20), size(3 << 29)), ("512 MiB".to_owned(), "1.5 GiB".to_owned()));
    }
}
