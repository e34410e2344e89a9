/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import { readFile } from 'node:fs/promises';
import { strFromU8, unzipSync } from 'fflate';
import { parse } from 'yaml';
import { outputOf } from '../../support/datagym';
import { DatasetLab } from '../../support/datasetLab';

let lab: DatasetLab;

beforeAll(async () => {
	lab = await DatasetLab.open();
});
afterAll(async () => await lab.close());

const CARD = { license: 'CC-BY-4.0', name: 'Cars: by day', description: 'From **two** streets.' };
const withCard = (card: Record<string, string>, options: Record<string, string> = {}) => ({
	options: { datasetCard: { card }, ...options },
});

async function cardIn(path: string): Promise<string> {
	return strFromU8(unzipSync(await readFile(path))['README.md']!);
}

function metadataOf(card: string): unknown {
	return parse(card.split('---\n')[1]!);
}

describe('Dataset Card', () => {
	test('is a README.md with the metadata of the Hub, and says what the dataset is', async () => {
		const { id } = await lab.newProject([
			{ name: 'a.jpg', cars: 2 },
			{ name: 'b.jpg', cars: 1 },
			{ name: 'c.jpg', cars: 0 },
		]);
		const { path } = await lab.archived(id, 'imageFolder', withCard(CARD));
		const card = await cardIn(path);
		expect(metadataOf(card)).toEqual({
			license: 'cc-by-4.0',
			pretty_name: 'Cars: by day',
			task_categories: ['object-detection'],
			size_categories: ['n<1K'],
			tags: ['datagym', 'imageFolder'],
			configs: [
				{
					config_name: 'default',
					data_files: [
						{ split: 'train', path: 'train/**' },
						{ split: 'validation', path: 'val/**' },
					],
				},
			],
		});
		expect(card).toContain('From **two** streets.');
		expect(card).toMatch(/\| 0 \| car \| 3 \| .* \| 2 \|/);
		expect(card).toContain('64 × 48 pixels');
		expect(card).toContain('Coordinates are in whole pixels.');
		expect(card).toContain('load_dataset("user/name")');
	});

	test('has the name of the project where none is given, and no license then', async () => {
		const { id } = await lab.newProject([{ name: 'a.jpg' }, { name: 'b.jpg' }]);
		const card = await cardIn((await lab.archived(id, 'coco', withCard({}))).path);
		expect(metadataOf(card)).toMatchObject({ pretty_name: 'Cars' });
		expect(metadataOf(card)).not.toHaveProperty('license');
		expect(card).toContain('snapshot_download');
	});

	test('of classified images, the classes are those of the images', async () => {
		const { id } = await lab.newProject([
			{ name: 'a.jpg', weather: 'sun' },
			{ name: 'b.jpg', weather: 'rain' },
			{ name: 'c.jpg', weather: 'sun' },
		]);
		const parameters = { classificationKey: 'weather', ...withCard({}) };
		const card = await cardIn((await lab.archived(id, 'yoloClassify', parameters)).path);
		expect(metadataOf(card)).toMatchObject({ task_categories: ['image-classification'] });
		expect(card).toMatch(/\| sun \| 2 \| 66\.7% \| 2 \|/);
	});

	test('is the same for the same dataset, new with it, and is removed with the option', async () => {
		const { id, tasks } = await lab.newProject([{ name: 'a.jpg' }, { name: 'b.jpg' }]);
		const update = async (manifest: unknown) =>
			await lab.archived(id, 'coco', withCard(CARD, { manifest: JSON.stringify(manifest) }));
		const first = await update({});
		const second = await update(first.report.manifest);
		expect(await cardIn(second.path)).toBe(await cardIn(first.path));
		lab.label(tasks[0]!, 3);
		const third = await update(second.report.manifest);
		expect(await cardIn(third.path)).not.toBe(await cardIn(first.path));
		const { report } = await lab.archived(id, 'coco', { options: { manifest: JSON.stringify(third.report.manifest) } });
		expect(report).toMatchObject({ removedFiles: ['README.md'], isComplete: false });
	});

	test('is an item with "Item per File"', async () => {
		const { id } = await lab.newProject([{ name: 'a.jpg' }, { name: 'b.jpg' }]);
		const items = outputOf(await lab.create(id, 'coco', { output: 'files', ...withCard(CARD) }));
		const card = items.find(({ json }) => json.path === 'README.md')!;
		expect(card.binary?.data?.mimeType).toBe('text/markdown');
		expect((await lab.harness.engine.readBinary(card)).toString()).toContain('pretty_name: "Cars: by day"');
	});

	test('refuses what is no identifier of a license', async () => {
		const { id } = await lab.newProject([{ name: 'a.jpg' }]);
		const run = await lab.create(id, 'coco', withCard({ license: 'Creative Commons' }));
		expect(run.error?.message).toBe('"creative commons" is not the identifier of a license');
	});
});
