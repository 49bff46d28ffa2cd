/** The thin bar on top of the page: what goes on beside the workspace, and how far it is. */

import { el, fill, iconButton } from "./dom.js";

export class Notice {
  constructor(store) {
    this.element = el("div", { class: "notice", role: "status", hidden: true, data: { testid: "notice" } });
    store.on("notice", (notice) => this.show(notice));
  }

  show(notice) {
    this.element.hidden = !notice;
    if (!notice) return;
    const { text, progress } = notice;
    const bar = progress !== null && el("progress", { max: "1", value: progress, "aria-label": text });
    const close = iconButton("close", "Dismiss", () => (this.element.hidden = true));
    fill(this.element, el("span", { class: "notice-text" }, text), bar, close);
  }
}
