/** Builds DOM nodes from plain values: text is always a text node, never markup. */

const SVG = "http://www.w3.org/2000/svg";
const PROPERTIES = new Set(["value", "checked", "disabled", "selected", "hidden", "tabIndex"]);

/** An element: `on` holds listeners, `data` the dataset, other names are attributes. */
export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) setProp(node, name, value);
  node.append(...children.flat(Infinity).filter(isContent));
  return node;
}

function isContent(child) {
  return child !== null && child !== undefined && child !== false && child !== "";
}

function setProp(node, name, value) {
  if (value === undefined || value === null || value === false) return;
  if (name === "on") addListeners(node, value);
  else if (name === "data") setData(node, value);
  else if (PROPERTIES.has(name)) node[name] = value;
  else node.setAttribute(name, value === true ? "" : value);
}

function addListeners(node, listeners) {
  for (const [type, listener] of Object.entries(listeners)) node.addEventListener(type, listener);
}

function setData(node, values) {
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined && value !== null) node.dataset[name] = value;
  }
}

const ICONS = {
  close: "M5 5l10 10M15 5L5 15",
  check: "M4 10.5l4 4 8-9",
  chevron: "M5 8l5 5 5-5",
  more: "M4.5 10h.01M10 10h.01M15.5 10h.01",
  smile: "M10 17.5a7.5 7.5 0 100-15 7.5 7.5 0 000 15zM7 11.5c.6 1.2 1.7 1.9 3 1.9s2.4-.7 3-1.9M7.5 8h.01M12.5 8h.01",
  reply: "M4 4.5h12v8.5H9l-3.5 3V13H4z",
  send: "M3.5 3.5l13.5 6.5-13.5 6.5 2-6.5zM5.5 10H11",
  pencil: "M4 16l.8-3.4L13.4 4l2.6 2.6-8.6 8.6zM11.8 5.6l2.6 2.6",
  trash: "M4 6h12M8 6V4h4v2M5.5 6l.7 10h7.6l.7-10M8.5 9v4.5M11.5 9v4.5",
  sun: "M10 13.5a3.5 3.5 0 100-7 3.5 3.5 0 000 7zM10 2v1.5M10 16.5V18M2 10h1.5M16.5 10H18M4.3 4.3l1.1 1.1M14.6 14.6l1.1 1.1M4.3 15.7l1.1-1.1M14.6 5.4l1.1-1.1",
  moon: "M16.5 12A7 7 0 018 3.5a7 7 0 108.5 8.5z",
  auto: "M3 4.5h14v9H3zM7 17h6M10 13.5V17",
  menu: "M3 6h14M3 10h14M3 14h14",
  plus: "M10 4v12M4 10h12",
  lines: "M4 6h12M4 10h12M4 14h7",
  comment: "M4 4.5h12v8.5H9l-3.5 3V13H4z",
  clock: "M10 17.5a7.5 7.5 0 100-15 7.5 7.5 0 000 15zM10 6v4l2.5 2",
  archive: "M3 4h14v3.5H3zM4.2 7.5V16h11.6V7.5M8 11h4",
  move: "M4 10h11M11 6l4 4-4 4",
  arrow: "M10 4v11M6 11l4 4 4-4",
  lock: "M5 9h10v7.5H5zM7 9V6.5a3 3 0 016 0V9",
  eye: "M2.5 10S5.2 5 10 5s7.5 5 7.5 5-2.7 5-7.5 5-7.5-5-7.5-5zM10 12.2a2.2 2.2 0 100-4.4 2.2 2.2 0 000 4.4z",
  bolt: "M11 2.5L4.5 11.5H9l-.5 6L15.5 8H11z",
  clip: "M15.5 9.5l-5.8 5.8a3.4 3.4 0 01-4.8-4.8l6.4-6.4a2.2 2.2 0 013.1 3.1l-6.3 6.4a1 1 0 01-1.5-1.5l5.5-5.4",
  file: "M5.5 2.5h6l3.5 3.5v11.5h-9.5zM11.5 2.5V6H15",
  download: "M10 3v9M6.5 9l3.5 3.5L13.5 9M4 16.5h12",
  stop: "M6 6h8v8H6z",
  wide: "M8 5L3 10l5 5M12 5l5 5-5 5",
};

/** A 20 by 20 line icon, hidden from assistive technology. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 20 20");
  svg.setAttribute("class", `icon icon-${name}`);
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

/** A button that shows one icon and says `label` to assistive technology. */
export function iconButton(name, label, onClick, props = {}) {
  const on = { click: onClick };
  const classes = `icon-button ${props.class ?? ""}`.trim();
  return el("button", { type: "button", title: label, "aria-label": label, ...props, class: classes, on }, icon(name));
}

/** Gives the node a colour (Slack's bare hex digits, or CSS) as --tint; anything that is not a colour is ignored. */
export function tint(node, color) {
  const value = /^[0-9a-f]{6}$/i.test(color) ? `#${color}` : color;
  if (value && CSS.supports("color", value)) node.style.setProperty("--tint", value);
  return node;
}

/** The absolute http(s) address that `text` names, or null for every other scheme. */
export function safeUrl(text) {
  try {
    const url = new URL(text, location.href);
    return url.protocol === "http:" || url.protocol === "https:" ? url.href : null;
  } catch {
    return null;
  }
}

/** The address on this server that `text` names, by whichever loopback name, or null. */
export function hereUrl(text) {
  const url = safeUrl(text ?? "") && new URL(text, location.href);
  const loopback = (host) => host === "localhost" || host === "127.0.0.1" || host === "[::1]";
  const here = url && (url.host === location.host || (url.port === location.port && loopback(url.hostname) && loopback(location.hostname)));
  return here ? `${location.origin}${url.pathname}${url.search}` : null;
}

/** A link that opens apart from the page; an unsafe address leaves the children as plain text. */
export function link(address, children, props = {}) {
  const href = safeUrl(address);
  if (!href) return el("span", {}, children);
  return el("a", { ...props, href, target: "_blank", rel: "noopener noreferrer" }, children);
}

/** The square picture of a person: colour and initials. */
export function avatar(user, size = "") {
  const classes = `avatar ${size} ${user.is_bot ? "avatar-app" : ""}`.trim();
  return tint(el("span", { class: classes, "aria-hidden": "true" }, user.initials), user.color);
}

/** Empties the node and gives it these children. */
export function fill(node, ...children) {
  node.replaceChildren(...children.flat(Infinity).filter(isContent));
  return node;
}
