import { createHash } from 'node:crypto';
import { duplicateGroups, type ImageHashes } from '@datagym/labels/dataset/duplicates';
import { type DuplicateSensitivity, HashIndex } from '@datagym/labels/dataset/hashIndex';
import { atOnce } from '@datagym/labels/steps/steps';

// The promise: docs/duplicates.md#what-counts-as-a-duplicate.

interface Named extends ImageHashes {
	readonly name: string;
}

const sha = (text: string) => createHash('sha256').update(text).digest('hex');
const image = (name: string, perceptualHash?: string, bytes = name): Named => ({
	name,
	sha256: sha(bytes),
	perceptualHash,
});

/** A hash with these bits changed, the first bit being that of the lowest frequency. */
function flipped(hash: string, bits: readonly number[]): string {
	let value = BigInt(`0x${hash}`);
	for (const bit of bits) value ^= 1n << BigInt(255 - bit);
	return value.toString(16).padStart(64, '0');
}

const distanceOf = (a: string, b: string, bits = 256) =>
	[...((BigInt(`0x${a}`) ^ BigInt(`0x${b}`)) >> BigInt(256 - bits)).toString(2)].filter((digit) => digit === '1')
		.length;

const range = (start: number, count: number, step = 1) =>
	Array.from({ length: count }, (_, index) => start + index * step);

const groupsOf = (images: readonly Named[], sensitivity: DuplicateSensitivity | 'exact' = 'normal') =>
	atOnce(duplicateGroups(images, sensitivity === 'exact' ? undefined : sensitivity)).map(({ first, duplicates }) => [
		first.name,
		...duplicates.map((each) => [each.image.name, each.distance, each.isExact]),
	]);

/** Numbers of a fixed sequence (mulberry32). */
function randomNumbers(seed: number): () => number {
	let state = seed;
	return () => {
		state = (state + 0x6d2b79f5) | 0;
		let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	};
}

const someHash = (seed: string) => sha(`hash ${seed}`);

test('equal bytes are one group without a perceptual hash, and whatever the sensitivity', async () => {
	const images = [image('a', undefined, 'x'), image('b'), image('c', undefined, 'x'), image('d', undefined, 'x')];
	for (const sensitivity of ['exact', 'low', 'normal', 'high'] as const)
		expect(groupsOf(images, sensitivity)).toEqual([['a', ['c', 0, true], ['d', 0, true]]]);
});

test.each([
	['low', 12],
	['normal', 24],
	['high', 48],
] as const)('with sensitivity %s, %i of 256 bits may differ', async (sensitivity, most) => {
	const hash = someHash('limit');
	const fine = range(64, most);
	const images = (bits: readonly number[]) => [image('a', hash), image('b', flipped(hash, bits))];
	expect(groupsOf(images(fine), sensitivity)).toEqual([['a', ['b', most, false]]]);
	expect(groupsOf(images([...fine, 200]), sensitivity)).toEqual([]);
	expect(groupsOf(images(fine), 'exact')).toEqual([]);
});

test.each([
	['low', 9],
	['normal', 9],
	['high', 11],
] as const)(
	'with sensitivity %s, %i of the coarsest 64 bits may differ, wherever they lie',
	async (sensitivity, most) => {
		const random = randomNumbers(1);
		for (let round = 0; round < 60; round++) {
			const hash = someHash(`coarse ${round}`);
			const bits = range(0, 64).sort(() => random() - 0.5);
			const images = (count: number) => [image('a', hash), image('b', flipped(hash, bits.slice(0, count)))];
			expect(groupsOf(images(most), sensitivity)).toEqual([['a', ['b', most, false]]]);
			expect(groupsOf(images(most + 1), sensitivity)).toEqual([]);
		}
	},
);

test('the index finds what a comparison with all hashes finds', () => {
	const random = randomNumbers(2);
	const kept = range(0, 120).map((index) => {
		const base = someHash(`scene ${index % 12}`);
		return flipped(
			base,
			range(0, Math.floor(random() * 30)).map(() => Math.floor(random() ** 2 * 256)),
		);
	});
	for (const [sensitivity, all, coarse] of [
		['low', 12, 9],
		['normal', 24, 9],
		['high', 48, 11],
	] as const) {
		const index = new HashIndex(sensitivity);
		for (const hash of kept) index.add(hash);
		let found = 0;
		for (let round = 0; round < 120; round++) {
			const hash = flipped(
				kept[round]!,
				range(0, round % 60).map(() => Math.floor(random() * 256)),
			);
			const near = kept
				.map((other, place) => ({ place, distance: distanceOf(hash, other), coarse: distanceOf(hash, other, 64) }))
				.filter((each) => each.distance <= all && each.coarse <= coarse)
				.sort((a, b) => a.distance - b.distance || a.place - b.place)[0];
			if (near !== undefined) found++;
			expect(index.nearest(hash)).toEqual(near && { place: near.place, distance: near.distance });
		}
		expect(found).toBeGreaterThan(20);
	}
});

test('a chain of small differences is cut: every image is near to the first of its group', async () => {
	const start = someHash('chain');
	const chain = range(0, 10).map((step) => image(`${step}`, flipped(start, range(64, step * 12))));
	expect(groupsOf(chain)).toEqual([
		['0', ['1', 12, false], ['2', 24, false]],
		['3', ['4', 12, false], ['5', 24, false]],
		['6', ['7', 12, false], ['8', 24, false]],
	]);
});

test('an image goes to the nearest group, and one with the bytes of a near one goes with that', async () => {
	const start = someHash('nearest');
	const far = flipped(start, range(64, 40));
	const images = [
		image('first', start),
		image('second', far),
		image('between', flipped(start, range(64, 23))),
		image('again', undefined, 'between'),
	];
	expect(groupsOf(images)).toEqual([['second', ['between', 17, false], ['again', 17, false]]]);
});

test('100,000 images are grouped in some steps that let others have their turn, also if all show the same', async () => {
	const hash = someHash('still');
	const steps = duplicateGroups(
		range(0, 100_000).map((index) => ({ sha256: String(index), perceptualHash: hash })),
		'normal',
	);
	let count = 0;
	let step = steps.next();
	for (; step.done !== true; step = steps.next()) count++;
	expect(step.value.map(({ duplicates }) => duplicates.length)).toEqual([99_999]);
	expect(count).toBe(100_000);
});
