import { blob, complain, hasToken, json, onToken } from "./api.js";
import { confusion, lineChart } from "./charts.js";
import { element, percent } from "./elements.js";

const MOST_SHOWN = 4;
const colour = index => `var(--run-${index})`;
const details = new Map();
let chosen = [];

const known = fraction => typeof fraction === "number" ? percent(fraction, 1) : "–";
const moment = time => time ? time.slice(0, 16).replace("T", " ") : "–";

function report(run) {
  const path = `/v1/runs/${encodeURIComponent(run.run_id)}/report`;
  if (!run.report) {
    return element("td", { text: "–" });
  }
  const link = element("a", { text: "report", href: path, "aria-label": `report of ${run.run_id}` });
  // A link cannot send the token: then the report is fetched, and saved as a file.
  if (hasToken()) {
    link.addEventListener("click", async event => {
      event.preventDefault();
      try {
        const file = URL.createObjectURL(await blob(path));
        element("a", { href: file, download: `${run.run_id}.html` }).click();
        setTimeout(() => URL.revokeObjectURL(file), 10000);
      } catch (failure) {
        complain(failure.message);
      }
    });
  }
  return element("td", { children: [link] });
}

function row(run, champion) {
  const tick = element("input", { type: "checkbox", id: `run-${run.run_id}` });
  tick.checked = chosen.includes(run.run_id);
  tick.addEventListener("change", () => {
    chosen = tick.checked ? [...chosen, run.run_id].slice(-MOST_SHOWN) : chosen.filter(id => id !== run.run_id);
    document.querySelectorAll("#runs input").forEach(each => {
      each.checked = chosen.some(id => each.id === `run-${id}`);
    });
    showChosen().catch(failure => complain(failure.message));
  });
  const name = element("label", { text: ` ${run.run_id}`, for: tick.id });
  const badge = run.run_id === champion ? [element("span", { className: "badge", text: "champion" })] : [];
  return element("tr", {
    children: [
      element("th", { scope: "row", children: [tick, name, ...badge] }),
      element("td", { className: run.state, text: run.state, title: run.reason ?? "" }),
      element("td", { text: moment(run.start) }),
      element("td", { text: run.training?.epochs ?? "–" }),
      element("td", { text: known(run.training?.validation_accuracy) }),
      element("td", { text: known(run.training?.test_accuracy) }),
      report(run),
    ],
  });
}

async function detailed(id) {
  if (!details.has(id)) {
    details.set(id, await json(`/v1/runs/${encodeURIComponent(id)}`));
  }
  return details.get(id);
}

function series(runs, metric, dashed = false) {
  return runs.map((run, index) => ({
    name: run.run_id,
    colour: colour(index),
    dashed,
    best: dashed ? null : run.training?.best_epoch,
    points: run.epochs.filter(epoch => metric in epoch).map(epoch => [epoch.epoch, epoch[metric]]),
  }));
}

async function showChosen() {
  const asked = chosen.join();
  const runs = await Promise.all(chosen.map(detailed));
  if (asked !== chosen.join()) {
    return; // Another choice was made meanwhile.
  }
  document.getElementById("curves").hidden = document.getElementById("matrices").hidden = runs.length === 0;
  document.getElementById("legend").replaceChildren(...runs.map((run, index) => {
    const entry = element("li", { text: run.run_id });
    entry.style.setProperty("--colour", colour(index));
    return entry;
  }));
  document.getElementById("charts").replaceChildren(
    lineChart("Accuracy on public_test", series(runs, "validation_accuracy"), value => percent(value)),
    lineChart(
      "Loss on public_test, and of the training (dashed)",
      [...series(runs, "train_loss", true), ...series(runs, "validation_loss")],
      value => value.toFixed(2)));
  document.getElementById("confusion").replaceChildren(...runs.flatMap(run => run.evaluations
    .filter(evaluation => evaluation.split !== "training")
    .map(evaluation => confusion(`${run.run_id}, ${evaluation.split}`, evaluation))));
}

async function show() {
  const { champion, history, runs } = await json("/v1/runs");
  const newestFirst = [...runs].sort((a, b) => (b.start ?? "").localeCompare(a.start ?? ""));
  const newest = newestFirst.find(run => run.training && run.run_id !== champion)?.run_id;
  chosen = [champion, newest].filter(id => runs.some(run => run.run_id === id));
  document.getElementById("runs").replaceChildren(...newestFirst.map(run => row(run, champion)));
  document.getElementById("list").hidden = false;
  if (runs.length === 0) {
    complain("There are no runs yet; ./submit.sh retrain makes one.");
  }
  document.getElementById("history").replaceChildren(...[...history].reverse().map(step => element("li", {
    text: `${moment(step.time)}  ${step.run_id}${step.before ? ` replaced ${step.before}` : ""} (${step.by}: ${step.reason})`,
  })));
  document.getElementById("champions").hidden = history.length === 0;
  await showChosen();
}

const showOrComplain = () => show().catch(failure => complain(failure.message));
onToken(showOrComplain);
showOrComplain();
