import { complain, json, onToken, predict } from "./api.js";
import { element, percent } from "./elements.js";
import { explanationFigure } from "./explanation.js";
import { CROWD, drawBoxes, facePanels } from "./faces.js";
import * as webcam from "./webcam.js";

const LARGEST_SHOWN = 1200;
const MOST_RESULTS = 24;
const results = document.getElementById("results");
const files = document.getElementById("files");
const camera = document.getElementById("camera");
const drop = document.getElementById("drop");
const whole = document.getElementById("whole");

/** A button that shows and hides what spoke for the labels, which it asks the server for once. */
function whyButton(file, isWhole, panels) {
  const button = element("button", { text: "Why these labels?", type: "button", "aria-expanded": "false" });
  let figures = null;
  button.addEventListener("click", async () => {
    try {
      if (figures === null) {
        button.disabled = true;
        const answer = await predict(file, { whole: isWhole, explain: true });
        figures = await Promise.all(answer.images[0].faces.map(explanationFigure));
        figures.forEach((figure, index) => panels.children[index]?.append(figure));
        complain("");
      }
      const shown = button.getAttribute("aria-expanded") === "true";
      button.setAttribute("aria-expanded", !shown);
      figures.forEach(figure => { figure.hidden = shown; });
    } catch (failure) {
      complain(failure.message);
    } finally {
      button.disabled = false;
      button.focus();
    }
  });
  return button;
}

async function showPicture(file, result) {
  const title = element("h2", { text: file.name });
  result.append(title);
  try {
    const isWhole = whole.checked;
    const answer = await predict(file, { whole: isWhole });
    const { faces, width, height } = answer.images[0];
    const picture = await createImageBitmap(file);
    const scale = Math.min(1, LARGEST_SHOWN / Math.max(width, height));
    const canvas = element("canvas", { role: "img", "aria-label": `${file.name} with a numbered box around each face` });
    // A face that was cut out is small: its box must be seen.
    const zoom = Math.max(scale, Math.min(4, 240 / Math.max(width, height)));
    canvas.width = Math.round(width * zoom);
    canvas.height = Math.round(height * zoom);
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    drawBoxes(canvas, faces, zoom);
    const panels = element("div", { className: "faces" });
    if (faces.length === 0) {
      panels.append(element("p", { text: "No face was found. If the picture is one face, tick the box above, and choose it again." }));
    }
    if (faces.some(face => face.whole_image)) {
      panels.append(element("p", { text: "No face was found; the whole picture is taken as one, because it has the size of one." }));
    }
    facePanels(panels)(faces);
    title.append(" ", element("small", { text: `${answer.milliseconds.toFixed(0)} ms on the server` }));
    result.append(element("div", { className: faces.length < CROWD ? "reading" : "reading crowd", children: [canvas, panels] }));
    if (faces.length > 0) {
      result.append(element("p", { className: "actions", children: [whyButton(file, isWhole, panels)] }));
    }
  } catch (failure) {
    result.append(element("p", { className: "notice bad", text: failure.message }));
  }
}

async function showPictures(chosen) {
  for (const file of chosen) {
    const result = element("article", { className: "result" });
    results.prepend(result);
    while (results.children.length > MOST_RESULTS) {
      results.lastElementChild.remove();
    }
    await showPicture(file, result);
  }
}

const isRefit = provenance => provenance?.refit || provenance?.members?.some(member => member.refit);

async function showModel() {
  const model = await json("/v1/model");
  // Of the faces that it was trained on it gets more right than of others.
  const accuracy = Object.entries(model.provenance?.measured?.accuracy ?? {}).filter(([split]) => split !== "training");
  document.getElementById("accuracy").replaceChildren(...accuracy.length
    ? accuracy.map(([split, share]) => element("span", { className: "large", text: `${percent(share, 1)} of the faces of ${split} right. ` }))
    : [element("span", { text: "How accurate it is in general, its file does not tell." })]);
  const facts = {
    Network: model.origin,
    "Trained on": isRefit(model.provenance) ? "training and public_test" : undefined,
    Classes: model.classes.join(", "),
    "Takes faces of": `${model.side} × ${model.side} pixels`,
    Run: model.provenance?.run_id,
    "Served since": model.since.replace("T", " ").replace("Z", " UTC"),
    "SHA-256": model.model,
    Problem: model.problem,
  };
  document.getElementById("card").replaceChildren(...Object.entries(facts)
    .filter(([, value]) => value)
    .flatMap(([name, value]) => [element("dt", { text: name }), element("dd", { text: value })]));
  document.getElementById("model").hidden = false;
}

const tellModel = () => showModel().catch(failure => complain(failure.message));

files.addEventListener("change", () => {
  showPictures([...files.files]);
  files.value = "";
});
drop.addEventListener("dragover", event => {
  event.preventDefault();
  drop.classList.add("over");
});
drop.addEventListener("dragleave", () => drop.classList.remove("over"));
drop.addEventListener("drop", event => {
  event.preventDefault();
  drop.classList.remove("over");
  showPictures([...event.dataTransfer.files]);
});
camera.addEventListener("click", async () => {
  if (webcam.isOn()) {
    webcam.stop();
  } else {
    await webcam.start(() => whole.checked).catch(failure => complain(`No webcam: ${failure.message}`));
  }
  camera.textContent = webcam.isOn() ? "Stop the webcam" : "Start the webcam";
});
onToken(tellModel);
tellModel();
