// Opens pictures in a real browser and tells what it sees, as JSON on the last line.
// node look.mjs TASK CHROMIUM NODE_MODULES FILE [SCREENSHOT]
import {mkdtempSync, readFileSync, rmSync} from "node:fs";
import {createRequire} from "node:module";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {pathToFileURL} from "node:url";

const [task, executablePath, modules, file, screenshot] = process.argv.slice(2);
const {chromium} = createRequire(join(modules, "x.js"))("playwright-core");
const profile = mkdtempSync(join(tmpdir(), "rdpg-plan-look-"));
const args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
  "--disable-background-networking", "--disable-component-update", "--disable-sync"];

const open = async scheme => {
  const browser = await chromium.launchPersistentContext(profile, {
    executablePath, args, headless: true, colorScheme: scheme,
    viewport: {width: 1280, height: 900}, javaScriptEnabled: task !== "plain",
  });
  const page = browser.pages()[0] ?? await browser.newPage();
  page.said = [];
  page.asked = [];
  page.on("console", message => page.said.push(message.text()));
  page.on("pageerror", error => page.said.push(String(error)));
  page.on("request", request => page.asked.push(request.url()));
  return {browser, page};
};

// Texts that reach out of what they stand in.
const clipped = () => [...document.querySelectorAll("summary, .links, dd, .condition span, .tag, button")]
  .filter(element => element.checkVisibility() && element.scrollWidth > element.clientWidth + 1
    && getComputedStyle(element).display !== "inline")
  .map(element => element.textContent);
const overlapping = () => {
  const plates = [...document.querySelectorAll(".plate")].filter(plate => plate.checkVisibility());
  const areas = plates.map(plate => plate.getBoundingClientRect());
  const found = [];
  for (let i = 0; i < areas.length; i++) {
    for (let j = i + 1; j < areas.length; j++) {
      const [a, b] = [areas[i], areas[j]];
      if (a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1) {
        found.push(`${plates[i].textContent} / ${plates[j].textContent}`);
      }
    }
  }
  return found;
};

const tasks = {
  // A page: is it quiet, can it be folded, does it light up?
  async page() {
    const {browser, page} = await open("light");
    const seen = {};
    await page.goto(pathToFileURL(file).href);
    seen.title = await page.title();
    seen.lines = await page.locator("#wires path").count();
    seen.steps = await page.locator("li.step").count();
    seen.clipped = await page.evaluate(clipped);
    seen.overlapping = await page.evaluate(overlapping);
    if (screenshot) await page.screenshot({path: `${screenshot}-light.png`, fullPage: true});

    const fold = page.locator("details.fold:not([open])").first();
    if (await fold.count()) {
      const box = await fold.evaluate(element => element.parentElement.id);
      const isOpen = () => page.locator(`#${box} > details`).evaluate(element => element.open);
      const before = await isOpen();
      await page.locator(`#${box} > details > summary`).click();
      const clicked = await isOpen();
      await page.locator(`#${box} > details > summary`).focus();
      await page.keyboard.press("Enter");
      seen.folding = [before, clicked, await isOpen()];
    }
    await page.locator("#close").click();
    seen.openAfterFoldAll = await page.locator("details.fold[open]").count();
    await page.locator("#open").click();
    seen.closedAfterUnfoldAll = await page.locator("details.fold:not([open])").count();
    seen.clippedWhole = await page.evaluate(clipped);
    seen.overlappingWhole = await page.evaluate(overlapping);

    const wait = page.locator("li[data-by]").last();
    if (await wait.count()) {
      const by = (await wait.getAttribute("data-by")).split(" ");
      await wait.locator(".name").first().hover();
      seen.lit = await page.locator("li.lit").evaluateAll(all => all.map(one => one.id));
      seen.litLines = await page.locator("#wires g.lit path").count();
      seen.wanted = [await wait.getAttribute("id"), ...by];
      await page.mouse.move(0, 0);
      await page.locator("#close").click();
      await page.evaluate(id => { location.hash = id; }, by[0]);
      await page.waitForFunction(id => document.activeElement?.closest("li")?.id === id, by[0]);
      seen.jumped = await page.locator(`#${by[0]}`).isVisible();
    }
    const step = page.locator("li.step:visible details.more > summary").first();
    await step.focus();
    await page.keyboard.press("Space");
    seen.details = await page.locator("li.step details.more[open] dl").first().innerText();
    seen.said = page.said;
    seen.asked = page.asked;
    await browser.close();

    const dark = await open("dark");
    await dark.page.goto(pathToFileURL(file).href);
    seen.dark = await dark.page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    if (screenshot) await dark.page.screenshot({path: `${screenshot}-dark.png`, fullPage: true});
    await dark.browser.close();
    return seen;
  },

  // Without its script all of it can be read.
  async plain() {
    const {browser, page} = await open("light");
    await page.goto(pathToFileURL(file).href);
    const seen = {
      steps: await page.locator("li.step:visible").count(),
      tools: await page.locator(".tools").isVisible(),
      links: await page.locator(".links a:visible").count(),
    };
    await page.locator("details.fold:not([open]) > summary").first().click();
    seen.stepsAfter = await page.locator("li.step:visible").count();
    await browser.close();
    return seen;
  },

  // A report: does it fit, is it quiet, can all of it be unfolded?
  async report() {
    const seen = {};
    for (const scheme of ["light", "dark"]) {
      const {browser, page} = await open(scheme);
      await page.goto(pathToFileURL(file).href);
      seen.title = await page.title();
      seen[scheme] = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
      for (const fold of await page.locator("details > summary").all()) await fold.click();
      seen.text = await page.locator("body").innerText();
      seen.closed = await page.locator("details:not([open])").count();
      seen.scripts = await page.locator("script").count();
      seen.images = await page.locator("img").count();
      await page.setViewportSize({width: 800, height: 900});
      seen.tooWide = await page.evaluate(
        () => document.documentElement.scrollWidth > document.documentElement.clientWidth);
      if (screenshot) await page.screenshot({path: `${screenshot}-${scheme}.png`, fullPage: true});
      seen.said = [...(seen.said ?? []), ...page.said];
      seen.asked = [...(seen.asked ?? []), ...page.asked];
      await browser.close();
    }
    return seen;
  },

  // An SVG file: does every text stay in its plate, as this browser's fonts draw it?
  async svg() {
    const {browser, page} = await open("light");
    await page.setContent(`<body style="margin:0">${readFileSync(file, "utf8")}`);
    const seen = await page.evaluate(() => {
      const root = document.querySelector("svg");
      const area = element => element.getBoundingClientRect();
      const rects = [...root.querySelectorAll("rect")].map(area);
      const texts = [...root.querySelectorAll("text")];
      // The smallest rectangle that holds the beginning of a text has to hold its end.
      const over = texts.filter(text => {
        const t = area(text);
        const y = (t.top + t.bottom) / 2;
        const around = rects.filter(r => r.left <= t.left && t.left <= r.right && r.top <= y && y <= r.bottom)
          .sort((a, b) => a.width * a.height - b.width * b.height)[0];
        return around && t.right > around.right + 1;
      });
      const across = [];
      const areas = texts.map(area);
      for (let i = 0; i < areas.length; i++) {
        for (let j = i + 1; j < areas.length; j++) {
          const [a, b] = [areas[i], areas[j]];
          if (a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 3 && b.top < a.bottom - 3) {
            across.push(`${texts[i].textContent} / ${texts[j].textContent}`);
          }
        }
      }
      return {texts: texts.length, across, over: over.map(t => t.textContent)};
    });
    seen.said = page.said;
    seen.asked = page.asked;
    if (screenshot) await page.screenshot({path: `${screenshot}.png`, fullPage: true});
    await browser.close();
    return seen;
  },

  // A Mermaid chart, by the real Mermaid as pages use it.
  async mermaid() {
    const {browser, page} = await open("light");
    await page.goto("about:blank");
    await page.addScriptTag({path: join(modules, "mermaid", "dist", "mermaid.min.js")});
    const seen = await page.evaluate(async chart => {
      mermaid.initialize({startOnLoad: false, securityLevel: "strict"});
      const {svg} = await mermaid.render("chart", chart);
      document.body.innerHTML = svg;
      return {
        text: document.body.innerText,
        nodes: document.querySelectorAll(".node").length,
        clusters: document.querySelectorAll(".cluster").length,
        edges: document.querySelectorAll(".edgePaths path").length,
        scripts: document.querySelectorAll("#chart script").length,
      };
    }, readFileSync(file, "utf8"));
    seen.said = page.said;
    seen.asked = page.asked.filter(url => url !== "about:blank");
    if (screenshot) await page.screenshot({path: `${screenshot}.png`, fullPage: true});
    await browser.close();
    return seen;
  },
};

try {
  console.log(JSON.stringify(await tasks[task]()));
} finally {
  rmSync(profile, {recursive: true, force: true, maxRetries: 5});
}
