"use strict";
(() => {
  const panels = JSON.parse(document.getElementById("taizhang-panels").textContent);
  const words = JSON.parse(document.getElementById("taizhang-words").textContent);
  const aside = document.getElementById("trace");
  let opener = null;

  // Rows hold what people typed: everything is set as text, never as markup.
  const make = (tag, text, name) => {
    const element = document.createElement(tag);
    if (text !== undefined) element.textContent = text;
    if (name) element.className = name;
    return element;
  };

  const tableOf = (table) => {
    const box = document.createDocumentFragment();
    if (table.columns.length) {
      const scroll = make("div", undefined, "scroll");
      scroll.tabIndex = 0;
      scroll.setAttribute("role", "region");
      scroll.setAttribute("aria-label", words.rows);
      const grid = make("table");
      const head = grid.createTHead().insertRow();
      for (const column of table.columns) {
        const cell = make("th", column);
        cell.scope = "col";
        head.append(cell);
      }
      const body = grid.createTBody();
      for (const row of table.rows) {
        const line = body.insertRow();
        for (const value of row) {
          const cell = line.insertCell();
          cell.textContent = value;
          if (value.length > 18) cell.title = value;
        }
      }
      scroll.append(grid);
      box.append(make("p", words.count.replace("{total}", table.total), "count"), scroll);
    }
    if (table.note) box.append(make("p", table.note, "note"));
    return box;
  };

  const fill = (box, panel) => {
    box.append(make("p", panel.value, "exact"), make("p", panel.formula, "formula"));
    if (panel.facts.length) {
      const facts = make("dl", undefined, "facts");
      for (const [name, value] of panel.facts) facts.append(make("dt", name), make("dd", value));
      box.append(facts);
    }
    if (panel.table) box.append(tableOf(panel.table));
    for (const part of panel.parts) {
      const details = make("details");
      details.append(make("summary", `${part.title}　${part.value}`));
      fill(details, part);
      box.append(details);
    }
  };

  const show = (names, at) => {
    const name = names[at];
    aside.replaceChildren();
    const close = make("button", words.close, "close");
    close.type = "button";
    close.addEventListener("click", hide);
    aside.append(close);
    if (names.length > 1) {
      const choice = make("div", undefined, "choice");
      names.forEach((other, i) => {
        const button = make("button", panels[other] ? panels[other].title : other);
        button.type = "button";
        button.setAttribute("aria-pressed", String(i === at));
        button.addEventListener("click", () => { show(names, i); aside.querySelectorAll(".choice button")[i].focus(); });
        choice.append(button);
      });
      aside.append(choice);
    }
    const panel = panels[name];
    const title = make("h2", panel ? panel.title : name);
    title.id = "trace-title";
    aside.append(title);
    if (panel) fill(aside, panel);
    aside.hidden = false;
    aside.scrollTop = 0;
    document.body.classList.add("opened");
  };

  const hide = () => {
    aside.hidden = true;
    document.body.classList.remove("opened");
    if (opener) {
      opener.classList.remove("open");
      opener.setAttribute("aria-expanded", "false");
      opener.focus();
      opener = null;
    }
  };

  const open = (link) => {
    if (opener) { opener.classList.remove("open"); opener.setAttribute("aria-expanded", "false"); }
    opener = link;
    link.classList.add("open");
    link.setAttribute("aria-expanded", "true");
    show(link.dataset.figures.split(" "), 0);
    // On a narrow screen the panel covers the lower half.
    link.scrollIntoView({ block: matchMedia("(max-width: 60rem)").matches ? "start" : "nearest" });
    aside.focus({ preventScroll: true });
  };

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-figures]");
    if (!link) return;
    event.preventDefault();
    if (link === opener) hide(); else open(link);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !aside.hidden) { event.preventDefault(); hide(); }
  });
  const wanted = document.getElementById(location.hash.slice(1));
  if (wanted && wanted.matches("a[data-figures]")) open(wanted);
})();
