/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import type { INodeExecutionData } from 'n8n-workflow';
import { zipSync, type Zippable } from 'fflate';
import { zipOf } from '@datagym/nodes/DataGym/export/createDataset/zip';
import { byId, jsonOf, openHarness, type Harness } from '../../support/datagym';
import { jpeg } from '../../support/images';

/** Docs/importing-datasets.md, "Limits": clear errors on hostile archives, and bounded work. */

let harness: Harness;
let photo: Uint8Array;
beforeAll(async () => {
	harness = await openHarness({ dummyProject: false });
	photo = new Uint8Array(await jpeg({ width: 64, height: 48 }));
});
afterAll(async () => await harness.close());

const csv = new TextEncoder().encode('filename,width,height,class,xmin,ymin,xmax,ymax\na.jpg,64,48,car,1,2,13,14\n');

async function run(archive: Uint8Array, options = {}) {
	const { id } = harness.server.seed.project({ name: 'Hostile', classes: [] }).project;
	const item: INodeExecutionData = await harness.itemWithFile(Buffer.from(archive), 'hostile.zip', 'application/zip');
	return await harness.run(
		'dataset',
		'import',
		{ projectId: byId(id), datasetName: `Hostile ${id.slice(0, 8)}`, options },
		{ items: [item] },
	);
}

const zipped = (files: Zippable, level: 0 | 9 = 0) =>
	zipSync({ 'a.jpg': photo, 'labels.csv': csv, ...files }, { level });

test.each([
	['leads out of the archive', { '../../etc/a.jpg': new Uint8Array(3) }, 'its name leads out of the archive'],
	['would unpack to far more than it is', { 'bomb.json': new Uint8Array(50_000_000) }, 'far more than it is'],
])('A file that %s is skipped and told, and the others are imported', async (_, files, reason) => {
	const outputs = jsonOf(await run(zipped(files, 9)));
	expect(outputs).toEqual([
		expect.objectContaining({ path: 'a.jpg', status: 'imported' }),
		expect.objectContaining({ status: 'skipped', error: expect.stringContaining(reason) }),
	]);
});

/** With other bytes at a place of the central directory's entry of a file. */
function withEntry(archive: Uint8Array, name: string, place: number, value: number): Uint8Array {
	const copy = Buffer.from(archive);
	const directory = copy.readUInt32LE(copy.length - 6);
	copy.writeUInt32LE(value, copy.indexOf(name, directory) - 46 + place);
	return copy;
}

test('An image that is longer than the archive says is told alone', async () => {
	const outputs = jsonOf(await run(withEntry(zipped({ 'b.jpg': photo }), 'b.jpg', 24, photo.length - 1)));
	expect(outputs).toEqual([
		expect.objectContaining({ path: 'a.jpg', status: 'imported' }),
		expect.objectContaining({
			path: 'b.jpg',
			status: 'skipped',
			error: expect.stringContaining('longer than it says'),
		}),
	]);
});

test('An image whose bytes have changed is told alone', async () => {
	const outputs = jsonOf(await run(withEntry(zipped({ 'b.jpg': photo }), 'b.jpg', 16, 7)));
	expect(outputs[1]).toMatchObject({
		path: 'b.jpg',
		status: 'failed',
		error: 'The archive "hostile.zip" is damaged: the file "b.jpg" is not whole',
	});
});

test('Files that overlap are refused', async () => {
	const { error } = await run(withEntry(zipped({ 'b.jpg': photo }), 'b.jpg', 42, 0));
	expect(error?.message).toContain('The archive "hostile.zip" is damaged: files in it overlap');
});

test('Two files of one name are told', async () => {
	const archive = Buffer.from(zipped({ 'b.jpg': photo }));
	for (let at = archive.indexOf('b.jpg'); at !== -1; at = archive.indexOf('b.jpg')) archive.write('a.jpg', at);
	const outputs = jsonOf(await run(archive));
	expect(outputs[1]).toMatchObject({
		status: 'skipped',
		error: expect.stringContaining('another file has the same name'),
	});
});

test('100,000 names are read, and those that are nothing are left alone', async () => {
	const entries = async function* () {
		yield await Promise.resolve({ name: 'a.jpg', input: photo });
		yield { name: 'labels.csv', input: csv };
		for (let index = 0; index < 100_000; index++) yield { name: `${index}.bin`, input: new Uint8Array() };
	};
	const parts: Uint8Array[] = [];
	for await (const part of zipOf(entries())) parts.push(part);
	const [plan] = jsonOf(await run(Buffer.concat(parts), { dryRun: true }));
	expect(plan).toMatchObject({ imageCount: 1, labelCount: 1, problems: [] });
});
