import { EmptyAnswer, forbidden, invalidData, systemFault } from '../../errors';
import { deleteMedia } from '../../store/editing';
import { restoreMedium } from '../../store/media';
import type { MediaSourceType, Medium } from '../../store/model';
import { sortKey } from '../../store/names';
import { living, shownMedium } from '../../store/views';
import { type Answer, type Call, type Route, done, json, jsonArray, plain } from '../endpoint';
import { asArray, textOrNull } from '../fields';
import { readJsonBody, requireJsonType } from '../json';
import { download, storeFile } from '../media';
import { wantedLimit } from '../tasks';
import { livingDataset } from './datasets';

export const mediaRoutes: Route[] = [
	plain('ui', 'POST', '/api/dataset/:datasetId/file', async (call) => await storeFile(call, fileName(call))),
	plain('ui', 'GET', '/api/dataset/:datasetId/file', (call) => {
		const dataset = call.store.dataset(call.param('datasetId'), 'dataset');
		return jsonArray(call.store.chance.shuffled(living(dataset.media)).map(shownMedium));
	}),
	plain('ui', 'GET', '/api/dataset/:id/media', page),
	plain('ui', 'GET', '/api/media/:id', async (call) => {
		const isAttachment = (call.query.get('dl') ?? '') !== '';
		if (!isAttachment) call.query.set('dl', 'false');
		const answer = await download(call);
		// Nothing is written for a HEAD without `dl` [ui 136].
		const isBare = call.raw.method === 'HEAD' && !isAttachment;
		return isBare ? { kind: 'empty', headers: { 'Content-Type': 'text/plain;charset=UTF-8' } } : answer;
	}),
	plain('ui', 'DELETE', '/api/media/:id/restore', (call) => {
		restoreMedium(call.store.medium(call.param('id')));
		return done();
	}),
	plain('ui', 'DELETE', '/api/media/:id/deleteFromDb', () => {
		throw forbidden();
	}),
	plain('ui', 'DELETE', '/api/media/list', async (call) => {
		// A body is missing before its type is [ui 148].
		if (isBodiless(call)) throw new EmptyAnswer(400);
		requireJsonType(call.raw);
		const ids = asArray(await readJsonBody(call.raw)).map((id) => textOrNull(id) ?? '');
		deleteMedia(call.store, ids);
		return done();
	}),
];

function isBodiless({ raw }: Call): boolean {
	return raw.headers['transfer-encoding'] === undefined && Number(raw.headers['content-length'] ?? 0) === 0;
}

/** Base64 of the name in UTF-8, in the standard alphabet; the padding may be missing [ui 85-92]. */
function fileName(call: Call): string {
	const header = call.raw.headers['x-filename'];
	if (typeof header !== 'string') throw systemFault();
	const sent = header.replace(/={1,2}$/, '');
	if (!/^[A-Za-z0-9+/]*$/.test(sent) || sent.length % 4 === 1) throw systemFault();
	const name = Buffer.from(sent, 'base64').toString('utf8');
	if (name.trim() === '') throw invalidData('filename', 'ex_val_empty', ['Name']);
	return name;
}

const SOURCE_TYPES: readonly MediaSourceType[] = ['LOCAL', 'SHAREABLE_LINK', 'AWS_S3'];

/** A page of the images by name [ui 110-124]. */
function page(call: Call): Answer {
	const index = wantedLimit(call.query.get('pageIndex'));
	const size = wantedLimit(call.query.get('numberOfElementsPerPage'));
	const sourceType = wantedSourceType(call.query.get('mediaSourceType'));
	const name = call.query.get('mediaName') ?? '';
	const dataset = livingDataset(call);
	if (index < 0 || size <= 0) throw systemFault();
	const found = living(dataset.media)
		.filter((medium) => (sourceType === null || medium.sourceType === sourceType) && isLike(medium.sortKey, name))
		.sort(byName);
	const elements = found.slice(index * size, (index + 1) * size).map(shownMedium);
	return json({ elements, totalPages: Math.ceil(found.length / size), totalElements: found.length });
}

function wantedSourceType(text: string | null): MediaSourceType | null {
	if (text === null || text === '') return null;
	const type = SOURCE_TYPES.find((known) => known === text);
	if (!type) throw new EmptyAnswer(400);
	return type;
}

/** LIKE '%…%' of the database: `%` stands for any signs, `_` for one, and what follows a backslash for itself (measured). */
function isLike(key: string, part: string): boolean {
	const pattern = `%${sortKey(part)}%`.replace(/\\(.)|[^]/gu, (sign, literal: string | undefined) => {
		if (literal === undefined && sign === '%') return '.*';
		return literal === undefined && sign === '_' ? '.' : (literal ?? sign).replace(/[\\^$.*+?()[\]{}|/]/, '\\$&');
	});
	return new RegExp(`^${pattern}$`, 'su').test(key);
}

function byName(one: Medium, other: Medium): number {
	if (one.sortKey === other.sortKey) return one.id < other.id ? -1 : 1;
	return one.sortKey < other.sortKey ? -1 : 1;
}
