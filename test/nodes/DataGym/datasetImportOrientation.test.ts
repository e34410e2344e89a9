/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import sharp from 'sharp';
import { zipSync } from 'fflate';
import { valuesOf } from '../../emulator/store/values';
import { byId, jsonOf, openHarness, type Harness } from '../../support/datagym';
import { jpeg } from '../../support/images';

/**
 * Docs/importing-datasets.md, "Images": a photograph that is stored with 640 by 480 pixels and the EXIF orientation 6 is displayed turned
 * to the right, with 480 by 640. The stored box at 100, 50 of 60 by 40 pixels is displayed at 480 - 50 - 40 = 390, 100 with 40 by 60.
 */

const STORED = { xmin: 100, ymin: 50, xmax: 160, ymax: 90, width: 640, height: 480 };
const DISPLAYED = { xmin: 390, ymin: 100, xmax: 430, ymax: 160, width: 480, height: 640 };
const EXPECTED = { x: 390, y: 100, width: 40, height: 60 };

let harness: Harness;
let photo: Uint8Array;
beforeAll(async () => {
	harness = await openHarness({ dummyProject: false });
	const plain = await jpeg({ width: 640, height: 480 });
	photo = new Uint8Array(await sharp(plain).withMetadata({ orientation: 6 }).toBuffer());
});
afterAll(async () => await harness.close());

const csv = (box: typeof STORED) =>
	`filename,width,height,class,xmin,ymin,xmax,ymax\na.jpg,${box.width},${box.height},car,${box.xmin},${box.ymin},${box.xmax},${box.ymax}\n`;
const yolo = ({ xmin, xmax, ymin, ymax, width, height }: typeof STORED) =>
	`0 ${(xmin + xmax) / 2 / width} ${(ymin + ymax) / 2 / height} ${(xmax - xmin) / width} ${(ymax - ymin) / height}\n`;

test.each([
	['of the displayed photograph', 'labels.csv', csv(DISPLAYED), 'displayed'],
	['that say the size of the stored pixels', 'labels.csv', csv(STORED), 'displayed'],
	['in fractions of the displayed photograph', 'a.txt', yolo(DISPLAYED), 'displayed'],
	['in fractions of the stored pixels, if the user says so', 'a.txt', yolo(STORED), 'stored'],
])('Labels %s are where they belong', async (_, name, labels, orientation) => {
	const { id } = harness.server.seed.project({ name: `Turned ${name}`, classes: [] }).project;
	const text = (content: string) => new TextEncoder().encode(content);
	const archive = zipSync({ 'a.jpg': photo, [name]: text(labels), 'classes.txt': text('car\n') }, { level: 0 });
	const items = [await harness.itemWithFile(Buffer.from(archive), 'turned.zip', 'application/zip')];
	const parameters = { projectId: byId(id), datasetName: `Turned ${id.slice(0, 8)}`, options: { orientation } };
	expect(jsonOf(await harness.run('dataset', 'import', parameters, { items }))).toEqual([
		expect.objectContaining({ status: 'imported' }),
	]);
	const task = [...harness.server.store.tasks.values()].find(({ project }) => project.id === id);
	const [value] = valuesOf(task!);
	const { x, y, width, height } = value!.content as unknown as Record<string, number>;
	expect({ x, y, width, height }).toEqual({
		x: expect.closeTo(EXPECTED.x, 3),
		y: expect.closeTo(EXPECTED.y, 3),
		width: expect.closeTo(EXPECTED.width, 3),
		height: expect.closeTo(EXPECTED.height, 3),
	});
});
