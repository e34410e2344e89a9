import type { LabeledImage } from '@datagym/labels';
import { InputError, messageOf } from '@datagym/shared/errors';
import type { ItemInput } from '../itemInput';
import type { Output, Verdict } from '../operation';
import { NOT_STARTED, type Run } from '../run';
import { prepare, type Prediction } from './prepare';
import { ProjectImages } from './projectImages';
import { isRejection, joined, type Rejection } from './rejection';
import { rejectionReport, reportOf } from './report';
import { sendInBatches, type SendResult } from './send';

/** What is to be done for one item. */
interface Ready {
	readonly projectId: string;
	readonly isDryRun: boolean;
	/** In the order of the item's images. */
	readonly entries: readonly (Prediction | Rejection)[];
}

type Plan = Ready | { readonly error: unknown };

/** Checks everything first, then imports project by project. */
export async function importAll(items: readonly ItemInput[], run: Run): Promise<readonly Verdict[]> {
	const plans = await Promise.all(
		items.map(async (item): Promise<Plan> => await plan(item, run).catch((error: unknown) => ({ error }))),
	);
	const isStopped = !run.n8n.continueOnFail() && plans.some((each) => 'error' in each);
	if (isStopped) return plans.map((each) => ('error' in each ? each : { error: NOT_STARTED }));
	const results = new Map<string, SendResult>();
	for (const [project, predictions] of byProject(plans)) {
		const first = items[0];
		const batchSize = Number(first?.option('batchSize') ?? 50);
		for (const [imageId, result] of await sendInBatches(run, project, merge(predictions), batchSize))
			results.set(`${project} ${imageId}`, result);
	}
	const verdicts = plans.map((each) => ('error' in each ? each : verdictOf(each, results)));
	giveHint(run, plans, verdicts);
	return verdicts;
}

async function plan(item: ItemInput, run: Run): Promise<Ready> {
	const projectId = item.id('projectId', 'Project');
	const isDryRun = item.option('dryRun') === true;
	const checksClasses = item.option('checkConfiguration') !== false;
	const images = await run.share(
		`images ${projectId} ${checksClasses}`,
		async () => await ProjectImages.of(run, projectId, checksClasses),
	);
	const entries: Ready['entries'] = await prepare(item, images, run).catch((error: unknown) => {
		if (isDryRun && error instanceof InputError)
			return [{ image: { imageId: '', imageName: item.text('imageReference') }, error }];
		throw error;
	});
	const fault = joined(entries.filter(isRejection));
	const isReported = isDryRun || (run.n8n.continueOnFail() && entries.length > 1);
	if (fault !== undefined && !isReported) throw fault;
	return { projectId, isDryRun, entries };
}

function byProject(plans: readonly Plan[]): Map<string, Prediction[]> {
	const groups = new Map<string, Prediction[]>();
	for (const each of plans) {
		if ('error' in each || each.isDryRun) continue;
		const predictions = each.entries.flatMap((entry) => (isRejection(entry) ? [] : [entry]));
		groups.set(each.projectId, [...(groups.get(each.projectId) ?? []), ...predictions]);
	}
	return groups;
}

/**
 * One element an image: the server needs time with the square of the elements for one image, and a second element that
 * replaces would delete the labels of the first.
 */
function merge(predictions: readonly Prediction[]): readonly Prediction[] {
	const merged = new Map<string, Prediction>();
	for (const prediction of predictions) {
		const id = prediction.image.imageId;
		const before = merged.get(id);
		merged.set(
			id,
			before === undefined
				? prediction
				: {
						...prediction,
						keepData: before.keepData && prediction.keepData,
						image: union(before.image, prediction.image),
					},
		);
	}
	return [...merged.values()];
}

function union(a: LabeledImage, b: LabeledImage): LabeledImage {
	return {
		...a,
		objects: [...a.objects, ...b.objects],
		classifications: { ...a.classifications, ...b.classifications },
	};
}

function verdictOf({ projectId, isDryRun, entries }: Ready, results: ReadonlyMap<string, SendResult>): Verdict {
	const outputs: Output[] = [];
	for (const entry of entries) {
		if (isRejection(entry)) {
			outputs.push({ json: rejectionReport(projectId, entry, isDryRun) });
			continue;
		}
		const { image } = entry;
		const result = isDryRun ? undefined : (results.get(`${projectId} ${image.imageId}`) ?? { error: NOT_STARTED });
		if (result !== undefined && 'error' in result)
			return { error: outputs.length === 0 ? result.error : describeMixed(result.error, image, outputs) };
		outputs.push({ json: reportOf(projectId, entry, isDryRun) });
	}
	return { outputs };
}

/** What somebody who looks at the first item only should still see. */
function giveHint({ n8n }: Run, plans: readonly Plan[], verdicts: readonly Verdict[]): void {
	const isDryRun = plans.some((each) => !('error' in each) && each.isDryRun);
	const outputs = verdicts.flatMap((verdict) => ('outputs' in verdict ? verdict.outputs : []));
	const dropped = outputs.reduce((sum, { json }) => sum + Number(json.skippedCount ?? 0), 0);
	const notes = [
		...(isDryRun ? ['Dry run: nothing was sent.'] : []),
		...(dropped > 0
			? [`${dropped} labels ${isDryRun ? 'would be' : 'were'} left out; “conversionReport” says why.`]
			: []),
	];
	if (notes.length > 0) n8n.addExecutionHints({ message: notes.join('\n'), location: 'outputPane' });
}

function describeMixed(error: unknown, image: LabeledImage, done: readonly Output[]): unknown {
	if (error === NOT_STARTED) return error;
	return new InputError(
		`${messageOf(error)} (image ${image.imageName || image.imageId})`,
		`${done.length} other images of the same item were imported.`,
	);
}
