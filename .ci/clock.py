"""The real `kim serve` under a clock that is set: across both changes of the clocks, and across the end of a quarter.

  clock.py KIM REPOSITORY FOLDER LIBFAKETIME

libfaketime hands the program another time and lets it go on from there; nothing of the program knows.
"""

import os
import pathlib
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

kim, repository, out, library = (pathlib.Path(argument).resolve() for argument in sys.argv[1:5])
PATIENCE = 120

# What is due, when the program starts (UTC), and the due times that must be run, each once.
STORIES = {
    # At 2 the clocks go to 3: what is due at half past is run at the first moment that there is.
    "the hour that is left out": ("30 2 * * *", "2027-03-28 00:59:30", ["2027-03-28T01:00:00.000Z"]),
    # Half past two comes twice; it is run the first time.
    "the hour that comes twice, once": ("30 2 * * *", "2027-10-31 00:29:30", ["2027-10-31T00:30:00.000Z"]),
    "the hour that comes twice, not again": ("30 2 * * *", "2027-10-31 01:29:30", []),
    "the first minute of a quarter": ("0 0 1 1,4,7,10 *", "2027-06-30 21:59:30", ["2027-06-30T22:00:00.000Z"]),
}


def world(name, cron):
    here = out / re.sub(r"\W+", "-", name)
    shutil.rmtree(here, ignore_errors=True)
    for part in ("config", "pipelines"):
        shutil.copytree(repository / part, here / part)
    (here / "samples/eingang").mkdir(parents=True)
    for path in sorted((repository / "samples/eingang").glob("2026-Q*/*.xlsx"))[-2:]:
        shutil.copy(path, here / "samples/eingang")
    (here / "samples/eingang.csv").write_text("file,arrived,from\n")
    pipeline = here / "pipelines/monitoring.toml"
    text, count = re.subn(r"^cron = .*$", f'cron = "{cron}"', pipeline.read_text(encoding="utf-8"), count=1, flags=re.M)
    assert count == 1
    pipeline.write_text(text, encoding="utf-8")
    return here


def rows(here, sql):
    ledger = sqlite3.connect(here / "data/ledger.sqlite", timeout=20)
    try:
        return ledger.execute(sql).fetchall()
    finally:
        ledger.close()


def story(name, cron, starts, expected):
    here = world(name, cron)
    environment = {**os.environ, "LD_PRELOAD": str(library), "FAKETIME": f"@{starts}", "TZ": "UTC"}
    with open(here / "serve.log", "w", encoding="utf-8") as log:
        service = subprocess.Popen([kim, "serve"], cwd=here, env=environment, stdout=log, stderr=log)
    begun = time.monotonic()
    # Half a minute to the moment, and as much after it.
    done = lambda: expected and [slot for slot, end in rows(here, "SELECT slot, done FROM due") if end] == expected
    try:
        while time.monotonic() - begun < 65 or (expected and not done()):
            assert service.poll() is None, (here / "serve.log").read_text(encoding="utf-8")[-2000:]
            assert time.monotonic() - begun < PATIENCE, f"{name}: not run: {rows(here, 'SELECT * FROM due')}"
            time.sleep(1)
    finally:
        service.send_signal(signal.SIGTERM)
        code = service.wait(timeout=60)
    assert code == 0, f"{name}: it ended with {code}"
    slots = [slot for slot, in rows(here, "SELECT slot FROM due")]
    assert slots == expected, f"{name}: {slots}, not {expected}"
    assert not rows(here, "SELECT * FROM not_run"), f"{name}: something was passed over"
    runs = rows(here, "SELECT outcome, COUNT(*) FROM runs GROUP BY 1")
    assert runs == ([("done", len(expected))] if expected else []), f"{name}: {runs}"
    return f"{name}: {', '.join(slots) or 'nothing is due'}"


out.mkdir(parents=True, exist_ok=True)
with ThreadPoolExecutor(len(STORIES)) as pool:
    for told in pool.map(lambda item: story(item[0], *item[1]), STORIES.items()):
        print(told)
