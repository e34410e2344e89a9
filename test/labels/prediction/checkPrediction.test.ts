import fc from 'fast-check';
import { checkPrediction } from '@datagym/labels/prediction/checkPrediction';
import { writeImportElement } from '@datagym/labels/datagym/import';
import type { Geometry, LabeledImage } from '@datagym/labels/model';
import { countByReason, type LabelProblem } from '@datagym/labels/parsing/problem';
import { answeredImage } from '../arbitraries';
import { answers, FLEET_CLASSES, image, object, polygon, rectangle } from '../build';

const RED = { classifications: answers({ color: ['red'] }) };
const SUNNY = { classifications: answers({ weather: ['sun'] }) };

function check(labeled: LabeledImage, size = { width: 640, height: 480 }): string[] {
	return checkPrediction(labeled, FLEET_CLASSES, size).map(shortly);
}

function shortly({ severity, reason, path }: LabelProblem): string {
	return `${severity} ${reason} ${path}`;
}

describe('a prediction', () => {
	test('that fits the configuration has no problems', () => {
		const car = object('car', rectangle(), {
			classifications: {
				...answers({ color: ['red'] }),
				damage: { values: ['dent'], children: answers({ note: ['left door'] }) },
			},
			children: [object('plate', polygon([1, 1], [5, 1], [5, 5]), { classifications: answers({ text: ['M-AB 1'] }) })],
		});
		expect(check(image([car, object('lamp', { type: 'point', x: 640, y: 480 })], SUNNY))).toEqual([]);
	});

	test('beyond the right or the lower edge lies outside', () => {
		const lamp = (x: number, y: number) => image([object('lamp', { type: 'point', x, y })], SUNNY);
		expect(check(lamp(641, 20))).toEqual(['warning outside labels.lamp[0].point']);
		expect(check(lamp(20, 481))).toEqual(['warning outside labels.lamp[0].point']);
	});

	test('may have a text as long as the configuration allows, and no longer', () => {
		const plate = (text: string) =>
			object('plate', polygon([1, 1], [5, 1], [5, 5]), { classifications: answers({ text: [text] }) });
		const car = (text: string) => image([object('car', rectangle(), { ...RED, children: [plate(text)] })], SUNNY);
		const path = 'labels.car[0].nested_geometries.plate[0].classifications.text';
		expect(check(car('1234567890'))).toEqual([]);
		expect(check(car('12345678901'))).toEqual([`error too-long ${path}`]);
	});

	test('with an empty value where one is required lacks it still', () => {
		const problems = check(image([], { classifications: answers({ weather: [''] }) }));
		expect(problems).toContain('warning required global_classifications.weather');
	});

	test.each<[string, LabeledImage, string[]]>([
		['of an unknown class', image([object('bike', rectangle())], SUNNY), ['error unknown-class labels.bike[0]']],
		[
			'of a nested class at the top',
			image([object('plate', polygon([1, 1], [2, 1], [2, 2]))], SUNNY),
			['error wrong-parent labels.plate[0]'],
		],
		[
			'of a class that is not nested in its parent',
			image([object('car', rectangle(), { ...RED, children: [object('lamp', { type: 'point', x: 1, y: 1 })] })], SUNNY),
			['error wrong-parent labels.car[0].nested_geometries.lamp[0]'],
		],
		[
			'with another geometry than its class',
			image([object('car', polygon([1, 1], [2, 1], [2, 2]), RED)], SUNNY),
			['error wrong-geometry labels.car[0].polygon'],
		],
		[
			'with a segmentation',
			image([object('sky', { type: 'segmentation', regions: [] })], SUNNY),
			['error not-supported labels.sky[0].image_segmentation'],
		],
		[
			'with two points for a polygon',
			image([object('road', polygon([1, 1], [2, 2]))], SUNNY),
			['error points labels.road[0].polygon'],
		],
		[
			'with one point for a line',
			image([object('lane', { type: 'line', points: [{ x: 1, y: 1 }] })], SUNNY),
			['error points labels.lane[0].line'],
		],
		[
			'with a negative number',
			image([object('car', rectangle(1, -1), RED)], SUNNY),
			['error negative labels.car[0].rectangle'],
		],
		[
			'with NaN',
			image([object('lamp', { type: 'point', x: Number.NaN, y: 1 })], SUNNY),
			['error coordinates labels.lamp[0].point'],
		],
		[
			'outside of its image',
			image([object('car', rectangle(630, 1, 20, 5), RED)], SUNNY),
			['warning outside labels.car[0].rectangle'],
		],
		[
			'without an area',
			image([object('car', rectangle(1, 1, 0, 5), RED)], SUNNY),
			['warning empty labels.car[0].rectangle'],
		],
		[
			'with an unknown option',
			image([object('car', rectangle(), { classifications: answers({ color: ['pink'] }) })], SUNNY),
			['error unknown-option labels.car[0].classifications.color'],
		],
		[
			'with two values for a select',
			image([object('car', rectangle(), { classifications: answers({ color: ['red', 'blue'] }) })], SUNNY),
			['error too-many-values labels.car[0].classifications.color'],
		],
		[
			'with an unknown classification',
			image([object('car', rectangle(), { classifications: answers({ color: ['red'], shape: ['round'] }) })], SUNNY),
			['error unknown-classification labels.car[0].classifications.shape'],
		],
		[
			'with an unknown global classification',
			image([], { classifications: answers({ weather: ['sun'], season: ['winter'] }) }),
			['error unknown-classification global_classifications.season'],
		],
		[
			'with a classification of something else',
			image([], { classifications: answers({ weather: ['sun'], color: ['red'] }) }),
			['error wrong-parent global_classifications.color'],
		],
		[
			'with a freetext that is too long',
			image(
				[
					object('car', rectangle(), {
						classifications: {
							...answers({ color: ['red'] }),
							damage: { values: [], children: answers({ note: ['x'.repeat(41)] }) },
						},
					}),
				],
				SUNNY,
			),
			['error too-long labels.car[0].classifications.damage.note'],
		],
		[
			'with two texts',
			image(
				[
					object('car', rectangle(), {
						...RED,
						children: [
							object('plate', polygon([1, 1], [2, 1], [2, 2]), { classifications: answers({ text: ['a', 'b'] }) }),
						],
					}),
				],
				SUNNY,
			),
			['error too-many-values labels.car[0].nested_geometries.plate[0].classifications.text'],
		],
		[
			'with two values and something below',
			image(
				[
					object('car', rectangle(), {
						classifications: {
							...answers({ color: ['red'] }),
							damage: { values: ['dent', 'scratch'], children: answers({ note: ['x'] }) },
						},
					}),
				],
				SUNNY,
			),
			['error not-supported labels.car[0].classifications.damage'],
		],
		[
			'with two answers below one',
			image(
				[
					object('car', rectangle(), {
						classifications: {
							...answers({ color: ['red'] }),
							damage: { values: ['dent'], children: answers({ note: ['x'], note2: ['y'] }) },
						},
					}),
				],
				SUNNY,
			),
			[
				'error not-supported labels.car[0].classifications.damage',
				'error unknown-classification labels.car[0].classifications.damage.note2',
			],
		],
		[
			'without a required answer',
			image([object('car', rectangle())]),
			['warning required global_classifications.weather', 'warning required labels.car[0].classifications.color'],
		],
		['without an image', image([], { ...SUNNY, imageId: '' }), ['error no-image ']],
	])('%s is told', (_what, labeled, problems) => {
		expect(check(labeled)).toEqual(problems);
	});

	test('numbers labels within their class', () => {
		const lamp = (x: number) => object('lamp', { type: 'point', x, y: 1 });
		expect(check(image([lamp(1), object('road', polygon([1, 1], [2, 1], [2, 2])), lamp(-1)], SUNNY))).toEqual([
			'error negative labels.lamp[1].point',
		]);
	});

	test('names the class and a remedy', () => {
		const [problem] = checkPrediction(
			image([object('car', rectangle(), { classifications: answers({ color: ['pink'] }) })], SUNNY),
			FLEET_CLASSES,
		);
		expect(problem).toMatchObject({
			className: 'car',
			message: '"Color" has no option "pink". Use one of: blue, red.',
		});
	});

	test('is checked for its shapes only without classes', () => {
		const labeled = image([object('bike', rectangle(-1), { classifications: answers({ anything: ['x', 'y'] }) })]);
		expect(checkPrediction(labeled, undefined).map(shortly)).toEqual(['error negative labels.bike[0].rectangle']);
	});

	test('takes the size from the image when none is given', () => {
		const labeled = image([object('car', rectangle(0, 0, 20, 20), RED)], { ...SUNNY, width: 10, height: 10 });
		expect(checkPrediction(labeled, FLEET_CLASSES).map(shortly)).toEqual(['warning outside labels.car[0].rectangle']);
		expect(checkPrediction(image([...labeled.objects], SUNNY), FLEET_CLASSES)).toEqual([]);
	});

	test('is checked against the classes of an export header, which know no parents and no options', () => {
		const classes = FLEET_CLASSES.map(({ key, name, type, number }) => ({ key, name, type, number }));
		const car = object('car', rectangle(), {
			classifications: answers({ color: ['pink'], shape: ['x'] }),
			children: [object('plate', rectangle())],
		});
		expect(checkPrediction(image([car]), classes).map(shortly)).toEqual([
			'error unknown-classification labels.car[0].classifications.shape',
			'error wrong-geometry labels.car[0].nested_geometries.plate[0].rectangle',
		]);
	});

	test('without errors for its shapes is written completely, and one with errors is not', () => {
		const anyGeometry: fc.Arbitrary<Geometry> = fc
			.tuple(fc.double(), fc.double())
			.map(([x, y]) => ({ type: 'point', x, y }));
		const anyImage = fc.tuple(answeredImage, fc.array(anyGeometry, { maxLength: 2 })).map(([labeled, shapes]) => ({
			...labeled,
			objects: [...labeled.objects, ...shapes.map((shape) => object('p', shape))],
		}));
		fc.assert(
			fc.property(anyImage, (labeled) => {
				const errors = checkPrediction(labeled, undefined).filter(({ severity }) => severity === 'error');
				const { problems } = writeImportElement(labeled, { keepData: false });
				expect(countByReason(errors)).toEqual(countByReason(problems));
			}),
		);
	});
});
