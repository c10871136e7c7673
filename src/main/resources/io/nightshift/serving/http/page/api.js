// Calls this server. A token that it asks for is kept for this tab, until it is closed.
const KEY = "nightshift-token";
const form = document.getElementById("token-form");
const problem = document.getElementById("problem");

/** Shows a line about what went wrong; an empty one hides it. */
export function complain(line) {
  problem.textContent = line;
  problem.hidden = !line;
}

/** Fetches, and throws an Error with the server's line if it refuses. */
async function call(path, options = {}) {
  const token = sessionStorage.getItem(KEY);
  const headers = { ...options.headers, ...(token ? { Authorization: `Bearer ${token}` } : {}) };
  let response;
  try {
    response = await fetch(path, { ...options, headers });
  } catch {
    throw new Error("The server does not answer; is it still running?");
  }
  if (response.status === 401) {
    form.hidden = false;
    throw Object.assign(new Error(token ? "The server refuses this token." : ""), { status: 401 });
  }
  if (!response.ok) {
    const text = await response.text();
    let detail = `the server answered ${response.status}`;
    try {
      detail = JSON.parse(text).detail;
    } catch { /* Not from this server: a proxy's page. */ }
    throw Object.assign(new Error(detail), { status: response.status });
  }
  return response;
}

export const json = async (path, options) => (await call(path, options)).json();
export const blob = async path => (await call(path)).blob();
export const predict = (image, { whole = false, frame = false, explain = false }) => {
  const options = [whole && "whole-image", frame && "frame", explain && "explain"].filter(Boolean).join("&");
  return json(
    `/v1/predict${options && `?${options}`}`,
    { method: "POST", body: image, headers: { "Content-Type": image.type || "application/octet-stream" } });
};
export const hasToken = () => sessionStorage.getItem(KEY) !== null;

/** Calls back when the user has given a token. */
export function onToken(retry) {
  form.addEventListener("submit", event => {
    event.preventDefault();
    sessionStorage.setItem(KEY, document.getElementById("token").value.trim());
    form.hidden = true;
    complain("");
    retry();
  });
}
