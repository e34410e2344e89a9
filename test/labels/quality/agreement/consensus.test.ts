import { atOnce } from '@datagym/labels/steps/steps';
import type { LabeledImage, LabelObject } from '@datagym/labels/model';
import { compareImage } from '@datagym/labels/quality/agreement/compareImage';
import { consensusOf, type ConsensusGeometry } from '@datagym/labels/quality/agreement/consensus';
import { Questions } from '@datagym/labels/quality/agreement/questions';
import { answers, FLEET_CLASSES, image, object, polygon, rectangle } from '../../build';

function consensus(images: readonly (LabeledImage | undefined)[], geometry: ConsensusGeometry = 'first') {
	const questions = new Questions(images.map(() => ({ images: [], classes: FLEET_CLASSES })));
	return consensusOf(atOnce(compareImage(images, questions, { minimumIou: 0.5, maximumDistance: 10 })), geometry);
}

const at = (x: number, more: Partial<LabelObject> = {}, className = 'car') =>
	object(className, rectangle(x, 0, 100, 100), more);
const classesOf = (...labels: readonly LabelObject[][]) =>
	consensus(labels.map((objects) => image(objects))).objects.map(({ className }) => className);

test('of two projects is what both agree on', () => {
	expect(classesOf([at(0), at(500)], [at(5), at(900)])).toEqual(['car']);
	expect(classesOf([at(0)], [at(0, {}, 'van')])).toEqual([]);
});

test('of three is what two agree on', () => {
	expect(classesOf([at(0)], [at(0, {}, 'van')], [at(0)])).toEqual(['car']);
	expect(classesOf([at(0)], [], [at(0)])).toEqual(['car']);
	expect(classesOf([at(0)], [], [])).toEqual([]);
});

test('of four takes three: half are no majority', () => {
	expect(classesOf([at(0)], [at(0)], [], [])).toEqual([]);
	expect(classesOf([at(0)], [at(0)], [at(0)], [])).toEqual(['car']);
});

test('counts only the projects that have the image', () => {
	expect(consensus([image([at(0)]), undefined, image([at(0)])]).objects).toHaveLength(1);
});

test('has the shape of the first project, or the mean of boxes and points', () => {
	const lamp = (x: number) => object('lamp', { type: 'point', x, y: 7 });
	const images = [image([at(0), lamp(300)]), image([at(10), lamp(304)])];
	const shapes = (geometry: ConsensusGeometry) => consensus(images, geometry).objects.map((each) => each.geometry);
	expect(shapes('first')).toEqual([rectangle(0, 0, 100, 100), { type: 'point', x: 300, y: 7 }]);
	expect(shapes('mean')).toEqual([rectangle(5, 0, 100, 100), { type: 'point', x: 302, y: 7 }]);
});

test('has the polygon that is closest to the others, where a mean is not defined', () => {
	const road = (x: number) => object('road', polygon([x, 0], [x + 100, 0], [x + 100, 100], [x, 100]));
	const { objects } = consensus([image([road(0)]), image([road(10)]), image([road(18)])], 'mean');
	expect(objects.map(({ geometry }) => geometry)).toEqual([road(10).geometry]);
});

test('has the answers of most, option by option', () => {
	const weather = (...values: string[]) => ({ classifications: answers({ weather: values }) });
	const given = (...lists: string[][]) =>
		consensus(lists.map((values) => image([], weather(...values)))).classifications;
	expect(given(['sun'], ['sun'])).toEqual(answers({ weather: ['sun'] }));
	expect(given(['sun'], ['rain'])).toEqual({});
	expect(given(['sun'], ['rain'], ['sun'])).toEqual(answers({ weather: ['sun'] }));
	// Surrounding spaces are no disagreement, so the consensus cannot lack the answer.
	expect(given(['foggy '], ['foggy'])).toEqual(answers({ weather: ['foggy'] }));
	const damaged = (...values: string[]) => image([at(0, { classifications: answers({ damage: values }) })]);
	const [car] = consensus([damaged('dent'), damaged('dent', 'scratch'), damaged()]).objects;
	expect(car?.classifications).toEqual(answers({ damage: ['dent'] }));
});

describe('Nested labels', () => {
	const plate = object('plate', polygon([10, 10], [40, 10], [40, 30], [10, 30]));

	test('stay where they are', () => {
		const car = at(0, { children: [plate] });
		expect(consensus([image([car]), image([car])]).objects).toEqual([car]);
	});

	test('are left out if what they lie in is not agreed on', () => {
		const van = at(0, { children: [plate] }, 'van');
		expect(classesOf([at(0, { children: [plate] })], [van])).toEqual([]);
	});
});
