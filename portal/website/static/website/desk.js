/* What the back-office's theme and its old widgets leave unsaid to a screen reader is said here, as they draw themselves.
   Officers only; the citizens' pages have no script. */
"use strict";

/* The label that stands nearest above: of the same field, the same row, the same fieldset. */
function nearestLabel(element) {
  for (let box = element.parentElement; box && box !== document.body; box = box.parentElement) {
    const label = box.querySelector("label, legend");
    if (label?.textContent.trim()) return label;
  }
  return null;
}

function name(element) {
  const named = element.labels?.length || element.hasAttribute("aria-label") || element.title;
  const label = named ? null : nearestLabel(element);
  if (label) element.setAttribute("aria-label", label.textContent.trim());
}

function nameWithValue(list) {
  const label = nearestLabel(list);
  const value = list.querySelector(".select2-selection__rendered");
  if (!label) return;
  label.id ||= `${value?.id || "list"}-label`;
  list.setAttribute("aria-labelledby", `${label.id} ${value?.id || ""}`.trim());
}

const MENDS = {
  // select2 names a list by what is chosen in it, so an empty one has no name, and its search box never has.
  ".select2-selection[role=combobox]": nameWithValue,
  ".select2-search__field": name,
  ".select2-selection__rendered[role=textbox]": (value) => {
    value.removeAttribute("role");
    value.removeAttribute("aria-readonly");
  },
  // Django's split date and time, where an admin class is not unfold's.
  "input.vDateField, input.vTimeField": name,
  // The magnifier of Django's two-box selector.
  ".help-tooltip[aria-label]:not([role])": (icon) => icon.setAttribute("role", "img"),
  // A landmark that every scrolling box shares is none; the box can still be scrolled with the keyboard.
  ".simplebar-content-wrapper[role=region]": (box) => {
    box.removeAttribute("role");
    box.removeAttribute("aria-label");
  },
  "th:not([role])": (cell) => !cell.textContent.trim() && !cell.querySelector("input, a") && cell.setAttribute("role", "cell"),
};

function mend() {
  for (const [selector, act] of Object.entries(MENDS)) document.querySelectorAll(selector).forEach(act);
}

new MutationObserver(mend).observe(document, { childList: true, subtree: true, attributes: true, attributeFilter: ["role"] });
