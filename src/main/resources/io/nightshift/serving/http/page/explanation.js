// Draws a face as the network sees it, under a heat map of what spoke for its label.
import { element } from "./elements.js";

const SIDE = 168;
// How much of a hot point the map covers, at most.
const COVER = 0.6;

/** The grid's value at a point of the face in [0, 1], interpolated between the middles of its elements. */
function at(rows, x, y) {
  const width = rows[0].length;
  const height = rows.length;
  const column = Math.max(0, Math.min(width - 1, x * width - 0.5));
  const row = Math.max(0, Math.min(height - 1, y * height - 0.5));
  const left = Math.floor(column);
  const top = Math.floor(row);
  const value = (down, right) => rows[Math.min(top + down, height - 1)][Math.min(left + right, width - 1)];
  const between = down => value(down, 0) + (column - left) * (value(down, 1) - value(down, 0));
  return between(0) + (row - top) * (between(1) - between(0));
}

/** Lays red, and yellow where it is hottest, over the canvas. */
function heat(pen, rows) {
  const image = pen.getImageData(0, 0, SIDE, SIDE);
  for (let i = 0; i < SIDE * SIDE; i++) {
    const hot = at(rows, (i % SIDE + 0.5) / SIDE, (Math.floor(i / SIDE) + 0.5) / SIDE);
    const cover = COVER * hot;
    [255, 255 * Math.max(0, 2 * hot - 1), 0].forEach((colour, k) => {
      image.data[4 * i + k] = (1 - cover) * image.data[4 * i + k] + cover * colour;
    });
  }
  pen.putImageData(image, 0, 0);
}

/** A figure for a face of an answer, or a line where the server explains no more faces. */
export async function explanationFigure(face, index) {
  if (!face.explanation) {
    return element("p", { className: "why", text: "The server explains only the first twelve faces of a picture." });
  }
  const { rows, method, face: png } = face.explanation;
  const picture = new Image();
  picture.src = `data:image/png;base64,${png}`;
  await picture.decode();
  const canvas = element("canvas", {
    width: SIDE, height: SIDE, role: "img",
    "aria-label": `Face ${index + 1} under a heat map of what spoke for ${face.label}`,
  });
  const pen = canvas.getContext("2d");
  pen.drawImage(picture, 0, 0, SIDE, SIDE);
  heat(pen, rows);
  return element("figure", {
    className: "why",
    children: [canvas, element("figcaption", { children: [element("small", { text: `What spoke for ${face.label} (${method})` })] })],
  });
}
