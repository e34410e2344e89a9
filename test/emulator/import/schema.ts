import Ajv, { type ErrorObject, type SchemaObject } from 'ajv';

/**
 * What an import must look like, written down anew from the docs/contract.md#prediction-import. The names of the geometries are checked for their
 * number of points, `geometry` is not.
 */
const coordinate: SchemaObject = {
	oneOf: [
		{ type: 'number', minimum: 0 },
		{ type: 'string', pattern: '^[0-9]+$' },
	],
};
const point: SchemaObject = {
	type: 'object',
	properties: { x: coordinate, y: coordinate },
	required: ['x', 'y'],
	minProperties: 2,
	maxProperties: 2,
};
const box: SchemaObject = {
	type: 'object',
	properties: { x: coordinate, y: coordinate, w: coordinate, h: coordinate },
	required: ['x', 'y', 'w', 'h'],
};
const several = (items: SchemaObject, least: number, most?: number): SchemaObject => ({
	type: 'array',
	items,
	minItems: least,
	...(most === undefined ? {} : { maxItems: most }),
});
const mapOf = (items: SchemaObject): SchemaObject => ({ type: 'object', additionalProperties: items });

/** Element 0 a text or null, element 1 a text or the children, all further ones texts [612-616]. */
const classification: SchemaObject = {
	$id: 'classification',
	type: 'array',
	items: [
		{ oneOf: [{ type: 'string' }, { type: 'null' }] },
		{ oneOf: [{ type: 'string' }, mapOf({ $ref: 'classification' })] },
	],
	additionalItems: { type: 'string' },
};

const geometries: Record<string, SchemaObject> = {
	geometry: { type: 'array', items: { oneOf: [point, box] } },
	rectangle: several(box, 1, 1),
	polygon: several(point, 3),
	line: several(point, 2),
	point: several(point, 1, 1),
};
const classifications = mapOf({ $ref: 'classification' });

/** Below a nested geometry unknown names pass; only one called `additionalProperties` is refused, by a slip of the real schema. */
const nestedLabel: SchemaObject = {
	type: 'object',
	properties: { ...geometries, classifications, additionalProperties: false },
};
const currentLabel: SchemaObject = {
	type: 'object',
	properties: {
		...geometries,
		image_segmentation: { type: 'array' },
		classifications,
		nested_geometries: { additionalProperties: several(nestedLabel, 0) },
	},
	additionalProperties: false,
};
/** 2020 knew one name for all geometries and did not nest them. */
const label2020: SchemaObject = {
	type: 'object',
	properties: { geometry: geometries.geometry, classifications },
	additionalProperties: false,
};

function importSchema(idName: string, label: SchemaObject): SchemaObject {
	return {
		type: 'array',
		minItems: 1,
		items: {
			type: 'object',
			properties: {
				[idName]: { type: 'string' },
				keepData: { type: 'boolean' },
				global_classifications: classifications,
				labels: mapOf(several(label, 0)),
			},
		},
	};
}

/** What is wrong with an import, as a text for `errorMessages` [386-417]; empty if nothing is. */
export type ImportCheck = (elements: unknown) => string;

export function importCheck(generation: 'current' | '2020'): ImportCheck {
	const ajv = new Ajv({ allErrors: true, strict: false, schemas: [classification] });
	const check = ajv.compile(
		generation === 'current'
			? importSchema('internal_media_ID', currentLabel)
			: importSchema('internal_image_ID', label2020),
	);
	return (elements) => (check(elements) ? '' : report(check.errors ?? []));
}

/** By place; the real server's order and words are those of its libraries. */
function report(errors: readonly ErrorObject[]): string {
	const places = Map.groupBy(errors, ({ instancePath }) => `#${instancePath}`);
	const parts = [...places].map(
		([place, faults]) => `${place}\n${faults.map((fault) => `${describe(fault)}\n`).join('')}\n`,
	);
	return `Schema validation failed with ${places.size} error(s)\n\n${parts.join('')}`;
}

/** Ajv does not name the key that is not allowed. */
function describe({ message, params }: ErrorObject): string {
	return 'additionalProperty' in params ? `${message} [${params.additionalProperty}]` : `${message}`;
}
