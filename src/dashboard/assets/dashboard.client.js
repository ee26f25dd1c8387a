/**
 * Keeps an order's page up to date while the order moves. Everything works without it: the page is then loaded anew every few seconds.
 * The server says when there is something new, and renders it; this only puts what is new in the place of what is old, part by part, and
 * leaves alone what somebody is typing in.
 */

/** So that ten events in a moment are one look. */
const APART_MS = 200;
/** After an answer that could not be had. */
const LATER_MS = 5_000;

const live = document.querySelector('[data-live]');
const teller = document.querySelector('[data-teller]');

if (live instanceof HTMLElement) follow(live);

/**
 * Listens for as long as somebody can see the page: a browser keeps few connections open at once.
 * @param {HTMLElement} region
 */
function follow(region) {
  if (!region.dataset.live || !region.dataset.moves) return;
  if (document.visibilityState === 'hidden') return onceVisibility(() => follow(region));
  const source = new EventSource(region.dataset.moves);
  const looks = oneByOne(async () => {
    await look(region);
    if (!region.dataset.live) source.close();
  });
  source.addEventListener('message', looks);
  source.addEventListener('error', () => {
    // It comes back by itself, unless the answer was none that it can do with.
    if (source.readyState !== EventSource.CLOSED) return;
    looks();
    setTimeout(() => follow(region), LATER_MS);
  });
  onceVisibility(() => {
    if (source.readyState === EventSource.CLOSED) return;
    source.close();
    follow(region);
  });
}

/** @param {() => void} act */
function onceVisibility(act) {
  document.addEventListener('visibilitychange', act, { once: true });
}

/**
 * However often it is called, it is done once at a time, and once more after the last call.
 * @param {() => Promise<void>} act
 */
function oneByOne(act) {
  let isBusy = false;
  let isWanted = false;
  return function want() {
    isWanted = true;
    if (!isBusy) void run();
  };
  async function run() {
    isBusy = true;
    while (isWanted) {
      isWanted = false;
      await act();
      await new Promise((resolve) => setTimeout(resolve, APART_MS));
    }
    isBusy = false;
  }
}

/** @param {HTMLElement} region */
async function look(region) {
  if (!region.dataset.live) return;
  try {
    const response = await fetch(region.dataset.live, { signal: AbortSignal.timeout(10_000), headers: { accept: 'text/html' } });
    // Signed out, or an order that can't be followed any more: the whole page says what is to be said.
    if (response.status === 401 || response.status === 409) location.reload();
    if (response.ok) update(region, await response.text());
  } catch (error) {
    // No answer this time: the next look may have one.
    console.debug(error);
  }
}

/**
 * @param {HTMLElement} region
 * @param {string} text
 */
function update(region, text) {
  const fresh = new DOMParser().parseFromString(text, 'text/html').querySelector('[data-live]');
  if (!(fresh instanceof HTMLElement)) return;
  for (const part of fresh.querySelectorAll('[data-part]')) replace(region.querySelector(`#${CSS.escape(part.id)}`), part);
  region.dataset.live = fresh.dataset.live ?? '';
  region.dataset.moves = fresh.dataset.moves ?? '';
  tell(fresh.dataset.say ?? '');
}

/**
 * What is unfolded stays so, and what somebody is writing into stays as it is.
 * @param {Element | null} old
 * @param {Element} part
 */
function replace(old, part) {
  if (!(old instanceof HTMLElement) || old.contains(writtenInto())) return;
  for (const fold of part.querySelectorAll('details')) {
    const before = old.querySelector(`#${CSS.escape(fold.id)}`);
    if (before instanceof HTMLDetailsElement) fold.open = before.open;
  }
  if (old.outerHTML === part.outerHTML) return;
  const focused = old.contains(document.activeElement) ? document.activeElement?.id : '';
  old.replaceWith(part);
  if (focused) document.getElementById(focused)?.focus();
}

const writtenInto = () => document.activeElement?.closest('form') ?? null;

/**
 * Once for each change: a screen reader says it.
 * @param {string} what
 */
function tell(what) {
  if (teller && teller.textContent !== what) teller.textContent = what;
}
