"""README.md from nbs/index.ipynb: what the first notebook says is what a visitor of the repository reads.

    python .ci/readme.py            writes README.md and pictures/index-*.png
    python .ci/readme.py --check    exit code 1 and one sentence if they are not what the notebook says
"""
import base64
import json
import posixpath
import re
import sys
from pathlib import Path
from typing import Any

root = Path(__file__).resolve().parent.parent


def from_root(markdown: str) -> str:
    "Relative links of a notebook in nbs/ as links of a file in the root."
    return re.sub(r"\]\((?![a-z]+:|#)([^)\s]+)\)", lambda link: f"]({posixpath.normpath('nbs/' + link[1])})", markdown)


def page_and_pictures(notebook: dict[str, Any]) -> dict[str, bytes]:
    "Content by path: markdown as it is, code fenced, below it the stored output; cells marked `#| hide` are left out, of those marked `#| echo: false` only the output is shown."
    blocks, files, heading = [], {}, ""
    for cell in notebook["cells"]:
        lines = "".join(cell["source"]).splitlines()
        if cell["cell_type"] == "markdown":
            heading = next((line.lstrip("# ") for line in lines if line.startswith("#")), heading)
            blocks.append(from_root("\n".join(lines)))
        elif not any(re.match(r"#\s*\|\s*hide\b", line) for line in lines):
            code = "\n".join(line for line in lines if not re.match(r"#\s*\|", line)).strip("\n")
            if code and not any(re.match(r"#\s*\|\s*echo:\s*false", line) for line in lines): blocks.append(f"```python\n{code}\n```")
            for number, output in enumerate(cell["outputs"]):
                data = output.get("data", {"text/plain": output.get("text", "")})
                if "image/png" in data:
                    path = f"pictures/index-{cell['id']}{f'-{number}' if number else ''}.png"
                    files[path] = base64.b64decode("".join(data["image/png"]))
                    words = next((line.split("fig-alt:", 1)[1].strip() for line in lines if re.match(r"#\s*\|\s*fig-alt:", line)), f"a picture from the section {heading!r}")
                    blocks.append(f"![{words}]({path})")
                elif "text/markdown" in data: blocks.append("".join(data["text/markdown"]))
                else: blocks.append("```text\n" + "".join(data["text/plain"]).rstrip("\n") + "\n```")
    return files | {"README.md": ("\n\n".join(blocks) + "\n").encode()}


def main() -> int:
    "Write the files, or with --check say whether they are up to date."
    wanted = page_and_pictures(json.loads((root / "nbs" / "index.ipynb").read_text(encoding="utf-8")))
    left_over = {path.relative_to(root).as_posix() for path in root.glob("pictures/index-*.png")} - wanted.keys()
    changed = {name for name, content in wanted.items() if not (root / name).is_file() or (root / name).read_bytes() != content}
    if "--check" in sys.argv[1:]:
        if changed | left_over: print(f"out of step with nbs/index.ipynb: {', '.join(sorted(changed | left_over))}; run `python .ci/readme.py`")
        return int(bool(changed | left_over))
    for name in left_over: (root / name).unlink()
    for name in changed:
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_bytes(wanted[name])
    return 0


if __name__ == "__main__": sys.exit(main())
