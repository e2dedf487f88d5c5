//! Returns in other file formats, made from ours by LibreOffice; only on request, because its bytes differ each time.

use std::path::Path;
use std::process::Command;

pub fn convert(xlsx: &[u8], ending: &str, target: &Path) -> Result<(), String> {
    let filter = match ending {
        "xls" => "xls:MS Excel 97",
        "ods" => "ods:calc8",
        "xlsm" => "xlsm:Calc MS Excel 2007 VBA XML",
        _ => return Err(format!("No way is known to make a .{ending} file.")),
    };
    let folder = tempfile::tempdir().map_err(|error| format!("No temporary folder: {error}"))?;
    let source = folder.path().join("return.xlsx");
    crate::save(&source, xlsx)?;
    let made = folder.path().join("made");
    let status = Command::new("soffice")
        .arg(format!("-env:UserInstallation=file://{}/profile", folder.path().display()))
        .args(["--headless", "--convert-to", filter, "--outdir"])
        .args([&made, &source])
        .output()
        .map_err(|error| format!("LibreOffice (soffice) could not be started: {error}"))?;
    let bytes = std::fs::read(made.join(format!("return.{ending}"))).map_err(|error| {
        format!("LibreOffice made no .{ending} file ({}): {error}", String::from_utf8_lossy(&status.stderr))
    })?;
    crate::save(target, &bytes)
}
