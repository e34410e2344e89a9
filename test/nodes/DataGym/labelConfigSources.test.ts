/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import { LABEL_STUDIO_XML, SOURCES } from '@datagym/test/labels/classSources/fixtures';
import { byId, jsonOf, openHarness, type Harness } from '../../support/datagym';

/** Docs/label-configuration.md: classes of other tools. */

let harness: Harness;

beforeAll(async () => {
	harness = await openHarness({ dummyProject: false });
});
afterAll(async () => await harness.close());

let projects = 0;
function newProject() {
	const { project, dataset } = harness.server.seed.project({
		name: `Project ${++projects}`,
		datasetName: `Dataset ${projects}`,
	});
	harness.server.seed.tasks(project, dataset!, { count: 1, name: () => 'waiting.jpg' });
	return project.id;
}

const upload = async (parameters: object, items?: Parameters<Harness['run']>[3]) =>
	await harness.run('labelConfig', 'upload', { projectId: byId(newProject()), ...parameters }, items);

test.each(SOURCES)('the server takes %s', async (_, source, value) => {
	const parameters =
		typeof value === 'string' ? { inputMode: 'text', entriesText: value } : { entriesJson: JSON.stringify(value) };
	const [item] = jsonOf(await upload(parameters));
	expect(item).toMatchObject({ classFormat: source, replaced: false });
	expect(item?.warnings).toBeUndefined();
	expect(item?.classes).not.toHaveLength(0);
});

test('reads a file, and an expression that gives XML', async () => {
	const projectId = byId(newProject());
	const file = await harness.run(
		'labelConfig',
		'upload',
		{ projectId, inputMode: 'file' },
		{ items: [await harness.itemWithFile(Buffer.from('names: [car, van]'), 'data.yaml', 'text/yaml')] },
	);
	expect(jsonOf(file)).toMatchObject([{ classFormat: 'ultralytics' }]);
	expect(
		jsonOf(await upload({ entriesJson: '={{ $json.xml }}' }, { items: [{ json: { xml: LABEL_STUDIO_XML } }] })),
	).toMatchObject([{ classFormat: 'labelStudio' }]);
});

test('takes the item of Get as well', async () => {
	const entries = [{ entryKey: 'car', entryValue: 'Car', type: 'rectangle', children: [] }];
	const [item] = jsonOf(await upload({ entriesJson: JSON.stringify({ projectId: 'x', entries }) }));
	expect(item).toMatchObject({ entries: [{ entryKey: 'car' }] });
	expect(item?.classFormat).toBeUndefined();
});

test('tells in the item and above the output what is different', async () => {
	const run = await upload({ inputMode: 'text', entriesText: 'Car, a/b' });
	expect(jsonOf(run)).toMatchObject([
		{
			renamedKeys: [
				{ entryKey: 'Car', storedAs: 'car' },
				{ entryKey: 'a/b', storedAs: 'a_b' },
			],
			conversions: [
				{ reason: 'assumed-geometry', names: ['Car', 'a/b'] },
				{ reason: 'title', names: ['a/b'] },
			],
		},
	]);
	const hints = run
		.hintsOf('DataGym')
		.map(({ message }) => message)
		.join('');
	expect(hints).toContain('Car, a/b: The source does not say how these classes are drawn');
	expect(hints).toContain('<br>a/b is a_b: ');
});

test('reads what is forced only, in the chosen shape', async () => {
	const options = { classFormat: 'names', classGeometry: 'polygon' };
	const [item] = jsonOf(await upload({ inputMode: 'text', entriesText: 'car\nvan', options }));
	expect(item).toMatchObject({
		classes: [
			{ className: 'car', type: 'polygon' },
			{ className: 'van', type: 'polygon' },
		],
	});
	const refused = await upload({ inputMode: 'text', entriesText: 'car\nvan', options: { classFormat: 'labelStudio' } });
	expect(refused.error?.message).toBe(
		'"Classes" is not in the format "Label Studio Configuration", so nothing was uploaded',
	);
	expect(refused.error?.description).toContain('CVAT Labels');
});

test('refuses what is no configuration, and an XML that is cut off', async () => {
	const prose = await upload({ inputMode: 'text', entriesText: '<annotation/>' });
	expect(prose.error?.message).toBe('"Classes" is in no format that classes can be read from, so nothing was uploaded');
	const cut = await upload({ inputMode: 'text', entriesText: '<View><Image' });
	expect(cut.error?.message).toBe('The classes in "Classes" cannot be read, so nothing was uploaded');
	expect(cut.error?.description).toContain('Provide the complete, unchanged file.');
});
