import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { isDataGymError } from '@datagym/client';
import { startEngine, type Engine } from '../support/n8n/engine';
import { markdownReport, textReport } from './report';
import { emulator } from './emulators';
import { conforms, examine, type Conformance } from './suite';

/**
 * What a DataGym server supports, and where it differs from the contract (docs/conformance.md).
 * Exit code: 0 if nothing differs, 1 if something does, 2 if it could not be found out.
 */

const DOCUMENT = resolve(__dirname, '..', '..', 'docs', 'conformance.md');
const TABLE = /(<!-- table -->\n)[\s\S]*?(<!-- end of table -->)/;

const options = {
	'replace-classes': { type: 'boolean', default: false },
	markdown: { type: 'boolean', default: false },
	'write-docs': { type: 'boolean', default: false },
} as const;

async function main(): Promise<void> {
	const { values, positionals } = parseArgs({ options, allowPositionals: true });
	const engine = await startEngine();
	try {
		const results = await examineAll(engine, positionals[0] ?? process.env.DATAGYM_PROJECT, values['replace-classes']);
		console.log(values.markdown ? markdownReport(results) : textReport(results));
		if (values['write-docs']) await writeTable(markdownReport(results));
		process.exitCode = results.every(conforms) ? 0 : 1;
	} finally {
		await engine.stop();
	}
}

async function examineAll(
	engine: Engine,
	project: string | undefined,
	replaceClasses: boolean,
): Promise<readonly Conformance[]> {
	const { DATAGYM_URL: url, DATAGYM_TOKEN: token } = process.env;
	if (url === undefined || url === '')
		return [await examineEmulator(engine, 'current'), await examineEmulator(engine, '2020')];
	if (token === undefined || project === undefined) {
		throw new Error(
			'Set DATAGYM_TOKEN to an API token, and name an empty project: DATAGYM_URL=… DATAGYM_TOKEN=… npm run conformance -- "Empty project"',
		);
	}
	return [await examine(engine, { name: new URL(url).host, url, token, project, replaceClasses })];
}

async function examineEmulator(engine: Engine, generation: 'current' | '2020'): Promise<Conformance> {
	const { server, emulator: running } = await emulator(generation);
	return await examine(engine, server).finally(async () => await running.close());
}

async function writeTable(table: string): Promise<void> {
	const text = await readFile(DOCUMENT, 'utf8');
	await writeFile(DOCUMENT, text.replace(TABLE, `$1\n${table}\n\n$2`));
}

main().catch((error: unknown) => {
	console.error(error instanceof Error ? error.message : error);
	if (isDataGymError(error)) console.error(error.failure.remedy);
	process.exitCode = 2;
});
