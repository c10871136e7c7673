// Tracks faces from frame to frame, and smooths the scores of each, as the command watch does: a face is the earlier one
// with whose box it shares most, and its scores move towards the new ones by 1 - exp(-t / T) after t seconds.
const SAME_FACE = 0.3;
const FORGET_SECONDS = 1;
const TIME_CONSTANT_SECONDS = 0.5;

function overlap(a, b) {
  const across = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const down = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  const shared = Math.max(0, across) * Math.max(0, down);
  return shared / (a.width * a.height + b.width * b.height - shared);
}

function moved(before, face, second) {
  const step = 1 - Math.exp(-(second - before.second) / TIME_CONSTANT_SECONDS);
  const scores = {};
  for (const name of Object.keys(face.scores)) {
    const from = before.face.scores[name] ?? face.scores[name];
    scores[name] = from + step * (face.scores[name] - from);
  }
  const label = Object.keys(scores).reduce((best, name) => scores[name] > scores[best] ? name : best);
  return { ...face, scores, label };
}

/** Returns what smooths the faces of each next frame; seconds never decrease. */
export function smoothing() {
  let tracked = [];
  return (faces, second) => {
    const before = tracked.filter(each => second - each.second <= FORGET_SECONDS);
    const now = faces.map(face => {
      const near = before
        .map(each => ({ each, share: overlap(each.face.box, face.box) }))
        .filter(({ share }) => share >= SAME_FACE)
        .sort((a, b) => b.share - a.share)[0];
      if (!near) {
        return { face, second };
      }
      before.splice(before.indexOf(near.each), 1);
      return { face: moved(near.each, face, second), second };
    });
    tracked = [...now, ...before];
    return now.map(each => each.face);
  };
}
