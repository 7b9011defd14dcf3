/** Elements of a page, made without ever reading text as markup. */

let made = 0;

/**
 * Make an element.
 * @param {string} tag
 * @param {Record<string, unknown>} [attributes] `on…` listens, `class` and others are attributes; false and null are
 *     left out.
 * @param {...(Node|string|null|false)} children Texts stay texts.
 * @returns {HTMLElement}
 */
export function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** Make words that only a screen reader tells. */
export function hidden(words) {
  return el("span", { class: "rc-hidden" }, words);
}

/** Return an id that no other element of the page has. */
export function freshId(word) {
  made += 1;
  return `rc-${word}-${made}`;
}

/** Replace a node's text when it differs, so that a live region speaks only of what is new. */
export function say(region, text) {
  if (region.textContent !== text) region.textContent = text;
}

/**
 * Call `mount` once for each element that matches, those that come later by instant navigation included.
 * @param {string} selector
 * @param {(element: HTMLElement) => void} mount
 */
export function mountEach(selector, mount) {
  const seen = new WeakSet();
  const look = () => {
    for (const element of document.querySelectorAll(selector)) {
      if (seen.has(element)) continue;
      seen.add(element);
      mount(element);
    }
  };
  look();
  new MutationObserver(look).observe(document.documentElement, { childList: true, subtree: true });
}
