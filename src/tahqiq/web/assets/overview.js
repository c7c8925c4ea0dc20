// Incidents of a search on a map and along time: tiles from the server, gathered there; the address holds view, time and question.

import { Map as MapView, NavigationControl } from "maplibre-gl";
import { groundLayers, groundOptions, groundSources, ink, showNames } from "./ground.js";

const DEEPEST = 14;
const SETTLED = 250; // milliseconds without a movement, after which the list and the address follow

const figure = document.querySelector(".map[data-view]");
const view = figure ? JSON.parse(document.getElementById(figure.dataset.view).textContent) : null;
const language = document.documentElement.lang;
const numbers = new Intl.NumberFormat(view?.digits ?? language, { notation: "compact" });
const plural = new Intl.PluralRules(language);

// -- the question, as the address has it ---------------------------------------------------------------------------------

const asked = new URLSearchParams(location.search);

function question(more = {}) {
  const given = new URLSearchParams(asked);
  for (const name of ["view", "lang", "after"]) given.delete(name);
  for (const [name, value] of Object.entries(more)) given.set(name, value);
  return given.toString();
}

function keepAddress(map) {
  const { lat, lng } = map.getCenter();
  asked.set("view", `${lat.toFixed(3)},${lng.toFixed(3)},${map.getZoom().toFixed(2)}`);
  history.replaceState(null, "", `${location.pathname}?${asked}`);
}

function startAt() {
  const [lat, lon, zoom] = (asked.get("view") ?? "").split(",").map(Number);
  return Number.isFinite(zoom) ? { center: [lon, lat], zoom } : { bounds: view.bounds, fitBoundsOptions: { padding: 12 } };
}

// -- tiles ---------------------------------------------------------------------------------------------------------------

let known = new Map();

function tilesInView(map) {
  const zoom = Math.max(0, Math.min(DEEPEST, Math.floor(map.getZoom())));
  const side = 2 ** zoom;
  const bounds = map.getBounds();
  const column = (lon) => Math.max(0, Math.min(side - 1, Math.floor(((lon + 180) / 360) * side)));
  const row = (lat) => {
    const inside = (Math.max(-85, Math.min(85, lat)) * Math.PI) / 180;
    return Math.max(0, Math.min(side - 1, Math.floor(((1 - Math.asinh(Math.tan(inside)) / Math.PI) / 2) * side)));
  };
  const found = [];
  for (let x = column(bounds.getWest()); x <= column(bounds.getEast()); x += 1) {
    for (let y = row(bounds.getNorth()); y <= row(bounds.getSouth()); y += 1) found.push(`${zoom}/${x}/${y}`);
  }
  return found;
}

async function tile(name) {
  const address = `/map/tiles/${name}.json?${question()}`;
  if (!known.has(address)) {
    known.set(address, fetch(address).then((answer) => (answer.ok ? answer.json() : Promise.reject(answer.status))));
    known.get(address).catch(() => known.delete(address));
    if (known.size > 400) known.delete(known.keys().next().value);
  }
  return known.get(address);
}

let drawing = 0;

async function draw(map) {
  const mine = ++drawing;
  const wanted = tilesInView(map);
  const answers = await Promise.allSettled(wanted.map(tile));
  if (mine !== drawing) return;
  const clusters = answers.flatMap((answer) => (answer.status === "fulfilled" ? answer.value.clusters : []));
  for (const one of clusters) label(map, one.n);
  const widest = Math.max(1, ...clusters.map((one) => one.low));
  map.getSource("clusters").setData({ type: "FeatureCollection", features: clusters.map((one) => pointOf(one, widest)) });
  map.getSource("areas").setData({ type: "FeatureCollection", features: clusters.filter((one) => one.km).map(areaOf) });
  figure.dataset.drawn = String(clusters.reduce((sum, one) => sum + one.n, 0));
}

// Area by the lowest number of killed; the largest in view is 40 pixels wide at most, all others in proportion.
const pointOf = (one, widest) => ({
  type: "Feature",
  properties: { ...one, radius: (one.n > 1 ? 8 : 5) + Math.min(2.2, 32 / Math.sqrt(widest)) * Math.sqrt(one.low), label: `n${one.n}` },
  geometry: { type: "Point", coordinates: [one.lon, one.lat] },
});

// A place known worse than to a town, as wide as it is vague.
function areaOf(one) {
  const up = one.km / 111.2;
  const across = up / Math.max(0.1, Math.cos((one.lat * Math.PI) / 180));
  const ring = Array.from({ length: 49 }, (_, i) => {
    const turn = (i % 48) * (Math.PI / 24);
    return [one.lon + across * Math.cos(turn), one.lat + up * Math.sin(turn)];
  });
  return { type: "Feature", properties: {}, geometry: { type: "Polygon", coordinates: [ring] } };
}

// -- pictures: hatching, and how many, drawn here, as no letters of a map can be had offline -----------------------------

function canvas(width, height, paint) {
  const made = document.createElement("canvas");
  made.width = width;
  made.height = height;
  const context = made.getContext("2d", { willReadFrequently: true });
  paint(context);
  return context.getImageData(0, 0, width, height);
}

function hatching(context, width, height) {
  context.strokeStyle = ink("--shape");
  context.globalAlpha = 0.55;
  context.lineWidth = 1.5;
  for (let x = -height; x < width + height; x += 8) {
    context.beginPath();
    context.moveTo(x, height);
    context.lineTo(x + height, 0);
    context.stroke();
  }
  context.globalAlpha = 1;
}

function pictures(map) {
  map.addImage("hatch", canvas(16, 16, (context) => hatching(context, 16, 16)), { pixelRatio: 2 });
  const round = canvas(128, 128, (context) => {
    context.beginPath();
    context.arc(64, 64, 60, 0, 2 * Math.PI);
    context.save();
    context.clip();
    hatching(context, 128, 128);
    context.restore();
    context.setLineDash([10, 7]);
    context.lineWidth = 4;
    context.strokeStyle = ink("--shape");
    context.stroke();
  });
  map.addImage("hatched", round, { pixelRatio: 2 });
}

function label(map, n) {
  if (n < 2 || map.hasImage(`n${n}`)) return;
  const text = numbers.format(n);
  const width = 24 + 18 * text.length;
  const picture = canvas(width, 40, (context) => {
    context.font = `600 26px ${getComputedStyle(document.body).fontFamily}`;
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.lineWidth = 6;
    context.strokeStyle = ink("--land");
    context.strokeText(text, width / 2, 21);
    context.fillStyle = ink("--ink");
    context.fillText(text, width / 2, 21);
  });
  map.addImage(`n${n}`, picture, { pixelRatio: 2 });
}

// -- what a place tells ---------------------------------------------------------------------------------------------------

function words(one) {
  const forms = view.words.cluster;
  const told = (forms[plural.select(one.n)] ?? forms.other).replace("{n}", numbers.format(one.n));
  const range = one.low === one.high && !one.open ? `${one.low}` : `${one.low}–${one.high}${one.open ? "+" : ""}`;
  return `${one.n === 1 && one.what ? one.what : told} · ${view.words.killed.replace("{killed}", `\u2066${range}\u2069`)}`;
}

function open(map, one) {
  if (one.id) {
    location.href = `/incidents/${encodeURIComponent(one.id)}`;
  } else if (map.getZoom() < DEEPEST - 1) {
    map.easeTo({ center: [one.lon, one.lat], zoom: Math.min(DEEPEST, map.getZoom() + 2) });
  } else {
    const near = 0.02;
    location.href = `/search?${question({ box: [one.lon - near, one.lat - near, one.lon + near, one.lat + near].map((x) => x.toFixed(4)).join(",") })}`;
  }
}

const inView = document.getElementById("in-view");

async function list(map) {
  const bounds = map.getBounds();
  const edge = (value, most) => Math.max(-most, Math.min(most, value)).toFixed(4);
  const box = [edge(bounds.getWest(), 180), edge(bounds.getSouth(), 90), edge(bounds.getEast(), 180), edge(bounds.getNorth(), 90)].join(",");
  const answer = await fetch(`/map/list?${question(asked.get("box") ? {} : { box })}`);
  if (answer.ok) inView.innerHTML = await answer.text(); // the desk's own page, escaped there
}

// -- time -----------------------------------------------------------------------------------------------------------------

const time = document.querySelector(".time[data-months]");

function brushing(changed) {
  if (!time) return;
  const months = time.dataset.months.split(" ");
  const [from, to] = ["from", "to"].map((name) => time.querySelector(`input[name=${name}]`));
  const bars = [...time.querySelectorAll("svg a")];
  const svg = time.querySelector("svg");
  time.querySelector(".brush").hidden = false;
  const index = (day, otherwise) => {
    const at = months.findIndex((month) => month >= day.slice(0, 7));
    return day ? (at < 0 ? otherwise : at) : otherwise;
  };
  from.value = index(asked.get("since") ?? "", 0);
  to.value = index(asked.get("until") ?? "", months.length - 1);
  const show = () => {
    for (const [name, input] of [["from", from], ["to", to]]) {
      const told = bars[Number(input.value)]?.dataset.month ?? "";
      input.setAttribute("aria-valuetext", told);
      time.querySelector(`output[name=${name}]`).textContent = told;
    }
    bars.forEach((bar, at) => bar.classList.toggle("out", at < Number(from.value) || at > Number(to.value)));
  };
  const apply = () => {
    if (Number(from.value) > Number(to.value)) [from.value, to.value] = [to.value, from.value];
    const [first, last] = [months[Number(from.value)], months[Number(to.value)]];
    const whole = Number(from.value) === 0 && Number(to.value) === months.length - 1;
    const [year, month] = last.split("-").map(Number);
    if (whole) {
      asked.delete("since");
      asked.delete("until");
    } else {
      asked.set("since", `${first}-01`);
      asked.set("until", `${last}-${String(new Date(Date.UTC(year, month, 0)).getUTCDate()).padStart(2, "0")}`);
    }
    show();
    changed();
  };
  let waiting;
  for (const input of [from, to]) {
    input.addEventListener("input", () => {
      show();
      clearTimeout(waiting);
      waiting = setTimeout(apply, SETTLED);
    });
  }
  // Drawn over with a pointer: from where it went down to where it is let go.
  const at = (event) => {
    const box = svg.getBoundingClientRect();
    const share = (event.clientX - box.left) / box.width;
    const along = getComputedStyle(svg).direction === "rtl" ? 1 - share : share;
    return Math.max(0, Math.min(months.length - 1, Math.floor(along * months.length)));
  };
  let down = null;
  svg.addEventListener("pointerdown", (event) => {
    down = at(event);
    svg.setPointerCapture(event.pointerId);
  });
  svg.addEventListener("pointermove", (event) => {
    if (down === null) return;
    [from.value, to.value] = [Math.min(down, at(event)), Math.max(down, at(event))];
    show();
  });
  svg.addEventListener("pointerup", () => {
    if (down !== null) apply();
    down = null;
  });
  svg.addEventListener("click", (event) => event.preventDefault());
  svg.addEventListener("dragstart", (event) => event.preventDefault());
  show();
}

// -- together -------------------------------------------------------------------------------------------------------------

async function start() {
  const map = new MapView({
    container: figure.querySelector(".live"),
    ...groundOptions,
    ...startAt(),
    maxZoom: DEEPEST,
    style: {
      version: 8,
      sources: {
        ...groundSources(),
        clusters: { type: "geojson", data: { type: "FeatureCollection", features: [] } },
        areas: { type: "geojson", data: { type: "FeatureCollection", features: [] } },
      },
      layers: groundLayers(),
    },
  });
  map.addControl(new NavigationControl({ showCompass: false }), "top-right");
  map.touchZoomRotate.disableRotation();
  map.getCanvas().setAttribute("aria-label", view.words.map);
  await map.once("load");
  pictures(map);
  const size = ["/", ["get", "radius"], 30];
  map.addLayer({ id: "areas", type: "fill", source: "areas", paint: { "fill-pattern": "hatch", "fill-opacity": 0.5 } });
  map.addLayer({ id: "area-lines", type: "line", source: "areas", paint: { "line-color": ink("--shape"), "line-width": 1.2, "line-dasharray": [3, 2] } });
  map.addLayer({
    id: "exact", type: "circle", source: "clusters", filter: ["!", ["get", "rough"]],
    paint: { "circle-radius": ["get", "radius"], "circle-color": ink("--shape"), "circle-opacity": 0.28, "circle-stroke-color": ink("--shape"), "circle-stroke-width": 1.5 },
  });
  map.addLayer({
    id: "rough", type: "symbol", source: "clusters", filter: ["get", "rough"],
    layout: { "icon-image": "hatched", "icon-size": size, "icon-allow-overlap": true, "icon-ignore-placement": true },
  });
  map.addLayer({
    id: "labels", type: "symbol", source: "clusters", filter: [">", ["get", "n"], 1],
    layout: { "icon-image": ["get", "label"], "icon-allow-overlap": true, "icon-ignore-placement": true },
  });
  const told = document.createElement("p");
  told.className = "told-here small";
  told.setAttribute("aria-live", "polite");
  figure.append(told);
  for (const layer of ["exact", "rough"]) {
    map.on("click", layer, (event) => open(map, event.features[0].properties));
    map.on("mousemove", layer, (event) => {
      told.textContent = words(event.features[0].properties);
      map.getCanvas().style.cursor = "pointer";
    });
    map.on("mouseleave", layer, () => {
      told.textContent = "";
      map.getCanvas().style.cursor = "";
    });
  }
  const labels = await (await fetch(figure.dataset.names)).json();
  let waiting;
  const follow = () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      keepAddress(map);
      list(map);
    }, SETTLED);
  };
  map.on("moveend", () => {
    showNames(map, labels, []);
    draw(map);
    follow();
  });
  brushing(() => {
    known = new Map();
    draw(map);
    follow();
  });
  showNames(map, labels, []);
  await draw(map);
  figure.classList.add("alive");
  list(map);
  map.once("idle", () => {
    figure.dataset.idle = String(Math.round(performance.now()));
  });
}

if (figure) start().catch((reason) => console.warn("The drawn map stays:", reason)); // as where there is no WebGL
