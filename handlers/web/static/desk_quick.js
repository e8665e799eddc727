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
    fetch("/desk/quick/use", { method: "POST", headers: { "X-CSRF": csrf }, body: new URLSearchParams({ quick: one.id }) })
      .catch(() => {});
  }

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
