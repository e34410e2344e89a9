import type { Scenario } from '../scenario';
import { byId, refusal, type World } from '../world';

/** The classes that are labeled with. */
const ENTRIES = [
	{
		entryKey: 'car',
		entryValue: 'Car',
		type: 'rectangle',
		color: '#ff0000',
		children: [
			{
				entryKey: 'color',
				entryValue: 'Color',
				type: 'select',
				required: true,
				options: { red: 'Red', blue: 'Blue' },
				children: [],
			},
			{ entryKey: 'plate', entryValue: 'Plate', type: 'polygon', color: '#ffff00', children: [] },
		],
	},
	{ entryKey: 'van', entryValue: 'Van', type: 'rectangle', color: '#00ff00', children: [] },
	{ entryKey: 'sky', entryValue: 'Sky', type: 'image_segmentation', color: '#0000ff', children: [] },
	{
		entryKey: 'weather',
		entryValue: 'Weather',
		type: 'select',
		required: true,
		options: { sun: 'Sunny', rain: 'Rainy' },
		children: [],
	},
];

/** The documented API has neither segmentations nor geometries inside of geometries (docs/contract.md#the-api-of-2020). */
async function entriesFor({ api }: World): Promise<ReadonlyArray<{ readonly entryKey: string }>> {
	if ((await api.generation()) !== 'image') return ENTRIES;
	return ENTRIES.filter(({ type }) => type !== 'image_segmentation').map((entry) => ({
		...entry,
		children: entry.children.filter(({ type }) => type !== 'polygon'),
	}));
}

export const projects: readonly Scenario[] = [
	{
		area: 'Projects',
		title: 'A dataset is connected once',
		source: 'docs/contract.md#connect-a-dataset [171]',
		isEssential: true,
		async run(world, check) {
			const { projectId } = await world.project();
			world.made.set('the project', projectId);
			const ids = { projectId: byId(projectId), datasetId: byId(world.made.get('the dataset')) };
			const [connected] = await world.run('project', 'addDataset', ids);
			check.equal('connected now', connected?.connectedNow, true);
			check.equal(
				'answer to the second time',
				await refusal(world.api.projects.connect(projectId, world.made.get('the dataset'))),
				'412 ex_already_contains',
			);
		},
	},
	{
		area: 'Projects',
		title: 'Classes are uploaded, and only into an empty label configuration',
		source: 'docs/contract.md#upload-a-configuration [193]',
		isEssential: true,
		async run(world, check) {
			const projectId = world.made.get('the project');
			const entries = await entriesFor(world);
			const upload = {
				projectId: byId(projectId),
				inputMode: 'json',
				entriesJson: JSON.stringify(entries),
				replaceExisting: world.server.replaceClasses === true,
			};
			await world.run('labelConfig', 'upload', upload);
			world.made.set('the classes', projectId);
			const { labelConfigurationId } = await world.project();
			check.equal(
				'answer to the second time',
				await refusal(world.api.labelConfigs.upload(labelConfigurationId, entries)),
				'500 ex_gen_config_not_cleared',
			);
		},
	},
	{
		area: 'Projects',
		title: 'Classes are replaced, and their keys stored in lower case',
		source: 'docs/contract.md#configuration-entries',
		async run(world, check) {
			const entries = await entriesFor(world);
			const upload = {
				projectId: byId(world.made.get('the project')),
				inputMode: 'json',
				entriesJson: JSON.stringify(
					entries.map((entry) => (entry.entryKey === 'van' ? { ...entry, entryKey: 'Van' } : entry)),
				),
				replaceExisting: true,
			};
			const [stored] = await world.run('labelConfig', 'upload', upload);
			check.equal('replaced', stored?.replaced, true);
			check.equal('renamed', stored?.renamedKeys, [{ entryKey: 'Van', storedAs: 'van' }]);
			const keys = (Array.isArray(stored?.entries) ? stored.entries : []).map(
				(entry) => (entry as { entryKey: string }).entryKey,
			);
			check.equal('keys', keys, entries.map(({ entryKey }) => entryKey).sort());
		},
	},
	{
		area: 'Projects',
		title: 'Classes are read back',
		source: 'docs/contract.md#task-details',
		missingIn2020: { resource: 'task', operation: 'getAll', parameters: { projectId: byId('p') } },
		async run(world, check) {
			const [config] = await world.run('labelConfig', 'get', { projectId: byId(world.made.get('the project')) });
			const keys = Array.isArray(config?.classes)
				? config.classes.map((known) => (known as { className: string }).className).sort()
				: [];
			check.equal('keys', keys, ['car', 'color', 'plate', 'sky', 'van', 'weather']);
		},
	},
];
