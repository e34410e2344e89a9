import type { IDataObject } from 'n8n-workflow';
import { isDataGymError, taskLabels, type DataGymApi, type LabelValue } from '@datagym/client';
import { readVideoTask, type VideoTrack } from '@datagym/labels';
import { simplify, taskId } from '../fields';
import type { ItemOperation } from '../runner/operation';

export const getVideoTask: ItemOperation = {
	value: 'getVideoTask',
	name: 'Get Video Task',
	action: 'Get the labels of a video task',
	description:
		'Get the labels of a video: each with the frames in which it is visible and its key frames. In any state. Of polygons and lines the server tells only the last point.',
	fields: [
		{ ...taskId, description: 'ID of a task in a video project; Task: Get Many and Get Labels return it' },
		simplify,
		{
			displayName: 'Options',
			name: 'options',
			type: 'collection',
			default: {},
			options: [
				{
					displayName: 'Add Class Names',
					name: 'addClassNames',
					type: 'boolean',
					default: true,
					description:
						'Whether to read the task for the classes of the labels, which the video’s labels do not tell. DataGym notes missing answers of the whole video in a task that is read.',
				},
			],
		},
	],
	async run(item, { api }) {
		const id = item.id('taskId', 'Task ID');
		const answer = await api.exportVideoTask(id);
		if (!item.flag('simplify')) return [{ json: answer as IDataObject }];
		const { tracks, problems } = readVideoTask(answer);
		const names = item.option('addClassNames') === false ? NO_NAMES : await classNames(api, id);
		const messages = [...problems.map(({ path, message }) => `${path}: ${message}`), ...names.problems];
		return [
			{
				json: {
					taskId: id,
					labels: tracks.map((track) => trackRecord(track, names.byId.get(track.id))),
					...(messages.length === 0 ? {} : { problems: messages }),
				},
			},
		];
	},
};

interface ClassNames {
	readonly byId: ReadonlyMap<string, string>;
	readonly problems: readonly string[];
}

const NO_NAMES: ClassNames = { byId: new Map(), problems: [] };

/** A server without its video storage does not show the task, but still its labels. */
async function classNames(api: DataGymApi, id: string): Promise<ClassNames> {
	const details = await api.getTask(id).catch((error: unknown) => {
		if (isDataGymError(error) && error.key === 'ex_service_unavailable') return error;
		throw error;
	});
	if (isDataGymError(details))
		return { byId: new Map(), problems: [`The classes of the labels are not known: ${details.message}`] };
	return { byId: new Map(keysById(taskLabels(details).values)), problems: [] };
}

function keysById(values: readonly LabelValue[]): Array<[string, string]> {
	return values.flatMap(
		({ valueId, key, children }): Array<[string, string]> => [[valueId, key], ...keysById(children)],
	);
}

function trackRecord({ id, visible, keyFrames }: VideoTrack, className: string | undefined): IDataObject {
	return {
		id,
		...(className === undefined ? {} : { className }),
		visible: visible.map((range) => ({ ...range })),
		keyFrames: keyFrames.map((keyFrame) => ({ ...keyFrame }) as object as IDataObject),
	};
}
