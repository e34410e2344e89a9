import { findIssues as findInSteps } from '@datagym/labels/quality/issues/findIssues';
import { atOnce } from '@datagym/labels/steps/steps';
import { plantFaults } from './plantedFaults';
import { Random } from './random';
import { realisticProject } from './realisticProject';
import { score } from './score';

const findIssues = (...search: Parameters<typeof findInSteps>) => atOnce(findInSteps(...search));

/** The promise: in a project of 1,000 images with 200 planted faults, 95% are found, and 2% of what is reported are false alarms. */
const SEEDS = [1, 2, 3];

const scores = SEEDS.map((seed) => {
	const random = new Random(seed);
	const project = realisticProject(random);
	const faults = plantFaults(project, random);
	const { images, classes, datasets } = project;
	return { seed, faults, ...score(findIssues(images, classes, { datasets }), faults) };
});

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);

test('finds at least 95% of 200 faults in each of three projects of 1,000 images', () => {
	for (const { faults, found } of scores) {
		expect(faults).toHaveLength(200);
		expect(found).toBeGreaterThanOrEqual(0.95);
	}
});

test('reports at most 2% of what nobody has planted', () => {
	for (const { falseAlarms } of scores) expect(falseAlarms).toBeLessThanOrEqual(0.02);
});

test('finds most faults of each kind', () => {
	const kinds = [...new Set(scores.flatMap(({ faults }) => faults.map(({ issue }) => issue)))];
	const found = kinds.map((kind) => {
		const planted = sum(scores.map(({ faults }) => faults.filter(({ issue }) => issue === kind).length));
		const missed = sum(scores.map(({ missed: left }) => left.filter(({ issue }) => issue === kind).length));
		return [kind, 1 - missed / planted] as const;
	});
	// Things that are hidden in part have unusual shapes, too, so that only the most unusual ones are reported.
	for (const [kind, share] of found)
		expect([kind, share >= (kind === 'aspectRatio' ? 0.5 : 0.9)]).toEqual([kind, true]);
});

test('gives the same issues whatever the order of the images', () => {
	const random = new Random(6);
	const project = realisticProject(random, 300);
	const { images, classes, datasets } = project;
	const inOrder = findIssues(images, classes, { datasets });
	expect(findIssues([...images].reverse(), classes, { datasets })).toEqual(inOrder);
});
