// The map over its drawn stand-in: outlines from our own files, names in the page's language, shapes as large as the place is vague.

import { Map as MapView, Marker, NavigationControl } from "maplibre-gl";
import { boxAt, groundLayers, groundOptions, groundSources, ink, meet, showNames } from "./ground.js";

async function open(figure) {
  const view = JSON.parse(document.getElementById(figure.dataset.view).textContent);
  const map = new MapView({
    container: figure.querySelector(".live"),
    bounds: view.bounds,
    fitBoundsOptions: { padding: 12 },
    ...groundOptions,
    maxZoom: 10,
    style: {
      version: 8,
      sources: {
        ...groundSources(),
        shapes: { type: "geojson", data: { type: "FeatureCollection", features: view.shapes } },
        points: { type: "geojson", data: { type: "FeatureCollection", features: view.shapes.filter((s) => !s.properties.rough).map(pointOf) } },
      },
      layers: [
        ...groundLayers(),
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

const figure = document.querySelector(".map[data-view]");
if (figure) open(figure).catch((reason) => console.warn("The drawn map stays:", reason)); // as where there is no WebGL
