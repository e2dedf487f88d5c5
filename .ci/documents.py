"""Documents tell the truth: links resolve, paths exist, commands and verbs are those of the program, YAML is YAML."""

import functools
import pathlib
import re
import subprocess
import sys
import tempfile

import yaml

kim, main_job, test_job = sys.argv[1:4]
wrong = []
# Made by a run, or by whoever follows the text.
MADE = ("data/", "target/", "templates/", "/", "~")


def tracked(*patterns):
    listed = subprocess.run(["git", "ls-files", "-z", "--", *patterns], check=True, capture_output=True, text=True).stdout
    return [pathlib.Path(name) for name in listed.split("\0") if name]


def anchors(text):
    titles = re.findall(r"^#+ +(.*)$", text, re.M)
    return {re.sub(r"[^\w\- ]", "", title.lower()).strip().replace(" ", "-") for title in titles}


def links(path, text):
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        place = path.parent / name if name else path
        if not place.exists():
            wrong.append(f"{path}: the link {target} leads nowhere")
        elif anchor and anchor not in anchors(place.read_text(encoding="utf-8")):
            wrong.append(f"{path}: {name or path} has no heading #{anchor}")


def paths(path, text):
    for word in re.findall(r"`([^`\n]+)`", text):
        looks = re.fullmatch(r"[\w.\-*]+(/[\w.\-*]*)+|[\w\-]+\.(toml|csv|md|rs|yml)", word)
        if not looks or word.startswith(MADE) or re.search(r"NNNN|[A-Z]{4,}/", word):
            continue
        # Figures and quotients look like paths.
        if re.search(r"/(\d+|\d{4}-Q\d)$", word):
            continue
        here = [pathlib.Path(), path.parent, pathlib.Path("src"), pathlib.Path("config"), pathlib.Path("pipelines")]
        if not any(list(root.glob(word.rstrip("/"))) for root in here):
            wrong.append(f"{path}: there is no {word}")


def units(path, text):
    """Units that somebody is to copy are sound to systemd."""
    found = re.findall(r"^```ini\n# (/etc/systemd/system/(\S+))\n(.*?)^```", text, re.M | re.S)
    with tempfile.TemporaryDirectory() as folder:
        for _, name, unit in found:
            # The program lies elsewhere here, and there is no account for it.
            unit = unit.replace("/usr/bin/kim ", f"{pathlib.Path(kim).resolve()} ")
            (pathlib.Path(folder) / name).write_text(unit, encoding="utf-8")
        names = [str(pathlib.Path(folder) / name) for _, name, _ in found]
        told = subprocess.run(["systemd-analyze", "verify", *names], capture_output=True, text=True) if names else None
        if told and (told.returncode or told.stderr):
            wrong.append(f"{path}: {told.stderr.strip()}")
    return len(found)


def verbs():
    told = subprocess.run([kim, "--help"], check=True, capture_output=True, text=True).stdout
    commands = told.split("Commands:")[1].split("Options:")[0]
    return set(re.findall(r"^  ([a-z]+)", commands, re.M)) - {"help"}


@functools.cache
def options_of(verb):
    told = subprocess.run([kim, verb, "--help"], check=True, capture_output=True, text=True).stdout
    return set(re.findall(r"(?<=\s)--[a-z][a-z-]*", told))


documents = [path for path in tracked("*.md") if path.exists()]
known, named, copied = verbs(), set(), 0
for path in documents:
    text = path.read_text(encoding="utf-8")
    links(path, text)
    copied += units(path, text)
    if path.parts[0] in ("README.md", "docs"):
        paths(path, text)
    code = "\n".join(re.findall(r"```.*?```", text, re.S) + re.findall(r"`([^`\n]+)`", text))
    commands = re.findall(r"(?:^|\s|`)(?:kim|cargo run --)(?: --config \S+)? ([a-z]+)([^\n`|;&]*)", code)
    used = {verb for verb, _ in commands}
    wrong += [f"{path}: kim has no verb `{verb}`" for verb in sorted(used - known)]
    for verb, rest in commands:
        if verb in known:
            options = set(re.findall(r"(?<=\s)--[a-z][a-z-]*", rest.split(" #")[0]))
            wrong += [f"{path}: `kim {verb}` has no option {option}" for option in sorted(options - options_of(verb))]
    if path.name == "README.md" and len(path.parts) == 1:
        named = used
if copied < 4:
    wrong.append(f"only {copied} units stand in the documents")
wrong += [f"README.md does not name `kim {verb}`" for verb in sorted(known - named)]
readme = pathlib.Path("README.md").read_text(encoding="utf-8").splitlines()
wrong += [f"README.md does not say `{job}` on a line of its own" for job in (main_job, test_job) if job not in readme]
for verb in sorted(known):
    subprocess.run([kim, verb, "--help"], check=True, capture_output=True)

public = yaml.safe_load(pathlib.Path("publiccode.yml").read_text(encoding="utf-8"))
for key in ("publiccodeYmlVersion", "name", "url", "platforms", "developmentStatus", "softwareType", "description", "legal",
            "maintenance", "localisation"):
    if key not in public:
        wrong.append(f"publiccode.yml lacks {key}")
for language, said in public["description"].items():
    if len(said["shortDescription"]) > 150 or not 150 <= len(said["longDescription"]) <= 10_000:
        wrong.append(f"publiccode.yml: a description ({language}) is too long or too short")
if "EUROPEAN UNION PUBLIC LICENCE v. 1.2" not in pathlib.Path("LICENSE").read_text(encoding="utf-8"):
    wrong.append("LICENSE is not the EUPL-1.2")

print("\n".join(wrong) or f"{len(documents)} documents, {len(known)} verbs, {copied} units")
sys.exit(bool(wrong))
