"""Three questions before the tests: is bert4rec/ what the notebooks export, are the notebooks clean, is README.md what nbs/index.ipynb says?

The package is exported into a copy, so that nothing in the working tree changes and git is not needed.
"""
import filecmp
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

root = Path(__file__).resolve().parent.parent
tools = Path(sys.executable).parent


def run(tool: str, folder: Path, *options: str) -> None:
    "Run one of nbdev's commands in a folder."
    environment = {name: value for name, value in os.environ.items() if name != "IN_TEST"}
    subprocess.run([tools / tool, *options], cwd=folder, check=True, env=environment, stdout=subprocess.DEVNULL)


def different(folder: str, pattern: str, copy: Path) -> list[str]:
    "Files of a folder that are missing, left over or different in the copy."
    here, there = ({path.name for path in (base / folder).glob(pattern)} for base in (root, copy))
    changed = {name for name in here & there if not filecmp.cmp(root / folder / name, copy / folder / name, shallow=False)}
    return sorted(f"{folder}/{name}" for name in changed | (here ^ there))


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
    for name in package: print(f"{name} is not what the notebooks export: edit the notebook, then `make export`")
    for name in notebooks: print(f"{name} is not clean: `make export`")
    readme = subprocess.run([sys.executable, root / ".ci" / "readme.py", "--check"]).returncode
    if not (package or notebooks or readme): print("package, notebooks and README are in step")
    return int(bool(package or notebooks or readme))


if __name__ == "__main__": sys.exit(main())
