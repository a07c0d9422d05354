// Makes pages that work without it a little nicer.
(() => {
  "use strict";
  const all = (selector, within) => Array.from((within || document).querySelectorAll(selector));

  // Browsers that do not heed `autofocus` on anything but fields.
  const summary = document.getElementById("summary");
  if (summary) summary.focus();

  // Somebody who comes back to the answer to a form sees the form, not a question about sending it twice.
  if ("answer" in document.documentElement.dataset) history.replaceState(null, "", location.href);

  // Show and hide what is typed.
  all("[data-reveal]").forEach((field) => {
    const input = field.querySelector("input");
    const row = document.createElement("div");
    const button = document.createElement("button");
    const label = field.querySelector("label").firstChild.textContent.trim();
    const set = (shown) => {
      input.type = shown ? "text" : "password";
      button.textContent = shown ? field.dataset.hide : field.dataset.reveal;
      button.setAttribute("aria-label", `${button.textContent} ${label}`);
    };
    button.type = "button";
    button.className = "reveal";
    button.setAttribute("aria-controls", input.id);
    row.className = "revealing";
    input.replaceWith(row);
    row.append(input, button);
    set(false);
    button.addEventListener("click", () => set(input.type === "password"));
    if (input.form) input.form.addEventListener("submit", () => set(false));
  });

  // Password rules, each as it is met. What the page cannot know stays for the server to say.
  const tests = {
    length: (typed, item) => Array.from(typed).length >= Number(item.dataset.least),
    lower: (typed) => /\p{Ll}/u.test(typed),
    upper: (typed) => /\p{Lu}/u.test(typed),
    digit: (typed) => /[0-9]/.test(typed),
    special: (typed) => /[^\p{L}\p{N}\s]/u.test(typed),
  };
  const rules = document.querySelector(".rules");
  const password = document.getElementById("password");
  if (rules && password) {
    const items = all("[data-rule]", rules).filter((item) => tests[item.dataset.rule]);
    const said = document.createElement("p");
    let later;
    said.className = "unseen";
    said.setAttribute("role", "status");
    rules.append(said);
    password.addEventListener("input", () => {
      const missing = items.filter((item) => {
        const kept = tests[item.dataset.rule](password.value, item);
        item.dataset.state = kept ? "kept" : "";
        item.querySelector(".state").textContent = kept ? ` (${rules.dataset.kept})` : "";
        return !kept;
      });
      clearTimeout(later);
      later = setTimeout(() => {
        const names = missing.map((item) => item.firstChild.textContent.trim());
        said.textContent = names.length ? `${rules.dataset.missing} ${names.join(", ")}` : rules.dataset.all;
      }, 1200);
    });
  }

  // Another picture, without losing what was typed.
  all("[data-captcha]").forEach((box) => {
    const button = box.querySelector("[value=another]");
    const picture = box.querySelector("img");
    const said = box.querySelector("[data-said]");
    const fetched = async () => {
      const form = button.form;
      const body = new URLSearchParams({ csrf_token: form.elements.csrf_token.value });
      const answer = await fetch(box.dataset.captcha, { method: "POST", body });
      if (!answer.ok) throw new Error();
      const made = await answer.json();
      picture.src = made.picture;
      box.querySelector("audio").src = made.recording;
      form.elements.captcha_reference.value = made.reference;
      form.elements.captcha.value = "";
      form.elements.captcha.focus();
      said.textContent = "";
      setTimeout(() => { said.textContent = said.dataset.said; }, 100);
    };
    let plain = false;
    button.addEventListener("click", (event) => {
      if (plain) return;
      event.preventDefault();
      fetched().catch(() => { plain = true; button.click(); });
    });
    picture.addEventListener("click", () => button.click());
  });

  // The time until a mail can be sent again.
  all("form[data-wait]").forEach((form) => {
    const button = form.querySelector("button");
    const note = form.querySelector(".wait");
    const end = Date.now() + Number(form.dataset.wait) * 1000;
    const tick = () => {
      const left = Math.ceil((end - Date.now()) / 1000);
      button.disabled = left > 0;
      note.hidden = left <= 0;
      note.querySelector("b").textContent = left;
      if (left > 0) setTimeout(tick, 1000);
    };
    tick();
  });

  // Back from the mailbox: the page looks whether the address was confirmed meanwhile.
  if (document.body.hasAttribute("data-reload-when-seen")) {
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") location.reload();
    });
  }

  // A sheet of paper to keep.
  all("[data-print]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  });

  // A second press on a button sends nothing twice.
  all("form").forEach((form) => {
    form.addEventListener("submit", (event) => {
      const now = Date.now();
      if (now - Number(form.dataset.sent || 0) < 3000) event.preventDefault();
      else form.dataset.sent = now;
    });
  });
  window.addEventListener("pageshow", () => all("form").forEach((form) => delete form.dataset.sent));
})();
