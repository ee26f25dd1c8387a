/**
 * Forms that send themselves after a while, and put what is answered in the place of their region: `data-again` says after how many
 * milliseconds, `data-region` which. Without a script somebody presses the button, and gets the same as a page.
 */

{
  /** After an answer that could not be had. */
  const LATER_MS = 5_000;

  for (const form of document.querySelectorAll('form[data-again]'))
    if (form instanceof HTMLFormElement) arm(form, Number(form.dataset.again));

  /**
   * @param {HTMLFormElement} form
   * @param {number} inMs
   */
  function arm(form, inMs) {
    setTimeout(() => void whenSeen(() => send(form)), inMs);
  }

  /** @param {() => Promise<void>} act */
  function whenSeen(act) {
    if (document.visibilityState === 'visible') return act();
    document.addEventListener('visibilitychange', () => void whenSeen(act), { once: true });
    return undefined;
  }

  /** @param {HTMLFormElement} form */
  async function send(form) {
    // Somebody pressed its button, or left: what is not there any more sends nothing.
    if (!form.isConnected) return;
    const region = document.getElementById(form.dataset.region ?? '');
    if (!region || region.contains(document.activeElement?.closest('form:not([data-again])') ?? null)) return arm(form, LATER_MS);
    const fields = fieldsOf(form);
    const isGet = form.method === 'get';
    try {
      const address = isGet ? `${form.action.split('?')[0]}?${fields}` : form.action;
      const response = await fetch(address, {
        method: form.method,
        ...(isGet ? {} : { body: fields }),
        signal: AbortSignal.timeout(60_000),
      });
      if (response.status === 401) location.reload();
      if (response.ok && put(region, await response.text(), form)) return;
    } catch (error) {
      // No answer this time: the next may come.
      console.debug(error);
    }
    arm(form, LATER_MS);
  }

  /** @param {HTMLFormElement} form */
  function fieldsOf(form) {
    const fields = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (typeof value === 'string') fields.append(name, value);
    return fields;
  }

  /**
   * True where a form of the new region goes on instead of this one.
   * @param {HTMLElement} region
   * @param {string} text
   * @param {HTMLFormElement} form
   */
  function put(region, text, form) {
    const fresh = new DOMParser().parseFromString(text, 'text/html').getElementById(region.id);
    if (!fresh) return false;
    for (const fold of fresh.querySelectorAll('details')) {
      const before = document.getElementById(fold.id);
      if (before instanceof HTMLDetailsElement) fold.open = before.open;
    }
    const focused = region.contains(document.activeElement) ? document.activeElement?.id : '';
    region.replaceWith(fresh);
    if (focused) document.getElementById(focused)?.focus();
    const teller = document.querySelector('[data-teller]');
    if (teller && fresh.dataset.say && teller.textContent !== fresh.dataset.say) teller.textContent = fresh.dataset.say;
    if (form.isConnected) return false;
    const next = fresh.querySelector('form[data-again]');
    if (next instanceof HTMLFormElement) arm(next, Number(next.dataset.again));
    return true;
  }
}
