/** The files that wait in a composer: chosen, dropped or pasted, sent with the next message. */

import { el, fill, icon, iconButton } from "./dom.js";
import { sizeWords } from "./files.js";
import { toast } from "./toast.js";

const MOST = 10;
const LARGEST = 20 * 1000 ** 2;

export class Pending {
  /** `changed()` runs when a file came or went. */
  constructor(changed) {
    this.changed = changed;
    this.files = [];
    this.element = el("div", { class: "pending-files", data: { testid: "pending-files" } });
    this.input = el("input", { type: "file", multiple: true, hidden: true, "aria-label": "Attachments", data: { testid: "file-input" } });
    this.input.addEventListener("change", () => {
      this.add([...this.input.files]);
      this.input.value = "";
    });
    this.button = iconButton("clip", "Add attachments", () => this.input.click());
  }

  /** Takes what is dropped on `zone` or pasted into `field`. */
  listen(zone, field) {
    const carries = (event) => event.dataTransfer?.types.includes("Files");
    zone.addEventListener("dragover", (event) => {
      if (!carries(event)) return;
      event.preventDefault();
      zone.classList.add("dropping");
    });
    zone.addEventListener("dragleave", (event) => zone.contains(event.relatedTarget) || zone.classList.remove("dropping"));
    zone.addEventListener("drop", (event) => {
      zone.classList.remove("dropping");
      if (!carries(event)) return;
      event.preventDefault();
      this.add([...event.dataTransfer.files]);
      field.focus();
    });
    field.addEventListener("paste", (event) => {
      const files = [...(event.clipboardData?.files ?? [])];
      if (!files.length) return;
      event.preventDefault();
      this.add(files);
    });
  }

  add(files) {
    const fitting = files.filter((file) => file.size <= LARGEST);
    for (const file of files) if (file.size > LARGEST) toast(`${file.name} is too large: at most ${sizeWords(LARGEST)}.`);
    if (this.files.length + fitting.length > MOST) toast(`A message takes at most ${MOST} files.`);
    this.set([...this.files, ...fitting].slice(0, MOST));
  }

  /** Takes all files out. */
  take() {
    const taken = this.files;
    this.set([]);
    return taken;
  }

  set(files) {
    this.files = files;
    for (const address of this.previews ?? []) URL.revokeObjectURL(address);
    this.previews = [];
    fill(this.element, files.map((file) => this.row(file)));
    this.changed();
  }

  row(file) {
    const drop = () => this.set(this.files.filter((one) => one !== file));
    const close = iconButton("close", `Remove ${file.name}`, drop);
    return el("span", { class: "pending-file" }, this.preview(file), el("span", { class: "file-name", title: file.name }, file.name), close);
  }

  preview(file) {
    if (!file.type.startsWith("image/")) return icon("file");
    const address = URL.createObjectURL(file);
    this.previews.push(address);
    return el("img", { src: address, alt: "" });
  }
}
