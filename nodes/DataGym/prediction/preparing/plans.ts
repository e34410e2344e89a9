import { type Classifications, type LabeledImage, ownValue } from '@datagym/labels';
import { InputError } from '@datagym/shared/errors';
import { mapped, paced } from '@datagym/shared/turns';
import type { Run } from '../../runner/runContext';
import { createClasses } from '../classes/addedClasses';
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
export async function withoutDoubtful<Each extends Prepared>(plans: readonly Each[]): Promise<readonly Each[]> {
	const fitting = new Set<string>();
	for await (const each of paced(plans)) {
		if ('error' in each) continue;
		const isFitting = each.entries.some((entry) => !isRejection(entry) && hasLabels(entry));
		if (isFitting) fitting.add(each.projectId);
	}
	return await mapped(plans, (each) => {
		if ('error' in each || fitting.has(each.projectId)) return each;
		const entries = each.entries.map((entry) =>
			isRejection(entry) || entry.doubt === undefined ? entry : { image: entry.image, error: entry.doubt },
		);
		return { ...each, entries };
	});
}

/** What several items say of one image, of which there is at least one. */
export function union([first, ...others]: readonly [LabeledImage, ...LabeledImage[]]): LabeledImage {
	return {
		...first,
		objects: [first, ...others].flatMap(({ objects }) => objects),
		classifications: others.reduce(
			(before, { classifications }) => ({ ...before, ...classifications, ...surerThan(classifications, before) }),
			first.classifications,
		),
	};
}

/** Of two answers to one question, the one with the higher score counts; without scores, the later one. */
function surerThan(later: Classifications, before: Classifications): Classifications {
	const surer = Object.entries(before).filter(
		([key, { score = -Infinity }]) => score > (ownValue(later, key)?.score ?? Infinity),
	);
	return Object.fromEntries(surer);
}

/** Of a project in which classes cannot be created, the images that need them are rejected. */
export async function withCreatedClasses(plans: readonly Plan[], run: Run): Promise<readonly Plan[]> {
	const failed = new Map<string, InputError>();
	for (const [projectId, own] of await plansByProject(plans)) {
		const predictions: Prediction[] = [];
		for await (const { entries } of paced(own))
			for (const entry of entries) if (!isRejection(entry) && entry.additions !== undefined) predictions.push(entry);
		const isDryRun = own.every((each) => each.isDryRun);
		await createClasses(run, { projectId, isDryRun, predictions }).catch((error: unknown) => {
			if (!(error instanceof InputError)) throw error;
			failed.set(projectId, error);
		});
	}
	if (failed.size === 0) return plans;
	return await mapped(plans, (each) => {
		const error = 'error' in each ? undefined : failed.get(each.projectId);
		if ('error' in each || error === undefined) return each;
		const entries = each.entries.map((entry) =>
			isRejection(entry) || entry.additions === undefined ? entry : { image: entry.image, error },
		);
		return { ...each, entries };
	});
}

async function plansByProject(plans: readonly Plan[]): Promise<ReadonlyMap<string, readonly Ready[]>> {
	const groups = new Map<string, Ready[]>();
	for await (const each of paced(plans)) {
		if ('error' in each) continue;
		const group = groups.get(each.projectId);
		if (group === undefined) groups.set(each.projectId, [each]);
		else group.push(each);
	}
	return groups;
}

/** Rejects the images of which nothing is left in any item: n8n makes an item of each detection in a list. */
export async function withoutEmptied(plans: readonly Plan[]): Promise<readonly Plan[]> {
	const groups = new Map<string, Prediction[]>();
	for await (const each of paced(plans)) {
		if ('error' in each) continue;
		for await (const entry of paced(each.entries)) {
			if (isRejection(entry)) continue;
			const key = `${each.projectId} ${entry.image.imageId}`;
			const group = groups.get(key);
			if (group === undefined) groups.set(key, [entry]);
			else group.push(entry);
		}
	}
	const errors = new Map<string, InputError | undefined>();
	for await (const [key, group] of paced(groups)) errors.set(key, nothingLeft(group));
	const remaining: Plan[] = [];
	for (const each of plans) {
		if ('error' in each) {
			remaining.push(each);
			continue;
		}
		const entries = await mapped(each.entries, (entry) => {
			if (isRejection(entry)) return entry;
			const error = errors.get(`${each.projectId} ${entry.image.imageId}`);
			return error === undefined ? entry : { image: entry.image, error };
		});
		remaining.push({ ...each, entries });
	}
	return remaining;
}
