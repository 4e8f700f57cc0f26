// The phone keeps itself up to date, and a form there does not load the page again. Without this, forms work all the same.
const screen = document.getElementById("screen");

if (screen) {
  const address = `/phone/${encodeURIComponent(screen.dataset.person)}/screen`;
  const trouble = document.getElementById("trouble");
  const chat = () => screen.querySelector(".chat");
  const bubbles = () => chat().querySelectorAll("li").length;
  const toTheEnd = () => { chat().scrollTop = chat().scrollHeight; };

  // Only what changed is put in: a remark that is being written stays, and a screen reader hears the new message alone.
  function put(html) {
    const fresh = document.createElement("div");
    fresh.innerHTML = html;
    const list = chat().querySelector("ol");
    const wanted = [...fresh.querySelectorAll(".chat li")];
    const ids = new Set(wanted.map((item) => item.id));
    for (const old of [...list.children]) if (!ids.has(old.id)) old.remove();
    for (const item of wanted) {
      const old = document.getElementById(item.id);
      if (!old) list.append(item);
      else if (!old.isEqualNode(item) && !old.contains(document.activeElement)) old.replaceWith(item);
    }
    for (const part of [".phone-head", ".lock"]) screen.querySelector(part).replaceWith(fresh.querySelector(part));
  }

  async function refresh() {
    if (document.hidden) return;
    const answer = await fetch(`${address}?version=${screen.dataset.version}`);
    if (answer.status !== 200) return;
    const unread = bubbles();
    put(await answer.text());
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
