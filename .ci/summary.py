"""Two `kim run --json` of the same moment: are they of the promised shape, true to the files, and the same?"""

import hashlib
import json
import pathlib
import sys

SHAPE = {
    "run": int, "pipeline": str, "period": str, "as_of": str, "trial": bool, "returns": dict, "findings": dict,
    "editions": list, "deliveries": list, "manifest": str, "workbooks_read": int, "timing": dict,
}
STATES = {"waiting", "sent", "written", "refused", "unknown", "none"}


def read(path):
    # The whole of stdout is one JSON document; anything beside it fails here.
    summary = json.loads(pathlib.Path(path).read_text(encoding="utf-8"))
    for key, kind in SHAPE.items():
        assert isinstance(summary.get(key), kind), f"{path}: `{key}` is {summary.get(key)!r}, not {kind.__name__}"
    returns = summary["returns"]
    assert returns["expected"] == returns["received"] + returns["missing"], returns
    assert 0 < returns["accepted"] <= returns["received"], returns
    assert set(summary["findings"]) == {"error", "warning", "info"}, summary["findings"]
    assert summary["editions"], "no edition"
    for edition in summary["editions"]:
        assert set(edition) == {"audience", "path", "sha256"}, edition
    assert summary["deliveries"], "no mail"
    for delivery in summary["deliveries"]:
        assert delivery["state"] in STATES and delivery["to"], delivery
    return summary


def prints(summary):
    return {edition["audience"]: edition["sha256"] for edition in summary["editions"]}


first, second = read(sys.argv[1]), read(sys.argv[2])
assert prints(first) == prints(second), f"two runs as of one moment differ:\n{prints(first)}\n{prints(second)}"
for key in ("period", "as_of", "returns", "findings"):
    assert first[key] == second[key], f"`{key}` differs: {first[key]} {second[key]}"
assert second["workbooks_read"] > first["workbooks_read"] == 0, "the first should have used stored facts, the second none"
for edition in second["editions"]:
    found = hashlib.sha256(pathlib.Path(edition["path"]).read_bytes()).hexdigest()
    assert found == edition["sha256"], f"{edition['path']} is not what the summary says"
manifest = json.loads(pathlib.Path(second["manifest"]).read_text(encoding="utf-8"))
assert {edition["sha256"] for edition in manifest["outputs"]} == set(prints(second).values()), "the manifest pins others"
for audience, sha256 in prints(second).items():
    print(f"{audience:<15} {sha256}")
