/* The agents' desk: hears what changed and asks for it, keeps the place in the list, and obeys the keyboard.
   Every word on the page comes from the server as text; nothing here builds HTML. */
(() => {
  "use strict";
  const $ = (selector, root = document) => root.querySelector(selector);
  const all = (selector) => [...document.querySelectorAll(selector)];
  const csrf = document.body.dataset.csrf;
  const title = document.title;
  let stream = null, listensTo = null, sticks = true, opened = null, queueTimer = 0, queueAt = 0, lost = 0;
  let actedAt = 0, markShown;

  const talk = () => $("#talk[data-talk]");
  const view = () => ($(".tabs") || { dataset: {} }).dataset.view || "inbox";
  const piece = (url, target, swap) => htmx.ajax("GET", url, { target, swap });

  // --- asking again ---

  function askTalk() {
    const shown = talk();
    if (shown) piece(`${shown.dataset.url}?view=${view()}`, "#main", "innerMorph");
  }

  function askQueue() {
    clearTimeout(queueTimer);
    const wait = Math.max(0, 700 - (Date.now() - queueAt));
    queueTimer = setTimeout(() => {
      queueAt = Date.now();
      const shown = talk();
      const of = shown ? `&t=${encodeURIComponent(shown.dataset.talk)}` : "";
      piece(`/desk/queue?view=${view()}${of}`, "#queue", "innerMorph");
    }, wait);
  }

  // --- live ---

  function listen() {
    const shown = talk(), id = shown ? shown.dataset.talk : "";
    if (stream && listensTo === id && stream.readyState !== EventSource.CLOSED) return;
    if (stream) stream.close();
    listensTo = id;
    stream = new EventSource(`/desk/live${id ? `?talk=${encodeURIComponent(id)}` : ""}`);
    stream.addEventListener("open", () => { lost = 0; offline(false); });
    stream.addEventListener("error", () => {
      lost += 1;
      if (lost > 1) offline(true);
      // A server that says no closes the stream for good: the page comes back by itself.
      // Or, where it was her who is let in no more, asking for the list leads to the door.
      if (stream.readyState === EventSource.CLOSED) { askQueue(); setTimeout(listen, Math.min(10000, 1000 * lost)); }
    });
    stream.addEventListener("talk", (event) => {
      // What she did herself is answered with the page as it is then, and with what came of it: that comes first.
      if (Date.now() - actedAt < 1500) setTimeout(() => changed(event.data), 700);
      else changed(event.data);
    });
    stream.addEventListener("queue", askQueue);
    stream.addEventListener("out", () => { location.href = "/desk/login"; });
    stream.addEventListener("here", (event) => {
      const here = $("#here");
      if (here) here.textContent = event.data ? here.dataset.words.replace("{what}", event.data) : "";
    });
    stream.addEventListener("writing", (event) => writes("words", event.data));
    stream.addEventListener("shopper", () => writes("shopper", ""));
  }

  function changed(mark) {
    const now = talk();
    if (now && now.dataset.mark !== mark) { $(".writing").textContent = ""; askTalk(); }
  }

  function writes(words, name) {
    const line = $(".writing");
    if (!line) return;
    line.textContent = line.dataset[words].replace("{what}", name);
    clearTimeout(line.timer);
    line.timer = setTimeout(() => { line.textContent = ""; }, 4500);
  }

  function offline(is) {
    let bar = $("#offline");
    if (!is) { if (bar) bar.remove(); return; }
    if (bar || !talk()) return;
    bar = document.createElement("p");
    bar.id = "offline";
    bar.className = "offline";
    bar.setAttribute("role", "status");
    bar.textContent = document.body.dataset.offline;
    talk().insertBefore(bar, $("#lines"));
  }

  // --- the place in the conversation ---

  function follow() {
    const lines = $("#lines"), shown = talk();
    if (!lines || !shown) { opened = null; return; }
    if (opened !== shown.dataset.talk) {
      opened = shown.dataset.talk;
      sticks = true;
      lines.addEventListener("scroll", () => {
        sticks = lines.scrollHeight - lines.scrollTop - lines.clientHeight < 60;
        if (sticks) $("#newer").hidden = true;
      });
    }
    if (sticks) lines.scrollTop = lines.scrollHeight;
  }

  function mark() {
    const shown = talk(), id = shown ? shown.dataset.talk : "";
    for (const row of all(".row")) {
      if (row.dataset.talk === id) row.setAttribute("aria-current", "true");
      else row.removeAttribute("aria-current");
    }
    $("#board").classList.toggle("has-talk", Boolean(id));
    for (const tab of all(".tabs a")) {
      const of = new URL(tab.href).searchParams.get("view");
      tab.href = `${shown ? shown.dataset.url : "/desk"}?view=${of}`;
    }
  }

  function count() {
    const tabs = $(".tabs"), waiting = tabs ? Number(tabs.dataset.waiting) : 0;
    document.title = waiting ? `(${waiting}) ${title}` : title;
  }

  // Nothing is stored when a time comes: the list is asked for then, and the open chat with it.
  let backTimer = 0;

  function wakes() {
    const tabs = $(".tabs"), seconds = tabs ? Number(tabs.dataset.backIn || 0) : 0;
    clearTimeout(backTimer);
    if (seconds) backTimer = setTimeout(() => { askQueue(); askTalk(); }, Math.min(seconds, 3600) * 1000);
  }

  // What came of the last message is told once; the box stays as it is while the page moves.
  let told = null;

  function fades() {
    const words = $(".box-said");
    if (!words || words === told) return;
    told = words;
    setTimeout(() => words.remove(), 8000);
  }

  function settled() {
    if (!$("#board")) return;
    mark();
    count();
    follow();
    listen();
    ticks();
    wakes();
    fades();
  }

  let newest = "";
  document.addEventListener("submit", (event) => { if (event.target.closest(".talk-do, .panel")) actedAt = Date.now(); });
  document.addEventListener("htmx:after:swap", () => {
    const shows = (talk() || { dataset: {} }).dataset.mark;
    if (shows !== markShown) actedAt = 0;
    markShown = shows;
    const last = all("#lines > [id^=l]").pop();
    const id = last ? last.id : "";
    if (id !== newest && !sticks && opened === (talk() || { dataset: {} }).dataset.talk) $("#newer").hidden = false;
    newest = id;
    settled();
  });
  document.addEventListener("desk:changed", () => { sticks = true; askTalk(); askQueue(); focusAnswer(); });

  // --- waiting times ---

  function ticks() {
    const now = Date.now() / 1000;
    for (const one of all("[data-since]")) {
      const seconds = Math.max(0, Math.floor(now - Number(one.dataset.since)));
      const text = seconds < 3600 ? `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`
        : seconds < 172800 ? `${Math.floor(seconds / 3600)} h` : `${Math.floor(seconds / 86400)} d`;
      if (one.textContent !== text) one.textContent = text;
      const level = seconds >= 60 ? "late" : seconds >= 30 ? "soon" : "fresh";
      if (!one.classList.contains(level)) {
        one.classList.remove("fresh", "soon", "late");
        one.classList.add(level);
      }
    }
  }

  // --- the answer box ---

  const box = () => $("#answer-text");

  function focusAnswer() {
    const text = box();
    if (text) text.focus();
  }

  function put(words) {
    const text = box();
    if (!text) return;
    text.focus();
    text.setRangeText(words, text.selectionStart, text.selectionEnd, "end");
    text.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function mode(name) {
    const radio = $(`#answer-form [name=mode][value=${name}]`);
    if (radio) { radio.checked = true; radio.dispatchEvent(new Event("change", { bubbles: true })); }
    focusAnswer();
  }

  // --- pictures in the answer box ---

  let uploading = 0, sendsThen = null;
  const tray = () => $("#to-send");

  function tellPhoto(words) {
    const line = $("#photo-said");
    if (line) line.textContent = words;
  }

  function listPhotos() {
    const list = tray(), ids = [...list.querySelectorAll("[data-photo]")].map((one) => one.dataset.photo);
    $("#answer-form [name=photos]").value = ids.join(" ");
    list.hidden = !ids.length;
    return ids;
  }

  function showToSend(id, url) {
    const list = tray(), item = document.createElement("li");
    const image = document.createElement("img"), off = document.createElement("button");
    item.dataset.photo = id;
    image.src = url;
    image.alt = list.dataset.alt;
    off.type = "button";
    off.textContent = "×";
    off.dataset.photoOff = "";
    off.setAttribute("aria-label", list.dataset.off);
    item.append(image, off);
    if (!listPhotos().includes(id)) list.append(item);
    listPhotos();
  }

  async function upload(file) {
    const list = tray();
    if (listPhotos().length >= Number(list.dataset.most)) { tellPhoto(list.dataset.many); sendsThen = null; return; }
    tellPhoto(list.dataset.busy);
    try {
      const headers = { "X-CSRF": csrf, "HX-Request": "true", "Content-Type": "application/octet-stream" };
      const answer = await fetch(list.dataset.url, { method: "POST", headers, body: file });
      if (answer.status === 401) { location.href = "/desk/login"; return; }
      // The server reads no more than it must of what is too large, and answers without a sentence.
      const made = answer.status === 413 ? { error: list.dataset.large } : await answer.json();
      // Another conversation may be open by now: it is not hers.
      if (list !== tray()) return;
      if (answer.ok) showToSend(made.photo, made.url);
      tellPhoto(answer.ok ? "" : made.error);
      if (!answer.ok) sendsThen = null;
    } catch {
      tellPhoto(list.dataset.failed);
      sendsThen = null;
    }
  }

  async function addPhotos(files) {
    const photos = [...files].filter((file) => file.type.startsWith("image/"));
    const list = tray();
    if (!list || !photos.length) return false;
    mode("say");
    uploading += photos.length;
    for (const photo of photos) {
      if (tray() === list) await upload(photo);
      uploading -= 1;
    }
    focusAnswer();
    if (uploading || !sendsThen) return true;
    const waits = sendsThen;
    sendsThen = null;
    if (waits === tray()) $("#answer-form").requestSubmit($("#answer-form .send"));
    return true;
  }

  // Pictures of a quick reply come from the server; what is sent meanwhile waits for them.
  document.addEventListener("quick:wait", () => { uploading += 1; tellPhoto(tray() ? tray().dataset.busy : ""); });
  document.addEventListener("quick:photos", (event) => {
    uploading -= 1;
    const { tray: asked, photos } = event.detail, waits = sendsThen;
    if (!asked || asked !== tray()) return;
    for (const one of photos) showToSend(one.photo, one.url);
    tellPhoto(photos.length ? "" : asked.dataset.failed);
    if (uploading) return;
    sendsThen = null;
    if (waits === asked && photos.length) $("#answer-form").requestSubmit($("#answer-form .send"));
  });

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-add-photo]")) $("#answer-file").click();
    const off = event.target.closest("[data-photo-off]");
    if (off) { off.closest("li").remove(); listPhotos(); tellPhoto(""); focusAnswer(); }
  });
  document.addEventListener("change", (event) => {
    if (event.target.id !== "answer-file") return;
    const files = [...event.target.files];
    event.target.value = "";
    addPhotos(files);
  });
  document.addEventListener("paste", (event) => {
    if (event.target.id === "answer-text" && event.clipboardData.files.length) {
      event.preventDefault();
      addPhotos(event.clipboardData.files);
    }
  });
  const carriesFiles = (event) => Boolean(event.dataTransfer) && [...event.dataTransfer.types].includes("Files");
  document.addEventListener("dragover", (event) => { if (carriesFiles(event)) event.preventDefault(); });
  document.addEventListener("drop", (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    addPhotos(event.dataTransfer.files);
  });
  // Her words never leave without a picture that is still on its way.
  document.addEventListener("submit", (event) => {
    if (event.target.id !== "answer-form" || !uploading) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    sendsThen = tray();
  }, true);
  document.addEventListener("error", (event) => {
    const image = event.target;
    if (image.tagName !== "IMG" || !image.dataset.lost) return;
    const words = document.createElement("span");
    words.className = "photo-gone";
    words.textContent = image.dataset.lost;
    (image.closest("a") || image).replaceWith(words);
  }, true);

  let toldWriting = 0;
  document.addEventListener("input", (event) => {
    const shown = talk();
    if (event.target.id !== "answer-text" || !shown || Date.now() - toldWriting < 2500) return;
    toldWriting = Date.now();
    const mode = $("#answer-form [name=mode]:checked"), body = new URLSearchParams({ mode: mode ? mode.value : "" });
    fetch(`${shown.dataset.url}/writing`, { method: "POST", headers: { "X-CSRF": csrf }, body }).catch(() => {});
  });
  document.addEventListener("change", (event) => {
    if (event.target.name !== "mode") return;
    event.target.closest(".answer").classList.toggle("for-note", event.target.value === "note");
  });
  document.addEventListener("click", (event) => {
    const suggestion = event.target.closest("[data-suggest]");
    if (suggestion) put(suggestion.dataset.suggest);
    if (event.target.closest("[data-help]")) $("#help").showModal();
    if (event.target.id === "newer") { sticks = true; follow(); event.target.hidden = true; }
  });

  // --- the keyboard ---

  function step(by) {
    const rows = all(".row"), at = rows.findIndex((row) => row.getAttribute("aria-current"));
    const next = rows[at < 0 ? (by > 0 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, at + by))];
    if (!next) return;
    next.focus();
    if (next !== rows[at]) next.click();
  }

  function later() {
    const menu = $(".later");
    if (!menu) { press("#do-again"); return; }
    menu.open = !menu.open;
    $(menu.open ? ".later-menu button" : "summary", menu).focus();
  }

  document.addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" && event.target.closest(".later[open]");
    if (menu) { menu.open = false; $("summary", menu).focus(); }
  });
  document.addEventListener("click", (event) => {
    const menu = $(".later[open]");
    if (menu && !menu.contains(event.target)) menu.open = false;
  });

  const press = (selector) => { const button = $(selector); if (button && !button.disabled) button.click(); };
  const KEYS = {
    s: () => later(),
    j: () => step(1), k: () => step(-1), t: () => press("#do-take"), e: () => press("#do-back"),
    r: () => mode("say"), n: () => mode("note"), "?": () => $("#help").showModal(),
    "/": () => { const first = $("[data-suggest]"); if (first) first.focus(); else focusAnswer(); },
    1: () => press(".suggest li:nth-child(1) button"), 2: () => press(".suggest li:nth-child(2) button"),
    3: () => press(".suggest li:nth-child(3) button"),
  };

  document.addEventListener("keydown", (event) => {
    const at = event.target;
    if (event.isComposing || event.keyCode === 229) return;
    if (at.id === "answer-text") {
      if (event.key === "Enter" && !event.shiftKey) {
        event.preventDefault();
        if (at.value.trim() || at.form.elements.photos.value || uploading) at.form.requestSubmit($(".send", at.form));
      } else if (event.key === "Escape") at.blur();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || at.matches("input:not([type=radio]), select, textarea, dialog *")) return;
    const act = KEYS[event.key];
    if (act) { event.preventDefault(); act(); }
  });

  document.addEventListener("htmx:response:error", (event) => {
    if (event.detail.ctx && event.detail.ctx.response.status === 401) location.href = "/desk/login";
  });
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
  // A photo that comes after its line makes the conversation longer.
  document.addEventListener("load", (event) => { if (event.target.matches?.("#lines img")) follow(); }, true);
  addEventListener("popstate", () => setTimeout(settled, 300));
  setInterval(ticks, 1000);
  // What only the bot talks about moves no queue of people: looked at now and then.
  setInterval(() => { if (!document.hidden && view() === "all") askQueue(); }, 10000);
  settled();
})();
