"use strict";
(() => {
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  const one = (selector, from = document) => from.querySelector(selector);
  const made = (tag, text = "", kind = "") => Object.assign(document.createElement(tag), { textContent: text, className: kind });
  const data = JSON.parse(one("#data").textContent);
  const plain = (part) => typeof part === "number" ? data.words[part] : part;  // what is said more than once is a number
  const narrow = matchMedia("(max-width: 34rem)");

  // Switching: every element with data-switch is shown for one value of that control; the definition is a state of
  // the body. The choices stand in the address, so that a link leads to what one sees.
  const state = { definition: document.body.dataset.definition };
  const started = {};
  const apply = () => {
    document.body.dataset.definition = state.definition;
    for (const part of all("[data-switch], [data-only], [data-unless]")) {
      const { switch: name, value, only, unless } = part.dataset;
      part.hidden = (name && state[name] !== undefined && state[name] !== value) ||
        (only && only !== state.definition) || (unless && unless === state.definition) || false;
    }
  };
  const choose = (name, value) => {
    const twins = all(".switches select").filter((select) => select.name === name);
    if (!twins.some((select) => [...select.options].some((option) => option.value === value))) return;
    state[name] = value;
    for (const twin of twins) twin.value = value;
  };
  for (const select of all(".switches select")) {
    select.value = select.options[0].value;  // not what the browser remembers
    started[select.name] = state[select.name] = select.value;
    select.addEventListener("change", () => { choose(select.name, select.value); apply(); });
  }
  for (const form of all("form")) form.addEventListener("submit", (event) => event.preventDefault());
  const address = (place, more = {}) => {
    const said = new URLSearchParams({ at: place, ...more });
    for (const [name, value] of Object.entries(state)) if (value !== started[name]) said.set(name, value);
    return `#${said}`;
  };
  const arrive = () => {
    if (!location.hash.includes("=")) {
      const claim = document.getElementById(decodeURIComponent(location.hash.slice(1)));
      if (claim && claim.tagName === "DETAILS") claim.open = true;
      return;
    }
    const said = new URLSearchParams(location.hash.slice(1));
    for (const [name, value] of said) if (name in started) choose(name, value);
    apply();
    if (said.get("model")) show(said.get("model"));
    const place = document.getElementById(said.get("at") || "");
    if (!place) return;
    for (let part = place; part; part = part.parentElement) if (part.tagName === "DETAILS") part.open = true;
    place.scrollIntoView();
  };

  // A small screen: charts in time are scrolled with their value axis held at the edge; the newest days come first.
  const settle = (chart) => {
    if (!chart.clientWidth || chart.dataset.settled === String(chart.clientWidth)) return;
    chart.dataset.settled = chart.clientWidth;
    chart.scrollLeft = chart.scrollWidth;
    hold(chart);
  };
  const axisOf = (chart) => all("svg", chart).filter((svg) => svg.getClientRects().length).flatMap((svg) =>
    all(".role-axis", svg).filter((axis) => one('.role-axis-label text[text-anchor="end"]', axis)).map((axis) => [svg, axis]))[0];
  const hold = (chart) => {
    const [svg, axis] = axisOf(chart) || [];
    if (!axis) return;
    const wide = chart.scrollWidth > chart.clientWidth + 1;
    let back = one(":scope > .back", axis);
    if (wide && !back) {
      const box = axis.getBBox();
      const labels = one(".role-axis-label", axis).getBBox();
      back = document.createElementNS(svg.namespaceURI, "rect");
      for (const [name, value] of Object.entries({ x: box.x - 20, y: box.y - 6, width: labels.x + labels.width + 26 - box.x, height: box.height + 12, class: "back" })) back.setAttribute(name, value);
      axis.prepend(back);
      axis.parentNode.append(axis);  // over the lines
    }
    if (back) back.style.display = wide ? "" : "none";
    axis.setAttribute("transform", wide ? `translate(${chart.scrollLeft * svg.viewBox.baseVal.width / svg.clientWidth},0)` : "");
  };
  for (const chart of all(".chart")) chart.addEventListener("scroll", () => hold(chart), { passive: true });
  // A chart is measured when it comes near: measuring all of them would lay out the whole page before it can be used.
  const near = new IntersectionObserver((seen) => { for (const { isIntersecting, target } of seen) if (isIntersecting) settle(target); }, { rootMargin: "100%" });
  for (const chart of all(".chart")) near.observe(chart);
  addEventListener("resize", () => all(".chart").forEach(settle));

  // The nearest point beside the pointer, or stepped through by the arrow keys. The same numbers are in the table.
  const tip = one("#tip");
  const dot = document.createElementNS("http://www.w3.org/2000/svg", "circle");
  dot.setAttribute("class", "nearest");
  dot.setAttribute("r", "6");
  const pointsOf = (svg) => {
    const [id, kind] = [svg.closest("figure").id, svg.closest(".small") ? "narrow" : "wide"];
    const { words, points } = (data.figures[id] || {})[kind] || { words: [], points: [] };
    return points.filter(([, , , definition]) => !definition || plain(definition) === state.definition)
      .map(([x, y, line, , dx = 0, dy = 0]) => ({ x, y, dx, dy, lines: words[line].map(plain) }));
  };
  const foot = (point, x, y) => {
    const length = point.dx ** 2 + point.dy ** 2;
    const along = length ? Math.min(1, Math.max(0, ((x - point.x) * point.dx + (y - point.y) * point.dy) / length)) : 0;
    return [point.x + along * point.dx, point.y + along * point.dy];
  };
  const nearest = (svg, x, y, within) => {
    let [best, least] = [null, within];
    for (const point of pointsOf(svg)) {
      const [px, py] = foot(point, x, y);
      const away = Math.hypot(px - x, py - y) + (point.dx || point.dy ? 6 : 0);  // a point before the line to it
      if (away < least) [best, least] = [{ ...point, x: px, y: py }, away];
    }
    return best;
  };
  const say = (svg, point) => {
    tip.hidden = !point;
    dot.remove();
    if (!point) return;
    tip.replaceChildren(...point.lines.map((line, n) => made(n ? "span" : "strong", line)));
    dot.setAttribute("cx", point.x);
    dot.setAttribute("cy", point.y);
    svg.append(dot);
    const box = dot.getBoundingClientRect();
    const left = Math.min(Math.max(box.left + box.width / 2 - tip.offsetWidth / 2, 6), innerWidth - tip.offsetWidth - 6);
    const above = box.top - tip.offsetHeight - 8;
    tip.style.left = `${left + scrollX}px`;
    tip.style.top = `${(above > 4 ? above : box.bottom + 8) + scrollY}px`;
  };
  for (const chart of all(".chart")) {
    let at = -1;
    chart.addEventListener("pointermove", (event) => {
      const svg = event.target.closest("svg");
      if (!svg) return say(null, null);
      const place = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
      say(svg, nearest(svg, place.x, place.y, 60 / svg.getScreenCTM().a));
    });
    chart.addEventListener("pointerleave", () => say(null, null));
    chart.addEventListener("blur", () => { at = -1; say(null, null); });
    chart.addEventListener("keydown", (event) => {
      if (event.key === "Escape") return say(null, null);
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      const svg = all("svg", chart).find((drawing) => drawing.getClientRects().length);
      if (!step || !svg) return;
      const points = pointsOf(svg).sort((a, b) => a.x - b.x || a.y - b.y);
      if (!points.length) return;
      event.preventDefault();
      at = at < 0 ? (step > 0 ? 0 : points.length - 1) : Math.min(points.length - 1, Math.max(0, at + step));
      const [x, y] = foot(points[at], points[at].x, points[at].y);
      chart.scrollLeft = x * svg.clientWidth / svg.viewBox.baseVal.width - chart.clientWidth / 2;
      say(svg, { ...points[at], x, y });
      one("#heard").textContent = points[at].lines.join(", ");
    });
  }

  // Under every chart: its table as CSV, the picture as PNG and SVG, a link to what is shown, how to cite it, and the
  // command that traces its newest number to the bytes. Nothing is asked of anywhere.
  const cell = (text) => /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  const csv = (table) => all("tr", table).map((row) => all("th, td", row).map((part) => cell(part.textContent)).join(",")).join("\r\n") + "\r\n";
  const save = (name, href) => Object.assign(document.createElement("a"), { download: name, href }).click();
  const saveText = (name, text, type) => {
    const href = URL.createObjectURL(new Blob([text], { type }));
    save(name, href);
    setTimeout(() => URL.revokeObjectURL(href), 10000);
  };
  const whole = (figure) => {
    const svg = one(".wide svg, .chart svg", figure).cloneNode(true);
    const [, , width, height] = svg.dataset.whole.split(" ").map(Number);
    for (const part of all(".nearest, .back", svg)) part.remove();
    for (const part of all('[class*="def_"]', svg)) if (!part.getAttribute("class").includes(`def_${state.definition}__`)) part.remove();
    for (const axis of all(".role-axis", svg)) axis.removeAttribute("transform");
    const lines = (one(".source", figure).textContent.match(/.{1,140}(\s|$)/g) || []).slice(0, 4);
    lines.forEach((line, n) => {
      const text = document.createElementNS(svg.namespaceURI, "text");
      for (const [name, value] of Object.entries({ x: 14, y: height + 13 * (n + 1), "font-size": 10, fill: "#666667" })) text.setAttribute(name, value);
      text.textContent = line.trim();
      svg.append(text);
    });
    const tall = height + 13 * lines.length + 8;
    const paper = document.createElementNS(svg.namespaceURI, "rect");
    for (const [name, value] of Object.entries({ width, height: tall, fill: "#fffffe" })) paper.setAttribute(name, value);
    svg.prepend(paper);
    for (const [name, value] of Object.entries({ width, height: tall, viewBox: `0 0 ${width} ${tall}`, "font-family": "Arial, Helvetica, sans-serif" })) svg.setAttribute(name, value);
    return { text: new XMLSerializer().serializeToString(svg), width, height: tall };
  };
  const tools = {
    csv: (figure) => all("table", figure).forEach((table, n) => saveText(`${figure.id}${n ? `-${n + 1}` : ""}.csv`, csv(table), "text/csv")),
    svg: (figure) => saveText(`${figure.id}.svg`, whole(figure).text, "image/svg+xml"),
    png: (figure) => {
      const { text, width, height } = whole(figure);
      const picture = new Image();
      picture.onload = () => {
        const canvas = Object.assign(document.createElement("canvas"), { width: 2 * width, height: 2 * height });
        canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
        save(`${figure.id}.png`, canvas.toDataURL("image/png"));
      };
      picture.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
    },
    link: (figure) => location.href.split("#")[0] + address(figure.id),
    cite: (figure) => `gapledger (${data.as_of.slice(0, 4)}): ${one("figcaption", figure).textContent}. As known on ${data.as_of}. ${one(".source", figure).textContent} ${location.href.split("#")[0]}${address(figure.id)}`,
    trace: (figure) => figure.dataset.trace,
  };
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-tool]");
    if (!button) return;
    const figure = button.closest("figure, details.claim, .panel");
    const text = tools[button.dataset.tool](figure);
    if (typeof text !== "string") return;
    const said = one(".said", figure);
    said.replaceChildren(made("code", text));
    getSelection().selectAllChildren(said.firstChild);
    if (navigator.clipboard) navigator.clipboard.writeText(text).then(() => said.append(" copied"), () => {});
  });

  // Claims: by verdict and by words.
  const asked = one("#claim-words"), verdict = one("#claim-verdict");
  const sift = () => {
    const words = asked.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    for (const claim of all("details.claim")) {
      const text = claim.textContent.toLowerCase();
      claim.hidden = (verdict.value && claim.dataset.verdict !== verdict.value) || !words.every((word) => text.includes(word));
      count += !claim.hidden;
    }
    one("#claim-count").textContent = `${count} shown`;
  };
  if (asked) for (const control of [asked, verdict]) control.addEventListener("input", sift);

  // A model by its name: its prices, scores, hosts, lag and history, from the page's own data.
  const box = one("#find-model"), list = one("#found"), panel = one("#panel");
  const bare = (text) => text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "");
  const models = data.models.map(([weight, id, name, lab, released = "", facts = [], ...rows]) =>
    ({ weight, id: plain(id), name: plain(name), lab: plain(lab), released: plain(released), facts: facts.map(plain), rows }));
  const keys = models.map((model) => [model, bare(`${model.name}`), bare(`${model.id}${model.name}`)]);
  const matches = (text) => {
    const parts = text.toLowerCase().split(/\s+/).map(bare).filter(Boolean), query = bare(text);
    const rank = (name) => name === query ? 0 : name.startsWith(query) ? 1 : 2;
    return query ? keys.filter(([, , key]) => parts.every((part) => key.includes(part)))
      .sort((a, b) => rank(a[1]) - rank(b[1]) || b[0].weight - a[0].weight || (b[0].released > a[0].released ? 1 : -1)).slice(0, 10) : [];
  };
  const suggest = () => {
    const found = matches(box.value);
    list.replaceChildren(...found.map(([model]) => {
      const button = made("button", model.name);
      button.type = "button";
      button.append(made("span", ` ${model.lab}, ${model.released || "day of release unknown"}`));
      button.addEventListener("click", () => { show(model.id); panel.focus(); });
      const item = made("li");
      item.append(button);
      return item;
    }));
    list.hidden = !box.value;
    if (box.value && !found.length) list.replaceChildren(made("li", "No model is called so here."));
  };
  const grid = (title, head, rows) => {
    if (!rows || !rows.length) return made("p", `${title}: none known.`, "none");
    const table = made("table");
    table.append(made("caption", title));
    const line = (tag, cells) => { const row = made("tr"); row.append(...cells.map((text) => { const part = made(tag, text); if (tag === "th") part.scope = "col"; else if (/^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(text)) part.className = "d"; return part; })); return row; };
    const top = made("thead"), body = made("tbody");
    top.append(line("th", head));
    body.append(...rows.map((cells) => line("td", cells.map(plain))));
    table.append(top, body);
    const scroll = made("div", "", "scroll");
    scroll.tabIndex = 0;
    scroll.setAttribute("role", "region");
    scroll.setAttribute("aria-label", title);
    scroll.append(table);
    return scroll;
  };
  const PANELS = [["Prices now, US dollars per 1M tokens", "prices"], ["Scores: records and capability", "scores"],
    ["How far behind when it came", "lags"], ["Hosts that sell it now, cheapest first", "hosts"], ["History of its lab's own prices", "history"]];
  const show = (id) => {
    const model = models.find((other) => other.id === id);
    if (!model) return;
    const heading = made("h3", model.name);
    const close = made("button", "Close", "close");
    close.type = "button";
    close.addEventListener("click", () => { panel.hidden = true; box.focus(); });
    const said = made("p", `link: ${location.href.split("#")[0]}#${new URLSearchParams({ at: "panel", model: id })}`, "none");
    const trace = made("code", `gapledger explain models model_id=${id}`);
    panel.replaceChildren(close, heading, made("p", [model.lab, model.released ? `released ${model.released}` : "day of release unknown", ...model.facts, model.id].join(" · "), "facts"),
      ...PANELS.map(([title, key], n) => grid(title, data.heads[key], model.rows[n])), said, trace);
    panel.hidden = false;
    list.hidden = true;
    panel.scrollIntoView({ block: "nearest" });
  };
  box.addEventListener("input", suggest);
  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter") { const [first] = matches(box.value); if (first) { show(first[0].id); panel.focus(); } }
    if (event.key === "Escape") list.hidden = true;
    if (event.key === "ArrowDown") { const first = one("button", list); if (first) { event.preventDefault(); first.focus(); } }
  });
  apply();
  arrive();
  addEventListener("hashchange", arrive);
  narrow.addEventListener("change", () => all(".chart").forEach(settle));
  document.documentElement.dataset.ready = "yes";
})();
