/* Quick replies: a slash at the beginning of an empty answer offers them; what is chosen stands in the box as text. */
(() => {
  "use strict";
  const csrf = document.body.dataset.csrf;
  let offered = [], at = 0, asked = 0;

  const list = () => document.getElementById("quick-list");
  const isBox = (node) => node instanceof HTMLTextAreaElement && node.id === "answer-text";

  function close(box) {
    const shown = list();
    if (shown) shown.remove();
    offered = [];
    box.removeAttribute("aria-activedescendant");
    box.removeAttribute("aria-controls");
  }

  function mark(box) {
    [...list().children].forEach((row, index) => row.setAttribute("aria-selected", String(index === at)));
    const chosen = list().children[at];
    chosen.scrollIntoView({ block: "nearest" });
    box.setAttribute("aria-activedescendant", chosen.id);
  }

  function show(box, found) {
    close(box);
    offered = found;
    if (!found.length) return;
    const shown = document.createElement("ul");
    shown.id = "quick-list";
    shown.className = "quick-list";
    shown.setAttribute("role", "listbox");
    shown.setAttribute("aria-label", document.body.dataset.quick);
    found.forEach((one, index) => {
      const row = document.createElement("li"), name = document.createElement("b"), words = document.createElement("span");
      row.id = `quick-${index}`;
      row.setAttribute("role", "option");
      name.textContent = `/${one.short}`;
      words.textContent = one.words;
      row.append(name, words);
      for (const url of one.photos) {
        const image = document.createElement("img");
        image.src = url;
        image.alt = "";
        row.append(image);
      }
      row.addEventListener("mousedown", (event) => { event.preventDefault(); at = index; choose(box); });
      shown.append(row);
    });
    box.closest(".answer-row").before(shown);
    box.setAttribute("aria-controls", shown.id);
    at = 0;
    mark(box);
  }

  function choose(box) {
    const one = offered[at];
    close(box);
    box.value = one.words;
    box.setSelectionRange(box.value.length, box.value.length);
    box.dispatchEvent(new Event("input", { bubbles: true }));
    box.focus();
    use(one);
  }

  // Its pictures are put with the conversation, and stand in the answer box as those she adds herself.
  async function use(one) {
    const talk = document.querySelector("#talk[data-talk]"), tray = document.getElementById("to-send");
    if (!talk) return;
    const body = new URLSearchParams({ quick: one.id, t: talk.dataset.talk });
    const busy = one.photos.length && tray;
    const done = (photos) => document.dispatchEvent(new CustomEvent("quick:photos", { detail: { tray, photos } }));
    if (busy) document.dispatchEvent(new CustomEvent("quick:wait"));
    try {
      const answer = await fetch("/desk/quick/use", { method: "POST", headers: { "X-CSRF": csrf }, body });
      if (busy) done(answer.ok ? (await answer.json()).photos : []);
    } catch { if (busy) done([]); }
  }

  // --- the page where they are kept ---

  function listed(place) {
    const shown = place.querySelector("ul"), ids = [...shown.children].map((item) => item.dataset.photo);
    place.querySelector("[name=photos]").value = ids.join(" ");
    shown.hidden = !ids.length;
    return ids;
  }

  function add(place, made) {
    if (listed(place).includes(made.photo)) return;
    const item = document.createElement("li"), image = document.createElement("img"), off = document.createElement("button");
    item.dataset.photo = made.photo;
    image.src = made.url;
    image.alt = place.dataset.alt;
    off.type = "button";
    off.textContent = "×";
    off.dataset.pictureOff = "";
    off.setAttribute("aria-label", place.dataset.off);
    item.append(image, off);
    place.querySelector("ul").append(item);
    listed(place);
  }

  async function bring(place, file) {
    const said = place.querySelector(".photo-said");
    if (listed(place).length >= Number(place.dataset.most)) { said.textContent = place.dataset.many; return; }
    said.textContent = place.dataset.busy;
    try {
      const answer = await fetch("/desk/quick/photo", { method: "POST", headers: { "X-CSRF": csrf }, body: file });
      if (answer.status === 401) { location.href = "/desk/login"; return; }
      const made = answer.status === 413 ? { error: place.dataset.large } : await answer.json();
      if (answer.ok) add(place, made);
      said.textContent = answer.ok ? "" : made.error;
    } catch { said.textContent = place.dataset.failed; }
  }

  document.addEventListener("change", async (event) => {
    const place = event.target.type === "file" && event.target.closest("[data-pictures]");
    if (!place) return;
    const files = [...event.target.files], send = event.target.form.querySelector("button:not([type])");
    event.target.value = "";
    send.disabled = true;
    for (const file of files) await bring(place, file);
    send.disabled = false;
  });
  document.addEventListener("click", (event) => {
    const off = event.target.closest("[data-picture-off]");
    if (!off) return;
    const place = off.closest("[data-pictures]");
    off.closest("li").remove();
    listed(place);
  });

  document.addEventListener("input", async (event) => {
    const box = event.target;
    if (!isBox(box)) return;
    const typed = /^\/(\S*)$/.exec(box.value), talk = document.querySelector("#talk[data-talk]"), mine = ++asked;
    if (!typed || !talk) { close(box); return; }
    const query = new URLSearchParams({ t: talk.dataset.talk, q: typed[1] });
    try {
      const answer = await fetch(`/desk/quick/find?${query}`);
      const found = answer.ok ? await answer.json() : [];
      if (mine === asked && box.isConnected) show(box, found);
    } catch { close(box); }
  });

  // Before the desk's own keys: Enter chooses here, and sends elsewhere.
  document.addEventListener("keydown", (event) => {
    const box = event.target;
    if (!isBox(box) || !list() || event.isComposing) return;
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by) { at = (at + by + offered.length) % offered.length; mark(box); }
    else if (event.key === "Enter" || event.key === "Tab") choose(box);
    else if (event.key === "Escape") close(box);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }, true);
  document.addEventListener("focusout", (event) => { if (isBox(event.target)) setTimeout(() => close(event.target), 150); });
})();
