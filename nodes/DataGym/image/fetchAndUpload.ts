import type { IN8nHttpFullResponse } from 'n8n-workflow';
import { imageNameFor, parseUrl, type ByteStream } from '@datagym/client';
import { InputError } from '@datagym/shared/errors';
import { checkIsImage, fileInStore } from '../binaryFile';
import type { Output } from '../runner/operation';
import { imageRecord } from '../records';
import type { Run } from '../runner/runContext';

/** Fetches a link without DataGym's token, through n8n's binary store (never whole in memory), and uploads the file. */
export async function fetchAndUpload({ api, n8n }: Run, datasetId: string, url: string): Promise<Output> {
	const response: IN8nHttpFullResponse = await n8n.helpers
		.httpRequest({ url, encoding: 'stream', returnFullResponse: true, ignoreHttpStatusErrors: true })
		.catch(() => {
			throw new InputError(`The link ${url} could not be fetched`, 'Check that n8n can reach its host.');
		});
	if (response.statusCode < 200 || response.statusCode >= 300) {
		throw new InputError(
			`The link ${url} returned HTTP ${response.statusCode}`,
			'Check that the link is valid and has not expired.',
		);
	}
	const fileName = nameOf(url);
	const binary = await n8n.helpers.prepareBinaryData(response.body as ByteStream, fileName, 'application/octet-stream');
	const file = fileInStore(n8n, binary, url);
	await checkIsImage(file);
	const image = await api.uploadImage(datasetId, {
		name: imageNameFor(fileName),
		size: await file.size(),
		open: file.open,
	});
	return {
		json: {
			url,
			...imageRecord(image, datasetId),
			status: 'uploaded',
			message: 'The link was refused, so the file was fetched and uploaded.',
		},
	};
}

function nameOf(url: string): string {
	const last = parseUrl(url)?.pathname.split('/').pop() ?? '';
	try {
		return decodeURIComponent(last) || 'image';
	} catch {
		return last;
	}
}
