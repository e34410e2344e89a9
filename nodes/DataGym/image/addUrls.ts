import { parseUrl, type DataGymApi, type UrlResult } from '@datagym/client';
import { InputError } from '@datagym/shared/errors';
import { field } from '@datagym/shared/fields';
import { showHint } from '@datagym/shared/hints';
import type { ItemInput } from '../runner/itemInput';
import type { BatchOperation, Output, Verdict } from '../runner/operation';
import type { Run } from '../runner/runContext';
import { fetchAndUpload, planFetch, type FetchPlan } from './fetchAndUpload';
import { KnownNames } from './knownNames';
import { connectTo, type PreparedTarget, prepareTarget, readTarget, targetDataset } from './targetDataset';
import { ifExists } from './upload';

/** No limit was seen on the server; this bounds what one lost answer leaves open. */
const URLS_PER_REQUEST = 2000;
/** The server's columns; longer ones make it refuse the whole request (docs/contract.md#add-links). */
const LONGEST_URL = 1256;
const LONGEST_NAME = 255;

const imageUrl = field({
	displayName: 'Image URL',
	name: 'imageUrl',
	type: 'string',
	default: '',
	required: true,
	placeholder: 'e.g. https://images.example.com/street_1.jpg',
	description: 'Several separated by spaces or new lines',
});

const ifRefused = field({
	displayName: 'If Link Is Refused',
	name: 'ifRefused',
	type: 'options',
	default: 'fail',
	options: [
		{ name: 'Fail', value: 'fail', description: 'Stop with an error, keeping accepted links' },
		{
			name: 'Fetch and Upload',
			value: 'upload',
			description: 'Fetch the file in n8n and upload it',
		},
		{ name: 'Report', value: 'report', description: 'Return the link with the reason' },
	],
	description: 'What to do if DataGym refuses a link',
});

const ifNameExists = field({
	...ifExists,
	displayOptions: { show: { ifRefused: ['upload'] } },
	description: 'What to do if the dataset has this name',
});

export const addUrls: BatchOperation = {
	value: 'addUrls',
	name: 'Add by URL',
	action: 'Add images to dataset by URL',
	description: 'Add images to a dataset as links',
	fields: [targetDataset, connectTo, imageUrl, ifRefused, ifNameExists],
	async runAll(items, run) {
		const inputs = await Promise.all(
			items.map(async (item) => ({ item, parameters: await readParameters(item, run) })),
		);
		const results = await addAll(
			inputs.flatMap(({ parameters }) => ('datasetId' in parameters ? [parameters] : [])),
			run,
		);
		const names = await namesForFetching(inputs, results, run);
		const verdicts = await Promise.all(
			inputs.map(async ({ item, parameters }) =>
				'error' in parameters ? parameters : await judge(item, parameters, results, names, run),
			),
		);
		showHint(run.n8n, hintLines(verdicts));
		return verdicts;
	},
};

/** What is the same for many items is said once. */
function hintLines(verdicts: readonly Verdict[]): string[] {
	const statuses = verdicts
		.flatMap((verdict) => ('outputs' in verdict ? verdict.outputs : []))
		.map(({ json }) => json.status);
	const line = (status: string, text: (count: number) => string) => {
		const count = statuses.filter((each) => each === status).length;
		return count === 0 ? [] : [text(count)];
	};
	return [
		...line('exists', (count) => `Links that the dataset already contains: ${count}.`),
		...line('refused', (count) => `Links that DataGym refused: ${count}. See "message".`),
		...line('uploaded', (count) => `Refused links whose files were fetched and uploaded: ${count}.`),
		...line('skipped', (count) => `Refused links of images that the dataset already has by name: ${count}.`),
	];
}

interface Links extends PreparedTarget {
	readonly urls: readonly string[];
}

type Answer = UrlResult | { readonly error: unknown };

async function readParameters(item: ItemInput, run: Run): Promise<Links | { readonly error: unknown }> {
	try {
		const urls = item.requiredText(imageUrl).split(/\s+/);
		urls.forEach(checkUrl);
		return { ...(await prepareTarget(run, readTarget(item))), urls };
	} catch (error) {
		return { error };
	}
}

function checkUrl(url: string): void {
	const parsed = parseUrl(url);
	if (parsed === undefined || !['http:', 'https:'].includes(parsed.protocol)) {
		throw new InputError(
			`"Image URL" is not a valid URL: ${url.slice(0, 100)}`,
			'Enter a link that starts with http:// or https://.',
		);
	}
	const name = url.split(/[?#]/)[0]?.split('/').pop() ?? '';
	if (url.length > LONGEST_URL || name.length > LONGEST_NAME) {
		throw new InputError(
			`"Image URL" is too long: ${url.slice(0, 100)}…`,
			`Use a link with up to ${LONGEST_URL} characters, of which the file name has up to ${LONGEST_NAME}, or upload the file instead.`,
		);
	}
}

/** The server's answer for each link of each dataset. It answers in no order and once for links that are the same. */
async function addAll(links: readonly Links[], run: Run): Promise<ReadonlyMap<string, Answer>> {
	const answers = new Map<string, Answer>();
	const urlsOf = new Map<string, Set<string>>();
	for (const { datasetId: id, urls } of links) {
		const known = urlsOf.get(id) ?? new Set<string>();
		urls.forEach((url) => known.add(url));
		urlsOf.set(id, known);
	}
	for (const [id, urls] of urlsOf) {
		for (const part of partsOf([...urls], URLS_PER_REQUEST)) {
			if (run.isCanceled) return answers;
			const outcome = await run
				.limit(async () => await run.api.images.addUrls(id, part))
				.catch((error: unknown) => ({ error }));
			if ('error' in outcome) part.forEach((url) => answers.set(keyOf(id, url), outcome));
			else outcome.forEach((result) => answers.set(keyOf(id, result.url), result));
		}
	}
	return answers;
}

/** The names in the datasets into which files are to be uploaded, by dataset. */
type NamesByDataset = ReadonlyMap<string, KnownNames | { readonly error: unknown }>;

async function namesForFetching(
	inputs: ReadonlyArray<{ readonly item: ItemInput; readonly parameters: Links | { readonly error: unknown } }>,
	answers: ReadonlyMap<string, Answer>,
	{ api }: Run,
): Promise<NamesByDataset> {
	const names = new Map<string, KnownNames | { readonly error: unknown }>();
	for (const { item, parameters } of inputs) {
		if ('error' in parameters || names.has(parameters.datasetId)) continue;
		const { datasetId: id, urls } = parameters;
		if (!urls.some((url) => isToBeFetched(item, answers.get(keyOf(id, url))))) continue;
		names.set(id, await KnownNames.listed(api, id).catch((error: unknown) => ({ error })));
	}
	return names;
}

function isToBeFetched(item: ItemInput, answer: Answer | undefined): boolean {
	if (answer === undefined || 'error' in answer) return false;
	return explainStatus(answer.status).status === 'refused' && item.choice(ifRefused) === 'upload';
}

async function judge(
	item: ItemInput,
	{ datasetId: id, projectId, urls }: Links,
	answers: ReadonlyMap<string, Answer>,
	names: NamesByDataset,
	run: Run,
): Promise<Verdict> {
	try {
		// No waiting before the names are taken, so that they get their numbers in the order of the items.
		const plans = urls.map((url) => planOf(run.api, item, id, url, answers.get(keyOf(id, url)), names.get(id)));
		const outputs: Output[] = [];
		for (const [index, url] of urls.entries()) {
			const plan = plans[index];
			outputs.push(
				plan === undefined
					? judgeUrl(item, id, url, answers.get(keyOf(id, url)))
					: await run.limit(async () => await fetchAndUpload(run, plan)),
			);
		}
		const connected = projectId === undefined ? {} : { projectId };
		return { outputs: outputs.map((output) => ({ ...output, json: { ...output.json, ...connected } })) };
	} catch (error) {
		return { error };
	}
}

/** @returns undefined for a link that is not to be fetched. */
function planOf(
	api: DataGymApi,
	item: ItemInput,
	id: string,
	url: string,
	answer: Answer | undefined,
	names: KnownNames | { readonly error: unknown } | undefined,
): FetchPlan | undefined {
	if (names === undefined || !isToBeFetched(item, answer)) return undefined;
	if ('error' in names) throw names.error;
	return planFetch(api, id, url, item.choice(ifNameExists), names);
}

function judgeUrl(item: ItemInput, id: string, url: string, answer: Answer | undefined): Output {
	if (answer === undefined)
		throw new InputError(
			`DataGym returned no result for the link ${url}`,
			'Check whether the dataset contains the image. If not, run the node again.',
		);
	if ('error' in answer) throw answer.error;
	const judged = explainStatus(answer.status);
	if (judged.status === 'refused' && item.choice(ifRefused) !== 'report') {
		throw new InputError(
			`DataGym refused the link ${url}: ${judged.message}`,
			'Use a link that ends in .jpg, .jpeg or .png, or set "If Link Is Refused" to "Fetch and Upload".',
		);
	}
	const { imageId, imageName } = answer;
	return {
		json: {
			url,
			datasetId: id,
			status: judged.status,
			...(imageId === undefined ? {} : { imageId, imageName }),
			serverStatus: answer.status,
			...(judged.status === 'refused' ? { message: judged.message } : {}),
		},
	};
}

type Judgment = { readonly status: 'added' | 'exists' } | { readonly status: 'refused'; readonly message: string };

/** All values of `mediaUploadStatus` (docs/contract.md#add-links). */
function explainStatus(serverStatus: string): Judgment {
	switch (serverStatus) {
		case 'SUCCESS':
			return { status: 'added' };
		case 'DUPLICATE':
			return { status: 'exists' };
		case 'UNSUPPORTED_MIME_TYPE':
			return { status: 'refused', message: 'The link does not end in .jpg, .jpeg or .png.' };
		case 'FAILED':
			return {
				status: 'refused',
				message: 'DataGym could not read the link, or an older server could not fetch it.',
			};
		default:
			return {
				status: 'refused',
				message: `DataGym responded ${serverStatus === '' ? 'without a status' : `with ${serverStatus}`}.`,
			};
	}
}

const keyOf = (datasetIdentifier: string, url: string) => `${datasetIdentifier} ${url}`;

function partsOf<Value>(values: readonly Value[], size: number): Value[][] {
	const parts: Value[][] = [];
	for (let start = 0; start < values.length; start += size) parts.push(values.slice(start, start + size));
	return parts;
}
