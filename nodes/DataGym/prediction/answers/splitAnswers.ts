import pLimit from 'p-limit';
import { isList, READABLE_FORMATS } from '@datagym/labels';
import { giveWay } from '@datagym/shared/turns';
import type { ItemInput } from '../../runner/itemInput';
import type { Output, Verdict } from '../../runner/operation';
import type { Run } from '../../runner/runContext';
import { format, predictions, predictionsFrom } from '../fields';
import { searchPlaces, SEARCHES_AT_ONCE } from '../images/findImages';
import { imageReference } from '../formatFields';
import { inheritedImage, namesImage } from '../images/itemImage';
import { type Places, projectImages } from '../images/projectImages';

/** An answer about one image: of one item, or of several that n8n has made of a list. */
interface Answer {
	readonly item: ItemInput;
	/** Indexes of the items, the answer's own first. */
	readonly madeFrom: readonly number[];
}

/** Works on the answers of all items together, and returns the verdicts on the items. */
export async function onAnswers(
	items: readonly ItemInput[],
	run: Run,
	work: (answers: readonly ItemInput[]) => Promise<readonly Verdict[]>,
): Promise<readonly Verdict[]> {
	const answers = await joinAnswers(items, async (item) => await placesOf(item, run));
	return verdictsOnItems(items.length, answers, await work(answers.map(({ item }) => item)));
}

/** Where the item's image is looked for; undefined if that cannot be known, which the operation says in its own words. */
async function placesOf(item: ItemInput, run: Run): Promise<Places | undefined> {
	return await projectImages(item, run).then(
		async (images) => await searchPlaces(item, images, run),
		() => undefined,
	);
}

/**
 * Puts together what belongs together: HTTP Request makes an item of each element of a list, so that the boxes of one image come apart,
 * and no reader could tell their unit or which of them overlap. Items are one answer if n8n made them from the same item, which names an
 * image exactly, and they name none themselves.
 */
async function joinAnswers(
	items: readonly ItemInput[],
	placesOf: (item: ItemInput) => Promise<Places | undefined>,
): Promise<readonly Answer[]> {
	const groups = new Map<string, ItemInput[]>();
	for (const item of items) {
		await giveWay();
		const key = !mayBePart(item) ? `none ${item.index}` : (originOf(item) ?? `none ${item.index}`);
		const group = groups.get(key);
		if (group === undefined) groups.set(key, [item]);
		else group.push(item);
	}
	const limit = pLimit(SEARCHES_AT_ONCE);
	const answers = await Promise.all(
		[...groups.values()].map(
			async (group) =>
				await limit(async () => {
					await giveWay();
					return await joined(group, placesOf);
				}),
		),
	);
	return answers.flat().sort((a, b) => a.item.index - b.item.index);
}

async function joined(
	group: readonly ItemInput[],
	placesOf: (item: ItemInput) => Promise<Places | undefined>,
): Promise<readonly Answer[]> {
	const apart = group.map((item) => ({ item, madeFrom: [item.index] }));
	const [first] = group;
	if (first === undefined || group.length === 1) return apart;
	const places = await placesOf(first);
	if (places === undefined) return apart;
	// Each item tells what is wrong in its own words.
	const inherited = await places.images.lookFor(() => inheritedImage(first, places)).catch(() => undefined);
	if (inherited === undefined) return apart;
	const parts = group.flatMap((item) => {
		const part = item.raw(predictions);
		return isList(part) ? part : [part];
	});
	return [{ item: first.withValue(predictions, parts), madeFrom: group.map(({ index }) => index) }];
}

/** Whether the item leaves it to the node to find its image, and has JSON that can be an element of a list. */
function mayBePart(item: ItemInput): boolean {
	const key = item.raw(format);
	const isAboutOneImage = READABLE_FORMATS.every(
		({ key: known, reads }) => known !== key || (reads.input === 'json' && reads.parameters.includes('image')),
	);
	if (
		!isAboutOneImage ||
		namesImage(item) ||
		item.text(imageReference) !== '' ||
		item.choice(predictionsFrom) !== 'field'
	)
		return false;
	const part = item.raw(predictions);
	return typeof part === 'object' && part !== null;
}

/** The place of the one item that the node before made this one from, as a text. In the item itself, n8n says only its own place. */
function originOf({ ancestors: [before] }: ItemInput): string | undefined {
	const pairedItem = before?.pairedItem;
	const [paired, ...others] = isList(pairedItem) ? pairedItem : [pairedItem];
	if (paired === undefined || paired === null || others.length > 0) return undefined;
	return JSON.stringify(typeof paired === 'number' ? { item: paired } : paired);
}

/** The verdicts on the items from those on the answers. */
function verdictsOnItems(count: number, answers: readonly Answer[], verdicts: readonly Verdict[]): readonly Verdict[] {
	const all = Array.from({ length: count }, (): Verdict => ({ outputs: [] }));
	const itemsOf = new Map(answers.map(({ item, madeFrom }) => [item.index, madeFrom]));
	answers.forEach(({ item: { index: first } }, index) => {
		const verdict = verdicts[index];
		if (verdict !== undefined) all[first] = 'error' in verdict ? verdict : { outputs: verdict.outputs.map(ofAll) };

		function ofAll({ madeFrom = [first], ...output }: Output): Output {
			return { ...output, madeFrom: madeFrom.flatMap((each) => itemsOf.get(each) ?? [each]) };
		}
	});
	return all;
}
