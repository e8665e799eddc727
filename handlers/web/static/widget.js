/* Xiao'er: the chat of the shop's pages. One script tag, no framework, no cookie; docs/widget.md says how to use it.

   The server's words and the shopper's are inserted as text only. A message of hers stays in localStorage until the
   server says that it is on disk; what the server sends has a number and is shown once, however often it comes. */
(() => {
  "use strict";
  const script = document.currentScript;
  if (!script || window.xiaoer) return;

  const BASE = new URL(script.src, location.href).origin;
  const KEY = "xiaoer:" + new URL(BASE).host + ":";
  const LANG = (script.dataset.lang || document.documentElement.lang || navigator.language || "zh").startsWith("zh") ? "zh" : "en";
  const PRODUCT = script.dataset.product || "";
  const USER = script.dataset.user && { id: script.dataset.user, at: script.dataset.userAt || "", sig: script.dataset.userSignature || "" };
  const MOST_CHARS = 4096;
  const MOST_PHOTO_BYTES = 8e6;
  const STORED_MS = 8000; // no word from the server for so long: the connection is dead
  const TYPING_MS = 8000;
  const QUIET_MS = 25000; // nothing heard for so long: ask whether anybody is there

  /** A name in Hebrew or Arabic does not turn the sentence around it. */
  const apart = name => `\u2068${name}\u2069`;

  const T = {
    zh: {
      title: script.dataset.title || "小二 · 店铺客服", open: "打开聊天", close: "关闭聊天", unread: n => `${n} 条新消息`,
      log: "聊天记录", write: "写给店铺的话", hint: "想问什么，直接写…", send: "发送", photo: "发照片", off: "取消这张照片",
      offline: "网络断开了，正在重新连接；您写的话会自动发出", many: "打开的页面太多了，请关掉几个", typing: "对方正在输入", older: "正在加载更早的消息…",
      joined: name => name ? `${apart(name)} 为您服务` : "客服同事为您服务", person: "客服", bot: "小二", me: "我", rate: "请打分",
      tooLong: n => `最多 ${n} 个字`, failed: "没发出去", tooLarge: "照片太大了，最多 8 MB", noPhoto: "这不是能发的照片（JPEG、PNG 或 WebP）",
      photoFailed: "照片没传上去，请再试一次", myPhoto: "您发的照片", theirPhoto: "同事发来的照片", preview: "要发的照片", photoGone: "照片已过保存期", down: "看最新消息",
      looking: name => name ? `正在看：${apart(name)}` : "正在看这件商品", ask: "问这款", dismiss: "不问这款", edited: "已编辑",
      files: { photo: "图片", voice: "语音", video: "视频", document: "文件" }, file: kind => `同事发来${kind}，这里暂时看不到`,
    },
    en: {
      title: script.dataset.title || "Xiao'er · shop assistant", open: "Open the chat", close: "Close the chat", unread: n => n === 1 ? "1 new message" : `${n} new messages`,
      log: "Conversation", write: "Your message", hint: "Ask anything…", send: "Send", photo: "Send a photo", off: "Take this photo off",
      offline: "You are offline; connecting again. What you write will be sent by itself", many: "Too many pages are open; please close some", typing: "Typing", older: "Loading older messages…",
      joined: name => name ? `${apart(name)} joined` : "A colleague joined", person: "Colleague", bot: "Xiao'er", me: "You", rate: "Your rating",
      tooLong: n => `At most ${n} characters`, failed: "Not sent", tooLarge: "This photo is too large; at most 8 MB", noPhoto: "This is no photo we can take (JPEG, PNG or WebP)",
      photoFailed: "The photo could not be sent; please try again", myPhoto: "Photo you sent", theirPhoto: "Photo from a colleague", preview: "Photo to send", photoGone: "Photo no longer kept", down: "Newest messages",
      looking: name => name ? `Looking at: ${apart(name)}` : "Looking at this item", ask: "Ask about it", dismiss: "Not about this item", edited: "edited",
      files: { photo: "a picture", voice: "a voice message", video: "a video", document: "a file" }, file: kind => `A colleague sent ${kind}; it cannot be shown here yet`,
    },
  }[LANG];

  const CSS = `
:host { all: initial; position: fixed; z-index: 2147483000; right: 0; bottom: 0; color-scheme: light dark;
  --ground: #fff; --page: #f5f7f7; --line: #dfe4e5; --ink: #1c2426; --soft: #566265; --accent: #0d6557; --on: #fff;
  --mine: #0d6557; --on-mine: #fff; --tint: #e6f1ee; --warn: #9a3412; --warn-tint: #fdf0e7; --star: #8a5a00; --shot: #e8eef0; }
@media (prefers-color-scheme: dark) { :host {
  --ground: #1b2223; --page: #141a1b; --line: #333e3f; --ink: #e8edec; --soft: #a3b0b1; --accent: #6fd0bb; --on: #0c211d;
  --mine: #1f5c51; --on-mine: #f2fbf9; --tint: #213733; --warn: #f3b48f; --warn-tint: #3a281e; --star: #f2c14e; --shot: #dfe6e8; } }
*, *::before { box-sizing: border-box; }
.root, button, textarea { font: 15px/1.5 system-ui, -apple-system, "Segoe UI", "PingFang SC", "Hiragino Sans GB", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", sans-serif; color: var(--ink); }
[hidden] { display: none !important; }
button { cursor: pointer; border: 0; background: none; padding: 0; margin: 0; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
svg { width: 24px; height: 24px; fill: none; stroke: currentColor; stroke-width: 1.8; stroke-linecap: round; stroke-linejoin: round; display: block; }
.launch { position: fixed; right: 20px; bottom: 20px; width: 56px; height: 56px; border-radius: 50%; background: var(--accent); color: var(--on); display: grid; place-items: center; box-shadow: 0 4px 16px rgb(0 0 0 / .22); }
.badge { position: absolute; right: -2px; top: -2px; min-width: 22px; height: 22px; padding: 0 6px; border-radius: 11px; background: #b3261e; color: #fff; font-size: 13px; font-weight: 600; line-height: 22px; text-align: center; }
.panel { position: fixed; right: 20px; bottom: 20px; width: 392px; height: min(640px, calc(100vh - 40px)); display: flex; flex-direction: column; background: var(--page); border: 1px solid var(--line); border-radius: 16px; overflow: hidden; box-shadow: 0 12px 40px rgb(0 0 0 / .24); }
.panel:focus { outline: none; }
.head { display: flex; align-items: center; gap: 10px; padding: 10px 8px 10px 16px; background: var(--ground); border-bottom: 1px solid var(--line); }
.head h2 { flex: 1; margin: 0; font-size: 16px; font-weight: 650; }
.icon { width: 40px; height: 40px; border-radius: 10px; display: grid; place-items: center; color: var(--soft); }
.icon:hover { background: var(--tint); color: var(--accent); }
.banner { padding: 6px 16px; background: var(--warn-tint); color: var(--warn); font-size: 13px; }
.log { flex: 1; overflow-y: auto; overscroll-behavior: contain; padding: 12px 14px; display: flex; flex-direction: column; gap: 3px; }
.log:focus-visible { outline-offset: -3px; }
.note { align-self: center; color: var(--soft); font-size: 12px; padding: 8px 0 4px; text-align: center; }
.row { display: flex; flex-direction: column; align-items: flex-start; max-width: 88%; margin-top: 8px; }
.row.cont { margin-top: 0; }
.row.wide { max-width: 100%; }
.wide > .bubble { max-width: 88%; }
.row.me { align-self: flex-end; align-items: flex-end; }
.row .who { font-size: 12px; color: var(--soft); margin: 0 4px 2px; }
.row.cont .who, .row.me .who { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.bubble { background: var(--ground); border: 1px solid var(--line); border-radius: 4px 14px 14px 14px; padding: 7px 12px; overflow-wrap: anywhere; min-width: 0; max-width: 100%; }
.me .bubble { background: var(--mine); border-color: transparent; color: var(--on-mine); border-radius: 14px 4px 14px 14px; }
.person .bubble { background: var(--tint); border-color: transparent; }
.cont .bubble { border-radius: 14px; }
.bubble p, .bubble ul { margin: 0; padding: 0; white-space: pre-wrap; }
.bubble p.gap { margin-top: 8px; }
.bubble ul { list-style: none; }
.bubble li { padding-left: 14px; position: relative; }
.bubble li::before { content: ""; position: absolute; left: 2px; top: .65em; width: 5px; height: 5px; border-radius: 50%; background: currentColor; opacity: .55; }
.bubble a { color: inherit; text-decoration: underline; text-underline-offset: 2px; }
.bubble .photo { display: block; width: 220px; max-width: 100%; max-height: 300px; object-fit: cover; border-radius: 10px; background: var(--shot); }
.bubble p + .photo { margin-top: 6px; }
.bubble.bare { padding: 4px; }
.bubble.bare p { padding: 4px 8px; }
.card { padding: 0; overflow: hidden; width: 286px; border-radius: 14px; }
.card .shot { display: block; width: 100%; aspect-ratio: 16 / 11; object-fit: cover; background: var(--shot); }
.card .title { display: flex; gap: 10px; justify-content: space-between; align-items: baseline; padding: 10px 14px 2px; font-weight: 650; }
.card .title a { text-decoration: none; }
.card .title a:hover { text-decoration: underline; }
.price { white-space: nowrap; font-variant-numeric: tabular-nums; }
.card .words { padding: 4px 14px 12px; font-size: 14px; }
.order { width: 300px; border-left: 3px solid var(--accent); border-radius: 4px 14px 14px 4px; font-size: 14px; }
.order li { padding: 3px 0; display: flex; justify-content: space-between; gap: 12px; border-bottom: 1px dashed var(--line); }
.order li::before { content: none; }
.order li span:last-child { white-space: nowrap; font-variant-numeric: tabular-nums; }
.order .total { font-weight: 650; font-size: 15px; }
.acts { display: flex; flex-wrap: wrap; gap: 6px; padding: 6px 0 2px; max-width: 100%; }
.chip { border: 1px solid var(--accent); color: var(--accent); background: var(--ground); border-radius: 18px; padding: 5px 13px; min-height: 32px; font-size: 14px; text-align: left; }
.chip:hover:not(:disabled) { background: var(--tint); }
.chip:disabled { border-color: var(--line); color: var(--soft); cursor: default; }
.chip[aria-pressed=true] { background: var(--tint); border-color: var(--accent); color: var(--accent); }
@media (prefers-color-scheme: dark) { .shot, .good img { filter: brightness(.9); } }
.goods { display: flex; gap: 8px; overflow-x: auto; padding: 8px 2px 6px; width: 100%; }
.good { flex: 0 0 118px; background: var(--ground); border: 1px solid var(--line); border-radius: 12px; overflow: hidden; text-align: left; font-size: 13px; padding-bottom: 6px; }
.good:hover { border-color: var(--accent); }
.good img { width: 100%; aspect-ratio: 1; object-fit: cover; display: block; background: var(--shot); }
.good span { display: block; padding: 3px 8px 0; line-height: 1.35; }
.good b { padding: 0 8px; font-weight: 650; }
.stars { display: flex; gap: 2px; padding: 4px 0; }
.star { width: 40px; height: 40px; color: var(--star); border-radius: 10px; display: grid; place-items: center; }
.star:disabled { cursor: default; }
.star.lit svg { fill: currentColor; }
.state { font-size: 12px; color: var(--soft); margin: 2px 4px 0; }
.state.bad { color: var(--warn); }
.state button { color: inherit; text-decoration: underline; font-size: 12px; min-height: 24px; }
/* Only what waits for longer than a moment looks like it. */
.waiting .bubble { background: var(--tint); color: var(--ink); border: 1px dashed var(--accent); transition: background 1ms .4s, color 1ms .4s, border-color 1ms .4s; }
.dots { align-self: flex-start; display: flex; gap: 4px; padding: 12px 14px; margin-top: 8px; background: var(--ground); border: 1px solid var(--line); border-radius: 4px 14px 14px 14px; }
.dots i { width: 7px; height: 7px; border-radius: 50%; background: var(--soft); }
.down { position: absolute; right: 16px; bottom: 76px; background: var(--ground); border: 1px solid var(--line); border-radius: 18px; padding: 5px 14px; font-size: 13px; color: var(--accent); box-shadow: 0 2px 8px rgb(0 0 0 / .16); }
.foot { background: var(--ground); border-top: 1px solid var(--line); padding: 8px; position: relative; }
.context { display: flex; align-items: center; gap: 8px; padding: 0 4px 8px 8px; font-size: 13px; color: var(--soft); }
.context span { flex: 1; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.context .icon, .preview .icon { width: 32px; height: 32px; }
.preview { display: flex; align-items: center; gap: 8px; padding: 0 8px 8px; }
.preview img { width: 64px; height: 64px; object-fit: cover; border-radius: 8px; background: var(--shot); }
.problem { color: var(--warn); font-size: 13px; padding: 0 8px 6px; }
.line { display: flex; align-items: flex-end; gap: 4px; }
textarea { flex: 1; min-width: 0; resize: none; border: 1px solid var(--line); border-radius: 12px; background: var(--page); padding: 8px 12px; max-height: 132px; height: 40px; margin: 0; }
textarea:focus-visible { outline-width: 2px; outline-offset: -1px; }
textarea::placeholder { color: var(--soft); opacity: 1; }
.send { color: var(--accent); }
@media (max-width: 479px) {
  /* Of the screen, not of a page that is wider than it. */
  .panel { inset: 0 auto auto 0; width: 100vw; height: 100dvh; border: 0; border-radius: 0; }
  .launch { right: auto; left: calc(100vw - 72px); bottom: 16px; top: calc(100dvh - 72px); }
  textarea { font-size: 16px; }
}
@media (prefers-reduced-motion: no-preference) {
  .panel { animation: rise .16s ease-out; }
  .dots i { animation: blink 1.2s infinite; }
  .dots i:nth-child(2) { animation-delay: .2s; } .dots i:nth-child(3) { animation-delay: .4s; }
  @keyframes rise { from { transform: translateY(12px); opacity: 0; } }
  @keyframes blink { 0%, 60%, 100% { opacity: .3; } 30% { opacity: 1; } }
}
@media (forced-colors: active) { .launch, .chip, .bubble { border: 1px solid; } }`;

  // --- small things ---

  /** An element with attributes and children; strings become text, never markup. */
  function el(tag, attributes, ...children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) {
      if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
      else if (name === "class") made.className = value;
      else if (value === true) made.setAttribute(name, "");
      else if (value !== false && value != null) made.setAttribute(name, value);
    }
    made.append(...children.filter(c => c != null && c !== false));
    return made;
  }

  const PATHS = {
    chat: "M4 5.5A1.5 1.5 0 0 1 5.500 4h13A1.5 1.5 0 0 1 20 5.500v9a1.500 1.500 0 0 1-1.500 1.500H10l-4.500 4v-4A1.500 1.500 0 0 1 4 14.500zM8.500 8.500h7M8.500 12h4.500",
    close: "M6 6l12 12M18 6L6 18", send: "M4 12l16-7-5.500 15-3-6.500zM11.500 13.500L20 5",
    photo: "M4 7h3l1.500-2h7L17 7h3v12H4zM12 16.500a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7z",
    star: "M12 3.500l2.600 5.400 5.900.800-4.300 4.100 1.050 5.900L12 16.900l-5.250 2.800 1.050-5.900-4.300-4.100 5.900-.800z",
  };

  function icon(name) {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("aria-hidden", "true");
    path.setAttribute("d", PATHS[name]);
    svg.append(path);
    return svg;
  }

  /** localStorage, or memory where a browser forbids it. */
  const memory = new Map();
  const kept = {
    get(name) { try { return localStorage.getItem(KEY + name); } catch { return memory.get(name) ?? null; } },
    set(name, value) { try { localStorage.setItem(KEY + name, value); } catch { memory.set(name, value); } },
    drop(name) { try { localStorage.removeItem(KEY + name); } catch { memory.delete(name); } },
    names() { try { return Object.keys(localStorage).filter(k => k.startsWith(KEY)).map(k => k.slice(KEY.length)); } catch { return [...memory.keys()]; } },
  };

  function freshId() {
    const bytes = crypto.getRandomValues(new Uint8Array(12));
    return Array.from(bytes, b => b.toString(16).padStart(2, "0")).join("");
  }

  // --- what is shown ---

  const lines = new Map(); // id -> line; a line has `row` once it is drawn
  const edits = new Map(); // ref -> the line that replaces its words
  const notes = new Map(); // "joined 小林", "10:24": kept, so that a screen reader hears each once
  let older = "";          // where the piece before the first line begins
  let asking = false;

  const host = el("div", { id: "xiaoer-chat" });
  const shadow = host.attachShadow({ mode: "open" });
  const log = el("div", { class: "log", role: "log", "aria-live": "off", "aria-label": T.log, tabindex: "0" });
  const dots = el("div", { class: "dots", hidden: true, role: "img", "aria-label": T.typing }, el("i"), el("i"), el("i"));
  const banner = el("div", { class: "banner", role: "status", hidden: true });
  const input = el("textarea", { rows: "1", "aria-label": T.write, placeholder: T.hint, maxlength: String(MOST_CHARS), enterkeyhint: "send" });
  const file = el("input", { type: "file", accept: "image/jpeg,image/png,image/webp", hidden: true, tabindex: "-1", "aria-label": T.photo });
  const preview = el("div", { class: "preview", hidden: true });
  const problem = el("div", { class: "problem", role: "alert", hidden: true });
  const context = el("div", { class: "context", hidden: true });
  const down = el("button", { type: "button", class: "down", hidden: true, onclick: () => toEnd() }, T.down);
  const sendButton = el("button", { type: "button", class: "icon send", "aria-label": T.send, onclick: submit }, icon("send"));
  const panel = el("section", { class: "panel", role: "dialog", "aria-modal": "true", "aria-label": T.title, tabindex: "-1", hidden: true },
    el("div", { class: "head" }, el("h2", {}, T.title),
      el("button", { type: "button", class: "icon", "aria-label": T.close, onclick: () => close() }, icon("close"))),
    banner, log,
    el("div", { class: "foot" }, down, context, preview, problem,
      el("div", { class: "line" },
        el("button", { type: "button", class: "icon", "aria-label": T.photo, onclick: () => file.click() }, icon("photo")),
        input, sendButton), file));
  const badge = el("span", { class: "badge", hidden: true, "aria-hidden": "true" });
  const launch = el("button", { type: "button", class: "launch", "aria-label": T.open, "aria-expanded": "false", onclick: () => open() }, icon("chat"), badge);
  down.style.bottom = "calc(100% + 8px)";

  /** Words with links and lists; a link only where the text itself begins with http or https. */
  function words(text, order) {
    const made = document.createDocumentFragment();
    let list = null, gap = false;
    for (const line of text.split("\n")) {
      if (!line.trim()) { gap = true; list = null; continue; }
      if (/^[•·]\s*/.test(line)) {
        if (!list) made.append(list = el("ul", { dir: "auto" }));
        const [, left, right] = line.match(/^[•·]\s*(.*?)(?:\u3000|:\s+)(-?¥[\d.,]+)$/) || [];
        list.append(order && right ? el("li", {}, el("span", {}, left), el("span", {}, right)) : el("li", {}, ...linked(line.replace(/^[•·]\s*/, ""))));
      } else {
        list = null;
        const total = order && /^(合计|Total)/.test(line);
        made.append(el("p", { dir: "auto", class: (gap ? "gap " : "") + (total ? "total" : "") }, ...linked(line)));
      }
      gap = false;
    }
    return made;
  }

  function linked(text) {
    return text.split(/(https?:\/\/[^\s<>"'，。；、）】]*[^\s<>"'，。；、）】.,;:!?)\]])/).map((piece, n) =>
      n % 2 ? el("a", { href: piece, target: "_blank", rel: "noopener noreferrer" }, piece) : piece);
  }

  function here(path) { return typeof path === "string" && path.startsWith("/") ? BASE + path : ""; }

  function productLink(id) {
    const pattern = script.dataset.productUrl || BASE + "/p/{id}?lang=" + LANG;
    const url = pattern.replace("{id}", encodeURIComponent(id));
    return /^https?:\/\//.test(url) ? url : BASE + "/";
  }

  function speaker(line) {
    return line.who === "me" ? T.me : line.who === "person" ? line.name || T.person : T.bot;
  }

  function draw(line) {
    const row = el("div", { class: "row " + line.who }, el("span", { class: "who", dir: "auto" }, speaker(line)));
    if (line.who === "me") drawMine(row, line);
    else drawTold(row, line);
    line.row = row;
    if (line.state) marked(line);
    return row;
  }

  function drawMine(row, line) {
    const bubble = el("div", { class: "bubble" });
    if (line.upload || line.blob) {
      const image = el("img", { class: "photo", alt: T.myPhoto });
      bubble.classList.add("bare");
      bubble.append(image);
      showPhoto(image, line);
    }
    if (line.text) bubble.append(el("p", { dir: "auto" }, line.text));
    row.append(bubble);
    line.state = el("span", { class: "state", hidden: true });
    row.append(line.state);
  }

  async function showPhoto(image, line) {
    try {
      if (!line.blob) {
        const answer = await fetch(BASE + "/chat/photo/" + encodeURIComponent(line.upload), { headers: bearer() });
        if (answer.status === 404) image.replaceWith(el("em", {}, T.photoGone));
        if (!answer.ok) return;
        line.blob = await answer.blob();
      }
      const near = atEnd();
      image.src = URL.createObjectURL(line.blob);
      image.onload = () => { URL.revokeObjectURL(image.src); if (near) toEnd(); };
    } catch { /* offline: the words stay */ }
  }

  function drawTold(row, line) {
    const told = edits.get(line.ref) || line;
    const bubble = el("div", { class: "bubble" });
    if (line.product && line.photo) {
      bubble.classList.add("card");
      const link = { href: productLink(line.product.id), target: "_blank", rel: "noopener" };
      bubble.append(
        el("img", { class: "shot", src: here(line.photo), alt: line.product.name }),
        el("div", { class: "title" }, el("a", link, line.product.name), el("span", { class: "price" }, line.product.price)),
        el("div", { class: "words" }, words(told.text)));
    } else {
      if (line.photo) bubble.append(el("img", { class: "photo", src: here(line.photo), alt: "" }));
      if (line.order) bubble.classList.add("order");
      bubble.append(words(told.text, line.order));
      for (const upload of line.pictures || []) {
        const image = el("img", { class: "photo", alt: T.theirPhoto });
        bubble.append(image);
        showPhoto(image, { upload });
      }
      for (const kind of line.files || []) bubble.append(el("p", {}, el("em", {}, T.file(T.files[kind] || T.files.document))));
    }
    for (const image of bubble.querySelectorAll("img")) {
      const near = atEnd();
      image.addEventListener("load", () => { if (near) toEnd(); });
      image.addEventListener("error", () => image.remove());
    }
    row.append(bubble);
    if (told !== line) row.append(el("span", { class: "state" }, T.edited));
    if (line.buttons) {
      row.append(...acts(line));
      if (line.buttons.some(b => b.photo)) row.classList.add("wide");
    }
  }

  /** Choices: products with picture and price, stars for a rating, chips for all else. */
  function acts(line) {
    const goods = line.buttons.filter(b => b.photo), stars = line.buttons.filter(b => /^s:[1-5]:/.test(b.a));
    const rest = line.buttons.filter(b => !goods.includes(b) && !stars.includes(b)), made = [];
    const press = (event, choice) => {
      for (const other of line.row.querySelectorAll(".acts button, .stars button")) other.disabled = true;
      event.currentTarget.setAttribute("aria-pressed", "true");
      if (!event.detail) input.focus(); // by key: the focus must not fall out of the chat with the button
      queue({ t: "press", action: choice.a, label: choice.l });
    };
    if (goods.length) {
      made.push(el("div", { class: "goods" }, ...goods.map(good => el("button", { type: "button", class: "good", onclick: e => press(e, good) },
        el("img", { src: here(good.photo), alt: "" }), el("span", {}, good.l), el("b", {}, good.price)))));
    }
    if (stars.length) {
      const marks = [...stars].sort((a, b) => a.a < b.a ? -1 : 1);
      const row = el("div", { class: "stars", role: "group", "aria-label": T.rate });
      const light = upTo => row.childNodes.forEach((star, n) => star.classList.toggle("lit", n <= upTo));
      const lit = () => marks.findIndex((_, n) => row.childNodes[n].getAttribute("aria-pressed"));
      row.append(...marks.map((mark, n) => el("button", {
        type: "button", class: "star", "aria-label": mark.l, title: mark.l, onpointerenter: () => lit() < 0 && light(n), onfocus: () => lit() < 0 && light(n),
        onclick: e => { light(n); press(e, mark); } }, icon("star"))));
      row.addEventListener("pointerleave", () => light(lit()));
      made.push(row);
    }
    if (rest.length) {
      made.push(el("div", { class: "acts" }, ...rest.map(choice =>
        el("button", { type: "button", class: "chip", onclick: e => press(e, choice) }, choice.l))));
    }
    return made;
  }

  function marked(line) {
    if (!line.row) return;
    line.row.classList.toggle("waiting", !!line.waiting);
    line.state.hidden = !line.failed;
    line.state.className = "state bad";
    line.state.textContent = line.failed ? `${T.failed}: ${line.failed}` : "";
  }

  function compare(a, b) {
    return a.at - b.at || (a.who === "me" ? 0 : 1) - (b.who === "me" ? 0 : 1) || (a.n || 0) - (b.n || 0);
  }

  /** Every line in its place, with who joined and when between them. */
  function layOut() {
    const sorted = [...lines.values()].filter(line => !line.edits && !line.silent).sort(compare), wanted = [];
    let before = null, told = null;
    if (asking) wanted.push(note("older", T.older));
    for (const line of sorted) {
      if (isFinite(line.at) && (!before || line.at - before.at > 6e5)) wanted.push(note("w" + line.id, moment(line.at)));
      if (line.who !== "me") {
        if (line.who === "person" && (!told || told.by !== line.by)) wanted.push(note("j" + line.id, T.joined(line.name)));
        told = line;
      }
      const row = line.row || draw(line), top = wanted[wanted.length - 1];
      row.classList.toggle("cont", !!before && before.row === top && before.who === line.who && before.by === line.by);
      wanted.push(row);
      before = line;
    }
    wanted.push(dots);
    let next = log.firstChild;
    for (const row of wanted) {
      if (row === next) next = next.nextSibling;
      else log.insertBefore(row, next);
    }
    while (next) { const gone = next; next = next.nextSibling; gone.remove(); }
  }

  function note(id, text) {
    if (!notes.has(id)) notes.set(id, el("div", { class: "note" }, text));
    return notes.get(id);
  }

  function moment(at) {
    const when = new Date(at), today = new Date().toDateString() === when.toDateString();
    const clock = when.toLocaleTimeString(LANG === "zh" ? "zh-CN" : "en-GB", { hour: "2-digit", minute: "2-digit" });
    return today ? clock : when.toLocaleDateString(LANG === "zh" ? "zh-CN" : "en-GB", { month: "short", day: "numeric" }) + " " + clock;
  }

  function atEnd() { return log.scrollHeight - log.scrollTop - log.clientHeight < 80; }
  function toEnd() { log.scrollTop = log.scrollHeight; down.hidden = true; }

  /** New or known lines; known ones keep what was drawn. Returns whether anything is new. */
  function take(found) {
    let fresh = false;
    for (const line of found) {
      const known = lines.get(line.id);
      if (known) {
        if (known.at === Infinity || known.waiting) { known.at = line.at; known.waiting = false; marked(known); kept.drop("out:" + line.id); }
        continue;
      }
      // Her opening of the chat is no word of hers.
      if (line.who === "me" && !line.text && !line.upload) line.silent = true;
      lines.set(line.id, line);
      fresh = true;
      if (line.edits) {
        edits.set(line.ref, line);
        for (const other of lines.values()) if (other.ref === line.ref && !other.edits && other.row) { other.row.remove(); other.row = null; }
      }
    }
    return fresh;
  }

  function newest() {
    let most = 0;
    for (const line of lines.values()) if (line.n > most) most = line.n;
    return most;
  }

  function arrived(found) {
    const near = atEnd() || found.some(line => line.who === "me");
    if (!take(found)) return;
    if (found.some(line => line.n)) typing(false);
    layOut();
    if (near) toEnd(); else down.hidden = false;
    count();
  }

  let typingTimer = 0;
  function typing(on) {
    clearTimeout(typingTimer);
    const near = atEnd();
    dots.hidden = !on;
    if (on) typingTimer = setTimeout(() => typing(false), TYPING_MS);
    if (on && near) toEnd();
  }

  /** The badge: what came while nobody looked. */
  function count() {
    if (isOpen() && !document.hidden) kept.set("read", String(newest()));
    const read = Number(kept.get("read")) || 0;
    const unread = [...lines.values()].filter(line => line.n > read && !line.edits).length;
    badge.hidden = !unread;
    badge.textContent = unread > 99 ? "99+" : String(unread);
    launch.setAttribute("aria-label", unread ? `${T.open}, ${T.unread(unread)}` : T.open);
  }

  // --- the connection ---

  let socket = null, ready = false, tries = 0, retryTimer = 0, storedTimer = 0, probeTimer = 0, heard = 0, sending = null;

  function bearer() { return { Authorization: "Bearer " + (kept.get("token") || "") }; }

  /** What this browser knows of the talk is gone; the shop keeps it. For a page whose user signs out. */
  function forget() {
    for (const name of kept.names()) kept.drop(name);
    const open = isOpen();
    if (socket) hangUp();
    clearTimeout(retryTimer);
    for (const known of [lines, edits, notes]) known.clear();
    older = "";
    tries = 0;
    say("");
    layOut();
    if (open) close();
    count();
  }

  /** One token for all tabs, made when she first opens the chat. */
  async function session() {
    const make = async () => {
      if (kept.get("token")) return;
      const answer = await fetch(BASE + "/chat/session", { method: "POST" });
      if (!answer.ok) throw new Error("no session");
      kept.set("token", (await answer.json()).token);
    };
    if (navigator.locks) await navigator.locks.request(KEY + "session", make);
    else await make();
  }

  async function connect() {
    clearTimeout(retryTimer);
    if (socket) return;
    const mine = socket = {};
    heard = Date.now();
    try { await session(); } catch { socket = null; return lost(); }
    if (socket !== mine) return;
    const ws = socket = new WebSocket(BASE.replace(/^http/, "ws") + "/chat/socket");
    ws.onopen = () => ws.send(JSON.stringify({ t: "hello", token: kept.get("token"), told: newest(), lang: LANG, ...(USER ? { user: USER } : {}) }));
    ws.onmessage = event => got(JSON.parse(event.data));
    ws.onclose = event => { if (socket === ws) { socket = null; lost(event.code); } };
  }

  function hangUp() {
    const ws = socket;
    socket = null;
    if (ws && ws.close) { ws.onopen = ws.onmessage = ws.onclose = null; ws.close(); }
    lost();
  }

  function lost(code) {
    ready = false;
    sending = null;
    clearTimeout(storedTimer);
    quiet();
    typing(false);
    if (code === 4401) kept.drop("token");
    const many = code === 4429;
    tries += 1;
    // A blink of the network is nobody's business; the words wait in any case.
    if (tries > 1 || many || !navigator.onLine) say(many ? T.many : T.offline);
    const wait = many ? 30000 : Math.min(30000, 400 * 2 ** Math.min(tries - 1, 7));
    clearTimeout(retryTimer);
    retryTimer = setTimeout(connect, wait * (0.7 + 0.6 * Math.random()));
  }

  function say(text) { banner.hidden = !text; banner.textContent = text || ""; }

  const on = {
    ready(frame) {
      const gap = lines.size && frame.before && !frame.lines.some(line => lines.has(line.id));
      if (gap) for (const [id, line] of lines) if (!line.waiting) lines.delete(id);
      if (gap || !older.length) older = frame.before;
      if (gap) edits.clear();
      ready = true;
      tries = 0;
      say("");
      take(frame.lines);
      layOut();
      toEnd();
      count();
      acknowledge();
      setTimeout(() => log.setAttribute("aria-live", "polite"), 300);
      if (wish) fulfil();
      flush();
    },
    line(frame) { arrived([frame.line]); acknowledge(); },
    stored(frame) {
      kept.drop("out:" + frame.id);
      const line = lines.get(frame.id);
      if (line) { line.at = frame.at; line.waiting = false; marked(line); layOut(); }
      next(frame.id);
    },
    refused(frame) {
      if (frame.after) {
        sending = null;
        clearTimeout(storedTimer);
        setTimeout(flush, frame.after * 1000);
        return;
      }
      kept.drop("out:" + frame.id);
      const line = lines.get(frame.id);
      if (line) { line.waiting = false; line.at = Date.now(); line.failed = frame.why === "too_long" ? T.tooLong(frame.most) : T.photoFailed; marked(line); }
      next(frame.id);
    },
    typing() { typing(true); },
    error() { if (sending) { kept.drop("out:" + sending); next(sending); } },
  };

  function quiet() { clearTimeout(probeTimer); probeTimer = 0; }

  /** A network that went away says nothing: no answer means that the connection is dead. */
  function probe() {
    if (!ready || probeTimer) return;
    socket.send('{"t":"ping"}');
    probeTimer = setTimeout(again, STORED_MS);
  }

  function again() { tries = 0; hangUp(); connect(); }

  function got(frame) { heard = Date.now(); quiet(); if (Object.hasOwn(on, frame.t)) on[frame.t](frame); }

  function acknowledge() {
    const most = newest();
    if (ready && most) socket.send(JSON.stringify({ t: "ack", told: most }));
  }

  // --- what she does ---

  /** Kept until the server has it on disk; the same id again is the same message. */
  function queue(frame, shown) {
    const id = freshId();
    kept.set("out:" + id, JSON.stringify({ ...frame, id, made: Date.now() }));
    show({ ...frame, id }, shown);
    flush();
  }

  function show(frame, shown) {
    const text = frame.t === "press" ? frame.label : frame.text || "";
    lines.set(frame.id, { id: frame.id, who: "me", at: Infinity, text, upload: frame.upload, waiting: true, silent: frame.t === "start", ...shown });
    layOut();
    toEnd();
  }

  function waiting() {
    return kept.names().filter(name => name.startsWith("out:")).map(name => {
      try { return JSON.parse(kept.get(name)); } catch { kept.drop(name); return null; }
    }).filter(Boolean).sort((a, b) => a.made - b.made);
  }

  /** One at a time, so that they are stored in the order she wrote them. */
  function flush() {
    if (!ready || sending) return;
    const frame = waiting()[0];
    if (!frame) return;
    if (!lines.has(frame.id)) show(frame);
    sending = frame.id;
    socket.send(JSON.stringify(frame));
    storedTimer = setTimeout(hangUp, STORED_MS);
  }

  function next(id) {
    if (sending === id) { sending = null; clearTimeout(storedTimer); }
    flush();
  }

  let photo = null;
  async function submit() {
    const text = input.value.trim();
    complain("");
    if (text.length > MOST_CHARS) return complain(T.tooLong(MOST_CHARS));
    if (!photo && !text) return input.focus();
    if (!context.hidden) start(PRODUCT);
    if (photo) {
      const sent = photo;
      sendButton.disabled = true;
      try {
        const upload = await keepPhoto(sent);
        if (upload) { choose(null); clear(); queue({ t: "photo", upload, text }, { blob: sent }); }
      } finally { sendButton.disabled = false; }
    } else { clear(); queue({ t: "say", text }); }
    input.focus();
  }

  function clear() { input.value = ""; grow(); }

  async function keepPhoto(blob) {
    try {
      await session();
      const answer = await fetch(BASE + "/chat/photo", { method: "POST", headers: { ...bearer(), "Content-Type": "application/octet-stream" }, body: blob });
      if (answer.ok) return (await answer.json()).upload;
      complain(answer.status === 413 ? T.tooLarge : answer.status === 415 ? T.noPhoto : T.photoFailed);
    } catch { complain(T.photoFailed); }
    return null;
  }

  function choose(blob) {
    photo = blob;
    preview.hidden = !blob;
    preview.replaceChildren();
    file.value = "";
    if (!blob) return;
    const image = el("img", { alt: T.preview });
    image.src = URL.createObjectURL(blob);
    image.onload = () => URL.revokeObjectURL(image.src);
    image.onerror = () => { choose(null); complain(T.noPhoto); };
    preview.append(image, el("button", { type: "button", class: "icon", "aria-label": T.off, onclick: () => { choose(null); input.focus(); } }, icon("close")));
  }

  function pick(blob) {
    if (!blob) return;
    complain("");
    if (blob.size > MOST_PHOTO_BYTES) return complain(T.tooLarge);
    choose(blob);
    input.focus();
  }

  function complain(text) { problem.hidden = !text; problem.textContent = text; }

  function grow() {
    input.style.height = "40px";
    input.style.height = Math.min(132, input.scrollHeight + 2) + "px";
  }

  function start(product) {
    context.hidden = true;
    kept.set("started", product);
    queue({ t: "start", product });
  }

  /** Ask before the product of the page is talked about; the first talk begins with it. */
  function offerContext() {
    const fresh = PRODUCT && kept.get("started") !== PRODUCT;
    context.hidden = !fresh;
    context.replaceChildren();
    if (!fresh) return;
    context.append(el("span", {}, T.looking(script.dataset.productName)),
      el("button", { type: "button", class: "chip", onclick: () => { start(PRODUCT); input.focus(); } }, T.ask),
      el("button", { type: "button", class: "icon", "aria-label": T.dismiss, onclick: () => { context.hidden = true; input.focus(); } }, icon("close")));
  }

  let wish = null; // what opening was for, done once the talk so far is known
  function fulfil() {
    const { product, text } = wish;
    wish = null;
    const talked = lines.size > 0 || waiting().length > 0;
    if (product && kept.get("started") !== product) start(product);
    else if (product && !text) start(product);
    else if (!talked && !text) start(PRODUCT);
    if (text) queue({ t: "say", text });
    if (talked && !product) offerContext(); else context.hidden = true;
  }

  async function askOlder() {
    if (asking || !older || log.scrollTop > 80) return;
    asking = true;
    log.setAttribute("aria-live", "off");
    layOut();
    let found = null;
    try {
      const answer = await fetch(BASE + "/chat/history?before=" + encodeURIComponent(older), { headers: bearer() });
      if (answer.ok) found = await answer.json();
    } catch { /* offline: scrolling again asks again */ }
    const height = log.scrollHeight;
    asking = false;
    if (found) { older = found.before; take(found.lines); }
    layOut();
    log.scrollTop += log.scrollHeight - height;
    setTimeout(() => log.setAttribute("aria-live", "polite"), 300);
  }

  // --- opening and closing ---

  let back = null, scrolled = "";
  function isOpen() { return !panel.hidden; }

  function open(what) {
    wish = { product: what?.product || "", text: what?.say || "" };
    if (!isOpen()) {
      back = document.activeElement;
      panel.hidden = false;
      launch.hidden = true;
      launch.setAttribute("aria-expanded", "true");
      scrolled = document.documentElement.style.overflow;
      if (matchMedia("(max-width: 479px)").matches) document.documentElement.style.overflow = "hidden";
      kept.set("talks", "1");
    }
    // On a phone the keyboard would cover what is to be read.
    (matchMedia("(pointer: coarse)").matches ? panel : input).focus({ preventScroll: true });
    toEnd();
    count();
    if (ready) fulfil(); else connect();
  }

  function close() {
    panel.hidden = true;
    launch.hidden = false;
    launch.setAttribute("aria-expanded", "false");
    document.documentElement.style.overflow = scrolled;
    if (back && back.isConnected && back !== document.body && back !== host) back.focus();
    else launch.focus();
    count();
  }

  panel.addEventListener("keydown", event => {
    if (event.key === "Escape") { event.stopPropagation(); close(); }
    if (event.key !== "Tab") return;
    const stops = [...panel.querySelectorAll("button, a[href], textarea, [tabindex='0']")].filter(e => !e.disabled && e.offsetParent);
    const first = stops[0], last = stops[stops.length - 1], now = shadow.activeElement;
    if (event.shiftKey && (now === first || now === panel)) { event.preventDefault(); last.focus(); }
    else if (!event.shiftKey && now === last) { event.preventDefault(); first.focus(); }
  });

  let typed = 0;
  input.addEventListener("input", () => {
    grow();
    complain("");
    if (ready && Date.now() - typed > 3000) { typed = Date.now(); socket.send('{"t":"typing"}'); }
  });
  input.addEventListener("keydown", event => {
    // Enter that ends a Chinese input method's word sends nothing.
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing && event.keyCode !== 229) { event.preventDefault(); submit(); }
  });
  input.addEventListener("paste", event => pick([...event.clipboardData.files].find(f => f.type.startsWith("image/"))));
  file.addEventListener("change", () => pick(file.files[0]));
  log.addEventListener("scroll", () => { if (atEnd()) down.hidden = true; askOlder(); }, { passive: true });

  // Any element of the page may open the chat: data-xiaoer-open, data-xiaoer-product="id", data-xiaoer-say="words".
  document.addEventListener("click", event => {
    const asked = event.target instanceof Element && event.target.closest("[data-xiaoer-open], [data-xiaoer-product], [data-xiaoer-say]");
    if (!asked) return;
    event.preventDefault();
    open({ product: asked.dataset.xiaoerProduct, say: asked.dataset.xiaoerSay });
  });
  addEventListener("online", () => { tries = 0; if (talks()) connect(); });
  addEventListener("offline", () => { if (socket) hangUp(); });
  document.addEventListener("visibilitychange", () => { if (!document.hidden) { count(); if (talks() && !socket) connect(); else probe(); } });
  // Back to a page that the browser kept: its connection is none any more.
  addEventListener("pageshow", event => { if (event.persisted && talks()) again(); });
  addEventListener("storage", event => { if (event.key === KEY + "read") count(); });

  // A laptop that slept notices by its own clock: what the socket looks like then means nothing. Pages in the background
  // run their clocks slowly and are looked after when they are shown again.
  let tick = Date.now();
  setInterval(() => {
    const now = Date.now(), slept = now - tick > 20000;
    tick = now;
    if (!socket || document.hidden) return;
    if (slept || (!ready && now - heard > QUIET_MS)) again();
    else if (now - heard > QUIET_MS) probe();
  }, 5000);

  function talks() { return kept.get("token") && kept.get("talks"); }

  if (window.visualViewport) {
    // A phone's keyboard covers the page without making it smaller.
    const fit = () => { panel.style.height = isOpen() && matchMedia("(max-width: 479px)").matches ? visualViewport.height + "px" : ""; };
    visualViewport.addEventListener("resize", () => { fit(); if (isOpen()) toEnd(); });
  }

  window.xiaoer = Object.freeze({ open, close, forget });

  function begin() {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(CSS);
    shadow.adoptedStyleSheets = [sheet];
    shadow.append(el("div", { class: "root", lang: LANG === "zh" ? "zh-CN" : "en" }, launch, panel));
    document.body.append(host);
    log.append(dots);
    // Another user of the same browser does not see what the last one wrote.
    if (USER) {
      if (kept.get("user") && kept.get("user") !== USER.id) forget();
      kept.set("user", USER.id);
    }
    // Whoever talked before is told what came meanwhile; nobody else is connected before she opens the chat.
    if (talks()) connect();
  }
  if (document.body) begin(); else addEventListener("DOMContentLoaded", begin);
})();
