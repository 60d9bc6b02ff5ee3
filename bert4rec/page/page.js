// The page of the service. It uses the public interface only, and puts text into the document only as text.
import { $, copy, curlOf, isSendable, make } from "./elements.js";

const history = [];            // items as the service describes them, oldest first
let asked = 0;                 // number of the latest question; late answers to older ones are dropped
let lastRequest = null;        // what "copy as curl" copies
let excludesSeen = true;       // the rule of the model's data: no item of a history may come next
let popular = [];              // what everybody likes, for the list and for an example
let ready = true;              // did the service answer when it was last asked?
let declined = false;          // was the question for a key closed without one?
let asking = null;             // the answer to that question, while it is open

// ---- small helpers -------------------------------------------------------------------------------------------------------------------

const titleOf = (item) => item.title ?? String(item.item_id);
const metaOf = (item) => item.unknown ? "not in the catalogue: ignored" : [/\(\d{4}\)\s*$/.test(titleOf(item)) ? null : item.year, (item.genres ?? []).join(", ")].filter(Boolean).join(" · ");
const tell = (text) => { $("told").textContent = text; };

function hueOf(text) {
  let hash = 7;
  for (const letter of text) hash = (hash * 31 + letter.codePointAt(0)) % 100003;
  return hash % 360;
}

function poster(item) {        // a little cover: colour from the first genre, pattern and initial from the title
  const title = titleOf(item), hue = hueOf((item.genres ?? [title])[0] ?? title), turn = hueOf(title);
  const words = title.replace(/^(the|a|an) /i, "").match(/[\p{L}\p{N}]/u);
  const box = make("span", { class: "poster", "aria-hidden": "true", text: (words ? words[0] : "?").toUpperCase() });
  box.style.background = `radial-gradient(circle at ${turn % 100}% ${(turn * 7) % 100}%, hsl(${(hue + 40) % 360} 62% 58%), transparent 60%), linear-gradient(${turn}deg, hsl(${hue} 52% 30%), hsl(${(hue + 25) % 360} 55% 46%))`;
  return box;
}

const label = (item, ...more) => make("div", { class: "what" }, make("div", { class: "title", dir: "auto", text: titleOf(item) }), make("div", { class: "meta", text: metaOf(item) }), ...more);

// ---- talking to the service ----------------------------------------------------------------------------------------------------------

const GONE = "The service does not answer. What you see is from before; it is asked again every few seconds.";
const LOCKED = "The service asks for a key: without one it shows nothing.";

async function call(path, body) {
  const headers = body ? { "Content-Type": "application/json" } : {};
  const key = sessionStorage.getItem("key"), refused = key && !isSendable(key);
  if (key && !refused) headers.Authorization = `Bearer ${key}`;
  let response, content;
  if (!refused) try {
    response = await fetch(path, { method: body ? "POST" : "GET", headers, body: body && JSON.stringify(body) });
    content = await response.json();
  } catch { $("status").textContent = "not reachable"; setReady(false); throw new Error(GONE); }
  if (refused || response.status === 401) {
    if (key !== sessionStorage.getItem("key") || await askForKey(key)) return call(path, body);      // another call may have got one
    throw new Error(LOCKED);
  }
  if (response.status === 503) checkHealth();
  if (!response.ok) throw new Error(content.detail ?? `status ${response.status}`);
  return content;
}

function askForKey(wrong) {    // one question at a time, for all calls that wait for it; true when there is a key to try
  sessionStorage.removeItem("key");
  if (declined) return Promise.resolve(false);
  asking ??= new Promise((resolve) => {
    const dialog = $("key-dialog");
    $("key").value = "";
    $("key-wrong").textContent = wrong ? "That key was not accepted. Try another one." : "";
    $("key").toggleAttribute("aria-invalid", Boolean(wrong));
    dialog.returnValue = "";
    dialog.showModal();
    $("key").focus();
    dialog.addEventListener("close", () => {
      const key = dialog.returnValue === "use" ? $("key").value.trim() : "";
      $("key").value = "";
      asking = null;
      declined = !key;
      if (key) sessionStorage.setItem("key", key);
      resolve(Boolean(key));
    }, { once: true });
  });
  return asking;
}

let checking = 0;              // the timer of the next look

function setReady(now) {       // dim what is from before while the service is away, and go on by itself when it is back
  const back = now && !ready;
  ready = now;
  document.body.classList.toggle("stale", !ready);
  clearTimeout(checking);
  checking = setTimeout(checkHealth, ready ? 15000 : 3000);
  if (!ready) $("status").classList.remove("ok");
  if (back) { showNote(""); refresh(); }
}

async function checkHealth() {
  let health;
  try { health = await (await fetch("health")).json(); } catch { $("status").textContent = "not reachable"; setReady(false); return showNote(GONE); }
  const ok = health.status === "ok";
  $("status").textContent = ok ? `${health.model_version} on ${health.device}` : typeof health.status === "string" ? health.status : "closed";
  $("status").classList.toggle("ok", ok);
  if (health.exclude_seen != null && health.exclude_seen !== excludesSeen) { excludesSeen = health.exclude_seen; $("seen").checked = !excludesSeen; }
  setReady(ok);
}

// ---- the history ---------------------------------------------------------------------------------------------------------------------

function changed(told) {
  location.replace("#" + history.map((item) => encodeURIComponent(item.item_id)).join(","));
  showHistory();
  recommend();
  if (told) tell(told);
}

function add(item) { history.push(item); changed(`${titleOf(item)} added, ${history.length} in the history`); }

function remove(place) {
  const [item] = history.splice(place, 1);
  changed(`${titleOf(item)} removed`);
  ($("history").children[Math.min(place, history.length - 1)]?.querySelector("[data-act=remove]") ?? $("q")).focus();
}

function move(from, to, act) {
  if (to < 0 || to >= history.length || from === to) return;
  const [item] = history.splice(from, 1);
  history.splice(to, 0, item);
  changed(`${titleOf(item)} is now number ${to + 1} of ${history.length}`);
  const row = $("history").children[to];
  const button = act && row.querySelector(`[data-act=${act}]`);
  if (act) (button.disabled ? row.querySelector("button:not(:disabled)") : button).focus();
}

function showHistory() {
  $("history-count").textContent = history.length ? `${history.length}` : "";
  $("history-empty").hidden = history.length > 0;
  $("history-hint").hidden = history.length < 2;
  $("clear").disabled = !history.length;
  $("history").replaceChildren(...history.map(historyRow));
}

function historyRow(item, place) {
  const name = titleOf(item);
  const button = (act, sign, text, action, disabled) => make("button", { type: "button", "data-act": act, text: sign, title: text, "aria-label": `${text}: ${name}`, onclick: action, disabled });
  const row = make("li", { draggable: "true", class: item.unknown ? "unknown" : "" }, poster(item), label(item), make("div", { class: "tools" },
    button("up", "↑", "Move up", () => move(place, place - 1, "up"), place === 0),
    button("down", "↓", "Move down", () => move(place, place + 1, "down"), place === history.length - 1),
    button("remove", "✕", "Remove", () => remove(place))));
  row.addEventListener("dragstart", (event) => { event.dataTransfer.setData("text/plain", place); row.classList.add("dragged"); });
  row.addEventListener("dragend", () => row.classList.remove("dragged"));
  row.addEventListener("dragover", (event) => { event.preventDefault(); row.classList.add("over"); });
  row.addEventListener("dragleave", () => row.classList.remove("over"));
  row.addEventListener("drop", (event) => { event.preventDefault(); move(Number(event.dataTransfer.getData("text/plain")), place); });
  return row;
}

// ---- recommendations -----------------------------------------------------------------------------------------------------------------

async function recommend() {
  const number = ++asked;
  if (!history.length) { lastRequest = null; $("answer").replaceChildren(); $("note").hidden = true; $("answer-empty").hidden = false; $("facts").textContent = ""; return; }
  const body = { user_history: history.map((item) => item.item_id), top_k: Number($("top-k").value) };
  if ($("varied").checked) body.max_per_genre = 2;
  if ($("seen").checked === excludesSeen) body.exclude_seen = !excludesSeen;      // asked for the other way than the service would
  lastRequest = { path: "recommend", body };
  const start = performance.now();
  try {
    const answer = await call("recommend", body);
    if (number !== asked) return;
    const ms = performance.now() - start;
    showAnswer(answer);
    $("facts").textContent = `answered in ${ms.toFixed(ms < 10 ? 1 : 0)} ms by ${answer.model_version}`;
    tell(`${answer.recommendations.length} recommendations for ${history.length} in the history`);
  } catch (error) { if (number === asked) showNote(error.message); }
}

function showNote(text) {      // what to do about it stands beside it
  const action = { [GONE]: ["Ask now", checkHealth], [LOCKED]: ["Enter a key", () => { declined = false; refresh(); }] }[text];
  $("note").replaceChildren(text, ...(action ? [make("button", { type: "button", text: action[0], onclick: action[1] })] : []));
  $("note").hidden = !text;
}

function showAnswer(answer) {
  const scores = answer.recommendations.map((item) => item.score), best = Math.max(...scores), worst = Math.min(...scores);
  const unknown = new Set(answer.unknown_items.map(String)), known = answer.num_input_items > 0;
  const wrong = history.filter((item) => Boolean(item.unknown) !== unknown.has(String(item.item_id)));
  for (const item of wrong) item.unknown = !item.unknown;
  if (wrong.length) showHistory();
  $("answer-empty").hidden = true;
  showNote(answer.note ?? "");
  $("answer").replaceChildren(...answer.recommendations.map((item) => card(item, best === worst ? 1 : 0.08 + 0.92 * (item.score - worst) / (best - worst), known)));
}

function card(item, share, known) {      // popular items are nobody's own: there is nothing to explain
  const fill = make("span"), row = make("li");
  fill.style.width = `${100 * share}%`;
  const why = known && make("button", { type: "button", text: "Why?", "aria-expanded": "false", "aria-label": `Why ${titleOf(item)}?`, onclick: () => explain(item, row, why) });
  const take = make("button", { type: "button", text: "Add", "aria-label": `Add ${titleOf(item)} to the history`, onclick: () => add(item) });
  row.append(poster(item), label(item, make("div", { class: "line" }, make("span", { class: "bar", "aria-hidden": "true" }, fill), make("span", { class: "score", text: item.score.toFixed(2), title: known ? "score of the model" : "how popular it is" }))), make("div", { class: "actions" }, why, take));
  return row;
}

async function explain(item, row, button) {
  const open = row.querySelector(".why");
  button.setAttribute("aria-expanded", String(!open));
  if (open) return open.remove();
  const box = make("div", { class: "why" }, make("h3", { text: "Leaving out one after the other …" }));
  row.append(box);
  try {
    const { contributions, note } = await call("explain", { user_history: history.map((one) => one.item_id), item_id: item.item_id });
    const most = Math.max(...contributions.map((one) => Math.abs(one.contribution)), 1e-9);
    const shown = [...contributions].sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution)).slice(0, 8);
    box.replaceChildren(make("h3", { text: shown.length ? "What each one in your history did to this score" : note ?? "Nothing to explain" }),
      make("ol", {}, ...shown.map((one) => share(one, most))));
    if (shown.length) tell(`${titleOf(shown[0])} mattered most, ${shown[0].contribution.toFixed(2)}`);
  } catch (error) { box.replaceChildren(make("p", { text: error.message })); }
}

function share(one, most) {
  const bar = make("span", { class: one.contribution < 0 ? "down" : "" }), width = 50 * Math.abs(one.contribution) / most;
  bar.style.width = `${width}%`;
  bar.style.left = one.contribution < 0 ? `${50 - width}%` : "50%";
  return make("li", {}, make("span", { class: "title", dir: "auto", text: titleOf(one) }), make("span", { class: "axis", "aria-hidden": "true" }, bar), make("span", { class: "number", text: (one.contribution < 0 ? "−" : "+") + Math.abs(one.contribution).toFixed(2) }));
}

// ---- search: a combobox as the ARIA practices describe it ------------------------------------------------------------------------------

let found = [], chosen = -1, typing = 0;

function showFound(items) {
  found = items; chosen = -1;
  $("nothing").hidden = true;
  $("found").replaceChildren(...items.map((item, place) => make("li", { role: "option", id: `found-${place}`, "aria-selected": "false", onmousedown: (event) => { event.preventDefault(); take(place); } }, poster(item), label(item))));
  $("found").hidden = !items.length;
  $("q").setAttribute("aria-expanded", String(items.length > 0));
  $("q").removeAttribute("aria-activedescendant");
}

function choose(place) {
  if (!found.length) return;
  chosen = (place + found.length) % found.length;
  [...$("found").children].forEach((row, number) => row.setAttribute("aria-selected", String(number === chosen)));
  $("q").setAttribute("aria-activedescendant", `found-${chosen}`);
  $("found").children[chosen].scrollIntoView({ block: "nearest" });
}

function take(place) { const item = found[place]; $("q").value = ""; showFound([]); if (item) add(item); }

async function typed() {
  const text = $("q").value.trim(), number = ++typing;
  if (!text) return showFound([]);
  await new Promise((resolve) => setTimeout(resolve, 120));
  if (number !== typing) return;
  try {
    const { items, total } = await call(`items?limit=8&q=${encodeURIComponent(text)}`);
    if (number !== typing) return;
    showFound(items);
    if (!total) { $("nothing").textContent = `Nothing in the catalogue fits “${text}”.`; $("nothing").hidden = false; }
    tell(total ? `${total} titles fit` : $("nothing").textContent);
  } catch (error) { if (number === typing) { showFound([]); showNote(error.message); } }
}

$("q").addEventListener("input", typed);
$("q").addEventListener("blur", () => showFound([]));
$("q").addEventListener("keydown", (event) => {
  if (event.key === "ArrowDown") { event.preventDefault(); choose(chosen + 1); }
  else if (event.key === "ArrowUp") { event.preventDefault(); choose(chosen - 1); }
  else if (event.key === "Enter" && found.length) { event.preventDefault(); take(Math.max(chosen, 0)); }
  else if (event.key === "Escape") showFound([]);
});

// ---- buttons, and the beginning --------------------------------------------------------------------------------------------------------

async function surprise() {
  const { items } = await call("items?order=random&limit=3");
  history.push(...items);
  changed(`${items.map(titleOf).join(", ")} added`);
}

async function copyCurl() {
  const { path, body } = lastRequest ?? { path: "recommend", body: { user_history: popular.slice(0, 3).map((item) => item.item_id), top_k: 10 } };
  await copy(curlOf("POST", path, JSON.stringify(body)), $("curl"));
  tell("copied");
}

async function showPopular() {
  popular = (await call("items?limit=10")).items;
  $("popular").replaceChildren(...popular.map((item) => make("li", {}, poster(item), label(item), make("div", { class: "tools" },
    make("button", { type: "button", text: "+", title: "Add", "aria-label": `Add ${titleOf(item)} to the history`, onclick: () => add(item) })))));
}

const decoded = (text) => { try { return decodeURIComponent(text); } catch { return text; } };

async function fromAddress() {       // a history in the address can be shared; it is never sent to the service as such
  const ids = location.hash.slice(1).split(",").filter(Boolean).map(decoded), known = new Map();
  for (let start = 0; start < ids.length; start += 100) {
    const { items } = await call("items?" + ids.slice(start, start + 100).map((id) => `id=${encodeURIComponent(id)}`).join("&"));
    for (const item of items) known.set(String(item.item_id), item);
  }
  history.splice(0, history.length, ...ids.map((id) => known.get(id) ?? { item_id: /^\d{1,15}$/.test(id) ? Number(id) : id, unknown: true }));
}

async function refresh() {           // everything that the service knows, from the beginning
  try { await showPopular(); await fromAddress(); } catch (error) { return showNote(error.message); }
  showNote("");
  showHistory();
  recommend();
}

$("surprise").addEventListener("click", () => surprise().catch((error) => showNote(error.message)));
$("clear").addEventListener("click", () => { history.length = 0; changed("history cleared"); $("q").focus(); });
$("curl").addEventListener("click", copyCurl);
for (const id of ["top-k", "varied", "seen"]) $(id).addEventListener("change", recommend);
showHistory();
checkHealth();
refresh();
