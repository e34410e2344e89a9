/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import { crc32 } from 'node:zlib';
import { zipSync, type Zippable } from 'fflate';
import type { LabelValue } from '../../emulator/store/model';
import { valuesOf } from '../../emulator/store/values';
import { byId, jsonOf, openHarness, type Harness } from '../../support/datagym';
import { jpeg } from '../../support/images';

/** Issue 17: what datasets of other tools have in them beside plain labels arrives once, or is told. */

let harness: Harness;
let photo: Uint8Array;
beforeAll(async () => {
	harness = await openHarness({ dummyProject: false });
	photo = new Uint8Array(await jpeg({ width: 640, height: 480 }));
});
afterAll(async () => await harness.close());

const text = (content: unknown) =>
	new TextEncoder().encode(typeof content === 'string' ? content : JSON.stringify(content));
const zip = (files: Zippable) => Buffer.from(zipSync(files, { level: 6 }));

const typesOf = ({ entry, content, children }: LabelValue): string[][] => [
	[entry.key, content.type],
	...children.flatMap(typesOf),
];

async function imported(bytes: Buffer, options = {}) {
	const { id } = harness.server.seed.project({ name: 'Quirks', classes: [] }).project;
	const items = [await harness.itemWithFile(bytes, 'set.zip', 'application/zip')];
	const parameters = { projectId: byId(id), datasetName: `Of ${id.slice(0, 8)}` };
	const dry = await harness.run(
		'dataset',
		'import',
		{ ...parameters, options: { ...options, dryRun: true } },
		{ items },
	);
	const run = await harness.run('dataset', 'import', { ...parameters, options }, { items });
	const tasks = [...harness.server.store.tasks.values()].filter(({ project }) => project.id === id);
	const labels = Object.fromEntries(tasks.map((task) => [task.medium.name, valuesOf(task).flatMap(typesOf)]));
	return { dry, run, labels };
}

const IMAGE = { id: 139, file_name: '000000000139.jpg', width: 640, height: 480 };
const PERSON = { id: 1, image_id: 139, category_id: 1, bbox: [100, 50, 60, 40], iscrowd: 0 };
const KEYPOINTS = ['nose', 'left_eye'];

test("COCO's people are not there twice, although two of its files have them, and captions are told", async () => {
	const images = [IMAGE];
	const { dry, run, labels } = await imported(
		zip({
			'val2017/000000000139.jpg': photo,
			'annotations/captions_val2017.json': text({
				images,
				annotations: [{ id: 5, image_id: 139, caption: 'A woman' }],
			}),
			'annotations/instances_val2017.json': text({
				images,
				annotations: [PERSON, { ...PERSON, id: 2 }],
				categories: [{ id: 1, name: 'person' }],
			}),
			'annotations/person_keypoints_val2017.json': text({
				images,
				annotations: [{ ...PERSON, num_keypoints: 1, keypoints: [110, 60, 2, 0, 0, 0] }],
				categories: [{ id: 1, name: 'person', keypoints: KEYPOINTS }],
			}),
		}),
	);
	// Two equal ones within one file are two.
	expect(labels).toEqual({
		'000000000139.jpg': [
			['person', 'RECTANGLE'],
			['nose', 'POINT'],
			['person', 'RECTANGLE'],
		],
	});
	const outputs = jsonOf(run);
	expect(outputs).toEqual([
		expect.objectContaining({ status: 'imported', labelCount: 2 }),
		{
			path: 'annotations/captions_val2017.json',
			status: 'skipped',
			error:
				'The file has no labels in a format that can be imported. Export it again, or remove it from the dataset if it has no labels.',
		},
	]);
	expect(jsonOf(dry)).toEqual([expect.objectContaining({ labelCount: 2, labeledImages: 1 })]);
});

test('What an annotator has skipped in Label Studio is no label; the next annotation is', async () => {
	const box = (name: string, x: number) => ({
		original_width: 640,
		original_height: 480,
		value: { x, y: 10, width: 10, height: 10, rotation: 0, rectanglelabels: [name] },
		id: `${name} ${x}`,
		from_name: 'label',
		to_name: 'image',
		type: 'rectanglelabels',
	});
	const { labels } = await imported(
		zip({
			'a.jpg': photo,
			'b.jpg': photo,
			'tasks.json': text([
				{
					id: 1,
					data: { image: '/data/upload/1/a.jpg' },
					annotations: [
						{ was_cancelled: true, result: [box('wrong', 1)] },
						{ was_cancelled: false, result: [box('car', 2)] },
					],
				},
				{
					id: 2,
					data: { image: '/data/upload/1/b.jpg' },
					annotations: [{ was_cancelled: true, result: [box('wrong', 1)] }],
				},
			]),
		}),
	);
	expect(labels).toEqual({ 'a.jpg': [['car', 'RECTANGLE']], 'b.jpg': [] });
});

test('A label file that is cut off is told as that', async () => {
	const { run } = await imported(zip({ 'a.jpg': photo, 'coco.json': text('{"images": [{"id": 1, ') }));
	expect(run.error?.message).toBe(
		'No labels of the archive "set.zip" can be read. coco.json: The file is cut off; it ends with: {"images": [{"id": 1,. Export it again, or remove it from the dataset if it has no labels.',
	);
});

interface RawFile {
	readonly name: Buffer;
	readonly content: Uint8Array;
	readonly extra?: Buffer | undefined;
}

/** A ZIP with names in bytes, as `system` packs them (APPNOTE 4.4.2). */
function rawZip(files: readonly RawFile[], system: number, flags = 0): Buffer {
	const locals: Buffer[] = [];
	const list: Buffer[] = [];
	let offset = 0;
	for (const { name, content, extra = Buffer.alloc(0) } of files) {
		const shared = Buffer.alloc(26);
		shared.writeUInt16LE(20, 0);
		shared.writeUInt16LE(flags, 2);
		shared.writeUInt32LE(crc32(content), 10);
		shared.writeUInt32LE(content.length, 14);
		shared.writeUInt32LE(content.length, 18);
		shared.writeUInt16LE(name.length, 22);
		const local = Buffer.concat([Buffer.from('PK\x03\x04'), shared, name, content]);
		const entry = Buffer.concat([Buffer.from([0x50, 0x4b, 1, 2, 20, system]), shared, Buffer.alloc(14), name, extra]);
		entry.writeUInt16LE(extra.length, 30);
		entry.writeUInt32LE(offset, 42);
		offset += local.length;
		locals.push(local);
		list.push(entry);
	}
	const directory = Buffer.concat(list);
	const end = Buffer.alloc(22);
	end.write('PK\x05\x06');
	end.writeUInt16LE(files.length, 8);
	end.writeUInt16LE(files.length, 10);
	end.writeUInt32LE(directory.length, 12);
	end.writeUInt32LE(offset, 16);
	return Buffer.concat([...locals, directory, end]);
}

/** `Straße é.jpg` as Windows calls it by code page 437, and Unix by Latin-1. */
const NAME = 'Straße é.jpg';
const IN_CP_437 = Buffer.from([0x53, 0x74, 0x72, 0x61, 0xe1, 0x65, 0x20, 0x82, 0x2e, 0x6a, 0x70, 0x67]);
const COCO = text({
	images: [{ id: 1, file_name: NAME, width: 640, height: 480 }],
	categories: [{ id: 1, name: 'car' }],
	annotations: [{ id: 1, image_id: 1, category_id: 1, bbox: [100, 50, 60, 40] }],
});

/** Info-ZIP's field with the name in UTF-8, beside one in whatever characters the machine had. */
function unicodePath(raw: Buffer): Buffer {
	const name = Buffer.from(NAME);
	const field = Buffer.alloc(9);
	field.writeUInt16LE(0x7075, 0);
	field.writeUInt16LE(name.length + 5, 2);
	field.writeUInt8(1, 4);
	field.writeUInt32LE(crc32(raw), 5);
	return Buffer.concat([field, name]);
}

test.each([
	['Windows', 0, IN_CP_437, undefined],
	['Unix', 3, Buffer.from(NAME, 'latin1'), undefined],
	['a packer that adds them in UTF-8', 0, Buffer.from('Stra_e _.jpg'), unicodePath(Buffer.from('Stra_e _.jpg'))],
])('Names of %s are read', async (_, system, name, extra) => {
	const { labels } = await imported(
		rawZip(
			[
				{ name, content: photo, extra },
				{ name: Buffer.from('coco.json'), content: COCO },
			],
			system,
		),
	);
	expect(labels).toEqual({ [NAME]: [['car', 'RECTANGLE']] });
});

test('An encrypted archive is told as that', async () => {
	const { run } = await imported(rawZip([{ name: Buffer.from('a.jpg'), content: photo }], 0, 1));
	expect(run.error?.message).toBe('There are no JPEG or PNG images in the archive "set.zip"');
	expect(run.error?.description).toMatch(/^The file "a\.jpg" was skipped: it is encrypted\. Provide the images/);
});

test('The dry run counts labels as the import does, and remedies name where their options are', async () => {
	const { project, dataset } = harness.server.seed.project({
		name: 'Other classes',
		datasetName: 'Before',
		classes: [{ entryKey: 'car', entryValue: 'Car', type: 'rectangle' }],
	});
	harness.server.seed.tasks(project, dataset!, { count: 1 });
	const lines = '0 0.5 0.5 0.1 0.1\n1 0.2 0.2 0.1 0.1';
	const archive = zip({ 'b.jpg': photo, 'b.txt': text(lines), 'data.yaml': text('names: [car, van]') });
	const parameters = { projectId: byId(project.id), datasetName: 'After' };
	const files = { items: [await harness.itemWithFile(archive, 'set.zip', 'application/zip')] };
	const [plan] = jsonOf(await harness.run('dataset', 'import', { ...parameters, options: { dryRun: true } }, files));
	expect(plan).toMatchObject({ labeledImages: 1, labelCount: 1, notInLabelConfig: ['van'] });
	const run = await harness.run('dataset', 'import', parameters, files);
	expect(jsonOf(run)).toMatchObject([
		{ status: 'imported', labelCount: 1, conversionReport: [{ reason: 'not-in-project', className: 'van', count: 1 }] },
	]);
	expect(JSON.stringify(run.hintsOf('DataGym'))).toContain('(van). To keep them, map the class with');
	expect(JSON.stringify(run.hintsOf('DataGym'))).toContain('of Prediction: Import');
});
