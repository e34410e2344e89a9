import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import {
	NodeHelpers,
	type INode,
	type INodeParameters,
	type INodeProperties,
	type INodePropertyOptions,
	type INodeType,
	type INodeTypeDescription,
	type VersionedNodeType,
} from 'n8n-workflow';
import { ROOT } from '../paths';
import { median } from './median';
import { messagesIn, errorsIn } from './nodeErrors';

const OF_N8N = join(ROOT, 'node_modules', 'n8n-nodes-base', 'dist', 'nodes');
const OURS = join(ROOT, 'dist', 'nodes');

/** What n8n shows of a description in its lists, in characters. */
export const CUT_AT = 95;

/** Files of nodes, and how the table names them. */
export const ACTIONS: ReadonlyArray<readonly [name: string, file: string]> = [
	['DataGym', join(OURS, 'DataGym', 'DataGym.node.js')],
	['Google Drive', join(OF_N8N, 'Google', 'Drive', 'GoogleDrive.node.js')],
	['Airtable', join(OF_N8N, 'Airtable', 'Airtable.node.js')],
	['Notion', join(OF_N8N, 'Notion', 'Notion.node.js')],
	['Slack', join(OF_N8N, 'Slack', 'Slack.node.js')],
];
export const TRIGGERS: typeof ACTIONS = [
	['DataGym Trigger', join(OURS, 'DataGymTrigger', 'DataGymTrigger.node.js')],
	['Google Drive Trigger', join(OF_N8N, 'Google', 'Drive', 'GoogleDriveTrigger.node.js')],
	['Airtable Trigger', join(OF_N8N, 'Airtable', 'AirtableTrigger.node.js')],
	['Notion Trigger', join(OF_N8N, 'Notion', 'NotionTrigger.node.js')],
	['Slack Trigger', join(OF_N8N, 'Slack', 'SlackTrigger.node.js')],
];

interface BuiltNode {
	readonly folder: string;
	readonly description: INodeTypeDescription;
	readonly version: number;
}

const load = createRequire(__filename);

/** In its latest version, as a new node has it. */
function builtNode(file: string): BuiltNode {
	const exported = load(file) as Record<string, new () => INodeType | VersionedNodeType>;
	const node = new exported[basename(file, '.node.js')]!();
	const description = 'nodeVersions' in node ? node.getNodeType().description : node.description;
	const versions = [description.version].flat();
	const version = 'nodeVersions' in node ? node.currentVersion : (description.defaultVersion ?? Math.max(...versions));
	return { folder: dirname(file), description, version };
}

/** Those in collections and options, too. */
function fieldsIn(properties: readonly INodeProperties[]): INodeProperties[] {
	return properties.flatMap((property) => [
		property,
		...fieldsIn(
			(property.options ?? []).flatMap((option) =>
				'values' in option ? option.values : 'type' in option ? [option] : [],
			),
		),
	]);
}

function choicesOf({ options = [] }: INodeProperties): INodePropertyOptions[] {
	return options.filter((option) => 'value' in option);
}

/** The parameters that choose each operation. */
function operationsOf(description: INodeTypeDescription): INodeParameters[] {
	const resources = description.properties.filter(({ name }) => name === 'resource').flatMap(choicesOf);
	const chosen: INodeParameters[] = resources.length > 0 ? resources.map(({ value }) => ({ resource: value })) : [{}];
	return chosen.flatMap((parameters) => {
		const found = shown(description, parameters).filter(({ name }) => name === 'operation');
		const operations = found.flatMap(choicesOf).map(({ value }) => ({ ...parameters, operation: value }));
		return found.length > 0 ? operations : [parameters];
	});
}

/** What n8n's own rules show with the defaults of all other fields. */
function shown(description: INodeTypeDescription, parameters: INodeParameters, version?: number): INodeProperties[] {
	const typeVersion = version ?? [description.version].flat().at(-1) ?? 1;
	const node = { typeVersion } as INode;
	const filled =
		NodeHelpers.getNodeParameters(description.properties, parameters, true, false, node, description) ?? parameters;
	return description.properties.filter((property) => NodeHelpers.displayParameter(filled, property, node, description));
}

/** What says where one is, and no more. */
const NOT_FILLED_IN = ['resource', 'operation', 'authentication'];

/** n8n's own words for a list that is loaded, which its lint asks for. */
const FIXED_WORDS = /^Choose from the list, or specify (an )?IDs? using an expression\.?$/;

function fieldsShown({ description, version }: BuiltNode, parameters: INodeParameters): number {
	return shown(description, parameters, version).filter(
		// A collection is a button until somebody adds an option.
		({ name, type }) => !['hidden', 'notice', 'collection'].includes(type) && !NOT_FILLED_IN.includes(name),
	).length;
}

const isLocator = ({ type }: INodeProperties) => type === 'resourceLocator';
/** Whether something that exists is to be named, such as a project. */
function namesSomething(field: INodeProperties): boolean {
	if (isLocator(field)) return true;
	return (
		['string', 'options', 'multiOptions'].includes(field.type) &&
		(/\bIDs?\b/i.test(field.displayName) || /Ids?$/.test(field.name)) &&
		!/\b(client|app|trigger|message) id\b/i.test(field.displayName)
	);
}
const isPicker = ({ type, typeOptions }: INodeProperties) =>
	type === 'resourceLocator' || typeOptions?.loadOptionsMethod !== undefined;

function schemasOf({ folder, description, version }: BuiltNode): number {
	const root = join(folder, '__schema__');
	if (!existsSync(root)) return 0;
	const major = `v${Math.floor(version)}.`;
	const files = readdirSync(root)
		.filter((one) => one.startsWith(major))
		// A node without operations has one file, named by the version.
		.flatMap((one) =>
			one.endsWith('.json') ? ['.json'] : readdirSync(join(root, one), { recursive: true, encoding: 'utf8' }),
		);
	const known = new Set(files.filter((one) => one.endsWith('.json')).map((one) => one.replace(/\\/g, '/')));
	return operationsOf(description).filter(({ resource, operation }) =>
		known.has(
			[resource, operation]
				.filter((part) => part !== undefined)
				.join('/')
				.concat('.json'),
		),
	).length;
}

/** Of its own, or in one of its ways of naming something. */
function hasExample({ hint, placeholder, modes = [] }: INodeProperties): boolean {
	const texts = [hint, placeholder, ...modes.flatMap((mode) => [mode.hint, mode.placeholder])];
	return texts.some((text) => text !== undefined && text !== '');
}

interface Codex {
	readonly alias?: readonly string[];
	readonly resources?: Readonly<Record<string, readonly unknown[]>>;
}

export interface Figures {
	readonly name: string;
	readonly operations: number;
	readonly fieldsMedian: number;
	readonly fieldsMost: number;
	readonly described: number;
	readonly words: number;
	readonly wordsMean: number;
	readonly longest: number;
	readonly cut: number;
	readonly pickers: number;
	readonly schemas: number;
	readonly hints: number;
	/** In percent; NaN where there are no errors. */
	readonly remedies: number;
	readonly errors: number;
	readonly aliases: number;
	/** How many of the node and its credential have documentation linked. */
	readonly documented: number;
	readonly docs: string;
}

/** Of the built node, in its latest version; those of one must have been built. */
export function figuresOf([name, file]: readonly [string, string]): Figures {
	const built = builtNode(file);
	const { description, version } = built;
	const node = { typeVersion: version } as INode;
	const isOfVersion = ({ displayOptions }: INodeProperties) => {
		const versions = displayOptions?.show?.['@version'];
		return (
			versions === undefined ||
			NodeHelpers.displayParameter(
				{},
				{ displayOptions: { show: { '@version': versions } } } as INodeProperties,
				node,
				description,
			)
		);
	};
	const operations = operationsOf(description);
	const counts = operations.map((parameters) => fieldsShown(built, parameters));
	const fields = fieldsIn(description.properties).filter(isOfVersion);
	const fillable = fields.filter(({ type }) => type !== 'notice' && type !== 'hidden');
	const texts = [
		...fields.map(({ description: text = '' }) => text),
		...fields.flatMap((field) => choicesOf(field).map(({ description: text = '' }) => text)),
	]
		.map((text) => text.replace(/<[^>]*>/g, ''))
		.filter((text) => text !== '' && !FIXED_WORDS.test(text));
	const naming = fields.filter(namesSomething);
	const [withRemedy, errors] = built.folder.startsWith(OURS) ? messagesIn(name) : errorsIn(built.folder, version, name);
	const codex = JSON.parse(readFileSync(file.replace(/\.js$/, '.json'), 'utf8')) as Codex;
	const { primaryDocumentation = [], credentialDocumentation = [] } = codex.resources ?? {};
	return {
		name,
		operations: operations.length,
		fieldsMedian: median(counts),
		fieldsMost: Math.max(...counts),
		described: share(fillable.filter(({ description: text, hint }) => Boolean(text ?? hint)).length, fillable.length),
		words: median(texts.map(wordsIn)),
		wordsMean: Math.round((10 * texts.reduce((sum, text) => sum + wordsIn(text), 0)) / texts.length) / 10,
		longest: Math.max(...texts.map(({ length }) => length)),
		cut: share(texts.filter(({ length }) => length > CUT_AT).length, texts.length),
		pickers: share(naming.filter(isPicker).length, naming.length),
		schemas: share(schemasOf(built), operations.length),
		hints: share(fillable.filter(hasExample).length, fillable.length),
		remedies: share(withRemedy, errors),
		errors,
		aliases: codex.alias?.length ?? 0,
		documented: [primaryDocumentation, credentialDocumentation].filter(({ length }) => length > 0).length,
		docs: `${primaryDocumentation.length > 0 ? 'node' : ''}${credentialDocumentation.length > 0 ? ', credential' : ''}`,
	};
}

const wordsIn = (text: string) => text.split(/\s+/).length;

/** In percent, or NaN of nothing. */
function share(part: number, whole: number): number {
	return Math.round((100 * part) / whole);
}
