// The charts of a report, over the data that the page holds.  One state (which designs are selected,
// which one is looked into) is shared by all charts: `select` and `look` change it, and each
// chart says in `onSelect` and `onLook` what follows.
"use strict";
const data = JSON.parse(document.getElementById("data").textContent);
const run = data.runs[0], points = run.points, goals = data.objectives, fields = data.fields;
const byId = new Map(points.map(p => [p.id, p]));
const usable = points.filter(p => p.feasible), front = usable.filter(p => p.best);
const colours = ["#d9480f", "#1971c2", "#2f9e44", "#9c36b5", "#e8a500", "#0c8599"];
const parts = d3.schemeTableau10;
const state = { selected: null, focus: data.knee };
const onSelect = [], onLook = [];
const isIn = p => !state.selected || state.selected.has(p.id);
function select(ids) { state.selected = ids; onSelect.forEach(f => f()); }
function look(id) { if (data.details[id]) { state.focus = id; onLook.forEach(f => f()); } }

const si = (value, unit) => {
  if (value === 0) return "0 " + unit;
  const text = d3.format(".4~s")(value), last = text.slice(-1);
  return isNaN(last) ? `${text.slice(0, -1)} ${last}${unit}` : `${text} ${unit}`;
};
const ticks = unit => value => unit ? si(value, unit) : d3.format("~r")(value);
const tip = d3.select("#tip");
function hover(selection, textOf) {
  selection.on("mousemove", d => {
    const e = d3.event, width = 440;
    tip.text(textOf(d)).style("opacity", 1).style("top", e.clientY + 14 + "px")
      .style("left", Math.min(e.clientX + 14, innerWidth - width) + "px");
  }).on("mouseleave", () => tip.style("opacity", 0));
}
const describe = p => `design ${p.id}\n` + goals.map((g, k) => `${g.name}: ${p.texts[k]}`).join("\n") + "\n"
  + fields.map((f, i) => [f, i]).filter(([f]) => f.varies)
    .map(([f, i]) => `${f.name} = ${f.values[p.choice[i]]}`).join("\n");
function canvas(where, width, height) {
  return d3.select(where).html("").append("svg").attr("viewBox", `0 0 ${width} ${height}`);
}
const pad = ([low, high]) => { const by = (high - low || Math.abs(high) || 1) * 0.05; return [low - by, high + by]; };
function axis(svg, side, scale, at, unit, grid) {
  const make = { left: d3.axisLeft, bottom: d3.axisBottom }[side](scale).ticks(6).tickFormat(ticks(unit));
  if (grid) svg.append("g").attr("class", "grid").attr("transform", at)
    .call(d3.axisLeft(scale).ticks(6).tickSize(-grid).tickFormat("")).select(".domain").remove();
  svg.append("g").attr("class", "axis").attr("transform", at).call(make);
}

function showHead() {
  const spec = run.facts.spec || run.folder;
  d3.select("#title").text(`${spec}: ${goals.map(g => (g.maximize ? "most " : "least ") + g.name).join(", ")}`);
  d3.select("#subtitle").text(`${run.folder} · algorithm ${run.algorithm} · fidelity ${run.fidelity} · seed ${run.seed}`
    + (run.facts.options ? ` · ${run.facts.options}` : ""));
  const tiles = [[points.length, "designs evaluated"], [usable.length, "meet every requirement"],
    [front.length, "on the Pareto front"], [d3.format(".4f")(run.hypervolume), "hypervolume (share of the box)"],
    ...goals.map((g, k) => {
      const best = d3[g.maximize ? "greatest" : "least"] || ((a, f) => a.reduce((x, y) =>
        x && (g.maximize ? f(x) >= f(y) : f(x) <= f(y)) ? x : y, null));
      const p = best(front, q => q.objectives[k]);
      return [p ? p.texts[k] : "-", (g.maximize ? "most " : "least ") + g.name];
    })];
  const tile = d3.select("#tiles").selectAll("div").data(tiles).enter().append("div").attr("class", "tile");
  tile.append("b").text(d => d[0]);
  tile.append("span").text(d => d[1]);
}

// ---- Pareto scatter --------------------------------------------------------------------------------

function showScatter(kx, ky) {
  const W = 860, H = 430, m = { l: 84, r: 16, t: 12, b: 46 };
  const svg = canvas("#scatter", W, H);
  const all = data.runs.map((r, i) => r.points.filter(p => p.feasible).map(p => ({ ...p, run: i })));
  const flat = d3.merge(all);
  const x = d3.scaleLinear().domain(pad(d3.extent(flat, p => p.objectives[kx]))).range([m.l, W - m.r]).nice();
  const y = d3.scaleLinear().domain(pad(d3.extent(flat, p => p.objectives[ky]))).range([H - m.b, m.t]).nice();
  axis(svg, "left", y, `translate(${m.l},0)`, goals[ky].unit, W - m.l - m.r);
  axis(svg, "bottom", x, `translate(0,${H - m.b})`, goals[kx].unit);
  svg.append("text").attr("class", "label").attr("x", W - m.r).attr("y", H - 8).attr("text-anchor", "end")
    .text(`${goals[kx].name} (${goals[kx].maximize ? "more is better →" : "← less is better"})`);
  svg.append("text").attr("class", "label").attr("x", m.l + 8).attr("y", m.t + 10)
    .text(`${goals[ky].name} (${goals[ky].maximize ? "↑ more is better" : "↓ less is better"})`);
  const brush = d3.brush().extent([[m.l, m.t], [W - m.r, H - m.b]]).on("end", () => {
    const area = d3.event.selection;
    if (!d3.event.sourceEvent) return;
    if (!area) return select(null);
    select(new Set(usable.filter(p => {
      const [a, b] = [x(p.objectives[kx]), y(p.objectives[ky])];
      return a >= area[0][0] && a <= area[1][0] && b >= area[0][1] && b <= area[1][1];
    }).map(p => p.id)));
  });
  svg.append("g").call(brush);
  if (goals.length === 2) all.forEach((list, i) => {
    // What the front dominates ends at stairs.
    const best = list.filter(p => p.best).sort((a, b) => a.objectives[kx] - b.objectives[kx]);
    const stairs = goals[kx].maximize ? d3.curveStepBefore : d3.curveStepAfter;
    svg.append("path").attr("fill", "none").attr("stroke", colours[i % colours.length]).attr("stroke-opacity", .5)
      .attr("pointer-events", "none").attr("d", d3.line().curve(stairs).x(p => x(p.objectives[kx])).y(p => y(p.objectives[ky]))(best));
  });
  const dots = svg.append("g").selectAll("circle")
    .data(flat.sort((a, b) => b.run - a.run || a.best - b.best)).enter().append("circle").attr("class", "dot")
    .attr("cx", p => x(p.objectives[kx])).attr("cy", p => y(p.objectives[ky])).attr("r", p => p.best ? 5.5 : 3.5)
    .attr("fill", p => p.best ? colours[p.run % colours.length] : p.run ? colours[p.run % colours.length] : "#8aa1b8")
    .attr("fill-opacity", p => p.best ? 1 : p.run ? .25 : .6).on("click", p => p.run || look(p.id));
  hover(dots, p => p.run ? `${data.runs[p.run].folder}, design ${p.id}\n` + goals.map((g, k) => `${g.name}: ${p.texts[k]}`).join("\n") : describe(p));
  const mark = () => dots.classed("dim", p => !p.run && !isIn(p)).classed("focused", p => !p.run && p.id === state.focus);
  onSelect.push(mark); onLook.push(mark); mark();
}

function showAxes() {
  let kx = 0, ky = Math.min(1, goals.length - 1);
  const draw = () => showScatter(kx, ky);
  if (goals.length > 2) for (const [name, set, start] of [["x ", k => kx = k, kx], ["y ", k => ky = k, ky]]) {
    const box = d3.select("#axes").append("label").text(name).append("select").on("change", function () { set(+this.value); draw(); });
    box.selectAll("option").data(goals).enter().append("option").attr("value", (g, k) => k)
      .property("selected", (g, k) => k === start).text(g => g.name);
  }
  draw();
  const keys = data.runs.map((r, i) => [colours[i % colours.length], `front of ${r.folder} (${r.algorithm}), hypervolume ${d3.format(".4f")(r.hypervolume)}`]);
  keys.push(["#8aa1b8", "other designs"]);
  const key = d3.select("#legend").selectAll("span").data(keys).enter().append("span").attr("class", "key");
  key.append("i").style("background", d => d[0]);
  key.append("span").text(d => d[1]);
}

// ---- parallel coordinates ------------------------------------------------------------------------------

function showParallel() {
  const order = fields.map((f, i) => ({ f, i, share: d3.max(f.importance) })).filter(d => d.f.varies)
    .sort((a, b) => b.share - a.share);
  const W = Math.max(1340, 78 * (order.length + goals.length)), H = 330, m = { l: 60, r: 80, t: 70, b: 14 };
  const svg = canvas("#parallel", W, H);
  const axes = order.map(({ f, i }) => ({
    name: f.name, of: p => p.choice[i],
    scale: d3.scaleLinear().domain([0, Math.max(1, f.values.length - 1)]).range([H - m.b, m.t]),
    tickValues: d3.range(0, f.values.length, Math.ceil(f.values.length / 7)), text: v => f.values[v],
  })).concat(goals.map((g, k) => ({
    name: g.name, goal: true, of: p => p.objectives[k], text: ticks(g.unit),
    scale: d3.scaleLinear().domain(d3.extent(usable, p => p.objectives[k])).range([H - m.b, m.t]),
  })));
  const x = d3.scalePoint().domain(d3.range(axes.length)).range([m.l, W - m.r]);
  const colour = d3.scaleSequential(d3.interpolateViridis).domain(d3.extent(usable, p => p.objectives[0]));
  const lines = svg.append("g").attr("class", "lines").selectAll("path")
    .data(usable.slice().sort((a, b) => a.best - b.best)).enter().append("path")
    .attr("class", p => p.best ? "best" : "").attr("stroke-width", p => p.best ? 1.6 : 1)
    .attr("stroke", p => p.best ? colour(p.objectives[0]) : "#b8c2cf")
    .attr("d", p => d3.line()(axes.map((a, i) => [x(i), a.scale(a.of(p))]))).on("click", p => look(p.id));
  hover(lines, describe);
  const chosen = new Map();
  axes.forEach((a, i) => {
    const g = svg.append("g").attr("class", "axis").attr("transform", `translate(${x(i)},0)`);
    const make = d3.axisLeft(a.scale).tickFormat(a.text);
    if (a.tickValues) make.tickValues(a.tickValues); else make.ticks(5);
    g.call(make);
    g.selectAll(".tick text").attr("paint-order", "stroke").attr("stroke", "#fff").attr("stroke-width", 3);
    g.append("text").attr("transform", `translate(-4,${m.t - 12}) rotate(-24)`).style("text-anchor", "start")
      .style("fill", a.goal ? "#d9480f" : "#1c2330").style("font-weight", a.goal ? 600 : 400).text(a.name);
    g.append("g").call(d3.brushY().extent([[-9, m.t - 6], [9, H - m.b + 6]]).on("brush end", () => {
      if (!d3.event.sourceEvent) return;
      if (d3.event.selection) chosen.set(a, d3.event.selection); else chosen.delete(a);
      select(chosen.size ? new Set(usable.filter(p => [...chosen].every(([b, [low, high]]) => {
        const at = b.scale(b.of(p));
        return at >= low && at <= high;
      })).map(p => p.id)) : null);
    }));
  });
  const mark = () => lines.classed("dim", p => !isIn(p)).classed("focus", p => p.id === state.focus);
  onSelect.push(mark); onLook.push(mark); mark();
}

// ---- convergence, importance ------------------------------------------------------------------------------

function showConvergence() {
  const W = 640, H = 300, m = { l: 46, r: 14, t: 10, b: 40 }, svg = canvas("#convergence", W, H);
  const x = d3.scaleLinear().domain([0, d3.max(data.runs, r => r.cost) || 1]).range([m.l, W - m.r]);
  const y = d3.scaleLinear().domain([0, d3.max(data.runs, r => r.hypervolume) * 1.05 || 1]).range([H - m.b, m.t]);
  axis(svg, "left", y, `translate(${m.l},0)`, "", W - m.l - m.r);
  axis(svg, "bottom", x, `translate(0,${H - m.b})`, "");
  svg.append("text").attr("class", "label").attr("x", W - m.r).attr("y", H - 6).attr("text-anchor", "end")
    .text(`cost, in evaluations at the fidelity ${run.fidelity}`);
  data.runs.forEach((r, i) => {
    const colour = colours[i % colours.length];
    svg.append("path").attr("fill", "none").attr("stroke", colour).attr("stroke-width", 2)
      .attr("d", d3.line().curve(d3.curveStepAfter).x(d => x(d[0])).y(d => y(d[1]))(r.convergence));
    hover(svg.append("g").selectAll("circle").data(r.convergence).enter().append("circle").attr("r", 3)
      .attr("fill", colour).attr("cx", d => x(d[0])).attr("cy", d => y(d[1])),
      d => `${r.folder}\nafter ${d3.format("~r")(d[0])} evaluations: ${d3.format(".4f")(d[1])}`);
  });
}

function bars(where, rows, width, labelWidth, domain) {
  // rows: { name, values: [{ value, colour, tip, text }] }, the values of a row below each other
  const lane = rows.length && rows[0].values.length > 1 ? 12 : 14;
  const height = r => r.values.length * lane + 8, H = d3.sum(rows, height) + 8, svg = canvas(where, width, H);
  const x = d3.scaleLinear().domain(domain).range([labelWidth, width - 90]);
  let top = 4;
  for (const r of rows) {
    svg.append("text").attr("x", labelWidth - 8).attr("y", top + (height(r) - 8) / 2 + 4).attr("text-anchor", "end").text(r.name);
    r.values.forEach((v, i) => {
      const from = x(Math.max(domain[0], Math.min(0, v.value))), to = x(Math.min(domain[1], Math.max(0, v.value)));
      const bar = svg.append("rect").datum(v).attr("x", from).attr("y", top + i * lane).attr("height", lane - 2)
        .attr("width", Math.max(1, to - from)).attr("fill", v.colour).attr("rx", 2);
      hover(bar, d => d.tip);
      svg.append("text").attr("x", to + 5).attr("y", top + i * lane + lane - 4).attr("fill", "#667085").text(v.text);
    });
    top += height(r);
  }
}

function showImportance() {
  const rows = fields.filter(f => d3.max(f.importance) > 0).sort((a, b) => d3.max(b.importance) - d3.max(a.importance)).slice(0, 14)
    .map(f => ({ name: f.name, values: f.importance.map((share, k) => ({
      value: share, colour: colours[(k + 1) % colours.length], text: d3.format(".0%")(share),
      tip: `${f.name}\n${d3.format(".1%")(share)} of ${goals[k].name}` })) }));
  if (!rows.length) return d3.select("#importance").append("p").attr("class", "hint").text("Too few designs to tell.");
  bars("#importance", rows, 640, 180, [0, 1]);
  const key = d3.select("#importance").append("div").selectAll("span").data(goals).enter().append("span").attr("class", "key");
  key.append("i").style("background", (g, k) => colours[(k + 1) % colours.length]);
  key.append("span").text(g => g.name);
}

// ---- one design -----------------------------------------------------------------------------------------

function pairs(where, list) {
  const dl = d3.select(where).append("dl");
  for (const [name, value] of list) { dl.append("dt").text(name); dl.append("dd").text(value); }
}

function showBreakdown(detail) {
  const items = (detail.items && detail.items.breakdown) || [], W = 640, box = d3.select("#breakdown").html("");
  if (!items.length) box.append("p").attr("class", "hint").text("Its objectives follow from the fields: there is nothing to break down.");
  for (const item of items) {
    box.append("div").style("margin", "6px 0 2px").html("").append("span").text(`${item.name}: ${si(item.value, item.unit)}`);
    const root = d3.hierarchy(item, d => d.parts).sum(d => d.parts ? 0 : Math.max(0, d.value));
    d3.partition().size([W, 22 * (root.height + 1)])(root);
    const nodes = root.descendants().filter(d => d.depth > 0 && d.x1 - d.x0 > .3), H = 22 * root.height;
    const svg = box.append("svg").attr("viewBox", `0 0 ${W} ${Math.max(H, 1)}`);
    const colour = d => parts[d.ancestors().slice(-2)[0].parent ? root.children.indexOf(d.ancestors().slice(-2)[0]) % 10 : 0];
    const cell = svg.selectAll("g").data(nodes).enter().append("g").attr("transform", d => `translate(${d.x0},${(d.depth - 1) * 22})`);
    hover(cell.append("rect").attr("width", d => Math.max(.5, d.x1 - d.x0 - 1)).attr("height", 20).attr("rx", 2)
      .attr("fill", colour).attr("fill-opacity", d => d.depth > 1 ? .55 : .9),
      d => `${d.data.name}: ${si(d.data.value, d.data.unit)}\n${d3.format(".1%")(d.data.value / item.value)} of ${item.name}` + (d.data.note ? `\n${d.data.note}` : ""));
    cell.filter(d => d.x1 - d.x0 > d.data.name.length * 6.4 + 8).append("text").attr("x", 5).attr("y", 14)
      .attr("fill", d => d.depth > 1 ? "#1c2330" : "#fff").attr("pointer-events", "none").text(d => d.data.name);
  }
}

function showFloorplan(plan, box) {
  const W = 640, H = 340;
  const [rows, cols] = [plan["wafer.rows"], plan["wafer.cols"]];
  if (!(rows > 0 && cols > 0)) return box.append("p").attr("class", "hint").text("This chip has no rows and columns of reticles to draw.");
  const svg = box.append("svg").attr("viewBox", `0 0 ${W} ${H}`), mm = v => d3.format(".3~r")(v * 1e3) + " mm";
  const width = plan["wafer.width"] || cols, height = plan["wafer.height"] || rows, room = 300;
  const scale = room / Math.max(width, height, plan["wafer.width"] ? .3 : 0);
  const cx = 160, cy = 165, w = width * scale, h = height * scale;
  if (plan["wafer.width"]) svg.append("circle").attr("cx", cx).attr("cy", cy).attr("r", .15 * scale).attr("fill", "#f1f4f8").attr("stroke", "#c3cad4");
  const [pw, ph] = [w / cols, h / rows];
  // Gaps between reticles as they are, where sizes are known.
  const rw = plan["reticle.width"] ? plan["reticle.width"] * scale : pw * .92, rh = plan["reticle.height"] ? plan["reticle.height"] * scale : ph * .92;
  for (let r = 0; r < rows; ++r) for (let c = 0; c < cols; ++c)
    svg.append("rect").attr("x", cx - w / 2 + c * pw + (pw - rw) / 2).attr("y", cy - h / 2 + r * ph + (ph - rh) / 2)
      .attr("width", rw).attr("height", rh).attr("fill", "#a5c8e8").attr("stroke", "#fff").attr("stroke-width", Math.min(.6, rw / 10));
  svg.append("text").attr("x", cx).attr("y", H - 4).attr("text-anchor", "middle").text(`${rows} x ${cols} reticles`
    + (plan["wafer.width"] ? `, ${mm(height)} x ${mm(width)}; circle: 300 mm` : ""));
  const [cr, cc] = [plan["reticle.rows"], plan["reticle.cols"]], spare = plan["wafer.spare_cores"] || 0;
  if (!(cr > 0 && cc > 0)) return;
  const ratio = (plan["reticle.width"] || cc + spare) / (plan["reticle.height"] || cr), size = 260;
  const iw = ratio > 1 ? size : size * ratio, ih = ratio > 1 ? size / ratio : size, x0 = 350 + (size - iw) / 2, y0 = 35 + (size - ih) / 2;
  svg.append("rect").attr("x", x0 - 3).attr("y", y0 - 3).attr("width", iw + 6).attr("height", ih + 6).attr("fill", "#fff").attr("stroke", "#1971c2");
  for (let r = 0; r < cr; ++r) for (let c = 0; c < cc + spare; ++c)
    svg.append("rect").attr("x", x0 + c * iw / (cc + spare)).attr("y", y0 + r * ih / cr).attr("width", iw / (cc + spare) * .86)
      .attr("height", ih / cr * .86).attr("fill", c < cc ? "#74b816" : "#e8a500");
  svg.append("text").attr("x", 480).attr("y", 16).attr("text-anchor", "middle").text(`a reticle: ${cr} x ${cc} cores`
    + (spare ? ` and ${spare} spare a row` : "") + (plan["reticle.width"] ? `, ${mm(plan["reticle.height"])} x ${mm(plan["reticle.width"])}` : ""));
  if (plan["system.wafers"] > 1) svg.append("text").attr("x", 480).attr("y", H - 4).attr("text-anchor", "middle").text(`${plan["system.wafers"]} such wafers`);
}

function showDesign() {
  const p = byId.get(state.focus), detail = p && data.details[p.id];
  if (!detail) return;
  d3.select("#design-title").text(`Design ${p.id}` + (p.id === data.knee ? ", nearest to the best of every objective" : ""));
  d3.select("#design").html("");
  pairs("#design", goals.map((g, k) => [g.name, p.texts[k]]));
  pairs("#design", fields.map((f, i) => [f.name, f.values[p.choice[i]]]));
  pairs("#design", Object.entries(detail.metrics).filter(([name]) => !goals.some(g => g.name === name)));
  showBreakdown(detail);
  const plans = d3.select("#floorplan").html("");
  showFloorplan(detail.floorplan, plans);
  if (detail.prefill_floorplan) {
    plans.append("p").attr("class", "hint").text("Above the chip that generates tokens, below the one that reads prompts:");
    showFloorplan(detail.prefill_floorplan, plans);
  }
  const slacks = detail.slacks.filter(s => s.share !== undefined).sort((a, b) => a.share - b.share);
  bars("#slacks", slacks.map(s => ({ name: s.name, values: [{
    value: s.share, colour: s.share < .05 ? "#d9480f" : s.share < .2 ? "#e8a500" : "#74b816",
    text: `${d3.format(".1%")(s.share)}: ${s.left} <= ${s.right}`,
    tip: `${s.name}: ${s.left} <= ${s.right}` + (s.reason ? `\n${s.reason}` : "") }] })), 1340, 210, [0, 1.6]);
}

// ---- tables ------------------------------------------------------------------------------------------------

/// columns: { name, text: row => string, value: row => for sorting }
function table(where, rows, columns, each) {
  const outer = d3.select(where).append("div").attr("class", "scroll").append("table");
  let by = null, up = 1;
  outer.append("thead").append("tr").selectAll("th").data(columns).enter().append("th").text(c => c.name)
    .on("click", c => { up = by === c ? -up : 1; by = c; lines.sort((a, b) => up * d3.ascending(c.value(a), c.value(b))); });
  const lines = outer.append("tbody").selectAll("tr").data(rows).enter().append("tr");
  lines.selectAll("td").data(r => columns.map(c => c.text(r))).enter().append("td").html(t => t);
  if (each) each(lines);
}
const safe = text => String(text).replace(/[&<>]/g, c => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[c]);

function showEvaluators() {
  const rows = data.evaluators;
  if (!rows.length) return d3.select("#evaluators-card").remove();
  const number = (value, unit) => value === undefined ? "-" : safe(si(value, unit));
  const off = r => r.off === undefined ? "-" : d3.format("+.1%")(r.off);
  table("#evaluators", rows, [
    { name: "design", text: r => r.design, value: r => r.design },
    { name: "figure", text: r => safe(r.figure), value: r => r.figure },
    { name: "evaluator", text: r => safe(r.evaluator), value: r => r.evaluator },
    { name: "wsc", text: r => number(r.wsc, r.unit), value: r => r.wsc },
    { name: "evaluator says", text: r => number(r.computed, r.unit), value: r => r.computed },
    { name: "off", text: off, value: r => r.off }],
    lines => {
      lines.on("click", r => look(r.design)).style("cursor", "pointer");
      const mark = () => lines.classed("focus", r => r.design === state.focus);
      onLook.push(mark); mark();
    });
}

function showTables() {
  const sign = goals[0].maximize ? -1 : 1;
  const shown = fields.map((f, i) => [f, i]).filter(([f]) => f.varies).sort((a, b) => d3.max(b[0].importance) - d3.max(a[0].importance));
  table("#front", front.slice().sort((a, b) => sign * (a.objectives[0] - b.objectives[0])), [
    { name: "id", text: p => p.id, value: p => p.id },
    ...goals.map((g, k) => ({ name: g.name, text: p => safe(p.texts[k]), value: p => p.objectives[k] })),
    ...shown.map(([f, i]) => ({ name: f.name, text: p => safe(f.values[p.choice[i]]), value: p => p.choice[i] }))],
    lines => {
      lines.on("click", p => look(p.id)).style("cursor", "pointer");
      const mark = () => lines.classed("focus", p => p.id === state.focus).style("display", p => isIn(p) ? "" : "none");
      onLook.push(mark); onSelect.push(mark); mark();
    });
  const origin = c => c.assumed ? '<span class="tag">assumed</span>' : c.source ? safe(c.source) : '<span class="tag none">no source</span>';
  const rank = c => c.assumed ? 1 : c.source ? 2 : 0;
  table("#constants", data.constants.slice().sort((a, b) => rank(a) - rank(b) || d3.ascending(a.name, b.name)), [
    { name: "constant", text: c => safe(c.name), value: c => c.name },
    { name: "value", text: c => safe(c.value), value: c => c.value },
    { name: "known to", text: c => safe(c.range || ""), value: c => c.range || "" },
    { name: "source", text: origin, value: c => `${rank(c)}${c.source}` }]);
  showEvaluators();
  const again = d3.select("#again");
  for (const r of data.runs) again.append("code").style("margin-bottom", "8px").text(r.command);
  pairs("#again", Object.entries(run.facts));
}

showHead();
if (usable.length) {
  showAxes(); showParallel(); showConvergence(); showImportance();
  onLook.push(showDesign); showDesign();
  showTables();
} else d3.select("main").append("p").text("No design of this run meets every requirement.");
document.body.dataset.ready = "yes";
