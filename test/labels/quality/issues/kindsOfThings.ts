import type { LabelConfigEntry } from '@datagym/labels/classes/labelClass';
import type { Random } from './random';

/** What labels of a class look like in photographs. */
export interface Thing {
	readonly key: string;
	readonly type: 'rectangle' | 'polygon' | 'segmentation' | 'line' | 'point';
	/** Side of the median thing, as a share of the image's height. */
	readonly side: number;
	/** Standard deviation of the logarithm of the area: what comes of distance and kind. */
	readonly spread: number;
	/** Width by height of the median thing, and the standard deviation of its logarithm. */
	readonly aspect: number;
	readonly aspectSpread: number;
	/** Share of scenes with it, and how many more there are then (Poisson). */
	readonly presence: number;
	readonly crowd: number;
}

/** Things of a project: some that are always the same, so that each kind of fault has a place, and others by chance. */
export function thingsBy(random: Random): Thing[] {
	const others = Array.from(
		{ length: 3 + random.index(6) },
		(_, index): Thing => ({
			key: `thing_${index}`,
			type: random.happens(0.7) ? 'rectangle' : 'polygon',
			side: Math.exp(random.between(Math.log(0.02), Math.log(0.3))),
			spread: random.between(0.3, 1.2),
			aspect: Math.exp(random.normal(0, 0.5)),
			aspectSpread: random.between(0.08, 0.4),
			presence: random.between(0.05, 0.6),
			crowd: random.between(0, 3),
		}),
	);
	const crowd = random.between(1, 5);
	return [
		// Near and far, and one in front of the other.
		{ key: 'car', type: 'rectangle', side: 0.09, spread: 1.1, aspect: 1.6, aspectSpread: 0.3, presence: 0.8, crowd },
		{ key: 'person', type: 'rectangle', side: 0.07, spread: 1, aspect: 0.4, aspectSpread: 0.25, presence: 0.5, crowd },
		{
			key: 'sign',
			type: 'rectangle',
			side: 0.03,
			spread: 0.6,
			aspect: 1,
			aspectSpread: 0.1,
			presence: 0.4,
			crowd: 0.6,
		},
		{ key: 'dog', type: 'polygon', side: 0.1, spread: 0.8, aspect: 1.2, aspectSpread: 0.3, presence: 0.15, crowd: 0.2 },
		// From edge to edge of the image.
		{ key: 'road', type: 'polygon', side: 0.6, spread: 0.2, aspect: 1.8, aspectSpread: 0.1, presence: 0.7, crowd: 0 },
		{ key: 'sky', type: 'segmentation', side: 0.6, spread: 0.4, aspect: 2, aspectSpread: 0.2, presence: 0.6, crowd: 0 },
		{ key: 'lane', type: 'line', side: 0.3, spread: 0.5, aspect: 1, aspectSpread: 0.5, presence: 0.5, crowd: 2 },
		{ key: 'lamp', type: 'point', side: 0, spread: 0, aspect: 1, aspectSpread: 0, presence: 0.3, crowd: 2 },
		...others,
	];
}

/** The configuration of these things: a sign needs a color, the whole image its weather, and a person with a bicycle has a helmet. */
export function configOf(things: readonly Thing[]): LabelConfigEntry[] {
	const entries = things.map(
		({ key, type }): LabelConfigEntry => ({
			entryKey: key,
			entryValue: key.charAt(0).toUpperCase() + key.slice(1),
			type: type === 'segmentation' ? 'image_segmentation' : type,
			children: key === 'sign' ? [COLOR] : key === 'car' ? [PLATE, NOTE] : [],
		}),
	);
	const bicycles = ['bicycle', 'helmet', 'unicorn', 'rarity'].map(
		(key): LabelConfigEntry => ({
			entryKey: key,
			entryValue: key,
			type: 'rectangle',
			children: [],
		}),
	);
	return [...entries, ...bicycles, WEATHER];
}

const COLOR: LabelConfigEntry = {
	entryKey: 'color',
	entryValue: 'Color',
	type: 'select',
	required: true,
	options: { red: 'Red', blue: 'Blue' },
	children: [],
};
const NOTE: LabelConfigEntry = { entryKey: 'note', entryValue: 'Note', type: 'freetext', maxLength: 40, children: [] };
const PLATE: LabelConfigEntry = { entryKey: 'plate', entryValue: 'Plate', type: 'rectangle', children: [] };
const WEATHER: LabelConfigEntry = {
	entryKey: 'weather',
	entryValue: 'Weather',
	type: 'select',
	required: true,
	options: { sun: 'Sun', rain: 'Rain' },
	children: [],
};
