// Draws learning curves and confusion matrices, by hand: no library, and no style but that of page.css.
import { element, percent, svg } from "./elements.js";

const WIDTH = 480;
const HEIGHT = 266;
const LEFT = 46;
const BOTTOM = 36;
const TOP = 10;
const RIGHT = 12;

/** Returns about four round numbers that cover a range. */
function ticks(least, most) {
  const rough = (most - least || 1) / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map(factor => factor * power).find(each => each >= rough);
  const found = [];
  for (let tick = Math.floor(least / step) * step; tick < most + step; tick += step) {
    found.push(Number(tick.toPrecision(10)));
  }
  return found;
}

/**
 * A chart with a curve for each series: { name, colour, dashed, points: [[epoch, value], ...], best }, where best is the
 * epoch that gets a dot.
 */
export function lineChart(title, series, format) {
  const points = series.flatMap(each => each.points);
  const figure = element("figure", { children: [element("figcaption", { text: title })] });
  if (points.length === 0) {
    figure.append(element("p", { className: "note", text: "Not measured." }));
    return figure;
  }
  const values = points.map(([, value]) => value);
  const marks = ticks(Math.min(...values), Math.max(...values));
  const [low, high] = [marks[0], marks.at(-1)];
  const last = Math.max(2, ...points.map(([epoch]) => epoch));
  const x = epoch => LEFT + (WIDTH - LEFT - RIGHT) * (epoch - 1) / (last - 1);
  const y = value => TOP + (HEIGHT - TOP - BOTTOM) * (high - value) / (high - low);
  const ends = series.filter(each => each.points.length)
    .map(each => `${each.name} ends at ${format(each.points.at(-1)[1])}`).join("; ");
  const root = svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": `${title}: ${ends}` });
  for (const mark of marks) {
    root.append(svg("line", { class: "grid", x1: LEFT, x2: WIDTH - RIGHT, y1: y(mark), y2: y(mark) }));
    root.append(svg("text", { x: LEFT - 6, y: y(mark) + 4, "text-anchor": "end" }, format(mark)));
  }
  for (const epoch of ticks(1, last).filter(each => Number.isInteger(each) && each >= 1 && each <= last)) {
    root.append(svg("text", { x: x(epoch), y: HEIGHT - BOTTOM + 16, "text-anchor": "middle" }, epoch));
  }
  root.append(svg("text", { x: (LEFT + WIDTH) / 2, y: HEIGHT - 5, "text-anchor": "middle" }, "epoch"));
  for (const each of series.filter(one => one.points.length)) {
    const group = svg("g");
    group.style.setProperty("--colour", each.colour);
    group.append(svg("polyline", {
      class: each.dashed ? "curve dashed" : "curve",
      points: each.points.map(([epoch, value]) => `${x(epoch)},${y(value)}`).join(" "),
    }));
    for (const [epoch, value] of each.points.filter(([at]) => at === each.best || each.points.length === 1)) {
      group.append(svg("circle", { cx: x(epoch), cy: y(value), r: 5 }));
    }
    root.append(group);
  }
  figure.append(root);
  return figure;
}

/** A table of an evaluation's confusion matrix. */
export function confusion(title, evaluation) {
  const names = evaluation.classes.map(each => each.name);
  const head = element("tr", {
    children: [element("th", { scope: "col", text: "actual" }), ...names.map(name => element("th", { scope: "col", text: name, title: name }))],
  });
  const rows = evaluation.confusion.map((counts, actual) => {
    const sum = counts.reduce((a, b) => a + b, 0);
    const cells = counts.map((count, predicted) => {
      const share = sum ? count / sum : 0;
      const cell = element("td", {
        className: actual === predicted ? "right" : "",
        text: sum ? Math.round(100 * share) : "–",
        title: `${count} of ${sum} ${names[actual]} were taken for ${names[predicted]}`,
      });
      cell.style.setProperty("--share", share);
      return cell;
    });
    return element("tr", { children: [element("th", { scope: "row", text: names[actual], title: names[actual] }), ...cells] });
  });
  return element("figure", {
    children: [
      element("figcaption", {
        text: title,
        children: [element("small", { text: ` ${percent(evaluation.accuracy, 1)} of ${evaluation.examples} right` })],
      }),
      element("table", {
        className: "heat",
        children: [element("thead", { children: [head] }), element("tbody", { children: rows })],
      }),
    ],
  });
}
