// What every live map stands on: outlines from our own files, and countries' names in the page's language.

import { Marker, setWorkerUrl } from "maplibre-gl";

setWorkerUrl(new URL("map-worker.js", import.meta.url).href);

export const ink = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
export const here = (name) => new URL(name, import.meta.url).href;

export const groundSources = () => ({ countries: { type: "geojson", data: here("countries.geojson") } });

export const groundLayers = () => [
  { id: "water", type: "background", paint: { "background-color": ink("--water") } },
  { id: "land", type: "fill", source: "countries", paint: { "fill-color": ink("--land") } },
  { id: "borders", type: "line", source: "countries", paint: { "line-color": ink("--border"), "line-width": 0.8 } },
];

export const groundOptions = {
  attributionControl: false,
  dragRotate: false,
  pitchWithRotate: false,
  renderWorldCopies: false,
};

export const meet = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

export function boxAt({ x, y }, width, height) {
  return { left: x - width / 2, right: x + width / 2, top: y - height / 2, bottom: y + height / 2 };
}

const shown = new Map();

// A country's name is shown once its outline is about as wide as the name: 60 pixels.
export function showNames(map, labels, taken) {
  const scale = (512 * 2 ** map.getZoom()) / 360;
  const view = map.getBounds();
  for (const label of labels) {
    const box = boxAt(map.project([label.lon, label.lat]), 8 * label.name.length, 18);
    const wanted = Math.sqrt(label.size) * scale > 60 && view.contains([label.lon, label.lat]) && !taken.some((other) => meet(other, box));
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
