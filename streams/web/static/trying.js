// Tries a rule while it is typed: sends the form to where its button "Try it on" sends it, and shows what the answer
// has as its outcome. Without this file the button does the same.
//
// One trial goes on at a time, and what changed meanwhile is tried after it: so no answer can come too late, and a
// slow one is not asked for twice.

"use strict";

const PAUSE_MS = 500; // since the last key
const LONGEST_MS = 60000;
const GONE = "This could not be tried: load the page again.";

const button = document.querySelector("button[formaction]");
const form = button?.form;
const outcome = document.getElementById("outcome");
let waiting; // the timer until the rule is tried
let busy = false;
let changed = false; // since it was last sent

if (form) form.addEventListener("input", () => later(PAUSE_MS));

function later(ms) {
  changed = true;
  clearTimeout(waiting);
  waiting = setTimeout(tried, ms);
}

async function tried() {
  if (busy) return; // tried when the one before is done
  if (!form.elements.query.value.trim()) return outcome.replaceChildren();
  busy = true;
  changed = false;
  outcome.setAttribute("aria-busy", "true");
  const found = await answered().catch(() => said(GONE));
  busy = false;
  outcome.removeAttribute("aria-busy");
  if (changed) later(PAUSE_MS); // what was found is of a rule that stands there no more
  else if (found) outcome.replaceChildren(...found.childNodes);
}

// The outcome as the page would have it, or nothing when the rule is to be tried again later.
async function answered() {
  const fields = new URLSearchParams([...new FormData(form), ["typed", "yes"]]);
  const signal = AbortSignal.timeout(LONGEST_MS);
  const answer = await fetch(button.formAction, { method: "POST", body: fields, signal });
  if (answer.status === 503) {
    setTimeout(() => changed || later(0), 1000 * (Number(answer.headers.get("Retry-After")) || 1));
    return null;
  }
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  return page.getElementById("outcome") ?? said(GONE);
}

function said(text) {
  const told = document.createElement("div");
  const note = told.appendChild(document.createElement("p"));
  note.className = "note";
  note.textContent = text;
  return told;
}
