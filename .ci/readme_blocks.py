"""Does the README tell the truth? Its shell commands and its Python blocks, one after the other, in a fresh copy with a fresh environment.

    python .ci/readme_blocks.py [--keep] [--list]

The copy holds what git would hand to a stranger. MovieLens is played by a server on this machine that serves a small film world under the names of the archive. What differs from the README's words stands in the table CHANGED.
"""
import argparse
import contextlib
import csv
import functools
import http.server
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

root = Path(__file__).resolve().parent.parent
SHORTER = " --epochs 2 --eval_every 1 --threads 1 --batch_size 64"      # of every training
ELSEWHERE = {"make demo": "make install", "make test": "", "make dev": "", ".venv/bin/jupyter lab nbs": "", "make export": "",
             "BERT4REC_DATA=/path/to/data make test-slow": ""}          # .ci/run runs these itself; here they would run each other


def blocks(text: str, language: str) -> list[str]:
    "The fenced blocks of a language, in order."
    return re.findall(rf"^```{language}\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL)


def commands(text: str) -> list[str]:
    "The lines of all shell blocks without comments; a line that ends with a backslash goes on."
    lines = [re.sub(r"\s+#\s.*$", "", line).strip() for block in blocks(text, "bash") for line in block.replace("\\\n", " ").splitlines()]
    return [line for line in lines if line and not line.startswith("#")]


def changed(command: str, archive: str, port: int) -> str:
    "What is run for a command of the README; empty for one that .ci/run runs elsewhere."
    if command in ELSEWHERE: return ELSEWHERE[command]
    command = command.replace("127.0.0.1:8000", f"127.0.0.1:{port}")
    if command.startswith("bert4rec download"): return f"{command} --source {archive}"
    if " --preset reference" in command: return command + " --hidden_size 32 --num_hidden_layers 1 --max_seq_len 50" + SHORTER
    if re.search(r"\btrain\b", command): return command + SHORTER
    if command.startswith("bert4rec tune"): return command + " --trials 3 --epochs 2 --finalists 1 --seeds 1"
    if command == "bert4rec bench scale": return command + " --scale_items 2000 --scale_users 200 --threads 1"      # a million takes a quarter of an hour
    if command.startswith("bert4rec serve"): return f"{command} --port {port}"
    return command


def prepare(place: Path) -> None:
    "A copy of what git knows or would add, at `place`."
    names = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard"], cwd=root, check=True, capture_output=True, text=True).stdout.splitlines()
    for name in names:
        if not (root / name).is_file(): continue
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(root / name, place / name)


def invent_data(place: Path, python: Path, site: Path) -> None:
    "The film world as ml-1m.zip in `site`, with the two titles of the README; a shop's log, its continuation and its articles in `place`."
    world = site / "world"
    subprocess.run([python, "-m", "bert4rec.cli", "simulate", "--data_dir", world, "--users", "300"], check=True, stdout=subprocess.DEVNULL)
    folder = next(path.parent for path in world.rglob("ratings.dat"))
    films = (folder / "movies.dat").read_text(encoding="latin-1").splitlines()
    for row, title in ((0, "Toy Story (1995)"), (1, "Matrix, The (1999)")): films[row] = "::".join([films[row].split("::")[0], title, films[row].split("::")[2]])
    (folder / "movies.dat").write_text("\n".join(films) + "\n", encoding="latin-1")
    ratings = [line.split("::") for line in (folder / "ratings.dat").read_text(encoding="latin-1").splitlines()]
    if folder.name != "ml-1m": folder = folder.rename(folder.with_name("ml-1m"))
    shutil.make_archive(str(site / "ml-1m"), "zip", folder.parent, folder.name)
    moment = sorted(int(time_) for *_, time_ in ratings)[len(ratings) * 4 // 5]
    earlier = [row for row in ratings if int(row[3]) < moment and int(row[1]) % 20]      # what is sold later only, was not bought before
    for name, rows in (("events.csv", earlier), ("events_june.csv", earlier + [row for row in ratings if int(row[3]) >= moment])):
        with (place / name).open("w", newline="") as file:
            csv.writer(file).writerows([("customer", "article", "bought_at"), *((f"c{user}", f"{int(film):05d}", time_) for user, film, _, time_ in rows)])
    (place / "forget.txt").write_text("c1\nc7\n")
    with (place / "articles.csv").open("w", newline="") as file:
        csv.writer(file).writerows([("article", "title"), *((f"{int(line.split('::')[0]):05d}", line.split("::")[1]) for line in films)])


def ready(port: int, seconds: float = 90) -> None:
    "Wait until the service answers."
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError):
            connection = socket.create_connection(("127.0.0.1", port), 1)
            connection.sendall(b"GET /health/ready HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n")
            if b" 200 " in connection.recv(64): return
        time.sleep(0.3)
    raise SystemExit(f"the service did not become ready within {seconds:.0f} s")


class Quiet(http.server.SimpleHTTPRequestHandler):
    "A file server that keeps its thoughts to itself."
    def log_message(self, format: str, *words: object) -> None: pass


def main() -> int:
    "Exit code 1 at the first command or block that fails."
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keep", action="store_true", help="leave the copy where it is and say where")
    parser.add_argument("--list", action="store_true", help="only say what would be run")
    options = parser.parse_args()
    text = (root / "README.md").read_text(encoding="utf-8")
    if options.list:
        for command in commands(text): print(f"{command}\n    -> {changed(command, 'http://127.0.0.1:PORT/ml-1m.zip', 8000) or '(elsewhere)'}")
        return 0
    base = Path(tempfile.mkdtemp(prefix="readme-"))
    place, site, home = base / "copy", base / "site", base / "home"
    for folder in (place, site, home): folder.mkdir()
    servers: list[subprocess.Popen] = []
    kept = {name: value for name, value in os.environ.items() if re.match(r"(PATH|LANG|LC_.*|TMPDIR|PIP_.*|.*_proxy|.*_PROXY|SSL_.*|REQUESTS_CA_BUNDLE)$", name)}
    environment = kept | {"HOME": str(home), "OMP_NUM_THREADS": "1", "NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"}
    if (Path.home() / ".config" / "pip").is_dir(): shutil.copytree(Path.home() / ".config" / "pip", home / ".config" / "pip")
    start, count = time.monotonic(), 0
    try:
        prepare(place)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        files = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(site)))
        threading.Thread(target=files.serve_forever, daemon=True).start()
        archive = f"http://127.0.0.1:{files.server_port}/ml-1m.zip"
        activated = ""
        for command in commands(text):
            run = changed(command, archive, port)
            if not run: print(f"elsewhere  {command}", flush=True); continue
            if run.startswith("source "):
                activated = run + " && "
                invent_data(place, place / ".venv" / "bin" / "python", site)
                continue
            print(f"{time.monotonic() - start:7.0f} s  {run}", flush=True)
            shell = ["bash", "-c", f"set -eo pipefail; {activated}{'exec ' if 'serve' in run else ''}{run}"]
            if run.startswith("bert4rec serve"):
                servers.append(subprocess.Popen(shell, cwd=place, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
                ready(port)
                continue
            done = subprocess.run(shell, cwd=place, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
            unanswered = run.startswith("curl") and ('"recommendations"' not in done.stdout or '"unknown_items":[]' not in done.stdout)      # a reader's first request
            if done.returncode or unanswered:
                print(f"{done.stdout}\n`{run}` ended with {done.returncode}")
                return 1
            count += 1
        script = "\n\n".join(blocks(text, "python"))
        (place / "blocks.py").write_text(script, encoding="utf-8")
        print(f"{time.monotonic() - start:7.0f} s  the Python blocks", flush=True)
        done = subprocess.run([place / ".venv" / "bin" / "python", "blocks.py"], cwd=place, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if done.returncode: print(f"{done.stdout}\nthe Python blocks ended with {done.returncode}"); return 1
        print(f"{count} commands and {len(blocks(text, 'python'))} Python blocks of the README ran in {time.monotonic() - start:.0f} s")
        return 0
    finally:
        for server in servers:
            server.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired): server.wait(30)
        if options.keep: print(base)
        else: shutil.rmtree(base, ignore_errors=True)


if __name__ == "__main__": sys.exit(main())
