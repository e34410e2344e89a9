import { WEIGHTS } from './generalCi';

/**
 * How MariaDB's `utf8mb4_general_ci` compares texts: character by character, without case and accents (so `_` follows the
 * letters); recordings [242] and [418] show the order. Characters outside of the Basic Multilingual Plane are all alike.
 */
export function sortKey(text: string): string {
	if (/^[ -~]*$/.test(text)) return text.toUpperCase();
	return Array.from(text, (sign) => (sign.length > 1 ? '\ufffd' : (WEIGHTS.get(sign) ?? sign))).join('');
}

/** Equality as unique names have it: as above, and trailing blanks do not count [031, 652]. */
export function equalityKey(text: string): string {
	return sortKey(text).replace(/(?<! ) +$/, '');
}

/** Names that datasets and label classes may not bear, in exactly this case (docs/contract.md#reserved-words). */
const RESERVED = new Set([
	...['geometry', 'geometry_type', 'class_name', 'classification', 'classifications', 'global_classifications'],
	...['classification_type', 'tag', 'status', 'label', 'labeler', 'label_classes', 'reviewer'],
	...['image', 'imageId', 'external_image_ID', 'internal_image_ID'],
	...['media', 'mediaId', 'external_media_ID', 'internal_media_ID'],
	...['lcentrypoint', 'lcentryline', 'lcentrypolygon', 'lcentryrectangle'],
	...['point', 'line', 'polygon', 'rectangle'],
	...['lcentrychecklist', 'lcentryfreetext,', 'lcentryradio', 'lcentryselect'],
	...['checklist', 'freetext,', 'radio', 'select'],
	...['lcentrypointvalue', 'lcentrylinevalue', 'lcentrypolygonvalue', 'lcentryrectanglevalue'],
	...['lcentrychecklistvalue', 'lcentrytextvalue,', 'lcentryradiovalue', 'lcentryselectvalue'],
	...['Dummy_Project', 'Dummy_Dataset_One', 'Dummy_Dataset_Two', 'Intersections'],
]);

/** In the order in which the real server lists them [ui 167]. */
export function reservedWords(): string[] {
	return [...RESERVED];
}

export function isReserved(name: string): boolean {
	return RESERVED.has(name);
}
