//! What reading and cleaning costs, with all its safety, beside what people use instead, over the same files in one go:
//! calamine alone in one process, kim on one core and on two, kim once more over the unchanged archive, and pandas with
//! openpyxl if there is a Python that has them (`KIM_PYTHON`, default `python3`).
//!
//! ```text
//! cargo bench --bench reading -- --bodies 396 --quarters 4
//! ```
//!
//! Everything is built as it is shipped, the library that stands alone as well, by the same compiler with the same settings.
//! It does what kim's worker does for each file, in one process and one pass: open it, stream every cell of every sheet, keep
//! those that are not empty, each text its own. It does not verify checksums, look for what can be read in two ways, know what
//! is hidden, cross a border between processes, or understand anything; all of that is in the time of kim.
//!
//! Only the ratios are claims; seconds are of one machine on one day. What else runs on the machine spoils them: look at the
//! best of several tries.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use calamine::{Data, Reader, Xlsx};
use serde_json::Value;

#[path = "folder.rs"]
mod folder;

type Anything<T> = Result<T, Box<dyn Error>>;

const PYTHON: &str = "
import sys, time
import pandas
begun = time.perf_counter()
cells = 0
for path in sys.stdin.read().splitlines():
    for sheet in pandas.read_excel(path, sheet_name=None, header=None, engine='openpyxl').values():
        cells += int(sheet.notna().sum().sum())
print(cells, time.perf_counter() - begun)
";

/// Seconds of the best of several tries, and the non-empty cells that came out, where that is known.
struct Cost {
    seconds: f64,
    cells: Option<usize>,
}

fn main() -> Anything<()> {
    let quick = std::env::args().any(|word| word == "--test");
    let bodies = folder::argument("--bodies").unwrap_or(if quick { 3 } else { 396 });
    let quarters = folder::argument("--quarters").unwrap_or(if quick { 1 } else { 4 });
    let tries = folder::argument("--tries").unwrap_or(if quick { 1 } else { 3 });
    let here = tempfile::tempdir()?;
    let here = here.path();
    folder::set_up(here, bodies, quarters)?;
    let files = workbooks(&here.join("samples/eingang"))?;
    println!("{bodies} municipalities × {quarters} quarters: {} workbooks, best of {tries}\n", files.len());

    let (mut alone, mut one, mut two, mut again) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    // Turn by turn, so that a busy minute falls on all of them.
    for _ in 0..tries {
        alone.push(calamine_alone(&files)?);
        one.push(kim(here, "0")?);
        two.push(kim(here, "0,1")?);
        again.push(kim_again(here)?);
    }
    let (alone, one, two, again) = (best(alone), best(one), best(two), best(again));
    let base = alone.seconds;
    tell("calamine alone, one process", &alone, base);
    tell("kim: read and clean, one core", &one, base);
    tell("kim: read and clean, two cores", &two, base);
    match pandas(&files) {
        Ok(cost) => tell("pandas + openpyxl", &cost, base),
        Err(error) => println!("pandas + openpyxl                  not measured: {error}"),
    }
    println!("\none core / calamine alone    {:>6.2}   (at most 1.5)", one.seconds / base);
    println!("one core / two cores         {:>6.2}   (at least 1.8)", one.seconds / two.seconds);
    println!("\nfrom the archive to the facts, second time / first time");
    println!("  {:.3} s / {:.3} s = {:.1} %   (under 5 %)", again.0, again.1, again.0 / again.1 * 100.0);
    Ok(())
}

fn tell(what: &str, cost: &Cost, base: f64) {
    let cells = cost.cells.map(|cells| format!("{cells} cells")).unwrap_or_default();
    println!("{what:<32} {:>8.3} s {:>6.2} ×  {cells}", cost.seconds, cost.seconds / base);
}

trait Costs {
    fn seconds(&self) -> f64;
}

impl Costs for Cost {
    fn seconds(&self) -> f64 {
        self.seconds
    }
}

impl Costs for (f64, f64) {
    fn seconds(&self) -> f64 {
        self.0 / self.1
    }
}

fn best<C: Costs>(costs: Vec<C>) -> C {
    let least = |one: &C, other: &C| one.seconds().total_cmp(&other.seconds());
    costs.into_iter().min_by(least).expect("at least one try")
}

fn workbooks(below: &Path) -> Anything<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(below)? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(workbooks(&path)?);
        } else {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// Every non-empty cell of every sheet, its text its own, as whoever wants to work with them needs it.
fn calamine_alone(files: &[PathBuf]) -> Anything<Cost> {
    let begun = Instant::now();
    let mut count = 0;
    for path in files {
        let bytes = fs::read(path)?;
        let mut book = Xlsx::new(std::io::Cursor::new(bytes))?;
        let names = book.sheet_names();
        let mut cells: Vec<(u32, u32, Data)> = Vec::new();
        for name in names {
            let mut reader = book.worksheet_cells_reader(&name)?;
            while let Some(cell) = reader.next_cell()? {
                let (row, column) = cell.get_position();
                match Data::from(cell.get_value().clone()) {
                    Data::Empty => {}
                    value => cells.push((row, column, value)),
                }
            }
        }
        count += cells.len();
        std::hint::black_box(&cells);
    }
    Ok(Cost { seconds: begun.elapsed().as_secs_f64(), cells: Some(count) })
}

/// Reading and cleaning in a run that has no facts yet, on the cores named.
fn kim(here: &Path, cores: &str) -> Anything<Cost> {
    let facts = here.join("data/facts");
    if facts.exists() {
        fs::remove_dir_all(facts)?;
    }
    let told = run(here, cores)?;
    let seconds = stage(&told, "read") + stage(&told, "clean");
    Ok(Cost { seconds, cells: None })
}

/// From the archive to the facts: with facts that are still good, and without any.
fn kim_again(here: &Path) -> Anything<(f64, f64)> {
    let second = run(here, "0,1")?;
    if second["workbooks_read"] != 0 {
        return Err("the second run has read workbooks".into());
    }
    fs::remove_dir_all(here.join("data/facts"))?;
    let first = run(here, "0,1")?;
    let way = |told: &Value| ["collect", "read", "clean", "check", "store"].map(|name| stage(told, name)).iter().sum();
    Ok((way(&second), way(&first)))
}

fn run(here: &Path, cores: &str) -> Anything<Value> {
    let mut command = Command::new("taskset");
    command.args(["-c", cores, env!("CARGO_BIN_EXE_kim"), "run", "--json", "--dry-run"]);
    let done = command.current_dir(here).output()?;
    if !done.status.success() {
        return Err(String::from_utf8_lossy(&done.stderr).into());
    }
    Ok(serde_json::from_slice(&done.stdout)?)
}

/// Zero for a stage that did not take place.
fn stage(told: &Value, name: &str) -> f64 {
    let stages = told["timing"]["stages"].as_array().into_iter().flatten();
    stages.filter(|stage| stage[0] == name).filter_map(|stage| stage[1].as_f64()).sum()
}

fn pandas(files: &[PathBuf]) -> Anything<Cost> {
    use std::io::Write;
    let python = std::env::var_os("KIM_PYTHON").unwrap_or("python3".into());
    let mut child = Command::new(python)
        .args(["-c", PYTHON])
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()?;
    let list: Vec<String> = files.iter().map(|path| path.display().to_string()).collect();
    child.stdin.take().ok_or("no way in")?.write_all(list.join("\n").as_bytes())?;
    let done = child.wait_with_output()?;
    if !done.status.success() {
        return Err(String::from_utf8_lossy(&done.stderr).lines().last().unwrap_or("it failed").into());
    }
    let told = String::from_utf8(done.stdout)?;
    let (cells, seconds) = told.trim().split_once(' ').ok_or("it said nothing")?;
    Ok(Cost { seconds: seconds.parse()?, cells: Some(cells.parse()?) })
}
