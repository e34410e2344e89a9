import { type Conversion, conversionLines, type LabeledImage } from '@datagym/labels';
import { InputError, messageOf } from '@datagym/shared/errors';
import { showHint } from '@datagym/shared/hints';
import { finish, giveWay, mapped, paced } from '@datagym/shared/turns';
import { projectId as projectIdField } from '../fields';
import type { ItemInput } from '../runner/itemInput';
import type { Output, Verdict } from '../runner/operation';
import type { Run } from '../runner/runContext';
import { NOT_STARTED } from '../runner/runOperation';
import { allowPeoplesTasks, countExisting, existingLabels } from './existingFields';
import { expectImages } from './images/expectedImages';
import { batchSize as batchSizeField, dryRun, predictionsFrom } from './fields';
import { NoImages } from './images/findImages';
import { imageReference } from './formatFields';
import { type Plan, type Ready, union, withCreatedClasses, withoutDoubtful, withoutEmptied } from './preparing/plans';
import { prepareFiles } from './preparing/prepareFiles';
import { type ProjectImages, projectImages } from './images/projectImages';
import { onAnswers } from './answers/splitAnswers';
import {
	type ExistingLabels,
	isRejection,
	joined,
	orRejection,
	type Prediction,
	type PreparedLabels,
	type Rejection,
	rejectionReport,
	reportOf,
} from './preparing/report';
import { sendInBatches, type SendResult } from './sending/send';
import { planShipment } from './sending/shipment';
import { refuseUnknownAuthors, refuseWorkOfPeople } from './sending/taskGuard';

export async function importAll(items: readonly ItemInput[], run: Run): Promise<readonly Verdict[]> {
	await expectImages(items, run);
	return await onAnswers(items, run, async (answers) => await importAnswers(answers, run));
}

/** Checks everything first, then imports project by project. */
async function importAnswers(items: readonly ItemInput[], run: Run): Promise<readonly Verdict[]> {
	const read = refuseNothing(
		await Promise.all(
			items.map(
				async (item) =>
					await run.itemLimit(async (): Promise<Plan> => await plan(item, run).catch((error: unknown) => ({ error }))),
			),
		),
	);
	const ready = await withCreatedClasses(await withoutEmptied(await withoutDoubtful(read)), run);
	const plans = await mapped(ready, (each) => settled(each, run));
	const isStopped = !run.n8n.continueOnFail() && plans.some((each) => 'error' in each);
	if (isStopped) return plans.map((each) => ('error' in each ? each : { error: NOT_STARTED }));
	const results = await countDryRuns(plans, run);
	for (const [project, predictions] of await byProject(plans)) {
		const first = items[0];
		const batchSize = first?.options.number(batchSizeField) ?? batchSizeField.default;
		for (const [imageId, result] of await sendInBatches(run, project, await finish(merge(predictions)), batchSize))
			results.set(`${project} ${imageId}`, result);
	}
	const verdicts: Verdict[] = [];
	for (const each of plans) {
		verdicts.push('error' in each ? each : await finish(verdictOf(each, results)));
		await giveWay();
	}
	giveHint(run, plans, verdicts);
	return verdicts;
}

/** A file without images is nothing among others; if all are so, the predictions are probably not those that are meant. */
function refuseNothing(plans: readonly Plan[]): readonly Plan[] {
	if (!plans.every(isWithoutImages)) return plans;
	return plans.map(() => ({ error: new NoImages() }));
}

function isWithoutImages(plan: Plan): boolean {
	return !('error' in plan) && plan.entries.length === 0;
}

/** A file that is not about a certain image. An answer about one is always told of. */
function mayBeAboutNone(item: ItemInput): boolean {
	return item.choice(predictionsFrom) === 'file' && item.text(imageReference) === '';
}

async function plan(item: ItemInput, run: Run): Promise<Ready> {
	const projectId = item.id(projectIdField);
	const isDryRun = item.options.flag(dryRun);
	await giveWay();
	const images = await projectImages(item, run);
	const entries = await images.lookFor(async () => await entriesOf(item, images, run));
	return { projectId, isDryRun, entries };
}

async function entriesOf(
	item: ItemInput,
	images: ProjectImages,
	run: Run,
): Promise<ReadonlyArray<Prediction | Rejection>> {
	const isDryRun = item.options.flag(dryRun);
	const prepared = await prepareFiles(item, images, run, 'import').catch((error: unknown) => {
		if (error instanceof NoImages && mayBeAboutNone(item)) return [];
		if (isDryRun && error instanceof InputError)
			return [{ image: { imageId: '', imageName: item.text(imageReference) }, error }];
		throw error;
	});
	const entries: (Prediction | Rejection)[] = [];
	for (const each of prepared) {
		entries.push(isRejection(each) ? each : await orRejection(each.image, () => predictionOf(item, images, each)));
		await giveWay();
	}
	return entries;
}

/** @throws InputError if the task of the image is not to be changed. */
export function predictionOf(item: ItemInput, images: ProjectImages, labels: PreparedLabels): Prediction {
	const { image } = labels;
	const existing = item.choice(existingLabels);
	const mayChangePeoplesTasks = item.options.flag(allowPeoplesTasks);
	if (!mayChangePeoplesTasks) refuseWorkOfPeople(image, images.state(image.imageId));
	if (!images.tellsAuthors) refuseUnknownAuthors(image, existing);
	return { ...labels, existing, mayChangePeoplesTasks, countsExisting: item.options.flag(countExisting) };
}

/** An item fails by its images that cannot be imported, unless each image is reported. */
function settled(plan: Plan, { n8n }: Run): Plan {
	if ('error' in plan) return plan;
	const fault = joined(plan.entries.filter(isRejection));
	const isReported = plan.isDryRun || (n8n.continueOnFail() && plan.entries.length > 1);
	return fault !== undefined && !isReported ? { error: fault } : plan;
}

/** A dry run looks at the tasks only if the user wants to know what would be removed. */
async function countDryRuns(plans: readonly Plan[], run: Run): Promise<Map<string, SendResult>> {
	const results = new Map<string, SendResult>();
	await Promise.all(
		plans.map(async (each) => {
			if ('error' in each || !each.isDryRun) return;
			const counted = each.entries.flatMap((entry) => (!isRejection(entry) && entry.countsExisting ? [entry] : []));
			for (const prediction of await finish(merge(counted))) {
				const result = await planShipment(run, prediction).catch((error: unknown) => ({ error }));
				results.set(`${each.projectId} ${prediction.image.imageId}`, result);
			}
		}),
	);
	return results;
}

async function byProject(plans: readonly Plan[]): Promise<Map<string, Prediction[]>> {
	const groups = new Map<string, Prediction[]>();
	for await (const each of paced(plans)) {
		if ('error' in each || each.isDryRun) continue;
		const group = groups.get(each.projectId) ?? [];
		for (const entry of each.entries) if (!isRejection(entry)) group.push(entry);
		groups.set(each.projectId, group);
	}
	return groups;
}

/**
 * One element an image: the server needs time with the square of the elements for one image, and a second element that
 * replaces would delete the labels of the first.
 */
function* merge(predictions: readonly Prediction[]): Generator<undefined, readonly Prediction[], void> {
	const groups = new Map<string, Prediction[]>();
	for (const prediction of predictions) {
		const { imageId } = prediction.image;
		const group = groups.get(imageId);
		if (group === undefined) groups.set(imageId, [prediction]);
		else group.push(prediction);
		yield;
	}
	const merged: Prediction[] = [];
	for (const group of groups.values()) {
		const [first, ...others] = group;
		if (first !== undefined) merged.push(others.length === 0 ? first : together([first, ...others]));
		yield;
	}
	return merged;
}

function together(group: readonly [Prediction, ...Prediction[]]): Prediction {
	const [first, ...others] = group;
	const last = others.at(-1) ?? first;
	return {
		...last,
		existing: BY_STRENGTH.find((each) => group.some(({ existing }) => existing === each)) ?? last.existing,
		countsExisting: group.some(({ countsExisting }) => countsExisting),
		image: union([first.image, ...others.map(({ image }) => image)]),
	};
}

const BY_STRENGTH: readonly ExistingLabels[] = ['replaceAll', 'replace', 'add'];

function* verdictOf(
	{ projectId, isDryRun, entries }: Ready,
	results: ReadonlyMap<string, SendResult>,
): Generator<undefined, Verdict, void> {
	const outputs: Output[] = [];
	for (const entry of entries) {
		yield;
		if (isRejection(entry)) {
			outputs.push({ json: rejectionReport(projectId, entry, isDryRun) });
			continue;
		}
		const { image } = entry;
		const result = results.get(`${projectId} ${image.imageId}`) ?? (isDryRun ? undefined : { error: NOT_STARTED });
		if (result !== undefined && 'error' in result)
			return { error: outputs.length === 0 ? result.error : describeMixed(result.error, image, outputs) };
		outputs.push({ json: reportOf(projectId, entry, isDryRun, result?.changes) });
	}
	return { outputs };
}

/** Of a hint; the items have all. */
const MOST_LINES = 5;

/** Shows what somebody who looks at the first item only should still see. */
function giveHint({ n8n }: Run, plans: readonly Plan[], verdicts: readonly Verdict[]): void {
	const isDryRun = plans.some((each) => !('error' in each) && each.isDryRun);
	const outputs = verdicts.flatMap((verdict) => ('outputs' in verdict ? verdict.outputs : []));
	const skipped = outputs.reduce((sum, { json }) => sum + Number(json.skippedCount ?? 0), 0);
	const empty = plans.filter(isWithoutImages).length;
	const notes = [
		...(isDryRun ? ['Dry run: Nothing was imported.'] : []),
		...(empty > 0 ? [`Items whose predictions contain no images: ${empty}`] : []),
		...(skipped > 0
			? [
					`${isDryRun ? 'Labels that would be skipped' : 'Skipped labels'}: ${skipped}. See "conversionReport" for the reasons.`,
				]
			: []),
		...conversionLines(plans.flatMap(conversionsOf)).slice(0, MOST_LINES),
	];
	showHint(n8n, notes);
}

/** Of the images that can be imported. */
function conversionsOf(plan: Plan): readonly Conversion[] {
	if ('error' in plan) return [];
	return plan.entries.flatMap((entry) => (isRejection(entry) ? [] : entry.report));
}

function describeMixed(error: unknown, image: LabeledImage, done: readonly Output[]): unknown {
	if (error === NOT_STARTED) return error;
	return new InputError(
		`${messageOf(error)} (image ${image.imageName || image.imageId})`,
		`Other images of this item that were imported: ${done.length}. Import the remaining ones again.`,
	);
}
