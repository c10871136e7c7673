// Reads the webcam's frames one after the other, as fast as the server answers, and draws them at the camera's pace.
import { complain, predict } from "./api.js";
import { drawBoxes, facePanels } from "./faces.js";
import { smoothing } from "./smoothing.js";

const SENT_WIDTH = 480;
const RETRY_MILLIS = 1000;
// While the server reads one frame, the next one is drawn, compressed and sent.
const AT_ONCE = 2;

const section = document.getElementById("live");
const view = document.getElementById("view");
const rate = document.getElementById("rate");
const show = facePanels(document.getElementById("live-faces"));
const video = document.createElement("video");
let stream = null;
let faces = [];
let scale = 1;
let readAt = [];

const pause = millis => new Promise(done => setTimeout(done, millis));

function draw() {
  if (!stream) {
    return;
  }
  if (video.videoWidth) {
    view.width = video.videoWidth;
    view.height = video.videoHeight;
    view.getContext("2d").drawImage(video, 0, 0);
    drawBoxes(view, faces, scale);
  }
  requestAnimationFrame(draw);
}

async function read(sent, whole, smooth) {
  sent.width = Math.min(SENT_WIDTH, video.videoWidth);
  sent.height = Math.round(sent.width * video.videoHeight / video.videoWidth);
  sent.getContext("2d").drawImage(video, 0, 0, sent.width, sent.height);
  const frame = await new Promise(done => sent.toBlob(done, "image/jpeg", 0.9));
  const now = performance.now();
  const answer = await predict(frame, { whole: whole(), frame: true });
  if (!stream || now < readAt.at(-1)) {
    return; // A later frame was answered before.
  }
  scale = video.videoWidth / sent.width;
  faces = smooth(answer.images[0].faces, now / 1000);
  show(faces);
  readAt = [...readAt.filter(at => now - at < 2000), now];
  const seconds = (now - readAt[0]) / 1000;
  rate.textContent = seconds > 0.5 ? `${((readAt.length - 1) / seconds).toFixed(1)} readings a second` : "";
}

async function readOn(mine, whole, smooth) {
  const sent = document.createElement("canvas");
  while (stream === mine) {
    try {
      await read(sent, whole, smooth);
      complain("");
    } catch (failure) {
      complain(failure.message);
      if (failure.status === 401) {
        stop();
      }
      await pause(RETRY_MILLIS);
    }
  }
}

/** Starts; fails if the user or the browser gives no camera. */
export async function start(whole) {
  if (!navigator.mediaDevices) {
    throw new Error("The browser gives the webcam to pages of https:// and of localhost alone.");
  }
  stream = await navigator.mediaDevices.getUserMedia({ video: { width: { ideal: 640 } } });
  video.srcObject = stream;
  video.muted = true;
  await video.play();
  section.hidden = false;
  draw();
  const smooth = smoothing();
  for (let i = 0; i < AT_ONCE; i++) {
    readOn(stream, whole, smooth);
  }
}

export function stop() {
  stream?.getTracks().forEach(track => track.stop());
  stream = null;
  faces = [];
  readAt = [];
  rate.textContent = "";
  show(faces);
  section.hidden = true;
}

export const isOn = () => stream !== null;
