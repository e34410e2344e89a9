const NUMBERS = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 3 });
const COUNTS = new Intl.NumberFormat('en-US');

/** A measured number in a sentence, to three digits. */
export const shownNumber = (value: number): string => NUMBERS.format(value);

/** A count in a sentence: 1,204. */
export const shownCount = (count: number): string => COUNTS.format(count);

/** A share in a sentence: 0.02%. */
export const shownShare = (share: number): string => `${NUMBERS.format(share * 100)}%`;
