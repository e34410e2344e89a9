import { Bitmap } from '../export/bitmap';
import { exportElements } from '../export/labels';
import { exportVideo } from '../export/video';
import { forbidden, notFound, ruleBroken } from '../errors';
import { branch } from '../store/configuration';
import type { Medium, Task } from '../store/model';
import { allValues } from '../store/values';
import { type Answer, type Call, type Route, formEncoded, plain } from './endpoint';
import { fetchLink, imageSize } from './imageBytes';

export const exportRoutes: Route[] = [
	plain('token', 'GET', '/api/v1/export/:projectId', (call) => {
		call.requireToken();
		const project = call.store.livingProject(call.param('projectId'));
		call.requireOwner(project.owner);
		return { kind: 'export', fileName: `${formEncoded(project.name)}.json`, items: exportElements(call, project) };
	}),
	plain('token', 'GET', '/api/v1/export/bitmap/:taskId/:entryKey', bitmap),
];

export const videoRoutes: Route[] = [
	plain('token', 'GET', '/api/v1/exportVideoTask/:taskId', (call) => {
		// Its service lacks the annotation that would make this 401 [018].
		if (!call.hasToken) throw forbidden();
		const task = call.store.task(call.param('taskId'), 'Task');
		call.requireOwner(task.project.owner);
		if (task.project.mediaType !== 'VIDEO') throw ruleBroken('invalid_project_mediatype');
		const contentType = 'application/json;charset=UTF-8';
		return { kind: 'export', fileName: `${task.id}.json`, contentType, items: null, value: exportVideo(task) };
	}),
];

async function bitmap(call: Call): Promise<Answer> {
	call.requireToken();
	const task = call.store.task(call.param('taskId'), 'task');
	if (!['COMPLETED', 'SKIPPED', 'REVIEWED'].includes(task.state)) throw ruleBroken('wrong_label_task_state', task.id);
	call.requireOwner(task.project.owner);
	// Blanks may come as `+`, as the export writes them, or as %20 [632, 633].
	const key = call.param('entryKey').replaceAll('+', ' ');
	const entries = task.project.configuration.roots.flatMap((root) => [...branch(root)]);
	if (!entries.some((entry) => entry.key === key)) throw notFound('lcEntry', key, 'entry_key');
	const size = await sizeOf(task.medium);
	return {
		kind: 'bytes',
		body: paint(task, key, size).encode(),
		headers: { 'Content-Type': 'image/bmp' },
		chunked: true,
	};
}

/** Of a linked image the link is fetched for its size; a failure moves no task (docs/contract.md#linked-images). */
async function sizeOf({ sourceType, url, width, height }: Medium): Promise<{ width: number; height: number }> {
	if (sourceType !== 'SHAREABLE_LINK') return { width: width ?? 1, height: height ?? 1 };
	const remote = await fetchLink(url ?? '');
	if (remote.kind === 'image') return (await imageSize(remote.bytes)) ?? { width: 1, height: 1 };
	const isNoImage = remote.error.details.some(({ key }) => key === 'ex_val_bin_mime');
	throw isNoImage ? remote.error : ruleBroken('file_stream');
}

/** All segmentations of the class in one picture; a class of another type leaves it black [340]. */
function paint(task: Task, key: string, { width, height }: { width: number; height: number }): Bitmap {
	const picture = new Bitmap(width, height);
	const segmentations = [...allValues(task)].flatMap(({ entry, content }) =>
		entry.key === key && content.type === 'IMAGE_SEGMENTATION' ? [content.rings.map((ring) => ring.points)] : [],
	);
	picture.paint(segmentations);
	return picture;
}
