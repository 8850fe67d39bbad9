"use strict";
(async () => {
  const byId = (id) => document.getElementById(id);
  // Each chart on its own: one that fails shows its reason in its place, and the others are drawn.
  const failed = (place, error) => {
    const box = byId(place);
    if (!box) return;
    const said = document.createElement("p");
    said.className = "warn";
    said.textContent = `This chart cannot be drawn: ${error.message}`;
    box.style.height = "auto";
    box.replaceChildren(said);
  };
  const unpacked = async (id) => {
    if (!window.DecompressionStream) throw new Error("it needs a browser of 2023 or later.");
    const bytes = Uint8Array.from(atob(byId(id).textContent), (character) => character.charCodeAt(0));
    return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).text();
  };
  let data;
  try {
    data = JSON.parse(await unpacked("chart-data"));
    const plotly = document.createElement("script");
    plotly.textContent = await unpacked("plotly");
    document.head.append(plotly);
  } catch (error) {
    document.querySelectorAll(".chart").forEach((box) => failed(box.id, error));
    return;
  }
  const unique = (items) => [...new Set(items)];
  const LIGHT = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#8c6bb1", "#7f7f7f", "#4aa89a", "#882255", "#999933", "#661100"];
  const DARK = ["#4aa3df", "#f2803f", "#2dc49a", "#e39ac4", "#f0b93a", "#9bd6f7", "#b69be0", "#b3b3b3", "#7fd1c4", "#d0628f", "#c9c95a", "#c46a4a"];
  const night = matchMedia("(prefers-color-scheme: dark)");
  const colourAt = (at) => (night.matches ? DARK : LIGHT)[at % LIGHT.length];
  const SYMBOLS = ["circle", "square", "diamond", "cross", "x", "triangle-up", "triangle-down", "star",
    "hexagon", "pentagon", "bowtie", "hourglass"];
  const nameOf = (code) => (data.languages[code] || { name: code }).name;
  // A language by its name with its code, where it has a name.
  const named = (code) => (nameOf(code) === code ? code : `${nameOf(code)} (${code})`);
  const colourOf = (system) => colourAt(Math.max(0, data.systems.indexOf(system)));
  const say = (value, digits) => (value === null || value === undefined ? "–" : value.toFixed(digits).replace("-", "−"));
  // plotly.js interprets some HTML in labels; data must not be interpreted.
  const plain = (text) => String(text).replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
  // A label in lines of some letters, broken at blanks.
  const folded = (text, letters) => {
    const lines = [""];
    for (const word of text.split(" ")) {
      const last = lines[lines.length - 1];
      if (last && last.length + word.length >= letters) lines.push(word);
      else lines[lines.length - 1] = last ? `${last} ${word}` : word;
    }
    return lines.map(plain);
  };
  const short = (text) => plain(text.length > 20 ? `${text.slice(0, 19)}…` : text);

  function fill(id, entries) {
    const select = byId(id);
    if (!select) return;
    const before = select.value;
    select.replaceChildren(...entries.map(([value, label]) => {
      const option = document.createElement("option");
      option.value = value;
      option.textContent = label;
      return option;
    }));
    if (entries.some(([value]) => value === before)) select.value = before;
    select.parentElement.hidden = entries.length < 2;
  }
  const chosen = (id) => (byId(id) ? byId(id).value : "");
  const onChange = (ids, act) => ids.forEach((id) => byId(id) && byId(id).addEventListener("change", act));

  function layout(more) {
    const css = getComputedStyle(document.documentElement);
    const colour = (name) => css.getPropertyValue(name).trim();
    const axis = { gridcolor: colour("--rule"), showline: false, linecolor: colour("--rule"), zerolinecolor: colour("--muted"), automargin: true, title: { font: { size: 13 } } };
    const base = {
      paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)",
      font: { family: css.getPropertyValue("--sans"), size: 13, color: colour("--ink") },
      margin: { l: 50, r: 12, t: 12, b: 44 }, hovermode: "closest", dragmode: false,
      hoverlabel: { bgcolor: colour("--panel"), bordercolor: colour("--rule"), font: { color: colour("--ink") } },
      legend: { orientation: "h", y: -0.2, x: 0 },
    };
    const merged = { ...base, ...more };
    for (const name of ["xaxis", "yaxis"]) {
      const own = more[name] || {};
      merged[name] = { ...axis, ...own, title: { ...axis.title, ...(own.title || {}) } };
    }
    return merged;
  }
  const settings = { responsive: true, displaylogo: false, displayModeBar: false };
  const zoomable = { responsive: true, displaylogo: false, displayModeBar: "hover",
    modeBarButtonsToRemove: ["lasso2d", "select2d", "autoScale2d"] };

  // A table wider than its place says so.
  function tellWidth(box) {
    const hidden = [...box.querySelectorAll("thead th")].filter((head) =>
      head.getBoundingClientRect().right > box.getBoundingClientRect().right + 1).length;
    const before = box.previousElementSibling;
    const said = before && before.className === "sideways" ? before : document.createElement("p");
    if (box.scrollLeft) return;
    if (!hidden) { said.remove(); return; }
    said.className = "sideways";
    said.textContent = `${hidden} more column${hidden === 1 ? "" : "s"}: scroll sideways →`;
    if (said !== before) box.before(said);
  }
  const boxes = [...document.querySelectorAll(".scroll")];
  const watch = new ResizeObserver((seen) => seen.forEach((one) => tellWidth(one.target)));
  boxes.forEach((box) => watch.observe(box));

  // The answer for a language of the reader's ------------------------------------------------------
  function setUpReader() {
    if (!byId("reader-language") || !Object.keys(data.answers).length) return null;
    const codes = Object.keys(data.answers).sort((a, b) => nameOf(a).localeCompare(nameOf(b)));
    fill("reader-language", [["", "all languages"], ...codes.map((code) => [code, named(code)])]);
    const draw = () => {
      byId("reader-answer").replaceChildren(...(data.answers[chosen("reader-language")] || []).map(([verdict, detail]) => {
        const line = document.createElement("p");
        const [strong, span] = [document.createElement("strong"), document.createElement("span")];
        strong.textContent = verdict;
        span.textContent = detail;
        span.className = "figures";
        line.append(...(verdict ? [strong, " ", span] : [span]));
        return line;
      }));
    };
    onChange(["reader-language"], draw);
    return draw;
  }

  // Heat maps: one representation in each triangle ------------------------------------------------
  function setUpHeatMap(name, chart, maps) {
    if (!byId(chart) || !maps.length) return null;
    const at = (part) => chosen(`${name}-${part}`);
    const here = () => maps.filter((map) => map.place === at("layer"));
    fill(`${name}-layer`, unique(maps.map((map) => map.place)).map((place) =>
      [place, maps.find((map) => map.place === place).placeName]));
    const offer = () => {
      const systems = here().map((map) => map.system);
      fill(`${name}-upper`, systems.map((system) => [system, system]));
      fill(`${name}-lower`, systems.map((system) => [system, system]));
      const measures = Object.assign({}, ...here().map((map) => map.measures));
      fill(`${name}-measure`, Object.entries(measures).map(([key, one]) => [key, one.label]));
    };
    offer();
    const systems = here().map((map) => map.system);
    const upper = systems.includes("character") ? "character" : systems[0];
    const others = systems.filter((system) => system !== upper);
    byId(`${name}-upper`).value = upper;
    byId(`${name}-lower`).value = others.includes("phoneme") ? "phoneme" : others[others.length - 1] || upper;
    const draw = () => {
      const pick = (part) => here().find((map) => map.system === at(part));
      drawHeatMap(chart, `${name}-caption`, pick("upper"), pick("lower"), at("measure"));
    };
    byId(`${name}-layer`).addEventListener("change", offer);
    onChange(["layer", "measure", "upper", "lower"].map((part) => `${name}-${part}`), draw);
    return draw;
  }
  // Cividis, from dark blue to yellow: colour-blind-safe and monotonic in greyscale.
  const CIVIDIS = [[0, 32, 76], [0, 42, 102], [0, 52, 110], [39, 63, 108], [60, 74, 107], [76, 85, 107], [91, 95, 109], [104, 106, 112],
    [117, 117, 117], [131, 129, 120], [146, 140, 120], [161, 152, 118], [176, 165, 114], [192, 177, 109], [209, 191, 102], [225, 204, 92], [243, 219, 79], [255, 233, 69]];
  function onScale(share) {
    const place = Math.min(1, Math.max(0, share)) * (CIVIDIS.length - 1);
    const at = Math.min(CIVIDIS.length - 2, Math.floor(place));
    return CIVIDIS[at].map((from, k) => from + (place - at) * (CIVIDIS[at + 1][k] - from));
  }
  // Black or white, whichever is further from a colour in luminance (WCAG); one of them is at least 4.5:1.
  function onColour(rgb) {
    const [r, g, b] = rgb.map((one) => one / 255).map((one) => (one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4));
    const luminance = 0.2126 * r + 0.7152 * g + 0.0722 * b;
    return (luminance + 0.05) ** 2 > 1.05 * 0.05 ? "#000000" : "#ffffff";
  }
  function numbersOn(codes, z, low, high, digits) {
    const cells = z.flatMap((row, i) => row.map((value, j) => [codes[j], codes[i], value])).filter(([, , value]) => value !== null);
    return { type: "scatter", mode: "text", hoverinfo: "skip", x: cells.map(([x]) => x), y: cells.map(([, y]) => y),
      text: cells.map(([, , value]) => say(value, digits)),
      textfont: { size: 11, color: cells.map(([, , value]) => onColour(onScale((value - low) / (high - low)))) } };
  }
  function familyRuns(codes) {
    const runs = [];
    codes.forEach((code, i) => {
      const family = (data.languages[code] || {}).family || "";
      const last = runs[runs.length - 1];
      if (last && last.family === family) last.to = i + 1;
      else runs.push({ family, from: i, to: i + 1 });
    });
    return runs;
  }
  function drawHeatMap(chart, caption, upper, lower, measure) {
    if (!upper || !lower) return;
    const codes = upper.languages.filter((code) => lower.languages.includes(code));
    const places = new Map([upper, lower].map((map) => [map, new Map(map.languages.map((code, i) => [code, i]))]));
    const value = (map, row, column) => {
      if (!map.measures[measure]) return null;
      const { values } = map.measures[measure];
      const [i, j] = [row, column].map((code) => places.get(map).get(code));
      return j < values[i].length ? values[i][j] : values[j][i]; // of a symmetric matrix the lower triangle
    };
    const z = codes.map((row, i) => codes.map((column, j) =>
      (i === j ? null : value(i < j ? upper : lower, row, column))));
    const text = codes.map((row, i) => codes.map((column, j) => (i === j ? "" :
      `${plain(nameOf(row))} – ${plain(nameOf(column))}<br>${plain(i < j ? upper.system : lower.system)}: ${say(z[i][j], 3)}`)));
    const known = z.flat().filter((one) => one !== null);
    // Steps of the scale fit the spread, since distances may all be far below 1.
    const [least, most] = known.length ? [Math.min(...known), Math.max(...known)] : [0, 1];
    const step = most - least > 0.05 || least > 1 ? 0.05 : 10 ** Math.floor(Math.log10(Math.max(most - least, 1e-6)));
    const low = Math.floor(least / step) * step;
    const high = Math.max(low + step, Math.ceil(most / step) * step);
    const digits = step >= 0.01 ? 2 : 3;
    const box = byId(chart);
    const longest = Math.max(...codes.map((code) => named(code).length));
    box.style.maxWidth = `${Math.max(420, codes.length * 58 + 7.5 * longest + 90)}px`;
    const given = box.parentElement.clientWidth; // the map itself is no wider than its languages need
    const narrow = given < 400 || (given < 560 && codes.length > 4);
    // Names stand where they have room beside each other, turned by 45 degrees above the columns.
    const aside = narrow ? 60 : 7.5 * longest + 20;
    const withNames = !narrow && (box.clientWidth - aside - 60) / codes.length * Math.SQRT1_2 >= 15;
    const above = withNames ? 40 + 5.4 * longest : 60;
    box.style.height = `${Math.max(220, box.clientWidth - (withNames ? aside : 60) - 70) + above + 20}px`;
    const labels = codes.map((code) => plain(withNames ? named(code) : code));
    // Labels of many languages would overlap: families are labelled where they have room, and told apart by lines.
    const room = 14 * codes.length / Math.max(200, box.clientWidth - 130);
    const many = room > 1;
    const runs = many ? familyRuns(codes) : [];
    const roomy = runs.filter((run) => run.to - run.from >= room);
    const ticks = many ? { tickvals: roomy.map((run) => codes[Math.floor((run.from + run.to) / 2)]), ticktext: roomy.map((run) => plain(run.family)) }
      : { tickvals: codes, ticktext: labels };
    const lines = runs.slice(1).flatMap((run) => [["x", "y"], ["y", "x"]].map(([across, along]) => ({
      type: "line", layer: "above", line: { width: 0.6, color: getComputedStyle(document.documentElement).getPropertyValue("--muted").trim() },
      [`${across}0`]: run.from - 0.5, [`${across}1`]: run.from - 0.5, [`${along}0`]: -0.5, [`${along}1`]: codes.length - 0.5 })));
    const margin = many ? (narrow ? 84 : 120) : 60;
    Plotly.react(chart, [{
      type: "heatmap", z, x: codes, y: codes, text, zmin: low, zmax: high, colorscale: CIVIDIS.map((rgb, i) => [i / (CIVIDIS.length - 1), `rgb(${rgb.join(",")})`]),
      hovertemplate: "%{text}<extra></extra>", hoverongaps: false, xgap: many ? 0 : 1.5, ygap: many ? 0 : 1.5,
      colorbar: { thickness: 12, outlinewidth: 0, len: 0.7, y: 0, yanchor: "bottom", tickformat: `.${digits}f`, title: { text: "" } },
    }, ...(codes.length <= (narrow ? 6 : 12) ? [numbersOn(codes, z, low, high, digits)] : [])], layout({
      showlegend: false,
      xaxis: { type: "category", side: "top", showgrid: false, zeroline: false, ...ticks, tickangle: many ? -60 : -45, fixedrange: !many },
      yaxis: { type: "category", autorange: "reversed", showgrid: false, zeroline: false, ...ticks, scaleanchor: "x", constrain: "domain", fixedrange: !many },
      margin: { l: margin, r: 10, t: margin + 10, b: 10 }, shapes: lines,
    }), settings);
    const mean = (map) => {
      const cells = codes.flatMap((row, i) => codes.slice(i + 1).map((column) => value(map, row, column))).filter((one) => one !== null);
      return cells.length ? say(cells.reduce((sum, one) => sum + one, 0) / cells.length, 3) : "not measured";
    };
    const label = (upper.measures[measure] || lower.measures[measure] || { label: measure }).label;
    const place = upper.placeName.replace(" · ", ", ");
    const sides = upper === lower ? `${upper.system} (mean ${mean(upper)}). `
      : `Above the diagonal: ${upper.system} (mean ${mean(upper)}); below: ${lower.system} (mean ${mean(lower)}). `;
    byId(caption).textContent = `${label}${place ? `, ${place}` : ""}. ${sides}Colours span the values shown, not 0 to 1.`;
  }

  // Scores: a row of dots per language ---------------------------------------------------------------
  function setUpDots() {
    if (!byId("score-dots") || !data.scores.length) return null;
    fill("dots-task", data.scores.map((one, i) => [String(i), one.name]));
    onChange(["dots-task"], drawDots);
    return drawDots;
  }
  function drawDots() {
    const { languages, systems, baseline } = data.scores[Number(chosen("dots-task")) || 0];
    const narrow = byId("score-dots").clientWidth < 480;
    const many = languages.length > 40;
    const labels = languages.map((code) => (many ? [narrow ? plain(code) : short(nameOf(code))] : folded(named(code), narrow ? 13 : 24)));
    const height = many ? Math.min(34, systems.length * 4 + 10)
      : Math.max(systems.length * 15 + 16, Math.max(...labels.map((lines) => lines.length)) * 17 + 4);
    byId("score-dots").style.height = `${languages.length * height + 120}px`;
    const at = (i, k) => i + (k - (systems.length - 1) / 2) * 0.8 / systems.length;
    const family = (i) => (many ? ` (${plain((data.languages[languages[i]] || {}).family || "")})` : "");
    const label = (one, i) => `${plain(nameOf(languages[i]))}${family(i)}, ${plain(one.system)}: ${say(one.scores[i], 1)}`
      + (one.ends[i] ? ` [${say(one.ends[i][0], 1)}, ${say(one.ends[i][1], 1)}]` : "")
      + (one.atBaseline[i] ? "<br>not shown to be better than the baseline" : "");
    const traces = systems.map((one, k) => ({
      type: "scatter", mode: "markers", name: plain(one.system), x: one.scores, y: languages.map((_, i) => at(i, k)),
      text: languages.map((_, i) => label(one, i)), hovertemplate: "%{text}<extra></extra>",
      marker: { size: many ? 6 : 9, color: colourOf(one.system), symbol: languages.map((_, i) =>
        SYMBOLS[k % SYMBOLS.length] + (one.atBaseline[i] ? "-open" : "")) },
      error_x: { type: "data", symmetric: false, color: colourOf(one.system), thickness: 1.6, width: 4,
        // NaN draws nothing; 0 would draw a tick that looks like certainty.
        array: one.scores.map((value, i) => (one.ends[i] && value !== null ? Math.max(0, one.ends[i][1] - value) : NaN)),
        arrayminus: one.scores.map((value, i) => (one.ends[i] && value !== null ? Math.max(0, value - one.ends[i][0]) : NaN)) },
    }));
    const known = baseline.some((value) => value !== null);
    if (known) {
      const css = getComputedStyle(document.documentElement);
      traces.push({ type: "scatter", mode: "lines", name: "baseline", hoverinfo: "skip",
        line: { color: css.getPropertyValue("--muted").trim(), width: 1.5, dash: "dot" },
        x: baseline.flatMap((value) => [value, value, null]), y: languages.flatMap((_, i) => [i - 0.45, i + 0.45, null]) });
    }
    Plotly.react("score-dots", traces, layout({ showlegend: true,
      legend: { orientation: "h", y: 1, yanchor: "bottom", x: 0 },
      margin: { l: 60, r: 12, t: 12, b: 44 },
      xaxis: { title: { text: "score × 100" }, zeroline: false, fixedrange: true },
      shapes: many ? familyRuns(languages).slice(1).map((run) => ({ type: "line", xref: "paper", x0: 0, x1: 1, y0: run.from - 0.5, y1: run.from - 0.5,
        line: { width: 0.6, color: getComputedStyle(document.documentElement).getPropertyValue("--muted").trim() } })) : [],
      yaxis: { tickvals: languages.map((_, i) => i), ticktext: labels.map((lines) => lines.join("<br>")), tickfont: { size: many ? 10 : narrow ? 11 : 13 },
        range: [languages.length - 0.4, -0.6], showgrid: false, zeroline: false, fixedrange: true } }), settings);
    byId("dots-caption").textContent = "Lines are intervals, where available."
      + (known ? " Dotted: the score of always answering the most frequent label, or of chance. Hollow: not shown to be better." : "");
  }

  // Bars -----------------------------------------------------------------------------------------
  function setUpBars() {
    if (!byId("bar-gap") || !data.bars.length) return null;
    fill("bar-task", unique(data.bars.map((bar) => bar.task)).map((task) => [task, data.tasks[task] || task]));
    const offer = () => {
      const pairs = unique(data.bars.filter((bar) => bar.task === chosen("bar-task")).flatMap((bar) => Object.keys(bar.pairs)));
      fill("bar-pair", [["", "Mean over all pairs"], ...pairs.map((pair) => [pair, pair.split("–").map(nameOf).join(" – ")])]);
    };
    offer();
    byId("bar-task").addEventListener("change", offer);
    onChange(["bar-task", "bar-pair"], drawBars);
    return drawBars;
  }
  function drawBars() {
    const bars = data.bars.filter((bar) => bar.task === chosen("bar-task"));
    const pair = chosen("bar-pair");
    const panels = ["gap", "cka", "sinkhorn"].map((name) =>
      [name, bars.map((bar) => (pair ? (bar.pairs[pair] || {})[name] : bar[name]) ?? null)]);
    for (const [name, values] of panels) byId(`panel-${name}`).hidden = values.every((value) => value === null);
    for (const [name, values] of panels) {
      if (byId(`panel-${name}`).hidden) continue;
      const digits = name === "gap" ? 2 : 3;
      const ends = bars.map((bar) => (pair ? null : bar[`${name}Ends`]));
      Plotly.react(`bar-${name}`, [{
        type: "bar", x: bars.map((bar) => plain(bar.system)), y: values,
        marker: { color: bars.map((bar) => colourOf(bar.system)) }, width: 0.6,
        error_y: { type: "data", symmetric: false, color: getComputedStyle(document.documentElement).getPropertyValue("--muted").trim(), thickness: 1.4, width: 5,
          // NaN draws nothing; 0 would draw a tick that looks like certainty.
          array: values.map((value, i) => (ends[i] && value !== null ? Math.max(0, ends[i][1] - value) : NaN)),
          arrayminus: values.map((value, i) => (ends[i] && value !== null ? Math.max(0, value - ends[i][0]) : NaN)) },
        hovertext: bars.map((bar, i) => `${plain(bar.system)}: ${name === "cka" ? `${bar.ckaName} ` : ""}${say(values[i], digits)}`
          + (ends[i] ? ` [${say(ends[i][0], digits)}, ${say(ends[i][1], digits)}]` : "")),
        hovertemplate: "%{hovertext}<extra></extra>",
      }], layout({ xaxis: { type: "category", tickvals: bars.map((bar) => plain(bar.system)), ticktext: bars.map((bar) => short(bar.system)), showgrid: false, fixedrange: true }, yaxis: { rangemode: "tozero", fixedrange: true, nticks: 6 }, showlegend: false }), settings);
    }
  }

  // Curves ---------------------------------------------------------------------------------------
  const measuresOf = (curves) => unique(curves.flatMap((curve) => Object.keys(curve.points))).filter((name) => name !== "step");
  const title = (name) => name.replace(/_/g, " ");
  // Dev scores come first, then losses; the learning-rate schedule comes last.
  const rank = (name) => [/^dev/, /bits/, /loss/].findIndex((kind) => kind.test(name));
  const inOrder = (names) => {
    const place = (name) => (rank(name) >= 0 ? rank(name) : /rate/.test(name) ? 9 : 5);
    return [...names].sort((a, b) => place(a) - place(b));
  };
  function lines(id, curves, measure, label, by = "optimizer steps", called = title(measure)) {
    const systems = unique(curves.map((curve) => curve.system));
    const traces = systems.map((system) => {
      const [x, y, text] = [[], [], []];
      for (const curve of curves.filter((one) => one.system === system && one.points[measure])) {
        curve.points[measure].forEach((value, i) => {
          if (value === null) return;
          x.push(curve.points.step[i]); y.push(value); text.push(plain(label(curve)));
        });
        x.push(null); y.push(null); text.push("");
      }
      return { type: "scatter", mode: x.length < 600 ? "lines+markers" : "lines", name: plain(system), x, y, text,
        line: { color: colourOf(system), width: 1.6 }, marker: { size: 4 }, opacity: curves.length > 40 ? 0.55 : 0.9,
        hovertemplate: `%{text}<br>${by === "layer" ? "layer" : "step"} %{x}: %{y:.4g}<extra></extra>` };
    });
    Plotly.react(id, traces, layout({ xaxis: { title: { text: by }, rangemode: "tozero" }, yaxis: { title: { text: plain(called) } }, showlegend: true }), zoomable);
  }
  function setUpCurves() {
    if (!byId("curves") || !data.curves.length) return null;
    fill("curve-task", unique(data.curves.map((curve) => curve.task)).map((task) => [task, data.tasks[task] || task]));
    const offer = () => {
      const own = data.curves.filter((curve) => curve.task === chosen("curve-task"));
      fill("curve-language", [["", "all"], ...unique(own.flatMap((curve) => curve.languages)).map((code) => [code, nameOf(code)])]);
      fill("curve-measure", inOrder(measuresOf(own)).map((name) => [name, title(name)]));
    };
    offer();
    byId("curve-task").addEventListener("change", offer);
    onChange(["curve-task", "curve-language", "curve-measure"], drawCurves);
    return drawCurves;
  }
  function drawCurves() {
    const language = chosen("curve-language");
    lines("curves", data.curves.filter((curve) => curve.task === chosen("curve-task") && (!language || curve.languages.includes(language))),
      chosen("curve-measure"), (curve) => `${curve.system}, ${curve.languages.map(nameOf).join(" ")}, seed ${curve.seed}`);
  }
  function setUpEncoderCurves() {
    if (!byId("encoder-curves") || !data.encoderCurves.length) return null;
    fill("encoder-measure", inOrder(measuresOf(data.encoderCurves)).map((name) => [name, title(name)]));
    const draw = () => lines("encoder-curves", data.encoderCurves, chosen("encoder-measure"), (curve) => curve.system);
    onChange(["encoder-measure"], draw);
    return draw;
  }

  function setUpLayers() {
    if (!byId("layer-curves") || !data.layerCurves.length) return null;
    fill("layer-measure", Object.entries(data.layerMeasures));
    const draw = () => lines("layer-curves", data.layerCurves, chosen("layer-measure"), (curve) => curve.system, "layer", data.layerMeasures[chosen("layer-measure")]);
    onChange(["layer-measure"], draw);
    return draw;
  }

  // Parallel sentences in two dimensions ---------------------------------------------------------
  let row = 0;
  const sideNames = ["left", "right"];
  function setUpClouds() {
    if (!byId("left-cloud") || !data.projections.length) return null;
    const entries = data.projections.map((one, i) => [String(i), `${one.system}, ${one.layer}`]);
    for (const side of sideNames) fill(`${side}-projection`, entries);
    const place = (name, other) => {
      const at = data.projections.findIndex((one) => one.system === name);
      return String(at < 0 ? other : at);
    };
    byId("left-projection").value = place("character", 0);
    byId("right-projection").value = place("phoneme", data.projections.length - 1);
    byId("right-cloud").hidden = data.projections.length < 2;
    const rows = unique(data.projections.flatMap((one) => one.rows)).sort((a, b) => a - b);
    byId("row-choice").max = String(rows.length - 1);
    byId("row-choice").addEventListener("input", () => showRow(rows[Number(byId("row-choice").value)]));
    onChange(sideNames.map((side) => `${side}-projection`), drawClouds);
    row = rows[0];
    return () => { drawClouds(); showRow(row); };
    function showRow(next) {
      row = next;
      byId("row-choice").value = String(rows.indexOf(row));
      byId("row-number").textContent = String(row + 1);
      translate();
      for (const side of sideNames) mark(side);
    }
    function drawClouds() {
      for (const side of sideNames) {
        const target = byId(`${side}-cloud`);
        if (target.hidden) continue;
        drawCloud(side);
        target.removeAllListeners && target.removeAllListeners("plotly_hover");
        target.removeAllListeners && target.removeAllListeners("plotly_click");
        for (const event of ["plotly_hover", "plotly_click"]) {
          target.on(event, (seen) => {
            const at = seen.points[0].customdata;
            if (at !== undefined && at !== null && at !== row) showRow(at);
          });
        }
      }
      const shown = data.projections[Number(chosen("left-projection"))];
      byId("cloud-caption").textContent = `${shown.method} of ${shown.rows.length} parallel sentences`
        + (shown.rows.length < shown.nRows ? ` of ${shown.nRows}` : "")
        + ". Distances between remote groups mean little in such a picture; what matters is whether translations lie close together.";
    }
  }
  // Languages by name; many of them by family, the smaller families together.
  const OTHERS = "other families";
  function groupsOf(codes) {
    if (codes.length <= 16) return nameOf;
    const family = (code) => (data.languages[code] || {}).family || "Unknown";
    const sizes = new Map();
    for (const code of codes) sizes.set(family(code), (sizes.get(family(code)) || 0) + 1);
    const large = new Set([...sizes].sort((a, b) => b[1] - a[1]).slice(0, LIGHT.length - 1).map(([name]) => name));
    return (code) => (large.has(family(code)) ? family(code) : OTHERS);
  }
  function drawCloud(side) {
    const projection = data.projections[Number(chosen(`${side}-projection`))];
    const codes = unique(projection.points.map((point) => point[0]));
    const css = getComputedStyle(document.documentElement);
    const groupOf = groupsOf(codes);
    const traces = unique(codes.map(groupOf)).sort((a, b) => (a === OTHERS) - (b === OTHERS)).map((group, i) => {
      const own = projection.points.filter((point) => groupOf(point[0]) === group);
      return { type: "scatter", mode: "markers", name: plain(group), x: own.map((p) => p[2]), y: own.map((p) => p[3]),
        customdata: own.map((p) => p[1]), text: own.map((p) => plain(nameOf(p[0]))), hovertemplate: "%{text}<extra></extra>",
        marker: { size: codes.length > 16 ? 4 : 6, opacity: 0.75, color: colourAt(i), symbol: SYMBOLS[i % SYMBOLS.length] } };
    });
    traces.push({ type: "scatter", mode: "markers", x: [], y: [], hoverinfo: "skip", showlegend: false,
      marker: { size: 15, symbol: "circle-open", color: css.getPropertyValue("--ink").trim(), line: { width: 2 } } });
    const bare = { showgrid: false, zeroline: false, showticklabels: false, showline: false, ticks: "" };
    Plotly.react(`${side}-cloud`, traces, layout({ xaxis: bare, yaxis: { ...bare, scaleanchor: "x" },
      title: { text: plain(`${projection.system}, ${projection.layer}`), font: { size: 13 } },
      margin: { l: 6, r: 6, t: 34, b: 6 }, showlegend: false }), zoomable);
  }
  function mark(side) {
    const target = byId(`${side}-cloud`);
    if (target.hidden || !target.data) return;
    const points = data.projections[Number(chosen(`${side}-projection`))].points.filter((point) => point[1] === row);
    Plotly.restyle(target, { x: [points.map((p) => p[2])], y: [points.map((p) => p[3])] }, [target.data.length - 1]);
  }
  function translate() {
    const { texts, points } = data.projections[Number(chosen("left-projection"))];
    const codes = unique(points.map((point) => point[0]));
    byId("translations").replaceChildren(...Object.keys(texts).filter((code) => texts[code][row] !== undefined).map((code) => {
      const [line, label, sentence] = ["p", "span", "span"].map((tag) => document.createElement(tag));
      const dot = document.createElement("i");
      dot.style.background = colourAt(codes.indexOf(code));
      label.append(dot, nameOf(code));
      sentence.textContent = texts[code][row];
      sentence.dir = (data.languages[code] || {}).rtl ? "rtl" : "auto";
      sentence.lang = code;
      line.append(label, sentence);
      return line;
    }));
  }

  // Scatter --------------------------------------------------------------------------------------
  function setUpScatter() {
    if (!byId("scatter") || !data.scatter.length) return null;
    fill("scatter-task", unique(data.scatter.map((point) => point[1])).map((task) => [task, data.tasks[task] || task]));
    fill("scatter-predictor", unique(data.scatter.map((point) => point[4])).map((name) => [name, title(name)]));
    const draw = () => {
      const own = data.scatter.filter((point) => point[1] === chosen("scatter-task") && point[4] === chosen("scatter-predictor"));
      const traces = unique(own.map((point) => point[0])).map((system, i) => {
        const points = own.filter((point) => point[0] === system);
        return { type: "scatter", mode: "markers", name: plain(system), x: points.map((p) => p[5]), y: points.map((p) => p[6]),
          text: points.map((p) => plain(`${nameOf(p[2])} – ${nameOf(p[3])}`)),
          hovertemplate: "%{text}<br>%{x:.3f}, RPD %{y:.2f} %<extra></extra>",
          marker: { size: 8, opacity: 0.7, color: colourOf(system), symbol: SYMBOLS[i % SYMBOLS.length] } };
      });
      Plotly.react("scatter", traces, layout({ showlegend: true, xaxis: { title: { text: plain(title(chosen("scatter-predictor"))) } },
        yaxis: { title: { text: "performance gap (RPD, %)" }, rangemode: "tozero" } }), zoomable);
      const found = data.correlations.filter(([task, predictor]) => (!task || task === chosen("scatter-task"))
        && predictor === chosen("scatter-predictor"));
      const most = Math.max(...unique(own.map((point) => point[0])).map((system) => own.filter((point) => point[0] === system).length));
      const shown = () => (found.some(([, , system, n]) => system && n > most) ? ` Drawn are ${most} points of each system.` : "");
      byId("scatter-caption").textContent = found.map(([, , system, n, r, tau, p]) =>
        `${system || "All points"}: Spearman R ${say(r, 3)}, Kendall τ ${say(tau, 3)}, over ${n} points` +
        `${p ? `; p ${p} when languages are exchanged` : ""}.`).join(" ") + shown();
    };
    onChange(["scatter-task", "scatter-predictor"], draw);
    return draw;
  }

  const guarded = (place, act) => {
    try { return act(); } catch (error) { failed(place, error); return null; }
  };
  const drawings = [["reader-answer", setUpReader], ["score-dots", setUpDots], ["bar-gap", setUpBars],
    ["heatmap", () => setUpHeatMap("heat", "heatmap", data.heatmaps)],
    ["output-map", () => setUpHeatMap("out", "output-map", data.outputMaps)],
    ["input-map", () => setUpHeatMap("text", "input-map", data.inputMaps)], ["left-cloud", setUpClouds], ["scatter", setUpScatter],
    ["encoder-curves", setUpEncoderCurves], ["layer-curves", setUpLayers], ["curves", setUpCurves],
  ].map(([place, setUp]) => [place, guarded(place, setUp)]).filter(([, draw]) => draw);
  const drawAll = () => drawings.forEach(([place, draw]) => guarded(place, draw));
  drawAll();
  night.addEventListener("change", drawAll);
  document.documentElement.dataset.ready = "yes";
})();
