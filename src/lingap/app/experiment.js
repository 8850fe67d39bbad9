"use strict";
// Browsing an experiment: gaps over chosen languages, a heat map, errors by word.
function setUpExperiment(about) {
  const view = byId("view-experiment");
  const labelled = (text, node) => {
    const label = element("label", "", text);
    label.append(node);
    return label;
  };
  const pick = (id, entries, chosen) => {
    const select = element("select");
    select.id = id;
    fill(select, entries, chosen);
    return select;
  };
  const names = new Map(about.languages.map((one) => [one.code, one]));
  const name = (code) => (names.get(code) || { name: code }).name;
  const system = (wanted, other) => (about.systems.includes(wanted) ? wanted : other);
  const task = pick("task", about.tasks.map((one, at) => [String(at), one.name]));
  const layer = pick("layer", about.layers.map((one) => [one, about.layerNames[one] || one]));
  const systems = about.systems.map((one) => [one, one]);
  const upper = pick("upper", systems, system("character", about.systems[0]));
  const others = about.systems.filter((one) => one !== upper.value);
  const lower = pick("lower", systems, others.includes("phoneme") ? "phoneme" : others[others.length - 1]);
  const faulty = pick("error-system", systems, system("phoneme", about.systems[0]));
  const spoken = pick("error-language", about.languages.map((one) => [one.code, one.name]));

  const lead = element("div", "lead");
  const said = (parts) => parts.map(([verdict, detail]) => {
    const line = element("p");
    if (verdict) line.append(element("strong", "", verdict), " ");
    line.append(element("span", "", detail));
    return line;
  });
  const { lead: first, rest, cautions } = about.answer;
  lead.append(...said(first));
  if (rest.length) {
    const folded = element("details");
    folded.append(element("summary", "", about.rest_title), ...said(rest));
    lead.append(folded);
  }
  lead.append(...said(cautions));
  const languages = element("fieldset");
  languages.append(element("legend", "", "Languages"), element("div", "languages"));
  languages.lastChild.append(...about.languages.map((one) => {
    const label = element("label", "choice");
    const box = element("input");
    box.type = "checkbox";
    box.value = one.code;
    box.checked = true;
    box.addEventListener("change", showGaps);
    label.append(box, element("span", "", one.name));
    return label;
  }));
  const controls = element("div", "controls");
  controls.append(labelled("Task", task), labelled("Layer of the embeddings", layer), languages);
  const gapTable = element("div", "scroll");
  const mapControls = element("div", "controls");
  mapControls.append(labelled("Above the diagonal", upper), labelled("Below", lower));
  const map = element("div", "scroll");
  const errorControls = element("div", "controls");
  errorControls.append(labelled("Representation", faulty), labelled("Language", spoken));
  const errors = element("div");

  const part = (title, ...nodes) => {
    const section = element("section");
    section.append(element("h2", "", title), ...nodes);
    return section;
  };
  view.append(element("h2", "", about.title), lead);
  if (about.tasks.length) {
    view.append(part("Gaps over the chosen languages", controls, gapTable));
  }
  if (about.layers.length) view.append(part("Similarity of languages (CKA)", mapControls, map));
  if (about.tasks.length) view.append(part("Mislabelled words and their phonemes", errorControls, errors));
  if (about.unfinished.length) {
    view.append(part("Runs without a result", table(["Run", "Representation", "Languages", "State", "Reason"],
      about.unfinished.map((row) => row.map((text) => element("td", "", text))))));
  }

  function table(heads, rows, numeric = [], className = "scroll") {
    const made = element("table");
    const head = element("thead");
    head.append(element("tr"));
    head.firstChild.append(...heads.map((text, at) => {
      const cell = element("th", numeric.includes(at) ? "num" : "", text);
      if (names.has(text) && name(text) !== text) cell.append(element("span", "name", name(text)));
      return cell;
    }));
    const body = element("tbody");
    body.append(...rows.map((cells) => {
      const row = element("tr");
      row.append(...cells);
      return row;
    }));
    made.append(head, body);
    const scroll = element("div", className);
    scroll.tabIndex = 0;
    scroll.append(made);
    return scroll;
  }
  const number = (value, digits) => element("td", "num", value === null || value === undefined ? "–" : value.toFixed(digits).replace("-", "−"));
  // A system beside what it learned nothing in; a row of a baseline as such.
  function named(row, shown) {
    const cell = element("td", "", row.system);
    const low = row.nothing || [];
    const said = row.baseline ? "baseline" : low.length ? `learned nothing${low.length < shown.length ? ` in ${low.join(", ")}` : ""}` : "";
    if (said) cell.append(element("span", "name", said));
    return cell;
  }
  const chosen = () => [...languages.querySelectorAll("input:checked")].map((box) => box.value);
  const which = () => about.tasks[Number(task.value)] || about.tasks[0];

  let maps = {};
  const askForGaps = asker();
  const askForErrors = asker();
  let latestGaps = 0;
  let latestErrors = 0;
  async function showGaps() {
    const codes = chosen();
    const { task: one, metric } = which() || { task: "", metric: "" };
    let mine = 0;
    try {
      const query = new URLSearchParams({ task: one, metric, layer: layer.value, languages: codes.join(",") });
      mine = ++latestGaps;
      const found = await askForGaps(`api/experiment/gaps?${query}`);
      if (mine !== latestGaps) return; // a later choice was made meanwhile
      maps = found.maps;
      const shown = codes.length ? codes : about.languages.map((each) => each.code);
      gapTable.replaceChildren(table(["Representation", ...shown, "Std", "Mean RPD %", `Mean ${[...new Set(found.rows.map((row) => row.ckaName).filter(Boolean))].join(" or ") || "CKA"}`],
        found.rows.map((row) => [named(row, shown), ...shown.map((code) => number(row.scores[code] === undefined ? null : row.scores[code] * 100, 1)),
          number(row.std, 4), number(row.rpd, 2), number(row.cka, 3)]), [...shown.keys()].map((at) => at + 1).concat([1, 2, 3].map((at) => shown.length + at))));
      showMap();
      tell("");
    } catch (error) {
      if (mine === latestGaps) tell(error.message);
    }
  }

  // Cividis, from dark blue to yellow: colour-blind-safe and monotonic in greyscale.
  const CIVIDIS = [[0, 34, 78], [35, 62, 108], [87, 93, 109], [125, 124, 120], [165, 156, 116], [207, 190, 96], [254, 232, 56]];
  function colour(share) {
    const place = Math.min(0.9999, Math.max(0, share)) * (CIVIDIS.length - 1);
    const at = Math.floor(place);
    const mixed = CIVIDIS[at].map((from, k) => Math.round(from + (place - at) * (CIVIDIS[at + 1][k] - from)));
    // Black or white, whichever is further in luminance (WCAG): one of them is at least 4.5:1.
    const [r, g, b] = mixed.map((one) => one / 255).map((one) => (one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4));
    return [`rgb(${mixed.join(",")})`, (0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05) ** 2 > 1.05 * 0.05 ? "#000" : "#fff"];
  }
  function showMap() {
    const [above, below] = [maps[upper.value], maps[lower.value]];
    if (!above || !below) { map.replaceChildren(element("p", "intro", "No embeddings were compared for these.")); return; }
    const codes = above.languages.filter((code) => below.languages.includes(code));
    const value = (i, j) => {
      const own = i < j ? above : below;
      return own.values[own.languages.indexOf(codes[i])][own.languages.indexOf(codes[j])];
    };
    const all = codes.flatMap((_, i) => codes.flatMap((__, j) => (i === j ? [] : [value(i, j)])));
    const [low, high] = [Math.min(...all), Math.max(...all)];
    const digits = high - low > 0.05 ? 2 : 3;
    const made = element("table", "heat");
    made.id = "heat";
    const head = element("thead");
    head.append(element("tr"));
    head.firstChild.append(element("th"), ...codes.map((code) => { const cell = element("th", "", name(code) === code ? code : `${name(code)} (${code})`); return cell; }));
    const body = element("tbody");
    codes.forEach((code, i) => {
      const row = element("tr");
      row.append(element("th", "", name(code) === code ? code : `${name(code)} (${code})`), ...codes.map((other, j) => {
        if (i === j) return element("td");
        const cell = element("td", "", value(i, j).toFixed(digits).replace("-", "−"));
        const [back, front] = colour(high > low ? (value(i, j) - low) / (high - low) : 1);
        cell.style.background = back;
        cell.style.color = front;
        cell.title = `${name(code)} – ${name(other)}, ${i < j ? upper.value : lower.value}: ${(i < j ? above : below).name} ${value(i, j).toFixed(3)}`;
        return cell;
      }));
      body.append(row);
    });
    made.append(head, body);
    const names = [...new Set([above.name, below.name])].join(" above, below ");
    map.replaceChildren(element("p", "intro", `Values: ${names}.`), made);
  }

  async function showErrors() {
    const code = spoken.value;
    let mine = 0;
    try {
      const query = new URLSearchParams({ task: which().task, system: faulty.value, language: code });
      mine = ++latestErrors;
      const found = await askForErrors(`api/experiment/errors?${query}`);
      if (mine !== latestErrors) return; // a later choice was made meanwhile
      const share = found.words ? (100 * found.wrong / found.words).toFixed(1) : "0";
      const about = element("p", "intro", found.words
        ? `${found.wrong} of ${found.words} words (${share} %) over ${found.runs} ${found.runs === 1 ? "run" : "runs"} were labelled differently from the gold label.`
        : "No predictions are stored for this selection yet.");
      const turned = (node) => { node.dir = (names.get(code) || {}).rtl ? "rtl" : "auto"; node.lang = code; return node; };
      const rows = found.errors.map((row) => {
        const context = turned(element("td", "context"));
        context.append(...row.context[0].map((word) => `${word} `), element("b", "", row.word), ...row.context[1].map((word) => ` ${word}`));
        return [turned(element("td", "", row.word)), element("td", "sound", row.phonemes), element("td", "short", row.gold), element("td", "short", row.predicted),
          element("td", "num", `${row.times} of ${row.seen}`), context];
      });
      const kinds = element("p", "intro", found.confusions.map(([gold, said, n]) => `${gold} → ${said} ×${n}`).join(" · "));
      errors.replaceChildren(about, kinds, ...(rows.length ? [table(["Word", "Phonemes", "Gold", "Predicted", "Times", "Context"], rows, [4], "scroll tall")] : []));
      tell("");
    } catch (error) {
      if (mine === latestErrors) tell(error.message);
    }
  }
  for (const select of [task, layer]) select.addEventListener("change", showGaps);
  for (const select of [upper, lower]) select.addEventListener("change", showMap);
  for (const select of [task, faulty, spoken]) select.addEventListener("change", showErrors);
  if (about.tasks.length || about.layers.length) showGaps();
  if (about.tasks.length) showErrors();
}
