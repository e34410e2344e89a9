import { join } from 'node:path';

/** The name of the trigger beside those of the operations, `resource.operation`. */
export const TRIGGER = 'trigger';

/** The part of JSON Schema that n8n's editor shows as fields to map: it reads the first of several types. */
export interface Schema {
	readonly type: string | readonly string[];
	readonly properties?: Readonly<Record<string, Schema>>;
	readonly items?: Schema;
	/** For an object or a list, whose fields n8n does not show if it has several types. */
	readonly nullable?: true;
}

/** Fields whose own names are data, such as class keys and answers. */
const MAPS: ReadonlySet<string> = new Set(['classifications', 'lostClassifications', 'children', 'options', 'values']);

/** n8n's name for the nodes' version 1. */
const VERSION = 'v1.0.0';

/** Where n8n looks for the schema of an operation, `resource.operation`, or of the trigger, relative to `nodes`. */
export function schemaPath(name: string): string {
	if (name === TRIGGER) return join('DataGymTrigger', '__schema__', `${VERSION}.json`);
	const [resource = '', operation = ''] = name.split('.');
	return join('DataGym', '__schema__', VERSION, resource, `${operation}.json`);
}

/** What all of the items are. Fields that some lack are in it, since n8n's files have no optional ones. */
export function schemaOf(items: readonly unknown[], name = ''): Schema {
	const present = items.filter((value) => value !== null);
	const isNullable = present.length < items.length;
	const types = [...new Set(present.map(typeOf))].sort();
	const [type = 'null'] = types;
	if (types.length > 1 || (type !== 'object' && type !== 'array'))
		return { type: isNullable && types.length > 0 ? [...types, 'null'] : types.length > 1 ? types : type };
	const nullable = isNullable ? { nullable: true as const } : {};
	if (type === 'array') {
		const elements = present.flatMap((value) => value as readonly unknown[]);
		return { type, ...(elements.length === 0 ? {} : { items: schemaOf(elements) }), ...nullable };
	}
	if (MAPS.has(name)) return { type, ...nullable };
	const records = present.map((value) => value as Readonly<Record<string, unknown>>);
	const keys = [...new Set(records.flatMap(Object.keys))];
	const properties = keys.map((key) => [key, schemaOf(valuesAt(records, key), key)] as const);
	return { type, properties: Object.fromEntries(properties), ...nullable };
}

function typeOf(value: unknown): string {
	return Array.isArray(value) ? 'array' : typeof value;
}

function valuesAt(records: ReadonlyArray<Readonly<Record<string, unknown>>>, key: string): readonly unknown[] {
	return records.filter((record) => key in record).map((record) => record[key]);
}
