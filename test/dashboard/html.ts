/** What a page says, read by a parser as a browser would: facts, not strings of markup. */

/** The texts of the elements that fit, each with its white space as a reader sees it. */
export async function texts(html: string, selector: string): Promise<readonly string[]> {
  const found: string[] = [];
  const open: number[] = [];
  const rewriter = new HTMLRewriter().on(selector, {
    element(element) {
      open.push(found.push('') - 1);
      element.onEndTag(() => void open.pop());
    },
    text(chunk) {
      for (const index of open) found[index] += chunk.text;
    },
  });
  await rewriter.transform(new Response(html)).text();
  return found.map((text) => decoded(text).replaceAll(/\s+/g, ' ').trim());
}

/** Null where an element has no such attribute. */
export async function attributes(html: string, selector: string, name: string): Promise<readonly (string | null)[]> {
  const found: (string | null)[] = [];
  const rewriter = new HTMLRewriter().on(selector, {
    element(element) {
      const value = element.getAttribute(name);
      found.push(value === null ? null : decoded(value));
    },
  });
  await rewriter.transform(new Response(html)).text();
  return found;
}

/** The only text of that kind on the page. */
export async function text(html: string, selector: string): Promise<string> {
  const [only, another] = await texts(html, selector);
  if (only === undefined || another !== undefined) throw new Error(`Expected one ${selector}, got ${JSON.stringify([only, another])}`);
  return only;
}

const ENTITIES: Readonly<Record<string, string>> = { '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'", '&amp;': '&' };

/** Those that the pages are written with. */
const decoded = (text: string): string => text.replaceAll(/&(?:lt|gt|quot|#39|amp);/g, (entity) => ENTITIES[entity] ?? entity);
