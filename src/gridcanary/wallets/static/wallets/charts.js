// Draws the charts of a dossier from the numbers that their addresses give.
"use strict";

(() => {
  const NARROW = window.matchMedia("(max-width: 700px)");
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
  const config = { displayModeBar: false, responsive: true, showTips: false, doubleClick: false };
  const drawn = new Map();

  const shade = (name, share) => {
    const hex = colour(name).replace("#", "");
    const part = (at) => parseInt(hex.slice(at, at + 2), 16);
    return `rgba(${part(0)}, ${part(2)}, ${part(4)}, ${share})`;
  };
  const kinds = { wallet: "suspect", address: "muted", service: "bad", end: "before" };

  function frame(extra) {
    const axis = { gridcolor: colour("grid"), linecolor: colour("line"), zeroline: false, automargin: true, fixedrange: true };
    return {
      paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)",
      font: { family: getComputedStyle(document.body).fontFamily, size: 12, color: colour("text") },
      margin: { l: 48, r: 12, t: 12, b: 34 }, dragmode: false,
      hoverlabel: { bgcolor: colour("card"), bordercolor: colour("line"), font: { color: colour("text") } },
      legend: { orientation: "h", x: 0, y: 1.02, yanchor: "bottom", bgcolor: "rgba(0,0,0,0)" },
      ...extra, xaxis: { ...axis, ...extra.xaxis }, yaxis: { ...axis, ...extra.yaxis },
    };
  }

  const drawers = {
    sankey(told) {
      const nodes = told.nodes;
      return [[{
        type: "sankey", orientation: NARROW.matches ? "v" : "h", arrangement: "fixed",
        textfont: { color: colour("text"), size: NARROW.matches ? 10 : 12 },
        node: {
          label: nodes.map((one) => one.name), color: nodes.map((one) => colour(kinds[one.kind] || "curve")),
          pad: NARROW.matches ? 10 : 18, thickness: 14, line: { width: 0 }, hovertemplate: `%{label}<br>%{value:,.8f} ${told.coin}<extra></extra>`,
        },
        link: {
          source: told.links.map((one) => one.from), target: told.links.map((one) => one.to), value: told.links.map((one) => one.value),
          customdata: told.links.map((one) => one.coins), color: told.links.map((one) => shade(nodes[one.to].kind === "address" ? "curve" : kinds[nodes[one.to].kind] || "curve", 0.7)),
          hovertemplate: `%{source.label} → %{target.label}<br>%{customdata} ${told.coin}<extra></extra>`,
        },
      }], frame({ margin: { l: 8, r: 8, t: 12, b: 12 } })];
    },

    months(told) {
      const palette = ["curve", "suspect", "calm", "warn", "bad", "muted", "accent", "before"];
      const traces = told.series.map((one, at) => ({
        type: "bar", name: one.name, x: told.months, y: one.values, marker: { color: colour(palette[at % palette.length]) },
        hovertemplate: `%{x}<br>${one.name}: %{y:,.8f} ${told.unit}<extra></extra>`,
      }));
      return [traces, frame({ barmode: "stack", showlegend: told.series.length > 1, hovermode: "closest", xaxis: { type: "category" }, yaxis: { title: { text: told.unit }, rangemode: "tozero" } })];
    },

    power(told) {
      const line = (y, name, style) => ({ x: told.x, y, name, mode: "lines", line: style, hovertemplate: `%{x}<br>${name}: %{y:,.1f} ${told.unit}<extra></extra>` });
      return [[
        { ...line(told.high, told.names.high, { width: 0 }), showlegend: false },
        { ...line(told.low, told.names.low, { width: 0 }), fill: "tonexty", fillcolor: colour("band"), showlegend: false },
        line(told.mid, told.names.mid, { color: colour("curve"), width: 2 }),
      ], frame({ showlegend: false, hovermode: "x unified", yaxis: { title: { text: told.unit }, rangemode: "tozero" } })];
    },
  };

  async function draw(place) {
    try {
      const answer = await fetch(place.dataset.url, { headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(`${answer.status}`);
      drawn.set(place, await answer.json());
      await redraw(place);
    } catch (error) {
      place.classList.add("chart-failed");
      console.error(error);
    }
  }

  async function redraw(place) {
    const [traces, layout] = drawers[place.dataset.chart](drawn.get(place));
    await Plotly.react(place, traces, layout, config);
    place.dataset.ready = "yes";
  }

  for (const place of document.querySelectorAll(".chart")) draw(place);
  for (const query of ["(prefers-color-scheme: dark)", "(max-width: 700px)"]) {
    window.matchMedia(query).addEventListener("change", () => drawn.forEach((_, place) => redraw(place)));
  }
})();
