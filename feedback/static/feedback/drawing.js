// Draws the map once Leaflet is there: the public reports of what is seen, or the place that somebody picks. Without a
// server of tiles it is a plain grid with the names of the wards.

const SIZES = { point: 20, cluster: 40 };

function box(place) {
  const [south, west, north, east] = place.dataset.bounds.split(",").map(Number);
  return [[south, west], [north, east]];
}

function ground(place) {
  if (place.dataset.tiles) return L.tileLayer(place.dataset.tiles, { maxZoom: 19, attribution: place.dataset.credit });
  const Grid = L.GridLayer.extend({
    createTile() {
      const tile = document.createElement("div");
      tile.className = "face-map__tile";
      return tile;
    },
  });
  return new Grid();
}

function icon(kind, words, more = "") {
  const drawn = document.createElement("span");
  drawn.textContent = words;
  const size = SIZES[kind];
  return L.divIcon({ html: drawn, iconSize: [size, size], className: `face-map__${kind} ${more}` });
}

function marker(place, feature) {
  const [longitude, latitude] = feature.geometry.coordinates;
  const facts = feature.properties;
  if (facts.count) {
    const words = `${facts.count} ${place.dataset.many}`;
    return L.marker([latitude, longitude], { icon: icon("cluster", facts.count), title: words, alt: words });
  }
  const words = [facts.category, facts.ward].filter(Boolean).join(", ");
  const more = facts.answered ? "face-map__point--answered" : facts.late ? "face-map__point--late" : "";
  const drawn = L.marker([latitude, longitude], { icon: icon("point", "", more), title: words, alt: words });
  return drawn.bindPopup(link(place, words, facts.code), { closeButton: false });
}

function link(place, words, code) {
  const way = document.createElement("a");
  way.className = "govuk-link";
  way.href = place.dataset.report.replace("/_/", `/${code}/`);
  way.textContent = words;
  return way;
}

function labels(features) {
  const wards = new Map();
  for (const { geometry, properties } of features) {
    if (!properties.ward) continue;
    const spots = wards.get(properties.ward) ?? [];
    wards.set(properties.ward, [...spots, geometry.coordinates]);
  }
  return [...wards].map(([name, spots]) => {
    const middle = [1, 0].map((axis) => spots.reduce((sum, spot) => sum + spot[axis], 0) / spots.length);
    const drawn = document.createElement("span");
    drawn.textContent = name;
    const label = L.divIcon({ html: drawn, iconSize: [0, 0], iconAnchor: [0, -14], className: "face-map__label" });
    return L.marker(middle, { icon: label, interactive: false, keyboard: false });
  });
}

function showReports(place, map) {
  const layer = L.layerGroup().addTo(map);
  let asked = 0;
  const refresh = async () => {
    const turn = ++asked;
    const seen = map.getBounds();
    const corners = [seen.getWest(), seen.getSouth(), seen.getEast(), seen.getNorth()];
    const near = corners.map((value, i) => Math.max(Math.min(value, i % 2 ? 90 : 180), i % 2 ? -90 : -180).toFixed(5));
    const answer = await fetch(`${place.dataset.points}&bbox=${near.join(",")}`).catch(() => null);
    if (turn !== asked) return;
    if (!answer?.ok) return say(place, place.dataset.failed);
    const found = await answer.json();
    layer.clearLayers();
    for (const feature of found.features) {
      const drawn = marker(place, feature).addTo(layer);
      if (feature.properties.count) drawn.on("click", () => map.setView(drawn.getLatLng(), map.getZoom() + 2));
    }
    if (!place.dataset.tiles && !found.clustered) labels(found.features).forEach((label) => label.addTo(layer));
    say(place, `${found.count} ${place.dataset.many}`);
  };
  map.on("moveend", refresh);
  refresh();
}

function pickPlace(place, map) {
  const pin = L.marker(map.getCenter(), { icon: icon("point", ""), draggable: true, keyboard: false });
  const set = (spot) => {
    pin.setLatLng(spot).addTo(map);
    choosePlace(place, spot.lat, spot.lng);
  };
  map.on("click", (event) => set(event.latlng));
  pin.on("dragend", () => set(pin.getLatLng()));
  // Without a mouse: the arrow keys move the map, Enter takes its middle.
  map.getContainer().addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.target !== map.getContainer()) return;
    event.preventDefault();
    set(map.getCenter());
  });
  place.addEventListener("chosen", (event) => map.setView(event.detail, 17) && pin.setLatLng(event.detail).addTo(map));
  const known = document.getElementById(place.dataset.pick).value.split(",").map(Number);
  if (known.length === 2) {
    pin.setLatLng(known).addTo(map);
    map.setView(known, 17);
  }
}

// One report among its neighbours: for officers.
function showPlace(place, map) {
  const spot = place.dataset.at.split(",").map(Number);
  map.setView(spot, 16);
  const words = place.dataset.here;
  L.marker(spot, { icon: icon("point", "", "face-map__point--here"), title: words, alt: words, zIndexOffset: 1000 }).addTo(map);
  showReports(place, map);
}

window.drawMap = (place) => {
  const canvas = place.querySelector("[data-canvas]");
  canvas.hidden = false;
  const map = L.map(canvas, { attributionControl: Boolean(place.dataset.tiles), zoomControl: false });
  L.control.zoom({ zoomInTitle: place.dataset.nearer, zoomOutTitle: place.dataset.farther }).addTo(map);
  map.fitBounds(box(place));
  ground(place).addTo(map);
  const draw = place.dataset.pick ? pickPlace : place.dataset.at ? showPlace : showReports;
  draw(place, map);
  canvas.focus();
};
