// What both pages share: elements are made with text as text, never as HTML.
export const $ = (id) => document.getElementById(id);

// Marks for writing direction and controls would change what is read or hide it: they are written out, as JSON writes them.
export const visible = (text) => String(text).replace(/[^\n\t\u00ad\u200c\u200d\P{C}]|[\u2028\u2029]/gu, (letter) => /[\p{Co}\p{Cn}]/u.test(letter) ? letter : [...Array(letter.length).keys()].map((place) => "\\u" + letter.charCodeAt(place).toString(16).padStart(4, "0")).join(""));

// A header carries Latin-1, and a service's keys are ASCII: with any other key, fetch would throw as if nobody had answered.
export const isSendable = (key) => /^[\x20-\x7e]*$/.test(key);

export function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name === "text") element.textContent = visible(value);
    else if (name === "class") element.className = value;
    else if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value != null) element.setAttribute(name, value);
  }
  element.append(...children.filter(Boolean));
  return element;
}

export function curlOf(method, address, body) {      // a command line; the key is left to a variable
  const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;
  const key = sessionStorage.getItem("key") ? ' -H "Authorization: Bearer $KEY"' : "";
  const sent = body === undefined ? "" : ` -H 'Content-Type: application/json' -d ${quoted(body)}`;
  return `curl -s${method === "POST" ? " -X POST" : ""} ${quoted(new URL(address, location.href).href)}${key}${sent}`;
}

export async function copy(text, button) {
  const before = button.textContent;
  try { await navigator.clipboard.writeText(text); button.textContent = "Copied"; } catch { window.prompt("Copy this:", text); }
  setTimeout(() => { button.textContent = before; }, 1500);
}
