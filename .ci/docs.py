"""The chapters as a web site in _docs/: by quarto where the program is installed, else plain pages by nbconvert. Nothing is executed: the stored outputs are shown.

    python .ci/docs.py [--plain]
"""
import html
import os
import posixpath
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import nbformat
from nbconvert import HTMLExporter

root = Path(__file__).resolve().parent.parent
target = root / "_docs"
WINGS = ("preprocessing", "layers", "evaluation", "plotting", "training", "quality", "experiments", "serving", "scale", "tuning", "benchmarks", "commands", "testing")
STYLE = """<style>
body{max-width:1180px;margin:0 auto;padding:1rem} #notebook-container{width:auto!important;box-shadow:none;padding:0} #notebook{padding-top:10px} nav.chapters{font:14px/1.6 system-ui,sans-serif;display:flex;gap:1rem;justify-content:space-between;padding:.5rem 0;border-bottom:1px solid #8884}
</style>"""


def page_of(source: str) -> str:
    "Where the page of a source file lies in the site: chapters keep their wing, everything else lies on top."
    name = source.removeprefix("nbs/").removeprefix("colab/")
    return re.sub(r"(\.ipynb|(?<=CONTRIBUTING)\.md|(?<=CHANGELOG)\.md)$", ".html", name)


def page_link(link: str, path: Path) -> str:
    "A relative link of a source file as a link between pages."
    target, sharp, anchor = link.partition("#")
    if not target or re.match(r"[a-z]+:", target): return link
    source = posixpath.normpath(posixpath.join(path.parent.relative_to(root).as_posix(), target))
    goal = "index.html" if source == "nbs" else page_of(source)
    here = posixpath.dirname(page_of(path.relative_to(root).as_posix()))
    return f"{posixpath.relpath(goal, here or '.')}{'/' if target.endswith('/') and source != 'nbs' else ''}{sharp}{anchor}"


def prepared(notebook: Any, path: Path) -> Any:
    "A notebook without hidden cells and directive lines; links between sources lead from page to page."
    cells = []
    for cell in notebook.cells:
        lines = cell.source.splitlines()
        marks = [line for line in lines if re.match(r"#\s*\|", line)]
        if cell.cell_type == "code":
            if any(re.match(r"#\s*\|\s*(hide|default_exp)\b", line) for line in marks): continue
            cell.source = "\n".join(line for line in lines if line not in marks)
            if any("echo: false" in line for line in marks): cell.source, cell.metadata["transient"] = "", {"remove_source": True}      # no empty box above a picture
            if not cell.source and not cell.outputs: continue
        else: cell.source = re.sub(r"\]\(([^)\s]+)\)", lambda link: f"]({page_link(link[1], path)})", cell.source)
        cells.append(cell)
    notebook.cells = cells
    return notebook


def opened(path: Path) -> Any:
    "A notebook, or a Markdown page as a notebook of one cell."
    if path.suffix == ".ipynb": return nbformat.read(path, as_version=4)
    return nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell(path.read_text(encoding="utf-8"))])


def title_of(path: Path) -> str:
    "The first heading of a notebook."
    return next(line.lstrip("# ").strip() for cell in opened(path).cells for line in cell.source.splitlines() if line.startswith("# "))


def all_pages() -> list[Path]:
    "Index, the book, the doors, the wings, the Colab page and the two pages for contributors, in reading order."
    on_top = sorted(root.glob("nbs/[0-9]*.ipynb"))
    wings = [path for wing in WINGS for path in sorted((root / "nbs" / wing).glob("[0-9]*.ipynb"))]
    missing = {path for path in (root / "nbs").rglob("*.ipynb") if ".ipynb_checkpoints" not in path.parts} - {root / "nbs" / "index.ipynb", *on_top, *wings}
    if missing: raise SystemExit(f"no page for {', '.join(str(path.relative_to(root)) for path in sorted(missing))}: number it, and name its wing in WINGS of .ci/docs.py")
    return [root / "nbs" / "index.ipynb", *on_top, *wings, root / "colab" / "bert4rec_colab.ipynb", root / "CONTRIBUTING.md", root / "CHANGELOG.md"]


def plain_site() -> None:
    "One page per notebook, with the chapters before and after it at the top."
    pages = all_pages()
    exporter = HTMLExporter(template_name="classic", exclude_input_prompt=True, exclude_output_prompt=True, embed_images=True)
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir()
    for number, path in enumerate(pages):
        body, _ = exporter.from_notebook_node(prepared(opened(path), path), resources={"metadata": {"name": title_of(path)}})
        before, after = (pages[other] if 0 <= other < len(pages) else None for other in (number - 1, number + 1))
        place = target / page_of(path.relative_to(root).as_posix())
        address = {page: os.path.relpath(target / page_of(page.relative_to(root).as_posix()), place.parent) for page in (before, pages[0], after) if page}
        links = [f'<a href="{address[page]}">{html.escape(title_of(page))}</a>' if page else "<span></span>" for page in (before, pages[0], after)]
        body = re.sub(r'(<h\d[^>]* id="|href="#)([^"]+)"', lambda heading: f'{heading[1]}{heading[2].lower()}"', body)      # as code hosts name them
        body = re.sub(r"(<body[^>]*>)", lambda tag, links=links: f"{tag[1]}{STYLE}<nav class='chapters'>{' '.join(links)}</nav>", body, count=1)
        place.parent.mkdir(exist_ok=True)
        place.write_text(body, encoding="utf-8")
    shutil.copy(root / "LICENSE", target)
    add_records()


def add_records() -> None:
    "The result records and a list of them, for the links of the pages."
    records = sorted(path.relative_to(root) for path in (root / "results").rglob("*.json"))
    for path in records:
        (target / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(root / path, target / path)
    items = "".join(f'<li><a href="{path.relative_to("results").as_posix()}">{path.as_posix()}</a></li>' for path in records)
    (target / "results").mkdir(exist_ok=True)
    (target / "results" / "index.html").write_text(f"<!doctype html><title>results</title>{STYLE}<h1>Result records</h1><ul>{items}</ul>", encoding="utf-8")


def quarto_site() -> None:
    "quarto renders the prepared notebooks in a folder of its own; nbdev's own preparation would execute every cell with an import in it."
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        for path in all_pages():
            page = prepared(opened(path), path)
            source = place / path.relative_to(root).as_posix().removeprefix("nbs/").removeprefix("colab/")
            source.parent.mkdir(exist_ok=True)
            if path.suffix == ".ipynb": nbformat.write(page, source)
            else: source.write_text(page.cells[0].source, encoding="utf-8")
        for name in ("nbs/_quarto.yml", "LICENSE"): shutil.copy(root / name, place)
        subprocess.run(["quarto", "render", "--no-execute"], cwd=place, check=True)
        shutil.rmtree(target, ignore_errors=True)
        shutil.move(place / "_docs", target)
    shutil.copy(root / "LICENSE", target)
    add_records()


def main() -> int:
    "Render, then check the links."
    if shutil.which("quarto") and "--plain" not in sys.argv[1:]: quarto_site()
    else: plain_site()
    return subprocess.run([sys.executable, root / ".ci" / "links.py", target]).returncode


if __name__ == "__main__": sys.exit(main())
