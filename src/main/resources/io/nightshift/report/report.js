"use strict";
(() => {
  const curves = JSON.parse(document.getElementById("curves").textContent);
  const colour = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  // A line down through the epoch whose model was kept.
  const keptEpoch = {
    id: "keptEpoch",
    beforeDatasetsDraw(chart) {
      const index = curves.epochs.indexOf(curves.kept);
      if (index < 0) {
        return;
      }
      const { ctx, chartArea: { top, bottom, left, right } } = chart;
      const x = chart.scales.x.getPixelForValue(index);
      ctx.save();
      ctx.strokeStyle = ctx.fillStyle = colour("--muted");
      ctx.setLineDash([3, 3]);
      ctx.beginPath();
      ctx.moveTo(x, top);
      ctx.lineTo(x, bottom);
      ctx.stroke();
      const onTheLeft = x > (left + right) / 2;
      ctx.font = "600 12px " + Chart.defaults.font.family;
      ctx.textAlign = onTheLeft ? "right" : "left";
      ctx.textBaseline = "top";
      ctx.fillText(curves.keptLabel, onTheLeft ? x - 6 : x + 6, top + 4);
      ctx.restore();
    },
  };

  const line = (label, values, variable) => ({
    label,
    data: values,
    borderColor: colour(variable),
    backgroundColor: colour(variable),
    borderWidth: 2.5,
    tension: 0.25,
    pointRadius: curves.epochs.map(epoch => epoch === curves.kept ? 6 : curves.epochs.length > 30 ? 0 : 2.5),
    pointHoverRadius: 6,
  });

  // number(value, more): the text of a value, with so many more decimals than on an axis.
  const draw = (id, datasets, number) =>
    new Chart(document.getElementById(id), {
      type: "line",
      data: { labels: curves.epochs, datasets },
      plugins: [keptEpoch],
      options: {
        animation: false,
        maintainAspectRatio: false,
        interaction: { mode: "index", intersect: false },
        scales: {
          x: {
            title: { display: true, text: "epoch", color: colour("--muted") },
            ticks: { color: colour("--muted"), maxRotation: 0 },
            grid: { display: false },
            border: { color: colour("--line") },
          },
          y: {
            ticks: { color: colour("--muted"), callback: value => number(value, 0) },
            grid: { color: colour("--line") },
            border: { display: false },
            grace: "8%",
          },
        },
        plugins: {
          legend: {
            display: datasets.length > 1,
            align: "start",
            labels: { color: colour("--ink"), usePointStyle: true, pointStyle: "line", pointStyleWidth: 28 },
          },
          tooltip: {
            callbacks: {
              title: items => "epoch " + items[0].label,
              label: item => item.dataset.label + ": " + number(item.parsed.y, 1),
            },
          },
        },
      },
    });

  const drawAll = () => {
    Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
    Chart.defaults.font.size = 12;
    const validated = document.getElementById("accuracy") !== null;
    const loss = [line("training", curves.trainLoss, "--first")];
    if (validated) {
      loss.push(line("validation", curves.validationLoss, "--second"));
    }
    const charts = [draw("loss", loss, (value, more) => value.toFixed(2 + more))];
    if (validated) {
      const accuracy = [line("validation", curves.validationAccuracy, "--second")];
      if (curves.baseline !== null) {
        accuracy.push({
          ...line("always ‘" + curves.majorityClass + "’", curves.epochs.map(() => curves.baseline), "--muted"),
          borderWidth: 1.5,
          borderDash: [6, 4],
          pointRadius: 0,
        });
      }
      charts.push(draw("accuracy", accuracy, (value, more) => (100 * value).toFixed(more) + "\u00a0%"));
    }
    return charts;
  };

  // A canvas does not follow the style sheet by itself: drawn anew when the colours change, on paper too.
  let charts = drawAll();
  for (const query of ["(prefers-color-scheme: dark)", "print"]) {
    matchMedia(query).addEventListener("change", () => {
      charts.forEach(chart => chart.destroy());
      charts = drawAll();
    });
  }
})();
