import type { FrameChange, FrameType } from '../store/model';
import { changeFields } from '../store/views';
import { json } from './answer';
import { asObject, numberOrNull, textOrNull, type JsonObject } from './beans';
import { withJson, type Route } from './route';
import { readContent } from './values';

/** Key frames of video labels come from the user interface only [676-680]. */
export const frameRoutes: Route[] = [
	withJson('ui', 'POST', '/api/lcvalues/change', asObject, (call, fields) => {
		const value = call.store.value(textOrNull(fields.lcEntryValueId) ?? '');
		const change: FrameChange = {
			id: call.store.newId(),
			frameNumber: numberOrNull(fields.frameNumber) ?? 0,
			frameType: frameType(fields),
			content: readContent(call.store, value.entry.type, fields),
		};
		value.changes.push(change);
		return json({
			id: change.id,
			frameNumber: change.frameNumber,
			type: change.frameType,
			...changeFields(change.content),
		});
	}),
];

function frameType(fields: JsonObject): FrameType {
	const types: FrameType[] = ['START', 'CHANGE', 'END', 'START_END'];
	return types.find((type) => type === fields.frameType) ?? 'CHANGE';
}
