/** What can become of a label or a prediction, in the order in which the page lists them. */
export const VERDICTS = ['missed', 'extra', 'confused', 'matched'] as const;

export type ShownVerdict = (typeof VERDICTS)[number];

export const MISTAKES = VERDICTS.filter((verdict) => verdict !== 'matched');

/** What the page calls them. */
export const VERDICT_NAMES: Readonly<Record<ShownVerdict, string>> = {
	missed: 'Missed',
	extra: 'Extra',
	confused: 'Wrong class',
	matched: 'Right',
};

/** Explained where the page lets choose them. */
export const VERDICT_TEXTS: Readonly<Record<ShownVerdict, string>> = {
	missed: 'Labels that nothing was predicted for',
	extra: 'Predictions where no label is',
	confused: 'A label and a prediction in the same place, of two classes',
	matched: 'A label and a prediction of the same class in the same place',
};
