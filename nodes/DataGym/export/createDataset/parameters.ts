import {
	type ClassMapping,
	type ClassRules,
	type CoordinateFrame,
	isRecord,
	readClassMapping,
	type SplitShares,
	type WritableFormat,
	WRITABLE_FORMATS,
	type WritingParameter,
	type WritingParameters,
} from '@datagym/labels';
import { InputError } from '@datagym/shared/errors';
import { outputBinaryField } from '@datagym/shared/fields';
import { projectId } from '../../fields';
import type { ItemInput } from '../../runner/itemInput';
import * as fields from './fields';
import { readManifest, type Manifest } from './manifest';

/** The node's parameters for one dataset. */
export interface DatasetParameters {
	readonly projectId: string;
	readonly format: WritableFormat;
	readonly formatParameters: WritingParameters;
	readonly asArchive: boolean;
	readonly includesImages: boolean;
	readonly isExact: boolean;
	readonly includesEmpty: boolean;
	readonly includesSkipped: boolean;
	readonly classRules: ClassRules;
	readonly shares: SplitShares;
	readonly isStratified: boolean;
	readonly manifest?: Manifest | undefined;
	/** What sizes and coordinates refer to. Of the included image files, the orientation is removed if it is `stored`. */
	readonly frame: CoordinateFrame;
	readonly binaryField: string;
}

export function readParameters(item: ItemInput): DatasetParameters {
	const format = readFormat(item);
	const manifest = readManifestOption(item);
	const includesImages = item.flag(fields.includeImages) || format.writes.alwaysIncludesImages;
	return {
		projectId: item.id(projectId),
		format,
		formatParameters: readFormatParameters(item, format),
		asArchive: item.choice(fields.output) === 'archive',
		includesImages,
		isExact: item.choice(fields.source) === 'tasks',
		includesEmpty: item.options.flag(fields.includeEmpty),
		includesSkipped: item.options.flag(fields.includeSkipped),
		classRules: {
			names: readClassNames(item),
			exclude: item.options.list(fields.excludeClasses),
			saved: { ...manifest?.classes, ...readClassIds(item) },
		},
		shares: {
			train: item.options.number(fields.trainShare),
			val: item.options.number(fields.valShare),
			test: item.options.number(fields.testShare),
		},
		isStratified: item.options.flag(fields.stratify),
		manifest,
		frame: readFrame(item, format, includesImages),
		binaryField: item.requiredText(outputBinaryField),
	};
}

function readFormat(item: ItemInput): WritableFormat {
	const key = item.choice(fields.format);
	const format = WRITABLE_FORMATS.find((known) => known.key === key);
	if (format === undefined) throw new InputError(`Unknown format "${key}"`, 'Choose one of the formats in the list.');
	return format;
}

/**
 * Where readers disagree, the stored frame is the one that all see, once the orientation is removed. Files that the user already
 * has keep theirs: of the readers that disagree, most (OpenCV, detectron2, MMDetection, supervision) apply it.
 */
function readFrame(item: ItemInput, { writes }: WritableFormat, includesImages: boolean): CoordinateFrame {
	const wish = item.options.choice(fields.orientation);
	if (wish === 'automatic') return writes.orientation === 'mixed' && includesImages ? 'stored' : 'displayed';
	return wish === 'tagRemoved' ? 'stored' : 'displayed';
}

/** What the format asks for; the rest is empty. */
function readFormatParameters(item: ItemInput, { writes }: WritableFormat): WritingParameters {
	const asksFor = (parameter: WritingParameter) => writes.parameters.includes(parameter);
	if (asksFor('keypoints')) item.requiredText(fields.keypoints);
	return {
		classificationKey: asksFor('classificationKey') ? item.requiredText(fields.classificationKey) : '',
		keypoints: asksFor('keypoints') ? item.list(fields.keypoints) : [],
	};
}

function readClassNames(item: ItemInput): Readonly<Record<string, string>> {
	const value = item.options.optionalJson(fields.classNames) ?? {};
	const names = isRecord(value) ? Object.entries(value) : undefined;
	const known = names?.flatMap(([key, name]) =>
		typeof name === 'string' && name.trim() !== '' ? [[key, name] as const] : [],
	);
	if (known === undefined || known.length !== names?.length)
		throw new InputError(
			'"Class Names" must be an object of names',
			'Enter JSON such as {"van": "car"}, from class key to name.',
		);
	return Object.fromEntries(known);
}

function readClassIds(item: ItemInput): ClassMapping {
	const value = item.options.optionalJson(fields.classIds);
	if (value === undefined) return {};
	const { mapping, problems } = readClassMapping(value);
	if (mapping === undefined)
		throw new InputError(
			`"Class IDs" cannot be used: ${problems[0] ?? ''}`,
			problems.slice(1).join(' ') || 'Correct the option and run the node again.',
		);
	return mapping;
}

function readManifestOption(item: ItemInput): Manifest | undefined {
	const value = item.options.optionalJson(fields.manifest);
	return value === undefined ? undefined : readManifest(value);
}
