/** Drags a card with the pointer: a copy follows it, a gap shows where the card will land. */

import { el } from "./dom.js";

const THRESHOLD = 6;
const EDGE = 48;
const SPEED = 14;

/** `drop(cardId, listId, beforeCardId | null)` runs when a card was let go over a list. */
export function enableDrag(lists, drop) {
  lists.addEventListener("pointerdown", (event) => {
    const card = event.target.closest(".card");
    if (card && event.button === 0 && event.pointerType !== "touch") new Drag(lists, card, event, drop);
  });
}

class Drag {
  constructor(lists, card, event, drop) {
    Object.assign(this, { lists, card, drop, fromX: event.clientX, fromY: event.clientY, started: false });
    this.stop = new AbortController();
    const { signal } = this.stop;
    addEventListener("pointermove", (step) => this.move(step), { signal });
    addEventListener("pointerup", () => this.end(true), { signal });
    addEventListener("pointercancel", () => this.end(false), { signal });
    addEventListener("keydown", (key) => key.key === "Escape" && this.end(false), { signal });
  }

  move(event) {
    const far = Math.hypot(event.clientX - this.fromX, event.clientY - this.fromY) > THRESHOLD;
    if (!this.started && !far) return;
    if (!this.started) this.begin();
    event.preventDefault();
    this.at = event;
    this.follow();
    this.place();
  }

  begin() {
    const box = this.card.getBoundingClientRect();
    this.started = true;
    this.home = { cards: this.card.parentElement, next: this.card.nextElementSibling };
    this.grip = { x: this.fromX - box.left, y: this.fromY - box.top };
    this.ghost = el("div", { class: "ghost" }, this.card.cloneNode(true));
    this.ghost.style.setProperty("width", `${box.width}px`);
    this.card.classList.add("dragged");
    document.body.append(this.ghost);
    document.body.classList.add("dragging-card");
    this.timer = setInterval(() => this.scroll(), 16);
  }

  follow() {
    this.ghost.style.setProperty("translate", `${this.at.clientX - this.grip.x}px ${this.at.clientY - this.grip.y}px`);
  }

  /** Puts the faded card where it would land. */
  place() {
    const list = this.column();
    this.list = list;
    if (!list) return;
    const cards = list.querySelector(".cards");
    const others = [...cards.children].filter((card) => card !== this.card);
    const below = others.find((card) => this.at.clientY < middle(card)) ?? null;
    if (this.card.parentElement !== cards || this.card.nextElementSibling !== below) cards.insertBefore(this.card, below);
  }

  /** The list under the pointer; the room below a list belongs to it. */
  column() {
    const { clientX, clientY } = this.at;
    if (!holds(this.lists.getBoundingClientRect(), clientX, clientY)) return null;
    return [...this.lists.children].find((list) => holds(list.getBoundingClientRect(), clientX)) ?? null;
  }

  /** Near the edge of the board it scrolls by itself. */
  scroll() {
    const box = this.lists.getBoundingClientRect();
    const { clientX } = this.at;
    if (clientX > box.right - EDGE) this.lists.scrollLeft += SPEED;
    else if (clientX < box.left + EDGE) this.lists.scrollLeft -= SPEED;
    else return;
    this.place();
  }

  end(landed) {
    this.stop.abort();
    if (!this.started) return;
    clearInterval(this.timer);
    this.ghost.remove();
    this.card.classList.remove("dragged");
    document.body.classList.remove("dragging-card");
    swallowClick();
    const before = this.card.nextElementSibling?.dataset.cardId ?? null;
    const list = this.card.closest(".list").dataset.list;
    if (landed && this.list) this.drop(this.card.dataset.cardId, list, before);
    else this.home.cards.insertBefore(this.card, this.home.next);
  }
}

function holds(box, x, y = box.top) {
  return x >= box.left && x <= box.right && y >= box.top && y <= box.bottom;
}

function middle(card) {
  const box = card.getBoundingClientRect();
  return box.top + box.height / 2;
}

/** The click that follows the drop does not open the card. */
function swallowClick() {
  const swallow = (event) => event.stopPropagation();
  addEventListener("click", swallow, { capture: true, once: true });
  setTimeout(() => removeEventListener("click", swallow, { capture: true }), 50);
}
