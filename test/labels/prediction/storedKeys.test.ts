import { checkPrediction } from '@datagym/labels/prediction/checkPrediction';
import { storedClassifications, withStoredKeys } from '@datagym/labels/prediction/storedKeys';
import { answers, FLEET_CLASSES, image, object, polygon, rectangle } from '../build';

const labeled = image(
	[
		object('CAR', rectangle(), {
			classifications: {
				Color: { values: ['red'], children: {} },
				DAMAGE: { values: ['dent'], children: answers({ Note: ['x'] }) },
			},
			children: [object('Plate', polygon([1, 1], [2, 1], [2, 2]), { classifications: answers({ TEXT: ['a'] }) })],
		}),
		object('Unknown', rectangle()),
	],
	{ classifications: answers({ Weather: ['sun'] }) },
);

test('gives each key as the configuration has it, and leaves unknown ones alone', () => {
	const stored = withStoredKeys(labeled, FLEET_CLASSES);
	expect(stored.objects.map(({ className }) => className)).toEqual(['car', 'Unknown']);
	expect(stored.objects[0]?.classifications).toEqual({
		color: { values: ['red'], children: {} },
		damage: { values: ['dent'], children: answers({ note: ['x'] }) },
	});
	expect(stored.objects[0]?.children[0]).toMatchObject({
		className: 'plate',
		classifications: answers({ text: ['a'] }),
	});
	expect(stored.classifications).toEqual(answers({ weather: ['sun'] }));
});

test('looks for keys below the parents that they are given', () => {
	expect(storedClassifications(answers({ COLOR: ['red'] }), ['Car'], FLEET_CLASSES)).toEqual(
		answers({ color: ['red'] }),
	);
	expect(storedClassifications(answers({ COLOR: ['red'] }), [], FLEET_CLASSES)).toEqual(answers({ COLOR: ['red'] }));
});

test('loses no answer where one key is spelled twice, and the check tells it', () => {
	const twice = image([], { classifications: answers({ weather: ['sun'], Weather: ['rain'] }) });
	const stored = withStoredKeys(twice, FLEET_CLASSES);
	expect(Object.keys(stored.classifications)).toHaveLength(2);
	expect(checkPrediction(stored, FLEET_CLASSES).map(({ reason, path }) => `${reason} ${path}`)).toEqual([
		'duplicate global_classifications.Weather',
	]);
});

test('the check finds keys in any case', () => {
	const problems = checkPrediction(labeled, FLEET_CLASSES);
	expect(problems.map(({ reason }) => reason)).toEqual(['unknown-class']);
});
