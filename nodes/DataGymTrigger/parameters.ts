import type { IDataObject } from 'n8n-workflow';
import { background, cropParameters, fileFormat } from '@datagym/shared/cropFields';
import type { CropParameters } from '@datagym/shared/crops';
import { InputError } from '@datagym/shared/errors';
import { networkFrom, type NetworkSettings, TRIGGER_NETWORK } from '@datagym/shared/network';
import { TRIGGER_EVENTS, type TriggerEvent } from './events';

/** What the user has chosen in the node. */
export interface TriggerParameters {
	/** At least one, each once. */
	readonly projectIds: readonly string[];
	/** At least one. */
	readonly events: readonly TriggerEvent[];
	readonly firstActivation: 'new' | 'everything';
	readonly output: Output;
	/** The binary field for the image; undefined if it is not wanted. */
	readonly imageField?: string;
	/** Undefined if no crops of labels are wanted. */
	readonly crop?: CropParameters;
	/** Finished images from one `everyNFinished` to the next. */
	readonly every: number;
	/** Items of one poll; with an item per label, events. */
	readonly maxItems: number;
	readonly filters: Filters;
	/** Finished tasks whose labels are compared in one poll. */
	readonly labelChecks: number;
	readonly network: NetworkSettings;
}

/** Saved in workflows: never renamed. */
const OUTPUTS = ['labels', 'itemPerLabel', 'task'] as const;
type Output = (typeof OUTPUTS)[number];

export const DEFAULT_EVERY = 100;

/** Empty lists and texts let everything pass. */
export interface Filters {
	readonly datasetIds: readonly string[];
	/** Keys of label classes, of which an image must have one at least. */
	readonly classes: readonly string[];
	/** Parts of the name, in lower case. */
	readonly imageName: string;
	readonly labeler: string;
}

export type ReadParameter = (name: string, whenMissing: unknown) => unknown;

/**
 * @param credentialNetwork the limits in the credential.
 * @throws InputError if the fields do not say what to watch.
 */
export function readParameters(read: ReadParameter, credentialNetwork?: unknown): TriggerParameters {
	const filters = objectOf(read('filters', {}));
	const options = objectOf(read('options', {}));
	const includesImage = read('includeImage', false) === true;
	const output = OUTPUTS.find((known) => known === read('output', 'labels')) ?? 'labels';
	const includesCrop = output === 'itemPerLabel' && read('includeCrop', false) === true;
	return {
		projectIds: projectIdsOf(read('projectIds', [])),
		events: eventsOf(read('events', [])),
		firstActivation: options.firstActivation === 'everything' ? 'everything' : 'new',
		output,
		...(includesImage ? { imageField: textOf(read('binaryPropertyName', 'data')) || 'data' } : {}),
		...(includesCrop
			? { crop: cropOf(textOf(read('cropPropertyName', 'crop')) || 'crop', objectOf(read('crop', {}))) }
			: {}),
		every: wholeNumber(read('every', DEFAULT_EVERY), DEFAULT_EVERY),
		maxItems: wholeNumber(options.maxItems, 500),
		filters: {
			datasetIds: listOf(filters.datasetIds),
			classes: listOf(filters.classes),
			imageName: textOf(filters.imageName).toLowerCase(),
			labeler: textOf(filters.labeler).toLowerCase(),
		},
		labelChecks: wholeNumber(options.labelChecks, 20),
		network: networkFrom(options.network, credentialNetwork, TRIGGER_NETWORK),
	};
}

function cropOf(binaryField: string, settings: IDataObject): CropParameters {
	return cropParameters(binaryField, {
		background: oneOf(background, settings.background),
		fileFormat: oneOf(fileFormat, settings.fileFormat),
		margin: numberFrom0(settings.margin, 0),
		maxSize: numberFrom0(settings.maxSize, 0),
		square: settings.square === true,
	});
}

function oneOf<Value extends string>(
	{ options, default: initial }: { options: ReadonlyArray<{ readonly value: Value }>; default: Value },
	value: unknown,
): Value {
	return options.find((option) => option.value === value)?.value ?? initial;
}

function projectIdsOf(value: unknown): readonly string[] {
	const ids = listOf(value);
	if (ids.length === 0)
		throw new InputError('No project selected', 'Select at least one project, or check the expression of the field.');
	const wrong = ids.find((id) => /[\s/\\?#%]/.test(id));
	if (wrong === undefined) return ids;
	throw new InputError(
		`"${wrong.slice(0, 80)}" is not a valid project ID`,
		'A DataGym ID looks like 7444ab91-0c3f-4c0e-9d3a-2f1f6a1b2c3d. Select the project from the list.',
	);
}

function eventsOf(value: unknown): readonly TriggerEvent[] {
	const chosen = listOf(value);
	const unknown = chosen.find((name) => !TRIGGER_EVENTS.some((event) => event === name));
	if (unknown !== undefined)
		throw new InputError(`Unknown event "${unknown}"`, `Use one of: ${TRIGGER_EVENTS.join(', ')}.`);
	if (chosen.length === 0)
		throw new InputError('No event selected', 'Select at least one event that starts the workflow.');
	return TRIGGER_EVENTS.filter((event) => chosen.includes(event));
}

/** A list chosen from a drop-down, or given by an expression as a list or as text with commas. */
function listOf(value: unknown): readonly string[] {
	const parts = Array.isArray(value) ? value : typeof value === 'string' ? value.split(',') : [];
	return [...new Set(parts.map(textOf).filter((part) => part !== ''))];
}

function textOf(value: unknown): string {
	return typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '';
}

function wholeNumber(value: unknown, whenMissing: number): number {
	const number = Math.floor(Number(value));
	return Number.isFinite(number) && number >= 1 ? number : whenMissing;
}

function numberFrom0(value: unknown, whenMissing: number): number {
	const number = Number(value ?? whenMissing);
	return Number.isFinite(number) && number >= 0 ? number : whenMissing;
}

function objectOf(value: unknown): IDataObject {
	return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as IDataObject) : {};
}
