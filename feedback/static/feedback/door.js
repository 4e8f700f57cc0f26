// The door to the map. Nothing else of it is loaded before somebody wants to see it; without this script the page works
// by ward and address alone.

const PLACES = document.querySelectorAll("[data-map]");

function load(address) {
  return new Promise((done, failed) => {
    const script = document.createElement("script");
    script.src = address;
    script.onload = done;
    script.onerror = failed;
    document.head.append(script);
  });
}

async function open(place, button) {
  button.disabled = true;
  try {
    const style = document.createElement("link");
    style.rel = "stylesheet";
    style.href = place.dataset.style;
    document.head.append(style);
    await load(place.dataset.script);
    await load(place.dataset.drawing);
    button.hidden = true;
    window.drawMap(place);
  } catch {
    button.disabled = false;
    say(place, place.dataset.failed);
  }
}

function say(place, words) {
  place.querySelector("[data-said]").textContent = words;
}

function choose(place, latitude, longitude) {
  document.getElementById(place.dataset.pick).value = `${latitude.toFixed(6)},${longitude.toFixed(6)}`;
  say(place, `${place.dataset.chosen} ${latitude.toFixed(5)}, ${longitude.toFixed(5)}`);
}

function locate(place, button) {
  button.disabled = true;
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      button.disabled = false;
      choose(place, coords.latitude, coords.longitude);
      place.dispatchEvent(new CustomEvent("chosen", { detail: [coords.latitude, coords.longitude] }));
    },
    () => {
      button.disabled = false;
      say(place, place.dataset.lost);
    },
    { enableHighAccuracy: true, timeout: 15000, maximumAge: 30000 },
  );
}

window.choosePlace = choose;
for (const place of PLACES) {
  const map = place.querySelector("[data-open]");
  const here = place.querySelector("[data-here]");
  map.hidden = false;
  map.addEventListener("click", () => open(place, map));
  if (here && "geolocation" in navigator) {
    here.hidden = false;
    here.addEventListener("click", () => locate(place, here));
  }
}
