"""Does the package import downward only? Prints each import that runs upward or in a circle; lazy imports inside functions count.

The order stands in FLOORS, the ground first. A name is a wing (a folder of chapters) or a chapter on top. A module may import what lies on a lower floor;
inside a wing a chapter may import those with a smaller number.

    python .ci/imports.py            check
    python .ci/imports.py --graph    print who imports whom, floor by floor
"""
import ast
import re
import sys
from pathlib import Path

root = Path(__file__).resolve().parent.parent
package = root / "bert4rec"
FLOORS = [
    "door", "files", "config",
    "preprocessing layers masking_loss scheduler",
    "data embeddings", "attention", "model",
    "evaluation", "plotting", "training",
    "trainer metrics",
    "quality experiments completion",
    "serving",
    "api recommender scale",
    "simulate",
    "tuning", "benchmarks", "commands", "cli", "testing",
]
LEVEL = {name: level for level, names in enumerate(FLOORS) for name in names.split()}


def numbers() -> dict[str, int]:
    "The number of each chapter of a wing, by module."
    chapters = [path.relative_to(root / "nbs") for path in (root / "nbs").glob("*/[0-9]*.ipynb")]
    return {f"{path.parent.name}.{re.sub(r'^[0-9]+_', '', path.stem)}": int(path.stem.split("_")[0]) for path in chapters}


def modules() -> dict[str, Path]:
    "Every module by its address below the package; `__init__` of the package itself stands outside, it only points to others."
    found = {".".join(path.relative_to(package).with_suffix("").parts): path for path in package.rglob("*.py")}
    return {name: path for name, path in found.items() if not name.rsplit(".", 1)[-1].startswith("_")}


def imported(name: str, path: Path, known: set[str]) -> set[str]:
    "The modules of the package that a module imports, at its top or inside a function."
    targets = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import): targets |= {alias.name.removeprefix("bert4rec.") for alias in node.names if alias.name.startswith("bert4rec.")}
        if not isinstance(node, ast.ImportFrom): continue
        base = node.module or ""
        if node.level: base = ".".join([*name.split(".")[:-node.level], *([base] if base else [])])
        elif base == "bert4rec": base = ""
        elif base.startswith("bert4rec."): base = base.removeprefix("bert4rec.")
        else: continue
        whole = {f"{base}.{alias.name}".strip(".") for alias in node.names}
        targets |= {base} & known | whole & known
    return targets & known


def upward(name: str, target: str, number: dict[str, int]) -> bool:
    "Does this import run up the house?"
    here, there = name.split(".")[0], target.split(".")[0]
    if here == there: return number[target] >= number[name]
    return LEVEL[there] >= LEVEL[here]


def circle(graph: dict[str, set[str]]) -> list[str]:
    "One circle of modules, or nothing."
    done: set[str] = set()
    def walk(name: str, way: list[str]) -> list[str]:
        if name in way: return [*way[way.index(name):], name]
        if name in done: return []
        for target in sorted(graph[name]):
            if found := walk(target, [*way, name]): return found
        done.add(name)
        return []
    return next((found for name in sorted(graph) if (found := walk(name, []))), [])


def main() -> int:
    "Exit code 1 and a line for each import that runs upward, and for a circle."
    found, number = modules(), numbers()
    graph = {name: imported(name, path, set(found)) for name, path in found.items()}
    order = sorted(graph, key=lambda name: (LEVEL.get(name.split(".")[0], -1), name.split(".")[0], number.get(name, 0)))
    if "--graph" in sys.argv[1:]:
        for name in order: print(f"{LEVEL[name.split('.')[0]]:2}  {name:32} {' '.join(sorted(graph[name], key=order.index))}")
    complaints = [f"{name} stands on no floor: name it in FLOORS of .ci/imports.py" for name in graph if name.split(".")[0] not in LEVEL]
    complaints += [f"{name} has no chapter" for name in graph if "." in name and name not in number]
    if not complaints: complaints = [f"{name} imports {target}, which lies above it" for name in order for target in sorted(graph[name]) if upward(name, target, number)]
    if way := circle(graph): complaints.append(f"a circle: {' -> '.join(way)}")
    for complaint in complaints: print(complaint)
    if not complaints: print(f"{len(graph)} modules, {sum(map(len, graph.values()))} imports: none runs upward, no circle")
    return int(bool(complaints))


if __name__ == "__main__": sys.exit(main())
