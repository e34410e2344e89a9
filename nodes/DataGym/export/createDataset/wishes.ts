import {
	type ClassRules,
	type DatasetFormat,
	isDatasetFormat,
	readClassMapping,
	type SplitShares,
} from '@datagym/labels';
import { InputError } from '@datagym/shared/errors';
import type { ItemInput } from '../../itemInput';
import { readManifest, type Manifest } from './manifest';

/** What the user wants, from the node's fields. */
export interface Wishes {
	readonly projectId: string;
	readonly format: DatasetFormat;
	readonly asArchive: boolean;
	readonly includesImages: boolean;
	readonly isExact: boolean;
	readonly includesEmpty: boolean;
	readonly includesSkipped: boolean;
	readonly classRules: ClassRules;
	readonly classificationKey: string;
	readonly keypoints: readonly string[];
	readonly shares: SplitShares;
	readonly isStratified: boolean;
	readonly manifest?: Manifest;
	readonly binaryField: string;
}

export function readWishes(item: ItemInput): Wishes {
	const format = item.text('format');
	if (!isDatasetFormat(format))
		throw new InputError(`“Format” is not known: ${format}`, 'Choose a format from the list.');
	const manifest = readManifestOption(item);
	return {
		projectId: item.id('projectId', 'Project'),
		format,
		asArchive: item.text('output') !== 'files',
		includesImages: item.flag('includeImages') || format === 'yoloClassify',
		isExact: item.text('source') === 'tasks',
		includesEmpty: item.option('includeEmpty') !== false,
		includesSkipped: item.option('includeSkipped') === true,
		classRules: {
			names: readNames(item),
			exclude: commaList(String(item.option('excludeClasses') ?? '')),
			saved: { ...manifest?.classes, ...readNumbers(item) },
		},
		classificationKey: format === 'yoloClassify' ? item.requiredText('classificationKey', 'Classification Key') : '',
		keypoints: format === 'yoloPose' ? commaList(item.requiredText('keypoints', 'Keypoints')) : [],
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

function readNames(item: ItemInput): Readonly<Record<string, string>> {
	const value = item.jsonOption('classNames', 'Class Names') ?? {};
	const isNames =
		typeof value === 'object' &&
		value !== null &&
		!Array.isArray(value) &&
		Object.values(value).every((name) => typeof name === 'string' && name.trim() !== '');
	if (!isNames)
		throw new InputError(
			'“Class Names” must be an object of names',
			'Give JSON such as {"van": "car"}, from class key to name.',
		);
	return value as Record<string, string>;
}

function readNumbers(item: ItemInput) {
	const value = item.jsonOption('classNumbers', 'Saved Class Numbers');
	if (value === undefined) return {};
	const { mapping, problems } = readClassMapping(value);
	if (mapping === undefined)
		throw new InputError(
			`“Saved Class Numbers” cannot be used: ${problems[0] ?? ''}`,
			problems.slice(1).join(' ') || 'Correct them and run the node again.',
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

function commaList(text: string): readonly string[] {
	return text
		.split(',')
		.map((part) => part.trim())
		.filter((part) => part !== '');
}
