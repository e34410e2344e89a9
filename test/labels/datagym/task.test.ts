import fc from 'fast-check';
import { readTask } from '@datagym/labels/datagym/task';
import { hostileJson } from '../arbitraries';
import task323 from '../fixtures/task-323.json';
import task623 from '../fixtures/task-623.json';
import task626 from '../fixtures/task-626.json';

describe('the details of a task', () => {
	const { image, classes, problems, lastChangedConfig } = readTask(task323);

	test('give the image with its size, the state and the classes', () => {
		expect(image).toMatchObject({
			imageId: task323.media.id,
			imageName: 'car_001.jpg',
			storedSize: { width: 640, height: 480 },
			taskId: task323.taskId,
			status: 'completed',
		});
		expect(lastChangedConfig).toBe(task323.lastChangedConfig);
		expect(classes.filter(({ parents }) => parents?.length === 0)).toHaveLength(9);
		expect(problems).toEqual([]);
	});

	test('give coordinates as they were drawn', () => {
		expect(image.objects.find(({ className }) => className === 'road')?.geometry).toEqual({
			type: 'polygon',
			points: [
				{ x: 0, y: 400.5 },
				{ x: 639.99, y: 400 },
				{ x: 639, y: 479 },
				{ x: 0, y: 479 },
			],
		});
		expect(image.objects.filter(({ className }) => className === 'lamp').map(({ geometry }) => geometry)).toEqual([
			{ type: 'point', x: -3, y: 44 },
			{ type: 'point', x: 33, y: 44 },
		]);
		expect(image.objects.find(({ className }) => className === 'sky')?.geometry).toMatchObject({
			type: 'segmentation',
			regions: [[{ length: 4 }, { length: 3 }]],
		});
	});

	test('give answers and nested shapes with the ids of the values', () => {
		const car = image.objects.find(({ className, children }) => className === 'car' && children.length > 0);
		expect(car?.id).toMatch(/^[0-9a-f-]{36}$/);
		expect(car?.classifications.damage).toEqual({
			values: ['dent', 'scratch'],
			children: { note: { values: ['left door'], children: {} } },
		});
		expect(car?.children[0]).toMatchObject({
			className: 'plate',
			classifications: { text: { values: [], children: {} } },
		});
		expect(image.classifications.weather).toEqual({
			values: ['sun'],
			children: { wetness: { values: [], children: {} } },
		});
	});

	test('tell a rectangle that was stored without a size', () => {
		expect(readTask(task623).problems).toEqual([
			expect.objectContaining({
				reason: 'coordinates',
				className: 'car',
				path: expect.stringMatching(/^labelIteration\.entryValues\[\d\]$/),
			}),
		]);
	});

	test('tell a segmentation that was stored empty', () => {
		expect(readTask(task626).problems).toEqual([expect.objectContaining({ reason: 'empty', className: 'sky area' })]);
	});

	test('are read without a crash, whatever they are', () => {
		const keys = [
			'media',
			'id',
			'labelIteration',
			'entryValues',
			'children',
			'entryKeyLcEntry',
			'entryTypeLcEntry',
			'point',
			'points',
			'x',
			'y',
			'width',
			'height',
			'pointsCollection',
			'selectKey',
			'checkedValues',
			'labelConfig',
			'entries',
		];
		fc.assert(
			fc.property(hostileJson(keys), hostileJson(keys), (value, values) => {
				expect(readTask(value).image).toBeDefined();
				const read = readTask({ labelIteration: { entryValues: values } });
				expect(JSON.stringify(read.image)).not.toContain('null');
			}),
			{ numRuns: 400 },
		);
	});
});
