/**
 * How MariaDB's `utf8mb4_general_ci` compares texts, well enough for names: accents and case do not matter, what remains is
 * compared by code (so `_` follows the letters); recordings [242] and [418] show the order.
 */
export function sortKey(text: string): string {
	if (/^[ -~]*$/.test(text)) return text.toUpperCase();
	return text.normalize('NFD').replace(/\p{M}/gu, '').replaceAll('ß', 's').toUpperCase();
}

/** Equality as unique names have it: as above, and trailing blanks do not count [031, 652]. */
export function equalityKey(text: string): string {
	return sortKey(text).replace(/ +$/, '');
}
