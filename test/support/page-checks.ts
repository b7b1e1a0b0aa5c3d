/// <reference lib="dom" />
/// <reference lib="dom.iterable" />

/** Functions that run inside a page: each must stand alone, since only its text is sent there. */

/** What a reader sees: heading, text, figures by their description, and table rows by section. */
export function pageContent() {
  const visible = (element: Element) => element.getBoundingClientRect().width > 0;
  const cells = (row: Element) => [...row.children].map((cell) => (cell as HTMLElement).innerText.trim());
  const tables: Record<string, string[][]> = {};
  for (const section of document.querySelectorAll("section")) {
    tables[section.id] = [...section.querySelectorAll("tbody tr")].map(cells);
  }
  return {
    heading: document.querySelector("h1")?.innerText ?? "",
    text: document.body.innerText,
    images: document.images.length,
    figures: [...document.querySelectorAll("svg")].filter(visible).map((svg) => svg.getAttribute("aria-label") ?? ""),
    tables,
  };
}

/** Texts whose contrast with what is behind them is below 4.5 : 1 (WCAG 2.2, AA). */
export function contrastFaults(): string[] {
  type Colour = [red: number, green: number, blue: number, alpha: number];
  const parse = (text: string): Colour => {
    const [red, green, blue, alpha = 1] = (text.match(/[\d.]+/g) ?? ["0", "0", "0", "0"]).map(Number);
    return [red, green, blue, alpha];
  };
  const over = (top: Colour, below: Colour): Colour => {
    const mix = (k: 0 | 1 | 2) => top[3] * top[k] + (1 - top[3]) * below[k];
    return [mix(0), mix(1), mix(2), 1];
  };
  const linear = (value: number) => (value <= 10.31 ? value / 3294.6 : ((value / 255 + 0.055) / 1.055) ** 2.4);
  const luminance = ([red, green, blue]: Colour) =>
    0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
  const background = (element: Element | null): Colour => {
    if (element === null) return [255, 255, 255, 1];
    const own = parse(getComputedStyle(element).backgroundColor);
    return own[3] === 1 ? own : over(own, background(element.parentElement));
  };
  const opacity = (element: Element | null): number =>
    element === null ? 1 : Number(getComputedStyle(element).opacity) * opacity(element.parentElement);
  const faults: string[] = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const element = node.parentElement;
    const text = node.textContent?.trim() ?? "";
    if (text === "" || element === null || element.getBoundingClientRect().width === 0) continue;
    const style = getComputedStyle(element);
    const inFigure = element.closest("svg") !== null;
    const ink = parse(inFigure ? style.fill : style.color);
    // Labels that would overlap others are drawn invisible.
    if (opacity(element) === 0) continue;
    ink[3] *= opacity(element) * (inFigure ? Number(style.fillOpacity) : 1);
    const behind = background(element);
    const [light, dark] = [luminance(over(ink, behind)), luminance(behind)].sort((a, b) => b - a);
    const contrast = (light + 0.05) / (dark + 0.05);
    if (contrast < 4.5) faults.push(`${text.slice(0, 40)}: ${contrast.toFixed(2)}`);
  }
  return faults;
}

/** What is wider than the page without a frame to scroll in, and what is cut off at the edge of its figure. */
export function overflowFaults(): string[] {
  const faults: string[] = [];
  const { scrollWidth, clientWidth } = document.documentElement;
  if (scrollWidth > clientWidth) faults.push(`the page is ${scrollWidth} px wide in a window of ${clientWidth}`);
  for (const element of document.querySelectorAll("main *, header *")) {
    if (element.closest("svg, .scroll, pre") !== null) continue;
    const { right, left } = element.getBoundingClientRect();
    if (right > clientWidth + 0.5 || left < -0.5) faults.push(`${element.tagName} ends at ${right} px`);
  }
  for (const text of document.querySelectorAll("svg text")) {
    const frame = text.closest("svg")?.getBoundingClientRect();
    const box = text.getBoundingClientRect();
    if (frame === undefined || frame.width === 0 || box.width === 0) continue;
    const inside =
      box.left > frame.left - 1 &&
      box.right < frame.right + 1 &&
      box.top > frame.top - 3 &&
      box.bottom < frame.bottom + 3;
    if (!inside) faults.push(`"${text.textContent}" is cut off in ${text.closest("svg")?.getAttribute("aria-label")}`);
  }
  return faults;
}
