import { type Classifications, type LabeledImage, ownValue } from '@datagym/labels';
import { InputError } from '@datagym/shared/errors';
import type { Run } from '../runner/runContext';
import { createClasses } from './addedClasses';
import { hasLabels, isRejection, nothingLeft, type Prediction, type PreparedLabels, type Rejection } from './report';

/** The images of one item, ready to be sent. */
export interface Ready {
	readonly projectId: string;
	readonly isDryRun: boolean;
	/** In the order of the item's images. */
	readonly entries: readonly (Prediction | Rejection)[];
}

export type Plan = Ready | { readonly error: unknown };

/** The images of one item, or why there are none. */
type Prepared =
	| { readonly projectId: string; readonly entries: readonly (PreparedLabels | Rejection)[] }
	| { readonly error: unknown };

/** Rejects the images without a class of the project, if no image of the project has one: then the names are probably wrong. */
export function withoutDoubtful<Each extends Prepared>(plans: readonly Each[]): readonly Each[] {
	const fitting = new Set<string>();
	for (const each of plans) {
		if ('error' in each) continue;
		const isFitting = each.entries.some((entry) => !isRejection(entry) && hasLabels(entry));
		if (isFitting) fitting.add(each.projectId);
	}
	return plans.map((each) => {
		if ('error' in each || fitting.has(each.projectId)) return each;
		const entries = each.entries.map((entry) =>
			isRejection(entry) || entry.doubt === undefined ? entry : { image: entry.image, error: entry.doubt },
		);
		return { ...each, entries };
	});
}

/** What two items say of one image. */
export function union(a: LabeledImage, b: LabeledImage): LabeledImage {
	return {
		...a,
		objects: [...a.objects, ...b.objects],
		classifications: { ...a.classifications, ...b.classifications, ...surerThan(b, a) },
	};
}

/** Of two answers to one question, the one with the higher score counts; without scores, the later one. */
function surerThan(later: LabeledImage, { classifications }: LabeledImage): Classifications {
	const surer = Object.entries(classifications).filter(
		([key, { score = -Infinity }]) => score > (ownValue(later.classifications, key)?.score ?? Infinity),
	);
	return Object.fromEntries(surer);
}

/** Of a project in which classes cannot be created, the images that need them are rejected. */
export async function withCreatedClasses(plans: readonly Plan[], run: Run): Promise<readonly Plan[]> {
	const failed = new Map<string, InputError>();
	for (const projectId of new Set(plans.flatMap((each) => ('error' in each ? [] : [each.projectId])))) {
		const own = plans.flatMap((each) => ('error' in each || each.projectId !== projectId ? [] : [each]));
		const predictions = own.flatMap(({ entries }) => entries.flatMap((entry) => (isRejection(entry) ? [] : [entry])));
		const isDryRun = own.every((each) => each.isDryRun);
		await createClasses(run, { projectId, isDryRun, predictions }).catch((error: unknown) => {
			if (!(error instanceof InputError)) throw error;
			failed.set(projectId, error);
		});
	}
	return plans.map((each) => {
		const error = 'error' in each ? undefined : failed.get(each.projectId);
		if ('error' in each || error === undefined) return each;
		const entries = each.entries.map((entry) =>
			isRejection(entry) || entry.additions === undefined ? entry : { image: entry.image, error },
		);
		return { ...each, entries };
	});
}

/** Rejects the images of which nothing is left in any item: n8n makes an item of each detection in a list. */
export function withoutEmptied(plans: readonly Plan[]): readonly Plan[] {
	const groups = new Map<string, Prediction[]>();
	for (const each of plans) {
		if ('error' in each) continue;
		for (const entry of each.entries) {
			if (isRejection(entry)) continue;
			const key = `${each.projectId} ${entry.image.imageId}`;
			const group = groups.get(key);
			if (group === undefined) groups.set(key, [entry]);
			else group.push(entry);
		}
	}
	return plans.map((each) => {
		if ('error' in each) return each;
		const entries = each.entries.map((entry) => {
			if (isRejection(entry)) return entry;
			const error = nothingLeft(groups.get(`${each.projectId} ${entry.image.imageId}`) ?? []);
			return error === undefined ? entry : { image: entry.image, error };
		});
		return { ...each, entries };
	});
}
