/** Letters that the database's table does not know, although Unicode decomposes them or has a capital letter for them. */
const UNKNOWN =
	/[\u0180\u019a\u019b\u019e\u023c\u023f\u0240\u0242\u0247\u0249\u024b\u024d\u024f-\u0252\u025c\u0261\u0264-\u0266\u026a-\u026c\u0271\u027d\u0282\u0287\u0289\u028c\u029d\u029e\u0371\u0373\u0374\u0377\u037b-\u037e\u0385\u0387\u03d7\u03d9\u03f3\u03f5\u03f8\u03fb\u048b\u04c6\u04ca\u04ce\u04cf\u04f7\u04fb\u04fd\u04ff-\u052f\u1efb\u1efd\u1eff\u1fc1\u1fcd-\u1fcf\u1fd3\u1fdd-\u1fdf\u1fe3\u1fed-\u1fef\u1ffd]/;

/** Letters that keep their accent, and are compared without their case only. */
const ACCENTED = /[\u0419\u0439\u1f71\u1f73\u1f75\u1f77\u1f79\u1f7b\u1f7d\u1fbb\u1fc9\u1fcb\u1fdb\u1feb\u1ff9\u1ffb]/;

/** The alphabets whose letters have a case or an accent in the table: Latin, Greek, Cyrillic, Armenian, numerals, wide letters. */
const LETTER = /[\u0345-\u0587\u0061-\u033f\u1e00-\u1fff\u2170-\u217f\u24d0-\u24e9\uff41-\uff5a]/;

/**
 * The name in the form in which the server's database compares names of images and datasets (MariaDB's `utf8mb4_general_ci`):
 * character by character, without case and accents, `ß` as `s`, blanks at the end ignored, all characters beyond U+FFFF alike.
 * Compared with the database itself for each character. Source: docs/contract.md#names.
 */
export function nameKey(name: string): string {
	const end = endOfName(name);
	const text = name.slice(0, end);
	return /^[\0-\x7f]*$/.test(text) ? text.toUpperCase() : Array.from(text, weightOf).join('');
}

export function sameName(a: string, b: string): boolean {
	return nameKey(a) === nameKey(b);
}

function endOfName(name: string): number {
	let end = name.length;
	while (name[end - 1] === ' ') end--;
	return end;
}

function weightOf(character: string): string {
	if (character.length > 1) return '\ufffd';
	if (!LETTER.test(character) || UNKNOWN.test(character)) return character;
	if (character === 'ß') return 'S';
	if (character === 'ϲ') return 'Σ';
	const letter = ACCENTED.test(character) ? character : character.normalize('NFD').charAt(0);
	const capital = letter.toUpperCase();
	return capital.length === 1 ? capital : letter;
}
