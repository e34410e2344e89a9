import sharp from 'sharp';
import { ValidationError, EmptyAnswer, invalidData, notFound, ruleBroken, systemFault, unavailable } from '../errors';
import { ACCEPTED_TYPES, badType, fetchLink, imageSize, sniffType } from './imageBytes';
import { addLinks, addMedium, deleteMedium, markInvalid, refuseImageName, refuseLongName } from '../store/media';
import type { Dataset, Medium } from '../store/model';
import { mediumView } from '../store/views';
import { type Answer, type Call, type Route, done, formEncoded, json, plain, withJson } from './endpoint';
import { asArray, textOrNull } from './fields';
import { readBytes } from './json';

/** `word` is `media`, or `image` in the 2020 generation. */
export function mediaRoutes(word: 'media' | 'image'): Route[] {
	return [
		plain('token', 'POST', `/api/v1/${word}/:datasetId/file`, upload),
		withJson('token', 'POST', `/api/v1/${word}/:datasetId/url`, (body) => asArray(body).map(textOrNull), addUrls),
		plain('token', 'GET', `/api/v1/${word}/:id`, download),
		plain('token', 'DELETE', `/api/v1/${word}/:id`, (call) => {
			call.requireToken();
			const medium = call.store.medium(call.param('id'));
			call.requireOwner(medium.dataset.owner);
			deleteMedium(medium);
			return done();
		}),
	];
}

/** A deleted dataset still takes files [463]. */
function targetDataset(call: Call): Dataset {
	call.requireToken();
	const dataset = call.store.dataset(call.param('datasetId'), 'dataset');
	call.requireOwner(dataset.owner);
	if (dataset.dummy) throw ruleBroken('dummy_dataset_limit');
	return dataset;
}

/** The name and the dataset are judged before the bytes are read [666-668]. */
async function upload(call: Call): Promise<Answer> {
	return await storeFile(call, fileName(call));
}

export async function storeFile(call: Call, name: string): Promise<Answer> {
	const dataset = targetDataset(call);
	refuseImageName(dataset, name);
	const sent = await readBytes(call.raw);
	// A form is taken apart before the endpoint reads it, which then finds nothing [ui 98].
	const bytes = /^multipart\/form-data/i.test(call.raw.headers['content-type'] ?? '') ? Buffer.alloc(0) : sent;
	const mimeType = sniffType(bytes);
	if (!ACCEPTED_TYPES.some((accepted) => accepted === mimeType)) throw badType(mimeType);
	const size = await imageSize(bytes);
	if (!size) throw systemFault();
	refuseLongName(name);
	// Two uploads of one name at the same time may both get here, as on the real server [654].
	const medium = addMedium(call.store, dataset, { name, sourceType: 'LOCAL', mimeType, ...size });
	await call.store.bytes.put(medium.id, bytes);
	return json(call.generation.uploaded(mediumView(medium)));
}

/** How the server notes why a link is no good. */
const REASONS: Readonly<Record<string, string>> = { ex_val_bin_mime: 'INVALID_MIME_TYPE' };

/** Header values arrive as ISO-8859-1, which is how Node reads them, too [091, 092]. */
function fileName(call: Call): string {
	const header = call.raw.headers['x-filename'];
	const name = Array.isArray(header) ? header.join(', ') : (header ?? '');
	if (name.trim() === '') throw invalidData('Header: X-filename', 'ex_val_empty', []);
	return name;
}

function addUrls(call: Call, urls: Array<string | null>): Answer {
	const dataset = targetDataset(call);
	if (dataset.mediaType === 'VIDEO') throw ruleBroken('url_not_allowed_mediatype');
	const texts = urls.filter((url): url is string => url !== null);
	if (texts.length < urls.length) throw systemFault();
	const results = addLinks(call.store, dataset, texts);
	return json(call.store.chance.shuffled(results).map((result) => call.generation.urlResult(result)));
}

export async function download(call: Call): Promise<Answer> {
	const asAttachment = downloadFlag(call.query.get('dl'));
	const id = call.param('id');
	if (id.trim() === '') throw new ValidationError([{ name: 'Media Id', key: 'ex_notblank', params: ['Media Id'] }]);
	call.requireToken();
	const medium = call.store.medium(id);
	call.requireOwner(medium.dataset.owner);
	if (medium.deleted) throw notFound('media', id);
	switch (medium.sourceType) {
		case 'LOCAL':
			return await localFile(call, medium, asAttachment);
		case 'SHAREABLE_LINK':
			return await linkedFile(call, medium);
		case 'AWS_S3':
			throw ruleBroken('file_stream');
	}
}

function downloadFlag(text: string | null): boolean {
	if (text === null || text === '') return true;
	// As Spring reads booleans.
	const word = text.trim().toLowerCase();
	if (['true', 'on', 'yes', '1'].includes(word)) return true;
	if (['false', 'off', 'no', '0'].includes(word)) return false;
	throw new EmptyAnswer(400);
}

async function localFile(call: Call, medium: Medium, asAttachment: boolean): Promise<Answer> {
	const body = (await call.store.bytes.get(medium.id)) ?? (await plainPicture(medium));
	const headers: Record<string, string> = { 'Content-Type': medium.mimeType ?? 'image/jpeg' };
	if (asAttachment) headers['Content-Disposition'] = `attachment; filename="${formEncoded(medium.name)}"`;
	return { kind: 'bytes', body, headers };
}

/** Seeded media have no bytes; a gray picture of their size stands for them. */
async function plainPicture(medium: Medium): Promise<Buffer> {
	const size = { width: medium.width ?? 1, height: medium.height ?? 1 };
	const picture = sharp({ create: { ...size, channels: 3, background: '#808080' } });
	return await (medium.mimeType === 'image/png' ? picture.png() : picture.jpeg()).toBuffer();
}

async function linkedFile(call: Call, medium: Medium): Promise<Answer> {
	const remote = await fetchLink(medium.url ?? '');
	if (remote.kind === 'image')
		return { kind: 'bytes', body: remote.bytes, headers: { 'Content-Type': remote.type }, chunked: true };
	if (remote.kind === 'invalid')
		markInvalid(call.store, medium, REASONS[remote.error.details[0]?.key ?? ''] ?? 'INVALID_URL');
	throw remote.error;
}

/** AI segmentation is never there in the open core [475-477]. */
const unavailableAi: Parameters<typeof plain>[3] = (call) => {
	call.requireToken();
	throw unavailable('ai');
};

export const segmentationRoutes: Route[] = [
	plain('token', 'POST', '/api/v1/aiseg/:imageId/prepare', unavailableAi),
	plain('token', 'POST', '/api/v1/aiseg/calculate', unavailableAi),
	plain('token', 'DELETE', '/api/v1/aiseg/:imageId/finish', unavailableAi),
];
