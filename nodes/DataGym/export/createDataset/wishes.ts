import { type ClassRules, type DatasetFormat, readClassMapping, type SplitShares } from '@datagym/labels';
import { InputError } from '@datagym/shared/errors';
import { outputBinaryField } from '@datagym/shared/fields';
import { projectId } from '../../fields';
import type { ItemInput } from '../../runner/itemInput';
import {
	classificationKey,
	classNames,
	classNumbers,
	format as formatField,
	includeEmpty,
	includeImages,
	includeSkipped,
	keypoints,
	leaveOut,
	manifest as manifestField,
	output,
	source,
	stratify,
	testShare,
	trainShare,
	valShare,
} from './fields';
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
	const format = item.choice(formatField);
	const manifest = readManifestOption(item);
	return {
		projectId: item.id(projectId),
		format,
		asArchive: item.choice(output) !== 'files',
		includesImages: item.flag(includeImages) || format === 'yoloClassify',
		isExact: item.choice(source) === 'tasks',
		includesEmpty: item.options.flag(includeEmpty),
		includesSkipped: item.options.flag(includeSkipped),
		classRules: {
			names: readNames(item),
			exclude: item.options.list(leaveOut),
			saved: { ...manifest?.classes, ...readNumbers(item) },
		},
		classificationKey: format === 'yoloClassify' ? item.requiredText(classificationKey) : '',
		keypoints: format === 'yoloPose' ? commaList(item.requiredText(keypoints)) : [],
		shares: {
			train: item.options.number(trainShare),
			val: item.options.number(valShare),
			test: item.options.number(testShare),
		},
		isStratified: item.options.flag(stratify),
		manifest,
		binaryField: item.requiredText(outputBinaryField),
	};
}

function readNames(item: ItemInput): Readonly<Record<string, string>> {
	const value = item.options.optionalJson(classNames) ?? {};
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
	const value = item.options.optionalJson(classNumbers);
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
	const value = item.options.optionalJson(manifestField);
	return value === undefined ? undefined : readManifest(value);
}

function commaList(text: string): readonly string[] {
	return text
		.split(',')
		.map((part) => part.trim())
		.filter((part) => part !== '');
}
