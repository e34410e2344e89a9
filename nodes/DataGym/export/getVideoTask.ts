import type { IDataObject } from 'n8n-workflow';
import { isDataGymError, type DataGymApi } from '@datagym/client';
import { type LabelProblem, type LabelValue, readTask, readVideoTask, type VideoTrack } from '@datagym/labels';
import { field } from '@datagym/shared/fields';
import { briefTracks, TRACK_TEXT } from '../briefLabels';
import { taskId } from '../fields';
import { inChosenForm, isRaw, outputFields } from '../output';
import type { ItemOperation } from '../runner/operation';

const videoTaskId = field({
	...taskId,
	description: 'A task in a video project',
});

const addClassKeys = field({
	displayName: 'Add Class Keys',
	name: 'addClassKeys',
	type: 'boolean',
	default: true,
	description: 'Whether to add class keys to the labels. Reads the task, which adds empty values to it.',
});

export const getVideoTask: ItemOperation = {
	value: 'getVideoTask',
	name: 'Get Video Task',
	action: 'Get labels of video task',
	description: 'Get the labels of a video and their frames',
	fields: [videoTaskId, ...outputFields(['taskId', 'labels', 'problems'])],
	options: [addClassKeys],
	async run(item, { api }) {
		const id = item.id(videoTaskId);
		const answer = await api.exports.videoTask(id);
		const { tracks, problems } = readVideoTask(answer);
		const keys = item.options.flag(addClassKeys) && !isRaw(item) ? await classKeys(api, id) : NO_KEYS;
		const json = inChosenForm(item, {
			raw: () => answer,
			record: () => ({
				taskId: id,
				labels: tracks.map((track) => trackRecord(track, keys.byId.get(track.id))),
				...problemsOf(problems, keys),
			}),
			brief: () => ({
				taskId: id,
				...briefTracks(tracks, keys.byId),
				...problemsOf(problems, keys),
				...(tracks.length > 0 ? { note: TRACK_TEXT } : {}),
			}),
		});
		return [{ json }];
	},
};

function problemsOf(problems: readonly LabelProblem[], keys: ClassKeys): IDataObject {
	const messages = [...problems.map(({ path, message }) => `${path}: ${message}`), ...keys.problems];
	return messages.length === 0 ? {} : { problems: messages };
}

interface ClassKeys {
	readonly byId: ReadonlyMap<string, string>;
	readonly problems: readonly string[];
}

const NO_KEYS: ClassKeys = { byId: new Map(), problems: [] };

/** A server without its video storage does not show the task, but still its labels. */
async function classKeys(api: DataGymApi, id: string): Promise<ClassKeys> {
	const details = await api.tasks.get(id).catch((error: unknown) => {
		if (isDataGymError(error) && error.key === 'ex_service_unavailable') return error;
		throw error;
	});
	if (isDataGymError(details))
		return { byId: new Map(), problems: [`The class keys of the labels could not be read: ${details.message}`] };
	const { identified } = readTask(details);
	if (identified === undefined) throw api.tasks.unreadableLabels(id);
	return { byId: new Map(keysById(identified.values)), problems: [] };
}

function keysById(values: readonly LabelValue[]): Array<[string, string]> {
	return values.flatMap(
		({ valueId, key, children }): Array<[string, string]> => [[valueId, key], ...keysById(children)],
	);
}

function trackRecord({ id, visible, keyFrames }: VideoTrack, className: string | undefined): IDataObject {
	return {
		labelId: id,
		...(className === undefined ? {} : { className }),
		visible: visible.map((range) => ({ ...range })),
		keyFrames: keyFrames.map((keyFrame) => ({ ...keyFrame }) as object as IDataObject),
	};
}
