// The interface of the service, drawn from its OpenAPI document. Nothing comes from elsewhere, and text is put into the document only as text.
import { $, copy, curlOf, isSendable, make } from "./elements.js";

let forms = {};      // the schemas of the document, by name

// ---- types and fields in words ---------------------------------------------------------------------------------------------------------

const NAMES = { string: "text", integer: "integer", number: "number", boolean: "true or false", null: "null", object: "object" };
const join = (parts, sign) => parts.flatMap((part, place) => place ? [sign, part] : [part]);

function typeOf(schema) {      // a list of texts and links
  if (schema.$ref) { const name = schema.$ref.split("/").pop(); return [make("a", { href: `#form-${name}`, text: name })]; }
  if (schema.anyOf) return join(schema.anyOf.map(typeOf), " or ").flat();
  if (schema.enum ?? schema.const) return [(schema.enum ?? [schema.const]).map((value) => JSON.stringify(value)).join(", ")];
  if (schema.type === "array") return ["list of ", ...typeOf(schema.items ?? {})];
  return [NAMES[schema.type] ?? "anything"];
}

const BOUNDS = [["minimum", "maximum", ""], ["minItems", "maxItems", " entries"], ["minLength", "maxLength", " characters"]];

function limitsOf(schema) {
  const bound = (name) => Math.abs(schema[name]) < 2 ** 53 - 1 ? schema[name].toLocaleString("en") : null;      // beyond it is JavaScript's own limit
  const own = BOUNDS.map(([least, most, unit]) => [bound(least), bound(most), unit]).filter(([least, most]) => least ?? most).map(([least, most, unit]) =>
    (least && most ? `${least} to ${most}` : least ? `at least ${least}` : `at most ${most}`) + unit);
  const parts = (schema.anyOf ?? []).map(limitsOf).filter(Boolean);
  return [...own, ...parts].join(", ");
}

const defaultOf = (schema, required) => required ? "required" : schema.default === undefined || schema.default === null ? "" : JSON.stringify(schema.default);

function table(names, rows) {
  const cell = (tag, content) => make(tag, {}, ...[content].flat());
  return make("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": names.join(", ") }, make("table", {},
    make("thead", {}, make("tr", {}, ...names.map((name) => cell("th", name)))),
    make("tbody", {}, ...rows.map((row) => make("tr", {}, ...row.map((content) => cell("td", content)))))));
}

function fields(schema) {
  const needed = new Set(schema.required ?? []);
  return table(["field", "type", "default", "limits", "meaning"], Object.entries(schema.properties ?? {}).map(([name, field]) => [
    make("code", { text: name }), typeOf(field), make("code", { text: defaultOf(field, needed.has(name)) }), limitsOf(field), field.description ?? ""]));
}

// ---- one operation ---------------------------------------------------------------------------------------------------------------------

const resolve = (schema) => schema?.$ref ? forms[schema.$ref.split("/").pop()] : schema;

function parameters(operation) {      // a table with a field to fill for each, and what was filled in
  const inputs = (operation.parameters ?? []).map((one) => [one, make("input", { "aria-label": one.name, placeholder: one.schema.type === "array" ? "several, with commas" : "" })]);
  const shown = inputs.length && table(["parameter", "type", "default", "limits", "meaning", "try"], inputs.map(([one, input]) => [
    make("code", { text: one.name }), typeOf(one.schema), make("code", { text: defaultOf(one.schema, one.required) }), limitsOf(one.schema), one.description ?? one.schema.description ?? "", input]));
  const query = () => {
    const filled = new URLSearchParams();
    for (const [one, input] of inputs) for (const value of one.schema.type === "array" ? input.value.split(",") : [input.value]) if (value.trim()) filled.append(one.name, value.trim());
    return filled.size ? `?${filled}` : "";
  };
  return [shown, query];
}

async function send(method, address, body, result) {
  const headers = body === undefined ? {} : { "Content-Type": "application/json" }, key = $("key").value.trim();
  if (!isSendable(key)) return result.replaceChildren(make("p", { class: "wrong", text: "That key was not accepted: keys are printable ASCII." }));
  if (key) headers.Authorization = `Bearer ${key}`;
  const start = performance.now();
  try {
    const response = await fetch(address, { method, headers, body }), text = await response.text();
    let shown = text;
    try { shown = JSON.stringify(JSON.parse(text), null, 2); } catch { /* metrics are no JSON */ }
    result.replaceChildren(make("h3", { text: `${response.status} in ${(performance.now() - start).toFixed(0)} ms` }), make("pre", { tabindex: "0", text: shown }));
  } catch { result.replaceChildren(make("p", { class: "wrong", text: "The service does not answer." })); }
}

function attempt(method, path, query, example) {
  const text = example === undefined ? null : make("textarea", { "aria-label": `Body of ${method} ${path}`, spellcheck: "false" });
  if (text) text.value = JSON.stringify(example, null, 2).replace(/\[[^[\]{}]*\]/g, (list) => list.replace(/\s+/g, " "));
  const result = make("div", { role: "status" }), address = () => path.slice(1) + query(), body = () => text ? text.value : undefined;
  return [text && make("h3", { text: "Body" }), text, make("div", { class: "buttons" },
    make("button", { type: "button", class: "accent", text: "Try it", onclick: () => send(method, address(), body(), result) }),
    make("button", { type: "button", text: "Copy as curl", onclick: (event) => copy(curlOf(method, address(), text ? text.value.replace(/\s*\n\s*/g, " ") : undefined), event.currentTarget) })), result];
}

function answers(operation) {
  const formOf = (answer) => Object.values(answer.content ?? {}).map((one) => one.schema).filter(Boolean).flatMap(typeOf);
  return table(["status", "meaning", "form"], Object.entries(operation.responses).map(([status, answer]) => [make("code", { text: status }), answer.description, formOf(answer)]));
}

function operationOf(path, method, operation) {
  const schema = resolve(operation.requestBody?.content["application/json"]?.schema), [shown, query] = parameters(operation);
  const more = operation.description && operation.description.replace(/\.$/, "") !== operation.summary && make("p", { text: operation.description });
  return make("details", { id: operation.operationId }, make("summary", {}, make("span", { class: "method", text: method.toUpperCase() }), make("code", { class: "path", text: path }), make("span", { class: "short", text: operation.summary })),
    make("div", {}, more, shown, schema && fields(schema), ...attempt(method.toUpperCase(), path, query, schema && (schema.examples ?? [{}])[0]), make("h3", { text: "Answers" }), answers(operation)));
}

// ---- the page --------------------------------------------------------------------------------------------------------------------------

function show(content) {
  forms = content.components.schemas;
  $("title").textContent = `The interface of ${content.info.title}`;
  $("description").textContent = content.info.description ?? "";
  $("version").textContent = `version ${content.info.version}`;
  const groups = new Map();
  for (const [path, methods] of Object.entries(content.paths)) for (const [method, operation] of Object.entries(methods)) {
    const tag = operation.tags?.[0] ?? "more";
    groups.set(tag, [...groups.get(tag) ?? [], operationOf(path, method, operation)]);
  }
  const last = (tag) => tag === "operation";      // what operators ask comes after what everybody asks
  for (const [tag, operations] of [...groups].sort(([a], [b]) => last(a) - last(b))) $("operations").append(make("h2", { text: tag }), ...operations);
  for (const [name, schema] of Object.entries(forms)) $("forms").append(make("details", { id: `form-${name}` }, make("summary", {}, make("code", { class: "path", text: name }), make("span", { class: "short", text: schema.description ?? "" })), make("div", {}, fields(schema))));
  for (const id of ["version", "forms", "keyed"]) $(id).hidden = false;
  $("note").hidden = true;
  openNamed();
}

function openNamed() {      // a link to a form, or to an operation by its name, opens it
  const wanted = location.hash && document.getElementById(location.hash.slice(1));
  if (wanted?.tagName === "DETAILS") { wanted.open = true; wanted.scrollIntoView({ block: "nearest" }); }
}

$("key").value = sessionStorage.getItem("key") ?? "";
$("key").addEventListener("input", () => $("key").value.trim() ? sessionStorage.setItem("key", $("key").value.trim()) : sessionStorage.removeItem("key"));
$("keyed").addEventListener("submit", (event) => event.preventDefault());
window.addEventListener("hashchange", openNamed);
fetch("openapi.json").then(async (response) => {
  const content = await response.json();
  if (response.ok) show(content); else $("note").textContent = content.detail ?? `status ${response.status}`;
}).catch(() => { $("note").textContent = "The service does not answer: load this page again when it does."; });
