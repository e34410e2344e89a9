import { type DescribedBody, type HeaderValue, type Recording, readLines } from './recording';

/** How the recordings of the user interface are written: headers as objects, and no word about indentation. */
interface UiRecording extends Omit<Recording, 'request'> {
	request: Omit<Recording['request'], 'headers'> & { headers: Record<string, HeaderValue> };
}

/** The recorder hid two tokens behind one word; these two exchanges are about the one that was made in the ninth. */
const ABOUT_OTHER_TOKEN = ['017', '018'];
const OTHER_TOKEN = '30f8d88a-cfb4-4f1c-8c4b-54c828e52869';

/** From this export of a configuration on the server indented all of its JSON (docs/contract.md#export). */
const FIRST_EXPORT = '171';

/** The 375 recorded exchanges with the user interface's API of the real server as released, in one sequence on an empty database. */
export function readUiRecordings(): Recording[] {
	return readLines<UiRecording>('ui-recordings.jsonl').map(asRecording);
}

function asRecording(recording: UiRecording): Recording {
	const { n, name, request, response } = ABOUT_OTHER_TOKEN.includes(recording.n)
		? (JSON.parse(JSON.stringify(recording).replaceAll('<token>', OTHER_TOKEN)) as UiRecording)
		: recording;
	const isError = response.headers?.['Content-Type']?.includes('charset') ?? false;
	const pretty = (isError || n >= FIRST_EXPORT) && !isEmptyList(response.body);
	return {
		n: `ui ${n}`,
		name,
		request: {
			...request,
			headers: Object.entries(request.headers),
			body: request.body?.bytes === 0 ? null : (request.body ?? null),
		},
		response: { ...response, body: response.body ? { ...response.body, pretty } : null },
	};
}

function isEmptyList(body: DescribedBody | null | undefined): boolean {
	return Array.isArray(body?.json) && body.json.length === 0;
}
