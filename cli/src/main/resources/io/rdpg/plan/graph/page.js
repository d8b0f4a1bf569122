"use strict";
(() => {
  const colours = ["#db2777", "#0891b2", "#7c3aed", "#65a30d", "#e11d48", "#2563eb"];
  const name = "http://www.w3.org/2000/svg";
  const folds = [...document.querySelectorAll("details.fold")];
  const waits = [...document.querySelectorAll("li[data-by]")].map((wait, i) => ({
    wait,
    by: wait.dataset.by.split(" ").map(id => document.getElementById(id)),
    colour: colours[i % colours.length],
  }));
  const wires = document.createElementNS(name, "svg");
  wires.id = "wires";
  wires.setAttribute("aria-hidden", "true");
  document.body.append(wires);

  // A step in a closed box is drawn as that box.
  const shown = step => {
    let seen = step;
    for (let box = step.parentElement.closest("li.box"); box; box = box.parentElement.closest("li.box")) {
      if (!box.querySelector(":scope > details").open) seen = box;
    }
    return seen;
  };
  const place = step => {
    const part = step.querySelector(":scope > .plate, :scope > .frame");
    const base = document.body.getBoundingClientRect();
    const area = part.getBoundingClientRect();
    const sign = step.querySelector(".sign").getBoundingClientRect();
    return {
      left: Math.min(area.left, sign.left) - base.left,
      right: area.right - base.left,
      y: sign.top + sign.height / 2 - base.top,
    };
  };
  const add = (to, tag, attributes) => {
    const made = document.createElementNS(name, tag);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    to.append(made);
    return made;
  };

  // Where a line goes in that comes from above a fork; null for lines within a list or between ways.
  const beside = (from, to) => {
    let way = null;
    for (let outer = to.closest(".way"); outer && !outer.contains(from); outer = outer.parentElement.closest(".way")) {
      way = outer;
    }
    const ways = way ? [...way.parentElement.querySelectorAll(":scope > .way")] : [];
    if (ways.length < 2 || ways.some(other => other.contains(from))) return null;
    const at = ways.indexOf(way);
    const left = at > 0;
    const base = document.body.getBoundingClientRect();
    const [one, other] = (left ? [ways[at - 1], way] : [way, ways[1]]).map(each => each.getBoundingClientRect());
    if (one.right > other.left) return null;
    return {left, x: (one.right + other.left) / 2 - base.left, top: other.top - base.top};
  };
  const rounded = points => points.map(([x, y], i) => {
    if (i === 0) return `M${x} ${y}`;
    if (i === points.length - 1) return `L${x} ${y}`;
    const near = ([ox, oy]) => [x + Math.max(-7, Math.min(7, (ox - x) / 2)), y + Math.max(-7, Math.min(7, (oy - y) / 2))];
    return `L${near(points[i - 1]).join(" ")}Q${x} ${y} ${near(points[i + 1]).join(" ")}`;
  }).join("");

  // How far each way's rail is from that of the fork, for the lines that part and meet.
  const span = () => {
    for (const way of document.querySelectorAll(".way:not(:first-child)")) {
      const down = way.querySelector(":scope > .down").getBoundingClientRect();
      const first = way.parentElement.querySelector(":scope > .way > .down").getBoundingClientRect();
      way.style.setProperty("--span", `${Math.max(0, down.left - first.left)}px`);
    }
  };
  const draw = () => {
    span();
    wires.replaceChildren();
    wires.setAttribute("width", document.body.clientWidth);
    wires.setAttribute("height", document.body.scrollHeight);
    for (const one of waits) {
      one.group = add(wires, "g", {});
      const to = shown(one.wait);
      const end = place(to);
      for (const from of new Set(one.by.map(shown))) {
        if (from === to || from.contains(to) || to.contains(from)) continue;
        const start = place(from);
        const aside = beside(from, to);
        let line, arrow, x;
        if (aside) {
          // Down beside the steps above the fork, then in the space between its ways.
          const shift = waits.indexOf(one) % 6 * 5;
          const out = start.right + 16 + shift;
          const gap = aside.x - 14 + shift;
          const top = aside.top - 4;
          line = rounded([[start.right, start.y], [out, start.y], [out, top], [gap, top], [gap, end.y],
            [aside.left ? end.left - 3 : end.right + 3, end.y]]);
          arrow = aside.left ? [end.left, -8] : [end.right, 8];
          x = start.right;
        } else if (start.right < end.left) {
          const bend = (end.left - start.right) / 2 + 30;
          line = `M${start.right} ${start.y}C${start.right + bend} ${start.y} ${end.left - bend} ${end.y} ${end.left - 3} ${end.y}`;
          arrow = [end.left, -8];
          x = start.right;
        } else if (end.right < start.left) {
          const bend = (start.left - end.right) / 2 + 30;
          line = `M${start.left} ${start.y}C${start.left - bend} ${start.y} ${end.right + bend} ${end.y} ${end.right + 3} ${end.y}`;
          arrow = [end.right, 8];
          x = start.left;
        } else {
          const out = Math.max(start.right, end.right) + 34;
          line = `M${start.right} ${start.y}C${out} ${start.y} ${out} ${end.y} ${end.right + 3} ${end.y}`;
          arrow = [end.right, 8];
          x = start.right;
        }
        add(one.group, "path", {d: line, stroke: one.colour});
        add(one.group, "circle", {cx: x, cy: start.y, r: 3.2, fill: one.colour});
        add(one.group, "polygon", {
          points: `${arrow[0]},${end.y} ${arrow[0] + arrow[1]},${end.y - 4.5} ${arrow[0] + arrow[1]},${end.y + 4.5}`,
          fill: one.colour,
        });
      }
    }
  };

  const light = step => {
    document.querySelectorAll("li.lit").forEach(lit => lit.classList.remove("lit"));
    wires.classList.remove("busy");
    waits.forEach(one => one.group?.classList.remove("lit"));
    const lit = step ? waits.filter(one => shown(one.wait) === step || one.wait === step
      || one.by.some(by => by === step || shown(by) === step)) : [];
    for (const one of lit) {
      wires.classList.add("busy");
      one.group.classList.add("lit");
      [one.wait, ...one.by].forEach(end => shown(end).classList.add("lit"));
    }
  };
  const stepOf = target => target instanceof Element ? target.closest("li.step, li.box") : null;
  const plan = document.getElementById("plan");
  plan.addEventListener("pointerover", event => light(stepOf(event.target)));
  plan.addEventListener("pointerleave", () => light(stepOf(document.activeElement)));
  plan.addEventListener("focusin", event => light(stepOf(event.target)));
  plan.addEventListener("focusout", () => light(null));

  // A link leads to its step even when a box around it is closed.
  const reveal = () => {
    const step = location.hash.length > 1 ? document.getElementById(location.hash.slice(1)) : null;
    if (!step) return;
    for (let box = step.parentElement.closest("details.fold"); box; box = box.parentElement.closest("details.fold")) {
      box.open = true;
    }
    step.scrollIntoView({block: "center"});
    step.querySelector("summary")?.focus({preventScroll: true});
  };
  addEventListener("hashchange", reveal);
  document.addEventListener("click", event => {
    const link = event.target instanceof Element ? event.target.closest("a[href^='#']") : null;
    if (link && link.hash === location.hash) reveal();
  });

  const every = open => folds.forEach(fold => { fold.open = open; });
  document.getElementById("open").addEventListener("click", () => every(true));
  document.getElementById("close").addEventListener("click", () => every(false));
  const lines = document.getElementById("lines");
  lines.addEventListener("click", () => {
    const off = wires.classList.toggle("off");
    lines.setAttribute("aria-pressed", String(!off));
  });
  if (waits.length === 0) lines.remove();
  document.querySelector(".tools").hidden = false;

  let before = [];
  addEventListener("beforeprint", () => {
    before = folds.filter(fold => !fold.open);
    every(true);
  });
  addEventListener("afterprint", () => before.forEach(fold => { fold.open = false; }));
  new ResizeObserver(draw).observe(document.body);
  document.addEventListener("toggle", draw, true);
  draw();
  reveal();
})();
