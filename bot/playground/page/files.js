/** Files: images shown where they stand, everything else as a chip to open or keep. */

import { el, hereUrl, icon, safeUrl } from "./dom.js";

/** What the server shows inline; it sends everything else as a download. */
export const SHOWN = /^image\/(?:png|jpeg|gif|webp)$/;
const UNITS = ["B", "KB", "MB", "GB"];

/** A count of bytes in words. */
export function sizeWords(bytes) {
  const power = bytes > 0 ? Math.min(Math.floor(Math.log10(bytes) / 3), UNITS.length - 1) : 0;
  return `${Number((bytes / 1000 ** power).toFixed(power ? 1 : 0))} ${UNITS[power]}`;
}

/** A picture that this server holds; null for any other address: the page fetches nothing from elsewhere. */
export function localImage(address, words, props = {}) {
  const src = hereUrl(address);
  return src && el("img", { src, alt: words, title: words, loading: "lazy", ...props });
}

/** The files of a message in Slack's form. */
export function fileNodes(files) {
  return el("div", { class: "files" }, files.map(fileNode));
}

function fileNode(file) {
  const name = file.title || file.name || "file";
  if (file.mode === "tombstone" || file.mode === "hidden_by_limit") return el("div", { class: "file-chip muted" }, "This file was deleted.");
  const address = `/_control/files/${encodeURIComponent(file.id)}`;
  const image = SHOWN.test(file.mimetype) && localImage(address, file.alt_txt || name, { class: "file-image" });
  if (!image) return fileChip({ name, detail: details(file), download: address });
  const open = el("a", { href: image.src, target: "_blank", rel: "noopener noreferrer", class: "file-open" }, image);
  return el("figure", { class: "file", data: { testid: "file" } }, el("figcaption", {}, name), open);
}

function details(file) {
  const kind = file.pretty_type || file.filetype?.toUpperCase();
  return [kind, file.size && sizeWords(file.size)].filter(Boolean).join(" · ");
}

/** A file by name, with a button that keeps it where this server has it. */
export function fileChip({ name, detail, address, download }) {
  const open = address && (hereUrl(address) ?? safeUrl(address));
  const words = el("span", { class: "file-words" }, el("strong", {}, name), detail && el("span", { class: "muted" }, detail));
  const main = open ? el("a", { href: open, target: "_blank", rel: "noopener noreferrer", class: "file-main" }, icon("file"), words) : el("span", { class: "file-main" }, icon("file"), words);
  const kept = download && hereUrl(download);
  const keep = kept && el("a", { href: kept, download: name, class: "icon-button", title: `Download ${name}`, "aria-label": `Download ${name}` }, icon("download"));
  return el("div", { class: "file-chip", data: { testid: "file" } }, main, keep);
}
