import { atOnce } from '@datagym/labels/steps/steps';
import fc from 'fast-check';
import { flattenLabelConfig, type LabelConfigEntry } from '@datagym/labels/classes/labelClass';
import { groupsOf } from '@datagym/labels/dataset/groups';
import type { CoordinateFrame } from '@datagym/labels/formats/catalog';
import type { WritableFormat } from '@datagym/labels/formats/format';
import type { Tiling } from '@datagym/labels/dataset/tiles';
import { type LabelClass, type LabeledImage, type LabelObject, sourceIdOf } from '@datagym/labels/model';
import {
	changedSettings,
	type EarlierRun,
	type FileFacts,
	readManifest,
} from '@datagym/nodes/DataGym/export/createDataset/manifest';
import { type DatasetParameters, settingsOf } from '@datagym/nodes/DataGym/export/createDataset/parameters';
import { classesOf, planDataset } from '@datagym/nodes/DataGym/export/createDataset/plan';
import { summaryOf, withReport } from '@datagym/nodes/DataGym/export/createDataset/report';

/**
 * Random histories of a project, and a folder that a user keeps by the increments: deletes what each run names, then unpacks over it.
 * What is read from the server is given; what is made of it is the node's own.
 */

const CLASSES: LabelConfigEntry[] = [
	{
		entryKey: 'car',
		entryValue: 'Car',
		type: 'rectangle',
		children: [{ entryKey: 'lamp', entryValue: 'Lamp', type: 'point', children: [] }],
	},
	{ entryKey: 'lane', entryValue: 'Lane', type: 'line', children: [] },
	{ entryKey: 'road', entryValue: 'Road', type: 'polygon', children: [] },
	{
		entryKey: 'weather',
		entryValue: 'Weather',
		type: 'select',
		options: { sun: 'Sun', Sun: 'Other sun', rain: 'Rain' },
		children: [],
	},
];
/** Sorts before all others, so that class IDs would shift. */
const LATER: LabelConfigEntry = { entryKey: 'bike', entryValue: 'Bike', type: 'rectangle', children: [] };

/** An image of a project, as a step of a history sets it. */
export interface ProjectImage {
	readonly id: number;
	readonly name: string;
	readonly cars: number;
	readonly roads: number;
	readonly weather?: string | undefined;
	/** What its file is; the file of an image never changes, so it follows from the ID. */
	readonly isFinished: boolean;
}

export type Step =
	| { readonly kind: 'save'; readonly images: readonly ProjectImage[] }
	| { readonly kind: 'delete'; readonly id: number }
	| { readonly kind: 'addClass' }
	| { readonly kind: 'set'; readonly wishes: Partial<Wishes> };

/** What a user sets. */
export interface Wishes {
	readonly format: WritableFormat;
	readonly frame: CoordinateFrame;
	readonly turnsPixels: boolean;
	readonly includesImages: boolean;
	readonly isStratified: boolean;
	/** Whether images whose names begin alike are kept together. */
	readonly isTogether?: boolean;
	/** Formats that cut images themselves leave it out. */
	readonly tiling?: Tiling | undefined;
	readonly shares: { readonly train: number; readonly val: number; readonly test: number };
	readonly exclude: readonly string[];
}

/** Names that clash in their stems, are no file names, or have no image extension. */
const NAMES = ['a.jpg', 'A.png', 'a', 'b.jpg', 'c/d.jpg', 'c:d.jpg', 'e.webp', 'photo.v2', '=f.jpg', 'a_00000001.jpg'];

const image = fc.record({
	id: fc.integer({ min: 1, max: 12 }),
	name: fc.constantFrom(...NAMES),
	cars: fc.integer({ min: 0, max: 3 }),
	roads: fc.integer({ min: 0, max: 1 }),
	weather: fc.constantFrom('sun', 'Sun', 'rain', undefined),
	isFinished: fc.boolean().map((isNot) => !isNot),
});

const SHARES = [
	{ train: 80, val: 20, test: 0 },
	{ train: 6, val: 2, test: 2 },
	{ train: 0, val: 1, test: 0 },
];

/** Of the images, which have 32 × 24 pixels or are turned. */
export const TILING: Tiling = { size: 14, overlap: 0.2, visibleShare: 0.1, emptyShare: 0.5 };

const save = fc
	.array(image, { minLength: 1, maxLength: 4 })
	.map((images): Step => ({ kind: 'save', images: images.map((each) => ({ ...each })) }));
const remove = fc.integer({ min: 1, max: 12 }).map((id): Step => ({ kind: 'delete', id }));
const addClass = fc.constant<Step>({ kind: 'addClass' });
const set = fc
	.oneof(
		fc.record({ shares: fc.constantFrom(...SHARES) }),
		fc.record({ isStratified: fc.boolean() }),
		fc.record({ isTogether: fc.boolean() }),
		fc.record({ tiling: fc.constantFrom(undefined, TILING, { ...TILING, visibleShare: 0.9 }) }),
		fc.record({ exclude: fc.constantFrom([], ['road']) }),
		fc.record({ includesImages: fc.boolean() }),
		fc.constantFrom<Pick<Wishes, 'frame' | 'turnsPixels'>>(
			{ frame: 'displayed', turnsPixels: false },
			{ frame: 'displayed', turnsPixels: true },
			{ frame: 'stored', turnsPixels: false },
		),
	)
	.map((wishes): Step => ({ kind: 'set', wishes: { ...wishes } }));

export const histories: fc.Arbitrary<Step[]> = fc.array(
	fc.oneof({ weight: 6, arbitrary: save }, { weight: 3, arbitrary: remove }, addClass),
	{ minLength: 2, maxLength: 7 },
);

/** In which the user changes settings, too. */
export const historiesOfSettings: fc.Arbitrary<Step[]> = fc.array(
	fc.oneof({ weight: 5, arbitrary: save }, { weight: 2, arbitrary: remove }, addClass, { weight: 3, arbitrary: set }),
	{ minLength: 2, maxLength: 7 },
);

/** The state of a project and what the user wants of it. */
export class Project {
	readonly images = new Map<number, ProjectImage>();
	private config = CLASSES;

	constructor(public wishes: Wishes) {}

	take(step: Step): void {
		if (step.kind === 'save') for (const each of step.images) this.images.set(each.id, each);
		if (step.kind === 'delete') this.images.delete(step.id);
		if (step.kind === 'addClass') this.config = [LATER, ...CLASSES];
		if (step.kind === 'set') this.wishes = { ...this.wishes, ...step.wishes };
	}

	get classes(): readonly LabelClass[] {
		return flattenLabelConfig(this.config);
	}

	/** In the order that the node gives them. */
	labeledImages(): LabeledImage[] {
		return [...this.images.values()]
			.filter(({ isFinished }) => isFinished)
			.map((each) => this.labeledImage(each))
			.sort((a, b) =>
				a.imageName < b.imageName ? -1 : a.imageName > b.imageName ? 1 : a.imageId < b.imageId ? -1 : 1,
			);
	}

	private labeledImage({ id, name, cars, roads, weather }: ProjectImage): LabeledImage {
		const hasLater = this.config.includes(LATER) && id % 2 === 0;
		return {
			imageId: imageIdOf(id),
			imageName: name,
			status: 'completed',
			objects: [
				...(hasLater ? [rectangle('bike', 1, 1)] : []),
				...Array.from({ length: cars }, (_, index) => rectangle('car', index * 5, 4, [lampAt(index * 5 + 1, 5)])),
				...Array.from({ length: roads }, () => road),
			],
			classifications: weather === undefined ? {} : { weather: { values: [weather], children: {} } },
		};
	}
}

export function imageIdOf(id: number): string {
	return `${String(id).padStart(8, '0')}-0000-4000-8000-000000000000`;
}

/** The file of an image: each third is turned, each second a PNG. */
export function factsOf(id: number): Required<FileFacts> {
	const orientation = id % 3 === 0 ? 6 : 1;
	return {
		width: orientation === 6 ? 24 : 32,
		height: orientation === 6 ? 32 : 24,
		orientation,
		fileType: id % 2 === 0 ? 'png' : 'jpeg',
	};
}

function rectangle(className: string, x: number, y: number, children: LabelObject[] = []): LabelObject {
	return {
		className,
		geometry: { type: 'rectangle', x, y, width: 4, height: 6 },
		classifications: {},
		children,
	};
}

function lampAt(x: number, y: number): LabelObject {
	return { className: 'lamp', geometry: { type: 'point', x, y }, classifications: {}, children: [] };
}

const road: LabelObject = {
	className: 'road',
	geometry: {
		type: 'polygon',
		points: [
			{ x: 0, y: 20 },
			{ x: 20, y: 20 },
			{ x: 20, y: 24 },
		],
	},
	classifications: {},
	children: [],
};

/** Contents by path; of images, which file it is and whether its orientation was removed. */
export type Folder = Map<string, string>;

export interface Report {
	readonly imageCount: number;
	readonly manifest: Readonly<Record<string, unknown>> & {
		readonly classes: Readonly<Record<string, number>>;
		readonly images: Readonly<Record<string, { readonly split: string }>>;
	};
	readonly removedFiles: readonly string[];
	readonly isComplete: boolean;
	readonly writtenFileCount: number;
	readonly [key: string]: unknown;
}

/** One run of the node with a manifest (`{}` for the first): its files, and what its item says. */
export function runDataset(project: Project, manifest: unknown): { files: Folder; report: Report } {
	const parameters = parametersOf(project, readManifest(structuredClone(manifest)));
	const images = project.labeledImages();
	const labels = {
		images,
		classes: project.classes,
		problems: [],
		excluded: { skipped: 0, withoutLabels: 0 },
	};
	const sized = images.map((each) => ({ ...each, ...factsOf(Number(each.imageId.slice(0, 8))) }));
	const { pattern } = parameters.together;
	const groups = pattern && groupsOf(images, [({ imageName }) => pattern.exec(imageName)?.[0]]);
	const classes = classesOf(parameters, labels);
	const dataset = atOnce(planDataset(parameters, labels, classes, { images: sized, skipped: [] }, groups));
	const files: Folder = new Map();
	for (const file of images.length === 0 ? [] : withReport(parameters, dataset, 'History')) {
		if (file === undefined) continue;
		if (files.has(file.path)) throw new Error(`There are two files ${file.path}`);
		if ('image' in file)
			files.set(
				file.path,
				[
					`image ${sourceIdOf(file.image)} ${file.image.orientation === 1} ${parameters.turnsPixels}`,
					...(file.image.part ? [JSON.stringify(file.image.part.regions[file.image.part.index])] : []),
				].join(' '),
			);
		else if ('parts' in file)
			files.set(
				file.path,
				JSON.stringify(
					file.parts.map(({ file: { path, image }, madeOf }) => [path, image.imageId, image.orientation === 1, madeOf]),
				),
			);
		else files.set(file.path, 'text' in file ? [...file.text].join('') : Buffer.from(file.bytes).toString('base64'));
	}
	const report = JSON.parse(JSON.stringify(atOnce(summaryOf(parameters, dataset)))) as Report;
	return { files, report };
}

function parametersOf({ wishes }: Project, earlier: EarlierRun): DatasetParameters {
	const { format, exclude, isTogether = false, tiling, ...others } = wishes;
	const isCut = format.writes.cutsImages === true || tiling !== undefined;
	const asksFor = (name: string) => format.writes.parameters.some((known) => known === name);
	const parameters = {
		...others,
		...(isCut && { frame: 'displayed' as const, turnsPixels: true }),
		...(format.writes.cutsImages !== true && { tiling }),
		format,
		projectId: 'project',
		formatParameters: {
			classificationKey: asksFor('classificationKey') ? 'weather' : '',
			keypoints: asksFor('keypoints') ? ['lamp'] : [],
			...(asksFor('labelKey') && { labelKey: 'weather' }),
		},
		asArchive: true,
		includesImages: wishes.includesImages || format.writes.alwaysIncludesImages,
		isExact: false,
		includesEmpty: true,
		together: { byDataset: false, byLook: false, ...(isTogether && { pattern: /^./u }) },
		includesSkipped: false,
		includesHashes: false,
		classRules: { exclude, saved: earlier.classes },
		binaryField: 'data',
	};
	const settings = settingsOf(parameters);
	return { ...parameters, settings, earlier, changed: changedSettings(earlier.settings ?? {}, settings) };
}

/** The same manifest without any file, so that the run writes all of them, with the splits and class IDs that were given. */
export function withoutFiles(manifest: Report['manifest']): unknown {
	const images = Object.entries(manifest.images).map(([id, entry]) => [id, { ...entry, labels: '', files: {} }]);
	return { ...manifest, images: Object.fromEntries(images) as unknown, files: [] };
}

/** What the user does with an increment: first deletes what it names, then unpacks the rest over the folder. */
export function unpackOver(folder: Folder, { files, report }: { files: Folder; report: Report }): void {
	for (const path of report.removedFiles) {
		if (!folder.delete(path)) throw new Error(`${path} is to be deleted, but is not there`);
	}
	for (const [path, content] of files) folder.set(path, content);
}
