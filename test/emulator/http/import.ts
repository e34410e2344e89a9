import { ruleBroken } from '../errors';
import { LabelTransaction, readElement } from '../import/importLabels';
import { importCheck } from '../import/schema';
import type { Project, Task } from '../store/model';
import { type Answer, type Call, type Route, json, plain } from './endpoint';
import { isObject, type JsonObject } from './fields';
import { decodeText, readBytes, readJson } from './json';

/** POST …/prediction. Errors of form are a success with a text [386], errors of sense are 500s [375]. */
export function importRoutes(generation: 'current' | '2020'): Route[] {
	const check = importCheck(generation);
	const idName = generation === 'current' ? 'internal_media_ID' : 'internal_image_ID';
	return [
		plain('token', 'POST', '/api/v1/project/:projectId/prediction', async (call) => {
			call.requireToken();
			const project = call.store.project(call.param('projectId'));
			call.requireOwner(project.owner);
			const reading = readJson(decodeText(await readBytes(call.raw)));
			if (reading.kind === 'nothing')
				throw ruleBroken('error_messages', 'Unable to parse the content. No data available?');
			if (reading.kind === 'broken') return refused(reading.message);
			if (!Array.isArray(reading.value)) throw ruleBroken('error_messages', 'The content is not an array.');
			const errors = check(reading.value);
			if (errors !== '') return refused(errors);
			store(call, project, reading.value.filter(isObject), idName);
			return refused('');
		}),
	];
}

function refused(errorMessages: string): Answer {
	return json({ errorMessages });
}

function store(call: Call, project: Project, elements: JsonObject[], idName: string): void {
	const transaction = new LabelTransaction(call.store);
	try {
		for (const element of elements) {
			const id = element[idName];
			// Elements without the id, such as the header of an export, are skipped in silence [378, 417].
			if (typeof id !== 'string') continue;
			const task = taskFor(call, project, id);
			transaction.touch(task);
			readElement(call.store, task, element, call.user);
		}
	} catch (error) {
		transaction.undo();
		throw error;
	}
}

/** Deleted media still count [447], benchmark tasks do not [705]. */
function taskFor(call: Call, project: Project, mediumId: string): Task {
	const medium = call.store.media.get(mediumId);
	const task = medium && call.store.board(project).of(medium);
	if (!task || task.type !== 'DEFAULT') throw ruleBroken('json_upload_not_found_task');
	return task;
}
