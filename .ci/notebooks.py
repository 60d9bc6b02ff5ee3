"""Runs the tests of the notebooks as nbdev_test does, counts them, and says how long each took. A notebook that was found and not run is a failure.

    python .ci/notebooks.py                     every notebook of nbs/ and colab/ without the cells that settings.ini flags
    python .ci/notebooks.py --flags slow        the notebooks that hold such cells, those cells included
    python .ci/notebooks.py --count             what the last two runs recorded, against the notebooks there are: "82 passed, 0 failed"
    python .ci/notebooks.py nbs/02_attention.ipynb [...]
"""
import argparse
import json
import os
import re
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from nbdev.config import get_config
from nbdev.test import test_nb

root = Path(__file__).resolve().parent.parent
records = root / "runs" / "notebooks"


def all_notebooks() -> list[Path]:
    "Every notebook at every depth; only what Jupyter, a run or a hidden folder keeps does not count."
    found = [path for folder in ("nbs", "colab") for path in (root / folder).rglob("*.ipynb")]
    return sorted(path for path in found if not {".ipynb_checkpoints", "runs", "data"} & set(path.parts))


def flags_of(path: Path) -> list[set[str]]:
    "The directives of each code cell."
    cells = [cell for cell in json.loads(path.read_text(encoding="utf-8"))["cells"] if cell["cell_type"] == "code"]
    return [set(re.findall(r"^#\s*\|\s*([\w.]+)", "".join(cell["source"]), flags=re.MULTILINE)) for cell in cells]


def left_out(path: Path, skip: set[str]) -> bool:
    "Would a test run none of its cells?"
    return all(skip & flags for flags in flags_of(path))


def count() -> int:
    "The closing line over what was recorded; 1 when a notebook has no record or a record says that it failed."
    found = {path.relative_to(root).as_posix() for path in all_notebooks()}
    recorded = {}
    for path in sorted(records.glob("*.json")): recorded |= {name: one["passed"] and recorded.get(name, True) for name, one in json.loads(path.read_text()).items()}
    for name in sorted(found - recorded.keys()): print(f"{name} was never run")
    failed = sum(not recorded.get(name, False) for name in found)
    print(f"{len(found) - failed} passed, {failed} failed")
    return int(failed > 0)


def main() -> int:
    "Exit code 1 when a notebook fails or is not run."
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("notebooks", nargs="*", type=Path)
    parser.add_argument("--flags", default="", help="flags of cells to run although settings.ini lists them")
    parser.add_argument("--workers", type=int, default=min(os.cpu_count() or 1, 8))
    parser.add_argument("--count", action="store_true", help="run nothing; say what was run")
    options = parser.parse_args()
    if options.count: return count()
    forced = set(options.flags.split())
    chosen = [path.resolve() for path in options.notebooks] or [path for path in all_notebooks() if not forced or any(forced & flags for flags in flags_of(path))]
    os.environ.setdefault("BERT4REC_COLAB_SMALL", "1")        # the Colab notebook with a small setting
    skip, start, results = set(get_config().tst_flags.split()) - forced, time.monotonic(), {}
    how = {"skip_flags": list(skip), "basepath": root}
    with ProcessPoolExecutor(options.workers, mp_context=get_context("fork")) as pool:
        waiting = {path: pool.submit(test_nb, path, **how) for path in chosen}
        for path, future in waiting.items():
            passed, seconds = future.result()
            run = seconds > 0 and not left_out(path, skip)      # nbdev answers 0 seconds for a notebook that says skip_exec
            name = path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)
            results[name] = {"passed": bool(passed and run), "seconds": round(seconds, 1)}
            print(f"{seconds:7.1f} s  {name}{'' if passed and run else '  FAILED' if run else '  NOT RUN'}", flush=True)
    if not options.notebooks:
        records.mkdir(parents=True, exist_ok=True)
        (records / f"{options.flags or 'quick'}.json").write_text(json.dumps(results, indent=1))
    failed = [name for name, one in results.items() if not one["passed"]]
    print(f"{len(results) - len(failed)} passed, {len(failed)} failed in {time.monotonic() - start:.0f} s, the longest {max(one['seconds'] for one in results.values()):.0f} s")
    return int(bool(failed) or not results)


if __name__ == "__main__": sys.exit(main())
