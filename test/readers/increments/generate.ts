import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { withoutOrientation } from '@datagym/labels/codecs/orientationRemover';
import { WRITABLE_FORMATS } from '@datagym/labels/formats/catalog';
import type { WritableFormat } from '@datagym/labels/formats/format';
import {
	factsOf,
	imageIdOf,
	Project,
	type ProjectImage,
	type Report,
	runDataset,
	type Step,
} from '@datagym/test/support/datasetHistory';

/**
 * Datasets that were made once and then kept by increments, for Python's readers: `tsx generate.ts FOLDER`. Writes
 * `<folder>/<format>` and `<folder>/expected.json`, which says of each split how many images and labels the project has in it.
 */

/** Without an image extension, clashing in its stem, no file name, and plain ones. */
const NAMES = ['photo', 'photo.v2', 'street/a.jpg', 'b.jpg', 'B.png', 'web.webp'];

const image = (id: number, more: Partial<ProjectImage> = {}): ProjectImage => ({
	id,
	name: NAMES[id - 1] ?? `image ${id}.${factsOf(id).fileType === 'png' ? 'png' : 'jpg'}`,
	cars: 1 + (id % 3),
	roads: id % 2,
	weather: id % 2 === 0 ? 'sun' : 'rain',
	isFinished: true,
	...more,
});

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);

const STEPS: readonly (readonly Step[])[] = [
	[{ kind: 'save', images: range(1, 14).map((id) => image(id)) }],
	// New ones, one of them called like an older one, and other labels.
	[
		{
			kind: 'save',
			images: [...range(15, 18).map((id) => image(id)), image(19, { name: 'image 7.png' }), image(3, { cars: 3 })],
		},
	],
	[
		{ kind: 'delete', id: 5 },
		{ kind: 'delete', id: 9 },
		{ kind: 'save', images: [image(2, { name: 'renamed' })] },
	],
	[{ kind: 'addClass' }, { kind: 'save', images: [image(10, { cars: 0, roads: 0 })] }],
	[],
];

async function bytesOf(id: number): Promise<Buffer> {
	const { width, height, orientation, fileType } = factsOf(id);
	const isSideways = orientation >= 5;
	return await sharp({
		create: {
			width: isSideways ? height : width,
			height: isSideways ? width : height,
			channels: 3,
			background: { r: id * 10, g: 128, b: 0 },
		},
	})
		.withMetadata({ orientation })
		.toFormat(fileType)
		.toBuffer();
}

async function contentOf(described: string): Promise<Buffer> {
	const [, imageId = '', isRemoved] = /^image (\S+) (true|false) false$/.exec(described) ?? [];
	const bytes = await bytesOf(Number(imageId.slice(0, 8)));
	return isRemoved === 'true' ? await joined(withoutOrientation(oneChunk(bytes))) : bytes;
}

async function* oneChunk(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
	yield bytes;
}

async function joined(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
	const parts: Uint8Array[] = [];
	for await (const chunk of chunks) parts.push(chunk);
	return Buffer.concat(parts);
}

async function writeFormat(folder: string, format: WritableFormat): Promise<unknown> {
	const project = new Project({
		format,
		frame: format.writes.orientation === 'mixed' ? 'stored' : 'displayed',
		turnsPixels: false,
		includesImages: true,
		isStratified: false,
		shares: { train: 70, val: 30, test: 0 },
		exclude: [],
	});
	let report: Report | undefined;
	for (const steps of STEPS) {
		for (const step of steps) project.take(step);
		const run = runDataset(project, report?.manifest ?? {});
		for (const path of run.report.removedFiles) await rm(join(folder, path));
		for (const [path, content] of run.files) {
			const isBytes = path.startsWith('masks/') || path.endsWith('.parquet');
			const isPicture = /^image \S+ (?:true|false) (?:true|false)$/.test(content);
			await mkdir(dirname(join(folder, path)), { recursive: true });
			await writeFile(
				join(folder, path),
				isPicture ? await contentOf(content) : isBytes ? Buffer.from(content, 'base64') : content,
			);
		}
		report = run.report;
	}
	return expectedOf(project, report!);
}

/** From the project; the node only says which split an image is in. */
function expectedOf(project: Project, { manifest }: Report): unknown {
	const counts: Record<string, { images: number; labels: Record<string, number> }> = {};
	for (const { id, cars, roads } of project.images.values()) {
		const split = manifest.images[imageIdOf(id)]?.split ?? 'missing';
		const count = (counts[split] ??= { images: 0, labels: { bike: 0, car: 0, lamp: 0, road: 0 } });
		count.images++;
		count.labels.bike! += id % 2 === 0 ? 1 : 0;
		count.labels.car! += cars;
		count.labels.lamp! += cars;
		count.labels.road! += roads;
	}
	return { splits: counts, classes: manifest.classes };
}

async function main(folder: string): Promise<void> {
	const expected: Record<string, unknown> = {};
	// Files that hold images are not packed here: test/nodes/DataGym/containers.test.ts.
	const formats = WRITABLE_FORMATS.filter(({ writes }) => !writes.parameters.includes('imagesPerShard'));
	for (const format of formats) expected[format.key] = await writeFormat(join(folder, format.key), format);
	await writeFile(join(folder, 'expected.json'), JSON.stringify(expected));
}

void main(process.argv[2] ?? '.');
