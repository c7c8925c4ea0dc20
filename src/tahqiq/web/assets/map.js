// The map over its drawn stand-in: outlines from our own files, names in the page's language, shapes as large as the place is vague.

import { Map as MapView, Marker, NavigationControl, setWorkerUrl } from "maplibre-gl";

setWorkerUrl(new URL("map-worker.js", import.meta.url).href);

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
        points: { type: "geojson", data: { type: "FeatureCollection", features: view.shapes.filter((s) => !s.properties.rough).map(pointOf) } },
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
          id: "points", type: "circle", source: "points", // an exact place is still to be seen where its circle is smaller than a dot
          paint: { "circle-radius": 4, "circle-color": ink("--shape"), "circle-opacity": 0.35, "circle-stroke-color": ink("--shape"), "circle-stroke-width": 1.5 },
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
  const places = view.shapes.map((shape) => placeName(map, shape.properties));
  const labels = await (await fetch(figure.dataset.names)).json();
  const names = () => showNames(map, labels, takenBy(map, places, view.pins));
  names();
  map.on("moveend", names);
}

const pointOf = ({ properties }) => ({ type: "Feature", properties, geometry: { type: "Point", coordinates: [properties.lon, properties.lat] } });

function addPin(map, pin) {
  const link = document.createElement("a");
  link.className = "pin";
  link.href = pin.address;
  link.title = pin.title;
  const size = pin.radius * 2;
  const picture = drawn("svg", { width: size, height: size, viewBox: `${-pin.radius} ${-pin.radius} ${size} ${size}`, "aria-hidden": "true" });
  picture.append(drawn("circle", { r: pin.radius - 1, class: pin.rough ? "shape rough" : "shape" }));
  link.append(picture);
  const name = document.createElement("span");
  name.className = "unseen";
  name.textContent = pin.title;
  link.append(name);
  new Marker({ element: link }).setLngLat([pin.lon, pin.lat]).addTo(map);
}

function placeName(map, told) {
  const element = document.createElement("a");
  element.className = "place-name";
  element.href = told.address;
  element.dir = "auto";
  element.textContent = told.name;
  return { told, element, marker: new Marker({ element }).setLngLat([told.lon, told.lat]).addTo(map) };
}

function drawn(tag, attributes) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  return element;
}

const meet = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

function boxAt({ x, y }, width, height) {
  return { left: x - width / 2, right: x + width / 2, top: y - height / 2, bottom: y + height / 2 };
}

// Each place's name above its point, below where another stands there, else not at all. Gives the boxes that are taken.
function takenBy(map, places, pins) {
  const taken = pins.map((pin) => boxAt(map.project([pin.lon, pin.lat]), pin.radius * 2, pin.radius * 2));
  for (const place of places) {
    const at = map.project([place.told.lon, place.told.lat]);
    const offset = [-13, 13].find((dy) => !taken.some((box) => meet(box, boxAt({ x: at.x, y: at.y + dy }, place.element.offsetWidth, 16))));
    place.element.style.visibility = offset === undefined ? "hidden" : "visible";
    if (offset === undefined) continue;
    place.marker.setOffset([0, offset]);
    taken.push(boxAt({ x: at.x, y: at.y + offset }, place.element.offsetWidth, 16));
  }
  return taken;
}

const shown = new Map();

// A country's name is shown once its outline is about as wide as the name: 60 pixels.
function showNames(map, labels, taken) {
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

const figure = document.querySelector(".map[data-view]");
if (figure) open(figure).catch((reason) => console.warn("The drawn map stays:", reason)); // as where there is no WebGL
