/**
 * What others wrote, before it is kept or shown: card numbers and credentials are taken out of it, and characters that nobody can see.
 * It knows what looks like one, and takes too much rather than too little; what it can't know is a secret, it leaves.
 */

/**
 * 13 to 19 digits that stand by themselves, with a space or a hyphen between them at most, and begin as those of payment cards do (ISO/IEC
 * 7812-1). A time in milliseconds and the digits of a token are none.
 */
const CARD_LIKE = /(?<![\w.])[2-6](?:[ -]?\d){12,18}(?!\w)/g;

const SECURITY_CODE = /\b(cvv2?|cvc2?|cid|security code)\b(\W{0,3}|\W+is\W+)\d{3,4}\b/gi;

const CREDENTIAL = /\b(?:bearer|basic)\s+(?=\S*\d)[\w~+/.=-]{8,}|\bwhsec_[\w+/=-]+|\b[srp]k_(?:live|test)_\w+/gi;

/** A line break is one, too. */
const CONTROL = /\p{Cc}/gu;

export const redacted = (text: string): string =>
  text
    .toWellFormed()
    .replaceAll(CONTROL, ' ')
    .replaceAll(CARD_LIKE, (digits) => (isCardNumber(digits) ? `[card ending ${digits.replaceAll(/\D/g, '').slice(-4)}]` : digits))
    .replaceAll(SECURITY_CODE, '$1 [removed]')
    .replaceAll(CREDENTIAL, '[removed]');

export const holdsCardNumber = (text: string): boolean => (text.match(CARD_LIKE) ?? []).some(isCardNumber);

/** By the digit that every issuer puts at the end (ISO/IEC 7812-1, Luhn). */
function isCardNumber(text: string): boolean {
  const digits = Array.from(text.replaceAll(/\D/g, ''), Number).toReversed();
  const sum = digits.reduce((total, digit, at) => total + (at % 2 === 0 ? digit : digit > 4 ? digit * 2 - 9 : digit * 2), 0);
  return sum > 0 && sum % 10 === 0;
}
