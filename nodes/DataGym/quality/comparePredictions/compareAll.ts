import { giveWay } from '@datagym/shared/turns';
import { projectId as projectIdField } from '../../fields';
import { onAnswers } from '../../prediction/answers/splitAnswers';
import { union, withoutDoubtful } from '../../prediction/preparing/plans';
import { prepareFiles } from '../../prediction/preparing/prepareFiles';
import { type ProjectImages, projectImages } from '../../prediction/images/projectImages';
import { isRejection, joined, type PreparedLabels, type Rejection } from '../../prediction/preparing/report';
import type { ItemInput } from '../../runner/itemInput';
import type { Output, Verdict } from '../../runner/operation';
import type { Run } from '../../runner/runContext';
import { NOT_STARTED } from '../../runner/runOperation';
import { compareProject } from './compareProject';
import type { PredictedImage, ProjectPredictions } from './comparison';

/** Reads everything first, then compares project by project: the outputs of a project are those of its first item. */
export async function compareAll(items: readonly ItemInput[], run: Run): Promise<readonly Verdict[]> {
	return await onAnswers(items, run, async (answers) => await compareAnswers(answers, run));
}

interface Read {
	readonly item: ItemInput;
	readonly projectId: string;
	readonly project: ProjectImages;
	readonly entries: readonly (PreparedLabels | Rejection)[];
}

type Reading = Read | { readonly error: unknown };

async function compareAnswers(items: readonly ItemInput[], run: Run): Promise<readonly Verdict[]> {
	const readings = await Promise.all(
		items.map(
			async (item) =>
				await run.itemLimit(async (): Promise<Reading> => await read(item, run).catch((error: unknown) => ({ error }))),
		),
	);
	const usable = (await withoutDoubtful(readings)).map((reading) => settled(reading, run));
	const isStopped = !run.n8n.continueOnFail() && usable.some((each) => 'error' in each);
	if (isStopped) return usable.map((each) => ('error' in each ? each : { error: NOT_STARTED }));
	const outputs = new Map<number, readonly Output[] | { readonly error: unknown }>();
	for (const predictions of byProject(usable)) {
		const compared = await compareProject(predictions, run).catch((error: unknown) => ({ error }));
		outputs.set(predictions.first.index, compared);
	}
	return usable.map((each) => {
		if ('error' in each) return each;
		const own = outputs.get(each.item.index) ?? [];
		return 'error' in own ? own : { outputs: own };
	});
}

async function read(item: ItemInput, run: Run): Promise<Read> {
	await giveWay();
	const project = await projectImages(item, run);
	const entries = await prepareFiles(item, project, run, 'comparison');
	return { item, projectId: item.id(projectIdField), project, entries };
}

/** An item fails by an image whose predictions cannot be used, unless others of it can and the node continues on errors. */
function settled(reading: Reading, { n8n }: Run): Reading {
	if ('error' in reading) return reading;
	const fault = joined(reading.entries.filter(isRejection), 'compared');
	const goesOn = n8n.continueOnFail() && reading.entries.some((entry) => !isRejection(entry));
	return fault !== undefined && !goesOn ? { error: fault } : reading;
}

function byProject(readings: readonly Reading[]): ProjectPredictions[] {
	const groups = new Map<string, Read[]>();
	for (const reading of readings) {
		if ('error' in reading) continue;
		const group = groups.get(reading.projectId);
		if (group === undefined) groups.set(reading.projectId, [reading]);
		else group.push(reading);
	}
	return [...groups].flatMap(([projectId, group]) => {
		const [first] = group;
		return first === undefined ? [] : [predictionsOf(projectId, first, group)];
	});
}

function predictionsOf(projectId: string, { item: first, project }: Read, group: readonly Read[]): ProjectPredictions {
	const images = new Map<string, PredictedImage>();
	const prepared: PreparedLabels[] = [];
	for (const { item, entries } of group)
		for (const entry of entries) {
			if (isRejection(entry)) continue;
			prepared.push(entry);
			const { imageId } = entry.image;
			images.set(imageId, together(images.get(imageId), entry, item.index));
		}
	return {
		projectId,
		project,
		first,
		items: group.map(({ item }) => item.index),
		images,
		prepared,
		unread: prepared.flatMap(({ unread }) => unread),
		rejected: group.flatMap(({ entries }) => entries.filter(isRejection)),
	};
}

function together(before: PredictedImage | undefined, { image }: PreparedLabels, item: number): PredictedImage {
	if (before === undefined) return { image, items: [item] };
	return {
		...before,
		image: union([before.image, image]),
		items: before.items.includes(item) ? before.items : [...before.items, item],
	};
}
