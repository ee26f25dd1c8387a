/**
 * Keeps an order's page up to date while the order moves. Everything works without it: the page is then loaded anew every few seconds.
 * The server renders; this only puts what is new in the place of what is old, part by part, and leaves alone what somebody is typing in.
 */

const EVERY_MS = 1_000;
/** After this many looks in a row that brought nothing new, it looks less often. */
const PATIENT_AFTER = 30;
const PATIENT_EVERY_MS = 5_000;

const live = document.querySelector('[data-live]');
const teller = document.querySelector('[data-teller]');
let looksInVain = 0;

if (live instanceof HTMLElement) lookAgain(live);

/** @param {HTMLElement} region */
function lookAgain(region) {
  const address = region.dataset.live;
  if (!address) return;
  setTimeout(() => look(region, address), looksInVain > PATIENT_AFTER ? PATIENT_EVERY_MS : EVERY_MS);
}

/**
 * @param {HTMLElement} region
 * @param {string} address
 */
async function look(region, address) {
  if (document.visibilityState === 'hidden') {
    document.addEventListener('visibilitychange', () => void look(region, address), { once: true });
    return;
  }
  try {
    const response = await fetch(address, { signal: AbortSignal.timeout(10_000), headers: { accept: 'text/html' } });
    // Signed out, or an order that can't be followed any more: the whole page says what is to be said.
    if (response.status === 401 || response.status === 409) location.reload();
    if (response.ok) update(region, await response.text());
  } catch (error) {
    // No answer this time: the next look may have one.
    console.debug(error);
  }
  lookAgain(region);
}

/**
 * @param {HTMLElement} region
 * @param {string} text
 */
function update(region, text) {
  const fresh = new DOMParser().parseFromString(text, 'text/html').querySelector('[data-live]');
  if (!(fresh instanceof HTMLElement)) return;
  looksInVain = fresh.dataset.seq === region.dataset.seq ? looksInVain + 1 : 0;
  region.dataset.seq = fresh.dataset.seq ?? '';
  for (const part of fresh.querySelectorAll('[data-part]')) replace(region.querySelector(`#${CSS.escape(part.id)}`), part);
  region.dataset.live = fresh.dataset.live ?? '';
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
