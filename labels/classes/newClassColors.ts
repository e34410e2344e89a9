/** For classes that are made of labels or predictions, one after the other: easily told apart. */
export const NEW_CLASS_COLORS = [
	'#e6194b',
	'#3cb44b',
	'#4363d8',
	'#f58231',
	'#911eb4',
	'#42d4f4',
	'#f032e6',
	'#469990',
	'#9a6324',
	'#800000',
];
