/** Data as it stands in the journal, to be read by people: nothing in it can hide, or turn the text around it. */

/** For the middle of a sentence: nothing in it turns what follows. */
export const undirected = (text: string): string => text.replaceAll(/[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '');

/** What changes the direction of text or can't be seen. JSON itself escapes most control characters. */
const HIDDEN = /[\p{Cf}\p{Zl}\p{Zp}\u007f-\u009f]/gu;

export const visible = (data: unknown): string =>
  JSON.stringify(data, null, 1)
    .replaceAll(HIDDEN, (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`)
    .replaceAll(/\n\s*/g, ' ');
