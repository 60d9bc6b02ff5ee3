"""Runs chapters top to bottom and stores their outputs, leaving out the cells that `nbdev_test` leaves out.

    python .ci/execute.py nbs/00_data.ipynb [...] [--flags "slow cuda"]
    python .ci/execute.py nbs/index.ipynb --cells d25e90c7      stores what this cell says; all are run
"""
import argparse
import os
import re
import sys
import time
from pathlib import Path

os.environ.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")
os.environ.setdefault("TQDM_DISABLE", "1")   # a progress bar is for people who wait, not for a stored page

from execnb.nbio import read_nb, write_nb
from execnb.shell import CaptureShell
from nbdev.config import get_config

root = Path(__file__).resolve().parent.parent


def directives(source: str) -> set[str]:
    "The names after `#|` on the first lines of a cell; a directive below any other line does not count."
    found = set()
    for line in source.splitlines():
        match = re.match(r"\s*#\s*\|\s*(.+)", line)
        if not match: break
        words = match.group(1).split()
        found.add("never" if words[:2] == ["eval:", "false"] else words[0].rstrip(":"))
    return found


def execute(path: Path, force: set[str], chosen: list[str]) -> float:
    "Run one notebook in its folder and write the outputs back, of all cells or of the chosen ones; returns the seconds it took."
    skip = (set(get_config().tst_flags.split()) - force) | {"never"}
    notebook, start = read_nb(path), time.perf_counter()
    shell = CaptureShell(path)
    os.chdir(path.parent)
    left_out = lambda cell: cell.cell_type != "code" or bool(skip & directives(cell.source))
    before = {cell.id: cell.outputs for cell in notebook.cells if cell.cell_type == "code"}
    for cell in notebook.cells:
        if not left_out(cell): cell.outputs = []
    try:
        shell.run_all(notebook, exc_stop=True, preproc=left_out)
    except Exception:
        sys.exit(shell.prettytb(fname=path))
    for cell in notebook.cells:
        if chosen and cell.id in before and cell.id not in chosen: cell.outputs = before[cell.id]
    write_nb(notebook, path)
    return time.perf_counter() - start


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("notebooks", nargs="+", type=Path)
    parser.add_argument("--flags", default="", help="flags of cells to run although settings.ini lists them")
    parser.add_argument("--cells", nargs="*", default=[], metavar="ID", help="store the outputs of these cells only")
    options = parser.parse_args()
    sys.path.insert(0, str(root))
    os.environ["IN_TEST"] = "1"
    os.environ["BERT4REC_STORE"] = "1"           # a cell that compares stored outputs with new ones must not forbid to store them
    for path in [p.resolve() for p in options.notebooks]:
        print(f"{path.name}: {execute(path, set(options.flags.split()), options.cells):.1f} s")
