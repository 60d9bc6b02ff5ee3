"""Do the links lead anywhere? Relative links of notebooks, README and the other pages, or of a folder of HTML pages with their anchors.

    python .ci/links.py             the sources: nbs/, colab/, README.md, CONTRIBUTING.md, CHANGELOG.md
    python .ci/links.py _docs       a rendered site
Addresses with a scheme (https:, mailto:) are not fetched: a check that needs a network fails for the wrong reasons.
"""
import json
import re
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

root = Path(__file__).resolve().parent.parent


class Page(HTMLParser):
    "The links and the anchors of one HTML page."
    def __init__(self, text: str):
        super().__init__()
        self.links: list[str] = []
        self.anchors: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        for name in ("id", "name"):
            if values.get(name): self.anchors.add(str(values[name]))
        target = values.get("href") if tag == "a" else values.get("src") if tag in ("img", "script") else None
        if target: self.links.append(target)


def elsewhere(link: str) -> bool:
    "Is it an address with a scheme, or data in place?"
    return bool(re.match(r"[a-zA-Z][\w+.-]*:|//", link))


def markdown_of(path: Path) -> str:
    "The prose of a page: Markdown as it is, of a notebook its Markdown cells; code is left out."
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".ipynb": text = "\n\n".join("".join(cell["source"]) for cell in json.loads(text)["cells"] if cell["cell_type"] == "markdown")
    return re.sub(r"`[^`\n]*`", "", re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL))


def dead_in_source(path: Path) -> list[str]:
    "Relative links of a notebook or a Markdown page that lead to no file, and anchors without a heading on the page."
    text, dead = markdown_of(path), []
    headings = {re.sub(r"[^\w\- ]", "", line.lstrip("# ").lower()).strip().replace(" ", "-") for line in text.splitlines() if line.startswith("#")}
    for link in re.findall(r"\]\(([^)\s]+)\)", text):
        target, _, anchor = link.partition("#")
        if elsewhere(link): continue
        if target and not (path.parent / unquote(target)).exists(): dead.append(link)
        if not target and anchor.lower() not in headings: dead.append(link)
    return dead


def dead_in_site(folder: Path) -> dict[Path, list[str]]:
    "Links between rendered pages that lead to no file or to no anchor."
    pages = {path.resolve(): Page(path.read_text(encoding="utf-8")) for path in folder.rglob("*.html")}
    dead: dict[Path, list[str]] = {}
    for path, page in pages.items():
        for link in page.links:
            if elsewhere(link): continue
            target, _, anchor = link.partition("#")
            goal = (path.parent / unquote(target)).resolve() if target else path
            if goal.is_dir(): goal = goal / "index.html"
            found = goal.exists() and (not anchor or goal not in pages or unquote(anchor) in pages[goal].anchors)
            if not found: dead.setdefault(path, []).append(link)
    return dead


def main() -> int:
    "Exit code 1 and a line for each page with dead links."
    if len(sys.argv) > 1:
        folder = Path(sys.argv[1])
        dead, count = dead_in_site(folder), len(list(folder.rglob("*.html")))
    else:
        notebooks = [path for path in sorted(root.glob("nbs/**/*.ipynb")) if ".ipynb_checkpoints" not in path.parts]
        sources = [*notebooks, *sorted(root.glob("colab/*.ipynb")), *sorted(root.glob("*.md"))]
        dead, count = {path: links for path in sources if (links := dead_in_source(path))}, len(sources)
    for path, links in dead.items(): print(f"{path.relative_to(root) if path.is_relative_to(root) else path}: {', '.join(sorted(set(links)))}")
    if not count: print("no page was found to check")
    elif not dead: print(f"{count} pages: every link leads somewhere")
    return int(bool(dead) or not count)


if __name__ == "__main__": sys.exit(main())
