import { byteStreamOf, type DataGymApi } from '@datagym/client';
import { nameInLink, pictureOf } from '@datagym/shared/imageFile';
import { fileInStore } from '../binaryFile';
import type { ChoiceOf } from '../runner/itemInput';
import type { Output } from '../runner/operation';
import type { Run } from '../runner/runContext';
import type { KnownNames } from './knownNames';
import { onExisting, uploadFile, type ifExists, type Upload } from './upload';

/** A link that is to be fetched and uploaded, with the name that its file will have. */
export interface FetchPlan extends Omit<Upload, 'file'> {
	readonly url: string;
	readonly names: KnownNames;
}

/** Takes the name at once, so that the links get their numbers in order. */
export function planFetch(
	{ images }: DataGymApi,
	dataset: string,
	url: string,
	policy: ChoiceOf<typeof ifExists>,
	names: KnownNames,
): FetchPlan {
	const requestedName = nameInLink(url) || 'image';
	const wanted = images.nameFor(requestedName);
	return {
		dataset,
		url,
		names,
		policy,
		requestedName,
		name: policy === 'rename' ? names.free(wanted) : wanted,
	};
}

/**
 * Fetches a link without DataGym's token, through n8n's binary store (never whole in memory), and uploads the file. What is no
 * picture is not read further than that shows.
 */
export async function fetchAndUpload({ api, n8n }: Run, plan: FetchPlan): Promise<Output> {
	const { url, names, name } = plan;
	const existing = await names.existing(name);
	if (existing !== undefined) return told(plan, onExisting(existing, plan));
	const { stream } = await api.images.fetchLink(url, 'field');
	const { chunks, type } = await pictureOf(stream, url);
	const binary = await n8n.helpers.prepareBinaryData(
		byteStreamOf(chunks, () => stream.destroy()),
		plan.requestedName,
		type,
	);
	return told(plan, await uploadFile(api, { ...plan, file: fileInStore(n8n, binary, url) }, names));
}

function told({ url }: FetchPlan, { json, ...output }: Output): Output {
	return { ...output, json: { url, ...json } };
}
