// Draws the charts of a premises page from the numbers that their addresses give.
"use strict";

(() => {
  const DAY_MS = 86400000;
  const NARROW = window.matchMedia("(max-width: 700px)");
  const words = JSON.parse(document.getElementById("chart-labels").textContent);
  const chinese = document.documentElement.lang.startsWith("zh");

  Plotly.register({
    moduleType: "locale", name: "zh-CN", dictionary: {},
    format: {
      days: ["星期日", "星期一", "星期二", "星期三", "星期四", "星期五", "星期六"],
      shortDays: ["周日", "周一", "周二", "周三", "周四", "周五", "周六"],
      months: [...Array(12).keys()].map((i) => `${i + 1}月`),
      shortMonths: [...Array(12).keys()].map((i) => `${i + 1}月`),
      date: "%Y-%m-%d",
    },
  });

  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
  const stamp = (day, minutes = 0) =>
    new Date(Date.parse(`${day}T00:00:00Z`) + minutes * 60000).toISOString().slice(0, 16).replace("T", " ");
  const addDays = (day, count) => stamp(day, 1440 * count).slice(0, 10);
  const clock = (minutes) => stamp("2000-01-01", minutes).slice(11);
  const kw = (value) => (value === null ? "" : Math.abs(value) < 10 ? value.toFixed(1) : value.toFixed(0));

  const timeTicks = chinese
    ? [{ dtickrange: [null, DAY_MS / 2], value: "%H:%M\n%-m月%-d日" }, { dtickrange: [DAY_MS / 2, 27 * DAY_MS], value: "%-m月%-d日\n%Y" }, { dtickrange: [27 * DAY_MS, null], value: "%-m月\n%Y" }]
    : [{ dtickrange: [null, DAY_MS / 2], value: "%H:%M\n%-d %b" }, { dtickrange: [DAY_MS / 2, 27 * DAY_MS], value: "%-d %b\n%Y" }, { dtickrange: [27 * DAY_MS, null], value: "%b\n%Y" }];

  function frame(extra) {
    const axis = { gridcolor: colour("grid"), linecolor: colour("line"), zeroline: false, automargin: true };
    const unit = { ticksuffix: ` ${words.kw}`, showticksuffix: "last" };
    return {
      paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)",
      font: { family: getComputedStyle(document.body).fontFamily, size: 12, color: colour("text") },
      margin: { l: 48, r: 12, t: 26, b: 34 },
      hovermode: "x unified", dragmode: NARROW.matches ? false : "zoom",
      hoverlabel: { bgcolor: colour("card"), bordercolor: colour("line"), font: { color: colour("text") } },
      legend: { orientation: "h", x: 0, y: 1.02, yanchor: "bottom", bgcolor: "rgba(0,0,0,0)" },
      ...extra,
      xaxis: { ...axis, hoverformat: "%Y-%m-%d %H:%M", ...extra.xaxis },
      yaxis: { ...axis, rangemode: "tozero", ...unit, ...extra.yaxis },
    };
  }

  function onsetMark(onset, low, high) {
    if (!onset || onset < low || onset > high) return { shapes: [], annotations: [] };
    return {
      shapes: [{ type: "line", x0: onset, x1: onset, yref: "paper", y0: 0, y1: 1, line: { color: colour("suspect"), width: 2, dash: "dash" } }],
      annotations: [{ x: onset, yref: "paper", y: 1, yanchor: "bottom", showarrow: false, text: `${words.onset} ${onset}`, font: { color: colour("suspect"), size: 12 }, bgcolor: colour("card") }],
    };
  }

  // The words stand in the gap between the two levels, where there is no curve.
  function levelMark(from, to, level, text, shownFrom, shownTo, lower, atEnd) {
    const start = from < shownFrom ? shownFrom : from;
    const end = to > shownTo ? shownTo : to;
    if (level === null || start >= end) return { shapes: [], annotations: [] };
    // At the end that is farther from the edge of the chart, so that the words are not cut off.
    const share = (day) => (Date.parse(day) - Date.parse(shownFrom)) / (Date.parse(shownTo) - Date.parse(shownFrom));
    const right = atEnd ? share(end) > 0.25 : share(start) > 0.75;
    return {
      shapes: [{ type: "line", x0: start, x1: end, y0: level, y1: level, line: { color: colour("suspect"), width: 3 } }],
      annotations: [{ x: right ? end : start, y: level, xanchor: right ? "right" : "left", yanchor: lower ? "bottom" : "top", showarrow: false, text: `${text}: ${kw(level)} ${words.kw}`, font: { color: colour("suspect"), size: 12 }, bgcolor: colour("card"), opacity: 0.92, borderpad: 3 }],
    };
  }

  // A band as one closed outline for each run of days without a gap, because a fill would bridge gaps.
  function outline(x, low, high) {
    const drawn = { x: [], y: [] };
    for (let start = 0; start < x.length; start += 1) {
      if (low[start] === null) continue;
      let end = start;
      while (end + 1 < x.length && low[end + 1] !== null) end += 1;
      drawn.x.push(...x.slice(start, end + 1), ...x.slice(start, end + 1).reverse(), null);
      drawn.y.push(...high.slice(start, end + 1), ...low.slice(start, end + 1).reverse(), null);
      start = end;
    }
    return drawn;
  }

  function levelMarks(numbers, first, end) {
    if (!numbers.onset || numbers.level_before === null) return [];
    const days = numbers.compared_days;
    const rising = numbers.level_after >= numbers.level_before;
    return [
      levelMark(addDays(numbers.onset, -days), numbers.onset, numbers.level_before, words.before, first, end, rising, true),
      levelMark(numbers.onset, addDays(numbers.onset, days), numbers.level_after, words.after, first, end, !rising, false),
    ];
  }

  const drawers = {
    curve(numbers) {
      const end = addDays(numbers.last, 1);
      const traces = [];
      if (numbers.resolution === "day") {
        const x = numbers.kw.map((_, i) => `${addDays(numbers.first, i)} 12:00`);
        traces.push({ ...outline(x, numbers.low, numbers.high), mode: "lines", line: { width: 0 }, fill: "toself", fillcolor: colour("band"), name: words.band, hoverinfo: "skip" });
        traces.push({ x, y: numbers.kw, mode: "lines", line: { color: colour("curve"), width: 2 }, name: words.mean, hovertemplate: `%{y:.1f} ${words.kw}<extra></extra>` });
      } else {
        const x = numbers.kw.map((_, i) => stamp(numbers.first, i * numbers.minutes));
        traces.push({ x, y: numbers.kw, mode: "lines", line: { color: colour("curve"), width: 1.5, shape: "hv" }, name: words.load, hovertemplate: `%{y:.2f} ${words.kw}<extra></extra>` });
      }
      const marks = [onsetMark(numbers.onset, numbers.first, numbers.last), ...levelMarks(numbers, numbers.first, end)];
      return [traces, frame({
        showlegend: numbers.resolution === "day",
        legend: { orientation: "h", x: 1, xanchor: "right", y: -0.12, yanchor: "top", bgcolor: "rgba(0,0,0,0)" },
        shapes: marks.flatMap((m) => m.shapes), annotations: marks.flatMap((m) => m.annotations),
        xaxis: { type: "date", range: [numbers.first, end], tickformatstops: timeTicks, hoverformat: numbers.resolution === "day" ? "%Y-%m-%d" : "%Y-%m-%d %H:%M" },
        yaxis: { fixedrange: true },
      })];
    },

    profile(numbers) {
      const x = numbers.after.map((_, i) => clock(i * numbers.minutes));
      const traces = [];
      if (numbers.before) traces.push({ x, y: numbers.before, mode: "lines", name: words.before, line: { color: colour("before"), width: 2.5, dash: "dot", shape: "hv" }, hovertemplate: `%{y:.1f} ${words.kw}` });
      traces.push({ x, y: numbers.after, mode: "lines", name: numbers.before ? words.after : words.typicalDay, line: { color: numbers.before ? colour("suspect") : colour("curve"), width: 2.5, shape: "hv" }, hovertemplate: `%{y:.1f} ${words.kw}` });
      const every = Math.round((NARROW.matches ? 360 : 180) / numbers.minutes);
      return [traces, frame({ dragmode: false, showlegend: true, xaxis: { type: "category", tickvals: x.filter((_, i) => i % every === 0), fixedrange: true, tickangle: 0 }, yaxis: { fixedrange: true } })];
    },

    carpet(numbers) {
      const x = numbers.kw[0].map((_, i) => addDays(numbers.first, i));
      const last = x[x.length - 1];
      const marks = onsetMark(numbers.onset, numbers.first, last);
      return [[{
        type: "heatmap", x, y: numbers.kw.map((_, hour) => hour), z: numbers.kw, colorscale: "Cividis", hoverongaps: false,
        colorbar: { thickness: 10, outlinewidth: 0, title: { text: words.kw, side: "top" }, tickfont: { color: colour("text") } },
        hovertemplate: `%{x|%Y-%m-%d} %{y}:00<br>%{z:.1f} ${words.kw}<extra></extra>`,
      }], frame({
        dragmode: false, hovermode: "closest", shapes: marks.shapes, annotations: marks.annotations,
        xaxis: { type: "date", tickformatstops: timeTicks, fixedrange: true, showgrid: false },
        yaxis: { tickvals: [0, 6, 12, 18], ticktext: ["00:00", "06:00", "12:00", "18:00"], range: [-0.5, 23.5], ticksuffix: "", fixedrange: true, showgrid: false, rangemode: "normal" },
      })];
    },

    loss(numbers) {
      const x = numbers.loss_kw.map((_, i) => addDays(numbers.first, i));
      const line = (y, name, style) => ({ x, y, name, mode: "lines", line: style, hovertemplate: `%{y:.1f} ${words.kw}` });
      const traces = [
        line(numbers.supplied_kw, words.supplied, { color: colour("muted"), width: 1.5, dash: "dash" }),
        line(numbers.metered_kw, words.metered, { color: colour("curve"), width: 1.5 }),
        { ...line(numbers.loss_kw, words.loss, { color: colour("suspect"), width: 2.5 }), fill: "tozeroy", fillcolor: "rgba(200, 90, 20, .18)", customdata: numbers.loss_rate.map((r) => (r === null ? "" : `${(100 * r).toFixed(1)} %`)), hovertemplate: `%{y:.1f} ${words.kw} (%{customdata})` },
      ];
      if (numbers.own_kw) traces.push(line(numbers.own_kw, words.own, { color: colour("calm"), width: 2, dash: "dot" }));
      const onset = onsetMark(numbers.onset, numbers.first, x[x.length - 1]);
      // The legend stands where the date would be; the charts above say it.
      const marks = [{ shapes: onset.shapes, annotations: [] }, ...levelMarks(numbers, numbers.first, x[x.length - 1])];
      return [traces, frame({ dragmode: false, showlegend: true, shapes: marks.flatMap((m) => m.shapes), annotations: marks.flatMap((m) => m.annotations),
        xaxis: { type: "date", tickformatstops: timeTicks, hoverformat: "%Y-%m-%d", fixedrange: true }, yaxis: { fixedrange: true } })];
    },
  };

  const config = { displayModeBar: false, responsive: true, locale: chinese ? "zh-CN" : "en", doubleClick: false, showTips: false };
  const drawn = new Map();

  async function draw(place, query = "") {
    try {
      const answer = await fetch(place.dataset.url + query, { headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(`${answer.status}`);
      const numbers = await answer.json();
      drawn.set(place, numbers);
      await redraw(place);
    } catch (error) {
      place.classList.add("chart-failed");
      place.textContent = words.failed;
      console.error(error);
    }
  }

  async function redraw(place) {
    const [traces, layout] = drawers[place.dataset.chart](drawn.get(place));
    await Plotly.react(place, traces, layout, config);
    place.dataset.ready = "yes";
  }

  // The range of the load curve lives in the address, so that what is on the screen can be pasted into a note.
  const curvePlace = document.getElementById("chart-curve");
  const whole = document.querySelector(".range-form");

  async function show(first, last, remember) {
    const query = `?from=${first}&to=${last}`;
    if (remember) history.replaceState(null, "", `${query}${location.hash}`);
    for (const link of document.querySelectorAll(".range")) {
      if (link.dataset.from === first && link.dataset.to === last) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
    whole.elements.from.value = first;
    whole.elements.to.value = last;
    for (const link of document.querySelectorAll("a[data-ranged]")) link.href = link.pathname + query;
    await draw(curvePlace, query);
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest(".range");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    show(link.dataset.from, link.dataset.to, true);
  });
  whole.addEventListener("submit", (event) => {
    event.preventDefault();
    const [first, last] = [whole.elements.from.value, whole.elements.to.value].sort();
    if (first && last) show(first, last, true);
  });

  show(whole.elements.from.value, whole.elements.to.value, false).then(() => {
    if (!curvePlace.on) return;
    curvePlace.on("plotly_relayout", (change) => {
      const from = change["xaxis.range[0]"];
      const to = change["xaxis.range[1]"];
      if (!from || !to) return;
      // Whole days: the last instant shown belongs to the last day.
      show(String(from).slice(0, 10), stamp(String(to).slice(0, 10), String(to).length > 10 && String(to).slice(11, 16) > "00:00" ? 0 : -1).slice(0, 10), true);
    });
  });
  for (const place of document.querySelectorAll(".chart")) if (place !== curvePlace) draw(place);
  for (const query of ["(prefers-color-scheme: dark)", "(max-width: 700px)"]) {
    window.matchMedia(query).addEventListener("change", () => drawn.forEach((_, place) => redraw(place)));
  }
})();
