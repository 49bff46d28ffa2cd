/** What to try first: shown until dismissed, which this browser remembers. */

import { el, fill, iconButton } from "./dom.js";
import { inline } from "./mrkdwn.js";

const KEY = "playground.tips-dismissed";

export class Welcome {
  constructor(store) {
    this.store = store;
    this.list = el("ol");
    const close = iconButton("close", "Dismiss the tips", () => this.dismiss());
    const head = el("header", {}, el("h2", {}, "Try this first"), close);
    this.element = el("section", { class: "tips", "aria-label": "What to try first", hidden: true, data: { testid: "tips" } }, head, this.list);
    store.on("state", () => this.draw());
  }

  draw() {
    this.element.hidden = !this.store.tips.length || localStorage.getItem(KEY) === "yes";
    fill(this.list, this.store.tips.map((tip) => el("li", {}, el("span", {}, inline(tip, this.store)))));
  }

  dismiss() {
    localStorage.setItem(KEY, "yes");
    this.element.hidden = true;
  }
}
