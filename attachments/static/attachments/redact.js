// Boxes drawn over a photo go into the form's number fields, and what is typed there is drawn. Works without: type.
const stage = document.querySelector("[data-redact]");
const rows = [...document.querySelectorAll("[data-box]")].map((box) => [...box.querySelectorAll("input")]);
const svg = stage.querySelector("svg");

const values = (row) => row.map((input) => parseFloat(input.value.replace(",", ".")));
const inside = (number) => Math.min(100, Math.max(0, number));

function draw() {
  svg.replaceChildren(
    ...rows.map(values).filter((box) => box.every(Number.isFinite)).map(([x, y, width, height]) => {
      const rect = document.createElementNS(svg.namespaceURI, "rect");
      Object.entries({ x, y, width: Math.max(0, width), height: Math.max(0, height) })
        .forEach(([name, value]) => rect.setAttribute(name, value));
      return rect;
    }),
  );
}

function pointAt(event) {
  const frame = svg.getBoundingClientRect();
  return [
    inside(((event.clientX - frame.left) / frame.width) * 100),
    inside(((event.clientY - frame.top) / frame.height) * 100),
  ];
}

let row = null;
let from = null;

function stretch(event) {
  if (!row) return;
  const [x, y] = pointAt(event);
  const box = [Math.min(from[0], x), Math.min(from[1], y), Math.abs(x - from[0]), Math.abs(y - from[1])];
  row.forEach((input, place) => { input.value = box[place].toFixed(2); });
  draw();
}

stage.addEventListener("pointerdown", (event) => {
  row = rows.find((inputs) => inputs.every((input) => input.value === "")) ?? null;
  if (!row) return;
  event.preventDefault();
  stage.setPointerCapture(event.pointerId);
  from = pointAt(event);
});
stage.addEventListener("pointermove", stretch);
stage.addEventListener("pointerup", (event) => {
  stretch(event);
  // A click that drew nothing leaves its row empty.
  if (row && (parseFloat(row[2].value) < 0.2 || parseFloat(row[3].value) < 0.2)) {
    row.forEach((input) => { input.value = ""; });
    draw();
  }
  row = null;
});
stage.addEventListener("pointercancel", () => { row = null; });
rows.flat().forEach((input) => input.addEventListener("input", draw));
draw();
