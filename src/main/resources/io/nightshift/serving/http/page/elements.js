// Makes elements. Texts are set as texts: names of files, classes and runs never become markup.

/** An element with a class, a text and children. */
export function element(name, { className = "", text = null, children = [], ...attributes } = {}) {
  const made = document.createElement(name);
  if (className) {
    made.className = className;
  }
  if (text !== null) {
    made.textContent = text;
  }
  for (const [key, value] of Object.entries(attributes)) {
    made.setAttribute(key, value);
  }
  made.append(...children);
  return made;
}

/** An SVG element with attributes and a text. */
export function svg(name, attributes = {}, text = null) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) {
    made.setAttribute(key, value);
  }
  if (text !== null) {
    made.textContent = text;
  }
  return made;
}

export const percent = (fraction, digits = 0) => `${(100 * fraction).toFixed(digits)} %`;
