/** The two halves of the page: the divider between them, and tabs where the window is narrow. */

import { el, iconButton } from "./dom.js";

const KEY = "playground.board-width";
const LEAST = 20;
const MOST = 65;
const WIDE = 60;
const STEP = 2;
const ROOMY = 1200;

function clamp(share) {
  return Math.min(MOST, Math.max(LEAST, share));
}

/** What the board gets unless someone chose: room for its lists, less beside an open thread or in a small window. */
function usual(threaded) {
  if (innerWidth < ROOMY) return 41;
  return threaded ? 36 : 48;
}

export class Layout {
  constructor(workspace, board) {
    this.workspace = workspace;
    this.board = board;
    const range = { "aria-valuemin": String(LEAST), "aria-valuemax": String(MOST), "aria-orientation": "vertical" };
    const props = { class: "divider", role: "separator", tabindex: "0", "aria-label": "Width of the board", ...range };
    this.divider = el("div", props);
    this.element = el("main", { class: "halves" }, workspace, this.divider, board, this.tabs());
    this.threaded = false;
    this.share(Number(localStorage.getItem(KEY)) || this.usual());
    addEventListener("resize", () => this.settle());
    this.tab("workspace");
    this.divider.addEventListener("pointerdown", (event) => this.grab(event));
    this.divider.addEventListener("keydown", (event) => this.key(event));
    this.divider.addEventListener("dblclick", () => this.forget());
  }

  usual() {
    return usual(this.threaded);
  }

  /** Back to the usual width, unless someone chose another. */
  settle() {
    if (!localStorage.getItem(KEY)) this.share(this.usual());
  }

  /** A thread opened or closed: it stands beside its channel where the board can give way. */
  thread(open) {
    this.threaded = open;
    this.settle();
  }

  /** Gives the board this part of the width, in per cent. */
  share(percent) {
    this.percent = clamp(percent);
    this.element.style.setProperty("--board-share", `${this.percent}%`);
    this.divider.setAttribute("aria-valuenow", String(Math.round(this.percent)));
  }

  /** As `share`, and this browser remembers it. */
  choose(percent) {
    this.share(percent);
    localStorage.setItem(KEY, String(this.percent));
  }

  forget() {
    localStorage.removeItem(KEY);
    this.settle();
  }

  grab(event) {
    event.preventDefault();
    this.divider.setPointerCapture(event.pointerId);
    this.divider.classList.add("dragging");
    const move = (step) => this.choose((1 - step.clientX / innerWidth) * 100);
    const drop = () => {
      this.divider.classList.remove("dragging");
      this.divider.removeEventListener("pointermove", move);
    };
    this.divider.addEventListener("pointermove", move);
    this.divider.addEventListener("lostpointercapture", drop, { once: true });
  }

  key(event) {
    const steps = { ArrowLeft: STEP, ArrowRight: -STEP };
    if (!(event.key in steps)) return;
    event.preventDefault();
    this.choose(this.percent + steps[event.key]);
  }

  /** A button for the board's head that gives it more room, or the usual. */
  widen() {
    return iconButton("wide", "Widen the board, or back", () => (this.percent > this.usual() + 5 ? this.forget() : this.choose(WIDE)), { class: "widen" });
  }

  tabs() {
    this.buttons = ["Workspace", "Board"].map((title) => {
      const name = title.toLowerCase();
      const press = { data: { testid: `tab-${name}` }, on: { click: () => this.tab(name) } };
      return el("button", { type: "button", role: "tab", ...press }, title);
    });
    return el("div", { class: "tabs", role: "tablist", "aria-label": "Workspace or board" }, this.buttons);
  }

  /** Shows one half where there is room for one only. */
  tab(name) {
    this.element.dataset.tab = name;
    this.buttons.forEach((button, index) => button.setAttribute("aria-selected", String((index === 1) === (name === "board"))));
  }
}
