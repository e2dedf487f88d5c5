//! Makes the samples: invented returns of every body over twelve quarters, tidy and untidy, the truth beside them,
//! and one broken file for each finding. The seed is fixed, so the same source makes the same bytes.
//!
//! ```text
//! cargo run --example samples                                       writes samples/ anew
//! cargo run --example samples -- --convert                          and remakes the few .xls, .ods and .xlsm files
//! cargo run --example samples -- --bodies 396 --quarters 4 --out D  a large trial: a district of 396 invented places
//! ```

mod bodies;
mod book;
mod broken;
mod convert;
mod form;
mod habits;
mod ink;
mod layout;
mod period;
mod rng;
mod simulate;
mod stories;
mod truth;
mod value;
mod write;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use bodies::Body;
use form::Form;
use period::Quarter;
use stories::Delivery;

const USAGE: &str = "samples [--out DIR] [--convert] [--bodies N] [--quarters M]";

struct Options {
    out: PathBuf,
    convert: bool,
    /// This many invented municipalities instead of the real ones.
    invented: Option<usize>,
    quarters: i64,
}

fn main() -> ExitCode {
    match read_options(std::env::args().skip(1)).and_then(|options| make(&options)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

fn read_options(mut words: impl Iterator<Item = String>) -> Result<Options, String> {
    let mut options = Options { out: PathBuf::from("samples"), convert: false, invented: None, quarters: 12 };
    while let Some(word) = words.next() {
        match word.as_str() {
            "--convert" => options.convert = true,
            "--out" => options.out = PathBuf::from(words.next().ok_or("--out needs a folder.")?),
            "--bodies" => options.invented = Some(number(&word, words.next(), 998)? as usize),
            "--quarters" => options.quarters = number(&word, words.next(), 12)?,
            _ => return Err(format!("Unknown argument {word}.\nUsage: {USAGE}")),
        }
    }
    Ok(options)
}

fn number(option: &str, word: Option<String>, most: i64) -> Result<i64, String> {
    let wanted = format!("{option} needs a whole number from 1 to {most}");
    let word = word.ok_or_else(|| format!("{wanted}."))?;
    let number = word.parse().ok().filter(|number| (1..=most).contains(number));
    number.ok_or_else(|| format!("{wanted}, not {word:?}."))
}

fn make(options: &Options) -> Result<(), String> {
    let form = Form::load();
    let bodies = options.invented.map_or_else(bodies::real, bodies::invented);
    let quarters = Quarter::latest(options.quarters);
    let (deliveries, truth) = stories::tell(&form, &bodies, &quarters);
    let out = &options.out;
    remove_old(&out.join("eingang"))?;
    for delivery in &deliveries {
        send(&form, &bodies, delivery, options)?;
    }
    save(&out.join("eingang.csv"), arrivals(&deliveries).as_bytes())?;
    truth::write(&form, &bodies, &truth, &deliveries, out)?;
    match options.invented {
        Some(_) => save(&out.join("config/municipalities.csv"), bodies::csv_of_invented(&bodies).as_bytes())?,
        None => broken::write(&form, &bodies, &out.join("broken"), options.convert)?,
    }
    println!("{} returns written to {}", deliveries.len(), out.display());
    Ok(())
}

fn send(form: &Form, bodies: &[Body], delivery: &Delivery, options: &Options) -> Result<(), String> {
    let target = options.out.join("eingang").join(format!("{}.{}", delivery.file, delivery.ending));
    let ours = delivery.ending == "xlsx";
    if !ours && !options.convert {
        if !target.exists() {
            eprintln!("{} is not there; --convert makes it.", target.display());
        }
        return Ok(());
    }
    let body = bodies.iter().find(|body| body.ags == delivery.ags).expect("deliveries come from these bodies");
    let book = layout::build(form, body, &habits::of(body), &delivery.facts, &delivery.cover);
    let bytes = write::bytes(&book).map_err(|error| format!("{}: {error}", target.display()))?;
    if ours { save(&target, &bytes) } else { convert::convert(&bytes, delivery.ending, &target) }
}

fn arrivals(deliveries: &[Delivery]) -> String {
    let line = |sent: &Delivery| {
        let file = truth::quoted(&format!("{}.{}", sent.file, sent.ending));
        format!("{file},{},{}\n", sent.arrived.to_rfc3339(), sent.from)
    };
    "file,arrived,from\n".to_string() + &deliveries.iter().map(line).collect::<String>()
}

/// Removes the .xlsx files of an earlier run from the folders of the quarters; other kinds stay.
fn remove_old(inbox: &Path) -> Result<(), String> {
    let told = |error: std::io::Error| format!("{}: {error}", inbox.display());
    if !inbox.exists() {
        return Ok(());
    }
    for folder in std::fs::read_dir(inbox).map_err(told)? {
        let folder = folder.map_err(told)?.path();
        if !folder.is_dir() {
            continue;
        }
        for file in std::fs::read_dir(folder).map_err(told)? {
            let file = file.map_err(told)?.path();
            if file.extension().is_some_and(|ending| ending == "xlsx") {
                std::fs::remove_file(file).map_err(told)?;
            }
        }
    }
    Ok(())
}

fn save(path: &Path, bytes: &[u8]) -> Result<(), String> {
    let told = |error: std::io::Error| format!("{} cannot be written: {error}", path.display());
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(told)?;
    }
    std::fs::write(path, bytes).map_err(told)
}
