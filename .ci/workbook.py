"""Opens the finished workbooks as their readers do: with openpyxl, and with LibreOffice (as PDF)."""

import json
import pathlib
import re
import shutil
import subprocess
import sys

import openpyxl

clone, summary, out = (pathlib.Path(argument) for argument in sys.argv[1:4])
ERRORS = re.compile(r"#(REF|NAME|DIV/0|VALUE|N/A|NUM|NULL)[!?]?|Err:5\d\d")
PRIVATE = ("Stellenbezeichnung", "Bemerkung", "Bemerkungen", "Anmerkung")


def private_texts(period):
    """What senders wrote into columns that never reach an edition, where it is long enough to be recognised."""
    form = "\n".join(path.read_text(encoding="utf-8") for path in (clone / "pipelines").rglob("*.toml"))
    texts = set()
    for path in sorted((clone / "samples/eingang" / period).glob("*.xlsx")):
        for sheet in openpyxl.load_workbook(path, data_only=True):
            rows = list(sheet.iter_rows(values_only=True))
            for index, row in enumerate(rows):
                for column, heading in enumerate(row):
                    if isinstance(heading, str) and heading.strip() in PRIVATE:
                        texts |= {str(other[column]).strip() for other in rows[index + 1:] if other[column]}
    return {text for text in texts if len(text) >= 12 and text not in form}


def texts_of(path):
    book = openpyxl.load_workbook(path)
    assert book.properties.title, f"{path.name} has no title"
    assert len(book.sheetnames) >= 5, book.sheetnames
    texts, charts = [], 0
    for sheet in book:
        assert sheet.sheet_state == "visible", f"{path.name}: {sheet.title} is hidden"
        assert len(sheet.title) <= 31, sheet.title
        charts += len(sheet._charts)
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f", f"{path.name} {sheet.title}!{cell.coordinate} is a formula: {cell.value}"
                assert cell.data_type != "e", f"{path.name} {sheet.title}!{cell.coordinate}: {cell.value}"
                if isinstance(cell.value, str):
                    texts.append(cell.value)
    assert charts, f"{path.name} has no chart that openpyxl sees"
    return texts, len(book.sheetnames), charts


def pdf_of(path):
    subprocess.run(
        ["soffice", "--headless", f"-env:UserInstallation=file://{out.resolve()}/profile", "--convert-to", "pdf",
         "--outdir", str(out), str(path)],
        check=True, capture_output=True, timeout=300,
    )
    pdf = out / f"{path.stem}.pdf"
    pages = int(re.search(r"Pages:\s+(\d+)", subprocess.run(["pdfinfo", pdf], check=True, capture_output=True, text=True).stdout)[1])
    text = subprocess.run(["pdftotext", "-layout", pdf, "-"], check=True, capture_output=True, text=True).stdout
    return text, pages


shutil.rmtree(out, ignore_errors=True)
out.mkdir(parents=True)
told = json.loads(summary.read_text(encoding="utf-8"))
secret = private_texts(told["period"])
assert secret, "the samples have no private texts: this check cannot fail"
for edition in told["editions"]:
    path = pathlib.Path(clone, edition["path"]).resolve()
    texts, sheets, charts = texts_of(path)
    betrayed = {text for text in secret if any(text in shown for shown in texts)}
    assert not betrayed, f"{path.name} shows private texts: {sorted(betrayed)[:5]}"
    text, pages = pdf_of(path)
    assert not ERRORS.search(text), f"{path.name} shows {ERRORS.search(text)[0]} in LibreOffice"
    assert pages >= sheets / 2, f"{path.name}: {pages} pages for {sheets} sheets"
    print(f"{path.name}: {sheets} sheets, {charts} charts, {pages} pages; {len(secret)} private texts stay inside")
subprocess.run(["pdftoppm", "-r", "60", "-png", "-l", "4", str(next(out.glob("*.pdf"))), str(out / "page")], check=True)
