// Shows faces: boxes on a canvas, and the scores of each as bars.
import { element, percent } from "./elements.js";

// Distinguishable for readers who do not see all colours (Okabe and Ito, 2008).
const COLOURS = ["#E69F00", "#56B4E9", "#009E73", "#F0E442", "#D55E00", "#CC79A7"];
/** From so many faces on their panels stand below the picture, and not beside it. */
export const CROWD = 4;

export const colour = index => COLOURS[index % COLOURS.length];

/** Draws numbered boxes with their labels, which lie in pixels of a picture that is scaled by a factor. */
export function drawBoxes(canvas, faces, scale) {
  const pen = canvas.getContext("2d");
  const size = Math.max(13, Math.min(canvas.width, canvas.height) / 24);
  pen.font = `600 ${size}px system-ui, sans-serif`;
  pen.textBaseline = "bottom";
  faces.forEach((face, index) => {
    const { x, y, width, height } = face.box;
    pen.strokeStyle = pen.fillStyle = colour(index);
    pen.lineWidth = Math.max(2, size / 6);
    pen.strokeRect(x * scale, y * scale, width * scale, height * scale);
    const whole = `${index + 1} ${face.label} ${percent(face.scores[face.label])}`;
    // Beside others that are as small, labels would hide faces: then there are numbers alone.
    const text = faces.length < CROWD || pen.measureText(whole).width < width * scale ? whole : `${index + 1}`;
    const wide = pen.measureText(text).width + 8;
    const left = Math.max(0, Math.min(x * scale, canvas.width - wide));
    const bottom = Math.max(size + 4, y * scale);
    pen.fillRect(left, bottom - size - 4, wide, size + 4);
    pen.fillStyle = "#000";
    pen.fillText(text, left + 4, bottom);
  });
}

function panel(index, face) {
  const rows = Object.keys(face.scores).map(name => {
    const bar = element("span", { className: "bar", "aria-hidden": "true" });
    const value = element("td");
    const row = element("tr", {
      children: [element("th", { text: name, scope: "row" }), element("td", { children: [bar] }), value],
    });
    return { name, row, bar, value };
  });
  const title = element("h3");
  const body = element("tbody", { children: rows.map(each => each.row) });
  const root = element("div", { className: "face", children: [title, element("table", { className: "scores", children: [body] })] });
  root.style.setProperty("--colour", colour(index));
  return {
    root,
    names: rows.map(each => each.name).join(),
    show(shown) {
      title.textContent = `Face ${index + 1}: ${shown.label}`;
      for (const { name, row, bar, value } of rows) {
        bar.style.setProperty("--share", shown.scores[name]);
        value.textContent = percent(shown.scores[name]);
        row.className = name === shown.label ? "best" : "";
      }
    },
  };
}

/** Keeps a panel for each face inside of an element; showing the next frame changes bars, and builds little anew. */
export function facePanels(parent) {
  let panels = [];
  return faces => {
    while (panels.length > faces.length) {
      panels.pop().root.remove();
    }
    faces.forEach((face, index) => {
      if (panels[index]?.names !== Object.keys(face.scores).join()) {
        const made = panel(index, face);
        panels[index] ? panels[index].root.replaceWith(made.root) : parent.append(made.root);
        panels[index] = made;
      }
      panels[index].show(face);
    });
  };
}
