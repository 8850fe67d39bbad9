"use strict";
// Typed and stored text is only ever set as text content, never as markup.
const byId = (id) => document.getElementById(id);
function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined && text !== null) made.textContent = text;
  return made;
}
function fill(select, entries, chosen) {
  select.replaceChildren(...entries.map(([value, label]) => {
    const option = element("option", "", label);
    option.value = value;
    return option;
  }));
  if (entries.some(([value]) => value === chosen)) select.value = chosen;
}
function tell(message) { byId("status").textContent = message; }
async function ask(path, content, signal) {
  const request = content === undefined ? { signal } : { signal, method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(content) };
  let answer;
  try {
    answer = await fetch(path, request);
  } catch {
    if (signal && signal.aborted) throw new Error("");
    throw new Error("The explorer does not respond. Is it still running?");
  }
  const made = await answer.json();
  if (!answer.ok) throw new Error(made.error || `The explorer responded with status ${answer.status}.`);
  return made;
}
// Asks for what supersedes the last of its kind, which is not waited for any longer.
function asker() {
  let last = new AbortController();
  return (path, content) => {
    last.abort();
    last = new AbortController();
    return ask(path, content, last.signal);
  };
}
const PAGE = Math.random().toString(36).slice(2);

const FIRST = [
  ["eng", "Paris is the capital of France."],
  ["kor", "파리는 프랑스의 수도입니다."],
  ["hin", "पेरिस फ़्रांस की राजधानी है।"],
  ["urd", "پیرس فرانس کا دارالحکومت ہے۔"],
];
const REPRESENTATIONS = ["character", "subword", "phoneme"];
const known = new Map();
const nameOf = (code) => (known.get(code) || { name: code }).name;
const askForText = asker();
let tokenizers = [];
let limits = { lines: 8, characters: 4000 };
let latest = 0;
let seen = null;

function dress(node, code) {
  const language = known.get(code);
  node.dir = language && language.rtl ? "rtl" : "ltr";
  node.lang = language ? language.tag : "";
  return node;
}

function addLine(code, text) {
  const line = byId("line-template").content.firstElementChild.cloneNode(true);
  const language = line.querySelector(".language");
  fill(language, [...known.values()].map((one) => [one.code, one.name]), code);
  const sentence = line.querySelector(".sentence");
  sentence.value = text;
  sentence.maxLength = limits.characters;
  language.addEventListener("change", () => { offerBackends(line); later(0); });
  sentence.addEventListener("input", () => later(180));
  line.querySelector(".remove").addEventListener("click", () => {
    const next = line.nextElementSibling || line.previousElementSibling;
    line.remove();
    (next ? next.querySelector(".sentence") : byId("add")).focus();
    later(0);
  });
  offerBackends(line);
  byId("lines").append(line);
  return line;
}
function offerBackends(line) {
  const code = line.querySelector(".language").value;
  dress(line.querySelector(".sentence"), code);
  line.querySelector(".backends").replaceChildren(...known.get(code).backends.map((name, at) => {
    const label = element("label", "choice");
    const box = element("input");
    box.type = "checkbox";
    box.value = name;
    box.checked = at === 0;
    box.addEventListener("change", () => later(0));
    label.append(box, element("span", "", name));
    return label;
  }));
}

let timer = 0;
function later(wait) { clearTimeout(timer); timer = setTimeout(read, wait); }
async function read() {
  const lines = [...document.querySelectorAll(".line")];
  byId("add").disabled = lines.length >= limits.lines;
  const mine = ++latest;
  if (!lines.length) { show([], { lines: [], pairs: [], models: [] }); return; }
  const slow = setTimeout(() => mine === latest && tell("Reading …"), 400);
  try {
    const answer = await askForText("api/text", { page: PAGE, lines: lines.map((line) => ({
      text: line.querySelector(".sentence").value,
      language: line.querySelector(".language").value,
      backends: [...line.querySelectorAll(".backends input:checked")].map((box) => box.value),
    })) });
    if (mine !== latest) return;
    tell("");
    show(lines, answer);
  } catch (error) {
    if (mine === latest) tell(error.message);
  } finally {
    clearTimeout(slow);
  }
}

function show(lines, answer) {
  seen = answer;
  lines.forEach((line, at) => showLine(line, answer.lines[at]));
  showUnits(answer.lines);
  byId("pairs-section").hidden = !answer.pairs.length;
  const label = (at) => `${at + 1}. ${nameOf(answer.lines[at].language)}`;
  const entries = [];
  for (let i = 0; i < answer.lines.length; i++) for (let j = i + 1; j < answer.lines.length; j++) entries.push([String(entries.length), `${label(i)} – ${label(j)}`]);
  fill(byId("pair"), entries, byId("pair").value);
  byId("pair").parentElement.hidden = entries.length < 2;
  showPair();
  document.documentElement.dataset.ready = String(latest);
}

function showLine(line, read) {
  const gloss = dress(line.querySelector(".gloss"), read.language);
  const good = read.spoken.filter((one) => one.words);
  gloss.replaceChildren(...read.words.map((word, at) => {
    const box = element("span", "word");
    const lost = [...new Set(good.flatMap((one) => one.words[at].unmapped))];
    box.append(element("bdi", lost.length ? "form marked" : "form", word));
    good.forEach((one, which) => {
      const said = one.words[at].units;
      const sound = element("span", said.length ? `sound b${which}` : "sound empty", said.length ? said.join(" ") : "nothing");
      sound.dir = "ltr";
      sound.lang = "und-fonipa";
      sound.title = one.backend;
      box.append(sound);
    });
    if (lost.length) {
      const note = element("span", "lost");
      note.append("no rule for ", element("bdi", "", lost.join(" ")));
      note.dir = "ltr";
      box.append(note);
    }
    return box;
  }));
  line.querySelector(".coverage").replaceChildren(...read.notes.map((note) => element("span", "lost", note)), ...read.spoken.map((one) => {
    if (one.error) return element("span", "lost", one.error);
    const { words, empty, touched, notes } = one.coverage;
    const noted = notes.map(([note, n]) => `, ${note} in ${n}`).join("");
    const part = element("span");
    part.append(element("b", `b${good.indexOf(one)}`, one.backend), `: ${words} words, `
      + (touched || empty ? `${empty} without a phoneme, ${touched} with a character that no rule covers` : "all covered") + noted);
    return part;
  }));
}

function showUnits(lines) {
  const present = [...REPRESENTATIONS, ...tokenizers].filter((name) => lines.some((line) => line.units[name] && line.units[name].length));
  byId("units-section").hidden = !present.length;
  const rows = [];
  const sizes = new Map(); // of the first line, which the others are compared with
  for (const name of present) {
    const owners = new Map();
    lines.forEach((line, at) => (line.units[name] || []).forEach((unit) => owners.set(unit, (owners.get(unit) || new Set()).add(at))));
    lines.forEach((line, at) => {
      const units = line.units[name];
      if (!units || !units.length) return;
      const row = element("div", "reading");
      const size = units.filter((unit) => unit !== "▁").length;
      if (!sizes.has(name)) sizes.set(name, size);
      const times = size === sizes.get(name) ? "" : ` (×${(size / sizes.get(name)).toFixed(2)})`;
      row.append(element("span", "", nameOf(line.language)), element("span"), dress(element("div", "units"), name === "phoneme" || name === "byte" ? "" : line.language));
      row.children[1].append(element("b", "", name), ` ${size}${times}`);
      row.lastChild.append(...units.map((unit) => {
        const kind = unit === "▁" ? "unit boundary" : unit === "<unk>" ? "unit unknown" : owners.get(unit).size > 1 ? "unit common" : "unit";
        return element("bdi", kind, unit === " " ? "␣" : unit);
      }));
      rows.push(row);
    });
  }
  byId("units").replaceChildren(...rows);
}

function showPair() {
  const pair = seen && seen.pairs[Number(byId("pair").value || 0)];
  if (!pair) return;
  byId("shared").replaceChildren(...[...REPRESENTATIONS, ...tokenizers].filter((name) => pair.shared[name]).map((name) => {
    const { both, n_either: total } = pair.shared[name];
    const row = element("div", "overlap");
    const bar = element("meter");
    bar.max = Math.max(1, total);
    bar.value = both.length;
    bar.setAttribute("aria-label", `${name} units shared`);
    const said = element("small", "", `${both.length} of ${total} distinct units in both`);
    const left = element("div");
    left.append(bar, said);
    const units = element("div", "units");
    units.append(...both.map((unit) => element("bdi", "unit common", unit)));
    row.append(element("b", "", name), left, units);
    return row;
  }));
  showModels(Number(byId("pair").value || 0));
  const cards = pair.similar.map((twin) => {
    const card = element("article", "twin");
    const head = element("header");
    const words = element("span");
    words.append(dress(element("bdi", "form", twin.words[0]), pair.languages[0]), " · ", dress(element("bdi", "form", twin.words[1]), pair.languages[1]));
    head.append(words, element("small", "", `${Math.round(twin.similarity * 100)} %`));
    const columns = element("div", "columns");
    columns.append(...twin.pairs.map(([one, other]) => {
      const kind = one === other ? "same" : one && other && plain(one) === plain(other) ? "near" : "";
      const column = element("span", kind);
      column.append(element("bdi", "unit", one || "–"), element("bdi", "unit", other || "–"));
      return column;
    }));
    card.append(head, columns);
    return card;
  });
  const list = element("div", "alike");
  list.append(...cards);
  const left = pair.n_uncompared ? ` ${pair.n_uncompared} of these two lines' words were not compared: beyond the first ${limits.compared}, or longer than ${limits.phonemes} phonemes.` : "";
  byId("similar").replaceChildren(...(cards.length ? [list] : [element("p", "intro", "No two words sound alike.")]), ...(left ? [element("p", "intro", left)] : []));
}
// The cosine of the two lines in each model, layer by layer.
function showModels(at) {
  const models = seen.models || [];
  byId("models-part").hidden = !models.length;
  byId("models").replaceChildren(...models.map((one) => {
    const row = element("div", "layers");
    row.append(element("b", "", `${one.model} (${one.pooling})`), ...one.layers.map(({ layer, cosine }) => {
      const cell = element("span", "layer", cosine[at].toFixed(2).replace("-", "−"));
      const others = cosine.filter((_, i) => i !== at);
      cell.title = `layer ${layer}: ${cosine[at].toFixed(3)}` + (others.length ? `; mean of the other pairs ${(others.reduce((sum, value) => sum + value, 0) / others.length).toFixed(3)}` : "");
      cell.prepend(element("small", "", layer));
      if (others.length) cell.append(element("small", "", (others.reduce((sum, value) => sum + value, 0) / others.length).toFixed(2).replace("-", "−")));
      return cell;
    }));
    return row;
  }));
}
const plain = (unit) => unit.normalize("NFD").replace(/[\p{Mn}\p{Lm}]/gu, "");

function showTab(name, focus) {
  for (const one of ["text", "experiment"]) {
    const tab = byId(`tab-${one}`);
    tab.setAttribute("aria-selected", String(one === name));
    tab.tabIndex = one === name ? 0 : -1;
    byId(`view-${one}`).hidden = one !== name;
    if (one === name && focus) tab.focus();
  }
}
for (const name of ["text", "experiment"]) {
  byId(`tab-${name}`).addEventListener("click", () => showTab(name));
  byId(`tab-${name}`).addEventListener("keydown", (event) => {
    if (event.key === "ArrowLeft" || event.key === "ArrowRight") showTab(name === "text" ? "experiment" : "text", true);
  });
}

(async () => {
  try {
    const start = await ask("api/start");
    limits = start.limits;
    tokenizers = start.tokenizers;
    byId("limits").textContent = `At most ${limits.lines} lines of ${limits.characters.toLocaleString("en")} characters and ${limits.backends} back ends each; the first ${limits.words} words of a line are read, and the first ${limits.compared} different ones of up to ${limits.phonemes} phonemes compared with other lines.`;
    for (const language of start.languages) known.set(language.code, language);
    for (const [code, text] of FIRST) if (known.has(code)) addLine(code, text);
    byId("pair").addEventListener("change", showPair);
    byId("add").addEventListener("click", () => {
      const used = new Set([...document.querySelectorAll(".language")].map((select) => select.value));
      const next = ["fra", "rus", "tur", "fin", "swa", ...known.keys()].find((code) => known.has(code) && !used.has(code));
      addLine(next, "").querySelector(".sentence").focus();
      later(0);
    });
    await read();
    if (start.experiment) {
      byId("tabs").hidden = false;
      setUpExperiment(start.experiment);
      showTab("experiment");
    }
  } catch (error) {
    tell(error.message);
  }
})();
