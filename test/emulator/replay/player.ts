import type { Emulator } from '../start';
import { isDeepStrictEqual } from 'node:util';
import { difference, subsetDifference } from './compare';
import { looselyCompared } from './exceptions';
import { sha256, type Substitutes } from './images';
import type { Pairing } from './pairing';
import type { DescribedBody, HeaderValue, Recording } from './recording';
import { SCENES } from './scenes';
import { parseAnswer, send, sendBytes, type WireAnswer } from './wire';

/** Plays recordings against a server and says where its answers differ. */
export class Player {
	/** Numbers of the recordings that agree only because a part of them is compared loosely. */
	readonly alignedRecordings: string[] = [];

	constructor(
		private readonly server: Emulator,
		private readonly pairing: Pairing,
		private readonly images: Substitutes,
	) {}

	/** Null when the answer agrees with the recording, else what differs. */
	async play(recording: Recording): Promise<string | null> {
		SCENES[recording.name]?.(this.server, this.pairing);
		const base = new URL(this.server.url);
		const { request, response } = recording;
		if (request.rawSocket !== undefined) {
			const bytes = Buffer.concat([
				Buffer.from(this.pairing.translate(request.rawSocket), 'latin1'),
				Buffer.from(request.bodyBase64 ?? '', 'base64'),
			]);
			const recorded = parseAnswer((response.raw ?? '').replace(/^HTTP\/1\.1 100[^\r]*\r\n\r\n/, ''));
			const text = recorded.body.toString();
			const body = { json: JSON.parse(text) as unknown, pretty: text.startsWith('{\n') };
			return this.differs(
				recording.n,
				{ status: recorded.status, headers: recorded.headers, body },
				await sendBytes(base, bytes),
			);
		}
		const answer = await send(base, {
			method: request.method ?? 'GET',
			path: this.pathOf(recording),
			headers: this.headersOf(recording),
			body: this.bodyOf(recording),
		});
		return this.differs(recording.n, response, answer);
	}

	private pathOf({ request }: Recording): string {
		// The big files of [658] went to the dataset of the race.
		const path = (request.path ?? '').replace('<ds>', '3d6af920-2b97-49d0-96f0-989a7f21439e');
		return this.pairing.translate(request.query ? `${path}?${request.query}` : path);
	}

	private headersOf({ name, request }: Recording): Array<[string, string]> {
		const given = (request.headers ?? []).map(([header, value]): [string, string] => [
			header,
			this.pairing.translate(headerText(value)),
		]);
		if (request.bodyLength === undefined) return given;
		const token: Array<[string, string]> =
			name === 'big-unauthorised' ? [] : [['Authorization', this.pairing.translate('Token <token>')]];
		return [['X-filename', 'race.jpg'], ...given, ...token];
	}

	private bodyOf({ name, request }: Recording): Buffer | null {
		if (request.bodyLength !== undefined) return this.padded(request.bodyLength);
		// Only the last of two equal names is left in the recording's JSON.
		if (name === 'body-duplicate-key') return Buffer.from('{"name":"dup a428121","name":"dup b428121"}');
		const { body } = request;
		if (!body) return null;
		if (body.text !== undefined) return Buffer.from(this.pairing.translate(body.text));
		if (body.base64) return Buffer.from(body.base64, 'base64');
		if (body.sha256 !== undefined) return this.substitute(body.sha256);
		return Buffer.from(JSON.stringify(this.pairing.translateAll(this.wholeJson(body))));
	}

	/** The 400 elements of [640] are all alike; times are those that the server under test has given. */
	private wholeJson({ json, cut }: DescribedBody): unknown {
		if (Array.isArray(json) && cut) return Array.from({ length: Number.parseInt(cut, 10) }, () => json[0] as unknown);
		if (
			typeof json === 'object' &&
			json !== null &&
			'lastChangedConfig' in json &&
			typeof json.lastChangedConfig === 'number'
		) {
			return { ...json, lastChangedConfig: this.pairing.time(json.lastChangedConfig) };
		}
		return json;
	}

	private substitute(recordedSha: string): Buffer {
		const image = this.images.bySha(recordedSha);
		if (!image) throw new Error(`no picture for ${recordedSha}`);
		this.pairing.learnContent(recordedSha, { sha256: sha256(image), bytes: image.length });
		return image;
	}

	private padded(length: number): Buffer {
		const bytes = Buffer.alloc(length);
		this.images.small.copy(bytes);
		return bytes;
	}

	private differs(number: string, recorded: Recording['response'], answer: WireAnswer): string | null {
		if (recorded.status !== answer.status)
			return `status ${recorded.status} was recorded, ${answer.status} came: ${answer.body.toString().slice(0, 200)}`;
		return (
			this.headerDifference(recorded.headers ?? {}, answer.headers) ??
			this.bodyDifference(number, recorded.body ?? null, answer)
		);
	}

	private headerDifference(recorded: Record<string, string>, actual: Record<string, string>): string | null {
		const wanted = Object.fromEntries(Object.entries(recorded).map(([name, value]) => [name.toLowerCase(), value]));
		if (wanted['content-type'] !== actual['content-type'] && Object.keys(wanted).length > 0) {
			return `Content-Type ${wanted['content-type']} was recorded, ${actual['content-type']} came`;
		}
		if (sorted(wanted.allow) !== sorted(actual.allow))
			return `Allow ${wanted.allow} was recorded, ${actual.allow} came`;
		if (wanted['content-length'] === '0' && actual['content-length'] !== '0') return 'an empty answer was recorded';
		const disposition = (headers: Record<string, string>) =>
			headers['content-disposition']?.replace(/export_\d+_/, 'export_(time)_') ?? '';
		const same = this.pairing.sameText(disposition(wanted), disposition(actual));
		return same
			? null
			: `Content-Disposition ${wanted['content-disposition']} was recorded, ${actual['content-disposition']} came`;
	}

	private bodyDifference(number: string, recorded: DescribedBody | null, answer: WireAnswer): string | null {
		if (!recorded) return null;
		const text = answer.body.toString();
		if (recorded.json !== undefined) return this.jsonDifference(number, recorded, text);
		if (recorded.text !== undefined)
			return this.pairing.translate(recorded.text) === this.align(number, recorded.text, text)
				? null
				: `another text came: ${text.slice(0, 200)}`;
		return this.bytesDifference(recorded, answer);
	}

	private jsonDifference(number: string, recorded: DescribedBody, text: string): string | null {
		if ((recorded.pretty ?? false) !== /^[[{]\n/.test(text))
			return recorded.pretty ? 'indented JSON was recorded' : 'compact JSON was recorded';
		const actual = this.align(number, recorded.json, JSON.parse(text));
		if (!recorded.cut || !Array.isArray(recorded.json) || !Array.isArray(actual))
			return difference(recorded.json, actual, this.pairing);
		const total = Number.parseInt(recorded.cut, 10);
		if (actual.length !== total) return `${total} elements were recorded, ${actual.length} came`;
		return subsetDifference(recorded.json, actual, this.pairing);
	}

	/** The body that came, with the recorded part in place of what is compared loosely. */
	private align(number: string, recorded: unknown, actual: unknown): unknown {
		const aligned = looselyCompared(number)?.align(recorded, actual, (part) => this.pairing.translate(part)) ?? actual;
		if (!isDeepStrictEqual(aligned, actual)) this.alignedRecordings.push(number);
		return aligned;
	}

	private bytesDifference(
		{ bytes, length, sha256: recordedSha = '', magic, base64 }: DescribedBody,
		answer: WireAnswer,
	): string | null {
		const wanted = this.pairing.content({ sha256: recordedSha, bytes: bytes ?? length ?? 0 });
		if (sha256(answer.body) === wanted.sha256 && answer.body.length === wanted.bytes) return null;
		// A linked image is encoded anew, by another encoder than the real server's: only its kind can be compared [153-155].
		const reencoded =
			answer.headers['transfer-encoding'] === 'chunked' && answer.headers['content-type'] !== 'image/bmp';
		const beginning = magic ?? Buffer.from(base64 ?? '', 'base64').toString('hex', 0, 8);
		if (reencoded && answer.body.toString('hex', 0, 2) === beginning.slice(0, 4)) return null;
		return `other bytes came: ${answer.body.length} instead of ${wanted.bytes}`;
	}
}

function headerText(value: HeaderValue): string {
	return typeof value === 'string' ? value : value.latin1;
}

function sorted(list: string | undefined): string {
	return (list ?? '').split(',').sort().join(',');
}
