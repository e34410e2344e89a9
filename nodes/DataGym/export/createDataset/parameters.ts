import {
	type CardTexts,
	type ClassMapping,
	type ClassRules,
	type CoordinateFrame,
	findKey,
	isList,
	isRecord,
	ownValue,
	readClassMapping,
	type SplitShares,
	type Tiling,
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
import { readCardTexts } from './cardTexts';
import { type KeepTogether, readKeepTogether } from './keepTogether';
import { includeHashes, togetherByDuplicates } from './looksFields';
import { changedSettings, type DatasetSettings, type EarlierRun, readManifest } from './manifest';
import { readTiling } from './tiles';

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
	readonly together: KeepTogether;
	/** Undefined if images are not cut into tiles. */
	readonly tiling?: Tiling | undefined;
	/** Whether the hashes of the images are listed in the report. */
	readonly includesHashes: boolean;
	/** The run that the given manifest is of; undefined if none is asked for. */
	readonly earlier?: EarlierRun | undefined;
	/** What the dataset is made with, for its manifest. */
	readonly settings: DatasetSettings;
	/** Names of the fields that had other values in the earlier run. Then all files are written anew. */
	readonly changed: readonly string[];
	/** What sizes and coordinates refer to. Of the included image files, the orientation is removed if it is `stored`. */
	readonly frame: CoordinateFrame;
	/** Whether included photographs with an orientation are written with their pixels turned. The frame is `displayed` then. */
	readonly turnsPixels: boolean;
	readonly binaryField: string;
	/** What the dataset's card shall say; undefined if there is none. */
	readonly card?: CardTexts | undefined;
}

export function readParameters(item: ItemInput): DatasetParameters {
	const format = readFormat(item);
	const includesImages = item.flag(fields.includeImages) || format.writes.alwaysIncludesImages;
	const parameters = {
		projectId: item.id(projectId),
		format,
		formatParameters: readFormatParameters(item, format),
		asArchive: item.choice(fields.output) === 'archive',
		includesImages,
		isExact: item.options.choice(fields.source) === 'tasks',
		includesEmpty: item.options.flag(fields.includeEmpty),
		includesSkipped: item.options.flag(fields.includeSkipped),
		shares: {
			train: item.options.number(fields.trainShare),
			val: item.options.number(fields.valShare),
			test: item.options.number(fields.testShare),
		},
		isStratified: item.options.flag(fields.stratify),
		together: readKeepTogether(item),
		tiling: readTiling(item, format),
		includesHashes: item.options.flag(includeHashes),
		...readOrientation(item, format, includesImages),
		binaryField: item.requiredText(outputBinaryField),
		card: readCardTexts(item),
	};
	const names = readClassNames(item);
	const exclude = item.options.list(fields.excludeClasses);
	const settings = settingsOf({ ...parameters, classRules: { names, exclude } });
	const earlier = readEarlierRun(item, parameters.projectId);
	return {
		...parameters,
		classRules: { names, exclude, saved: savedClasses(item, earlier) },
		settings,
		earlier,
		changed: changedSettings(earlier?.settings ?? {}, settings),
	};
}

/**
 * Everything that decides how the files are, by the name of its field. Shares count in relation to their sum. A list of groups counts
 * as one whatever is in it, since it grows with the project.
 */
export function settingsOf(
	parameters: Omit<
		DatasetParameters,
		'settings' | 'changed' | 'earlier' | 'includesHashes' | 'asArchive' | 'binaryField' | 'card'
	>,
): DatasetSettings {
	const { shares, classRules, formatParameters, tiling } = parameters;
	const total = shares.train + shares.val + shares.test;
	const shareOf = (share: number) => (total > 0 ? Math.round((share / total) * 1e9) / 1e9 : 0);
	return {
		[fields.format.name]: parameters.format.key,
		[fields.classificationKey.name]: formatParameters.classificationKey,
		[fields.keypoints.name]: formatParameters.keypoints,
		[fields.cropMargin.name]: formatParameters.cropMargin ?? 0,
		[fields.minimumCropSize.name]: formatParameters.minimumCropSize ?? 0,
		[fields.labelKey.name]: formatParameters.labelKey ?? '',
		[fields.imagesPerShard.name]: formatParameters.imagesPerShard ?? 0,
		[fields.includeImages.name]: parameters.includesImages,
		[fields.source.name]: parameters.isExact ? 'tasks' : 'export',
		[fields.classNames.name]: Object.entries(classRules.names ?? {}).sort(([a], [b]) => (a < b ? -1 : 1)),
		[fields.excludeClasses.name]: [...(classRules.exclude ?? [])].sort(),
		[fields.includeEmpty.name]: parameters.includesEmpty,
		[fields.includeSkipped.name]: parameters.includesSkipped,
		[fields.orientation.name]: parameters.turnsPixels ? 'upright' : parameters.frame,
		[fields.stratify.name]: parameters.isStratified,
		[fields.togetherByDataset.name]: parameters.together.byDataset,
		[togetherByDuplicates.name]: parameters.together.byLook,
		[fields.togetherByList.name]: parameters.together.list !== undefined,
		[fields.togetherByName.name]: parameters.together.pattern?.source ?? '',
		[fields.tileSize.name]: tiling?.size ?? 0,
		[fields.tileOverlap.name]: tiling?.overlap ?? 0,
		[fields.tileVisibleShare.name]: tiling?.visibleShare ?? 0,
		[fields.tileEmptyShare.name]: tiling?.emptyShare ?? 0,
		[fields.trainShare.name]: shareOf(shares.train),
		[fields.valShare.name]: shareOf(shares.val),
		[fields.testShare.name]: shareOf(shares.test),
	};
}

function readFormat(item: ItemInput): WritableFormat {
	const key = item.choice(fields.format);
	const format = WRITABLE_FORMATS.find((known) => known.key === key);
	if (format === undefined) throw new InputError(`Unknown format "${key}"`, 'Choose one of the formats in the list.');
	return format;
}

/**
 * Where readers disagree, photographs are made upright, which all of them see alike. Files that the user already has keep their
 * orientation: of the readers that disagree, most (OpenCV, detectron2, MMDetection, supervision) apply it.
 */
function readOrientation(
	item: ItemInput,
	{ writes }: WritableFormat,
	includesImages: boolean,
): Pick<DatasetParameters, 'frame' | 'turnsPixels'> {
	const wish = item.options.choice(fields.orientation);
	if (writes.cutsImages === true || item.options.number(fields.tileSize) > 0) {
		if (wish !== 'tagRemoved') return { frame: 'displayed', turnsPixels: includesImages };
		throw new InputError(
			'Images are cut upright, so "Photographs with an Orientation" cannot be "Remove the Tag"',
			'Remove the option, or choose "Make Upright".',
		);
	}
	const turnsPixels = wish === 'upright' || (wish === 'automatic' && writes.orientation === 'mixed');
	return { frame: wish === 'tagRemoved' ? 'stored' : 'displayed', turnsPixels: turnsPixels && includesImages };
}

/** What the format asks for; the rest is empty. */
function readFormatParameters(item: ItemInput, { writes }: WritableFormat): WritingParameters {
	const asksFor = (parameter: WritingParameter) => writes.parameters.includes(parameter);
	return {
		classificationKey: asksFor('classificationKey') ? item.requiredText(fields.classificationKey) : '',
		keypoints: asksFor('keypoints') ? item.requiredList(fields.keypoints) : [],
		...(asksFor('cropMargin') && { cropMargin: item.number(fields.cropMargin) / 100 }),
		...(asksFor('minimumCropSize') && { minimumCropSize: item.number(fields.minimumCropSize) }),
		...(asksFor('labelKey') && { labelKey: item.options.text(fields.labelKey).trim() }),
		...(asksFor('imagesPerShard') && { imagesPerShard: item.options.number(fields.imagesPerShard) }),
	};
}

/** The classification whose value is the class of an image; empty if images have none. */
export function imageClassKey({ classificationKey, labelKey = '' }: WritingParameters): string {
	return classificationKey || labelKey;
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
	const { mapping, problems } = readClassMapping(mappingInOutput(value) ?? value);
	if (mapping === undefined)
		throw new InputError(
			`"Class IDs" cannot be used: ${problems[0] ?? ''}`,
			problems.slice(1).join(' ') || 'Correct the option and run the node again.',
		);
	return mapping;
}

/** The class IDs in `classes` of the output of a run; undefined if it is something else. */
function mappingInOutput(value: unknown): ClassMapping | undefined {
	const entries = isList(value) ? value.filter(isRecord) : [];
	const named = entries.flatMap(({ name, classId }) =>
		typeof name === 'string' && typeof classId === 'number' ? [[name, classId] as const] : [],
	);
	return isList(value) && named.length > 0 && named.length === value.length ? Object.fromEntries(named) : undefined;
}

/** Class IDs of the manifest and those that the user gives, which come first. */
function savedClasses(item: ItemInput, earlier: EarlierRun | undefined): ClassMapping {
	const given = readClassIds(item);
	const known = earlier?.classes ?? {};
	const { mapping, problems } = readClassMapping({ ...known, ...given });
	const [problem] = [...movedClasses(known, given), ...problems];
	if (mapping === undefined || problem !== undefined)
		throw new InputError(
			`"Class IDs" contradict the manifest: ${problem ?? ''}`,
			'Remove "Class IDs", or use {} as the manifest to start over.',
		);
	return mapping;
}

/** Sentences on the classes, in whatever spelling, that have another ID in the manifest. */
function movedClasses(known: ClassMapping, given: ClassMapping): string[] {
	return Object.entries(given).flatMap(([name, id]) => {
		const before = ownValue(known, name) ?? ownValue(known, findKey(Object.keys(known), name) ?? '');
		return before === undefined || before === id ? [] : [`"${name}" has the class ID ${before} there, not ${id}.`];
	});
}

function readEarlierRun(item: ItemInput, id: string): EarlierRun | undefined {
	const value = item.options.optionalJson(fields.manifest);
	const earlier = value === undefined ? undefined : readManifest(value);
	if (earlier?.projectId === undefined || earlier.projectId === id) return earlier;
	throw new InputError(
		`"Manifest" is of another project (${earlier.projectId})`,
		'Use the manifest of an earlier run of this project, or {} to start over.',
	);
}
