// The map over its drawn stand-in: outlines from our own files, names in the page's language, shapes as large as the place is vague.

import { Map as MapView, Marker, NavigationControl, setWorkerUrl } from "maplibre-gl";

setWorkerUrl(new URL("map-worker.js", import.meta.url).href);

const figure = document.querySelector(".map[data-view]");
if (figure) open(figure).catch(() => {}); // without WebGL the drawn map stays

async function open(figure) {
  const view = JSON.parse(document.getElementById(figure.dataset.view).textContent);
  const ink = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const here = (name) => new URL(name, import.meta.url).href;
  const map = new MapView({
    container: figure.querySelector(".live"),
    bounds: view.bounds,
    fitBoundsOptions: { padding: 12 },
    attributionControl: false,
    dragRotate: false,
    pitchWithRotate: false,
    renderWorldCopies: false,
    maxZoom: 10,
    style: {
      version: 8,
      sources: {
        countries: { type: "geojson", data: here("countries.geojson") },
        shapes: { type: "geojson", data: { type: "FeatureCollection", features: view.shapes } },
      },
      layers: [
        { id: "water", type: "background", paint: { "background-color": ink("--water") } },
        { id: "land", type: "fill", source: "countries", paint: { "fill-color": ink("--land") } },
        { id: "borders", type: "line", source: "countries", paint: { "line-color": ink("--border"), "line-width": 0.8 } },
        {
          id: "told-countries", type: "line", source: "countries", filter: ["in", ["get", "code"], ["literal", view.countries]],
          paint: { "line-color": ink("--muted"), "line-width": 2, "line-dasharray": [3, 2] },
        },
        { id: "areas", type: "fill", source: "shapes", paint: { "fill-color": ink("--shape"), "fill-opacity": 0.13 } },
        {
          id: "rough", type: "line", source: "shapes", filter: ["==", ["get", "rough"], true],
          paint: { "line-color": ink("--shape"), "line-width": 1.5, "line-dasharray": [3, 2] },
        },
        {
          id: "exact", type: "line", source: "shapes", filter: ["!=", ["get", "rough"], true],
          paint: { "line-color": ink("--shape"), "line-width": 1.5 },
        },
      ],
    },
  });
  map.addControl(new NavigationControl({ showCompass: false }), "top-right");
  map.touchZoomRotate.disableRotation();
  map.on("load", () => figure.classList.add("alive"));
  for (const pin of view.pins) addPin(map, pin);
  for (const shape of view.shapes) addName(map, shape.properties);
  const labels = await (await fetch(figure.dataset.names)).json();
  showNames(map, labels);
  map.on("moveend", () => showNames(map, labels));
}

function addPin(map, pin) {
  const link = document.createElement("a");
  link.className = "pin";
  link.href = pin.address;
  link.title = pin.title;
  const size = pin.radius * 2;
  link.innerHTML = `<svg width="${size}" height="${size}" viewBox="${-pin.radius} ${-pin.radius} ${size} ${size}" aria-hidden="true"></svg>`;
  const circle = document.createElementNS("http://www.w3.org/2000/svg", "circle");
  circle.setAttribute("r", String(pin.radius - 1));
  circle.setAttribute("class", pin.rough ? "shape rough" : "shape");
  link.firstChild.append(circle);
  const name = document.createElement("span");
  name.className = "unseen";
  name.textContent = pin.title;
  link.append(name);
  new Marker({ element: link }).setLngLat([pin.lon, pin.lat]).addTo(map);
}

function addName(map, told) {
  const name = document.createElement("span");
  name.className = "place-name";
  name.textContent = told.name;
  new Marker({ element: name, anchor: "bottom", offset: [0, -4] }).setLngLat([told.lon, told.lat]).addTo(map);
}

const shown = new Map();

// A country's name is shown once its outline is about as wide as the name: 60 pixels.
function showNames(map, labels) {
  const scale = (512 * 2 ** map.getZoom()) / 360;
  const view = map.getBounds();
  for (const label of labels) {
    const wanted = Math.sqrt(label.size) * scale > 60 && view.contains([label.lon, label.lat]);
    const marker = shown.get(label.code);
    if (wanted && !marker) shown.set(label.code, new Marker({ element: nameOf(label) }).setLngLat([label.lon, label.lat]).addTo(map));
    if (!wanted && marker) {
      marker.remove();
      shown.delete(label.code);
    }
  }
}

function nameOf(label) {
  const element = document.createElement("span");
  element.className = "country-name";
  element.dir = "auto";
  element.textContent = label.name;
  return element;
}
