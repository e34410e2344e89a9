import type { IDataObject } from 'n8n-workflow';
import type { Check, Scenario } from '../scenario';
import { byId, refusal, type World } from '../world';

const BOX = [{ x: 10.5, y: 5.25, w: 20, h: 10 }];

/** Some servers do not tell who made a label. */
const replacing = async ({ api }: World) => ((await api.has('labelAuthors')) ? 'replace' : 'replaceAll');

const importBox = async (world: World) => {
	const json: IDataObject = {
		internal_media_ID: world.made.get('the image 1'),
		labels: { car: [{ rectangle: BOX, classifications: { color: ['red'] } }] },
		global_classifications: { weather: ['sun'] },
	};
	const existingLabels = await replacing(world);
	return await world.run('prediction', 'import', { projectId: byId(world.made.get('the project')), existingLabels }, [
		{ json },
	]);
};

const boxes = async (world: World) =>
	(await world.run('label', 'getAll', { taskId: world.made.get('the task 1'), options: { classKeys: 'car' } })).length;

export const predictions: readonly Scenario[] = [
	{
		area: 'Predictions',
		title: 'Labels are imported, and a second import replaces them',
		source: 'docs/contract.md#import-targets [371]',
		async run(world, check) {
			for (let time = 0; time < 2; time++) check.equal('status', (await importBox(world))[0]?.status, 'imported');
			if ((await world.api.generation()) !== 'image') await checkImported(world, check);
			else check.remark('what was stored shows when people have finished the task');
		},
	},
	{
		area: 'Predictions',
		title: 'Keys of classes and classifications are taken in any case',
		source: 'docs/contract.md#import-targets',
		missingIn2020: { resource: 'label', operation: 'getAll', parameters: { taskId: 't' } },
		async run(world, check) {
			const json: IDataObject = {
				internal_media_ID: world.made.get('the image 1'),
				labels: { CAR: [{ rectangle: BOX, classifications: { Color: ['red'] } }] },
				global_classifications: { Weather: ['sun'] },
			};
			const parameters = {
				projectId: byId(world.made.get('the project')),
				existingLabels: await replacing(world),
			};
			const [imported] = await world.run('prediction', 'import', parameters, [{ json }]);
			check.equal('status', imported?.status, 'imported');
			const options = { classKeys: 'Car, WEATHER', includeImageAnswers: true };
			const labels = await world.run('label', 'getAll', { taskId: world.made.get('the task 1'), options });
			check.equal(
				'labels',
				labels.map(({ className }) => className),
				['car', 'weather'],
			);
		},
	},
	{
		area: 'Predictions',
		title: 'Labels tell whether an import or a person made them, so that earlier imports can be replaced',
		source: 'docs/contract.md#task-details',
		missingIn2020: { resource: 'label', operation: 'getAll', parameters: { taskId: 't' } },
		async run(world, check) {
			const json: IDataObject = { internal_media_ID: world.made.get('the image 1'), labels: {} };
			const parameters = { projectId: byId(world.made.get('the project')), existingLabels: 'replace' };
			const { items, error } = await world.try('prediction', 'import', parameters, [{ json }]);
			const left = await boxes(world);
			if (error?.message.includes('does not provide their authors') === true) {
				check.equal('boxes after a refusal', left, 1);
				check.missing('a second import with "Replace Earlier Imports" is refused');
			}
			check.equal('removed', items[0]?.json.removedLabels, 1);
			check.equal('boxes', left, 0);
			await importBox(world);
		},
	},
	{
		area: 'Predictions',
		title: 'Without keepData, labels are added to the old ones',
		source: 'docs/contract.md#import-targets [368]',
		missingIn2020: { resource: 'label', operation: 'getAll', parameters: { taskId: 't' } },
		async run(world, check) {
			const element = {
				internal_media_ID: world.made.get('the image 1'),
				labels: { car: [{ rectangle: BOX, classifications: { color: ['blue'] } }] },
			};
			await world.api.imports.send(world.made.get('the project'), [element]);
			check.equal('boxes', await boxes(world), 2);
			await importBox(world);
			check.equal('boxes after replacing', await boxes(world), 1);
		},
	},
	{
		area: 'Predictions',
		title: 'An unknown class is refused by name, with the whole request',
		source: 'docs/contract.md#import-responses [375, 411]',
		async run(world, check) {
			const id = world.made.get('the image 1');
			const element = (key: string) => ({
				internal_media_ID: id,
				internal_image_ID: id,
				keepData: true,
				labels: { [key]: [{ geometry: BOX, classifications: {} }] },
				global_classifications: {},
			});
			const answer = await refusal(
				world.api.imports.send(world.made.get('the project'), [element('van'), element('bus')]),
			);
			check.equal('answer', answer, '500 ex_gen_wrong_entry_id');
			if ((await world.api.generation()) !== 'image')
				check.equal('labels', (await world.run('label', 'getAll', { taskId: world.made.get('the task 1') })).length, 1);
		},
	},
	{
		area: 'Predictions',
		title: 'What is no list of images is refused with a reason',
		source: 'docs/contract.md#import-responses [380]',
		async run(world, check) {
			check.equal(
				'answer to an empty list',
				await refusal(world.api.imports.send(world.made.get('the project'), [])),
				'200 ex_gen_error_messages',
			);
		},
	},
];

async function checkImported(world: World, check: Check): Promise<void> {
	const [task] = await world.run('task', 'getAll', {
		projectId: byId(world.made.get('the project')),
		search: 'conformance 1.jpg',
	});
	check.equal('status and mark', [task?.status, task?.hasPredictions], ['backlog', true]);
	const [label, ...others] = await world.run('label', 'getAll', { taskId: world.made.get('the task 1') });
	check.equal('other labels', others.length, 0);
	check.equal('geometry, with decimals', label?.geometry, {
		type: 'rectangle',
		x: 10.5,
		y: 5.25,
		width: 20,
		height: 10,
	});
}
