"""Runs notebooks from top to bottom as a reader does who restarts the kernel and runs all cells, and says how long each took.

Unlike in `.ci/notebooks.py` every cell is run, also those that settings.ini flags (they guard themselves), in a Jupyter kernel of its own for each notebook, whose
working directory is the notebook's folder. `bert4rec` has to be installed. Nothing is written back.

    python .ci/jupyter.py                             every notebook of nbs/ and colab/
    python .ci/jupyter.py nbs/02_attention.ipynb [...]
"""
import argparse
import os
import re
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from notebooks import all_notebooks, root


def run(path: Path, timeout: int) -> tuple[float, str]:
    "The seconds that a notebook took, and what went wrong: empty when nothing did."
    notebook, start = nbformat.read(path, as_version=4), time.monotonic()
    client = NotebookClient(notebook, timeout=timeout, kernel_name="python3", resources={"metadata": {"path": str(path.parent)}})
    try: client.execute()
    except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
        return time.monotonic() - start, re.sub(r"\x1b\[[0-9;]*m", "", str(error)).strip() or type(error).__name__
    return time.monotonic() - start, ""


def main() -> int:
    "Exit code 1 when a notebook fails, or when there is none."
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("notebooks", nargs="*", type=Path)
    parser.add_argument("--workers", type=int, default=1, help="notebooks at the same time")
    parser.add_argument("--timeout", type=int, default=1200, help="seconds that one cell may take")
    options = parser.parse_args()
    chosen = [path.resolve() for path in options.notebooks] or all_notebooks()
    os.environ.setdefault("BERT4REC_COLAB_SMALL", "1")                      # the Colab notebook with a small setting
    for name in ("IN_TEST", "MPLBACKEND"): os.environ.pop(name, None)      # a reader's kernel has neither
    failed, start = 0, time.monotonic()
    with ProcessPoolExecutor(options.workers, mp_context=get_context("spawn")) as pool:
        waiting = {path: pool.submit(run, path, options.timeout) for path in chosen}
        for path, future in waiting.items():
            seconds, problem = future.result()
            failed += bool(problem)
            print(f"{seconds:7.1f} s  {path.relative_to(root) if path.is_relative_to(root) else path}{'  FAILED' if problem else ''}", flush=True)
            if problem: print(problem, flush=True)
    print(f"{len(chosen) - failed} passed, {failed} failed in {time.monotonic() - start:.0f} s")
    return int(failed > 0 or not chosen)


if __name__ == "__main__": sys.exit(main())
