import type { ListedImage } from '@datagym/client';
import {
	briefsOf,
	comparableKey,
	type GroupRule,
	groupSteps,
	type ImageList,
	isList,
	isRecord,
	shown,
} from '@datagym/labels';
import { InputError, messageOf } from '@datagym/shared/errors';
import { LongMap } from '@datagym/shared/longMap';
import { finish } from '@datagym/shared/turns';
import type { ItemInput } from '../../runner/itemInput';
import type { Run } from '../../runner/runContext';
import { togetherByDataset, togetherByList, togetherByName } from './fields';
import { togetherByDuplicates } from './looksFields';

/** By what images belong together, so that they go to one split. */
export interface KeepTogether {
	readonly byDataset: boolean;
	/** Whether near-duplicates are kept together. */
	readonly byLook: boolean;
	/** The text in its first parentheses, or all that it finds, names the group. */
	readonly pattern?: RegExp;
	/** Group by image ID or image name; empty for an image that stands alone. */
	readonly list?: ReadonlyMap<string, string>;
}

/** The group of each image by their IDs; undefined if images are not kept together. */
export type Groups = ReadonlyMap<string, string> | undefined;

/** @throws InputError for a pattern or a list that cannot be read. */
export function readKeepTogether({ options }: ItemInput): KeepTogether {
	const pattern = options.text(togetherByName);
	const list = readList(options.optionalJson(togetherByList) ?? {});
	return {
		byDataset: options.flag(togetherByDataset),
		byLook: options.flag(togetherByDuplicates),
		...(pattern !== '' && { pattern: readPattern(pattern) }),
		...(list.size > 0 && { list }),
	};
}

function readPattern(text: string): RegExp {
	const read = patternOf(text);
	if (read instanceof RegExp) return read;
	throw new InputError(
		`"${togetherByName.displayName}" is not a pattern: ${read.problem}`,
		'Enter a regular expression such as clip_(\\d+)_frame.',
	);
}

function patternOf(text: string): RegExp | { readonly problem: string } {
	try {
		return new RegExp(text, 'u');
	} catch (error) {
		return { problem: messageOf(error) };
	}
}

/** An object from image to group, or a list of items with both. */
function readList(value: unknown): ReadonlyMap<string, string> {
	const entries = isList(value)
		? value.flatMap((entry) => {
				if (!isRecord(entry)) return [['', undefined] as const];
				const { imageId, imageName, group } = entry;
				// An empty cell of a spreadsheet is an empty text or null.
				return [[String(imageId || imageName || ''), group === null ? '' : group] as const];
			})
		: isRecord(value)
			? Object.entries(value)
			: [['', value] as const];
	const groups = new Map<string, string>();
	for (const [image, group] of entries) {
		if (image === '' || (typeof group !== 'string' && typeof group !== 'number'))
			throw new InputError(
				`"${togetherByList.displayName}" has an entry without an image or a group: ${shown(image === '' ? group : { [image]: group })}`,
				'Enter an object such as {"street_1.jpg": "drive 1"}, or a list of items with "imageId" or "imageName", and "group".',
			);
		groups.set(image, String(group));
	}
	return groups;
}

/**
 * @param nearDuplicates the group of each image that has some.
 * @throws InputError for a pattern or a list that groups no image: then it is probably wrong.
 */
export async function readGroups(
	run: Run,
	projectId: string,
	together: KeepTogether,
	images: ImageList,
	nearDuplicates: ReadonlyMap<string, string> | undefined,
): Promise<Groups> {
	const { byDataset, byLook, pattern, list } = together;
	const rules: GroupRule[] = [];
	if (pattern !== undefined) rules.push(usable(byPattern(pattern), togetherByName.displayName, images));
	if (list !== undefined) rules.push(usable(byList(list), togetherByList.displayName, images));
	if (byLook) rules.push(({ imageId }) => nearDuplicates?.get(imageId));
	if (byDataset) rules.push(await byDatasets(run, projectId));
	return rules.length === 0 ? undefined : await finish(groupSteps(images, rules));
}

function byPattern(pattern: RegExp): GroupRule {
	return ({ imageName }) => {
		const found = pattern.exec(imageName);
		// Nothing is no name that images could have in common.
		return found === null ? undefined : (found[1] ?? found[0]) || undefined;
	};
}

function byList(list: ReadonlyMap<string, string>): GroupRule {
	const byName = new Map([...list].map(([image, group]) => [comparableKey(image), group]));
	return ({ imageId, imageName }) => (list.get(imageId) ?? byName.get(comparableKey(imageName))) || undefined;
}

async function byDatasets({ api, limit }: Run, projectId: string): Promise<GroupRule> {
	const { datasets } = await api.projects.get(projectId);
	const places = new LongMap<string>();
	await Promise.all(
		datasets.map(async ({ datasetId }) => {
			const add = ({ imageId }: ListedImage) => places.set(imageId, datasetId);
			await limit(async () => await api.datasets.foldImages(datasetId, () => ({ add, end: () => undefined })));
		}),
	);
	return ({ imageId }) => places.get(imageId);
}

function usable(rule: GroupRule, name: string, images: ImageList): GroupRule {
	if (images.length === 0) return rule;
	for (const image of briefsOf(images)) if (rule(image) !== undefined) return rule;
	const [first] = briefsOf(images);
	throw new InputError(
		`"${name}" groups none of the ${images.length} images`,
		`Check it against a name such as "${first?.imageName ?? ''}".`,
	);
}
