import { createHash } from 'node:crypto';
import type { INodeExecutionData } from 'n8n-workflow';
import type { Engine } from '../support/n8n/engine';

/** What somebody sees who has run an operation. */
export interface Outcome {
	/** The output in a form that is the same for each run on a scene of its own. */
	readonly output: string;
	/** What the output says beside the result. */
	readonly warnings: string;
	readonly failure?: Failure;
	/** Everything that n8n keeps of the run, to search it for the token. */
	readonly text: string;
}

/** An operation without a fault: what it gives and which requests it sends. */
export interface Model {
	readonly expected: Pick<Outcome, 'output' | 'warnings'>;
	readonly kinds: readonly string[];
	readonly requests: number;
}

export interface Failure {
	readonly name: string;
	readonly message: string;
	readonly description: string;
}

export function failureOf(error: unknown): Failure {
	const { name, message, description } = error as { name?: string; message?: string; description?: string | null };
	return { name: name ?? typeof error, message: message ?? String(error), description: description ?? '' };
}

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const TIMES = /\d{4}-\d\d-\d\dT[\d:.]+Z|\b\d{13}\b/g;

/** Lists come from the server in any order. */
function sorted(value: unknown): unknown {
	if (Array.isArray(value)) return value.map(sorted).sort((a, b) => (plain(a) < plain(b) ? -1 : 1));
	if (typeof value !== 'object' || value === null) return value;
	return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, sorted(inner)]));
}

const plain = (value: unknown) =>
	JSON.stringify(value)
		.replace(UUID, 'ID')
		.replace(TIMES, 'TIME')
		.replace(/organization \d+/g, 'OWNER')
		.replace(/127\.0\.0\.1:\d+/g, 'HOST');

/** Items without what differs between two runs that did the same: IDs, times, addresses, and the bytes of files that hold them. */
export async function comparable(
	engine: Engine,
	items: readonly INodeExecutionData[],
	leftOut: readonly string[] = [],
): Promise<Pick<Outcome, 'output' | 'warnings'>> {
	const results: string[] = [];
	const warnings: unknown[] = [];
	for (const item of items) {
		const { warnings: own, problems, brokenImages, skippedImages, imageProblem, problem, ...all } = item.json;
		const asides = [own, problems, brokenImages, skippedImages, imageProblem, problem ?? undefined].filter(
			(aside) => aside !== undefined,
		);
		const json = Object.fromEntries(Object.entries(all).filter(([key]) => !leftOut.includes(key)));
		warnings.push(...asides);
		const files: string[] = [];
		for (const field of Object.keys(item.binary ?? {}))
			files.push(`${field} ${digest(await engine.readBinary(item, field))}`);
		results.push(`${plain(sorted(json))} ${files.join(' ')}`);
	}
	return { output: results.sort().join('\n'), warnings: warnings.length === 0 ? '' : plain(warnings) };
}

/** Archives and pages hold IDs, so that only their length is the same. */
function digest(bytes: Buffer): string {
	const isPicture = /^(\xff\xd8|\x89PNG|BM)/.test(bytes.subarray(0, 4).toString('latin1'));
	return isPicture ? createHash('sha256').update(bytes).digest('hex') : `${bytes.length} bytes`;
}
