import { atOnce } from '@datagym/labels/steps/steps';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { assign, type CandidatePair } from '@datagym/labels/quality/agreement/assignment';
import { NominalAgreement, type Rating } from '@datagym/labels/quality/agreement/coefficients';
import { compareImage } from '@datagym/labels/quality/agreement/compareImage';
import { Questions } from '@datagym/labels/quality/agreement/questions';
import { lineDistance } from '@datagym/labels/quality/agreement/similarity';
import { AgreementStatistics } from '@datagym/labels/quality/agreement/statistics';
import type { LabeledImage, LabelObject, Point } from '@datagym/labels/model';

/** Numbers from 0 to 1 that follow from the seed (mulberry32). */
function randomNumbers(seed: number): () => number {
	let state = seed;
	return () => {
		state = (state + 0x6d2b79f5) | 0;
		let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	};
}

/**
 * Writes `<folder>/agreement.json`: random ratings, assignments, lines and labeled images, other ones in each run, with what Compare
 * Projects makes of them, for `test_agreement.py` to compute again with other programs.
 */
export async function writeAgreement(folder: string, seed = Date.now() % 2 ** 31): Promise<void> {
	const random = randomNumbers(seed);
	const below = (most: number) => Math.floor(random() * most);
	const repeat = <Value>(count: number, make: () => Value) => Array.from({ length: count }, make);
	const cases = {
		seed,
		ratings: repeat(200, () => ratingsCase(below, random)),
		assignments: repeat(100, () => assignmentCase(below, random)),
		lines: repeat(50, () => {
			const line = () => repeat(2 + below(6), (): Point => ({ x: random() * 500, y: random() * 500 }));
			const [a, b] = [line(), line()];
			return { a, b, distance: lineDistance(a, b) };
		}),
		images: repeat(30, () => imagesCase(below, random)),
	};
	await writeFile(join(folder, 'agreement.json'), JSON.stringify(cases));
}

function ratingsCase(below: (most: number) => number, random: () => number) {
	const [raters, categories, missing, fidelity] = [2 + below(4), 1 + below(5), random() * 0.5, random()];
	const units = Array.from({ length: below(40) }, () => {
		const truth = below(categories);
		return Array.from({ length: raters }, (): Rating => {
			if (random() < missing) return undefined;
			return `category ${random() < fidelity ? truth : below(categories)}`;
		});
	});
	const agreement = new NominalAgreement(raters);
	for (const unit of units) agreement.add(unit);
	const { cohenKappa, fleissKappa, krippendorffAlpha } = agreement;
	return {
		raters,
		units: units.map((unit) => unit.map((rating) => rating ?? null)),
		cohenKappa: cohenKappa ?? null,
		fleissKappa: fleissKappa ?? null,
		krippendorffAlpha: krippendorffAlpha ?? null,
	};
}

function assignmentCase(below: (most: number) => number, random: () => number) {
	const [rows, columns, density, hasTies] = [1 + below(60), 1 + below(60), random() ** 3, random() < 0.3];
	const pairs: CandidatePair[] = [];
	for (let row = 0; row < rows; row++)
		for (let column = 0; column < columns; column++)
			if (random() < density) pairs.push({ row, column, worth: hasTies ? (1 + below(4)) / 4 : 1 - random() });
	return { rows, columns, pairs, assigned: atOnce(assign(pairs)) };
}

const CLASS_NAMES = ['car', 'van', 'bus'];

/** Images of two projects: the second has moved, renamed, removed and added some of the boxes of the first. */
function imagesCase(below: (most: number) => number, random: () => number) {
	const box = (): LabelObject => ({
		className: CLASS_NAMES[below(CLASS_NAMES.length)] ?? 'car',
		geometry: {
			type: 'rectangle',
			x: random() * 300,
			y: random() * 300,
			width: 20 + random() * 80,
			height: 20 + random() * 80,
		},
		classifications: {},
		children: [],
	});
	const changed = ({ className, geometry, ...rest }: LabelObject): LabelObject => {
		const move = () => (random() - 0.5) * 30;
		return {
			...rest,
			className: random() < 0.2 ? (CLASS_NAMES[below(CLASS_NAMES.length)] ?? 'car') : className,
			geometry:
				geometry.type === 'rectangle' ? { ...geometry, x: geometry.x + move(), y: geometry.y + move() } : geometry,
		};
	};
	const minimumIou = 0.2 + random() * 0.6;
	const pairs = Array.from({ length: 5 }, () => {
		const first = Array.from({ length: below(30) }, box);
		const second = [...first.filter(() => random() < 0.85).map(changed), ...Array.from({ length: below(5) }, box)];
		return [first, second] as const;
	});
	const questions = new Questions([
		{ images: [], classes: [] },
		{ images: [], classes: [] },
	]);
	const statistics = new AgreementStatistics(2, questions, { minimumIou, maximumDistance: 10 });
	for (const objects of pairs) {
		const images = objects.map(
			(list): LabeledImage => ({
				imageId: 'image',
				imageName: 'image.jpg',
				objects: list,
				classifications: {},
			}),
		);
		statistics.add(atOnce(compareImage(images, questions, { minimumIou, maximumDistance: 10 })));
	}
	const { f1, matchedShare, meanIou } = statistics.all;
	const plain = ({ className, geometry }: LabelObject) => ({ className, ...geometry });
	return {
		minimumIou,
		images: pairs.map((objects) => objects.map((list) => list.map(plain))),
		f1: f1 ?? null,
		matchedShare: matchedShare ?? null,
		meanIou: meanIou ?? null,
		cohenKappa: statistics.classification.cohenKappa ?? null,
		krippendorffAlpha: statistics.classification.krippendorffAlpha ?? null,
		confusion: statistics.confusionList.map(({ className, otherClassName, count }) => [
			className ?? null,
			otherClassName ?? null,
			count,
		]),
	};
}
