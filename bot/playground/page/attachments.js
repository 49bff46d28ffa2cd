/** What is attached to a card: pictures with a preview, links and files by name. */

import { el } from "./dom.js";
import { SHOWN, fileChip, localImage, sizeWords } from "./files.js";

function previewOf(attachment) {
  return attachment.previews?.[0]?.url ?? attachment.url;
}

/** The picture on top of a card's tile, or null. */
export function coverImage(card) {
  const id = card.cover?.idAttachment ?? card.idAttachmentCover;
  const attachment = id && card.attachments?.find((one) => one.id === id);
  return attachment ? localImage(previewOf(attachment), attachment.name, { class: "card-cover", alt: "", draggable: "false", loading: "eager" }) : null;
}

/** The rows of a card's attachments. */
export function attachmentRows(attachments) {
  return attachments.map((attachment) => {
    const image = SHOWN.test(attachment.mimeType) && localImage(previewOf(attachment), attachment.name, { class: "file-image" });
    const detail = attachment.bytes ? sizeWords(attachment.bytes) : attachment.isUpload ? "" : "link";
    const chip = fileChip({ name: attachment.name, detail, address: attachment.url, download: attachment.isUpload && attachment.url });
    const picture = image && el("a", { href: image.src, target: "_blank", rel: "noopener noreferrer", class: "file-open" }, image);
    return el("div", { class: "attachment", data: { testid: "attachment" } }, picture, chip);
  });
}
