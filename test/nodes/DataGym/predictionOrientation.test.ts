/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import type { IDataObject } from 'n8n-workflow';
import { byId, jsonOf } from '../../support/datagym';
import {
	displayedSize,
	type Orientation,
	ORIENTATIONS,
	paintedPhotograph,
	SAVED_BOXES,
	STORED_BLOCK,
	STORED_SIZE,
} from '../../support/paintedPhotographs';
import { type Item, PredictionHarness } from './predictionHarness';

let lab: PredictionHarness;
/** A project with a painted photograph of each orientation, and the IDs of their images. */
let projectId: string;
const imageIds = new Map<string, string>();

beforeAll(async () => {
	lab = await PredictionHarness.open();
	const project = lab.newProject();
	projectId = project.projectId;
	for (const type of ['jpeg', 'png'] as const) {
		for (const orientation of ORIENTATIONS) {
			const name = `${orientation}.${type}`;
			const items = [{ json: {}, binary: await lab.file(await paintedPhotograph(type, orientation), name) }];
			const upload = await lab.datagym.run('image', 'upload', { datasetId: byId(project.dataset.id) }, { items });
			imageIds.set(name, String(jsonOf(upload)[0]?.imageId));
		}
	}
});
afterAll(async () => await lab.close());

const downloads = () => lab.datagym.server.count('GET /api/v1/media/:id');
const nameOf = (orientation: Orientation, type = 'jpeg') => `${orientation}.${type}`;

/** What the server has after one import, as DataGym's editor draws it. */
async function imported(
	orientation: Orientation,
	format: string,
	parameters: IDataObject,
	item: Item = { json: {} },
	type = 'jpeg',
): Promise<string[]> {
	const [out] = jsonOf(
		await lab.import(projectId, format, { imageReference: nameOf(orientation, type), ...parameters }, [item]),
	);
	expect(out?.warnings).toBeUndefined();
	return await lab.storedLabels(String(out?.taskId));
}

/** The label on the block, as the editor saves it (docs/contract.md#coordinates). */
const onBlock = (orientation: Orientation) => `car ${SAVED_BOXES[orientation].join(' ')}`;
const corners = ([x, y, width, height]: readonly [number, number, number, number]) => [x, y, x + width, y + height];

const detection = (box: readonly number[]) => {
	const [xmin, ymin, xmax, ymax] = box;
	return [{ label: 'car', score: 0.9, box: { xmin, ymin, xmax, ymax } }];
};

const { x, y, width, height } = STORED_BLOCK;
const storedBox = corners([x, y, width, height]);
const fractions = (
	[left, top, w, h]: readonly [number, number, number, number],
	size: { width: number; height: number },
) => `0 ${(left + w / 2) / size.width} ${(top + h / 2) / size.height} ${w / size.width} ${h / size.height}`;

describe('what a model found on an upright photograph', () => {
	test.each(ORIENTATIONS)(
		'of orientation %d lies there in DataGym’s editor, without a file or a request',
		async (orientation) => {
			const predictions = JSON.stringify(detection(corners(SAVED_BOXES[orientation])));
			const before = downloads();
			expect(await imported(orientation, 'huggingFace', { predictions })).toEqual([onBlock(orientation)]);
			expect(downloads()).toBe(before);
		},
	);

	test.each(['coco', 'googleVision', 'plainBoxes'])('is taken as it is from %s, too', async (format) => {
		const [left, top, w, h] = SAVED_BOXES[6];
		const size = displayedSize(6);
		const vertex = (right: number, down: number) => ({ x: right / size.width, y: down / size.height });
		const normalizedVertices = [
			vertex(left, top),
			vertex(left + w, top),
			vertex(left + w, top + h),
			vertex(left, top + h),
		];
		const inputs: Record<string, unknown> = {
			coco: {
				images: [{ id: 1, file_name: nameOf(6), ...size }],
				categories: [{ id: 1, name: 'car' }],
				annotations: [{ id: 1, image_id: 1, category_id: 1, bbox: [left, top, w, h] }],
			},
			googleVision: { localizedObjectAnnotations: [{ name: 'car', score: 1, boundingPoly: { normalizedVertices } }] },
			plainBoxes: [{ label: 'car', box: corners(SAVED_BOXES[6]) }],
		};
		const parameters = { predictions: JSON.stringify(inputs[format]), boxFields: 'box' };
		const options = format === 'googleVision' ? { options: { imageWidth: size.width, imageHeight: size.height } } : {};
		expect(await imported(6, format, { ...parameters, ...options })).toEqual([onBlock(6)]);
	});

	test.each(ORIENTATIONS)(
		'of orientation %d, in fractions, by the size that the file is displayed in',
		async (orientation) => {
			const labelText = fractions(SAVED_BOXES[orientation], displayedSize(orientation));
			for (const type of ['jpeg', 'png'] as const) {
				const binary = await lab.file(await paintedPhotograph(type, orientation), 'photograph');
				const fromItem = await imported(orientation, 'yolo', { labelText }, { json: {}, binary }, type);
				const options = { imageSizes: 'server' };
				const fromServer = await imported(orientation, 'yolo', { labelText, options }, { json: {} }, type);
				expect([fromItem, fromServer]).toEqual([[onBlock(orientation)], [onBlock(orientation)]]);
			}
		},
	);

	test('in fractions does not take DataGym’s stored size for the displayed one', async () => {
		const labelText = fractions(SAVED_BOXES[6], displayedSize(6));
		const { error } = await lab.import(projectId, 'yolo', { labelText, imageReference: nameOf(6) }, [
			{ json: { imageId: imageIds.get(nameOf(6)), ...STORED_SIZE } },
		]);
		expect(error?.message).toContain('fractions of the image size, which is unknown');
	});

	test('is only outside if it is outside however the photograph is displayed', async () => {
		const outside = async (box: number[]) => {
			const [out] = jsonOf(
				await lab.import(
					projectId,
					'huggingFace',
					{ imageReference: nameOf(6), predictions: JSON.stringify(detection(box)), options: { clip: false } },
					[{ json: { imageId: imageIds.get(nameOf(6)), ...STORED_SIZE } }],
				),
			);
			return out?.warnings;
		};
		expect(await outside([10, 110, 60, 155])).toBeUndefined();
		expect(await outside([110, 10, 155, 60])).toBeUndefined();
		expect(await outside([110, 110, 155, 155])).toEqual([expect.stringContaining('outside the image')]);
	});
});

describe('what a model found on the stored pixels', () => {
	const stored = { predictions: JSON.stringify(detection(storedBox)), options: { orientation: 'stored' } };

	test.each(ORIENTATIONS)('of orientation %d lies on them in DataGym’s editor', async (orientation) => {
		for (const type of ['jpeg', 'png'] as const) {
			const binary = await lab.file(await paintedPhotograph(type, orientation), 'photograph');
			const fromItem = await imported(orientation, 'huggingFace', stored, { json: {}, binary }, type);
			const before = downloads();
			const fromServer = await imported(orientation, 'huggingFace', stored, { json: {} }, type);
			expect(downloads()).toBe(before + 1);
			expect([fromItem, fromServer]).toEqual([[onBlock(orientation)], [onBlock(orientation)]]);
		}
	});

	test.each(ORIENTATIONS)('of orientation %d, in fractions, too', async (orientation) => {
		const labelText = fractions([x, y, width, height], STORED_SIZE);
		expect(await imported(orientation, 'yolo', { labelText, options: { orientation: 'stored' } })).toEqual([
			onBlock(orientation),
		]);
	});
});
