"""Questions before the tests: is bert4rec/ what the notebooks export, are the notebooks clean and each a chapter, is README.md what nbs/index.ipynb says?

The package is exported into a copy, so that nothing in the working tree changes and git is not needed. Folders count at every depth.
"""
import filecmp
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

root = Path(__file__).resolve().parent.parent
tools = Path(sys.executable).parent


def run(tool: str, folder: Path, *options: str) -> None:
    "Run one of nbdev's commands in a folder."
    environment = {name: value for name, value in os.environ.items() if name != "IN_TEST"}
    subprocess.run([tools / tool, *options], cwd=folder, check=True, env=environment, stdout=subprocess.DEVNULL)


def files_of(base: Path, pattern: str) -> set[Path]:
    "Files below a folder, relative to it; what Jupyter, Python or a run left there does not count."
    left_over = {".ipynb_checkpoints", "__pycache__", "runs", "data"}
    return {path.relative_to(base) for path in base.rglob(pattern) if not left_over & set(path.relative_to(base).parts)}


def different(folder: str, pattern: str, copy: Path) -> list[str]:
    "Files below a folder that are missing, left over or different in the copy."
    here, there = (files_of(base / folder, pattern) for base in (root, copy))
    changed = {path for path in here & there if not filecmp.cmp(root / folder / path, copy / folder / path, shallow=False)}
    return sorted(f"{folder}/{path.as_posix()}" for path in changed | (here ^ there))


def address(chapter: Path) -> str:
    "The module that a chapter has to export: 02_attention is attention, training/03_batches is training.batches; two have names of Python's own."
    own = {"index.ipynb": "__init__", "commands/02_main.ipynb": "__main__"}
    return own.get(chapter.as_posix()) or ".".join([*chapter.parts[:-1], re.sub(r"^\d+_", "", chapter.stem)])


def homeless(notebooks: Path, package: Path) -> list[str]:
    "Chapters that export nothing, or to another address than their own, folders that hold too many, and file names that two of them share."
    chapters = sorted(files_of(notebooks, "*.ipynb"))
    complaints = []
    for chapter in chapters:
        code = ["".join(cell["source"]) for cell in json.loads((notebooks / chapter).read_text(encoding="utf-8"))["cells"] if cell["cell_type"] == "code"]
        told = [match[1] for source in code if (match := re.match(r"#\s*\|\s*default_exp\s+(\S+)", source))]
        module = package / f"{address(chapter).replace('.', '/')}.py"
        if told != [address(chapter)]: complaints.append(f"nbs/{chapter.as_posix()} has to say `#| default_exp {address(chapter)}`, it says {told or 'nothing'}")
        elif not module.is_file() or not re.search(r"^# %% (?!auto)", module.read_text(encoding="utf-8"), flags=re.MULTILINE):
            complaints.append(f"nbs/{chapter.as_posix()} exports nothing: mark a cell with `#| export`")
    neighbours = Counter(chapter.parent.as_posix() for chapter in chapters)
    for folder, most in ((folder, 16 if folder == "." else 14) for folder in neighbours):
        if neighbours[folder] > most: complaints.append(f"nbs/{'' if folder == '.' else folder} holds {neighbours[folder]} chapters, {most} at most: open a wing, or join two")
    doubled = [name for name, count in Counter(chapter.name for chapter in chapters).items() if count > 1]
    return complaints + [f"two chapters are called {name}: nbdev_test names a chapter by its file alone" for name in doubled]


def main() -> int:
    "Exit code 1 and a line for each file that is out of step."
    with tempfile.TemporaryDirectory() as temporary:
        copy = Path(temporary) / root.name
        for name in ("nbs", "colab"): shutil.copytree(root / name, copy / name, ignore=shutil.ignore_patterns(".ipynb_checkpoints", "runs", "data"))
        for name in ("settings.ini", "setup.py"): shutil.copy(root / name, copy / name)
        run("nbdev_export", copy)
        run("nbdev_clean", copy)
        run("nbdev_clean", copy, "--fname", "colab")
        package, notebooks = different("bert4rec", "*.py", copy), different("nbs", "*.ipynb", copy) + different("colab", "*.ipynb", copy)
        complaints = homeless(copy / "nbs", copy / "bert4rec")
    complaints += [f"{name} is not what the notebooks export: edit the notebook, then `make export`" for name in package]
    complaints += [f"{name} is not clean: `make export`" for name in notebooks]
    for complaint in complaints: print(complaint)
    readme = subprocess.run([sys.executable, root / ".ci" / "readme.py", "--check"]).returncode
    if not (complaints or readme): print("package, notebooks and README are in step")
    return int(bool(complaints or readme))


if __name__ == "__main__": sys.exit(main())
