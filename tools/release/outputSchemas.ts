import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { format } from 'prettier';
import { startEngine } from '@datagym/test/support/n8n/engine';
import { realOutputs } from '@datagym/test/support/realOutputs';
import { schemaOf, schemaPath } from './outputSchema';
import { ROOT } from '../paths';

/** A file as n8n's own nodes have them. */
const fileOf = (items: readonly unknown[]) => ({ ...schemaOf(items), version: 1 });

async function main(): Promise<void> {
	const outputs = await realOutputs(await startEngine());
	const written: string[] = [];
	for (const [name, items] of outputs) {
		const path = join(ROOT, 'nodes', schemaPath(name));
		const schema = fileOf(items);
		const before: unknown = await readFile(path, 'utf8').then(JSON.parse, () => undefined);
		// Its fields may come in another order.
		if (isDeepStrictEqual(before, schema)) continue;
		await mkdir(dirname(path), { recursive: true });
		await writeFile(path, await format(JSON.stringify(schema), { parser: 'json', useTabs: true, printWidth: 120 }));
		written.push(name);
	}
	console.log(`${outputs.size} output schemas, of which ${written.length} changed: ${written.join(', ')}`);
}

void main();
