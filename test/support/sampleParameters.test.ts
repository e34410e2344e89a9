import { resources } from '@datagym/nodes/DataGym/resources';
import { lacking, OPERATION_NAMES, SAMPLE_PARAMETERS, sampleParameters, type SampleIds } from './sampleParameters';

const IDS: SampleIds = {
	project: 'p',
	otherProject: 'q',
	dataset: 'd',
	otherDataset: 'o',
	image: 'i',
	finishedTask: 'f',
	openTask: 't',
	openImage: 'm',
	label: 'l',
	videoTask: 'v',
};

test('every operation has sample parameters', () => {
	expect(OPERATION_NAMES.filter((name) => !(name in SAMPLE_PARAMETERS)).map(lacking)).toEqual([]);
});

test('every row of sample parameters is of an operation', () => {
	expect(Object.keys(SAMPLE_PARAMETERS).filter((name) => !OPERATION_NAMES.includes(name))).toEqual([]);
});

test('sample parameters give every required field that has no default, and no field that is not there', () => {
	const faults = resources.flatMap(({ value, operations }) =>
		operations.flatMap((operation) => {
			const name = `${value}.${operation.value}`;
			if (!(name in SAMPLE_PARAMETERS)) return [];
			const given = Object.keys(sampleParameters(name, IDS));
			const fields = [...operation.fields.map((field) => field.name), 'options'];
			const needed = operation.fields.filter(
				(field) => field.required === true && field.displayOptions === undefined && isEmpty(field.default),
			);
			return [
				...needed.filter((field) => !given.includes(field.name)).map((field) => `${name} needs ${field.name}`),
				...given.filter((field) => !fields.includes(field)).map((field) => `${name} has no field ${field}`),
			];
		}),
	);
	expect(faults).toEqual([]);
});

function isEmpty(initial: unknown): boolean {
	return (
		initial === '' || (typeof initial === 'object' && initial !== null && 'value' in initial && initial.value === '')
	);
}
