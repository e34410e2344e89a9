import {
	type ClassMapping,
	type ClassRules,
	isRecord,
	readClassMapping,
	type SplitShares,
	type WritableFormat,
	WRITABLE_FORMATS,
	type WritingParameter,
	type WritingParameters,
} from '@datagym/labels';
import { InputError } from '@datagym/shared/errors';
import type { ItemInput } from '../../itemInput';
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
	readonly manifest?: Manifest;
	readonly binaryField: string;
}

export function readParameters(item: ItemInput): DatasetParameters {
	const format = readFormat(item);
	const manifest = readManifestOption(item);
	return {
		projectId: item.id('projectId', 'Project'),
		format,
		formatParameters: readFormatParameters(item, format),
		asArchive: item.text('output') !== 'files',
		includesImages: item.flag('includeImages') || format.writes.alwaysIncludesImages,
		isExact: item.text('source') === 'tasks',
		includesEmpty: item.option('includeEmpty') !== false,
		includesSkipped: item.option('includeSkipped') === true,
		classRules: {
			names: readClassNames(item),
			exclude: item.optionList('excludeClasses'),
			saved: { ...manifest?.classes, ...readClassIds(item) },
		},
		shares: {
			train: share(item, 'trainShare', 80),
			val: share(item, 'valShare', 20),
			test: share(item, 'testShare', 0),
		},
		isStratified: item.option('stratify') === true,
		manifest,
		binaryField: item.requiredText('binaryPropertyName', 'Put Output File in Field'),
	};
}

function readFormat(item: ItemInput): WritableFormat {
	const key = item.text('format');
	const format = WRITABLE_FORMATS.find((known) => known.key === key);
	if (format === undefined) throw new InputError(`Unknown format “${key}”`, 'Choose a “Format” from the list.');
	return format;
}

/** What the format asks for; the rest is empty. */
function readFormatParameters(item: ItemInput, { writes }: WritableFormat): WritingParameters {
	const asksFor = (parameter: WritingParameter) => writes.parameters.includes(parameter);
	if (asksFor('keypoints')) item.requiredText('keypoints', 'Keypoints');
	return {
		classificationKey: asksFor('classificationKey') ? item.requiredText('classificationKey', 'Classification Key') : '',
		keypoints: asksFor('keypoints') ? item.list('keypoints') : [],
	};
}

function readClassNames(item: ItemInput): Readonly<Record<string, string>> {
	const value = item.jsonOption('classNames', 'Class Names') ?? {};
	const names = isRecord(value) ? Object.entries(value) : undefined;
	const known = names?.flatMap(([key, name]) =>
		typeof name === 'string' && name.trim() !== '' ? [[key, name] as const] : [],
	);
	if (known === undefined || known.length !== names?.length)
		throw new InputError(
			'“Class Names” is not an object of names',
			'Enter JSON such as {"van": "car"}, from class key to name.',
		);
	return Object.fromEntries(known);
}

function readClassIds(item: ItemInput): ClassMapping {
	const value = item.jsonOption('classIds', 'Class IDs');
	if (value === undefined) return {};
	const { mapping, problems } = readClassMapping(value);
	if (mapping === undefined)
		throw new InputError(
			`“Class IDs” cannot be used: ${problems[0] ?? ''}`,
			problems.slice(1).join(' ') || 'Correct the option and run the node again.',
		);
	return mapping;
}

function readManifestOption(item: ItemInput): Manifest | undefined {
	const value = item.jsonOption('manifest', 'Manifest');
	return value === undefined ? undefined : readManifest(value);
}

function share(item: ItemInput, name: string, whenMissing: number): number {
	const value = Number(item.option(name) ?? whenMissing);
	return Number.isFinite(value) && value > 0 ? value : 0;
}
