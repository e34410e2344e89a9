import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { isDataGymError } from '@datagym/client';
import { startEngine, type Engine } from '../support/n8n/engine';
import { markdownReport, textReport } from './report';
import { emulator, EMULATED } from './emulators';
import { conforms, examine, type Conformance } from './suite';
import type { Server } from './world';

/**
 * What a DataGym server supports, and where it differs from the contract (docs/conformance.md).
 * Exit code: 0 if nothing differs, 1 if something does, 2 if it could not be found out.
 */

const DOCUMENT = resolve(__dirname, '..', '..', 'docs', 'conformance.md');
/** The tables in the document: of the emulators, and of a real open core. */
const TABLES = {
	emulators: /(<!-- table -->\n)[\s\S]*?(<!-- end of table -->)/,
	real: /(<!-- table of the real open core -->\n)[\s\S]*?(<!-- end of table -->)/,
};

const options = {
	/** The server is the released open core, without tokens. */
	'open-core': { type: 'boolean', default: false },
	'replace-classes': { type: 'boolean', default: false },
	markdown: { type: 'boolean', default: false },
	'write-docs': { type: 'boolean', default: false },
} as const;

async function main(): Promise<void> {
	const { values, positionals } = parseArgs({ options, allowPositionals: true });
	const engine = await startEngine();
	try {
		const { DATAGYM_URL: url = '', DATAGYM_PROJECT } = process.env;
		const project = positionals[0] ?? DATAGYM_PROJECT;
		const choice = { ...(project !== undefined && { project }), replaceClasses: values['replace-classes'] };
		const results =
			url === '' ? await examineEmulators(engine) : [await examine(engine, serverAt(url, choice, values['open-core']))];
		console.log(values.markdown ? markdownReport(results) : textReport(results));
		if (values['write-docs']) await writeTable(url === '' ? TABLES.emulators : TABLES.real, markdownReport(results));
		process.exitCode = results.every(conforms) ? 0 : 1;
	} finally {
		await engine.stop();
	}
}

function serverAt(url: string, choice: Pick<Server, 'project' | 'replaceClasses'>, isOpenCore: boolean): Server {
	const name = isOpenCore ? 'open core, as released' : new URL(url).host;
	const { DATAGYM_TOKEN: token } = process.env;
	if (isOpenCore) return { name, url, ...choice };
	if (token !== undefined && choice.project !== undefined) return { name, url, token, ...choice };
	throw new Error(
		'Set DATAGYM_TOKEN to an API token, and name an empty project: DATAGYM_URL=… DATAGYM_TOKEN=… npm run conformance -- "Empty project". For the released open core, which has neither, use: DATAGYM_URL=… npm run conformance -- --open-core',
	);
}

async function examineEmulators(engine: Engine): Promise<readonly Conformance[]> {
	const results: Conformance[] = [];
	for (const generation of EMULATED) {
		const { server, emulator: running } = await emulator(generation);
		results.push(await examine(engine, server).finally(async () => await running.close()));
	}
	return results;
}

async function writeTable(place: RegExp, table: string): Promise<void> {
	const text = await readFile(DOCUMENT, 'utf8');
	await writeFile(DOCUMENT, text.replace(place, `$1\n${table}\n\n$2`));
}

main().catch((error: unknown) => {
	console.error(error instanceof Error ? error.message : error);
	if (isDataGymError(error)) console.error(error.failure.remedy);
	process.exitCode = 2;
});
