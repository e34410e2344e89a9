import { isDataGymError, JsonElements, type DataGymApi, type DataGymError } from '@datagym/client';
import { type ExportElement, ExportReader } from '@datagym/labels';
import { LongMap } from './longMap';
import { isTurnOver, nextTurn, paced } from './turns';

/** After so many broken exports there likely is a label that the server cannot write. */
const MOST_TRIES = 3;

/** An export has a header without an ID, and a broken element or two are told; more are something else, which may have no end. */
const MOST_WITHOUT_ID = 1000;

/** The elements of a project's export while it arrives, so that neither its text nor all of its JSON is held. */
export async function* exportElements(api: DataGymApi, projectId: string): AsyncGenerator<ExportElement> {
	const reader = new ExportReader();
	for await (const value of exportValues(api, projectId)) yield reader.read(value);
}

/**
 * The same elements as the server wrote them. The server cannot go on with an export that broke off, and has no order: it is
 * asked for all of it again, and what was given before is left out. For that, the IDs of all images are held, which is all that is.
 */
export async function* exportValues(api: DataGymApi, projectId: string): AsyncGenerator<unknown> {
	const earlier = new LongMap<true>();
	for (let triesLeft = MOST_TRIES; ; triesLeft--) {
		const given: string[] = [];
		const broken = yield* freshValues(api, projectId, earlier, given);
		if (broken === undefined) return;
		if (broken.failure.outcome === undefined || triesLeft === 1) throw broken;
		for await (const id of paced(given)) earlier.set(id, true);
	}
}

/** @returns what broke the export off, if anything did. */
async function* freshValues(
	api: DataGymApi,
	projectId: string,
	earlier: LongMap<true>,
	given: string[],
): AsyncGenerator<unknown, DataGymError | undefined> {
	const parser = new JsonElements();
	let withoutId = 0;
	try {
		for await (const bytes of await api.exports.stream(projectId)) {
			for (const value of parser.push(bytes)) {
				const id = idOf(value);
				if (id === '' && ++withoutId > MOST_WITHOUT_ID) return api.exports.notAnExport(projectId);
				if (earlier.has(id)) continue;
				given.push(id);
				yield value;
				if (isTurnOver()) await nextTurn();
			}
		}
		parser.end();
		return undefined;
	} catch (error) {
		// A server that fails while it writes the export leaves half of one behind, with status 200 (docs/contract.md#export).
		return isDataGymError(error) ? error : api.exports.unreadable(projectId, error);
	}
}

/** Of an image; the header with the classes, which has none, is as unique. */
function idOf(value: unknown): string {
	const { internal_media_ID: media, internal_image_ID: image } = (value ?? {}) as {
		internal_media_ID?: unknown;
		internal_image_ID?: unknown;
	};
	return String(media ?? image ?? '');
}
