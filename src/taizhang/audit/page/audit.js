"use strict";
(() => {
  const data = document.getElementById("taizhang-cards");
  if (!data) return;
  const cards = JSON.parse(data.textContent);
  const card = document.getElementById("card");
  const marked = [...document.querySelectorAll("[data-findings]")];
  let opener = null;

  const make = (tag, text) => {
    const element = document.createElement(tag);
    element.textContent = text;
    return element;
  };

  const clear = () => {
    for (const element of document.querySelectorAll(".lit")) element.classList.remove("lit");
    for (const button of document.querySelectorAll("[data-finding][aria-pressed='true']")) button.setAttribute("aria-pressed", "false");
    card.hidden = true;
    if (opener) opener.focus({ preventScroll: true });
    opener = null;
  };

  const light = (elements) => {
    for (const element of elements) element.classList.add("lit");
    if (elements.length) elements[0].scrollIntoView({ block: "center" });
  };

  const openFigure = (link) => {
    clear();
    opener = link;
    const { title, facts, link: way } = cards[link.dataset.figure];
    const list = document.createElement("dl");
    list.className = "facts";
    for (const [name, value] of facts) list.append(make("dt", name), make("dd", value));
    card.replaceChildren(make("h2", title), list);
    if (way) {
      const choose = make("a", way[1]);
      choose.href = way[0];
      card.append(choose);
    }
    card.hidden = false;
    link.classList.add("lit");
    card.scrollIntoView({ block: "nearest" });
    card.focus({ preventScroll: true });
  };

  const openFinding = (button) => {
    const pressed = button.getAttribute("aria-pressed") === "true";
    opener = null;
    clear();
    if (pressed) return;
    button.setAttribute("aria-pressed", "true");
    opener = button;
    light(marked.filter((element) => element.dataset.findings.split(" ").includes(button.dataset.finding)));
  };

  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-figure]");
    const button = event.target.closest("[data-finding]");
    if (link) { event.preventDefault(); openFigure(link); } else if (button) openFinding(button);
  });
  document.addEventListener("change", (event) => {
    const box = event.target.closest("[data-filter]");
    if (!box) return;
    for (const item of document.querySelectorAll(`.finding[data-class="${box.dataset.filter}"]`)) item.hidden = !box.checked;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") clear();
  });
})();
