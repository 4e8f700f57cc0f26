/* The list of reports without a mouse: j and k go down and up, Enter opens, x ticks, / searches. Officers only; without
   it everything is reached by Tab. */
"use strict";

const rows = [...document.querySelectorAll("[data-keys] tbody tr")];
let here = -1;

function goTo(place) {
  if (place < 0 || place >= rows.length) return;
  rows[here]?.classList.remove("reports-here");
  here = place;
  rows[here].classList.add("reports-here");
  rows[here].querySelector("a").focus();
}

const KEYS = {
  j: () => goTo(here + 1),
  k: () => goTo(here - 1),
  x: () => rows[here]?.querySelector("input[type=checkbox]")?.click(),
  "/": () => document.getElementById("q").focus(),
};

// Whoever speaks to the computer turns the keys off: a word would press several of them.
const wish = document.querySelector("[data-keys-switch]");
const tick = wish.querySelector("input");
wish.hidden = false;
tick.checked = localStorage.getItem("reports-keys") !== "off";
tick.addEventListener("change", () => localStorage.setItem("reports-keys", tick.checked ? "on" : "off"));

document.addEventListener("keydown", (event) => {
  if (!tick.checked || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input:not([type=checkbox]), select, textarea, [contenteditable]")) return;
  const act = KEYS[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});

rows.forEach((row, place) => row.addEventListener("focusin", () => { here = place; }));
