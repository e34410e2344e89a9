import { ruleBroken, systemFault } from '../errors';
import type { Content, FrameChange, FrameType, LabelEntry, LabelValue, Point } from '../store/model';
import type { Store } from '../store/store';
import { changeClass, createValue, deleteValue, emptyContent, updateValue } from '../store/values';
import { changeFields, valueView } from '../store/views';
import { type Access, type Call, type Route, done, json, plain, withJson } from './endpoint';
import { type JsonObject, asArray, asObject, booleanOf, checkField, numberOrNull, refuse, textOrNull } from './fields';

/** Labeling value by value (docs/contract.md#label-values); the user interface does the same under `/api/lcvalues`. */
export function valueRoutes(access: Access, path: string): Route[] {
	return [
		withJson(access, 'POST', `${path}/:id`, readCreation, (call, wanted) => {
			call.requireToken();
			const entry = call.store.entry(call.param('id'));
			call.requireOwner(entry.configuration.project.owner);
			if (wanted.lcEntryId !== entry.id) throw ruleBroken('entry_definition_incorrect', wanted.lcEntryId);
			const task = call.store.task(wanted.labelTaskId);
			const parent = wanted.parentId === null ? null : call.store.value(wanted.parentId);
			refuseWrongParent(entry, parent);
			return json(valueView(call.store, createValue(call.store, task, entry, parent, call.user)));
		}),
		withJson(access, 'PUT', `${path}/:id`, readUpdate, (call, fields) => {
			const value = ownValue(call);
			const id = textOrNull(fields.id);
			if (id !== value.id) throw ruleBroken('entry_definition_incorrect', id ?? 'null');
			const parentId = textOrNull(fields.lcEntryValueParentId);
			updateValue(call.store, value, {
				content: readContent(call.store, value.entry.type, fields),
				comment: textOrNull(fields.comment),
				valid: booleanOf(fields.valid),
				parent: parentId === null ? null : call.store.value(parentId),
				labeler: call.user,
			});
			return json(valueView(call.store, value, false));
		}),
		plain(access, 'DELETE', `${path}/:id`, (call) => {
			deleteValue(call.store, ownValue(call));
			return done();
		}),
		withJson(access, 'PUT', `${path}/:id/changeType`, readNewClass, (call, entryId) => {
			const value = ownValue(call);
			return json(valueView(call.store, changeClass(call.store, value, call.store.entry(entryId), call.user)));
		}),
	];
}

/** A class inside of another one needs a label of that class as its parent. */
function refuseWrongParent(entry: LabelEntry, parent: LabelValue | null): void {
	if (parent === null) {
		if (entry.parent !== null) throw ruleBroken('entry_value_create', entry.type);
		return;
	}
	if (entry.parent === null) throw systemFault();
	if (parent.entry !== entry.parent) throw ruleBroken('entry_value_validation', parent.entry.type);
}

/** Other fields are ignored. */
function readUpdate(body: unknown): JsonObject {
	const fields = asObject(body);
	refuse([
		...checkField(textOrNull(fields.lcEntryId), { label: '', required: true }),
		...checkField(textOrNull(fields.labelTaskId), { label: 'Label Task Id', required: true }),
		...checkField(textOrNull(fields.comment), { label: 'Comment', size: [0, 128] }),
		...checkField(textOrNull(fields.selectKey), { label: 'Select Key', pattern: /^[a-zA-Z0-9_ -]*$/ }),
	]);
	return fields;
}

function ownValue(call: Call): LabelValue {
	call.requireToken();
	const value = call.store.value(call.param('id'));
	call.requireOwner(value.task.project.owner);
	return value;
}

const CREATION_FIELDS = ['iterationId', 'mediaId', 'labelTaskId', 'lcEntryId', 'lcEntryValueParentId'];

export function readCreation(body: unknown) {
	const fields = asObject(body, CREATION_FIELDS);
	const labelTaskId = textOrNull(fields.labelTaskId);
	const lcEntryId = textOrNull(fields.lcEntryId);
	refuse([
		...checkField(fields.iterationId, { label: 'Iteration Id', required: true }),
		...checkField(fields.mediaId, { label: 'Media Id', required: true }),
		...checkField(labelTaskId, { label: '', required: true }),
		...checkField(lcEntryId, { label: '', required: true }),
	]);
	return {
		labelTaskId: labelTaskId ?? '',
		lcEntryId: lcEntryId ?? '',
		parentId: textOrNull(fields.lcEntryValueParentId),
	};
}

function readNewClass(body: unknown): string {
	const entryId = textOrNull(asObject(body).newLcEntryId);
	refuse(checkField(entryId, { label: '', required: true }));
	return entryId ?? '';
}

/** The part of the fields that the type of the class has; what is missing becomes empty. */
export function readContent(store: Store, type: Content['type'], fields: JsonObject): Content {
	switch (type) {
		case 'POINT':
			return { type, x: numberOrNull(fields.x), y: numberOrNull(fields.y) };
		case 'RECTANGLE': {
			const [x, y] = [numberOrNull(fields.x), numberOrNull(fields.y)];
			return { type, x, y, width: numberOrNull(fields.width), height: numberOrNull(fields.height) };
		}
		case 'LINE':
		case 'POLYGON':
			return { type, points: readPoints(store, fields.points) };
		case 'IMAGE_SEGMENTATION':
			return {
				type,
				rings: asArray(fields.pointsCollection ?? []).map((ring) => ({
					id: store.newId(),
					points: readPoints(store, asObject(ring).points),
				})),
			};
		case 'SELECT':
			return { type, selectKey: textOrNull(fields.selectKey) };
		case 'CHECKLIST':
			return { type, checkedValues: asArray(fields.checkedValues ?? []).map((key) => textOrNull(key) ?? '') };
		case 'FREETEXT':
			return { ...emptyContent('FREETEXT'), type, text: textOrNull(fields.text) };
	}
}

function readPoints(store: Store, points: unknown): Point[] {
	return asArray(points ?? []).map((point) => {
		const fields = asObject(point);
		return { id: store.newId(), x: numberOrNull(fields.x), y: numberOrNull(fields.y) };
	});
}

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
