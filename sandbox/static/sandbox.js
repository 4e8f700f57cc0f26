// The phone keeps itself up to date, and a form there does not load the page again. Without this, forms work all the same.
const screen = document.getElementById("screen");

if (screen) {
  const address = `/phone/${encodeURIComponent(screen.dataset.person)}/screen`;
  const trouble = document.getElementById("trouble");
  const chat = () => screen.querySelector(".chat");
  const bubbles = () => chat().querySelectorAll("li").length;
  const toTheEnd = () => { chat().scrollTop = chat().scrollHeight; };

  // A remark that is being written would be lost when the screen is drawn anew.
  const isBusy = () => screen.contains(document.activeElement) && document.activeElement.matches("input");

  async function refresh() {
    if (document.hidden || isBusy()) return;
    const answer = await fetch(`${address}?version=${screen.dataset.version}`);
    if (answer.status !== 200) return;
    const unread = bubbles();
    screen.innerHTML = await answer.text();
    screen.dataset.version = answer.headers.get("x-version");
    if (bubbles() !== unread) toTheEnd();
  }

  async function send(event) {
    const form = event.target.closest("form.go");
    if (!form) return;
    event.preventDefault();
    const body = new FormData(form, event.submitter);
    const answer = await fetch(form.action, {method: "POST", body, headers: {accept: "application/json"}});
    const {error} = answer.ok ? await answer.json() : {error: `HTTP ${answer.status}`};
    trouble.hidden = !error;
    trouble.textContent = error;
    if (!error && !form.action.endsWith("/change")) form.reset();
    document.activeElement.blur();
    if (form.classList.contains("say")) form.elements.text.focus();
    await refresh();
  }

  document.addEventListener("submit", send);
  toTheEnd();
  setInterval(() => refresh().catch(() => {}), 1000);
}
