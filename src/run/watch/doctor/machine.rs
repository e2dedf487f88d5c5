//! The machine: its clock, its zones, who runs the program, where the data lie and how much room there is.

use std::path::Path;
use std::time::SystemTime;

use chrono::{DateTime, TimeDelta, Utc};

use super::{Found, Patient, fail, local, ok, warn};
use crate::run::ledger::Ledger;
use crate::run::watch::disk::{disk as room, size};

/// No clock that is right shows an earlier time than that of this version.
const RELEASED: &str = "2026-11-01T00:00:00Z";
/// Clocks of file servers differ by a little.
const TOLERANCE: TimeDelta = TimeDelta::minutes(10);

pub(super) fn zones(patient: &Patient<'_>) -> Option<Found> {
    let zone = patient.settings.as_ref()?.time_zone.get_ref();
    let known: Result<chrono_tz::Tz, _> = zone.parse();
    if known.is_err() {
        return Some(fail("zone", format!("`{zone}` is no time zone"), "time_zone = \"Europe/Berlin\" in kim.toml"));
    }
    let own = std::fs::read_link("/etc/localtime").ok();
    let own = own.and_then(|path| path.to_string_lossy().split_once("zoneinfo/").map(|(_, name)| name.to_owned()));
    let own = own.map_or_else(|| "not set".to_owned(), |name| format!("{name}, which does not matter"));
    let told = format!("{zone}, by the table {} in the program; the machine's is {own}", chrono_tz::IANA_TZDB_VERSION);
    Some(ok("zone", told))
}

/// A clock that is behind lets everything wait that is due, and one that was behind makes files from the future.
pub(super) fn clock(patient: &Patient<'_>) -> Option<Found> {
    let now = patient.now;
    let set = "set the clock, and let the machine keep it (timedatectl set-ntp true)";
    let released: DateTime<Utc> = RELEASED.parse().ok()?;
    if now < released {
        let told =
            format!("it is {}, and this version was not made before {}", now.to_rfc3339(), released.to_rfc3339());
        return Some(fail("clock", told, set));
    }
    let data = patient.data.as_deref();
    let newest = data.and_then(newest_file).map(|at| (at, "a file of the data folder"));
    let ledger = data.map(|data| data.join("ledger.sqlite")).filter(|path| path.exists());
    let latest = ledger.and_then(|path| Ledger::look(&path).and_then(|ledger| ledger.latest()).ok().flatten());
    let latest = latest.map(|at| (at, "the ledger"));
    Some(match newest.into_iter().chain(latest).max() {
        Some((at, what)) if at > now + TOLERANCE => {
            fail("clock", format!("it is behind: {what} is of {}", local(patient, at)), set)
        }
        _ => ok("clock", local(patient, now)),
    })
}

/// In the folder itself: what every round and every run writes lies there.
fn newest_file(data: &Path) -> Option<DateTime<Utc>> {
    let entries = std::fs::read_dir(data).ok()?;
    let times = entries.flatten().filter_map(|entry| entry.metadata().ok()?.modified().ok());
    times.max().map(|time: SystemTime| time.into())
}

pub(super) fn user() -> Found {
    if rustix::process::geteuid().is_root() {
        let told = "kim runs as root, which it does not need";
        return warn("user", told, "run it as a user of its own, as the unit of the package does");
    }
    ok("user", format!("an ordinary one ({})", rustix::process::geteuid().as_raw()))
}

pub(super) fn data(patient: &Patient<'_>) -> Option<Found> {
    let data = patient.data.as_ref()?;
    let allow = "let the user of kim write there (chown, or another `data` in kim.toml)";
    if !data.exists() {
        let parent = data.ancestors().find(|path| path.exists()).unwrap_or(Path::new("."));
        return Some(match rustix::fs::access(parent, rustix::fs::Access::WRITE_OK) {
            Ok(()) => ok("data", format!("{} is not there yet and will be made", data.display())),
            Err(error) => fail("data", format!("{} cannot be made: {error}", data.display()), allow),
        });
    }
    let probe = data.join(format!(".kim-doctor.{}", std::process::id()));
    let written = std::fs::write(&probe, "kim doctor").and_then(|()| std::fs::remove_file(&probe));
    Some(match written {
        Ok(()) => match loose(data) {
            Some(mode) => warn(
                "data",
                format!("{} can be read by everybody on this machine (mode {mode:o})", data.display()),
                format!("chmod o-rwx {}", data.display()),
            ),
            None => ok("data", format!("{} can be written", data.display())),
        },
        Err(error) => fail("data", format!("{} cannot be written: {error}", data.display()), allow),
    })
}

/// The mode, if others than the owner and the group may read.
fn loose(path: &Path) -> Option<u32> {
    use std::os::unix::fs::PermissionsExt;
    let mode = std::fs::metadata(path).ok()?.permissions().mode() & 0o777;
    (mode & 0o007 != 0).then_some(mode)
}

pub(super) fn disk(patient: &Patient<'_>) -> Option<Found> {
    let wanted = patient.settings.as_ref()?.monitoring.free_mib << 20;
    Some(match room(patient.data.as_ref()?) {
        Ok(disk) if disk.free < wanted => {
            let told = format!("{} are free, {} are wanted (free_mib)", size(disk.free), size(wanted));
            let remedy = "make room or enlarge the disk; a full one stops every run";
            if disk.free < wanted / 4 { fail("disk", told, remedy) } else { warn("disk", told, remedy) }
        }
        Ok(disk) => ok("disk", format!("{} of {} are free", size(disk.free), size(disk.total))),
        Err(error) => warn("disk", format!("the free space is not told: {error}"), "look at the disk yourself"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn patient(data: &Path, now: &str) -> Patient<'static> {
        Patient {
            folder: Path::new("nowhere"),
            settings: None,
            data: Some(data.to_path_buf()),
            config: None,
            now: now.parse().unwrap(),
        }
    }

    #[test]
    fn a_clock_before_the_program_or_behind_the_data_is_wrong() {
        let folder = tempfile::tempdir().unwrap();
        let told = |now: &str| clock(&patient(folder.path(), now)).unwrap();
        assert!(told("1970-01-01T00:05:00Z").told.contains("this version was not made before"));
        let later = (Utc::now() + TimeDelta::minutes(5)).to_rfc3339();
        assert_eq!(told(&later).verdict, crate::run::watch::doctor::Verdict::Ok);
        let file = std::fs::File::create(folder.path().join("kim.lock")).unwrap();
        file.set_modified(SystemTime::now() + std::time::Duration::from_secs(86_400)).unwrap();
        assert!(told(&later).told.contains("it is behind: a file of the data folder"), "{}", told(&later).told);
    }

    #[test]
    fn a_data_folder_for_everybody_is_told() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let now = "2027-01-01T00:00:00Z";
        let mode = |mode| std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(mode)).unwrap();
        mode(0o750);
        assert_eq!(data(&patient(folder.path(), now)).unwrap().remedy, None);
        mode(0o755);
        assert!(data(&patient(folder.path(), now)).unwrap().remedy.unwrap().starts_with("chmod o-rwx"));
        let missing = folder.path().join("a/b");
        assert!(data(&patient(&missing, now)).unwrap().told.contains("will be made") && !missing.exists());
    }
}
