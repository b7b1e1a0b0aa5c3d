/** What the page says when its server is gone. */
const goneWords = "The watch has ended: this page shows what it saw last.";

/**
 * Asks again and again what has changed, and puts newer sections in the places of older ones. What arrives was escaped where it was made;
 * the policy of the page lets nothing in it run.
 * @param seconds between two questions
 */
export function watchScript(seconds: number): string {
  return `(async () => {
  const main = document.querySelector("main");
  const known = new Map();
  const say = (text) => { const place = document.getElementById("state"); if (place) place.textContent = text; };
  let tag = "", failures = 0;
  const show = (sections) => {
    const ids = new Set(sections.map(({ id }) => id));
    for (const element of [...main.children]) if (!ids.has(element.id)) { known.delete(element.id); element.remove(); }
    sections.forEach(({ id, html }, place) => {
      if (known.get(id) !== html) {
        known.set(id, html);
        const made = document.createElement("template");
        made.innerHTML = html;
        const old = document.getElementById(id);
        if (old) old.replaceWith(made.content.firstElementChild);
        else main.append(made.content.firstElementChild);
      }
      const element = document.getElementById(id);
      if (main.children[place] !== element) main.insertBefore(element, main.children[place]);
    });
  };
  for (;;) {
    try {
      const answer = await fetch("state", { headers: tag === "" ? {} : { "if-none-match": tag }, cache: "no-store" });
      if (answer.status === 200) {
        tag = answer.headers.get("etag") ?? "";
        const { sections, ended } = await answer.json();
        show(sections);
        if (ended !== null) { say(ended); return; }
      } else if (answer.status !== 304) throw new Error(String(answer.status));
      failures = 0;
    } catch {
      if (++failures > 2) { say(${JSON.stringify(goneWords)}); return; }
    }
    await new Promise((resolve) => setTimeout(resolve, ${1000 * seconds}));
  }
})();`;
}
