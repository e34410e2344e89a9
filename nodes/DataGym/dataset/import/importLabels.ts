import type { IDataObject } from 'n8n-workflow';
import { isDataGymError } from '@datagym/client';
import { hasValues, type RenamedClasses } from '@datagym/labels';
import { InputError } from '@datagym/shared/errors';
import { predictionOf } from '../../prediction/importAll';
import { prepareFound } from '../../prediction/prepare';
import { ProjectImages } from '../../prediction/projectImages';
import { isRejection, nothingLeft, orRejection, type Prediction, reportOf } from '../../prediction/report';
import { sendInBatches } from '../../prediction/send';
import type { ItemInput } from '../../runner/itemInput';
import type { Run } from '../../runner/runContext';
import { withKeys } from './configuration';
import type { ReadLabels } from './readLabels';

/** Images whose labels are prepared at once. */
const CHUNK = 500;
const BATCH = 50;

/** What became of the labels of an image. */
export type LabelVerdict =
	| { readonly status: 'imported'; readonly report: IDataObject }
	| { readonly status: 'noLabels' }
	| { readonly status: 'failed'; readonly error: unknown };

/** Labels of an image that is in DataGym. */
export interface PlacedLabels extends ReadLabels {
	readonly path: string;
	readonly imageId: string;
	readonly imageName: string;
}

/**
 * Imports the labels as Prediction: Import does, by the path of the image. Labels that cannot be imported do not stop the others.
 *
 * @throws what stops all of them, such as a server that is not there.
 */
export async function importLabels(
	item: ItemInput,
	run: Run,
	projectId: string,
	labels: readonly PlacedLabels[],
	renamed: RenamedClasses,
): Promise<ReadonlyMap<string, LabelVerdict>> {
	const images = await ProjectImages.of(run, projectId, true);
	const verdicts = new Map<string, LabelVerdict>();
	const pathOf = new Map(labels.map(({ imageId, path }) => [imageId, path]));
	const judge = (imageId: string, verdict: LabelVerdict) => verdicts.set(pathOf.get(imageId) ?? '', verdict);
	for (let start = 0; start < labels.length; start += CHUNK) {
		const ready: Prediction[] = [];
		for (const group of byFormat(labels.slice(start, start + CHUNK), verdicts)) {
			const [first] = group;
			if (first === undefined) continue;
			const { format, unit } = first;
			const found = group.map(({ image, imageId, imageName, problems }) => ({
				image: withKeys({ ...image, imageId, imageName }, renamed),
				problems,
				isStrict: format.reads.isStrict,
			}));
			const input = { found, unread: [], format, detected: format.name, unit, source: 'The labels' };
			for (const prepared of await prepareFound(item, input, images, 'import')) {
				const entry = isRejection(prepared)
					? prepared
					: await orRejection(prepared.image, () => sendable(predictionOf(item, images, prepared)));
				if (isRejection(entry)) judge(entry.image.imageId, { status: 'failed', error: entry.error });
				else ready.push(entry);
			}
		}
		const results = await sendInBatches(run, projectId, ready, BATCH, false);
		for (const entry of ready) {
			const result = results.get(entry.image.imageId);
			if (result === undefined) continue;
			if ('changes' in result)
				judge(entry.image.imageId, { status: 'imported', report: reportOf(projectId, entry, false, result.changes) });
			else if (isOfOneImage(result.error)) judge(entry.image.imageId, { status: 'failed', error: result.error });
			else throw result.error;
		}
	}
	return verdicts;
}

function sendable(prediction: Prediction): Prediction {
	const nothing = nothingLeft([prediction]);
	if (nothing !== undefined) throw nothing;
	return prediction;
}

/** Those that have labels which can be imported, format by format, since each is prepared in its own way. */
function byFormat(labels: readonly PlacedLabels[], verdicts: Map<string, LabelVerdict>): Iterable<PlacedLabels[]> {
	const groups = new Map<string, PlacedLabels[]>();
	for (const each of labels) {
		const { path, image, format, fault } = each;
		if (fault !== undefined)
			verdicts.set(path, { status: 'failed', error: new InputError(fault, 'Correct the label file, or the image.') });
		else if (image.objects.length === 0 && !hasValues(image.classifications))
			verdicts.set(path, { status: 'noLabels' });
		else {
			const group = groups.get(format.key);
			if (group === undefined) groups.set(format.key, [each]);
			else group.push(each);
		}
	}
	return groups.values();
}

function isOfOneImage(error: unknown): boolean {
	return error instanceof InputError || (isDataGymError(error) && error.failure.kind === 'refused');
}
