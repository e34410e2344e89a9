import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { EXAMPLES_FOLDER } from '../paths';

interface ComposeService {
	image?: string;
	build?: { context: string; dockerfile: string; args?: Record<string, string> };
	restart?: string;
	entrypoint?: string[];
	command?: string[];
	environment?: Record<string, string | number>;
	ports?: string[];
	volumes?: string[];
	healthcheck?: { test: string[] };
	networks?: string[];
	deploy?: { replicas?: number };
}

export interface ComposeFile {
	services: Record<string, ComposeService>;
	networks?: Record<string, { internal?: boolean } | null>;
	volumes: Record<string, unknown>;
}

/**
 * An example's compose.yaml with its variables filled in, as Docker Compose does.
 *
 * @throws Error if a variable that must be set is missing or empty.
 */
export async function readComposeFile(
	variables: Readonly<Record<string, string>>,
	example: 'queue-mode' | 'compose' = 'queue-mode',
): Promise<ComposeFile> {
	const text = await readFile(join(EXAMPLES_FOLDER, example, 'compose.yaml'), 'utf8');
	return fillIn(parse(text, { merge: true }), variables) as ComposeFile;
}

function fillIn(value: unknown, variables: Readonly<Record<string, string>>): unknown {
	if (typeof value === 'string') return interpolate(value, variables);
	if (Array.isArray(value)) return value.map((each) => fillIn(each, variables));
	if (typeof value !== 'object' || value === null) return value;
	return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, fillIn(each, variables)]));
}

/** `$$`, `${NAME}`, `${NAME:-when empty}` and `${NAME:?why it is needed}`. */
function interpolate(text: string, variables: Readonly<Record<string, string>>): string {
	return text.replace(/\$(?:\$|\{(\w+)(?::([-?])([^}]*))?\})/g, (_, name?: string, kind?: string, rest = '') => {
		if (name === undefined) return '$';
		const value = variables[name] ?? '';
		if (value !== '' || kind === undefined) return value;
		if (kind === '-') return rest;
		throw new Error(`compose.yaml needs ${name}: ${rest}`);
	});
}
