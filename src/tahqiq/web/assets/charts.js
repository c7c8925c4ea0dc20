// Numbers over time: a band from low to high, a line for best, a tick for each claim, who claims it on hover. The table stays for whoever
// asks for it; without this script it is open and says the same.

import uPlot from "uplot";

const DAY = 86400;
const page = document.documentElement;
const rtl = page.dir === "rtl";
const numbering = page.lang === "fa" ? "arabext" : "latn";
const numbers = new Intl.NumberFormat(page.lang, { numberingSystem: numbering });
const wording = { day: "numeric", month: "short", year: "numeric", timeZone: "UTC", calendar: "gregory", numberingSystem: numbering };
const days = new Intl.DateTimeFormat(page.lang === "en" ? "en-GB" : page.lang, wording);
const months = new Intl.DateTimeFormat(page.lang === "en" ? "en-GB" : page.lang, { ...wording, day: undefined });

// A canvas takes its direction from the plot, which runs left to right: what is written on it keeps the page's.
const written = (text) => (rtl ? `\u2067${text}\u2069` : text);

const ink = (name) => getComputedStyle(page).getPropertyValue(name).trim();

function ticks(claims) {
  return (plot) => {
    const { ctx } = plot;
    ctx.save();
    ctx.strokeStyle = ink("--ink");
    ctx.lineWidth = 1.5 * devicePixelRatio;
    for (const claim of claims) {
      const x = plot.valToPos(claim.x * DAY, "x", true);
      const low = plot.valToPos(claim.low, "y", true);
      const high = plot.valToPos(claim.high ?? claim.low, "y", true);
      const reach = 4 * devicePixelRatio;
      ctx.beginPath();
      ctx.moveTo(x - reach, low);
      ctx.lineTo(x + reach, low);
      if (high !== low) {
        ctx.moveTo(x, low);
        ctx.lineTo(x, high);
        ctx.moveTo(x - reach, high);
        ctx.lineTo(x + reach, high);
      }
      ctx.stroke();
    }
    ctx.restore();
  };
}

function said(data, at, tip) {
  tip.replaceChildren();
  if (at === null || at === undefined) return;
  const x = data.x[at];
  const here = data.claims.filter((claim) => claim.x === x);
  const best = numbers.format(data.best[at]);
  const high = data.high[at] === null ? "+" : data.high[at] === data.low[at] ? "" : `–${numbers.format(data.high[at])}`;
  const range = document.createElement("bdi");
  range.textContent = `${(data.grain === "month" ? months : days).format(x * DAY * 1000)}: ${high === "" ? best : `${numbers.format(data.low[at])}${high} (${best})`}`;
  tip.append(range);
  for (const claim of here) {
    tip.append(" · ");
    const one = document.createElement(claim.at ? "a" : "span");
    if (claim.at) one.href = claim.at;
    const who = document.createElement("bdi");
    who.textContent = `${claim.who} ${claim.told}`;
    one.append(who);
    tip.append(one);
  }
}

function whole(data) {
  // Claims stand on days of their own too: each gets a point, so that hovering finds it.
  const at = new Map(data.x.map((x, n) => [x, n]));
  const xs = [...new Set([...data.x, ...data.claims.map((claim) => claim.x)])].sort((a, b) => a - b);
  const found = { x: xs, low: [], best: [], high: [], claims: data.claims, grain: data.grain };
  let last = 0;
  for (const x of xs) {
    if (at.has(x)) last = at.get(x);
    for (const name of ["low", "best", "high"]) found[name].push(data[name][last]);
  }
  return found;
}

function draw(figure) {
  const given = JSON.parse(document.getElementById(figure.dataset.chart).textContent);
  const data = whole(given);
  const place = figure.querySelector(".plot");
  const tip = document.createElement("span");
  tip.className = "tip muted";
  const most = Math.max(1, given.top ?? 0, ...data.best, ...data.high.map((n) => n ?? 0), ...data.claims.map((claim) => claim.high ?? claim.low));
  const width = () => Math.max(200, Math.floor(figure.clientWidth));
  const stepped = uPlot.paths.stepped({ align: 1 });
  const span = data.x.at(-1) - data.x[0];
  const axis = { stroke: ink("--muted"), grid: { stroke: ink("--hair"), width: 1 }, ticks: { show: false }, font: `12px ${getComputedStyle(figure).fontFamily}` };
  const plot = new uPlot(
    {
      width: width(),
      height: 128,
      padding: [6, 6, 0, 6],
      legend: { show: false },
      cursor: { y: false, points: { show: false }, drag: { x: false, y: false } },
      scales: {
        x: { time: true, dir: rtl ? -1 : 1, range: (_, from, to) => [from - DAY * Math.max(0.5, span * 0.04), to + DAY * Math.max(0.5, span * 0.04)] },
        y: { range: [0, most * 1.12] },
      },
      tzDate: (at) => uPlot.tzDate(new Date(at * 1000), "Etc/UTC"),
      axes: [
        { ...axis, size: 26, space: 90, values: (_, splits) => splits.map((at) => written((span > 120 ? months : days).format(at * 1000))), incrs: [1, 2, 3, 7, 14, 30, 61, 91, 182, 365, 730, 1826, 3652].map((n) => n * DAY) },
        { ...axis, side: rtl ? 1 : 3, size: 44, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 2e4, 5e4, 1e5, 1e6], values: (_, splits) => splits.map((n) => numbers.format(n)) },
      ],
      series: [
        {},
        { stroke: "transparent", paths: stepped, points: { show: false } },
        { stroke: ink("--accent"), width: 2, paths: stepped, points: { show: data.x.length < 40, size: 5, fill: ink("--accent") } },
        { stroke: "transparent", paths: stepped, points: { show: false } },
      ],
      bands: [{ series: [3, 1], fill: `color-mix(in srgb, ${ink("--accent")} 24%, transparent)` }],
      hooks: { draw: [ticks(data.claims)], setCursor: [(self) => self.cursor.idx !== null && said(data, self.cursor.idx, tip)] },
    },
    [data.x.map((x) => x * DAY), data.low, data.best, data.high.map((n) => n ?? most * 1.12)],
    place,
  );
  place.classList.add("drawn");
  place.after(tip);
  said(data, data.x.length - 1, tip);
  for (const table of figure.querySelectorAll("[data-closes]")) table.open = false;
  new ResizeObserver(() => plot.setSize({ width: width(), height: 128 })).observe(figure);
}

for (const figure of document.querySelectorAll("[data-chart]")) draw(figure);
